"""Messages on disk, in SQLite."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from .messages import Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows for ever: no id comes twice, not even one that was deleted
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    time TEXT NOT NULL                       -- ISO 8601, UTC
)
"""


PATIENCE = 20  # seconds, if another program holds the file: to make a copy of it, say


class Unstored(Exception):
    """Messages cannot be kept; it is made with a sentence."""


class Storage:
    """The messages. What was added stays from commit() on, even if the process is killed; all raise Unstored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.database = sqlite3.connect(path, timeout=PATIENCE)
        except sqlite3.Error as problem:
            raise Unstored(f"cannot open the database {path}: {problem}") from None
        # A write-ahead log: a commit is one write to the end of a file, and the system has it when commit() returns.
        # A killed process loses nothing of that. NORMAL does not wait for the disk at each commit: a power cut may
        # cost the last messages, but never the database.
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = NORMAL")
        self.execute(SCHEMA)
        self.last(1)  # another table of this name is found here, and not at the first message

    def add(self, name: str, text: str) -> Message:
        """Keeps a message, with an id and the time; only commit() makes it last."""
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        # The values do not stand in the SQL itself: a text may have quotation marks in it, and worse.
        insert = "INSERT INTO messages (name, text, time) VALUES (?, ?, ?) RETURNING id"
        [[number]] = self.execute(insert, name, text, time)
        return {"id": number, "name": name, "text": text, "time": time}

    def last(self, count: int) -> list[Message]:
        """The newest messages, oldest first; what was added and not committed is there, too."""
        rows = self.execute("SELECT id, name, text, time FROM messages ORDER BY id DESC LIMIT ?", count)
        return [{"id": number, "name": name, "text": text, "time": time} for number, name, text, time in rows][::-1]

    def commit(self) -> None:
        try:
            self.database.commit()
        except sqlite3.Error as problem:
            raise Unstored(f"cannot write to the database {self.path}: {problem}") from None

    def close(self) -> None:
        self.database.close()

    def execute(self, statement: str, *values: object) -> list[tuple]:
        try:
            return self.database.execute(statement, values).fetchall()
        except sqlite3.Error as problem:
            raise Unstored(f"cannot use the database {self.path}: {problem}") from None
