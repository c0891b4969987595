"""The lab's server of a check on a port, for a client under test that talks over a TCP connection in lines."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Hashable, Iterable
from contextlib import ExitStack, suppress

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers.run import Run
from grader.peers.services import MakeStreamService, StreamService
from grader.peers.watch import Watch
from grader.sandbox.workspace import Workspace
from grader.wire.streams import Delivery, Lines
from grader.wording import count, ended, shown

HOSTS = ("127.0.0.1", "::1")  # what `localhost` stands for
READ = 65_536
TAKES = 2.0  # seconds for a client to take what it is sent
READS = 1.0  # seconds in which a program that waits for input has read it
LOOK = 0.002  # seconds between two looks whether it has
REST = 2.0  # seconds for what else may come, when something wrong has
AT_ONCE = 64  # connections
FLOOD, FLOOD_BYTES = 20_000, 64 * 1024 * 1024  # lines and bytes, after which nobody listens any more
LAST_LOOKS = 3  # of these the first may take a connection, and the second what comes on it
LOGGED = 150  # lines of a transcript


class Channel:
    """A connection that a client has made."""

    def __init__(self, connection: socket.socket, key: int, port: int):
        connection.settimeout(TAKES)
        with suppress(OSError):  # macOS: it has been reset already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connection
        self.key = key
        self.port = port
        self.lines = Lines()
        self.is_reading = True  # as far as is known

    def fileno(self) -> int:
        """The descriptor that is ready to read when something has come."""
        return self.socket.fileno()


class StreamPort:
    """A service on a port of both addresses of `localhost`.

    run     of the client; set when there is one
    pieces  bytes of each piece in which the client gets what it is sent; 0: all at once
    """

    run: Run

    def __init__(
        self,
        make_service: MakeStreamService,
        workspace: Workspace,
        watch: Watch,
        *,
        steps: list[str],
        patience: Patience,
    ):
        self.steps = steps
        self.pieces = 0
        self._said: list[tuple[str, str]] = []  # (name, text), in order
        self._service: StreamService = make_service(lambda name, text: self._said.append((name, text)))
        self._workspace, self._watch, self._patience = workspace, watch, patience
        self._kept = ExitStack()
        self.port = self._kept.enter_context(workspace.lease_port()).number
        self._listeners: list[socket.socket] = []
        self._channels: dict[Hashable, Channel] = {}
        self._keys = itertools.count(1)
        self._heard: list[bytes] = []  # lines, in order
        self._bytes = 0
        self._hung_up = 0  # connections that the client has ended
        self._is_silent = False
        try:
            self._listen()
        except BaseException:  # the port may be taken, or the sandbox have ended
            self.close()
            raise

    def hears(self, line: str, times: int = 1) -> None:
        """The client sends this line, so many times in all."""
        wanted = self._marked(line)
        while (before := self._heard.count(wanted)) < times:
            known = len(self._heard)
            if self._comes(lambda: len(self._heard) > known) and wanted not in self._heard[known:]:  # noqa: B023
                self._watch.until(lambda: self._heard.count(wanted) > before, Deadline(REST))  # noqa: B023
            if self._heard.count(wanted) == before:
                raise self._not_heard(wanted, before, known)

    def has_heard(self, *lines: str) -> None:
        """These, in this order, are all that the client has sent so far."""
        wanted = [self._marked(line) for line in lines]
        self._comes(lambda: len(self._heard) >= len(wanted))
        if self._heard != wanted:
            listed = ", ".join(shown(line) for line in self._heard) or "nothing"
            raise self.run.unmet(f"these lines, in this order: {', '.join(map(shown, wanted))}", f"{listed} came")

    def sends(self, *lines: str) -> None:
        """The server sends these lines to whoever is connected, in one segment."""
        self.transmits("".join(f"{line}\n" for line in lines).encode())

    def transmits(self, data: bytes) -> None:
        """The server sends these bytes to whoever is connected."""
        self._deliver(Delivery(key, data) for key in list(self._channels))

    def is_read(self) -> None:
        """The client has read all that it was sent, or does not read for a while: what comes next comes by itself."""
        for channel in self._channels.values():
            self._until_it_is_read(channel)

    def hangs_up(self) -> None:
        """The server ends every connection."""
        self.steps.append("the server ends the connection")
        for channel in list(self._channels.values()):
            self._drop(channel)

    def sees_the_end(self) -> None:
        """The client ends its connection."""
        if not self._comes(lambda: not self._channels, or_ended=False):
            raise self.run.unmet("the client to end its connection", "it stays open")

    @property
    def is_flooded(self) -> bool:
        """Whether so much has come that nobody listens any more."""
        return len(self._heard) >= FLOOD or self._bytes >= FLOOD_BYTES

    def log_all(self) -> None:
        """Puts what has come without the end of its line into the transcript, too: it may explain a failure."""
        for channel in self._channels.values():
            if rest := channel.lines.rest:
                self._log(f"{self.run.subject} > {shown(rest)}        (without the end of its line)")

    def close(self) -> None:
        """Nobody hears the client any more."""
        for listener in self._listeners:
            self._watch.remove(listener)
            listener.close()
        self._listeners.clear()
        for channel in list(self._channels.values()):
            self._drop(channel)
        self._kept.close()

    def _listen(self) -> None:
        for host in HOSTS:
            if self._workspace.has_address(host):
                listener = self._workspace.occupy(host, self.port)
                listener.setblocking(False)
                self._listeners.append(listener)
                self._watch.add(listener, lambda listener=listener: self._accept(listener))

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, address = listener.accept()
        except OSError:  # it has gone again
            return
        if len(self._channels) >= AT_ONCE or self.is_flooded:
            connection.close()
            return
        channel = Channel(connection, next(self._keys), address[1])
        self._channels[channel.key] = channel
        self._watch.add(channel, lambda: self._take(channel))
        self._log(f"{self.run.subject} connects")
        self._deliver(self._service.opens(channel.key))

    def _take(self, channel: Channel) -> None:
        try:
            data = channel.socket.recv(READ)
        except OSError:
            data = b""
        if not data:
            self._hung_up += 1
            self._log(f"{self.run.subject} ends the connection")
            self._drop(channel)
            self._deliver(self._service.ends(channel.key))
            return
        self._bytes += len(data)
        data = self._read(channel, data)
        if self.is_flooded:
            self._drop(channel)
        elif not self._is_silent:
            self._deliver(self._service.receives(channel.key, data))

    def _read(self, channel: Channel, data: bytes) -> bytes:
        """Notes what has come; what it means is for the service to say, which gets what is returned."""
        for line in channel.lines.feed(data):
            self._heard.append(line)
            self._log(f"{self.run.subject} > {shown(line)}")
        return data

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        """To whoever is connected; the others are somebody whom the check has made up."""
        for delivery in deliveries:
            if channel := self._channels.get(delivery.to):
                how = "" if not self.pieces else f"        (in pieces of {count(self.pieces, 'byte')})"
                for line in self._told(delivery.data):
                    self._log(f"{self.run.subject} < {line}{how}")
                self._transmit(channel, delivery.data)
                if delivery.ends:
                    self._log("the server ends the connection")
                    self._drop(channel)

    def _told(self, data: bytes) -> Iterable[str]:
        """What the client is sent, in lines for a transcript."""
        return map(shown, data.splitlines())

    def _transmit(self, channel: Channel, data: bytes) -> None:
        size = self.pieces or READ
        with suppress(OSError):  # it has hung up: that is seen elsewhere
            for start in range(0, len(data), size):
                channel.socket.sendall(data[start : start + size])
                if self.pieces:
                    self._until_it_is_read(channel)

    def _until_it_is_read(self, channel: Channel) -> None:
        """Whoever has once not read for a while is not waited for again."""
        deadline = self._patience.within(READS)
        while channel.is_reading and self._workspace.unread(channel.port, self.port):
            channel.is_reading = not deadline.is_over
            time.sleep(LOOK)  # the kernel sends no event when a program has read

    def _drop(self, channel: Channel) -> None:
        if self._channels.pop(channel.key, None):
            self._watch.remove(channel)
            channel.socket.close()

    def _comes(self, condition, *, or_ended: bool = True) -> bool:
        """Whether it comes to hold, before patience (with an answer) is out or the program has ended."""
        over = lambda: condition() or (or_ended and self.run.exit_status() is not None) or self.is_flooded  # noqa: E731
        deadline = self._patience.for_answer()
        if not self._watch.until(over, deadline):
            self._patience.ran_out(deadline)
        for _ in range(LAST_LOOKS):  # what an ended program has sent is still on its way
            self._watch.until(lambda: True, Deadline(0))
        return condition()

    def _not_heard(self, wanted: bytes, times: int, known: int) -> Unmet:
        again = "once more: " if times else ""
        new, status = self._heard[known:], self.run.exit_status()
        self.log_all()
        rest = next((channel.lines.rest for channel in self._channels.values() if channel.lines.rest), b"")
        if new:
            came = f"{shown(new[-1])} came"
        elif rest:
            came = f"{shown(rest)} came without the end of its line"
        elif status is not None:
            came = f"the program {ended(status)}{self.run.reason()}"
        else:
            came = "nothing came"
        return self.run.unmet(f"{again}{shown(wanted)} from the client", came)

    def _marked(self, text: str) -> bytes:
        return f"{text} {self._workspace.token}".rstrip().encode()

    def _log(self, line: str) -> None:
        line = self.run.neutral(line) if hasattr(self, "run") else line
        if len(self.steps) < LOGGED:
            self.steps.append(line)
        elif len(self.steps) == LOGGED:
            self.steps.append("... and so on")
