"""The lines of week 6: a client registers its name, and what it says afterwards goes to everybody else."""

from __future__ import annotations

import re

LONGEST = 64 * 1024  # bytes of a line with its end
VERSION = "CHAT/1.0"
NAME = r"[A-Za-z0-9_-]{1,20}"
REGISTRATION = re.compile(rf"REGISTER ({NAME}) CHAT/1\.0\r?".encode())  # telnet ends its lines with \r\n
MESSAGE = re.compile(rf"@({NAME}): (.*)".encode(), re.DOTALL)
ANSWER = re.compile(rb"([0-9]{3})(?![0-9])")  # the number decides, not the words behind it
REGISTERED, MALFORMED, TAKEN = 200, 400, 401
REASONS = {REGISTERED: "Registration successful", MALFORMED: "Invalid registration", TAKEN: "Client already registered"}


def register(name: str) -> bytes:
    """The first line of a connection."""
    return f"REGISTER {name} {VERSION}\n".encode()


def answer(code: int) -> bytes:
    """What a registration is answered with."""
    return f"{code} {REASONS[code]}\n".encode()


def message(name: str, text: str) -> bytes:
    """What a client says."""
    return f"@{name}: {text}\n".encode()


def disconnect(name: str) -> bytes:
    """What a client says when it leaves."""
    return f"DISCONNECT {name} {VERSION}\n".encode()


def goodbye() -> bytes:
    """What a server says to everybody when it ends."""
    return f"DISCONNECT {VERSION}\n".encode()


def read_registration(line: bytes) -> str | None:
    """The name in a first line; None where that is no registration."""
    found = REGISTRATION.fullmatch(line)
    return found[1].decode() if found else None


def read_answer(line: bytes) -> int | None:
    """The number that an answer begins with; None where there is none."""
    found = ANSWER.match(line)
    return int(found[1]) if found else None


def read_message(line: bytes, sender: str) -> tuple[str, str]:
    """Who says what in a line that is relayed; a line of another form is all text, and its sender's."""
    found = MESSAGE.fullmatch(line)
    name, text = (found[1].decode(), found[2]) if found else (sender, line)
    return name, text.decode("utf-8", "backslashreplace")


def is_disconnect(line: bytes, name: str) -> bool:
    """Whether this is how the client of this name leaves."""
    return line.removesuffix(b"\r") + b"\n" == disconnect(name)
