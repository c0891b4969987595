"""A client of the chat-room server under test: what she asks for, and what she is told."""

from __future__ import annotations

import socket
from contextlib import suppress

from grader.check import Unmet
from grader.peers.rooms.stream import RoomStream, Seat, chat_in, visible
from grader.wire import room_answers as wire
from grader.wire.room_answers import Answer, Chat, Greeting, Joined, Left, Refusal
from grader.wording import count

LINE = "x" * 99
SMALL = 4096  # bytes of a buffer for what comes
MUCH, AT_ONCE, MUCH_TEXT = 6_400, 64, "x" * 900  # 6.4 MB: more than the system keeps for who does not read (tcp(7))


class RoomClient(RoomStream):
    """alice, bob or carol. Rooms and texts of a check get a word that no program can know."""

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self._seats: dict[str, Seat] = {}
        self._unsaid = b""  # of what she has begun to say

    def is_called(self, name: str) -> None:
        """Her name in the rooms is another one."""
        self.called = name

    def says_hello(self, text: str = "are you there?") -> None:
        """Says HELO, and gets the four lines that answer it."""
        wanted = f"HELO {self._marked(text)}"
        self._asks(wire.hello(self._marked(text)))
        greeting = self._gets(Greeting, lambda _: True, f"the four lines that answer {wanted!r}", may_lack_its_end=True)
        if greeting.text != self._marked(text):
            raise Unmet(f"{wanted!r} as the first of the four lines", f"it is {'HELO ' + greeting.text!r}")

    def asks_to_join(self, room: str) -> None:
        """Says JOIN_CHATROOM."""
        self._asks(wire.join(self._room(room), self.called))

    def joins(self, room: str) -> Seat:
        """Joins a room: what she is told."""
        self.asks_to_join(room)
        name = self._room(room)
        wanted = f"`JOINED_CHATROOM: {name}` and four more lines"
        joined = self._gets(Joined, lambda joined: joined.room == name, wanted, is_near=_is_joined)
        self._seats[room] = Seat(name, joined.ref, joined.join_id)
        return self._seats[room]

    def enters(self, *rooms: str) -> Seat:
        """Joins these rooms, and is a member of each by the time that this is over: what she is told last."""
        for room in rooms:
            seat = self.joins(room)
            self._settles(seat)
        return seat

    def joins_again(self, room: str) -> None:
        """Joins a room that she is in already: either she is told that she has joined, or that she cannot."""
        self.asks_to_join(room)
        self._gets(Joined | Refusal, lambda _: True, "JOINED_CHATROOM again, or an error", may_lack_its_end=True)

    def shares_a_room_with(self, other: RoomClient, room: str) -> None:
        """Both are in this room: they have the same ROOM_REF, and different JOIN_IDs."""
        hers, others = self._seats[room], other._seats[room]
        self.finds_the_same_room(others, hers)
        if hers.join_id == others.join_id:
            raise Unmet(f"{self.name} to have another JOIN_ID than {other.name}", f"both have {hers.join_id}")

    def finds_the_same_room(self, before: Seat, now: Seat) -> None:
        """A room has the ROOM_REF that it had before."""
        if before.ref != now.ref:
            raise Unmet(f"{self.name} to get `ROOM_REF: {before.ref}`, as before", f"it is {now.ref}")

    def finds_another_room(self, one: Seat, other: Seat) -> None:
        """Two rooms have different ROOM_REFs."""
        if one.ref == other.ref:
            raise Unmet("two rooms to have different ROOM_REFs", f"both have {one.ref}")

    def is_told_that_she_has_joined(self, room: str) -> None:
        """After JOINED_CHATROOM she gets the join message, too."""
        ref = self._seats[room].ref
        if any(isinstance(answer, Chat) and answer.ref == ref for answer in self._passed):
            raise Unmet("JOINED_CHATROOM first, and the join message after it", "the message came first")
        self.hears_of(self.called, room)

    def hears_of(self, name: str, room: str) -> None:
        """Gets a message about somebody in a room, who has just joined or left it."""
        ref = self._seats[room].ref
        wanted = f"`CHAT: {ref}` with {name!r} in its MESSAGE"
        self._gets(Chat, lambda chat: chat.ref == ref and name in chat.text, wanted)

    def says(self, room: str, *texts: str) -> None:
        """Says something in a room; more than one thing in one segment."""
        seat = self._seats[room]
        self._asks(b"".join(self._words(seat, text) for text in texts))

    def begins_to_say(self, room: str, text: str) -> None:
        """Says the first half of something in a room; `goes_on` says the other one."""
        said = self._words(self._seats[room], text)
        begun, self._unsaid = said[: len(said) // 2], said[len(said) // 2 :]
        self._asks(begun)

    def goes_on(self) -> None:
        """Says the other half of what she has begun to say."""
        self._asks(self._unsaid)

    def hears(self, name: str, room: str, *texts: str, whole: bool = False) -> None:
        """Gets what somebody has said in a room: each of these texts.

        whole   what the message is ends with an empty line, or where another one begins; else with the line MESSAGE
        """
        ref, missing = self._seats[room].ref, [self._marked(text) for text in texts]

        def is_near(answer: Answer) -> bool:
            return isinstance(answer, Chat) and answer[:2] == (ref, name) and name not in answer.text

        while missing:
            wanted = f"`CHAT: {ref}` with `MESSAGE: {visible(missing[0])}`"
            fits = lambda chat: chat.ref == ref and chat.text in missing  # noqa: E731
            chat = self._gets(Chat, fits, wanted, is_near=is_near, whole=whole)
            if chat.name != name:
                raise Unmet(f"`CLIENT_NAME: {name}` in what {self.name} gets", f"it is {chat.name!r}")
            missing.remove(chat.text)

    def heard_once(self, *texts: str) -> None:
        """Has been told each of these texts one time."""
        for text in map(self._marked, texts):
            if (times := self._times(text)) != 1:
                raise Unmet(f"{self.name} to get {text!r} once", f"it came {count(times, 'time')}")

    def has_not_heard(self, *texts: str) -> None:
        """None of these texts has come to her."""
        for text in map(self._marked, texts):
            if self._times(text):
                raise Unmet(f"{self.name} not to get {text!r}", "it came")

    def has_had_empty_lines_after(self, text: str) -> None:
        """After the message with this text there was an empty line; something else has come after it by now."""
        for answer, after in zip(self._heard, self._heard[1:], strict=False):
            after_it = after[: len(after) - len(after.lstrip(b"\r\n"))]
            if self._marked(text).encode() in answer and not (answer + after_it).endswith(b"\n\n"):
                came = f"{self._told(answer)} came, and then the next answer"
                raise Unmet("an empty line after each message, `\\n\\n` at its end", came)

    def leaves(self, room: str) -> Seat:
        """Leaves a room, or has left it before, and is told so: what she had been told when she joined it."""
        _, ref, join_id = self._seats[room]
        self._asks(wire.leave(ref, join_id, self.called))
        wanted = f"`LEFT_CHATROOM: {ref}` and `JOIN_ID: {join_id}`"
        left = self._gets(Left, lambda left: left.ref == ref, wanted, is_near=_is_left)
        if left.join_id != join_id:
            raise Unmet(f"`JOIN_ID: {join_id}` after `LEFT_CHATROOM: {ref}`", f"it is {left.join_id}")
        return self._seats[room]

    def disconnects(self) -> None:
        """Says DISCONNECT."""
        self._asks(wire.disconnect(self.called))

    def kills(self) -> None:
        """Says KILL_SERVICE."""
        self._asks(wire.KILL)

    def sends_nonsense(self, data: bytes) -> None:
        """Sends what is no request, or makes no sense; the server has read it."""
        self.sends(data)
        self.is_read()

    def sends_without_end(self, data: bytes, size: int) -> None:
        """Sends so many more bytes than these, without a newline."""
        self._steps.append(f"{self.name} > {self._told(data)}xxx...        ({count(size, 'byte')} more, and no end)")
        self._transmit(data + b"x" * size)

    def says_without_end(self, room: str, size: int) -> None:
        """Says something in a room that has as many lines as these bytes need, none of them empty, and no end."""
        seat = self._seats[room]
        start = wire.say(seat.ref, seat.join_id, self.called, LINE).removesuffix(b"\n")
        more = f"{count(size, 'byte')} more, no empty line among them, and no end"
        self._steps.append(f"{self.name} > {self._told(start)} ...        ({more})")
        self._transmit(start + f"{LINE}\n".encode() * (size // len(LINE)))

    def stops_reading(self) -> None:
        """From now on she takes nothing of what she is sent."""
        self._steps.append(f"{self.name} does not read any more")
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)

    def hears_much(self, other: RoomClient, room: str) -> None:
        """Another one says thousands of things in a room. Each of them comes to both, before the next are said."""
        told = f"({MUCH:,} messages of {len(MUCH_TEXT)} bytes and some)"
        self._steps.append(f"{other.name} > CHAT ...        {told}")
        seat = other._seats[room]
        for start in range(1, MUCH, AT_ONCE):
            texts = [other._marked(f"{MUCH_TEXT} {number}") for number in range(start, start + AT_ONCE)]
            other._transmit(b"".join(wire.say(seat.ref, seat.join_id, other.called, text) for text in texts))
            for client in (self, other):
                client._gets_silently(texts[-1], f"each of the {MUCH:,} messages soon")
        self._steps.append(f"{self.name} < CHAT ...        {told}")

    def says_goodbye(self) -> None:
        """Whoever is in a room still leaves it in good order: the next conversation is to find a server at rest."""
        if not self.is_over:
            with suppress(OSError):
                self._connection.send(wire.disconnect(self.called))
        self.shuts_down()

    def _words(self, seat: Seat, text: str) -> bytes:
        return wire.say(seat.ref, seat.join_id, self.called, self._marked(text))

    def _times(self, text: str) -> int:
        return sum(chat is not None and chat.text == text for chat in map(chat_in, self._heard))

    def _marked(self, text: str) -> str:
        return f"{text} {self._mark}".rstrip()

    def _room(self, word: str) -> str:
        return f"{word}_{self._mark}".rstrip("_")  # where somebody looks for \w+, it is one word


def _is_joined(answer: Answer) -> bool:
    return isinstance(answer, Joined)


def _is_left(answer: Answer) -> bool:
    return isinstance(answer, Left)
