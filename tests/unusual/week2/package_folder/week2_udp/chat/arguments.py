"""The command line."""

from __future__ import annotations

import re
from typing import NamedTuple


class Arguments(NamedTuple):
    host: str
    port: int
    name: str

    @classmethod
    def of(cls, words: list[str]) -> Arguments:
        if len(words) != 3:
            raise ValueError("three arguments")
        if not re.fullmatch("[0-9]{1,5}", words[1]) or not 1 <= int(words[1]) <= 65535:
            raise ValueError("a port has a number from 1 to 65535")
        if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
            raise ValueError("a name has letters, digits, _ and -")
        return cls(words[0], int(words[1]), words[2])
