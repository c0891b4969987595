"""A program becomes tokens: what is written otherwise is the same, and hostile files cost nothing."""

import re
import time

import pytest

from grader.similar import program
from grader.similar.program import MAX_FILE, RUN, program_of
from tests.programs import COUNTER, GREETER, RENAMED


@pytest.fixture
def read(tmp_path):
    """Reads a text as the only file of a program."""

    def read(text: str | bytes, name: str = "server.py") -> program.Program:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return program_of([(name, path)])

    return read


def test_names_comments_and_layout_do_not_count(read):
    assert read(COUNTER).runs.tolist() == read(RENAMED).runs.tolist() != []


def test_what_is_done_counts(read):
    assert not set(read(COUNTER).runs.tolist()) & set(read(GREETER).runs.tolist())


def test_a_docstring_is_a_comment(read):
    assert (
        read('def f():\n    """Says what it does."""\n    return 1\n').tokens.tolist()
        == read("def f():\n    return 1\n").tokens.tolist()
    )


def test_runs_are_the_same_in_every_process(read):
    assert hex(read(COUNTER).runs[0]) == "0xa45b319fb6f69"


def test_a_fingerprint_is_some_of_the_runs_and_less_than_all(read):
    found = read(COUNTER)
    assert set(found.fingerprint().tolist()) < set(found.runs.tolist())
    assert len(found.fingerprint()) > len(found.runs) // 4


def test_lines_are_counted_as_editors_do(read):
    found = read("\n\nfirst\r\nsecond\rthird")
    assert found.line_of.tolist() == [2, 3, 4]
    assert found.texts == (("", "", "first", "second", "third"),)


def test_a_program_may_be_in_any_language_that_pygments_knows(read):
    first, second = (read(f"int main(void) {{ return {name} + 1; }} // {name}", "server.c") for name in ("a", "bcd"))
    assert first.tokens.tolist() == second.tokens.tolist() != []


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "settings.json", "no_ending", "picture.png", ".hidden"])
def test_what_is_no_program_is_passed_over(read, name):
    assert read("while True: pass", name).names == ()


def test_no_run_goes_over_the_end_of_a_file(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("f(1) + " * (RUN - 2) + "2")
    found = program_of((name, tmp_path / name) for name in ("a.py", "b.py"))
    assert sum(run >= program.CROSSES for run in found.runs.tolist()) == RUN - 1
    assert all(run < program.CROSSES for run in found.fingerprint().tolist())


def test_a_file_that_is_too_long_is_not_read_and_said(read):
    found = read("a" * (MAX_FILE + 1))
    assert found.unread == ("server.py was not read: it has 200,001 bytes",)
    assert found.names == ()


def test_a_week_of_many_files_is_read_up_to_a_limit(tmp_path):
    for name in "abcdef":
        (tmp_path / f"{name}.py").write_text("# " + "x" * 150_000)
    found = program_of((f"{name}.py", tmp_path / f"{name}.py") for name in "abcdef")
    assert found.names == ("a.py", "b.py", "c.py")
    assert len(found.unread) == 3


def test_a_lexer_that_does_not_come_to_an_end_is_ended(read, monkeypatch):
    monkeypatch.setattr(program, "MAX_SECONDS", 0.1)
    monkeypatch.setattr(program, "_tokens", lambda text, lexer: iter(lambda: ("endless", 0), None))
    began = time.process_time()
    assert read("x = 1").unread == ("server.py was not read: TimeoutError in Python",)
    assert time.process_time() - began < 3


def test_a_pattern_that_would_take_years_is_ended(read, monkeypatch):
    monkeypatch.setattr(program, "MAX_SECONDS", 0.1)
    monkeypatch.setattr(program, "_tokens", lambda text, lexer: [re.match("(a+)+b", "a" * 60)])
    assert read("x = 1").unread == ("server.py was not read: TimeoutError in Python",)


def test_a_lexer_that_fails_ends_nothing(read, monkeypatch):
    monkeypatch.setattr(program, "_tokens", lambda text, lexer: [][1])
    assert read("x = 1").unread == ("server.py was not read: IndexError in Python",)


@pytest.mark.parametrize("text", [b"", b"\x00\xff\xfe" * 100, b"(" * 10_000, b"'" * 9_999, "\u202e\ud7ff".encode()])
def test_bytes_that_are_no_program_are_read_all_the_same(read, text):
    assert read(text).names == ("server.py",)
