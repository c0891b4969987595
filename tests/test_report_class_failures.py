"""Failures of one cause come together, those of different causes stay apart: words as real programs earned them."""

from dataclasses import replace

import pytest

from grader.check import Verdict
from grader.report.class_failures import cause, groups, raised
from grader.results import Outcome
from tests.outcomes import PASSED

HELLO = "alice to receive b'Hello server!'"
KIBIBYTE = "alice to receive b'line 0001 of 64\\nline 0002 of 64\\nline 000'... (1,024 bytes)"
LISTENS = "a server that listens on ::1 PORT"
STARTS = "the program ended with status 1 before anybody could connect"
SECOND = "b'SAY 2 two' from the client"


def failed(expected: str, came: str, *said: str) -> Outcome:
    return replace(PASSED, verdict=Verdict.FAILED, points=0, expected=expected, came=came, said=said)


@pytest.mark.parametrize(
    ("expected", "first", "second"),
    [
        (
            KIBIBYTE,
            "b'line 0001 of 64\\nline 0002 of 64\\nline 000'... (512 bytes) came: only 512 of 1,024 bytes",
            "b'line 0001 ' came: only 10 of 1,024 bytes",
        ),
        (LISTENS, f"{STARTS} (cannot listen: [Errno -9] no ('::1', PORT))", f"{STARTS} (Port PORT is in use)"),
        (LISTENS, f"{STARTS} (ValueError: 'a')", f"{STARTS} (ValueError: 'b')"),
        ("port PORT", "it listens on port 23160, not on that", "it listens on port 8008, not on that"),
        (SECOND, "b'SAY 3 two' came", "b'SAY 12 two' came"),
        (SECOND, "b'GOT 30' came", "b'GOT 69' came"),
        ("b'SAY 2 more'", "b'SAY 2 xxxx'... (1,311 bytes) came", "b'SAY 2 xxxx'... (1,200 bytes) came"),
        ("no traceback", "<Server object at 0x7f3a4c> came", "<Server object at 0x7f11d0> came"),
        ("'bob: three' on the screen", "the last line is 'you are called alice'", "the last line is 'type your text'"),
        ("`433` for bob", "`:irc.example 001 bob :Welcome` came", "`:localhost 001 bob :Hello there` came"),
    ],
)
def test_what_differs_by_chance_is_one_cause(expected, first, second):
    assert cause(failed(expected, first)) == cause(failed(expected, second))


@pytest.mark.parametrize(
    ("expected", "first", "second"),
    [
        (
            HELLO,
            "b'HELLO SERVER!' came: byte 2 is 0x45 instead of 0x65",
            "b'!revres' came: byte 1 is 0x21 instead of 0x48",
        ),
        (HELLO, "nothing came before the connection ended", "nothing came"),
        (KIBIBYTE, "b'line 0001 of 64'... (9 bytes) came: byte 129 is 0xc2 instead of 0x80", "b'line' came: only 4"),
        (LISTENS, f"{STARTS} (SyntaxError: expected ':')", f"{STARTS} (cannot listen)"),
        (LISTENS, STARTS, STARTS.replace("status 1", "status 3")),
        (LISTENS, "it listens on 0.0.0.0, not there", "it listens on 127.0.0.1, not there"),
        (SECOND, "b'SAY 3 two' came", "b'SAY 1 two' came"),
        (SECOND, "b'SAY 3 two' came", "b'SAY two' came"),
        (SECOND, "b'SAY 2 two (again)' came", "b'SAY 2 two\\n' came"),
        (SECOND, "b'BYE' came", "b'GOT 30' came"),
        ("nothing", "1 byte more came: b'\\n'", "1 byte more came: b'\\x00'"),
        ("an answer with the status 201 Created", "it has 404 Not Found", "it has 500 Internal Server Error"),
        ("`433` for bob", "`:irc.example 001 bob :Welcome` came", "`:irc.example 462 bob :No` came"),
        ("the end", "it ended with status 1", "it was ended by the signal SIGINT"),
    ],
)
def test_what_says_why_is_kept(expected, first, second):
    assert cause(failed(expected, first)) != cause(failed(expected, second))


def test_a_check_that_got_further_before_it_failed_has_another_cause():
    came = "it printed no usage line"
    first, second = (failed(f"`server.py localhost {port}` to print a usage line", came) for port in ("0", "70000"))
    assert cause(first) != cause(second)


def test_the_same_silence_after_another_exception_has_another_cause():
    first = failed(HELLO, "nothing came", "Traceback (most recent call last):", "TypeError: a bytes-like object")
    second = failed(HELLO, "nothing came", "socket.gaierror: [Errno -2] unknown name")
    assert len({cause(first), cause(second), cause(failed(HELLO, "nothing came"))}) == 3


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("ready", "ValueError: 'x'"), "ValueError"),
        (("  package.module.OwnError", "bye"), "OwnError"),
        (("ValueError: 'x'", "KeyboardInterrupt"), "ValueError"),
        (("BrokenPipeError: [Errno 32]",), ""),
        (("an error: it is a pity", "error: no such port", "Error"), ""),
        ((), ""),
    ],
)
def test_the_exception_is_the_last_that_is_no_chance(said, name):
    assert raised(said) == name


def test_groups_come_by_size_and_speak_in_the_words_that_most_have():
    three, two = ("it has 3 messages", "it has 2 messages")
    members = [("dora", three), ("bob", three), ("alice", two), ("carol", "it is empty")]
    found = groups((student, failed("a history", came)) for student, came in members)
    assert [(group.students, group.example, group.outcome.came) for group in found] == [
        (("alice", "bob", "dora"), "bob", three),
        (("carol",), "carol", "it is empty"),
    ]


def test_an_exception_is_told_only_where_the_failure_does_not_name_it():
    (group,) = groups([("alice", failed(HELLO, "nothing came", "TypeError: no"))])
    assert group.also_raised == "TypeError"
    (group,) = groups([("alice", failed(HELLO, f"{STARTS} (TypeError: no)", "TypeError: no"))])
    assert group.also_raised == ""


@pytest.mark.parametrize(
    "came", ["'" * 10_000, "1," * 5_000 + "x", "b'" + "\\" * 10_000, "(" * 10_000, "a." * 5_000, ""]
)
def test_hostile_words_are_put_somewhere_at_once(came):
    expected, words, _ = cause(failed(f"'{came}", came, came))
    assert max(len(expected), len(words)) <= 510
