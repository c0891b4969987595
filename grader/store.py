"""Results as they come, on disk: what was graded once is not graded again unless something has changed."""

from __future__ import annotations

import ast
import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

from grader.check import Refused
from grader.results import Result

TABLES = """
    CREATE TABLE IF NOT EXISTS weeks (
        student TEXT,
        week INTEGER,
        key TEXT NOT NULL,      -- the hash of everything that the verdicts depend on
        result TEXT NOT NULL,   -- results.Result as JSON, with this week alone
        PRIMARY KEY (student, week)
    );
    CREATE TABLE IF NOT EXISTS handed_out (
        student TEXT PRIMARY KEY,
        grade TEXT NOT NULL     -- changes.Known as JSON: what the last gradebook said
    );
"""
# What has no part in a verdict: the grader's other rooms, and of a check what it gives and what it tells.
NO_PART = ("samples/", "autograder/", "commands/", "exports/", "handout/", "report/", "similar/")
NO_PART_FILES = (
    "changes.py",
    "elsewhere.py",
    "grades.py",
    "job.py",
    "results.py",
    "store.py",
    "verify.py",
    "__main__.py",
)
PARSING = Lock()  # of two threads that parse at a time, one gets a SystemError now and then (CPython 3.11)
WORDS_OF_CHECKS = ("points", "teaches", "hint", "stretch")


class Store:
    """One SQLite file. Every `keep` is on disk when it returns, also if the grader is killed the moment after."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        try:
            self._database.executescript(TABLES)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise Refused(f"{path} cannot be used: {error}. Move it away to start anew.") from None

    def keys(self) -> dict[tuple[str, int], str]:
        """For each student and week the key of the stored result: the hash of all that its verdicts depend on."""
        return {
            (student, week): key
            for student, week, key in self._database.execute("SELECT student, week, key FROM weeks")
        }

    def students(self) -> list[str]:
        """Who has results, by name."""
        return [name for (name,) in self._database.execute("SELECT DISTINCT student FROM weeks ORDER BY student")]

    def result(self, student: str) -> Result | None:
        """What is stored of a student, all weeks as one result; None where nothing is."""
        rows = self._database.execute("SELECT result FROM weeks WHERE student = ? ORDER BY week", (student,))
        results = [Result.from_json(text) for (text,) in rows]
        if not results:
            return None
        remarks = dict.fromkeys(remark for result in results for remark in result.remarks)  # each once, in order
        weeks = tuple(week for result in results for week in result.weeks)
        return replace(results[-1], weeks=weeks, remarks=tuple(remarks))

    def keep(self, result: Result, keys: Mapping[int, str]) -> None:
        """Stores each week of a result that has a key, in place of what was known of it."""
        rows = [
            (result.submission, week.week, keys[week.week], replace(result, weeks=(week,)).to_json())
            for week in result.weeks
            if week.week in keys
        ]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO weeks VALUES (?, ?, ?, ?)", rows)

    def drop(self, student: str, weeks: Iterable[int]) -> None:
        """Drops what is stored of these weeks: it is of other work than what is handed in now."""
        with self._database:
            places = [(student, week) for week in weeks]
            self._database.executemany("DELETE FROM weeks WHERE student = ? AND week = ?", places)

    def was_submitted(self, student: str, weeks: Iterable[int], moment: str) -> None:
        """Notes when the stored work of these weeks was handed in: a date can change where no file does."""
        places = [(moment, student, week) for week in weeks]
        with self._database:
            self._database.executemany(
                "UPDATE weeks SET result = json_set(result, '$.weeks[0].submitted', ?) WHERE student = ? AND week = ?",
                places,
            )

    def handed_out(self) -> dict[str, str]:
        """What the last gradebook said, by student."""
        return dict(self._database.execute("SELECT student, grade FROM handed_out"))

    def hand_out(self, grades: Mapping[str, str]) -> None:
        """Notes what a new gradebook says, in place of the last one."""
        with self._database:
            self._database.execute("DELETE FROM handed_out")
            self._database.executemany("INSERT INTO handed_out VALUES (?, ?)", grades.items())

    def forget(self) -> None:
        """Drops every result; what was handed out stays, to be compared with."""
        with self._database:
            self._database.execute("DELETE FROM weeks")

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def hash_of(*parts: object) -> str:
    """One hash for all that a result depends on."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def hash_of_sources(folder: Path) -> str:
    """A hash of every Python file below a folder that has a part in a verdict: other checks may give other ones."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.py"))}
    parts = [(name, _what_counts(name, path)) for name, path in files.items() if _has_part(name)]
    return hash_of(*parts)


def _has_part(name: str) -> bool:
    return not name.startswith(NO_PART) and name not in NO_PART_FILES


def _what_counts(name: str, path: Path) -> bytes:
    """A file as it is; of a week, all but what its checks give and tell."""
    if not name.startswith("stages/week"):
        return path.read_bytes()
    with PARSING:
        module = ast.parse(path.read_bytes())
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in WORDS_OF_CHECKS]
    return ast.dump(module).encode()
