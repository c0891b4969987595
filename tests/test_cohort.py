"""A class is graded side by side, stored as it comes, and ends with nothing left running."""

import errno
import os
import socket
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

import psutil
import pytest

from grader import cohort, course, runner
from grader.check import Refused, Unmet, Verdict, check
from grader.cohort import Cohort, Plan
from grader.intake import Intake
from grader.patience import Patience
from grader.results import Person
from grader.sandbox.bare import Bare
from grader.sandbox.isolation import best, limits_only
from grader.sandbox.workspace import Halted
from grader.stages import Week
from grader.store import Store
from grader.submission import Submission

GENEROUS = 10  # seconds until a test gives up
RIGHT, WRONG = "pass", "raise SystemExit(1)"
WAITS = "import socket; line = socket.create_connection(('127.0.0.1', {port})); line.recv(1)"
DAEMON = "import os\nif not os.fork():\n os.setsid()\n{waits}"


@dataclass
class Subject:
    """A submission's program, started once and waited for."""

    program: object
    patience: Patience
    steps: list = field(default_factory=list)

    def is_disturbed(self):
        """Nobody gets in its way."""
        return False

    def last_words(self):
        """It says nothing."""
        return []


@dataclass(frozen=True)
class Declared:
    """The program of the week."""

    program: str = "server.py"

    @contextmanager
    def meet(self, workspace, patience):
        """Starts the program."""
        yield Subject(workspace.start(self.program, ()), patience)


@check(points=10, teaches="", hint="")
def ends_with_status_0(server):
    """The program ends with status 0."""
    if server.program.exit_status(GENEROUS) != 0:
        raise Unmet("status 0", "another status came")


@check(points=10, teaches="", hint="", hidden=True)
def ends(server):
    """The program ends."""
    server.program.exit_status(GENEROUS)


WEEK = Week(1, "week1_test", "Test", (ends_with_status_0, ends), {"server": Declared()})


@pytest.fixture
def plan(tmp_path):
    """One week of one check; every program has this test's name in its environment."""
    environment = {"PATH": os.environ["PATH"], "STARTED_BY": str(tmp_path)}
    return Plan((WEEK,), course.load(), Patience(GENEROUS, GENEROUS), environment, limits_only(), hidden=False)


@pytest.fixture
def store(tmp_path):
    """A store that is still empty."""
    with closing(Store(tmp_path / "results.sqlite")) as store:
        yield store


@pytest.fixture
def class_of(tmp_path):
    """Submissions of these students, each a server.py of this source."""

    def class_of(**sources):
        for student, source in sources.items():
            (tmp_path / "class" / student).mkdir(parents=True, exist_ok=True)
            (tmp_path / "class" / student / "server.py").write_text(source)
        return [Submission(student, tmp_path / "class" / student) for student in sources]

    return class_of


class Calls:
    """Where waiting programs call; they end when the test hangs up, if nobody has ended them before."""

    def __init__(self, server):
        self._server = server
        self._lines = []
        self.waits = WAITS.format(port=server.getsockname()[1])

    def take(self, number):
        """Waits until so many programs have called."""
        for _ in range(number):
            line, _ = self._server.accept()
            self._lines.append(line)

    def hang_up(self):
        """Lets every caller go on, to its end."""
        while self._lines:
            self._lines.pop().close()


@pytest.fixture
def calls():
    """The place to call of one test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(GENEROUS)
        calls = Calls(server)
        yield calls
        calls.hang_up()


def grade(plan, submissions, store):
    """The results by student, and whose were stored before."""
    graded = list(Cohort(plan).grade_all(submissions, store, jobs=4))
    return {result.submission: result for result, _ in graded}, {result.submission for result, old in graded if old}


def refuse(submission, into, landmarks):
    """Stands in for `stage`."""
    raise Refused("It is empty.")


def running(tmp_path):
    """The processes that have this test's name in their environment."""
    return [process for process in psutil.process_iter() if _environment(process).get("STARTED_BY") == str(tmp_path)]


def _environment(process):
    try:
        return process.environ()
    except psutil.Error:  # it has gone
        return {}


def test_each_submission_gets_its_result(plan, class_of, store):
    results, _ = grade(plan, class_of(alice=RIGHT, bob=WRONG), store)
    assert {student: result.weeks[0].points for student, result in results.items()} == {"alice": 10, "bob": 0}


