"""The programs of a class that are alike, side by side: `report/similar.html`. It accuses nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.report import pages
from grader.results import Excerpt, Pair, Passage

TONES = 6  # colours that can still be told apart; the letter says which passage it is
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Marked(NamedTuple):
    """A passage with its letter, and the number of its colour."""

    letter: str
    tone: int
    passage: Passage


def page(pairs: Sequence[Pair], *, more: int, unread: Sequence[str], percent: float, title: str) -> str:
    """The whole page, in one file: the pairs in their order, each with its passages, and what was not compared.

    more     how many pairs there are besides
    percent  from how much on two programs are a pair
    """
    return pages.page(
        "similar",
        title=title,
        pairs=[(pair, list(_marked(pair))) for pair in pairs],
        more=more,
        unread=unread,
        percent=percent,
        numbered=_numbered,
        feedback=pages.feedback_of,
    )


def _marked(pair: Pair) -> Iterator[Marked]:
    for place, passage in enumerate(pair.passages):
        yield Marked(LETTERS[place % len(LETTERS)], place % TONES, passage)


def _numbered(excerpt: Excerpt) -> Iterator[tuple[int, str]]:
    return enumerate(excerpt.lines, start=excerpt.line)
