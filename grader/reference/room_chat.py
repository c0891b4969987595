"""The chat-room server of week 5.

RoomChat is the server without sockets: bytes of a client in, deliveries out; stream_port puts it on a port. Whatever
comes in, a client costs a bounded amount of memory, and so do all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from grader.wire import room_chat as wire
from grader.wire.room_chat import Disconnect, Helo, Join, Kill, Leave, Request, Requests, Say, Wrong
from grader.wire.streams import Delivery

MAX_ROOMS = 10_000  # names of rooms are never forgotten: a ref is not given to another one
MAX_ROOMS_OF_CLIENT = 100
MAX_NAME = 200  # characters of the name of a room, or of a client


class Refused(Exception):
    """A request that is not done: the code and the text of the error."""


@dataclass(eq=False)
class Client:
    """Somebody on a connection.

    rooms   the refs of the rooms that she is in, and her name in each
    """

    key: Hashable
    join_id: int
    requests: Requests = field(default_factory=Requests)
    rooms: dict[int, str] = field(default_factory=dict)


class RoomChat:
    """The rooms. `heard` is told, as (name, text), what is said in each, joining and leaving included.

    address, port   what the server says about where it is
    may_be_killed   whether KILL_SERVICE sets `is_killed`; a server for a class is nobody's to kill
    """

    def __init__(
        self,
        heard: Callable[[str, str], None] = lambda name, text: None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        student_id: str = "0",
        may_be_killed: bool = False,
    ):
        self.is_killed = False
        self._heard = heard
        self._place = (address, port)
        self._student_id = student_id
        self._may_be_killed = may_be_killed
        self._clients: dict[Hashable, Client] = {}
        self._refs: dict[str, int] = {}
        self._members: dict[int, dict[Client, None]] = {}  # of each room, in the order of their coming
        self._next_id = 1

    def opens(self, client: Hashable) -> list[Delivery]:
        """A connection is made: nothing is said."""
        self._clients[client] = Client(client, self._next_id)
        self._next_id += 1
        return []

    def receives(self, client: Hashable, data: bytes) -> list[Delivery]:
        """What is sent because these bytes have come."""
        deliveries = []
        for request in self._clients[client].requests.feed(data):
            if (known := self._clients.get(client)) is None:
                break  # what comes after DISCONNECT
            try:
                deliveries += self._answer(known, request)
            except Refused as refused:
                deliveries.append(Delivery(client, wire.error(*refused.args)))
        return deliveries

    def ends(self, client: Hashable) -> list[Delivery]:
        """The connection has ended: what those who stay are told."""
        gone = self._clients.pop(client, None)
        return [] if gone is None else [told for ref in list(gone.rooms) for told in self._leave(gone, ref)]

    def say(self, name: str, text: str, room: str) -> list[Delivery]:
        """Sends what `name`, who need not be a client, says to all in a room."""
        return self._tell(self._ref(room), name, text)

    def _answer(self, client: Client, request: Request | Wrong) -> list[Delivery]:
        match request:
            case Helo(text):
                return [Delivery(client.key, wire.greeting(text, *self._place, self._student_id))]
            case Join(room, name):
                return self._join(client, room, name)
            case Say(ref, _, _, text):
                return self._said(client, ref, text)
            case Leave(ref):
                return self._asked_to_leave(client, ref)
            case Disconnect():
                return [*self.ends(client.key), Delivery(client.key, b"", ends=True)]
            case Wrong(code, text, ends=True):
                return [*self.ends(client.key), Delivery(client.key, wire.error(code, text), ends=True)]
            case Wrong(code, text):
                raise Refused(code, text)
            case Kill() if self._may_be_killed:
                self.is_killed = True
                return []
        raise Refused(wire.NOT_HERE, "this service is for everybody: it goes on")

    def _join(self, client: Client, room: str, name: str) -> list[Delivery]:
        if max(len(room), len(name)) > MAX_NAME:
            raise Refused(wire.MALFORMED, f"a name has at most {MAX_NAME} characters")
        if len(client.rooms) >= MAX_ROOMS_OF_CLIENT:
            raise Refused(wire.MALFORMED, f"you cannot be in more rooms than {MAX_ROOMS_OF_CLIENT}")
        ref = self._ref(room)
        answer = Delivery(client.key, wire.joined(room, *self._place, ref, client.join_id))
        if ref in client.rooms:  # who joins twice is a member once
            return [answer]
        client.rooms[ref] = name
        self._members[ref][client] = None
        return [answer, *self._tell(ref, name, f"{name} has joined this chatroom.")]

    def _said(self, client: Client, text_of_ref: str, text: str) -> list[Delivery]:
        ref = self._known(text_of_ref)
        if ref not in client.rooms:
            raise Refused(wire.NOT_A_MEMBER, f"you are not in room {ref}")
        return self._tell(ref, client.rooms[ref], text)

    def _asked_to_leave(self, client: Client, text_of_ref: str) -> list[Delivery]:
        ref = self._known(text_of_ref)
        return [Delivery(client.key, wire.left(ref, client.join_id)), *self._leave(client, ref)]

    def _leave(self, client: Client, ref: int) -> list[Delivery]:
        """Takes her out of a room, if she is in it; what those who stay are told."""
        name = client.rooms.pop(ref, None)
        if name is None:
            return []
        del self._members[ref][client]
        return self._tell(ref, name, f"{name} has left this chatroom.")

    def _tell(self, ref: int, name: str, text: str) -> list[Delivery]:
        self._heard(name, text)
        message = wire.chat(ref, name, text)
        return [Delivery(member.key, message) for member in self._members[ref]]

    def _ref(self, room: str) -> int:
        if room not in self._refs and len(self._refs) >= MAX_ROOMS:
            raise Refused(wire.NO_ROOM, f"there are {MAX_ROOMS:,} rooms, and no place for more")
        ref = self._refs.setdefault(room, len(self._refs) + 1)
        self._members.setdefault(ref, {})
        return ref

    def _known(self, text: str) -> int:
        """The room of this ref."""
        if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) not in self._members:
            raise Refused(wire.NO_ROOM, f"there is no room {text[: wire.SHOWN]}")
        return int(text)
