"""What the user sees of the server's lines. Like the protocol, this does no input and output: line in, words out.

The steps are those of the TODOs in client.py. Nothing here is used before you use it: `from screen import Screen`.
"""


class Screen:
    """The server's lines in words, and who is there."""

    def in_words(self, line: str) -> str:
        """Step 3: what to show for a line; "" if it says nothing new, or is not of this protocol."""
        return ""

    def who(self) -> str:
        """Step 5: everybody who is logged in."""
        return ""


def text_of(data: bytes) -> str:
    """Step 6: a line as text that is safe to print."""
    return ""
