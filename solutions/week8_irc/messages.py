"""Messages as lines: bytes from a client become words, and words for a client become bytes.

    ["@" tags " "] [":" source " "] command {" " parameter} [" :" last parameter, which may have spaces] CR LF

(RFC 2812 section 2.3.1; the tags are from the IRCv3 specification "message-tags".)
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_LINE = 512  # bytes, with CR LF, without tags (RFC 2812 section 2.3)
LONGEST_TAGS = 4096  # bytes of a client's tags, with "@" and the space (message-tags: 4094 and these two)
TAG_OF_CLIENT = re.compile(r"\+[A-Za-z0-9./-]+(=|$)")  # the others are for servers to set
NUL_AND_CR = str.maketrans("", "", "\0\r")  # RFC 2812 section 2.3.1: in no parameter


class Words(NamedTuple):
    """What a client has said."""

    command: str  # in capitals
    params: list[str]
    tags: str  # those for other clients, as they were sent: "+typing=active"


class Lines:
    """Cuts a stream into lines: TCP promises the bytes, in order, but not in which pieces they come."""

    def __init__(self) -> None:
        self.begun = b""  # a line whose end has not come
        self.skips = False  # whether this line was refused already; the rest of it is thrown away

    def cut(self, data: bytes) -> list[bytes | None]:
        """The lines that end in this piece, without their ends; None, once, for one that is too long."""
        *ended, self.begun = (self.begun + data).split(b"\n")  # many clients, and all people, end a line with LF alone
        lines: list[bytes | None] = []
        for line in ended:
            if self.skips:
                self.skips = False
            elif line := line.removesuffix(b"\r"):  # RFC 2812 section 2.3.1: empty messages are silently ignored
                lines.append(None if is_too_long(line) else line)
        if not self.skips and is_too_long(self.begun.removesuffix(b"\r")):
            lines.append(None)
            self.skips = True
        if self.skips:
            self.begun = b""  # a line that never ends must not fill the memory
        return lines


def is_too_long(line: bytes) -> bool:
    """Whether a line, without its end, has too many bytes of tags, or too many of the rest."""
    tags = (line.find(b" ") + 1 or len(line)) if line.startswith(b"@") else 0
    return tags > LONGEST_TAGS or len(line) - tags > LONGEST_LINE - len(b"\r\n")


def parsed(line: bytes) -> Words:
    """The words of a line. The command is "" if there is none.

    No encoding is prescribed. What is not UTF-8 is kept as it is: decoded with surrogateescape, it can be encoded back.
    """
    text = line.decode(errors="surrogateescape").translate(NUL_AND_CR)
    tags = ""
    if text.startswith("@"):
        tags, _, text = text[1:].partition(" ")
        tags = ";".join(tag for tag in tags.split(";") if TAG_OF_CLIENT.match(tag))
    text = text.lstrip(" ")
    if text.startswith(":"):
        text = text.partition(" ")[2]  # a client may name itself; we know who it is (RFC 2812 section 2.3)
    text, has_last, last = f" {text}".partition(" :")
    command, *params = [word for word in text.split(" ") if word] or [""]  # split() would split at other signs, too
    if has_last:
        params.append(last)
    return Words(command.upper() if command.isascii() else command, params, tags)  # "joın".upper() is JOIN


class Message:
    """Something to be sent, to one client or a thousand: it is made into bytes once, not once for each."""

    def __init__(self, source: str, command: str, *params: str, text: str | None = None, tags: str = "") -> None:
        """The text is the last parameter: the only one that may be empty, have spaces, or begin with a colon."""
        words = [f":{source}", command, *params] if source else [command, *params]
        if text is not None:
            words.append(f":{text}")
        line = " ".join(words).encode(errors="surrogateescape")
        self.line = shortened(line, LONGEST_LINE - len(b"\r\n")) + b"\r\n"
        self.tags = tags

    def encoded(self, capabilities: frozenset[str], now: float) -> bytes:
        """The bytes for clients with these capabilities."""
        tags = [f"time={timestamp(now)}"] if "server-time" in capabilities else []
        if self.tags and "message-tags" in capabilities:
            tags.append(self.tags)
        if not tags:
            return self.line
        return f"@{';'.join(tags)} ".encode(errors="surrogateescape") + self.line


def timestamp(now: float) -> str:
    """IRCv3 server-time: YYYY-MM-DDThh:mm:ss.sssZ."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def size(text: str) -> int:
    """The bytes that it takes in a line: a letter may take up to four."""
    return len(text.encode(errors="surrogateescape"))


def shortened(data: bytes, longest: int) -> bytes:
    """At most so many bytes of it, and no half of a UTF-8 character at the end."""
    if len(data) <= longest:
        return data
    end = longest
    while end > longest - 4 and data[end] & 0b1100_0000 == 0b1000_0000:  # the first byte we leave out goes on with one
        end -= 1
    return data[:end]


def shortened_text(text: str, longest: int) -> str:
    """The same for a text; the length is in bytes, since that is what a line is made of."""
    return shortened(text.encode(errors="surrogateescape"), longest).decode(errors="surrogateescape")


if __name__ == "__main__":
    lines = Lines()
    for piece in (b"NICK al", b"ice\r\nprivmsg #lab5,bob :hi  there\n@+a=b;c", b"=d TAGMSG bob\r\n"):
        for line in lines.cut(piece):
            print(parsed(line))
    print(Message("alice!a@localhost", "PRIVMSG", "bob", text="hi").encoded(frozenset({"server-time"}), 0))