def test_a_result_is_stored_when_it_is_heard_of(plan, class_of, store):
    with closing(Cohort(plan).grade_all(class_of(alice=RIGHT, bob=RIGHT), store, jobs=1)) as results:
        result, _ = next(results)
        assert store.students() == [result.submission]
        assert store.result(result.submission) == result


def test_every_outcome_is_heard_at_once(plan, class_of):
    heard = []
    result, _ = Cohort(plan, heard=lambda *news: heard.append(news)).grade(*class_of(alice=RIGHT))
    assert heard == [(1, result.outcomes[0])]


def test_a_second_run_grades_nothing_again(plan, class_of, store, monkeypatch):
    submissions = class_of(alice=RIGHT, bob=WRONG)
    first, _ = grade(plan, submissions, store)
    monkeypatch.setattr(runner, "run", lambda *_: pytest.fail("it is graded again"))
    assert grade(plan, submissions, store) == (first, {"alice", "bob"})


def test_another_week_is_graded_beside_what_is_known(plan, class_of, store):
    submissions = class_of(alice=RIGHT)
    grade(replace(plan, weeks=(replace(WEEK, number=2),)), submissions, store)
    results, stored = grade(plan, submissions, store)
    assert ([week.week for week in results["alice"].weeks], stored) == ([1, 2], set())


def test_what_cannot_be_used_any_more_leaves_the_weeks_of_other_runs(plan, class_of, store, monkeypatch):
    submissions = class_of(alice=RIGHT)
    grade(plan, submissions, store)
    monkeypatch.setattr(cohort, "stage", refuse)
    results, _ = grade(replace(plan, weeks=(replace(WEEK, number=2),)), submissions, store)
    assert (results["alice"].refused, [week.week for week in results["alice"].weeks]) == ("It is empty.", [1])


def test_what_cannot_be_used_any_more_has_no_verdict_on_what_was_there_before(plan, class_of, store, monkeypatch):
    submissions = class_of(alice=RIGHT)
    grade(plan, submissions, store)
    monkeypatch.setattr(cohort, "stage", refuse)
    results, _ = grade(plan, submissions, store)
    assert (results["alice"].refused, results["alice"].weeks) == ("It is empty.", ())


def test_what_is_refused_now_is_not_true_again_in_the_run_for_another_week(plan, class_of, store, monkeypatch):
    submissions = class_of(alice=RIGHT)
    grade(plan, submissions, store)
    with monkeypatch.context() as patch:
        patch.setattr(cohort, "stage", refuse)
        grade(plan, submissions, store)
    results, _ = grade(replace(plan, weeks=(replace(WEEK, number=2),)), submissions, store)
    assert [week.week for week in results["alice"].weeks] == [2]


def test_a_moment_that_became_known_later_is_noted_without_grading_again(plan, class_of, store):
    (alice,) = class_of(alice=RIGHT)
    grade(plan, [alice], store)
    results, stored = grade(plan, [alice._replace(submitted="2026-10-05T12:00:00Z")], store)
    assert (results["alice"].weeks[0].submitted, stored) == ("2026-10-05T12:00:00Z", {"alice"})


def test_a_moment_is_noted_also_where_another_week_is_new(plan, class_of, store):
    (alice,) = class_of(alice=RIGHT)
    grade(plan, [alice._replace(submitted="2026-10-04T12:00:00Z")], store)
    both = replace(plan, weeks=(WEEK, replace(WEEK, number=2)))
    results, _ = grade(both, [alice._replace(submitted="2026-10-11T12:00:00Z")], store)
    assert [week.submitted for week in results["alice"].weeks] == ["2026-10-11T12:00:00Z"] * 2


def test_a_result_says_whose_it_is_and_how_it_came(plan, class_of, store):
    (alice,) = class_of(alice=RIGHT)
    results, _ = grade(plan, [alice._replace(person=Person("Alice", "7"), remarks=("called late",))], store)
    assert (results["alice"].person.id, results["alice"].remarks) == ("7", ("called late",))


