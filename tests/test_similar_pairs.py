"""Which submissions of a class are alike, and which are not: measured on programs that were written apart."""

from pathlib import Path

import pytest

from grader import stages
from grader.course import load
from grader.similar.pairs import FEWEST, Similarity, alike, marks_of, runs_of, similar
from grader.submission import Submission
from tests.corpus import ROOT
from tests.programs import COUNTER, GREETER, RENAMED

HANDED_OUT = (ROOT / "lab5", ROOT / "solutions")
WEEKS = [stages.load(number) for number in (1, 2)]
UNUSUAL = ROOT / "tests" / "unusual"
# Programs that are others with a change.
VARIANTS = {("backs_off_with_jitter", "one_second_and_then_two"), ("opens_dev_stdin", "reads_dev_tty")}


@pytest.fixture
def hand_in(tmp_path):
    """A submission of these files."""

    def hand_in(student: str, **files: str) -> Submission:
        for name, text in files.items():
            path = tmp_path / student / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Submission(student, tmp_path / student)

    return hand_in


def names(found: Similarity) -> list[tuple[int, str, str]]:
    return [(pair.week, pair.first, pair.second) for pair in found.pairs]


def test_a_copy_with_other_names_is_found_and_independent_work_is_not(hand_in):
    entries = [hand_in("a", server_py=COUNTER), hand_in("b", server_py=GREETER), hand_in("c", server_py=RENAMED)]
    (pair,) = similar(entries, WEEKS, 70, handed_out=()).pairs
    assert (pair.week, pair.first, pair.second, pair.percent, len(pair.passages)) == (1, "a", "c", 100, 1)


def test_weeks_are_compared_each_for_itself(hand_in):
    entries = [hand_in("a", server_py=COUNTER), hand_in("b", week2_udp__client_py=COUNTER)]
    entries.append(hand_in("c", server_py=GREETER, week2_udp__client_py=COUNTER))
    assert names(similar(entries, WEEKS, 70, handed_out=())) == [(2, "b", "c")]


def test_a_copy_in_a_longer_program_is_found(hand_in):
    entries = [hand_in("a", server_py=COUNTER), hand_in("b", server_py=GREETER, other_py=RENAMED)]
    assert names(similar(entries, WEEKS, 70, handed_out=())) == [(1, "a", "b")]


def test_what_the_lab_hands_out_does_not_count(hand_in):
    handed_out = hand_in("lab5", server_py=COUNTER).path
    entries = [hand_in("a", server_py=COUNTER), hand_in("b", server_py=RENAMED)]
    assert similar(entries, WEEKS, 70, handed_out=(handed_out,)) == Similarity()


@pytest.mark.parametrize("tree", HANDED_OUT, ids=lambda tree: tree.name)
def test_two_who_hand_in_what_the_lab_hands_out_are_no_pair(tree):
    weeks = [stages.load(number) for number in stages.numbers()]
    assert similar([Submission("a", tree), Submission("b", tree)], weeks, 1, handed_out=HANDED_OUT) == Similarity()


def test_the_shortest_programs_are_like_others_by_nature_and_not_compared(hand_in):
    entries = [hand_in(student, server_py="print(max(1, 2) + min(3, 4))") for student in "ab"]
    marks, _ = marks_of(entries, WEEKS, runs_of(()))
    assert all(len(runs) < FEWEST for runs in marks[1].values())
    assert list(alike(marks[1], 0)) == []


def test_the_most_alike_come_first_and_how_many_more_there_are_is_said(hand_in, monkeypatch):
    monkeypatch.setattr("grader.similar.pairs.MOST", 1)
    changed = COUNTER.replace("while result > 100", "while not result <= 100 and number")
    entries = [hand_in("a", server_py=COUNTER), hand_in("b", server_py=changed), hand_in("c", server_py=RENAMED)]
    found = similar(entries, WEEKS, 50, handed_out=())
    assert (names(found), found.more) == ([(1, "a", "c")], 2)


def test_what_cannot_be_read_ends_nothing(hand_in, tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK no archive")
    entries = [
        hand_in("a", server_py=COUNTER),
        Submission("b", tmp_path / "broken.zip"),
        hand_in("c", server_py=COUNTER),
    ]
    assert names(similar(entries, WEEKS, 70, handed_out=())) == [(1, "a", "c")]


def test_links_are_not_followed(hand_in):
    secret = hand_in("secret", server_py=COUNTER).path / "server.py"
    entries = [hand_in(student, notes_py="") for student in "ab"]
    for entry in entries:
        Path(entry.path, "server.py").symlink_to(secret)
    assert similar(entries, WEEKS, 1, handed_out=()) == Similarity()


def test_what_was_not_read_is_said_with_student_and_week(hand_in):
    found = similar([hand_in("a", week2_udp__client_py="a" * 10_000_000)], WEEKS, 70, handed_out=())
    assert found == Similarity(unread=("a, week 2: week2_udp/client.py was not read: it has 10,000,000 bytes",))


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.name)
def test_programs_that_were_written_apart_are_no_pairs(week):
    entries = [
        Submission(path.name, path) for path in sorted((UNUSUAL / f"week{week.number}").iterdir()) if path.is_dir()
    ]
    marks, _ = marks_of(entries, [week], runs_of(HANDED_OUT))
    found = {(first, second) for _, first, second in alike(marks[week.number], load().similar_percent)}
    assert len(entries) > 50
    assert found <= VARIANTS
