"""Who is logged in, which rooms there are, and what each command does to them. No input and output here either."""

from collections.abc import Iterable


class Refused(Exception):
    """A command that is not obeyed; it is made with a code, and a sentence for its sender."""


class Client:
    """Somebody who is connected."""

    def __init__(self) -> None:
        self.name = ""  # until LOGIN
        self.gone = False  # after LOGOUT, or when the connection has ended


Deliveries = list[tuple[Client, str]]  # who gets which line, in this order


class Chat:
    """A method for each command: it changes what is here, and returns what is to be delivered, the answer first."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}  # those who are logged in, by name
        self.rooms: dict[str, set[str]] = {}  # the names of the members; no room is empty

    def login(self, client: Client, name: str) -> Deliveries:
        if client.name:
            raise Refused(409, f"you are logged in already, as {client.name}")
        if name in self.clients:
            raise Refused(409, f"{name} is taken")
        client.name = name
        self.clients[name] = client
        answer = [(client, f"OK LOGIN {name}"), *self.who(client)]
        return answer + self.to_others(client, self.clients, f"+ {name}")

    def logout(self, client: Client) -> Deliveries:
        return [(client, "OK LOGOUT"), *self.leave(client)]

    def tell(self, client: Client, name: str, text: str) -> Deliveries:
        if name not in self.clients:
            raise Refused(404, f"there is no {name} here")
        return [(client, "OK TELL"), (self.clients[name], f"FROM {client.name} {text}")]

    def all(self, client: Client, text: str) -> Deliveries:
        return [(client, "OK ALL"), *self.to_others(client, self.clients, f"ALL {client.name} {text}")]

    def leave(self, client: Client) -> Deliveries:
        """A connection has ended, or will: the others are told. Nothing happens if they know already."""
        client.gone = True
        if self.clients.get(client.name) is not client:
            return []
        mine = sorted(room for room, members in self.rooms.items() if client.name in members)
        parted = [delivery for room in mine for delivery in self.take_out(client, room)]
        del self.clients[client.name]
        return parted + self.to_others(client, self.clients, f"- {client.name}")

    def who(self, client: Client) -> Deliveries:
        return [(client, " ".join(["USERS", *sorted(self.clients)]))]

    def create(self, client: Client, room: str) -> Deliveries:
        if room in self.rooms:
            raise Refused(409, f"there is a room {room} already")
        self.rooms[room] = {client.name}
        return [(client, f"OK CREATE {room}")]

    def join(self, client: Client, room: str) -> Deliveries:
        if room not in self.rooms:
            raise Refused(404, f"there is no room {room}")
        members = self.rooms[room]
        if client.name in members:
            raise Refused(409, f"you are in {room} already")
        members.add(client.name)
        answer = [(client, f"OK JOIN {room}"), (client, " ".join(["MEMBERS", room, *sorted(members)]))]
        return answer + self.to_others(client, members, f"JOINED {room} {client.name}")

    def part(self, client: Client, room: str) -> Deliveries:
        self.check_member(client, room)
        return [(client, f"OK PART {room}"), *self.take_out(client, room)]

    def room(self, client: Client, room: str, text: str) -> Deliveries:
        self.check_member(client, room)
        line = f"ROOM {room} {client.name} {text}"
        return [(client, "OK ROOM"), *self.to_others(client, self.rooms[room], line)]

    def list_rooms(self, client: Client) -> Deliveries:
        return [(client, " ".join(["ROOMS", *sorted(self.rooms)]))]

    def ping(self, client: Client, text: str) -> Deliveries:
        return [(client, f"PONG {text}")]

    def check_member(self, client: Client, room: str) -> None:
        if room not in self.rooms:
            raise Refused(404, f"there is no room {room}")
        if client.name not in self.rooms[room]:
            raise Refused(403, f"you are not in {room}")

    def take_out(self, client: Client, room: str) -> Deliveries:
        members = self.rooms[room]
        members.remove(client.name)
        if not members:
            del self.rooms[room]
        return self.to_others(client, members, f"PARTED {room} {client.name}")

    def to_others(self, client: Client, names: Iterable[str], line: str) -> Deliveries:
        return [(self.clients[name], line) for name in names if name != client.name]
