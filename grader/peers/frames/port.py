"""The lab's server of a check for a client of week 9: what comes and goes are frames with objects in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.frames.text import told, told_all
from grader.peers.stream_port import FLOOD_BYTES, REST, Channel, StreamPort
from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wire.streams import Delivery
from grader.wording import count, ended, shown

FLOOD = 20_000  # objects, after which nobody listens any more
TEXT_OF = ("say",)  # objects whose text ends in the mark


class FramePort(StreamPort):
    """What a conversation calls `server`. Others in the chat are made up by the check: they have no connection."""

    def __init__(self, *arguments: object, **more: object):
        self._objects: list[dict] = []  # that the client has sent, in order
        self._frames: dict[object, frames.Frames] = {}  # of each connection
        self._fault = ""  # what was wrong with what the client sent
        super().__init__(*arguments, **more)

    def has(self, *names: str) -> None:
        """Somebody else comes, and says hello."""
        for name in names:
            self._log(f"{name} connects, and says hello")
            self._service.opens(name)
            self._deliver(self._service.receives(name, frames.packed(type="hello", name=name)))

    def loses(self, *names: str) -> None:
        """Somebody else's connection ends."""
        for name in names:
            self._log(f"{name} hangs up")
            self._deliver(self._service.ends(name))

    def relays(self, name: str, *texts: str) -> None:
        """Somebody else, who is there, says these; texts end in the mark."""
        for text in texts:
            self._log(f"{name} says {text!r}")
            self._deliver(self._service.receives(name, frames.packed(type="say", text=self._marked_text(text))))

    def relays_at_once(self, name: str, texts: Iterable[str]) -> None:
        """Somebody else says all this; the client gets it in one segment."""
        said = [delivery for text in texts for delivery in self._said_by(name, text)]
        self._log(f"{self.run.subject} < {count(len(said), 'message')} of {name}        (in one segment)")
        self.transmits(b"".join(delivery.data for delivery in said))

    def relays_in_chunks(self, name: str, text: str, *sizes: int) -> None:
        """Somebody else says this; the client gets it in chunks of these sizes, and the rest in the last one."""
        (delivery,) = self._said_by(name, text)
        (data,), parts = frames.Frames().feed(delivery.data), []
        said = wire.unpack(data)
        for size in sizes:
            parts.append(data[:size])
            data = data[size:]
        self._log(f"{self.run.subject} < {told(said)}        (in {count(len(sizes) + 1, 'chunk')})")
        self._send(frames.chunks([*parts, data]))

    def sends_object(self, **said: object) -> None:
        """The server sends this object, whatever it is."""
        self._log(f"{self.run.subject} < {told(said)}")
        self._send(frames.packed(**said))

    def sends_frame(self, payload: bytes, **wrong: object) -> None:
        """The server sends one frame, with something in its header as the check says."""
        how = ", ".join(f"{key} {value!r}" for key, value in wrong.items())
        self._log(f"{self.run.subject} < {shown(payload)}        (its header: {how})")
        self._send(frames.frame(payload, **wrong))

    def comes_in_pieces(self, size: int) -> None:
        """From now on what the client is sent comes in pieces of so many bytes: each after it has read the one before;
        0: at once."""
        self.pieces = size

    def falls_silent(self) -> None:
        """From now on the server says nothing."""
        self.steps.append("the server does not answer any more")
        self._is_silent = True

    def hears(self, times: int = 1, **fields: object) -> None:
        """The client sends an object with these in it, so many times in all; a text ends in the mark."""
        wanted = self._wanted(fields)
        while (before := self._times(wanted)) < times:
            known = len(self._objects)
            comes = lambda: self._times(wanted) > before  # noqa: B023, E731
            if self._comes(lambda: len(self._objects) > known or bool(self._fault)) and not comes():  # noqa: B023
                self._watch.until(comes, Deadline(REST))
            if not comes():
                raise self._missing(wanted, before, known)

    def hears_name(self) -> str:
        """The client says hello: its name."""
        self.hears(type="hello")
        return str(self._objects[[said.get("type") for said in self._objects].index("hello")].get("name"))

    def has_heard_just(self, kind: str, *texts: str) -> None:
        """All that the client has sent of this type so far are these texts, in this order."""
        came = [said.get("text") for said in self._objects if said.get("type") == kind]
        if came != (wanted := [self._marked_text(text) for text in texts]):
            listed = ", ".join(ascii(text) for text in came) or "nothing"
            raise self.run.unmet(f"these texts, in this order: {', '.join(map(ascii, wanted))}", f"{listed} came")

    def heard_nothing_like(self, text: str) -> None:
        """No text of the client has had this in it."""
        if found := next((said for said in self._objects if text in str(said.get("text"))), None):
            raise self.run.unmet(f"nothing with {text!r} in it from the client", f"{told(found)} came")

    @property
    def is_flooded(self) -> bool:
        """Whether so much has come that nobody listens any more."""
        return len(self._objects) >= FLOOD or self._bytes >= FLOOD_BYTES

    def log_all(self) -> None:
        """Puts what has come of a frame that is not complete into the transcript, too: it may explain a failure."""
        if any(not parser.is_between for parser in self._frames.values()):
            self._log(f"{self.run.subject} > half a message")

    def _read(self, channel: Channel, data: bytes) -> bytes:
        parser = self._frames.setdefault(channel.key, frames.Frames())
        try:
            for payload in parser.feed(data):
                self._note(payload)
        except frames.Broken as broken:
            self._fault = self._fault or f"its frame is none: {broken.text}"
            self._log(f"{self.run.subject} > {shown(data)}")
        return data

    def _note(self, payload: bytes) -> None:
        try:
            said = wire.unpack(payload)
        except wire.Malformed:
            self._fault = self._fault or f"{shown(payload)} came, which is no JSON object"
            self._log(f"{self.run.subject} > {shown(payload)}")
            return
        self._objects.append(said)
        self._log(f"{self.run.subject} > {told(said)}")

    def _told(self, data: bytes) -> Iterable[str]:
        return told_all(data)

    def _send(self, data: bytes) -> None:
        for channel in list(self._channels.values()):
            self._transmit(channel, data)

    def transmits(self, data: bytes) -> None:
        """The server sends these bytes to whoever is connected."""
        self._send(data)

    def _said_by(self, name: str, text: str) -> list[Delivery]:
        """What the client is to be sent of what somebody else, who is there, says."""
        deliveries = self._service.receives(name, frames.packed(type="say", text=self._marked_text(text)))
        return [delivery for delivery in deliveries if delivery.to in self._channels]

    def _wanted(self, fields: Mapping[str, object]) -> dict:
        return {key: self._marked_text(value) if key == "text" else value for key, value in fields.items()}

    def _marked_text(self, text: str) -> str:
        return f"{text} {self._workspace.token}".rstrip()

    def _times(self, wanted: Mapping[str, object]) -> int:
        return sum(all(key in said and said[key] == wanted[key] for key in wanted) for said in self._objects)

    def _missing(self, wanted: Mapping[str, object], times: int, known: int) -> Unmet:
        again = "once more: " if times else ""
        self.log_all()
        new, status = self._objects[known:], self.run.exit_status()
        if self._fault:
            came = self._fault
        elif new:
            came = f"{told(new[-1])} came"
        elif status is not None:
            came = f"the program {ended(status)}{self.run.reason()}"
        else:
            came = "nothing came"
        return self.run.unmet(f"{again}{json.dumps(wanted, ensure_ascii=False)} from the client", came)
