"""A configuration file: its tables are checked, and what is wrong is said with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

# TODO 6: read a table of a file; say what is wrong with it, and in which line.


class Unusable(Exception):
    """A file that cannot be used; it is made with a sentence for whoever wrote it."""


class Rule(NamedTuple):
    """What a value must be, in words and as a test."""

    words: str
    holds: Callable[[object], bool]


Rules = dict[str, dict[str, Rule]]  # of each key of each table


def read_table(path: Path, table: str, rules: Rules) -> dict[str, object]:
    """One table of a file, if nothing is wrong with it; raises Unusable."""
    return {}


def line_of(text: str, *keys: str) -> int:
    """The line where a key first stands, as [table] or as key: tomllib does not tell."""
    return 1
