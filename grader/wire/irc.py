"""IRC as it goes over the wire: messages, sources, names, masks, tokens of 005 and mode strings, without sockets.

    read(b":irc.example 332 bob #den :two words\\r\\n")      Message("332", ("bob", "#den", "two words"), "irc.example")
    write(Message("PRIVMSG", ("#den", "hi you")))            b"PRIVMSG #den :hi you\\r\\n"
    lengths(b"@a=b PRIVMSG #den :hi\\r\\n")                  Lengths(tags=5, rest=18)
    read_source("alice!al@example.net")                      Source("alice", "al", "example.net")
    folded("Alice[1]", "rfc1459")                            "alice{1}"
    Mask("*!*@*.Example.net").matches("a!b@x.example.net")   True
    read_tokens(["CHANTYPES=#", "EXCEPTS", "-KNOCK"])        {"CHANTYPES": "#", "EXCEPTS": "", "KNOCK": None}
    read_modes(["+ov-l", "alice", "bob"], ModeKinds.of(...)) [Change("+", "o", "alice"), Change("+", "v", "bob"), ...]
    write_modes([Change("+", "o", "alice"), ...])            ["+ov-l", "alice", "bob"]

Text is str. Bytes that are no UTF-8 survive as surrogate escapes: what `read` gives, `write` turns into the same bytes.
A line is read with or without its end. Several spaces stand for one, as RFC 1459 has it; all else that the grammar of
RFC 2812 section 2.3.1 forbids is Malformed. Parameters are never counted: modern servers know no limit of 15.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

LONGEST = 512  # bytes of a line with CR LF, without its tags
LONGEST_TAGS = 8191  # bytes from the @ to the space behind the tags, both included
COMMAND = re.compile(r"[A-Za-z]+|[0-9]{3}")
FORBIDDEN = re.compile(r"[\0\r\n]")
NO_TAGS: Mapping[str, str] = MappingProxyType({})

UNESCAPED = {":": ";", "s": " ", "r": "\r", "n": "\n"}  # what follows a backslash; anything else stands for itself
ESCAPES = str.maketrans({";": r"\:", " ": r"\s", "\\": r"\\", "\r": r"\r", "\n": r"\n"})
ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
HEX_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CASEMAPPINGS = {
    "ascii": str.maketrans(UPPER, UPPER.lower()),
    "rfc1459": str.maketrans(UPPER + "[]\\~", UPPER.lower() + "{}|^"),
    "strict-rfc1459": str.maketrans(UPPER + "[]\\", UPPER.lower() + "{}|"),
    "rfc1459-strict": str.maketrans(UPPER + "[]\\", UPPER.lower() + "{}|"),
}


class Malformed(Exception):
    """A line that is no message; its text says why."""


class Message(NamedTuple):
    """A message.

    command   in capitals, or three digits
    source    who it comes from, without its colon; nothing where the line has none
    tags      their values, unescaped; nothing for those without one
    """

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Mapping[str, str] = NO_TAGS


class Lengths(NamedTuple):
    """Bytes of a line: of its tags with the @ and the space behind them, and of the rest with its end."""

    tags: int
    rest: int


class Source(NamedTuple):
    """Who a message comes from; a server's name is the nick of one without user and host."""

    nick: str
    user: str = ""
    host: str = ""

    def __str__(self) -> str:
        return self.nick + (f"!{self.user}" if self.user else "") + (f"@{self.host}" if self.host else "")


class Change(NamedTuple):
    """One letter of a mode string.

    sign       + or -
    argument   None where it takes none, or the words had none left
    """

    sign: str
    letter: str
    argument: str | None = None


class ModeKinds(NamedTuple):
    """Which modes of a channel there are, and which of them take an argument: PREFIX and CHANMODES of 005.

    prefixes   sign of each status, the highest first: {"o": "@", "v": "+"}
    lists      with an argument, or without one to ask for the list
    always     with an argument
    when_set   with an argument behind + only
    flags      without one
    """

    prefixes: Mapping[str, str]
    lists: str = ""
    always: str = ""
    when_set: str = ""
    flags: str = ""

    @classmethod
    def of(cls, tokens: Mapping[str, str | None]) -> ModeKinds:
        """As these tokens have it, or by default as RFC 1459. Raises Malformed."""
        prefix = tokens.get("PREFIX", "(ov)@+") or "()"
        found = re.fullmatch(r"\(([A-Za-z]*)\)([^A-Za-z]*)", prefix)
        if not found or len(found[1]) != len(found[2]):
            raise Malformed(f"PREFIX={prefix} is not (letters) and as many signs")
        kinds = (tokens.get("CHANMODES", "b,k,l,imnpst") or "").split(",")
        return cls(dict(zip(found[1], found[2], strict=True)), *(kinds + [""] * 4)[:4])

    def is_known(self, letter: str) -> bool:
        """Whether there is such a mode."""
        return letter in self.prefixes or letter in self.lists + self.always + self.when_set + self.flags

    def takes_argument(self, sign: str, letter: str) -> bool:
        """Whether this change has an argument; the list of a list mode is asked for without."""
        if letter in self.when_set:
            return sign == "+"
        return letter in self.prefixes or letter in self.lists + self.always


