"""autograder.zip: two scripts, the grader, and nothing that would tell a solution."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from grader.autograder.package import ROOT, files, zipped
from grader.check import Refused
from grader.course import DEFAULT

BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def packed():
    return files([1, 2], DEFAULT)


@pytest.fixture(scope="module")
def archive(packed):
    with zipfile.ZipFile(io.BytesIO(zipped(packed))) as archive:
        yield archive


def test_the_scripts_are_at_the_root_and_can_be_run(archive):
    modes = {name: archive.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder", "course.toml")}
    assert modes == {"setup.sh": 0o100755, "run_autograder": 0o100755, "course.toml": 0o100644}


def test_there_is_nothing_else_than_the_grader(packed):
    others = {name for name in packed if not name.startswith("grader/")}
    assert others == {"setup.sh", "run_autograder", "requirements.txt", "course.toml"}


def test_there_are_no_samples_and_nothing_compiled(packed):
    assert [name for name in packed if name.startswith("grader/samples/") or name.endswith(".pyc")] == []


def test_no_solution_is_in_it(packed):
    solutions = {path.read_bytes() for path in (ROOT / "solutions").rglob("*.py")}
    assert solutions & set(packed.values()) <= {b""}


def test_the_weeks_stand_in_the_script(packed):
    assert packed["run_autograder"].decode().rstrip().endswith("--course course.toml --weeks 1,2")


@pytest.mark.skipif(not BASH, reason="bash is not installed")
@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_bash_understands_the_scripts(script, packed):
    assert subprocess.run([BASH, "-n"], input=packed[script], capture_output=True, check=True).stderr == b""


def test_the_same_files_give_the_same_bytes(packed):
    assert zipped(packed) == zipped(dict(reversed(packed.items())))


def test_a_course_file_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="^no/such.toml cannot be read: No such file or directory.$"):
        files([1], Path("no/such.toml"))
