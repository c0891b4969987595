"""A client of the chat-room server under test over UDP. She says and hears the same as over TCP (room_client)."""

from __future__ import annotations

import socket

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.rooms.channel import Channel
from grader.peers.rooms.client import RoomClient
from grader.peers.rooms.stream import REST, chat_in
from grader.peers.udp.datagrams import NOTES
from grader.peers.udp.link import Fate
from grader.peers.watch import Watch
from grader.wire import room_answers
from grader.wire.room_answers import Answer, Chat
from grader.wire.room_datagrams import Piece

MUCH_TEXT = " ".join(map(str, range(1, 651)))  # 2,491 characters: three datagrams, and no two parts of it are the same


class DatagramClient(RoomClient):
    """alice, bob or carol, at an address of her own. A message is a request; what comes is read in its order.

    watch    of all clients of the conversation
    starts   until when a server may be about to take its port
    """

    def __init__(self, name: str, connection: socket.socket, channel: Channel, watch: Watch, starts: Deadline, **more):
        super().__init__(name, connection, unread=lambda: 0, **more)
        self._channel = channel
        self._watch = watch
        self._starts = starts
        self._order: tuple[int, ...] = ()
        self._is_patient = False
        self._last: Piece | None = None
        self._address = channel.address

    def gives_no_address(self) -> None:
        """When she joins, CLIENT_IP and PORT are 0."""
        self._address = ("0", 0)

    def sends_pieces(self, *order: int) -> None:
        """From now on a request goes out in so many datagrams, in this order. Where it is that of their numbers, each
        waits until the one before is acknowledged."""
        self._order, self._is_patient = order, [*order] == sorted(order)

    def asks_to_join(self, room: str) -> None:
        """Says JOIN_CHATROOM."""
        self._asks(room_answers.join(self._room(room), self.called, *self._address))

    def says(self, room: str, *texts: str) -> None:
        """Says something in a room: each text is a message of its own."""
        for text in texts:
            super().says(room, text)

    def says_much(self, room: str) -> None:
        """Says something in a room that needs three datagrams."""
        self.says(room, MUCH_TEXT)

    def hears_it_all(self, name: str, room: str) -> None:
        """Gets what somebody has said at such length, to its last letter."""
        ref, text = self._seats[room].ref, self._marked(MUCH_TEXT)

        def is_near(answer: Answer) -> bool:
            return isinstance(answer, Chat) and answer[:2] == (ref, name) and name not in answer.text

        wanted = f"`CHAT: {ref}` with all {len(text):,} characters of {name}'s MESSAGE"
        self._gets(Chat, lambda chat: chat == (ref, name, text), wanted, is_near=is_near)

    def has_heard_in_order(self, *texts: str) -> None:
        """These texts, which she has been told, came once each, and in this order."""
        wanted = [self._marked(text) for text in texts]
        came = [chat.text for chat in map(chat_in, self._heard) if chat and chat.text in wanted]
        for one, other in zip([*wanted, ""], [*came, ""], strict=False):
            if one != other:
                expected = f"{one!r} in its turn" if one else "each text once"
                raise Unmet(f"{self.name} to get {expected}", f"{other!r} came" if other else "it did not come")

    def has_been_acknowledged(self) -> None:
        """Each of her datagrams has been acknowledged by now: what they ask for has been done."""
        self._is_acknowledged(self._patience.within(REST))

    def repeats_her_last_datagram(self, times: int) -> None:
        """The last of her datagrams, which has been acknowledged, comes again; each time it is acknowledged again."""
        acks, number = self._channel.acks, self._last.number
        for _ in range(times):
            before = acks[number]
            self._log(">", self._last, self._channel.send_once(self._last))
            rest = self._patience.within(REST)
            self._watch.until(lambda: acks[number] > before or self._cannot_go_on(), rest)  # noqa: B023
            if acks[number] == before:
                raise self._fault() or Unmet(f"{self.name} to get `ACK: {number}` again", "it did not come again")
            self._steps.append(f"{self.name} < ACK: {number}")

    def sends(self, data: bytes) -> None:
        """Sends a message, in as many datagrams as it needs."""
        pieces = self._channel.outgoing.pieces(data, len(self._order) or 1)
        for place in self._order or range(1, len(pieces) + 1):
            self._last = pieces[place - 1]
            self._log(">", self._last, self._channel.send(self._last))
            if self._is_patient:
                self._is_acknowledged(self._patience.for_answer())

    def says_goodbye(self) -> None:
        """Whoever is in a room still leaves it: a server is not to talk to her for another ten seconds."""
        if not self.is_over:
            for piece in self._channel.outgoing.pieces(room_answers.disconnect(self.called)):
                self._channel.send_once(piece)

    def close(self, deadline: Deadline | None = None) -> None:
        """Takes nothing any more, and acknowledges nothing."""
        self._channel.close()
        self._connection = None

    def _is_acknowledged(self, deadline: Deadline) -> None:
        waiting = self._channel.outgoing.waiting
        self._watch.until(lambda: not waiting or self._cannot_go_on(), deadline)
        if waiting:
            came = self._nothing() if self._is_refused() else "it did not come"
            raise self._fault() or Unmet(f"{self.name} to get `ACK: {min(waiting)}`", came)
        self._steps.append(f"{self.name} < ACK: {self._last.number}")

    def _receive(self, deadline: Deadline) -> bool:
        """Waits for the next message; whether there is one."""
        messages = self._channel.messages
        self._watch.until(lambda: messages or self._cannot_go_on(), deadline)
        if messages:
            self._came += self._taken(messages.popleft())
            return True
        if fault := self._fault():
            raise fault
        self.cut_off = self._is_refused()
        return False

    def _taken(self, message: list[Piece]) -> bytes:
        """What is in a message. Its end is the end of a line, whether it says so or not."""
        for piece in message:
            self._log("<", piece, Fate.LOST if piece.number in self._channel.lost else Fate.PASSED)
        data = b"".join(piece.data for piece in message)
        return data if data.endswith(b"\n") else data + b"\n"

    def _cannot_go_on(self) -> bool:
        return self._channel.fault is not None or self._is_refused()

    def _is_refused(self) -> bool:
        return self._channel.is_refused and self._starts.is_over

    def _fault(self) -> Unmet | None:
        """What is wrong with the first datagram that is none."""
        if self._channel.fault is None:
            return None
        fault, datagram = self._channel.fault
        return Unmet(f"{self.name} to get {fault.expected}", fault.came or f"{self._told(datagram)} came")

    def _instead(self, near: bytes) -> str:
        if gap := self._gap():
            return gap
        is_forgotten = not near and self._last and not self._channel.outgoing.waiting
        more = ", although each of her datagrams was acknowledged" if is_forgotten else ""
        return super()._instead(near) + more

    def _nothing(self) -> str:
        if self._is_refused():
            return "no program has this port for UDP"
        return "nothing came, not even an ACK" if self._channel.outgoing.waiting else "nothing came"

    def _gap(self) -> str:
        """In words, which number is missing, if one is."""
        number, early = self._channel.incoming.next, self._channel.incoming.early
        if number in self._channel.lost:
            return f"`{self._channel.lost[number].header}` was lost on purpose, and did not come again"
        return f"`{early[0].header}` came, and nothing with the number {number}" if early else ""

    def _tells(self, step: str) -> None:
        """An answer is in the transcript already, in its datagrams."""

    def _log(self, sign: str, piece: Piece, fate: Fate) -> None:
        note = NOTES.get(fate, "")
        again = ", and came again" if note and sign == "<" else ""
        self._steps.append(f"{self.name} {sign} {self._told(piece.datagram)}{note and f'        ({note}{again})'}")
