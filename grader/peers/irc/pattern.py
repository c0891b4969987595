"""What a check expects of a line of an IRC server, written as IRC writes it.

    :bob JOIN #den             from bob; what comes behind the parameters that are named does not matter
    482 #den                   a numeric reply: its first parameter, the client's nick, goes without saying
    403|476 den                one of these
    352 #den ? ? ? bob H*      `?` is any parameter, `*` any characters of one
    :bob PRIVMSG #den :hello   what follows a colon is the last parameter, byte by byte

Nicks and channels are compared without regard to case: who keeps the case of names has a check of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.wire.irc import read_source

ANY = "?"
NO_TEXT = {"CAP", "NICK", "JOIN", "INVITE", "MODE", "ISON", "USERHOST"}


@dataclass(frozen=True)
class Pattern:
    """A line that is waited for.

    text   the last parameter, exactly; None where it does not matter
    """

    source: str
    commands: tuple[str, ...]
    params: tuple[str, ...]
    text: str | None

    def is_numeric(self) -> bool:
        """Whether it is a reply with a number, whose first parameter is the client's nick."""
        return self.commands[0].isdigit()

    def matches(self, source: str, command: str, params: Sequence[str]) -> bool:
        """Whether a line is such a one."""
        if command.upper() not in self.commands or (
            self.source and read_source(source).nick.lower() != self.source.lower()
        ):
            return False
        wanted = (ANY, *self.params) if self.is_numeric() else self.params
        if len(params) < len(wanted) or not all(map(_fits, wanted, params)):
            return False
        return self.text is None or tuple(params[len(wanted) :]) == (self.text,)

    def likeness(self, source: str, params: Sequence[str]) -> int:
        """In how many words a line of the same command is as it should be; whole words, such as names, count more."""
        wanted = (ANY, *self.params) if self.is_numeric() else self.params
        fit = [1 if "*" in word else 2 for word, came in zip(wanted, params, strict=False) if _fits(word, came)]
        return sum(fit) + (read_source(source).nick.lower() == self.source.lower())

    def told(self, nick: str) -> str:
        """The line as a student would read it."""
        source = f":{self.source} " if self.source else ""
        words = ["|".join(self.commands), *([nick] if self.is_numeric() else []), *self.params]
        return source + " ".join(words) + ("" if self.text is None else f" :{self.text}")


def parsed(line: str, mark: str = "") -> Pattern:
    """A pattern as checks write it; the mark is what texts end in."""
    head, colon, text = marked(line, mark).partition(" :")
    words = head.split()
    source = words.pop(0)[1:] if words[0].startswith(":") else ""
    return Pattern(source, tuple(words[0].upper().split("|")), tuple(words[1:]), text if colon else None)


def marked(line: str, mark: str) -> str:
    """A line whose text, if it has any, ends in the mark. What is behind the colon of some commands is no text."""
    head, colon, text = line.partition(" :")
    is_text = colon and text and not NO_TEXT & set(head.split()[:2])
    return f"{line} {mark}" if mark and is_text else line


def _fits(wanted: str, came: str) -> bool:
    if wanted == ANY:
        return True
    return re.fullmatch(".*".join(map(re.escape, wanted.lower().split("*"))), came.lower(), re.DOTALL) is not None
