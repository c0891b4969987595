"""A client's socket, with what has come and must wait, and what must go out and has to wait."""

import socket
from collections import deque
from contextlib import suppress

from messages import Lines
from network import Client

PIECE = 16 * 1024  # bytes that are received at a time: whoever sends thousands of commands shares with the others
MOST_INPUT = 64 * 1024  # bytes that may wait because they came too fast; more, and the client is let go
MOST_OUTPUT = 1024 * 1024  # bytes for a client that does not read; more, and it is let go
ENOUGH_OUTPUT = 64 * 1024  # bytes: a client that does not take its answers is not asked for more commands
ENOUGH_MESSAGES = 1000  # for one client in one turn; then the others are served
FIRST_BURST = 10  # times the lines of a second: clients say a lot when they come


class Connection:
    """One client and its socket."""

    def __init__(self, sock: socket.socket, client: Client, lines_a_second: float, now: float) -> None:
        sock.setblocking(False)
        with suppress(OSError):  # macOS: the client has gone again; receive() will find out
            # Nagle's algorithm holds a small segment back until the last one is acknowledged. A chat is small segments.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.client = client
        self.lines = Lines()
        self.input: deque[bytes | None] = deque()  # lines that have not been obeyed
        self.input_length = 0
        self.output = bytearray()  # what the system did not take
        self.heard_all = False  # the client has closed its sending side
        self.said_all = False  # we have closed ours
        self.close_at = float("inf")
        self.started = self.heard_at = now
        self.pinged_at = 0.0  # 0: it owes us no PONG
        self.rate = lines_a_second
        self.burst = max(1, lines_a_second * FIRST_BURST)
        self.allowed = self.burst  # lines that it may send now
        self.allowed_at = now

    def receive(self, now: float) -> None:
        """Takes a piece of what the client has sent; raises OSError if there is no connection any more."""
        try:
            data = self.sock.recv(PIECE)
        except BlockingIOError:
            return
        self.heard_at, self.pinged_at = now, 0.0  # whatever it is, it shows that somebody is there
        if not data:
            self.heard_all = True
        elif not self.client.gone:  # what comes after QUIT counts no more
            lines = self.lines.cut(data)
            self.input += lines
            self.input_length += sum(map(length, lines))

    def next_line(self) -> bytes | None:
        """The oldest line that waits."""
        line = self.input.popleft()
        self.input_length -= length(line)
        self.allowed -= 1
        return line

    def delay(self, now: float) -> float:
        """For how long the next line has to wait yet, in seconds; inf until the client has read something."""
        if len(self.output) > ENOUGH_OUTPUT:
            return float("inf")
        return self.flood_delay(now)

    def flood_delay(self, now: float) -> float:
        """The same as to the flood limit: so many lines a second in the long run, and some at once."""
        if not self.rate:
            return 0
        more = (now - self.allowed_at) * self.rate
        self.allowed, self.allowed_at = min(self.allowed + more, self.burst), now
        return 0 if self.allowed >= 1 else (1 - self.allowed) / self.rate

    def is_flood(self, now: float) -> bool:
        return self.input_length > MOST_INPUT and self.flood_delay(now) > 0

    def wants_more(self, now: float) -> bool:
        """Whether to receive from it. Who is not received from will have to wait with sending: TCP sees to that."""
        if self.heard_all or self.client.gone:
            return not self.heard_all
        return len(self.output) <= ENOUGH_OUTPUT and (self.input_length <= PIECE or self.flood_delay(now) > 0)

    def send(self) -> None:
        """Sends as much as the system takes without waiting; raises OSError if there is no connection any more."""
        data = b"".join(self.client.outbox)  # one send for all that this turn has brought
        self.client.outbox.clear()
        if self.output:  # the client reads slowly, or not at all
            self.output += data
            del self.output[: self.write(self.output)]
        elif data:
            self.output += data[self.write(data) :]
        if self.client.gone and not self.output and not self.said_all:
            # close() with bytes of the client unread resets the connection, and some systems then throw away what the
            # client has not read. So this ends our direction only; we read until it ends the other one.
            self.sock.shutdown(socket.SHUT_WR)
            self.said_all = True

    def write(self, data: bytes | bytearray) -> int:
        """Gives the system as much of it as it takes; returns how many bytes that was."""
        try:
            return self.sock.send(data)
        except BlockingIOError:  # its buffers are full
            return 0


def length(line: bytes | None) -> int:
    return len(line or b"") + len(b"\r\n")
