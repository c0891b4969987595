"""Messages on disk, in SQLite."""

from pathlib import Path

from .messages import Message

# TODO 5: keep the messages in a file, so that a killed server has lost nothing that was committed.


class Unstored(Exception):
    """Messages cannot be kept; it is made with a sentence."""


class Storage:
    """The messages. What was added stays from commit() on, even if the process is killed; all raise Unstored."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, name: str, text: str) -> Message:
        """Keeps a message, with an id and the time; only commit() makes it last."""
        return {}

    def last(self, count: int) -> list[Message]:
        """The newest messages, oldest first; what was added and not committed is there, too."""
        return []

    def commit(self) -> None:
        """All that was added stays from now on."""

    def close(self) -> None:
        """Lets the file go."""
