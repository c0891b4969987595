"""The runner decides what runs where, in which order, and what counts. The program here is a list of what happened."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from grader import runner
from grader.check import Disturbed, Unmet, Verdict, check
from grader.patience import Patience
from grader.stages import Week

PASSED, FAILED, BLOCKED, BROKEN = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN


class Subject:
    """A running program: it writes down what it goes through, and keeps running for the next conversation."""

    def __init__(self, diary, patience):
        self.diary = diary
        self.patience = patience
        self.steps = []
        self.used = False

    def begin(self):
        """Another conversation, with the same program."""
        self.diary.append("begin")
        self.steps.clear()
        self.used = True
        return True

    def is_disturbed(self):
        """Nobody gets in its way."""
        return False

    def last_words(self):
        """What it printed last."""
        return ["goodbye"]


@dataclass(frozen=True)
class Declared:
    """The program of the week; its diary is all that ever happens to it."""

    program: str = "server.py"
    diary: list = field(default_factory=list)

    @contextmanager
    def meet(self, workspace, patience):
        """A fresh program."""
        self.diary.append("start")
        yield Subject(self.diary, patience)
        self.diary.append("end")


def step(name, conversation=lambda server: None, **options):
    """A check of this name: its step, and then its conversation with the server."""

    def converse(server):
        """It does as it is told."""
        server.diary.append(name)
        server.steps.append(name)
        conversation(server)

    converse.__name__ = name
    return check(points=10, teaches="a lesson", hint="a hint", **options)(converse)


def run(*checks, only=None):
    """The outcomes of these checks, or of some of them, and the diary of their program."""
    server = Declared()
    week = Week(1, "week1_test", "Test", checks, {"server": server})
    outcomes = list(runner.run(week, only or checks, Elsewhere(), Patience(1, 1)))
    return outcomes, server.diary


def verdicts(*checks):
    """What became of these checks."""
    return [outcome.verdict for outcome in run(*checks)[0]]


class Elsewhere:
    """A workspace on a machine that has only 127.0.0.1."""

    def has_address(self, host):
        """Whether it can be listened on."""
        return host == "127.0.0.1"

    def conceal(self, text):
        """It has a secret."""
        return text.replace("swordfish", "(the password)")


def fails(server):
    """The program does something else than it should."""
    raise Unmet("an echo", "nothing came")


def fails_if_used(server):
    """The program does what it should only as long as it is fresh."""
    if server.used:
        fails(server)


def crashes(server):
    """The grader is at fault."""
    raise ZeroDivisionError("planted")


def is_disturbed(server):
    """Somebody else is."""
    raise Disturbed("another program listens on the port")


def disturbed(times):
    """A conversation that is disturbed so many times."""
    left = [is_disturbed] * times
    return lambda server: left and left.pop()(server)


def test_checks_are_done_in_the_order_of_the_week():
    one, two, three = step("one"), step("two"), step("three")
    outcomes, _ = run(one, two, three, only=[three, one])
    assert [outcome.name for outcome in outcomes] == ["one", "three"]


def test_outcomes_come_as_they_are_known():
    server = Declared()
    week = Week(1, "week1_test", "Test", (step("one"), step("two")), {"server": server})
    outcomes = runner.run(week, week.checks, Elsewhere(), Patience(1, 1))
    next(outcomes)
    assert server.diary == ["start", "one"]
    outcomes.close()
    assert server.diary == ["start", "one", "end"]


def test_a_passed_check_has_its_points_and_its_transcript():
    (outcome,), _ = run(step("echoes"))
    assert (outcome.verdict, outcome.points, outcome.max) == (PASSED, 10, 10)
    assert (outcome.transcript, outcome.expected, outcome.came, outcome.said) == (("echoes",), "", "", ())


def test_a_failed_check_says_what_was_expected_what_came_and_what_the_program_said():
    (outcome,), _ = run(step("echoes", fails))
    assert (outcome.verdict, outcome.points, outcome.transcript) == (FAILED, 0, ("echoes",))
    assert (outcome.expected, outcome.came, outcome.said) == ("an echo", "nothing came", ("goodbye",))


def test_an_outcome_carries_the_words_of_its_check():
    (outcome,), _ = run(step("echoes_one_byte", fails))
    assert (outcome.title, outcome.requirement) == ("echoes one byte", "It does as it is told.")
    assert (outcome.teaches, outcome.hint) == ("a lesson", "a hint")


@pytest.mark.parametrize(
    ("hidden", "again"), [(False, "make test-week1 CHECK=one"), (True, "make test-week1 CHECK=one HIDDEN=1")]
)
def test_an_outcome_says_how_to_do_its_check_again(hidden, again):
    (outcome,), _ = run(step("one", hidden=hidden))
    assert outcome.again == again


def test_what_builds_on_a_failed_check_is_blocked_and_says_by_what():
    listens = step("listens_on_the_port", fails)
    outcomes, diary = run(listens, step("echoes", after=listens))
    assert outcomes[1].verdict is BLOCKED
    assert outcomes[1].came == "“listens on the port” has not passed, and this builds on it"
    assert "echoes" not in diary


def test_blocked_is_passed_on():
    one = step("one", fails)
    two = step("two", after=one)
    three = step("three", continues=two)
    assert verdicts(one, two, three) == [FAILED, BLOCKED, BLOCKED]


def test_a_failure_blocks_nothing_else():
    one, two = step("one"), step("two", fails)
    assert verdicts(one, two, step("three", after=one)) == [PASSED, FAILED, PASSED]


def test_each_of_several_prerequisites_blocks():
    one, two = step("one"), step("two", fails)
    assert verdicts(one, two, step("three", after=(one, two))) == [PASSED, FAILED, BLOCKED]


def test_a_fault_of_the_grader_is_broken_and_not_the_students():
    (outcome,), _ = run(step("echoes", crashes))
    assert (outcome.verdict, outcome.transcript) == (BROKEN, ("echoes",))
    assert outcome.expected == "the grader to work undisturbed"
    assert outcome.came == "it failed: ZeroDivisionError('planted')"
    assert outcome.said[0] == "Traceback (most recent call last):"


def test_a_fault_of_the_grader_does_not_end_the_week():
    assert verdicts(step("one", crashes), step("two")) == [BROKEN, PASSED]


def test_checks_share_a_program():
    _, diary = run(step("one"), step("two"))
    assert diary == ["start", "one", "begin", "two", "end"]


def test_a_check_that_continues_another_goes_on_in_its_run():
    one = step("one")
    (_, two), diary = run(one, step("two", continues=one))
    assert diary == ["start", "one", "two", "end"]
    assert two.transcript == ("one", "two")


def test_a_chain_is_gone_through_again_when_its_run_is_gone():
    one = step("one")
    _, diary = run(one, step("other"), step("two", continues=one))
    assert diary == ["start", "one", "begin", "other", "end", "start", "one", "two", "end"]


def test_a_chain_is_gone_through_again_after_a_failure():
    one = step("one")
    _, diary = run(one, step("two", fails, continues=one), step("three", continues=one))
    assert diary == ["start", "one", "two", "end", "start", "one", "three", "end"]


def test_a_check_that_fails_on_a_used_program_passes_on_a_fresh_one():
    outcomes, diary = run(step("one"), step("two", fails_if_used))
    assert outcomes[1].verdict is PASSED
    assert diary == ["start", "one", "begin", "two", "end", "start", "two", "end"]


def test_a_check_that_fails_on_a_used_and_on_a_fresh_program_has_failed():
    outcomes, diary = run(step("one"), step("two", fails))
    assert outcomes[1].verdict is FAILED
    assert diary == ["start", "one", "begin", "two", "end", "start", "two", "end"]


def test_a_check_that_fails_on_a_fresh_program_is_not_repeated():
    _, diary = run(step("one", fails))
    assert diary == ["start", "one", "end"]


def test_a_check_that_fails_in_the_run_that_it_continues_is_not_repeated():
    one = step("one")
    _, diary = run(one, step("two", fails, continues=one))
    assert diary == ["start", "one", "two", "end"]


def test_a_check_that_fails_in_a_run_that_began_on_a_used_program_is_repeated_with_what_it_continues():
    two = step("two")
    outcomes, diary = run(step("one"), two, step("three", fails_if_used, continues=two))
    assert outcomes[2].verdict is PASSED
    assert diary == ["start", "one", "begin", "two", "three", "end", "start", "two", "three", "end"]


def test_a_check_that_fails_after_others_in_its_run_is_repeated_without_them():
    one = step("one")
    outcomes, diary = run(one, step("two", continues=one), step("three", fails, continues=one))
    assert outcomes[2].transcript == ("one", "three")
    assert diary == ["start", "one", "two", "three", "end", "start", "one", "three", "end"]


def slow(times):
    """A program that answers in time only after so many conversations; its patience says that it may be the machine."""
    left = [1] * times

    def converse(server):
        if left:
            left.pop()
            server.patience.is_tried = server.patience.in_doubt = True
            fails(server)

    return converse


@pytest.mark.parametrize(("times", "verdict"), [(1, PASSED), (2, FAILED)])
def test_a_failure_that_the_machine_may_be_to_blame_for_is_repeated(times, verdict):
    outcomes, diary = run(step("one", slow(times)))
    assert outcomes[0].verdict is verdict
    assert diary == ["start", "one", "end"] * 2


def test_such_a_failure_of_a_run_that_is_continued_is_repeated_with_all_that_it_continues():
    one = step("one")
    outcomes, diary = run(one, step("two", slow(1), continues=one))
    assert outcomes[1].verdict is PASSED
    assert diary == ["start", "one", "two", "end", "start", "one", "two", "end"]


@pytest.mark.parametrize(("times", "left"), [(1, [False, True, False]), (2, [False, True, True])])
def test_who_is_silent_again_has_used_up_the_patience_and_who_was_only_slow_has_not(times, left):
    is_slow, seen = slow(times), []

    def notes(server):
        seen.append(server.patience.is_tried)

    run(step("one", lambda server: (notes(server), is_slow(server))), step("two", notes))
    assert seen == left


def test_what_was_waited_for_in_a_conversation_that_was_disturbed_has_used_up_nothing():
    seen, is_disturbed_once = [], disturbed(1)

    def notes(server):
        seen.append(server.patience.is_tried)
        server.patience.is_tried = True
        is_disturbed_once(server)

    run(step("one", notes))
    assert seen == [False, False]


def test_doubts_end_with_their_conversation():
    _, diary = run(step("one", slow(2)), step("two", fails))
    assert diary == ["start", "one", "end"] * 2 + ["start", "two", "end"]


def test_only_runs_prerequisites_silently():
    one = step("one")
    two = step("two", after=one)
    outcomes, diary = run(one, two, step("three"), only=[two])
    assert [outcome.name for outcome in outcomes] == ["two"]
    assert [done for done in diary if done in ("one", "two", "three")] == ["one", "two"]


def test_only_is_blocked_by_a_silent_prerequisite():
    one = step("one", fails)
    two = step("two", after=one)
    (outcome,), _ = run(one, two, only=[two])
    assert outcome.verdict is BLOCKED


@pytest.mark.parametrize(
    ("times", "verdict"), [(0, PASSED), (1, PASSED), (runner.TRIES - 1, PASSED), (runner.TRIES, BROKEN)]
)
def test_a_disturbed_conversation_is_had_again_and_never_the_students_fault(times, verdict):
    assert verdicts(step("one", disturbed(times))) == [verdict]


def test_a_conversation_is_had_again_on_a_fresh_program():
    _, diary = run(step("one", disturbed(1)))
    assert diary == ["start", "one", "end", "start", "one", "end"]


def test_a_check_that_needs_an_address_that_is_not_there_is_left_out_with_a_remark():
    one, two = step("one", needs_address="127.0.0.1"), step("listens_there", needs_address="192.0.2.1")
    can, remarks = runner.possible([one, two], Elsewhere())
    assert can == [one]
    assert remarks == ["left out “listens there”: this machine has no address 192.0.2.1"]


def babbles(server):
    """Whatever happens is full of a secret."""
    server.steps.append("client > swordfish")
    server.last_words = lambda: ["swordfish", "it is swordfish!"]
    raise Unmet("no swordfish", "swordfish came")


def test_no_secret_is_in_a_failure():
    (outcome,), _ = run(step("one", babbles))
    assert outcome.transcript == ("one", "client > (the password)")
    assert (outcome.expected, outcome.came) == ("no (the password)", "(the password) came")
    assert outcome.said == ("(the password)", "it is (the password)!")


def test_no_secret_is_in_what_has_passed():
    (outcome,), _ = run(step("one", lambda server: server.steps.append("you type swordfish")))
    assert outcome.transcript == ("one", "you type (the password)")


@pytest.mark.parametrize("fault", [ValueError("swordfish"), Disturbed("swordfish")])
def test_no_secret_is_in_a_fault_of_the_grader(fault):
    def converse(server):
        server.steps.append("swordfish")
        raise fault

    (outcome,), _ = run(step("one", converse))
    assert outcome.verdict is BROKEN
    assert "swordfish" not in str(outcome)