def test_a_changed_submission_is_graded_again(plan, class_of, store):
    grade(plan, class_of(alice=RIGHT, bob=RIGHT), store)
    results, stored = grade(plan, class_of(alice=RIGHT, bob=WRONG), store)
    assert (stored, results["bob"].weeks[0].points) == ({"alice"}, 0)
    assert store.result("bob") == results["bob"]


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, hidden=True),
        lambda plan: replace(plan, only=("ends_with_status_0",)),
        lambda plan: replace(plan, weeks=(replace(WEEK, name="week1_other"),)),
        lambda plan: replace(plan, course=replace(plan.course, answer=11)),
        lambda plan: replace(plan, course=replace(plan.course, limits=replace(plan.course.limits, open_files=99))),
    ],
    ids=["hidden", "only", "weeks", "deadlines", "limits"],
)
def test_a_changed_plan_grades_everything_again(change, plan, class_of, store):
    grade(plan, class_of(alice=RIGHT), store)
    _, stored = grade(change(plan), class_of(alice=RIGHT), store)
    assert stored == set()


@pytest.mark.parametrize(
    ("hidden", "only", "names"),
    [
        (False, (), ["ends_with_status_0"]),
        (True, (), ["ends_with_status_0", "ends"]),
        (True, ("ends",), ["ends"]),
        (False, ("ends_with_status_0",), ["ends_with_status_0"]),
    ],
)
def test_a_plan_chooses_the_checks(hidden, only, names, plan):
    assert [check.name for check in replace(plan, hidden=hidden, only=only).checks(WEEK)] == names


def test_a_submission_that_cannot_be_used_is_a_row_and_not_the_end(plan, class_of, store, monkeypatch):
    def stage(submission, into, landmarks):
        if submission.student == "bob":
            raise Refused("It is empty.")
        return original(submission, into, landmarks)

    original = cohort.stage
    monkeypatch.setattr(cohort, "stage", stage)
    results, _ = grade(plan, class_of(alice=RIGHT, bob=WRONG), store)
    assert (results["bob"].refused, results["alice"].weeks[0].points) == ("It is empty.", 10)
    assert store.students() == ["alice"]


def test_a_fault_in_one_submission_is_a_row_and_not_the_end(plan, class_of, store, monkeypatch):
    def staged(submission, into, landmarks):
        if submission.student == "bob":
            raise ZeroDivisionError("planted")
        return original(submission, into, landmarks)

    original = cohort.stage
    monkeypatch.setattr(cohort, "stage", staged)
    results, _ = grade(plan, class_of(alice=RIGHT, bob=WRONG, carol=RIGHT), store)
    assert results["bob"].fault == "The grader failed: ZeroDivisionError('planted')."
    assert set(store.students()) == {"alice", "carol"}


def test_what_the_grader_could_not_do_is_done_again_in_the_next_run(plan, class_of, store):
    def crashes(server):
        raise ZeroDivisionError("planted")

    broken = replace(plan, weeks=(replace(WEEK, checks=(replace(ends_with_status_0, converse=crashes),)),))
    results, _ = grade(broken, class_of(alice=RIGHT), store)
    assert results["alice"].outcomes[0].verdict is Verdict.BROKEN
    assert store.keys() == {}


def test_what_the_grader_could_not_do_again_is_not_as_before(plan, class_of, store):
    def crashes(server):
        raise ZeroDivisionError("planted")

    grade(plan, class_of(alice=RIGHT), store)
    broken = replace(plan, weeks=(replace(WEEK, checks=(replace(ends_with_status_0, converse=crashes),)),))
    grade(broken, class_of(alice=WRONG), store)
    assert store.keys() == {}


def test_a_sandbox_that_cannot_be_opened_breaks_its_week_alone(plan, class_of, store, monkeypatch):
    opened, opens = [], Bare.open

    def fails_the_second_time(site):
        opened.append(site)
        if len(opened) == 2:
            raise OSError("it does not answer")
        opens(site)

    monkeypatch.setattr(Bare, "open", fails_the_second_time)
    weeks = tuple(replace(WEEK, number=number) for number in (1, 2, 3))
    results, _ = grade(replace(plan, weeks=weeks), class_of(alice=RIGHT), store)
    assert [week.broken for week in results["alice"].weeks] == [False, True, False]
    assert results["alice"].weeks[1].checks[0].came == "it failed: OSError('it does not answer')"
    assert sorted(store.keys()) == [("alice", 1), ("alice", 3)]