def read(line: bytes | str) -> Message:
    """The message of a line. Raises Malformed."""
    text = line.decode("utf-8", "surrogateescape") if isinstance(line, bytes) else line
    text = text.removesuffix("\n").removesuffix("\r")
    if FORBIDDEN.search(text):
        raise Malformed("a line has no NUL, CR or LF inside")
    tags, source = NO_TAGS, ""
    if text.startswith("@"):
        text, tags = _read_tags(text)
    if text.startswith(":"):
        source, _, text = text[1:].partition(" ")
        if not source:
            raise Malformed("there is nothing behind the : of the source")
    middle, colon, trailing = text.partition(" :")
    words = [word for word in middle.split(" ") if word]
    if not words or not COMMAND.fullmatch(words[0]):
        raise Malformed("a command is letters, or three digits")
    params = (*words[1:], trailing) if colon else tuple(words[1:])
    return Message(words[0].upper(), params, source, tags)


def write(message: Message) -> bytes:
    """The line of a message, with CR LF; its length is not looked at. Raises Malformed."""
    *middles, last = message.params or ("",)
    if not COMMAND.fullmatch(message.command):
        raise Malformed("a command is letters, or three digits")
    if any(not word or word.startswith(":") or " " in word for word in middles):
        raise Malformed("only the last parameter can be empty, have spaces, or begin with a colon")
    words = [message.command, *middles]
    if message.params:
        words.append(f":{last}" if not last or " " in last or last.startswith(":") else last)
    if message.source:
        words.insert(0, f":{message.source}")
    if message.tags:
        words.insert(0, "@" + write_tags(message.tags))
    text = " ".join(words)
    if FORBIDDEN.search(text):
        raise Malformed("a line has no NUL, CR or LF inside")
    return text.encode("utf-8", "surrogateescape") + b"\r\n"


def write_tags(tags: Mapping[str, str]) -> str:
    """What stands between the @ and the space."""
    return ";".join(f"{key}={value.translate(ESCAPES)}" if value else key for key, value in tags.items())


def lengths(line: bytes) -> Lengths:
    """How long a line is, with the end that it has."""
    tags = line.find(b" ") + 1 if line.startswith(b"@") else 0
    return Lengths(tags, len(line) - tags)


def read_source(text: str) -> Source:
    """Whom a source names: `nick!user@host`, `nick@host`, `nick`, or a server."""
    rest, _, host = text.partition("@")
    nick, _, user = rest.partition("!")
    return Source(nick, user, host)


def folded(name: str, casemapping: str = "ascii") -> str:
    """The name that all spellings of it have in common."""
    if casemapping == "ascii" and name.isascii():
        return name.lower()
    return name.translate(CASEMAPPINGS[casemapping])


class Mask:
    """A pattern in which * stands for anything and ? for one character; a backslash takes their meaning away, and
    stands for itself before anything else (RFC 2812 section 2.5)."""

    def __init__(self, text: str, casemapping: str = "ascii"):
        self.text = text
        self._casemapping = casemapping
        self._pattern = re.compile(_pattern(folded(text, casemapping)), re.DOTALL)

    def matches(self, text: str) -> bool:
        """Whether all of this text has the pattern."""
        return self._pattern.fullmatch(folded(text, self._casemapping)) is not None


def read_tokens(words: Iterable[str]) -> dict[str, str | None]:
    """What words of 005 say: the value of each token, nothing for one without, None for one that is withdrawn."""
    tokens: dict[str, str | None] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name.startswith("-"):
            tokens[name[1:]] = None
        else:
            tokens[name] = HEX_ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    return tokens


def read_modes(words: Sequence[str], kinds: ModeKinds) -> list[Change]:
    """The changes of a mode string and its arguments; letters that `kinds` does not know take none."""
    changes, sign, arguments = [], "+", iter(words[1:])
    for letter in "".join(words[:1]):
        if letter in "+-":
            sign = letter
        else:
            argument = next(arguments, None) if kinds.takes_argument(sign, letter) else None
            changes.append(Change(sign, letter, argument))
    return changes


def write_modes(changes: Iterable[Change]) -> list[str]:
    """The words of these changes: letters behind as few signs as it takes, then the arguments."""
    letters, arguments, sign = "", [], ""
    for change in changes:
        letters += change.letter if change.sign == sign else change.sign + change.letter
        sign = change.sign
        if change.argument is not None:
            arguments.append(change.argument)
    return [letters, *arguments] if letters else []


def _read_tags(text: str) -> tuple[str, Mapping[str, str]]:
    """What is behind the tags of a line, and they."""
    words, _, rest = text[1:].partition(" ")
    pairs = [word.partition("=") for word in words.split(";")]
    if not all(key for key, _, _ in pairs):
        raise Malformed("a tag has a name")
    tags = {key: ESCAPE.sub(_unescape, value) if "\\" in value else value for key, _, value in pairs}
    return rest.lstrip(" "), tags


def _unescape(found: re.Match) -> str:
    return UNESCAPED.get(found[1], found[1])


def _pattern(mask: str) -> str:
    """A regular expression that never tries a way twice: what follows a * is taken where it comes first.

    Otherwise a mask like *a*a*a*a*a could keep a server busy for minutes.
    """
    runs, run = [], ""
    for part in re.findall(r"\\[*?]|.", mask, re.DOTALL):
        if part == "*":
            runs, run = [*runs, run], ""
        else:
            run += "." if part == "?" else re.escape(part[-1])
    if not runs:
        return run
    first, *inner = runs
    return first + "".join(f"(?>.*?{part})" for part in inner if part) + ".*" + run
