"""Many submissions: side by side, stored as they come. All of the grader's concurrency is here.

Grading one submission is plain blocking code. A class runs it in threads, more of them than processors: most of the
time is spent in starting programs and in waiting for silent ones, and these wait side by side.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from grader import runner, stages
from grader.check import Check, Refused
from grader.course import Course
from grader.grades import as_given
from grader.patience import Patience
from grader.results import Outcome, Result, WeekResult, week_result
from grader.sandbox.isolation import Isolation
from grader.sandbox.program import let_programs_hear_signals, make_room_for_sockets
from grader.sandbox.scratch import remove_what_is_left, scratch
from grader.sandbox.workspace import Halted, Workspace
from grader.stages import Week
from grader.store import Store, hash_of, hash_of_sources
from grader.submission import Staged, Submission, stage

JOBS_PER_CORE = 8  # on two cores 16 at once: more wait for the same processors, fewer wait for silent programs


@dataclass(frozen=True)
class Plan:
    """What is done with each submission.

    only         names of checks, or empty for all
    environment  what every program of a submission gets
    isolation    how programs are kept from everything else
    """

    weeks: tuple[Week, ...]
    course: Course
    patience: Patience
    environment: Mapping[str, str]
    isolation: Isolation
    hidden: bool
    only: tuple[str, ...] = ()

    @property
    def numbers(self) -> set[int]:
        """The weeks' numbers."""
        return {week.number for week in self.weeks}

    def checks(self, week: Week) -> list[Check]:
        """The checks of a week that are asked for."""
        chosen = week.select(self.only) if self.only else week.checks
        return [check for check in chosen if self.hidden or self.only or not check.hidden]

    def kept_back(self) -> int:
        """The points of hidden checks that this plan does not do, where it does all others."""
        if self.only:
            return 0
        left = [check for week in self.weeks for check in week.checks if check.hidden and not self.hidden]
        points = sum(check.points for check in left if not check.stretch)
        return points + sum(week.kept_back for week in self.weeks)

    def key(self) -> str:
        """The hash of all that a verdict depends on, besides the submission: the checks, and how they are done."""
        settings = (self.course.answer, self.course.silent, self.course.limits, self.course.visible, self.course.seed)
        return hash_of(_checks_and_all(), settings, self.hidden, self.only, self.isolation.tier)


@cache
def _checks_and_all() -> str:
    """The hash of the sources that a verdict depends on: those that this process has loaded."""
    return hash_of_sources(Path(__file__).parent)


Known = Mapping[tuple[str, int], str]  # the key of what is stored, by student and week
NOTHING: Known = MappingProxyType({})
Graded = tuple[Result, dict[int, str]]  # a result, and the key of each week


def default_jobs() -> int:
    """How many submissions are graded at once, if nobody says otherwise."""
    return JOBS_PER_CORE * (os.cpu_count() or 1)


class Elsewhere(Protocol):
    """Other machines, which grade in place of this one: elsewhere.Cluster."""

    def grade(self, folder: Path, weeks: Sequence[Week]) -> Result: ...
    def halt(self) -> None: ...


