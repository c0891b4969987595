"""What both faces of the client say and understand, without input and output: typed lines and lines to show."""

from .messages import Message

# TODO 10: make lines of what the server says, and objects of what is typed.


class Unknown(Exception):
    """A typed line that means nothing; it is made with a sentence for whoever typed it."""


class Conversation:
    """Who we are, and who is here."""

    def __init__(self) -> None:
        self.name = ""
        self.people: set[str] = set()

    def lines(self, message: Message) -> list[str]:
        """What to show for a message of the server; nothing for one that is not of this protocol."""
        return []

    def meant(self, line: str) -> Message:
        """The message that a typed line stands for; raises Unknown."""
        return {}


def shown(text: str) -> str:
    """A text that is safe to show, on one line."""
    return ""
