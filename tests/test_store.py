"""Results on disk: there as soon as they are kept, one for each student."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.results import Result
from grader.store import Store, hash_of, hash_of_sources

ALICE = Result("alice", "limits only", remarks=("left out 'é\x1b'",))
BOB = Result("bob", "limits only", refused="It has more than 2,000 files.")
KILLED = """
import os, signal, sys
from pathlib import Path
from grader.results import Result
from grader.store import Store
Store(Path(sys.argv[1])).keep("key", Result("alice", "limits only"))
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
    store.keep("key", ALICE)
    assert store.result("alice") == ALICE


def test_every_student_has_a_key(store):
    store.keep("first", ALICE)
    store.keep("second", BOB)
    assert store.keys() == {"alice": "first", "bob": "second"}


def test_a_new_result_takes_the_place_of_the_last_one(store):
    store.keep("first", ALICE)
    store.keep("second", Result("alice", "full"))
    assert (store.keys(), store.result("alice").isolation) == ({"alice": "second"}, "full")


def test_forget_drops_every_result(store):
    store.keep("first", ALICE)
    store.forget()
    assert store.keys() == {}


def test_what_is_kept_is_there_for_others_at_once(store, tmp_path):
    store.keep("key", ALICE)
    with closing(Store(tmp_path / "grades" / "results.sqlite")) as other:
        assert other.keys() == {"alice": "key"}


def test_what_is_kept_outlives_a_grader_that_is_killed(tmp_path):
    path = tmp_path / "results.sqlite"
    subprocess.run([sys.executable, "-c", KILLED, path], cwd=Path(__file__).parent.parent)
    with closing(Store(path)) as store:
        assert store.keys() == {"alice": "key"}


@pytest.mark.parametrize("others", [("ab",), ("b", "a"), ("a", "b", None), ("a", b"b"), (("a", "b"),)])
def test_other_parts_have_another_hash(others):
    assert hash_of("a", "b") == hash_of("a", "b") != hash_of(*others)


def test_sources_have_the_same_hash_wherever_they_stand(sources):
    before = hash_of_sources(sources)
    assert hash_of_sources(sources.rename(sources.with_name("moved"))) == before


@pytest.mark.parametrize(
    ("name", "changes"),
    [("peers/tcp.py", True), ("peers/udp.py", True), ("README.md", False), ("samples/alice/server.py", False)],
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
