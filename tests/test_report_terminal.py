"""What a terminal shows, and what a pipe gets."""

import re
from dataclasses import replace

import pytest
from rich.console import Console

from grader import course
from grader.check import Verdict
from grader.grades import grade_of
from grader.report import terminal
from grader.results import Person, Result, week_result
from tests import outcomes

PASSED = replace(
    outcomes.PASSED, requirement="One byte comes back, and it comes back as it is: nothing is added to it."
)
FAILED = replace(PASSED, verdict=Verdict.FAILED, points=0, expected="b'\\n'", came="b'' came", said=("[red]\x1b[1mÄh",))
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, transcript=(), came="“listens” has not passed")
BROKEN = replace(PASSED, verdict=Verdict.BROKEN, points=0, expected="the grader to work", came="it failed: KeyError()")
STORY = r"""week 1  echoes one byte                     0 /  5   failed
  One byte comes back, and it comes back as it is: nothing is added to it.
    alice connects
    alice sends b'\n'
    ^ expected b'\n', but b'' came
  The program's last words:
    | [red]\x1b[1mÄh
  Teaches: recv() returns at once.
  Hint:    Don't strip().
  Again:   make test-week1 CHECK=echoes_one_byte

"""
FAULT = r"""week 1  echoes one byte                     0 /  5   broken
  One byte comes back, and it comes back as it is: nothing is added to it.
    alice connects
    alice sends b'\n'
    ^ expected the grader to work, but it failed: KeyError()
  This is a fault of the grader, not of the program: the week counts only once it is mended.
"""
TABLE = r"""student           week 1  week 2  total  remarks
alice                105       –    105  left out '.git'
bob                    0      50     25  week 1: b'' came
\x1b]0;carol\x07       –       –      –  [red]It is damaged.
"""


@pytest.fixture
def console():
    return Console(width=60, color_system=None, highlight=False, force_terminal=False)


def shown(console: Console, show, *arguments: object) -> str:
    with console.capture() as captured:
        show(*arguments)
    return captured.get()


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (PASSED, "week 1  echoes one byte                     5 /  5   passed\n"),
        (BLOCKED, "week 1  echoes one byte                     0 /  5   blocked\n"),
        (replace(PASSED, hidden=True), "week 1  echoes one byte (hidden)            5 /  5   passed\n"),
        (replace(PASSED, stretch=True), "week 1  echoes one byte (bonus)             5 /  5   passed\n"),
        (FAILED, STORY),
        (BROKEN, FAULT),
    ],
)
def test_what_passed_is_a_line_and_what_failed_a_story(console, outcome, text):
    assert shown(console, terminal.show_outcome, console, 1, outcome) == text


def test_a_program_without_a_word_has_no_last_words(console):
    assert "last words" not in shown(console, terminal.show_outcome, console, 1, replace(FAILED, said=()))


def test_in_a_terminal_long_lines_are_wrapped_and_stay_indented():
    console = Console(width=60, height=25, color_system=None, highlight=False, force_terminal=True)
    lines = shown(console, terminal.show_outcome, console, 1, FAILED).splitlines()
    requirement = ["  One byte comes back, and it comes back as it is: nothing", "  is added to it."]
    assert [line.rstrip() for line in lines[1:3]] == requirement


def test_in_a_terminal_the_only_escapes_are_our_colours():
    console = Console(width=60, color_system="standard", highlight=False, force_terminal=True, no_color=False)
    text = shown(console, terminal.show_outcome, console, 1, FAILED)
    assert set(re.findall(r"\x1b[^m]*m?", text)) == {"\x1b[1;31m", "\x1b[2m", "\x1b[0m"}


def test_the_score_says_what_to_do_first(console):
    week = week_result(1, "echo", [PASSED, BLOCKED, BLOCKED, FAILED], ["left out “x”: this machine has no address ::1"])
    assert shown(console, terminal.show_score, console, week) == (
        "\nweek 1  5 of 20 points\n"
        "  left out “x”: this machine has no address ::1\n"
        "  2 checks blocked, because something to build on has not passed.\n"
        "  Start with “echoes one byte”:\n"
        "    make test-week1 CHECK=echoes_one_byte\n"
    )


@pytest.mark.parametrize("outcomes", [[PASSED, PASSED], [FAILED]])
def test_the_score_says_no_more_where_there_is_nothing_to_choose(console, outcomes):
    week = week_result(1, "echo", outcomes)
    assert shown(console, terminal.show_score, console, week) == f"\nweek 1  {week.points} of {week.max} points\n"


@pytest.mark.parametrize(
    ("number", "result", "was_stored", "line"),
    [
        (7, Result("alice", "", (week_result(1, "", [PASSED]),)), False, "[  7/150] alice  week 1: 5/5"),
        (150, Result("bob", "", (week_result(1, "", [FAILED]),)), True, "[150/150] bob  week 1: 0/5  (as before)"),
        (1, Result("\x1b[1meve", "", refused="It is damaged."), False, "[  1/150] \\x1b[1meve  not graded"),
    ],
)
def test_each_submission_of_a_class_is_a_line(number, result, was_stored, line):
    assert terminal.line(number, 150, result, was_stored).plain == line


def test_the_table_has_the_name_that_the_class_list_has(console):
    result = Result("s1234567", "", (week_result(1, "", [PASSED]),), person=Person("Alice Liddell"))
    text = shown(console, console.print, terminal.class_table([grade_of(result, course.load())]))
    assert text.splitlines()[1].startswith("s1234567  Alice Liddell  ")


def test_a_week_at_which_the_grader_failed_is_not_done(console):
    result = Result("alice", "full", (week_result(2, "chat", [PASSED, BROKEN, BLOCKED]),))
    with console.capture() as shown:
        console.print(terminal.progress_table(result))
    assert "could not be graded" in shown.get()


def test_the_class_is_a_table(console):
    bonus = replace(PASSED, stretch=True)
    results = [
        Result("alice", "", (week_result(1, "", [PASSED, bonus]),), ("left out '.git'",)),
        Result("bob", "", (week_result(1, "", [FAILED]), week_result(2, "", [PASSED, FAILED]))),
        Result("\x1b]0;carol\x07", "", refused="[red]It is damaged."),
    ]
    text = shown(console, console.print, terminal.class_table([grade_of(result, course.load()) for result in results]))
    assert [line.rstrip() for line in text.splitlines()] == TABLE.splitlines()
