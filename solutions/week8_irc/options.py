"""What the server is told on the command line. What is wrong there argparse says, with a usage line and status 2."""

import argparse
import sys
from argparse import ArgumentTypeError
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """All of it, checked."""

    host: str = "localhost"
    port: int = 6667
    password: str = ""  # "": none is needed
    motd: tuple[str, ...] = ()  # the lines of the message of the day
    operators: dict[str, str] = field(default_factory=dict)  # their passwords, by name
    ping: float = 120.0  # seconds without a word
    flood: float = 20.0  # lines a second; 0: no limit


def options(words: list[str]) -> Options:
    """The options in these words."""
    parser = argparse.ArgumentParser(description="An IRC server.", allow_abbrev=False)
    parser.add_argument("host", metavar="HOST")
    parser.add_argument("port", metavar="PORT", type=port)
    parser.add_argument("--password", metavar="P", default="", help="what clients have to say with PASS")
    parser.add_argument("--motd", metavar="FILE", help="the message of the day")
    parser.add_argument("--oper", metavar="NAME:PASSWORD", type=operator, action="append", default=[])
    parser.add_argument("--ping", metavar="SECONDS", type=seconds, default=120.0, help="who is silent is asked (120)")
    parser.add_argument("--flood", metavar="LINES", type=rate, default=20.0, help="a second; 0: no limit (20)")
    given = parser.parse_args(words)
    motd = lines_of(given.motd) if given.motd else ()
    return Options(given.host, given.port, given.password, motd, dict(given.oper), given.ping, given.flood)


def port(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 65535:
        raise ArgumentTypeError("a port is a number from 1 to 65535")
    return int(word)


def seconds(word: str) -> float:
    if not 0.1 <= number(word) <= 1e9:
        raise ArgumentTypeError("give at least 0.1 seconds")
    return number(word)


def rate(word: str) -> float:
    if not 0 <= number(word) <= 1e9:
        raise ArgumentTypeError("give 0 lines or more")
    return number(word)


def number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ArgumentTypeError(f"{word!r} is no number") from None


def operator(word: str) -> tuple[str, str]:
    name, _, password = word.partition(":")
    if not name or not password:
        raise ArgumentTypeError("give NAME:PASSWORD")
    return name, password


def lines_of(path: str) -> tuple[str, ...]:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        sys.exit(f"cannot read {path}: {error.strerror}")
    return tuple(text.replace("\0", "").splitlines())
