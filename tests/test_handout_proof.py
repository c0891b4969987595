"""What students must not get is found in a handout, and a handout works where it is unpacked.

All nine weeks take minutes (`make handout`); here it is three of them.
"""

import zipfile
from pathlib import Path

import pytest

from grader import stages, verify
from grader.handout import contents, proof
from grader.handout.contents import Handout

WEEKS = [stages.load(number) for number in (1, 2, 5)]


@pytest.fixture(scope="module")
def handout() -> Handout:
    """Three weeks for students."""
    return contents.handout(WEEKS)


def packed(handout: Handout, folder: Path) -> Path:
    contents.write(handout.files, folder / "handout.zip")
    return folder / "handout.zip"


def faults_with(handout: Handout, folder: Path, name: str, text: str) -> list[str]:
    """What is wrong with a handout that has one more file."""
    leaky = handout._replace(files=handout.files | {name: text.encode()})
    return proof.faults(leaky, packed(leaky, folder))


def only_in(tree: str) -> str:
    """A line that nothing but a solution has."""
    lab5, grader = ((contents.ROOT / place).rglob("*.py") for place in ("lab5", "grader"))
    others = {line.strip() for path in (*lab5, *grader) for line in path.read_text("utf-8", "replace").splitlines()}
    lines = (contents.ROOT / "solutions" / tree).read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith(" ") and len(line) > 40 and line.strip() not in others)


def test_a_handout_has_nothing_that_it_should_not_have(handout, tmp_path):
    assert proof.faults(handout, packed(handout, tmp_path)) == []


def test_a_line_of_a_solution_is_found_with_its_place(handout, tmp_path):
    line = only_in("server.py")
    says = f"lab5/notes.md, line 2: {line.strip()!r} is from solutions/server.py"
    assert faults_with(handout, tmp_path, "lab5/notes.md", f"# Notes\n{line}\n") == [says]


def test_a_solution_that_stands_in_lab5_by_another_name_excuses_nothing(handout, tmp_path, monkeypatch):
    line = only_in("server.py")
    read = proof._read
    both = lambda tree: read(tree) | ({"lab5/done.py": f"{line}\n"} if tree.name == "lab5" else {})  # noqa: E731
    monkeypatch.setattr(proof, "_read", both)
    says = f"lab5/done.py, line 1: {line.strip()!r} is from solutions/server.py"
    assert faults_with(handout, tmp_path, "lab5/done.py", f"{line}\n") == [says]


def test_a_picture_is_no_reason_to_fail(handout, tmp_path):
    with_picture = handout._replace(files=handout.files | {"lab5/loss.png": b"\x89PNG\xff"})
    assert proof.faults(with_picture, packed(with_picture, tmp_path)) == []


def test_a_comment_of_a_solution_is_found(handout, tmp_path):
    lines = (contents.ROOT / "solutions" / "week2_udp" / "client.py").read_text("utf-8").splitlines()
    comment = next(line.strip() for line in lines if line.strip().startswith("# ") and len(line) > 30)
    assert len(faults_with(handout, tmp_path, "lab5/x.py", f"{comment}\n")) == 1


def test_a_line_of_a_hidden_check_is_found(handout, tmp_path):
    line = 'alice, bob = server.members("haven", "alice", "bob")'
    says = f"grader/x.py, line 1: {line!r} is from the hidden checks of grader/stages/week5_rooms.py"
    assert faults_with(handout, tmp_path, "grader/x.py", f"    {line}\n") == [says]


def test_a_hint_of_a_hidden_check_is_found_in_the_middle_of_a_line(handout, tmp_path):
    hint = "let socket.getaddrinfo(host, port) say which family the host needs."
    says = f"README.md, line 2: {hint!r} is from the hidden checks of grader/stages/week1_echo.py"
    assert says in faults_with(handout, tmp_path, "README.md", f"Hello.\nAnd: {hint} Good luck!\n")


def test_a_link_in_the_archive_is_found(handout, tmp_path):
    archive = packed(handout, tmp_path)
    link = zipfile.ZipInfo("chat-room/notes.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr(link, "/etc/passwd")
    assert proof.faults(handout, archive) == ["chat-room/notes.txt is not what was to be packed"]


def test_another_content_is_found(handout, tmp_path):
    changed = handout._replace(files=handout.files | {"Makefile": b"all:\n"})
    assert proof.faults(handout, packed(changed, tmp_path)) == ["chat-room/Makefile is not what was to be packed"]


def test_a_constant_of_hidden_checks_is_found(handout, tmp_path):
    found = faults_with(handout, tmp_path, "lab5/x.py", 'SPACED = "two  spaces, and a colon: here"\n')
    assert found[0].endswith(" is from the hidden checks of grader/stages/week2_udp.py")


def test_scripts_are_unpacked_as_programs(handout, tmp_path):
    lab = proof.unpack(packed(handout, tmp_path), tmp_path / "elsewhere")
    assert (lab / "lab5" / "week5_rooms" / "start.sh").stat().st_mode & 0o777 == 0o755


def test_a_solution_is_dropped_in_with_its_own_week_only(handout, tmp_path):
    tried = proof.trials(packed(handout, tmp_path), tmp_path / "elsewhere", WEEKS[:1])
    assert [trial.says for trial in tried] == ["week 1, starter code", "week 1, solution"]
    solved = tried[1].tree
    assert (solved / "server.py").read_bytes() == (contents.ROOT / "solutions" / "server.py").read_bytes()
    assert sorted(path.name for path in solved.iterdir() if path.is_dir()) == ["test", "week2_udp", "week5_rooms"]


def test_where_it_is_unpacked_starter_code_scores_0_and_solutions_score_all(handout, tmp_path):
    tried = proof.trials(packed(handout, tmp_path), tmp_path / "elsewhere", WEEKS)
    assert {finding.trial.says: finding.faults for finding in verify.run(tried)} == {trial.says: () for trial in tried}
