"""Step 2: messages as lines. Bytes from a client become words, and words for a client become bytes.

["@" tags " "] [":" source " "] command {" " parameter} [" :" last parameter, which may have spaces] CR LF
"""


class Lines:
    """Cuts a stream into lines, as in week 7."""

    def cut(self, data: bytes) -> list[bytes | None]:
        """The lines that end in this piece, without their ends; None, once, for one that is too long."""
        return []


def parsed(line: bytes) -> tuple[str, list[str]]:
    """The command of a line, in capitals, and its parameters."""
    return "", []


class Message:
    """Something to be sent, to one client or a thousand: it is made into bytes once, not once for each."""

    def encoded(self) -> bytes:
        """The bytes of it, at most 512 with CR LF, and no half of a character at the end."""
        return b""
