"""Lab 5, week 2: a chat client over UDP.

Two daemon threads only wait, one for the keyboard and one for the network, and put what comes into one queue of events.
The main thread takes the events out one by one, so nothing else needs a lock.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass

import protocol

INTERVAL = 0.25
TRIES = 20
TRIES_FOR_BYE = 4


class UsageError(Exception):
    """The command line makes no sense."""


class ChatError(Exception):
    """The chat cannot go on."""


@dataclass(frozen=True)
class Line:
    """A line from the keyboard."""

    text: str


@dataclass(frozen=True)
class Datagram:
    """A datagram from the server."""

    data: bytes


class EndOfInput:
    """There will be no more lines."""


class Interrupt:
    """Ctrl-C."""


@dataclass
class Request:
    """What has been sent and is not answered yet."""

    data: bytes
    answer: str
    tries_left: int
    due: float = 0.0


class Session:
    """One stay in the chat, from HELLO to BYE."""

    def __init__(self, udp: socket.socket, name: str) -> None:
        self._udp = udp
        # Not a Queue: a signal handler may only put something into a SimpleQueue.
        self._events: queue.SimpleQueue[Line | Datagram | EndOfInput | Interrupt] = queue.SimpleQueue()
        self._request: Request | None = None
        self._waiting: deque[Line | EndOfInput] = deque()
        self._ids: set[int] = set()
        self._number = 1
        self._name = name
        self._joined = self._leaving = self._over = False

    def run(self) -> None:
        """Chat until the input ends.

        Raises:
            ChatError: if the server refuses the name or does not answer any more.
        """
        signal.signal(signal.SIGINT, lambda number, frame: self._events.put(Interrupt()))
        threading.Thread(target=self._receive, daemon=True).start()
        self._ask(f"HELLO {self._name}", f"WELCOME {self._name}", TRIES)
        while not self._over:
            self._step()
            self._go_on()

    def _step(self) -> None:
        seconds = max(0.0, self._request.due - time.monotonic()) if self._request else None
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            self._repeat()
            return
        if isinstance(event, Datagram):
            self._understand(protocol.parse(event.data))
        elif isinstance(event, Interrupt):
            self._over = self._leaving or not self._joined  # no patience left, or nobody to say BYE to
            self._waiting = deque([EndOfInput()])
        else:
            self._waiting.append(event)

    def _go_on(self) -> None:
        """Send the next thing, unless the last one is still on its way."""
        while self._waiting and not self._request and not self._leaving:
            event = self._waiting.popleft()
            if isinstance(event, EndOfInput):
                self._leaving = True
                self._ask("BYE", "BYE", TRIES_FOR_BYE)
            else:
                self._say(event.text)

    def _say(self, text: str) -> None:
        datagram = f"SAY {self._number} {text}"
        if len(datagram.encode(errors="replace")) > protocol.MAX_DATAGRAM:
            print(f"* Too long for one datagram ({len(text)} characters), not sent.", file=sys.stderr)
        elif text:
            self._ask(datagram, f"OK {self._number}", TRIES)
            self._number += 1

    def _ask(self, text: str, answer: str, tries: int) -> None:
        self._request = Request(text.encode(errors="replace"), answer, tries)
        self._repeat()

    def _repeat(self) -> None:
        assert self._request is not None
        if self._request.tries_left == 0:
            if not self._leaving:
                raise ChatError(f"The server has not answered {TRIES} times.")
            self._over = True
            return
        self._request.tries_left -= 1
        self._request.due = time.monotonic() + INTERVAL
        self._send(self._request.data)

    def _understand(self, said: protocol.Message | protocol.Answer | protocol.Refusal | None) -> None:
        if isinstance(said, protocol.Message):
            if said.id not in self._ids:
                print(said, flush=True)
                self._ids.add(said.id)
            self._send(f"GOT {said.id}".encode())
        elif isinstance(said, protocol.Refusal) and self._request:
            if not self._joined:
                raise ChatError(f"The server refuses: {said.text} ({said.code})")
            print(f"* The server refuses: {said.text}", file=sys.stderr)
            self._request = None
            self._over = self._leaving
        elif isinstance(said, protocol.Answer) and self._request and said.text == self._request.answer:
            self._request = None
            self._over = self._leaving
            if not self._joined:
                self._joined = True
                threading.Thread(target=self._read, daemon=True).start()

    def _send(self, data: bytes) -> None:
        try:
            self._udp.send(data)
        except ConnectionError:
            pass

    def _receive(self) -> None:
        while True:
            try:
                self._events.put(Datagram(self._udp.recv(2048)))
            except ConnectionError:
                time.sleep(INTERVAL)

    def _read(self) -> None:
        try:
            while (line := input()) != "/quit":
                self._events.put(Line(line))
        except EOFError:
            pass
        self._events.put(EndOfInput())


def parse_arguments(arguments: list[str]) -> tuple[str, int, str]:
    """Return host, port and name from the command line arguments.

    Raises:
        UsageError: if one of them is missing or not usable.
    """
    if len(arguments) != 3:
        raise UsageError(f"expected HOST, PORT and NAME, got {len(arguments)} argument(s)")
    host, port, name = arguments
    try:
        number = int(port)
    except ValueError:
        raise UsageError(f"PORT is not a number: {port}") from None
    if number not in range(1, 65536):
        raise UsageError(f"PORT must be from 1 to 65535, not {number}")
    if not protocol.NAME.fullmatch(name):
        raise UsageError(f"NAME must be 1 to 20 letters, digits, _ or -, not {name!r}")
    return host, number, name


def main() -> int:
    """Run the client and return its exit status."""
    try:
        host, port, name = parse_arguments(sys.argv[1:])
    except UsageError as error:
        print(f"{error}\nusage: python lab5/week2_udp/client.py HOST PORT NAME", file=sys.stderr)
        return 2
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.connect((host, port))
        Session(udp, name).run()
    except (OSError, ChatError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: the thread that still waits for the keyboard must not hold up the end.
    os._exit(status)
