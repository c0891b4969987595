"""The pairs of a class whose work is alike, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy

from grader import stages
from grader.check import Refused
from grader.results import Pair
from grader.sandbox.scratch import scratch
from grader.similar.passages import passages
from grader.similar.program import Program, program_of
from grader.stages import Week
from grader.submission import Submission, stage

FEWEST = 20  # chosen runs, without those of what the lab hands out: a shorter program is like others by nature
MOST = 100  # pairs are shown: nobody reads more, and a class of 300 that all copied has 45,000

Marks = dict[str, numpy.ndarray]  # the chosen runs of a week's programs, by student


class Similarity(NamedTuple):
    """What was found.

    pairs   those that are most alike first
    more    how many pairs there are besides
    unread  sentences about what was not compared
    """

    pairs: tuple[Pair, ...] = ()
    more: int = 0
    unread: tuple[str, ...] = ()


def similar(
    submissions: Sequence[Submission], weeks: Iterable[Week], percent: float, *, handed_out: Iterable[Path]
) -> Similarity:
    """The pairs of submissions of which at least so much is alike, in one of the weeks.

    handed_out  folders with the layout of a submission: nothing that stands in them counts
    """
    weeks = {week.number: week for week in weeks}
    ignored = runs_of(handed_out)
    marks, unread = marks_of(submissions, weeks.values(), ignored)
    found = sorted(
        (-share, week, first, second)
        for week, of_week in marks.items()
        for share, first, second in alike(of_week, percent)
    )
    by_name = {submission.student: submission for submission in submissions}
    pairs = []
    for share, number, *names in found[:MOST]:
        one, other = (dict(_programs(by_name[name], [weeks[number]]))[number] for name in names)
        pairs.append(Pair(number, *names, -share, passages(one, other, ignored)))
    return Similarity(tuple(pairs), len(found) - len(pairs), unread)


def marks_of(
    submissions: Iterable[Submission], weeks: Iterable[Week], ignored: numpy.ndarray
) -> tuple[dict[int, Marks], tuple[str, ...]]:
    """The chosen runs of each week's programs, and sentences about what was not read."""
    weeks = list(weeks)
    marks: dict[int, Marks] = defaultdict(dict)
    unread = []
    for submission in submissions:
        for number, program in _programs(submission, weeks):
            marks[number][submission.student] = numpy.setdiff1d(program.fingerprint(), ignored)
            unread += [f"{submission.student}, week {number}: {sentence}" for sentence in program.unread]
    return marks, tuple(unread)


def alike(marks: Marks, percent: float) -> Iterator[tuple[float, str, str]]:
    """How much of the shorter program of each pair is in the other, in percent, where that is enough."""
    names = [name for name, runs in marks.items() if len(runs) >= FEWEST]
    shared = _shared([marks[name] for name in names])
    for (row, first), (column, second) in combinations(enumerate(names), 2):
        share = 100 * shared[row, column] / min(len(marks[first]), len(marks[second]))
        if share >= percent:
            yield round(float(share), 1), first, second


def _shared(marks: list[numpy.ndarray]) -> numpy.ndarray:
    """How many runs each two have in common: only those that have one are looked at together."""
    shared = numpy.zeros((len(marks), len(marks)), dtype=numpy.int32)
    who = defaultdict(list)
    for owner, runs in enumerate(marks):
        for run in runs.tolist():
            who[run].append(owner)
    for owners in who.values():
        if len(owners) > 1:
            shared[numpy.ix_(owners, owners)] += 1
    return shared


def _programs(submission: Submission, weeks: Iterable[Week]) -> Iterator[tuple[int, Program]]:
    """The programs of a submission, by week; none of one that cannot be read, which its result says."""
    with scratch() as folder:
        try:
            stage(submission, folder, stages.landmarks())
        except Refused:
            return
        yield from _of_weeks(folder / "lab5", weeks)


def runs_of(trees: Iterable[Path]) -> numpy.ndarray:
    """All runs of all weeks that stand in these folders."""
    weeks = [stages.load(number) for number in stages.numbers()]
    runs = [program.runs for tree in trees for _, program in _of_weeks(tree, weeks)]
    return numpy.unique(numpy.concatenate([numpy.zeros(0, dtype=numpy.uint64), *runs]))


def _of_weeks(tree: Path, weeks: Iterable[Week]) -> Iterator[tuple[int, Program]]:
    """What stands in the folder of each week; of week 1, what is in no folder of another."""
    folders = stages.landmarks()
    for week in weeks:
        files = sorted(path.relative_to(tree) for path in (tree / week.folder).rglob("*") if path.is_file())
        if not week.folder:
            files = [file for file in files if len(file.parts) == 1 or file.parts[0] not in folders]
        yield week.number, program_of((file.as_posix(), tree / file) for file in files)
