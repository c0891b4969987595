"""A configuration file: its tables are checked, and what is wrong is said with its line."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Unusable(Exception):
    """A file that cannot be used; it is made with a sentence for whoever wrote it."""


class Rule(NamedTuple):
    """What a value must be, in words and as a test."""

    words: str
    holds: Callable[[object], bool]


Rules = dict[str, dict[str, Rule]]  # of each key of each table


def read_table(path: Path, table: str, rules: Rules) -> dict[str, object]:
    """One table of a file, if nothing is wrong with it; raises Unusable."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise Unusable(f"{path} cannot be read: {problem.strerror}") from None
    try:
        return checked(text_of(data), table, rules)
    except Unusable as problem:
        raise Unusable(f"{path}, {problem}") from None


def text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")  # "sig": some editors of Windows begin with a mark
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise Unusable(f"line {line}: this is not UTF-8") from None


def checked(text: str, table: str, rules: Rules) -> dict[str, object]:
    """The table, and no other: what is wrong in that of the other program is for the other program to say."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"at line (\d+)", str(problem))  # else it says "at end of document"
        line = found[1] if found else len(text.splitlines())
        raise Unusable(f"line {line}: {problem}") from None
    for key in tables:
        if key not in rules:
            raise Unusable(f'line {line_of(text, key)}: there is no table "{key}"; allowed are {", ".join(rules)}')
    values = tables.get(table, {})
    if not isinstance(values, dict):
        raise Unusable(f'line {line_of(text, table)}: "{table}" must be a table, [{table}]')
    for key, value in values.items():
        rule = rules[table].get(key)
        line = line_of(text, table, key)
        if rule is None:
            raise Unusable(f'line {line}: there is no key "{key}"; allowed are {", ".join(rules[table])}')
        if not rule.holds(value):
            raise Unusable(f'line {line}: "{key}" must be {rule.words}')
    return values


def line_of(text: str, *keys: str) -> int:
    """The line where a key first stands, as [table] or as key: tomllib does not tell.

    The first lines of a file are TOML as well, unless they end within a value. So this looks how many of them there can
    be without the key: it stands on the line after.
    """
    without, lines = 0, text.split("\n")
    for count in range(len(lines)):
        try:
            value: object = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            break
        without = count
    return without + 1
