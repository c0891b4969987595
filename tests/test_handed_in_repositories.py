"""Clones side by side: the assignment and a login."""

import pytest

from grader.handed_in.delivery import Claim
from grader.handed_in.repositories import claims
from grader.results import Person
from grader.submission import Submission


def logins(*names):
    return tuple(Person(login=name) for name in names)


@pytest.fixture
def cloned(tmp_path):
    """The claims of clones with these names."""

    def cloned(*names):
        for name in names:
            (tmp_path / name / ".git").mkdir(parents=True)
        return claims([Submission(name, tmp_path / name) for name in names])

    return cloned


def test_what_all_begin_with_is_the_assignment(cloned):
    assert cloned("chat-room-alice", "chat-room-albert-5") == {
        "chat-room-alice": Claim(Person(login="alice"), logins("room-alice", "alice")),
        "chat-room-albert-5": Claim(Person(login="albert-5"), logins("room-albert-5", "albert-5")),
    }


def test_of_one_repository_nobody_knows_where_the_login_begins(cloned):
    assert cloned("chat-room-alice") == {"chat-room-alice": Claim(Person(), logins("room-alice", "alice"))}


def test_the_assignment_itself_may_lie_beside_the_work_on_it(cloned):
    assert cloned("lab5", "lab5-alice", "lab5-bob") == {
        "lab5-alice": Claim(Person(login="alice"), logins("alice")),
        "lab5-bob": Claim(Person(login="bob"), logins("bob")),
    }


def test_without_an_assignment_there_is_no_login(cloned):
    assert cloned("alice", "bob") == {"alice": Claim(), "bob": Claim()}


def test_what_is_no_clone_has_no_part_in_it(tmp_path):
    (tmp_path / "lab5-alice").mkdir()
    (tmp_path / "lab5-bob.zip").touch()
    entries = [Submission("a", tmp_path / "lab5-alice"), Submission("b", tmp_path / "lab5-bob.zip")]
    assert claims(entries) == {}
