"""The chat's protocol: requests that are repeated until they are answered."""

import re
import socket
from contextlib import suppress
from threading import Condition, Thread

LONGEST, PAUSE, TRIES = 1200, 0.25, 20


class Refused(Exception):
    """The server does not want it."""


class TooLong(ValueError):
    """It does not fit into a datagram."""


def arguments(argv):
    """HOST, PORT and NAME; raises ValueError."""
    if len(argv) != 4:
        raise ValueError(f"{len(argv) - 1} arguments, where 3 are wanted")
    if not argv[2].isdecimal() or int(argv[2]) not in range(1, 65536):
        raise ValueError(f"{argv[2]!r} is not a port")
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", argv[3]):
        raise ValueError(f"{argv[3]!r} is not a name")
    return argv[1], int(argv[2]), argv[3]


class Client:
    """A conversation; `heard` is called with the name and the text of each message."""

    def __init__(self, host, port, heard):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((host, port))
        self._heard, self._ids = heard, set()
        self._number, self._answer, self._news = 0, None, Condition()
        Thread(target=self._listen, daemon=True).start()

    def join(self, name):
        self._ask(f"HELLO {name}", f"WELCOME {name}")

    def say(self, text):
        if not text:
            return
        request = f"SAY {self._number + 1} {text}"
        if len(request.encode(errors="replace")) > LONGEST:
            raise TooLong(f"{len(request.encode(errors='replace'))} bytes are too many, {LONGEST} would do")
        self._number += 1
        self._ask(request, f"OK {self._number}")

    def leave(self):
        with suppress(OSError, Refused, KeyboardInterrupt):
            self._ask("BYE", "BYE", tries=4)

    def _ask(self, request, answer, tries=TRIES):
        with self._news:
            self._answer = answer
            for _ in range(tries):
                self._send(request)
                if self._news.wait_for(lambda: self._answer != answer, PAUSE):
                    break
            else:
                raise TimeoutError(f"no answer after {tries} tries")
            if self._answer:
                raise Refused(self._answer)

    def _send(self, text):
        with suppress(ConnectionError):
            self._socket.send(text.encode(errors="replace"))

    def _listen(self):
        while True:
            with suppress(ConnectionError, UnicodeDecodeError):
                self._take(self._socket.recv(2048).decode())

    def _take(self, text):
        if match := re.fullmatch(r"MSG (\d+) ([\w-]{1,20}) (.*)", text, re.ASCII | re.DOTALL):
            if match[1] not in self._ids:
                self._heard(match[2], match[3])
                self._ids.add(match[1])
            self._send(f"GOT {match[1]}")
            return
        with self._news:
            if self._answer and text == self._answer:
                self._answer = ""
            elif self._answer and text.startswith("ERROR "):
                self._answer = text.removeprefix("ERROR ")
            self._news.notify()
