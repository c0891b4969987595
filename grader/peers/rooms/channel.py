"""The datagrams between a client and the chat-room server under test: numbered, acknowledged, repeated, in order."""

from __future__ import annotations

import socket
import time
from collections import Counter, deque
from contextlib import suppress

from grader.peers.udp.datagrams import AT_ONCE, FLOOD, LARGEST
from grader.peers.udp.link import Direction, Fate, Faults
from grader.peers.watch import Watch
from grader.wire import room_datagrams as wire
from grader.wire.room_datagrams import Ack, Incoming, Malformed, Outgoing, Piece


class Channel:
    """A client's socket, which knows the server's address. While a check waits, whatever for, it acknowledges what
    comes, and repeats what is not acknowledged.

    flow   the number of the client: what the link does to a datagram depends on it, and on the numbers in the header
    """

    def __init__(self, bound: socket.socket, watch: Watch, *, link: Faults, flow: int):
        self.acks: Counter[int] = Counter()  # how often each number has been acknowledged
        self.messages: deque[list[Piece]] = deque()  # what is complete, and has not been asked for
        self.lost: dict[int, Piece] = {}  # what came, and was lost on purpose; the last time of each
        self.fault: tuple[Malformed, bytes] | None = None  # the first datagram that is none, and what is wrong with it
        self.is_refused = False  # nobody had the port when something was sent last
        self.incoming, self.outgoing = Incoming(), Outgoing()
        self._socket = bound
        self._watch = watch
        self._came = 0
        self._in, self._out = (Direction(_by_header(link), flow, sign) for sign in "<>")
        bound.setblocking(False)
        watch.add(bound, self._take)
        self._timer = watch.add_timer(self.outgoing.next_due, self._repeat)

    @property
    def address(self) -> tuple[str, int]:
        """Her own, as the server sees it."""
        return self._socket.getsockname()[:2]

    def send(self, piece: Piece) -> Fate:
        """Sends a piece, again and again until it is acknowledged; what becomes of it the first time."""
        return self._transmit(self.outgoing.sends(piece, time.monotonic()))

    def send_once(self, piece: Piece) -> Fate:
        """Sends a piece, whatever is known of it."""
        return self._transmit(piece.datagram)

    def close(self) -> None:
        """Takes and repeats nothing any more. The socket stays: nobody is to get its port while the server knows it."""
        self._stop_listening()
        with suppress(ValueError):
            self._watch.remove_timer(self._timer)

    def _repeat(self) -> None:
        for datagram in self.outgoing.due(time.monotonic()):
            self._transmit(datagram)

    def _transmit(self, datagram: bytes) -> Fate:
        carried = self._out.carries(datagram)
        for each in carried.out:
            for _ in range(2):  # what the system says first is about the datagram before this one
                try:
                    self._socket.send(each)
                except ConnectionError:
                    self.is_refused = True
                except OSError:  # its buffer is full: networks lose datagrams, too
                    break
                else:
                    self.is_refused = False
                    break
        return carried.fate

    def _take(self) -> None:
        """Reads what is there."""
        with suppress(BlockingIOError):
            for _ in range(AT_ONCE):
                try:
                    datagram = self._socket.recv(LARGEST)
                except ConnectionError:
                    self.is_refused = True
                    continue
                self.is_refused = False
                self._came += 1
                self._carry(datagram)
        if self._came >= FLOOD:
            self._stop_listening()

    def _carry(self, datagram: bytes) -> None:
        carried = self._in.carries(datagram)
        if carried.fate is Fate.LOST:
            with suppress(Malformed):
                if isinstance(found := wire.read(datagram), Piece):
                    self.lost[found.number] = found
        for each in carried.out:
            try:
                self._receive(wire.read(each))
            except Malformed as fault:
                self.fault = self.fault or (fault, each)

    def _receive(self, found: Piece | Ack) -> None:
        if isinstance(found, Ack):
            self.acks[found.number] += 1
            self.outgoing.acknowledged(found)
        elif self.incoming.takes(found):
            self._transmit(Ack(found.number).datagram)
            self.messages += self.incoming.add(found)

    def _stop_listening(self) -> None:
        with suppress(KeyError):
            self._watch.remove(self._socket)


def _by_header(faults: Faults) -> Faults:
    """Faults that do not depend on what a server makes up, as the number of a room, or how long an answer is."""

    def fate(flow: int, sign: str, datagram: bytes, before: int) -> Fate:
        header = datagram.partition(b"\n")[0].partition(b"/")[0]
        return faults(flow, sign, header, before)

    return fate
