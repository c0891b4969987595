"""What the user asked for."""

from typing import NamedTuple


class Settings(NamedTuple):
    host: str
    port: int

    @classmethod
    def parse(cls, arguments):
        if len(arguments) != 2 or not arguments[1].isdecimal() or not 1 <= int(arguments[1]) <= 65535:
            return None
        return cls(arguments[0], int(arguments[1]))
