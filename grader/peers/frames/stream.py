"""A client of a server of week 9 on its connection: objects go in frames, whole, cut, or wrong, and others come."""

from __future__ import annotations

import socket
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import pairwise

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.frames.text import told
from grader.peers.stream import Stream
from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wording import count, shown

CROWD = "client_"  # how the names of many begin
MOMENT = 0.05  # seconds for what is there already
SMALL = 4096  # bytes of a buffer for what comes


class FrameStream(Stream):
    """alice, bob or carol in the chat. What she says ends in a word that no program can know."""

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self._frames = frames.Frames()
        self._payloads: deque[bytes] = deque()
        self._broken = ""  # what was wrong with a frame of the server
        self._news: Counter[tuple[str, str]] = Counter()  # (type, name), of all that came
        self._used: Counter[tuple[str, str]] = Counter()  # those of them that a check has asked for
        self._is_deaf = False
        self._rest = b""  # of a frame whose first half is sent

    def tells(self, **said: object) -> None:
        """Sends this object."""
        self._log(said)
        self._transmit(self._pack(said))

    def says(self, *texts: str) -> None:
        """Says these texts, which end in the mark; all in one segment."""
        objects = [{"type": "say", "text": self._marked(text)} for text in texts]
        for said in objects:
            self._log(said, "" if len(texts) == 1 else "        (all in one segment)")
        self._transmit(b"".join(map(self._pack, objects)))

    def asks(self, command: str, **more: object) -> None:
        """Sends a command."""
        self.tells(type="command", command=command, **more)

    def says_with(self, text: str, **more: object) -> None:
        """Says a text, with more keys in the object."""
        self.tells(type="say", text=self._marked(text), **more)

    def says_of_length(self, character: str, number: int) -> None:
        """Says a text of so many characters, with the mark among them."""
        self.tells(type="say", text=self._of_length(character, number))

    def says_byte_by_byte(self, text: str) -> None:
        """Says a text in pieces of one byte: each after the server has read the one before."""
        said = {"type": "say", "text": self._marked(text)}
        data = frames.packed(**said)
        self._log(said, "        (byte by byte)")
        self._transmits_cut(data, range(1, len(data)))

    def says_cut(self, text: str, place: int) -> None:
        """Says a text in two pieces, cut at this byte of its frame."""
        said = {"type": "say", "text": self._marked(text)}
        self._log(said, f"        (in two pieces: {count(place, 'byte')}, and the rest)")
        self._transmits_cut(frames.packed(**said), [place])

    def says_half(self, text: str) -> None:
        """Sends the first half of what says a text; the server has read it."""
        data = frames.packed(type="say", text=self._marked(text))
        half, self._rest = data[: len(data) // 2], data[len(data) // 2 :]
        self._steps.append(f"{self.name} > {shown(half)}        (the first half of a frame)")
        self._transmit(half)
        self._until_it_is_read()

    def says_the_rest(self) -> None:
        """Sends the second half."""
        self._steps.append(f"{self.name} > {shown(self._rest)}        (the rest of it)")
        self._transmit(self._rest)

    def says_in_chunks(self, text: str, *sizes: int) -> None:
        """Says a text in chunks of these sizes, and the rest in the last one."""
        said = {"type": "say", "text": self._marked(text)}
        data, parts = frames.as_json(said), []
        for size in sizes:
            parts.append(data[:size])
            data = data[size:]
        self._log(said, f"        (in {count(len(sizes) + 1, 'chunk')})")
        self._transmit(frames.chunks([*parts, data]))

    def says_in_tiny_chunks(self, text: str, number: int) -> None:
        """Says a text in so many chunks of at most one byte: most of them are empty."""
        said = {"type": "say", "text": self._marked(text)}
        data = frames.as_json(said)
        parts = [data[place : place + 1] for place in range(len(data))]
        self._log(said, f"        (in {count(number, 'chunk')} of at most 1 byte)")
        self._transmit(frames.chunks([*parts[:-1], *[b""] * (number - len(parts)), parts[-1]]))

    def says_with_padding(self, text: str, size: int) -> None:
        """Says a text in a message of so many bytes: the rest is a key that nobody knows."""
        said = {"type": "say", "text": self._marked(text), "padding": ""}
        said["padding"] = "x" * (size - len(frames.as_json(said)))
        self._log({**said, "padding": "xxx..."}, f"        ({count(size, 'byte')}, in chunks)")
        self._transmit(frames.message(frames.as_json(said)))

    def sends_frame(self, payload: bytes, **wrong: object) -> None:
        """Sends one frame, with something in it as the check says."""
        how = ", ".join(f"{key} {value:#x}" if key in ("checksum", "flags") else f"{key} {value!r}"
                        for key, value in wrong.items())  # fmt: skip
        self._steps.append(f"{self.name} > {shown(payload)}" + (f"        (its header: {how})" if how else ""))
        self._transmit(frames.frame(payload, **wrong))

    def stops_reading(self) -> None:
        """From now on she takes nothing of what she is sent."""
        self._steps.append(f"{self.name} does not read any more")
        self._is_deaf = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)

    def tells_of_errors(self) -> None:
        """Puts into the transcript the first error that she got and no check has asked for: others may wait because
        of that."""
        with suppress(Unmet):
            while not self._is_deaf and (came := self._next(self._patience.within(MOMENT), quietly=True)) is not None:
                if came["type"] == "error":
                    self._steps.append(f"{self.name} < {told(came)}")
                    return

    def says_goodbye(self) -> None:
        """Lets the server know in its own words that the conversation is over."""
        if not self._is_deaf and not self.is_over:
            self._transmit(self._pack({"type": "bye"}))
        self.shuts_down()

    def close(self, deadline: Deadline | None = None) -> None:
        """Hangs up. Who has not read would have to read all of it first."""
        super().close(None if self._is_deaf else deadline)

    def _next(self, deadline: Deadline | None = None, *, quietly: bool = False) -> dict | None:
        """The next object of the server; None when none comes."""
        payload = self._take(self._cut_payload, deadline, costs_patience=deadline is None)
        if payload is None:
            if self._broken:
                raise Unmet(f"{self.name} to get frames as the handout has them", self._broken)
            return None
        try:
            came = wire.unpack(payload)
        except wire.Malformed:
            raise Unmet(f"{self.name} to get JSON objects", f"{shown(payload)} came") from None
        if not quietly and not _is_of_a_crowd(came):
            self._steps.append(f"{self.name} < {told(came)}")
        if fault := wire.fault(came):
            raise Unmet(f"{self.name} to get objects as the handout has them", f"{told(came)} came: {fault}")
        self._note(came)
        return came

    def _note(self, came: Mapping[str, object]) -> None:
        if came["type"] in ("joined", "left"):
            self._news[came["type"], came["name"]] += 1

    def _cut_payload(self, came: bytearray) -> bytes | None:
        """The first message that has come, if one has."""
        if came and not self._broken:
            try:
                self._payloads.extend(self._frames.feed(bytes(came)))
            except frames.Broken as broken:
                self._broken = f"{broken.text}: {shown(bytes(came))} came"
        came.clear()
        if self._broken and not self._payloads:
            self._close()
        return self._payloads.popleft() if self._payloads else None

    def _instead(self, came: Mapping[str, object] | None) -> str:
        """What came instead of what was waited for, in words."""
        if came is not None:
            return f"{told(came)} came"
        if not self._frames.is_between:
            return f"half a message came {'before the connection ended' if self.is_over else 'and no more'}"
        return self._nothing()

    def _transmits_cut(self, data: bytes, places: Iterable[int]) -> None:
        for start, end in pairwise((0, *places, len(data))):
            self._transmit(data[start:end])
            self._until_it_is_read()

    def _pack(self, said: Mapping[str, object]) -> bytes:
        """An object as it goes over the connection."""
        return frames.packed(**said)

    def _of_length(self, character: str, number: int) -> str:
        return character * (number - len(self._mark)) + self._mark

    def _log(self, said: Mapping[str, object], how: str = "") -> None:
        self._steps.append(f"{self.name} > {told(said)}{how}")

    def _marked(self, text: str) -> str:
        return f"{text} {self._mark}".rstrip() if self._mark else text


def _is_of_a_crowd(came: Mapping[str, object]) -> bool:
    """Whether this is news of many who come at the same time, in an order that is a matter of luck."""
    return came.get("type") in ("joined", "left") and str(came.get("name")).startswith(CROWD)