def test_that_this_machine_has_no_room_is_no_reason_to_forget(plan, class_of, store, monkeypatch):
    def full(member, _):
        raise OSError(errno.ENOSPC, "No space left on device")

    submissions = class_of(alice=RIGHT)
    grade(plan, submissions, store)
    monkeypatch.setattr(Intake, "take", full)
    results, _ = grade(plan, submissions, store)
    assert ("No space left on device" in results["alice"].fault, list(store.keys())) == (True, [("alice", 1)])


def test_patience_lost_with_one_submission_is_not_lost_with_the_next(plan, class_of, store):
    def waits(server):
        patiences.append(server.patience)

    patiences = []
    week = replace(WEEK, checks=(replace(ends_with_status_0, converse=waits),))
    grade(replace(plan, weeks=(week,)), class_of(alice=RIGHT, bob=RIGHT), store)
    assert patiences[0] is not patiences[1]


def test_a_week_finds_nothing_of_what_the_one_before_has_done_to_its_folder(plan, class_of, store):
    isolation, _ = best(plan.course.limits)
    if not isolation or isolation.tier > 3:
        pytest.skip("no sandbox with files of its own works here, and without one programs share their folder")
    weeks = (WEEK, replace(WEEK, number=2))
    spoils = "import os\nos.mkdir('left')\nos.chmod('.', 0)"
    results, _ = grade(replace(plan, weeks=weeks, isolation=isolation), class_of(alice=spoils), store)
    assert [week.points for week in results["alice"].weeks] == [10, 10]


@pytest.mark.parametrize("source", ["{waits}", DAEMON], ids=["waits", "daemon"])
def test_halt_leaves_no_program_running(source, plan, class_of, store, calls, tmp_path):
    source = source.format(waits=calls.waits)
    grading = Cohort(plan)
    halt = threading.Thread(target=lambda: (calls.take(2), grading.halt()))
    halt.start()
    with pytest.raises(Halted):
        list(grading.grade_all(class_of(alice=source, bob=source), store, jobs=2))
    halt.join()
    assert running(tmp_path) == []


def test_a_reader_who_stops_leaves_no_program_running(plan, class_of, store, calls, tmp_path):
    with closing(Cohort(plan).grade_all(class_of(alice=RIGHT, bob=calls.waits), store, jobs=2)) as results:
        next(results)
        calls.take(1)
        stopped = time.monotonic()
    assert time.monotonic() - stopped < GENEROUS / 2
    assert running(tmp_path) == []


def test_halt_starts_none_of_those_who_wait(plan, class_of, store, calls):
    grading = Cohort(plan)
    submissions = class_of(alice=calls.waits, bob=RIGHT, carol=RIGHT)
    halt = threading.Thread(target=lambda: (calls.take(1), grading.halt()))
    halt.start()
    with pytest.raises(Halted):
        list(grading.grade_all(submissions, store, jobs=1))
    halt.join()
    assert store.keys() == {}


def test_a_week_is_stored_before_the_next_one_of_the_submission_has_ended(plan, class_of, store, calls):
    second = replace(WEEK, number=2, subjects={"server": Declared("second.py")})
    grading = Cohort(replace(plan, weeks=(WEEK, second)))
    (alice,) = class_of(alice=RIGHT)
    alice.path.joinpath("second.py").write_text(calls.waits)
    halt = threading.Thread(target=lambda: (calls.take(1), grading.halt()))
    halt.start()
    with pytest.raises(Halted):
        list(grading.grade_all([alice], store, jobs=1))
    halt.join()
    assert [week.points for week in store.result("alice").weeks] == [10]


def test_the_run_after_a_halt_goes_on_where_it_was(plan, class_of, store, calls):
    submissions = class_of(alice=RIGHT, bob=calls.waits)
    with closing(Cohort(plan).grade_all(submissions, store, jobs=2)) as results:
        next(results)
        calls.take(1)
    answer = threading.Thread(target=lambda: (calls.take(1), calls.hang_up()))
    answer.start()
    results, stored = grade(plan, submissions, store)
    answer.join()
    assert stored == {"alice"}
    assert results["bob"].weeks[0].points == 10
