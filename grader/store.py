"""Results as they come, on disk: what was graded once is not graded again unless something has changed."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from grader.check import Refused
from grader.results import Result

TABLE = """
    CREATE TABLE IF NOT EXISTS results (
        student TEXT PRIMARY KEY,
        key TEXT NOT NULL,      -- the hash of everything that the result depends on
        result TEXT NOT NULL    -- results.Result as JSON
    )
"""


class Store:
    """One SQLite file. Every `keep` is on disk when it returns, also if the grader is killed the moment after."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        try:
            self._database.execute(TABLE)
        except sqlite3.DatabaseError as error:
            raise Refused(f"{path} cannot be used: {error}. Move it away to start anew.") from None

    def keys(self) -> dict[str, str]:
        """For each student the key of the stored result: the hash of all that it was made from."""
        return dict(self._database.execute("SELECT student, key FROM results"))

    def result(self, student: str) -> Result:
        """The stored result of a student."""
        (text,) = self._database.execute("SELECT result FROM results WHERE student = ?", (student,)).fetchone()
        return Result.from_json(text)

    def keep(self, key: str, result: Result) -> None:
        """Stores a result in place of the student's last one."""
        row = (result.submission, key, result.to_json())
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", row)

    def forget(self) -> None:
        """Drops every result."""
        with self._database:
            self._database.execute("DELETE FROM results")

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def hash_of(*parts: object) -> str:
    """One hash for all that a result depends on."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def hash_of_sources(folder: Path) -> str:
    """A hash of every Python file below a folder: other checks may give other verdicts."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.py"))}
    return hash_of(*((name, path.read_bytes()) for name, path in files.items() if not name.startswith("samples/")))
