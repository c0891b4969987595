"""The peers of week 9 where messages go over ZeroMQ: the same objects, without the lab's own frames."""

from __future__ import annotations

import socket

from grader.peers.frames.guest import Client
from grader.peers.frames.port import FramePort
from grader.peers.stream_port import Channel
from grader.wire import frames
from grader.wire.zmtp import NotZeroMq, Zmtp, greeting, message
from grader.wording import count, shown


class ZmqClient(Client):
    """alice, bob or carol as a DEALER."""

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self._zmtp = Zmtp()
        self._transmit(greeting("DEALER"))
        self._take(self._shakes_hands)

    def _shakes_hands(self, came: bytearray) -> bool | None:
        """Whether the other side is ready to be spoken to, or is none that ever will be."""
        try:
            list(self._zmtp.feed(bytes(came)))
        except NotZeroMq as wrong:
            self._broken = str(wrong)
        came.clear()
        return True if self._zmtp.is_ready or self._broken else None

    def _pack(self, said: dict) -> bytes:
        return message(frames.as_json(said))

    def _cut_payload(self, came: bytearray) -> bytes | None:
        if came and not self._broken:
            try:
                for parts in self._zmtp.feed(bytes(came)):
                    self._take_parts(parts)
            except NotZeroMq as wrong:
                self._broken = str(wrong)
        came.clear()
        if self._zmtp.owed:
            owed, self._zmtp.owed = self._zmtp.owed, b""
            self._transmit(owed)
        if self._broken and not self._payloads:
            self._close()
        return self._payloads.popleft() if self._payloads else None

    def _take_parts(self, parts: list[bytes]) -> None:
        if len(parts) == 1:
            self._payloads.append(parts[0])
        else:
            self._broken = f"a message of {count(len(parts), 'part')} came, not of one"


class ZmqPort(FramePort):
    """What a conversation calls `server`, as a ROUTER."""

    def __init__(self, *arguments: object, **more: object):
        self._zmtp: dict[object, Zmtp] = {}
        super().__init__(*arguments, **more)

    def _accept(self, listener: socket.socket) -> None:
        known = set(self._channels)
        super()._accept(listener)
        for key in set(self._channels) - known:
            self._zmtp[key] = Zmtp()
            super()._transmit(self._channels[key], greeting("ROUTER"))

    def _read(self, channel: Channel, data: bytes) -> bytes:
        """What has come, in frames as the service takes them."""
        parser, payloads = self._zmtp[channel.key], []
        try:
            for parts in parser.feed(data):
                if len(parts) == 1:
                    payloads.append(parts[0])
                    continue
                self._fault = self._fault or f"a message of {count(len(parts), 'part')} came, not of one"
                self._log(f"{self.run.subject} > {', '.join(map(shown, parts))}        (in {len(parts)} parts)")
        except NotZeroMq as wrong:
            self._fault = self._fault or str(wrong)
            self._log(f"{self.run.subject} > {shown(data)}")
        owed, parser.owed = parser.owed, b""
        if owed:
            super()._transmit(channel, owed)
        for payload in payloads:
            self._note(payload)
        return b"".join(map(frames.message, payloads))

    def _transmit(self, channel: Channel, data: bytes) -> None:
        super()._transmit(channel, b"".join(message(payload) for payload in frames.Frames().feed(data)))
