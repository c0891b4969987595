"""The page that a student gets: all that the Markdown says, and nothing in it that a program has made up."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from grader import course
from grader.check import Verdict
from grader.course import Course, Late
from grader.grades import grade_of
from grader.report.feedback import markdown
from grader.report.feedback_page import html
from grader.results import Outcome, Person, Result, week_result
from tests.browser import CALM, SCHEMES, WIDTHS, browser, looked_at, opened  # noqa: F401
from tests.outcomes import PASSED

COURSE = course.load()
FAILED = replace(
    PASSED,
    name="fails",
    title="keeps order",
    verdict=Verdict.FAILED,
    points=0,
    requirement="`A` comes before B.",
    transcript=("$ python lab5/server.py localhost PORT", "alice connects", "alice > b'A'        (lost on purpose)"),
    expected="b'A'",
    came="b'' came",
    said=("ValueError: *",),
)
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, transcript=(), came="“listens” has not passed")
BROKEN = replace(PASSED, verdict=Verdict.BROKEN, points=0, came="it failed: KeyError()", said=("Traceback",))
ATTACK = '"><script>document.title = "owned"</script><img src=http://127.0.0.1:9/x onerror=alert(1)><b style=color:red>'
HOSTILE = replace(
    FAILED,
    transcript=(ATTACK, f"alice > {ATTACK}", f"{ATTACK} > x", "alice connects", f"    {ATTACK}", "w" * 10_000),
    expected=ATTACK,
    came=ATTACK,
    said=(ATTACK, "\u202e\x1b[2J\x00", "</pre></style>{{ 7 * 7 }}"),
)


def page(*outcomes: Outcome, rules: Course = COURSE, **fields: object) -> str:
    weeks = (week_result(1, "echo", outcomes),) if outcomes else ()
    return html(grade_of(Result("alice", "full", weeks, **fields), rules), "Lab 5")


def text(page: str) -> str:
    """What is read aloud, in one line: without what is only seen."""
    seen = re.sub(r'<(\w+)[^>]* aria-hidden="true".*?</\1>', " ", page.partition("<main")[2], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", f"<main{seen}")).split())


def test_a_failure_is_told_in_the_words_of_the_markdown():
    told = text(page(FAILED))
    written = markdown(grade_of(Result("alice", "full", (week_result(1, "echo", [FAILED]),)), COURSE), "Lab 5")
    for words in (
        "expected b'A', but b'' came",
        FAILED.teaches,
        FAILED.hint,
        FAILED.again,
        "ValueError: *",
        "0 of 5 points.",
    ):
        assert (words in told, words in written) == (True, True)


def test_the_conversation_is_read_aloud_step_by_step():
    assert (
        "$ python lab5/server.py localhost PORT alice to server: connects alice to server: b'A' (lost on purpose) "
        "Here it went wrong: expected b'A', but b'' came"
    ) in text(page(FAILED))


def test_the_whole_transcript_stands_below_as_text():
    steps = tuple(f"alice > {number}" for number in range(100))
    shown = page(replace(FAILED, transcript=steps))
    assert "60 steps before these: the text below has them" in shown
    assert unescape(shown).partition("<details>")[2].count("alice > ") == 100


def test_code_in_a_requirement_is_code():
    assert "<p><code>A</code> comes before B.</p>" in page(FAILED)


@pytest.mark.parametrize("outcome", [PASSED, BLOCKED], ids=lambda outcome: outcome.verdict)
def test_of_what_did_not_fail_there_is_no_story(outcome):
    assert "<article" not in page(outcome)


@pytest.mark.parametrize("outcome", [FAILED, BLOCKED, BROKEN], ids=lambda outcome: outcome.verdict)
def test_of_a_hidden_check_there_are_title_points_and_verdict(outcome):
    shown = text(page(replace(outcome, hidden=True, came="a secret", expected="a secret", stretch=True)))
    assert shown.endswith(f"{outcome.title} (hidden, bonus) 0 / 5 {outcome.verdict} Isolation: full.")


def test_a_blocked_check_names_what_it_waits_for():
    assert "echoes one byte “listens” has not passed 0 / 5 blocked" in text(page(BLOCKED))


def test_a_fault_of_the_grader_is_owned_up_to_without_its_traceback():
    shown = text(page(BROKEN))
    assert "Not graded yet: the grader failed at a check, which is no fault of yours." in shown
    assert shown.partition("One byte comes back. ")[2] == (
        "This could not be graded, by a fault of the grader. Isolation: full."
    )


def test_a_week_that_was_not_handed_in_and_at_which_the_grader_failed_has_no_reason():
    week = week_result(1, "echo", [replace(FAILED, verdict=Verdict.BROKEN)], handed_in=False)
    shown = text(html(grade_of(Result("alice", "full", (week,)), COURSE), "Lab 5"))
    assert "This week was not handed in. Isolation" in shown


def test_a_week_that_was_not_handed_in_is_one_sentence():
    nothing = replace(FAILED, came="there is no lab5/server.py in the submission")
    week = week_result(1, "echo", [nothing, nothing], handed_in=False)
    shown = text(html(grade_of(Result("alice", "full", (week,)), COURSE), "Lab 5"))
    assert (
        "0 of 10 points. This week was not handed in: there is no lab5/server.py in the submission. Isolation" in shown
    )


def test_a_simple_conversation_can_be_had_by_hand():
    steps = ("$ python lab5/server.py localhost PORT", "alice connects", "alice > b'one'")
    assert (
        "By hand in one terminal python lab5/server.py localhost 8008 and in another printf 'one' | nc localhost 8008"
    ) in text(page(replace(FAILED, transcript=steps)))


def test_what_being_late_costs_is_said():
    due = datetime(2026, 10, 5, tzinfo=UTC)
    rules = replace(COURSE, due={1: due}, late=Late(percent_per_day=10, grace_minutes=0, free_days=0, latest_days=7))
    week = replace(week_result(1, "echo", [PASSED]), submitted=(due + timedelta(days=2)).isoformat())
    shown = text(html(grade_of(Result("alice", "full", (week,)), rules), "Lab 5"))
    assert "1 echo 80 %" in shown
    assert "5 of 5 points. Week 1: 2 days late: 100 became 80." in shown


@pytest.mark.parametrize("result", [{"refused": "It is damaged."}, {"fault": "It is damaged."}])
def test_the_page_says_why_nothing_could_be_graded(result):
    assert text(page(**result)) == "Your work could not be graded. It is damaged. Isolation: full."


def test_a_student_has_the_name_of_the_class_list():
    shown = page(person=Person("Alice Àdams", id="s1234567"))
    assert "<h1>Feedback for Alice Àdams</h1>" in shown
    assert '<p class="quiet above">Handed in as alice · s1234567</p>' in shown


def test_nothing_of_a_submission_is_markup():
    shown = page(HOSTILE, remarks=(ATTACK,), person=Person(ATTACK, id=ATTACK))
    assert [tag for tag in re.findall(r"<(\w+)", shown) if tag in ("script", "img")] == []
    assert re.findall(r"<[^>]*\s(?:style|onerror)=", shown) == []
    assert "{{ 7 * 7 }}" in shown


def test_nothing_of_a_submission_is_invisible():
    assert "\\u202e\\x1b[2J\\x00" in page(HOSTILE)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_good_to_look_at(browser, tmp_path, width, scheme):  # noqa: F811
    crowd = tuple(f"client {number} > GET /messages?wait=30" for number in range(9))
    outcomes = [PASSED, FAILED, BLOCKED, replace(FAILED, name="crowd", transcript=crowd), replace(PASSED, hidden=True)]
    (tmp_path / "alice.html").write_text(page(*outcomes, remarks=("found in lab5/",)), "utf-8")
    assert looked_at(browser, tmp_path / "alice.html", width, scheme) == CALM


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_submission_changes_nothing(browser, tmp_path, width):  # noqa: F811
    (tmp_path / "alice.html").write_text(page(HOSTILE, remarks=(ATTACK,)), "utf-8")
    assert looked_at(browser, tmp_path / "alice.html", width) == CALM
    with opened(browser, tmp_path / "alice.html") as shown:
        assert (shown.title(), shown.evaluate("document.scripts.length")) == ("alice: feedback, Lab 5", 0)
