"""The rules of the server, without input and output: what one says comes in, who is to be told what goes out."""

from typing import Protocol

from .frames import LONGEST_MESSAGE
from .messages import Message, Refused, checked_name, checked_text, decode, error, newest_that_fit, reply

LAST = 50  # messages for whoever joins
ROOM_FOR_HISTORY = LONGEST_MESSAGE - 128 * 1024  # bytes; the names of 5,000 people have room beside it
HELP = "commands: who, history, help, nick"


class History(Protocol):
    """What keeps the messages. Here it is anything with these two methods: a database, or a list in a test."""

    def add(self, name: str, text: str) -> Message: ...

    def last(self, count: int) -> list[Message]: ...


class Visitor:
    """Somebody who is connected."""

    def __init__(self) -> None:
        self.name = ""  # until hello
        self.gone = False  # after bye, or when the connection has ended


Deliveries = list[tuple[list[Visitor], Message]]  # who gets what, in this order


class Room:
    """Everybody who is in, and what each message does."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.members: dict[str, Visitor] = {}  # by the name in small letters: Bob and bob are the same

    def receive(self, visitor: Visitor, payload: bytes) -> Deliveries:
        """Obeys a message, or says why not."""
        try:
            return self.obey(visitor, decode(payload))
        except Refused as refused:
            return [([visitor], error(refused.code, str(refused)))]

    def obey(self, visitor: Visitor, message: Message) -> Deliveries:
        kind = message.get("type")
        if not visitor.name and kind != "hello":
            raise Refused(401, "say hello first")
        match kind:  # and no dict: a type may be a list, and a list is no key
            case "hello":
                return self.hello(visitor, message.get("name"))
            case "say":
                return self.say(visitor, message.get("text"))
            case "command":
                return self.command(visitor, message)
            case "bye":
                return self.leave(visitor)
        raise Refused(400, "there is no such type of message")

    def hello(self, visitor: Visitor, value: object) -> Deliveries:
        if visitor.name:
            raise Refused(409, f"you are {visitor.name} already")
        self.enter(visitor, value)
        welcome: Message = {"type": "welcome", "name": visitor.name, "users": self.users(), "history": self.recent()}
        return [([visitor], welcome), *self.others(visitor, {"type": "joined", "name": visitor.name})]

    def say(self, visitor: Visitor, value: object) -> Deliveries:
        kept = self.history.add(visitor.name, checked_text(value))
        return self.others(visitor, {"type": "message", **kept})

    def command(self, visitor: Visitor, message: Message) -> Deliveries:
        match message.get("command"):
            case "who":
                return [([visitor], reply("who", users=self.users()))]
            case "history":
                return [([visitor], reply("history", messages=self.recent()))]
            case "help":
                return [([visitor], reply("help", text=HELP))]
            case "nick":
                return self.nick(visitor, message.get("name"))
            case str():
                raise Refused(404, f"there is no such command; {HELP}")
        raise Refused(400, '"command" must be a string')

    def nick(self, visitor: Visitor, value: object) -> Deliveries:
        old = visitor.name
        self.enter(visitor, value)
        left: Message = {"type": "left", "name": old}
        joined: Message = {"type": "joined", "name": visitor.name}
        answer = ([visitor], reply("nick", name=visitor.name))
        return [answer, *self.others(visitor, left), *self.others(visitor, joined)]

    def leave(self, visitor: Visitor) -> Deliveries:
        """A connection has ended, or will: the others are told. Nothing happens if they know already."""
        visitor.gone = True
        if self.members.get(visitor.name.lower()) is not visitor:
            return []
        del self.members[visitor.name.lower()]
        return self.others(visitor, {"type": "left", "name": visitor.name})

    def enter(self, visitor: Visitor, value: object) -> None:
        """Gives a name to a visitor, who may have had another one; looks at everything before it changes anything."""
        name = checked_name(value)
        if self.members.get(name.lower(), visitor) is not visitor:
            raise Refused(409, f"{name} is taken")
        self.members.pop(visitor.name.lower(), None)
        visitor.name = name
        self.members[name.lower()] = visitor

    def users(self) -> list[str]:
        return sorted(visitor.name for visitor in self.members.values())

    def recent(self) -> list[Message]:
        return newest_that_fit(self.history.last(LAST), ROOM_FOR_HISTORY)

    def others(self, visitor: Visitor, message: Message) -> Deliveries:
        return [([member for member in self.members.values() if member is not visitor], message)]
