"""The passages that two programs have alike, wherever they stand in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy

from grader.results import Excerpt, Passage
from grader.similar.program import CROSSES, RUN, Program

PLACES = 20  # where a run is looked for at most: in a program that repeats itself, not everywhere
BETWEEN = 2 * RUN  # runs: what is no longer, as a changed word or line, does not make two passages of one
MOST = 26  # passages: one for each letter
MOST_LINES = 400  # of a passage


class Stretch(NamedTuple):
    """The runs from a place to before an end in the one program, and those alike in the other."""

    first: int
    first_end: int
    second: int
    second_end: int


def passages(first: Program, second: Program, ignored: numpy.ndarray) -> tuple[Passage, ...]:
    """What is alike, in the order of the first program, without the runs that are ignored; the longest, if many."""
    stretches = list(_joined(_stretches(_counted(first, ignored), _counted(second, ignored)), first, second))
    longest = sorted(stretches, key=lambda stretch: stretch.first - stretch.first_end)[:MOST]
    return tuple(
        Passage(_excerpt(first, stretch.first, stretch.first_end), _excerpt(second, stretch.second, stretch.second_end))
        for stretch in sorted(longest)
    )


def _counted(program: Program, ignored: numpy.ndarray) -> list[int]:
    """The runs, of which those that do not count equal no other."""
    return numpy.where(numpy.isin(program.runs, ignored), numpy.uint64(CROSSES), program.runs).tolist()


def _stretches(first: list[int], second: list[int]) -> Iterator[Stretch]:
    """From the beginning of the first on, the longest stretch of the second that is alike and not taken yet."""
    places = defaultdict(list)
    for place, run in enumerate(second):
        if run != CROSSES and len(places[run]) < PLACES:
            places[run].append(place)
    taken: set[int] = set()
    at = 0
    while at < len(first):
        free = [place for place in places.get(first[at], ()) if place not in taken]
        long, place = max(((_long(first, second, at, place), place) for place in free), default=(1, None))
        if place is not None:
            taken.update(range(place, place + long))
            yield Stretch(at, at + long, place, place + long)
        at += long


def _long(first: Sequence[int], second: Sequence[int], at: int, place: int) -> int:
    """How many runs from here on are alike."""
    long = 0
    while at + long < len(first) and place + long < len(second) and first[at + long] == second[place + long] != CROSSES:
        long += 1
    return long


def _joined(stretches: Iterable[Stretch], first: Program, second: Program) -> Iterator[Stretch]:
    """One stretch of those that follow each other in both programs, with little between."""
    whole = None
    for stretch in stretches:
        if whole and _follows(whole, stretch, first, second):
            whole = whole._replace(first_end=stretch.first_end, second_end=stretch.second_end)
            continue
        if whole:
            yield whole
        whole = stretch
    if whole:
        yield whole


def _follows(one: Stretch, other: Stretch, first: Program, second: Program) -> bool:
    near = other.first - one.first_end <= BETWEEN and 0 <= other.second - one.second_end <= BETWEEN
    same_files = (
        first.file_of[one.first] == first.file_of[other.first]
        and second.file_of[one.second] == second.file_of[other.second]
    )
    return near and bool(same_files)


def _excerpt(program: Program, start: int, end: int) -> Excerpt:
    """The lines in which these runs stand."""
    file, first_line = int(program.file_of[start]), int(program.line_of[start])
    last_line = int(program.line_of[end - 1 + RUN - 1])
    lines = program.texts[file][first_line : last_line + 1][:MOST_LINES]
    return Excerpt(program.names[file], first_line + 1, lines)