class Cohort:
    """The grading of submissions by one plan; whatever happens, it ends with no program left running."""

    def __init__(
        self,
        plan: Plan,
        heard: Callable[[int, Outcome], None] = lambda week, outcome: None,
        forking: threading.Lock | None = None,
        elsewhere: Elsewhere | None = None,
    ):
        """Programs are only started under the lock `forking`, which is one for all that grade at the same time.

        heard      is told the week and the outcome of every check at once, in the thread that grades, if that is here
        elsewhere  where submissions are graded, if not here
        """
        let_programs_hear_signals()
        make_room_for_sockets()
        remove_what_is_left()
        self._plan = plan
        self._key = plan.key()
        self._heard = heard
        self._elsewhere = elsewhere
        self._lock = threading.Lock()
        # A program that is being started has, for an instant, every file that we are writing open for writing too, and
        # Linux does not run such files (ETXTBSY): so that nothing is staged while something starts.
        self._forking = forking or threading.Lock()
        self._workspaces: set[Workspace] = set()
        self._halted = False

    def grade(
        self, submission: Submission, known: Known = NOTHING, heard_of: Callable[[Graded], None] = lambda part: None
    ) -> Graded:
        """The result of one submission and the key of each week; without the weeks that are `known` by their keys.

        heard_of  is told each week at once, as a result with this week alone, if it is graded here
        """
        isolation = self._plan.isolation.says
        with scratch() as folder:
            try:
                with self._forking:
                    staged = stage(submission, folder, stages.landmarks())
            except Refused as refusal:
                return Result(submission.student, isolation, refused=str(refusal)), {}
            keys = {week.number: hash_of(self._key, week.name, staged.fingerprint) for week in self._plan.weeks}
            todo = [
                week for week in self._plan.weeks if known.get((submission.student, week.number)) != keys[week.number]
            ]
            if not todo:
                return Result(submission.student, isolation), keys
            if self._elsewhere:
                return _of(submission, staged, self._elsewhere.grade(folder, todo)), keys
            part_of = partial(_of, submission, staged)
            return part_of(self._here(folder, todo, lambda part: heard_of((part_of(part), keys)))), keys

    def grade_all(self, submissions: Sequence[Submission], store: Store, jobs: int) -> Iterator[tuple[Result, bool]]:
        """Yields each result as it comes, and whether it was stored before; new ones are stored first.

        What is stored is stored here, in one thread: each week when it is graded, and not when its submission is.
        """
        known = store.keys()
        news: queue.SimpleQueue[Graded | Future] = queue.SimpleQueue()
        at_once = 1 if self._plan.isolation.alone else jobs
        with ThreadPoolExecutor(at_once, thread_name_prefix="submission") as pool:
            futures = {pool.submit(self.grade, submission, known, news.put): submission for submission in submissions}
            for future in futures:
                future.add_done_callback(news.put)
            left = len(futures)
            try:
                while left:
                    new = news.get()
                    if isinstance(new, Future):
                        left -= 1
                        yield self._finished(futures[new], new, store)
                    else:
                        _keep(store, *new)
            except BaseException:
                self.halt()
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def halt(self) -> None:
        """Ends every program that runs, and what was going to start more of them."""
        with self._lock:
            self._halted = True
            for workspace in self._workspaces:
                workspace.halt()
        if self._elsewhere:
            self._elsewhere.halt()

    def _finished(self, submission: Submission, future: Future, store: Store) -> tuple[Result, bool]:
        """All that is known of a submission, with what came just now: kept, unless the grader failed at it."""
        try:
            new, keys = future.result()
        except Refused:  # what is missing is missing for all of them
            raise
        except Exception as fault:  # one submission must not end the class, whatever it brought to light
            new, keys = self._failed(submission, fault), {}
        if new.refused:
            store.drop(submission.student, self._plan.numbers)
        elif not new.fault:
            _keep(store, new, keys)
            store.was_submitted(submission.student, keys, submission.submitted)
        was_stored = not new.weeks and not new.refused and not new.fault
        result = self._with_what_was_known(new, store.result(submission.student))
        remarks = dict.fromkeys((*submission.remarks, *result.remarks))
        return replace(result, person=submission.person, remarks=tuple(remarks)), was_stored

    def _failed(self, submission: Submission, fault: Exception) -> Result:
        return Result(submission.student, self._plan.isolation.says, fault=f"The grader failed: {fault!r}.")

    def _with_what_was_known(self, new: Result, known: Result | None) -> Result:
        """A new result, and the weeks that are not in it: of other runs, or graded before and still true."""
        if known is None:
            return new
        done = {week.week for week in new.weeks}
        if new.refused or new.fault:  # then nothing is true any more of the weeks that were to be graded
            done |= self._plan.numbers
        weeks = [*new.weeks, *(week for week in known.weeks if week.week not in done)]
        remarks = dict.fromkeys((*known.remarks, *new.remarks))
        return replace(new, weeks=tuple(sorted(weeks, key=lambda week: week.week)), remarks=tuple(remarks))

    def _here(self, folder: Path, todo: Sequence[Week], done: Callable[[Result], None]) -> Result:
        """These weeks of the submission that is staged in a folder, graded on this machine; each is told at once."""
        result = Result("", self._plan.isolation.says)
        try:
            for week in todo:  # in a sandbox of its own: no week finds what the one before has left, filled or locked
                weeks, stopped = self._alone(week, folder)
                if self._halted:  # before any program was ended: what is said of a week after that is not true
                    raise Halted
                done(replace(result, weeks=weeks, remarks=stopped))
                remarks = tuple(dict.fromkeys(result.remarks + stopped))
                result = replace(result, weeks=result.weeks + weeks, remarks=remarks)
        except Refused as refusal:
            return replace(result, weeks=(), remarks=(), refused=str(refusal))
        return result

    def _alone(self, week: Week, folder: Path) -> tuple[tuple[WeekResult], tuple[str, ...]]:
        """A week, and what was stopped in it; where its sandbox fails, this week alone is broken."""
        try:
            with self._workspace(folder) as workspace:
                graded = self._week(week, workspace)
                return (graded,), tuple(f"ended a program: {reason}" for reason in workspace.remarks())
        except Refused:
            raise
        except Exception as fault:
            outcomes = [runner.not_done(week, check, fault) for check in self._plan.checks(week)]
            return (week_result(week.number, week.title, outcomes),), ()

    def _week(self, week: Week, workspace: Workspace) -> WeekResult:
        checks, remarks = runner.possible(self._plan.checks(week), workspace)
        handed_in = any(workspace.has(declared.program) for declared in week.subjects.values())
        outcomes = []
        for done in runner.run(week, checks, workspace, self._plan.patience.anew()):
            outcome = as_given(done, week, self._plan.course)
            outcomes.append(outcome)
            self._heard(week.number, outcome)
        return week_result(week.number, week.title, outcomes, remarks, handed_in=handed_in)

    def _workspace(self, folder: Path) -> Workspace:
        site = self._plan.isolation.site(folder, self._plan.course.limits, self._plan.course.visible)
        workspace = Workspace(
            folder, site, environment=self._plan.environment, token=self._plan.course.token, forking=self._forking
        )
        with self._lock:
            if self._halted:
                raise Halted
            # A workspace that has ended has nothing left to halt, so that none needs to be taken out again.
            self._workspaces.add(workspace)
        return workspace


def _of(submission: Submission, staged: Staged, new: Result) -> Result:
    """A result with what only the submission says: whose it is, when it came, what was left out of it."""
    weeks = tuple(replace(week, submitted=submission.submitted) for week in new.weeks)
    remarks = () if new.refused else staged.remarks + new.remarks
    return replace(new, submission=submission.student, weeks=weeks, remarks=remarks)


def _keep(store: Store, new: Result, keys: Mapping[int, str]) -> None:
    """Stores the weeks, but for those at which the grader failed: these are done again in the next run."""
    store.drop(new.submission, [week.week for week in new.weeks if week.broken])
    store.keep(new, {week.week: keys[week.week] for week in new.weeks if not week.broken})
