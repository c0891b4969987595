"""Step 1: what the server is told on the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """All of it, checked."""

    host: str = "localhost"
    port: int = 6667


def options(words: list[str]) -> Options:
    """The options in these words; ends the program with a usage line if they cannot be understood."""
    return Options()
