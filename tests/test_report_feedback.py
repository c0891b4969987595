"""The page that a student gets: the whole story of what failed, and nothing of what is hidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader import course
from grader.check import Verdict
from grader.course import Course, Late
from grader.grades import grade_of
from grader.report.feedback import markdown
from grader.results import Outcome, Person, Result, week_result
from tests.outcomes import PASSED

COURSE = course.load()
FAILED = replace(PASSED, verdict=Verdict.FAILED, points=0, expected="b'\\n'", came="b'' came", said=("ValueError: *",))
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, transcript=(), came="“listens” has not passed")
BROKEN = replace(PASSED, verdict=Verdict.BROKEN, points=0, came="it failed: KeyError()", said=("Traceback",))
PAGE = r"""# Lab 5: feedback for alice\_b

- left out '.git': not part of the work
- found in lab5/

## Week 1: echo server (TCP)

**5 of 10 points.**

| check | points | |
|---|---:|---|
| echoes one byte | 5 / 5 | passed |
| echoes one byte | 0 / 5 | failed |

### echoes one byte

One byte comes back.

```text
alice connects
alice sends b'\n'
^ expected b'\n', but b'' came
```

Your program's last words:

```text
ValueError: *
```

- **Teaches:** recv() returns at once.
- **Hint:** Don't strip().
- **Again:** `make test-week1 CHECK=echoes_one_byte`
"""


def told(result: Result, course: Course = COURSE) -> str:
    """What the student is told."""
    return markdown(grade_of(result, course), "Lab 5")


def page(*outcomes: Outcome) -> str:
    return told(Result("alice", "full", (week_result(1, "echo", outcomes),)))


def story(*outcomes: Outcome) -> str:
    """What stands below the table of the checks."""
    return page(*outcomes).partition("\n### ")[2]


def test_the_page_tells_the_whole_story_of_what_failed():
    remarks = ("left out '.git': not part of the work", "found in lab5/")
    week = week_result(1, "echo server (TCP)", [PASSED, FAILED])
    assert told(Result("alice_b", "full", (week,), remarks)) == PAGE


@pytest.mark.parametrize("result", [{"refused": "It is damaged."}, {"fault": "It is damaged."}])
def test_the_page_says_why_nothing_could_be_graded(result):
    text = told(Result("alice", "full", **result))
    assert text == "# Lab 5: feedback for alice\n\nYour work could not be graded. It is damaged.\n"


def test_of_what_passed_there_is_no_story():
    assert story(PASSED) == ""


@pytest.mark.parametrize("outcome", [FAILED, BLOCKED, BROKEN], ids=lambda outcome: outcome.verdict)
def test_of_a_hidden_check_there_is_no_story(outcome):
    assert story(replace(outcome, hidden=True)) == ""


def test_what_was_not_tried_is_explained_once():
    text = "A *blocked* check was not tried, because one that it builds on has not passed: mend that one first."
    assert page(BLOCKED, BLOCKED).count(text) == 1
    assert story(BLOCKED) == ""


def test_a_fault_of_the_grader_is_owned_up_to_without_its_traceback():
    assert story(BROKEN) == (
        "echoes one byte\n\nOne byte comes back.\n\nThis could not be graded, by a fault of the grader.\n"
    )


def test_a_program_without_a_word_has_no_last_words():
    assert "last words" not in story(replace(FAILED, said=()))


@pytest.mark.parametrize(
    ("marks", "title"),
    [
        ({"hidden": True}, "echoes one byte (hidden)"),
        ({"stretch": True}, "echoes one byte (bonus)"),
        ({"hidden": True, "stretch": True}, "echoes one byte (hidden, bonus)"),
    ],
)
def test_the_table_marks_hidden_checks_and_the_bonus(marks, title):
    assert f"\n| {title} | 5 / 5 | passed |\n" in page(replace(PASSED, **marks))


def test_a_blocked_check_names_what_it_waits_for():
    assert r"| echoes one byte | 0 / 5 | blocked: “listens” has not passed |" in page(BLOCKED)
    assert "| echoes one byte (hidden) | 0 / 5 | blocked |" in page(replace(BLOCKED, hidden=True))


def test_a_simple_conversation_can_be_had_by_hand():
    steps = ("$ python lab5/server.py localhost PORT", "alice connects", "alice > b'one'")
    assert story(replace(FAILED, transcript=steps)).endswith(
        "By hand, the first line in one terminal, the others in another:\n\n"
        "```text\npython lab5/server.py localhost 8008\nprintf 'one' | nc localhost 8008\n```\n"
    )


def test_what_being_late_costs_is_said():
    due = datetime(2026, 10, 5, tzinfo=UTC)
    rules = replace(COURSE, due={1: due}, late=Late(percent_per_day=10, grace_minutes=0, free_days=0, latest_days=7))
    week = replace(week_result(1, "echo", [PASSED]), submitted=(due + timedelta(days=2)).isoformat())
    text = "**5 of 5 points.**\n\nWeek 1: 2 days late: 100 became 80.\n"
    assert text in told(Result("alice", "full", (week,)), rules)


def test_a_student_has_the_name_of_the_class_list():
    assert told(Result("a12", "full", person=Person("Alice Àdams"))) == "# Lab 5: feedback for Alice Àdams\n"


def test_a_student_is_no_markup():
    assert told(Result("<b>@all|", "full")) == "# Lab 5: feedback for \\<b\\>\\@all\\|\n"


def test_the_program_cannot_close_the_block_that_shows_its_words():
    assert "\n````text\n```\n# 100 points\n````\n" in story(replace(FAILED, said=("```", "# 100 points")))


def test_a_week_that_was_not_handed_in_and_at_which_the_grader_failed_has_no_reason():
    broken = replace(FAILED, verdict=Verdict.BROKEN)
    page = told(Result("alice", "full", (week_result(2, "chat", [broken], handed_in=False),)))
    assert page.splitlines()[-1] == "This week was not handed in."


def test_a_week_that_was_not_handed_in_is_one_sentence():
    nothing = replace(FAILED, came="there is no lab5/week2_udp/client.py in the submission")
    page = told(Result("alice", "full", (week_result(2, "chat", [nothing], handed_in=False),)))
    assert page.splitlines()[2:] == [
        "## Week 2: chat",
        "",
        "**0 of 5 points.**",
        "",
        "This week was not handed in: there is no lab5/week2\\_udp/client.py in the submission.",
    ]
