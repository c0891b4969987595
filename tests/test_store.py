"""Results on disk: there as soon as they are kept, one for each student."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from grader import store as store_module
from grader.results import Result, week_result
from grader.store import NO_PART, NO_PART_FILES, Store, hash_of, hash_of_sources
from tests.outcomes import PASSED

ECHO, CHAT = (week_result(number, title, [PASSED]) for number, title in ((1, "echo"), (2, "chat")))
ALICE = Result("alice", "limits only", (ECHO,), remarks=("left out 'é\x1b'",))
BOB = Result("bob", "limits only", (ECHO, CHAT))
KILLED = """
import os, signal, sys
from pathlib import Path
from grader.results import Result, week_result
from grader.store import Store
week = week_result(1, "echo", [])
Store(Path(sys.argv[1])).keep(Result("alice", "limits only", (week,)), {1: "key"})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path):
    with closing(Store(tmp_path / "grades" / "results.sqlite")) as store:
        yield store


@pytest.fixture
def sources(tmp_path):
    """A folder with one module below it."""
    (tmp_path / "grader" / "peers").mkdir(parents=True)
    (tmp_path / "grader" / "peers" / "tcp.py").write_text("SECONDS = 1\n", "utf-8")
    return tmp_path / "grader"


def test_a_result_comes_back_as_it_was_kept(store):
    store.keep(ALICE, {1: "key"})
    assert store.result("alice") == ALICE


def test_what_was_never_kept_is_no_result(store):
    assert store.result("alice") is None


def test_every_week_of_a_student_has_a_key(store):
    store.keep(ALICE, {1: "first"})
    store.keep(BOB, {1: "second", 2: "third"})
    assert store.keys() == {("alice", 1): "first", ("bob", 1): "second", ("bob", 2): "third"}


def test_a_week_without_a_key_is_not_kept(store):
    store.keep(BOB, {2: "key"})
    assert store.result("bob").weeks == (CHAT,)


def test_a_new_week_takes_the_place_of_the_last_one_and_leaves_the_others(store):
    store.keep(BOB, {1: "old", 2: "old"})
    store.keep(Result("bob", "full", (replace(ECHO, title="new"),)), {1: "new"})
    assert [week.title for week in store.result("bob").weeks] == ["new", "chat"]


def test_the_moment_of_handing_in_can_change_alone(store):
    store.keep(BOB, {1: "key", 2: "key"})
    store.was_submitted("bob", [1], "2026-10-05T23:59:00+02:00")
    assert [week.submitted for week in store.result("bob").weeks] == ["2026-10-05T23:59:00+02:00", ""]


def test_forget_drops_every_result_and_not_what_was_handed_out(store):
    store.keep(ALICE, {1: "key"})
    store.hand_out({"alice": "100"})
    store.forget()
    assert (store.keys(), store.handed_out()) == ({}, {"alice": "100"})


def test_what_is_handed_out_takes_the_place_of_the_last_gradebook(store):
    store.hand_out({"alice": "90", "bob": "80"})
    store.hand_out({"alice": "100"})
    assert store.handed_out() == {"alice": "100"}


def test_what_is_kept_is_there_for_others_at_once(store, tmp_path):
    store.keep(ALICE, {1: "key"})
    with closing(Store(tmp_path / "grades" / "results.sqlite")) as other:
        assert other.keys() == {("alice", 1): "key"}


def test_what_is_kept_outlives_a_grader_that_is_killed(tmp_path):
    path = tmp_path / "results.sqlite"
    subprocess.run([sys.executable, "-c", KILLED, path], cwd=Path(__file__).parent.parent)
    with closing(Store(path)) as store:
        assert store.keys() == {("alice", 1): "key"}


@pytest.mark.parametrize("others", [("ab",), ("b", "a"), ("a", "b", None), ("a", b"b"), (("a", "b"),)])
def test_other_parts_have_another_hash(others):
    assert hash_of("a", "b") == hash_of("a", "b") != hash_of(*others)


def test_sources_have_the_same_hash_wherever_they_stand(sources):
    before = hash_of_sources(sources)
    assert hash_of_sources(sources.rename(sources.with_name("moved"))) == before


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("peers/tcp.py", True),
        ("peers/udp.py", True),
        ("README.md", False),
        ("samples/alice/server.py", False),
        ("report/feedback.py", False),
        ("store.py", False),
    ],
)
def test_the_hash_of_the_sources_changes_with_the_grader_and_not_with_what_it_grades(sources, name, changes):
    before = hash_of_sources(sources)
    (sources / name).parent.mkdir(parents=True, exist_ok=True)
    (sources / name).write_text("SECONDS = 2\n", "utf-8")
    assert (hash_of_sources(sources) != before) is changes


def test_the_hash_of_the_sources_changes_with_the_name_of_a_module(sources):
    before = hash_of_sources(sources)
    (sources / "peers" / "tcp.py").rename(sources / "peers" / "udp.py")
    assert hash_of_sources(sources) != before


WEEK = '''
@check(points=5, teaches="TCP", hint="try", after=listens)
def echoes(server):
    """It echoes."""
    server.connect("alice")
'''


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("points=5", "points=6", False),
        ('hint="try"', 'hint="try more", stretch=True', False),
        ("after=listens", "after=starts", True),
        ("alice", "bob", True),
        ("It echoes.", "It echoes all.", True),
    ],
)
def test_what_a_check_gives_and_tells_has_no_part_in_a_verdict(sources, old, new, changes):
    week = sources / "stages" / "week1_echo.py"
    week.parent.mkdir()
    week.write_text(WEEK, "utf-8")
    before = hash_of_sources(sources)
    week.write_text(WEEK.replace(old, new), "utf-8")
    assert (hash_of_sources(sources) != before) is changes


@pytest.mark.parametrize("name", [*NO_PART, *NO_PART_FILES])
def test_what_has_no_part_in_a_verdict_is_there(name):
    assert (Path(store_module.__file__).parent / name).exists()
