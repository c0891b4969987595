"""People who use real IRC clients, and one who types lines: bob."""

from __future__ import annotations

import codecs
import os
import pty
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
GENEROUS = 20  # seconds until a test gives up
ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()].|[=>])")  # colours, and where to write
SERVERS = {
    "solution": ["solutions/week8_irc/server.py", "localhost", "PORT"],
    "reference": ["-m", "grader", "serve", "--irc", "PORT"],
}


@contextmanager
def serving(which: str) -> Iterator[int]:
    """The port on which one of our servers listens meanwhile."""
    with socket.create_server(("localhost", 0)) as finder:
        port = finder.getsockname()[1]
    words = [word.replace("PORT", str(port)) for word in SERVERS[which]]
    server = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until(lambda: server.poll() is not None or _is_there(port), "a server that listens")
        yield port
    finally:
        server.terminate()
        server.wait()


def until(is_so: Callable[[], object], what: str, seconds: float = GENEROUS) -> None:
    """Waits for it: nothing tells a test of what another program has done."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


@contextmanager
def running(*command: str, home: Path) -> Iterator[subprocess.Popen]:
    """A program without a terminal, with a home of its own; it is ended in any case."""
    variables = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    program = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    try:
        yield program
    finally:
        program.kill()
        program.wait()


class Bob:
    """Types lines, and sees what comes."""

    def __init__(self, port: int, channel: str):
        self.seen = ""
        self._socket = socket.create_connection(("localhost", port), GENEROUS)
        self.says("NICK bob", "USER bob 0 * :Bob", f"JOIN {channel}")
        self.sees(f" 366 bob {channel} ")

    def says(self, *lines: str) -> None:
        """Sends these lines."""
        self._socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def sees(self, text: str) -> str:
        """A line with this in it has come, or comes; what came before is forgotten."""
        deadline = time.monotonic() + GENEROUS
        while not (found := [line for line in self.seen.split("\r\n")[:-1] if text in line]):
            assert time.monotonic() < deadline, f"no line with {text!r} in {self.seen!r}"
            with suppress(TimeoutError):
                data = self._socket.recv(65536)
                assert data, f"no line with {text!r} before the end, but {self.seen!r}"
                self.seen += data.decode()
            if "PING " in self.seen:
                self.says("PONG x")
        self.seen = self.seen.partition(found[0] + "\r\n")[2]
        return found[0]

    def __enter__(self) -> Bob:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class Screen:
    """A program at a terminal of 100x40. What it has shown is read while one waits for something."""

    def __init__(self, command: Sequence[str], home: Path):
        own, theirs = pty.openpty()
        self._shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        variables = {
            **os.environ,
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "LINES": "40",
            "COLUMNS": "100",
        }
        self._program = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=variables, start_new_session=True
        )
        os.close(theirs)
        self._terminal = own

    def types(self, line: str) -> None:
        """Types this line. What comes of it has to be waited for: irssi takes several lines at once for one."""
        os.write(self._terminal, f"{line}\r".encode())

    def shows(self, text: str) -> None:
        """This has been on the screen, or comes."""
        until(lambda: self._read() and text in self._shown, f"{text!r} on the screen")

    def has_ended(self) -> None:
        """The program ends."""
        until(lambda: self._read() and self._program.poll() is not None, "the end of the program")

    def _read(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._terminal, selectors.EVENT_READ)
            while selector.select(0):
                try:
                    text = self._decoder.decode(os.read(self._terminal, 65536))
                except OSError:  # it has ended
                    break
                self._shown += ESCAPE.sub("", text)
        return True

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.kill()
        self._program.wait()
        os.close(self._terminal)


def _is_there(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), 1).close()
    except OSError:
        return False
    return True
