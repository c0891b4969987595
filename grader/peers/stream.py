"""A client of a server under test over a TCP connection that lasts. What a message is, each week says itself."""

from __future__ import annotations

import selectors
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import TypeVar

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.wording import count, shown

READ = 65_536
LARGEST = 64 * 1024 * 1024  # bytes that are kept of a server that does not stop
TAKEN = 1.0  # seconds in which a program that waits for input has read it
LOOK = 0.002  # seconds between two looks whether it has
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the connection ends in RST
Found = TypeVar("Found")


class Stream:
    """alice, bob or carol.

    unread   how many bytes of what she has sent the server has not read yet
    mark     a word at the end of what she says, which no program can know
    neutral  text without what differs from run to run
    """

    def __init__(
        self,
        name: str,
        connection: socket.socket,
        *,
        steps: list[str],
        patience: Patience,
        unread: Callable[[], int],
        mark: str = "",
        neutral: Callable[[str], str] = str,
    ):
        self.name = name
        self.cut_off = False  # whether the server has ended the connection
        self._connection: socket.socket | None = connection
        self._steps = steps
        self._patience = patience
        self._unread = unread
        self._mark = mark
        self._neutral = neutral
        self._came = bytearray()  # and has not been asked for yet
        self._is_reading = True  # the server, as far as is known
        with suppress(OSError):  # macOS: it has been reset already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)

    def sends(self, data: bytes) -> None:
        """Sends these bytes at once. That the connection has ended is noticed by what is received next."""
        self._steps.append(f"{self.name} > {self._told(data)}")
        self._transmit(data)

    def sends_cut(self, data: bytes, *places: int) -> None:
        """Sends it in pieces, cut at these places: each after the server has read the one before."""
        cuts = ", ".join(map(str, places[:3])) + (" ..." if places[3:] else "")
        pieces = f"{count(len(places) + 1, 'piece')}, cut at {cuts}"
        self._steps.append(f"{self.name} > {self._told(data)}        ({pieces})")
        for start, end in pairwise((0, *places, len(data))):
            self._transmit(data[start:end])
            self._until_it_is_read()

    def sends_byte_by_byte(self, data: bytes) -> None:
        """Sends it in pieces of one byte: each after the server has read the one before."""
        self._steps.append(f"{self.name} > {self._told(data)}        (byte by byte)")
        for place in range(len(data)):
            self._transmit(data[place : place + 1])
            self._until_it_is_read()

    def is_read(self) -> None:
        """The server has read what she has sent, or does not read for a while."""
        self._until_it_is_read()

    def finishes(self) -> None:
        """Says that she will send nothing more, and goes on to read."""
        self._steps.append(f"{self.name} shuts down her sending side")
        self.shuts_down()

    def hangs_up(self) -> None:
        """Ends the connection."""
        self._steps.append(f"{self.name} hangs up")
        self._close()

    def drops(self) -> None:
        """Is gone from one moment to the next: the connection is reset (RFC 9293, section 3.5.2)."""
        self._steps.append(f"{self.name} is gone: her connection is reset")
        with suppress(OSError):
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._close()

    def sees_the_end(self) -> None:
        """The server ends the connection; what comes before that does not matter."""
        deadline = self._patience.for_answer()
        while not self.is_over:
            self._came.clear()
            if deadline.is_over or not (self._receive(deadline) or self.is_over):
                self._patience.ran_out(deadline)
                raise Unmet(f"the server to end {self.name}'s connection", "it stays open")
        self._steps.append(f"{self.name}'s connection ends")

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended, on either side."""
        return self.cut_off or self._connection is None

    def close(self, deadline: Deadline | None = None) -> None:
        """Hangs up without a word; until the deadline it lets the server notice it."""
        if deadline is not None:
            self.shuts_down()
        while deadline is not None and not deadline.is_over and self._receive(deadline):
            self._came.clear()
        self._close()

    def _take(
        self,
        parse: Callable[[bytearray], Found | None],
        deadline: Deadline | None = None,
        *,
        costs_patience: bool = True,
    ) -> Found | None:
        """What `parse` finds at the beginning of what has come, and takes away from it; None when the connection has
        ended, or the time is up.

        costs_patience   whether the server owes it, so that less is waited for from then on if it does not come
        """
        deadline = deadline or self._patience.for_answer()
        while (found := parse(self._came)) is None:
            if deadline.is_over or len(self._came) > LARGEST or not self._receive(deadline):
                if costs_patience and not self.is_over:
                    self._patience.ran_out(deadline)
                return None
        return found

    def _nothing(self) -> str:
        """What came instead of something, in words."""
        if self._came:
            end = "and then the connection ended" if self.is_over else "and no more, although the connection is open"
            return f"{self._told(bytes(self._came))} came {end}"
        return f"nothing came {'before the connection ended' if self.is_over else 'and the connection is still open'}"

    def _told(self, data: bytes) -> str:
        """Bytes as the transcript has them."""
        return self._neutral(shown(data))

    def _receive(self, deadline: Deadline) -> bool:
        """Waits for more; whether there is, which is not so at the end of the connection: FIN and RST are the same."""
        with selectors.DefaultSelector() as selector:
            if self.is_over:
                return False
            selector.register(self._connection, selectors.EVENT_READ)
            while not selector.select(deadline.turn):
                if deadline.is_over:
                    return False
        return self._read()

    def _read(self) -> bool:
        try:
            data = self._connection.recv(READ)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        self._came += data
        self.cut_off = not data
        return bool(data)

    def _transmit(self, data: bytes) -> None:
        """Reads while it writes: a server that answers at once would wait for her, and she for the server."""
        rest, deadline = memoryview(data), self._patience.for_answer()
        with selectors.DefaultSelector() as selector, suppress(OSError):
            if self._connection is not None:
                selector.register(self._connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while rest and not self.is_over and not deadline.is_over:
                for _, ready in selector.select(deadline.turn):
                    if ready & selectors.EVENT_READ:
                        self._read()
                    if ready & selectors.EVENT_WRITE and not self.cut_off:
                        rest = rest[self._connection.send(rest) :]

    def _until_it_is_read(self) -> None:
        """Whoever has once not read for a while is not waited for again."""
        deadline = self._patience.within(TAKEN)
        while self._is_reading and self._unread():
            self._is_reading = not deadline.is_over
            time.sleep(LOOK)  # the kernel sends no event when a program has read

    def says_goodbye(self) -> None:
        """Lets the server know that the conversation is over; whoever has words for that says them."""
        self.shuts_down()

    def shuts_down(self) -> None:
        """Says without a word that she will send nothing more."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_WR)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
