"""`python -m grader handout`: what it writes, says and answers."""

import shutil
import zipfile

import pytest
from click.testing import CliRunner

from grader import verify
from grader.commands.handout import handout
from grader.handout import contents
from grader.verify import Finding


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(handout, [str(each) for each in arguments])
    return result.exit_code, result.output


def test_it_writes_an_archive_and_says_so(tmp_path):
    status, output = run("--weeks", "1", "--no-proof", "--into", tmp_path / "one.zip")
    count = len(zipfile.ZipFile(tmp_path / "one.zip").namelist())
    assert (status, output.replace("\n", "")) == (0, f"Written: {tmp_path}/one.zip, {count} files.")


def test_it_says_what_each_week_scores(tmp_path):
    status, output = run("--weeks", "1", "--into", tmp_path / "one.zip")
    lines = sorted(output.splitlines())
    assert status == 0
    assert lines[1:] == ["week 1, solution      97 of 97 points", "week 1, starter code   0 of 97 points"]


@pytest.fixture
def solved(tmp_path, monkeypatch):
    """A lab whose starter code is a solution."""
    (tmp_path / "grader").symlink_to(contents.ROOT / "grader")
    shutil.copy(contents.ROOT / "requirements.txt", tmp_path)
    shutil.copytree(contents.ROOT / "solutions", tmp_path / "lab5")
    monkeypatch.setattr(contents, "ROOT", tmp_path)


def test_what_has_a_solution_in_it_is_not_written(solved, tmp_path):
    status, output = run("--weeks", "1", "--no-proof", "--into", tmp_path / "one.zip")
    assert status == 1
    assert "lab5/README.md, line 1: '# Week 1: the solution, step by step' is from solutions/README.md\n" in output
    assert output.replace("\n", "").endswith("one.zip is not written, because of this.")
    assert not (tmp_path / "one.zip").exists()


def test_what_fails_the_proof_is_not_written(tmp_path, monkeypatch):
    fails = lambda trials: iter([Finding(trials[0], 10, 97, ("it passes.",))])  # noqa: E731
    monkeypatch.setattr(verify, "run", fails)
    status, output = run("--weeks", "1", "--into", tmp_path / "one.zip")
    assert (status, output.splitlines()[:2]) == (1, ["week 1, starter code  10 of 97 points", "  it passes."])
    assert not (tmp_path / "one.zip").exists()
