"""Folders for submissions: locked while they are used, and gone afterwards, whatever a program has made in them."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.sandbox.scratch import PREFIX, remove, remove_what_is_left, scratch

ROOT = Path(__file__).parents[1]
HOLDS_A_FOLDER = """
from grader.sandbox.scratch import scratch
with scratch() as folder:
    (folder / "note").write_text("")
    print(folder, flush=True)
    input()
"""
on_posix = pytest.mark.skipif(os.name != "posix", reason="folders can be locked on POSIX systems only")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The system's folder for temporary files, which is empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other(temporary):
    """Another grader, which has a folder; and the folder."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", HOLDS_A_FOLDER]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        yield other, Path(other.stdout.readline().strip())
        other.kill()


def deep(folder, depth=3000):
    """Makes folders in folders, more than a path can name."""
    here = Path.cwd()
    os.chdir(folder)
    for _ in range(depth):
        Path("x").mkdir()
        os.chdir("x")
    os.chdir(here)


def test_the_folder_is_new_and_empty(temporary):
    with scratch() as one, scratch() as two:
        assert one != two
        assert [*one.iterdir()] == []


@on_posix
def test_other_users_can_pass_the_folder_and_not_list_it():
    with scratch() as folder:
        assert folder.stat().st_mode & 0o777 == 0o711


def test_the_folder_is_gone_afterwards(temporary):
    with scratch() as folder:
        (folder / "lab5").mkdir()
    assert [*temporary.iterdir()] == []


def test_the_folder_is_gone_after_an_exception(temporary):
    with pytest.raises(ZeroDivisionError), scratch():
        raise ZeroDivisionError
    assert [*temporary.iterdir()] == []


def test_a_folder_that_is_used_here_is_not_removed():
    with scratch() as folder:
        remove_what_is_left()
        assert folder.is_dir()


@on_posix
def test_a_folder_that_another_grader_uses_is_not_removed(other):
    _, folder = other
    remove_what_is_left()
    assert (folder / "note").is_file()


@on_posix
def test_a_folder_that_a_killed_grader_has_left_is_removed(other):
    grader, folder = other
    grader.kill()
    grader.wait()
    assert (folder / "note").is_file()
    remove_what_is_left()
    assert not folder.exists()


def test_the_folders_of_others_are_left_alone(temporary):
    (temporary / "mine").mkdir()
    remove_what_is_left()
    assert (temporary / "mine").is_dir()


@on_posix
def test_a_link_that_looks_like_a_folder_of_ours_is_not_followed(temporary):
    (temporary / "mine").mkdir()
    (temporary / "mine" / "work").write_text("")
    (temporary / f"{PREFIX}link").symlink_to("mine")
    remove_what_is_left()
    assert (temporary / "mine" / "work").is_file()
    assert (temporary / f"{PREFIX}link").is_symlink()


def test_a_file_that_is_called_like_a_folder_of_ours_stays(temporary):
    (temporary / f"{PREFIX}notes.txt").write_text("")
    remove_what_is_left()
    assert (temporary / f"{PREFIX}notes.txt").is_file()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_the_folder_of_another_user_stays(temporary):
    (temporary / f"{PREFIX}theirs").mkdir()
    os.chown(temporary / f"{PREFIX}theirs", 65_534, 65_534)
    remove_what_is_left()
    assert (temporary / f"{PREFIX}theirs").is_dir()


@on_posix
@pytest.mark.parametrize("depth", [10, 3000])
def test_folders_in_folders_are_removed(depth, temporary):
    (temporary / "deep").mkdir()
    deep(temporary / "deep", depth)
    remove(temporary / "deep")
    assert not (temporary / "deep").exists()


@on_posix
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o555])
def test_a_folder_that_is_closed_to_its_owner_is_removed(mode, temporary):
    (temporary / "closed" / "inside").mkdir(parents=True)
    (temporary / "closed" / "inside").chmod(mode)
    (temporary / "closed").chmod(mode)
    remove(temporary / "closed")
    assert not (temporary / "closed").exists()


@on_posix
def test_what_a_link_leads_to_stays(temporary):
    (temporary / "precious").mkdir()
    (temporary / "folder").mkdir()
    (temporary / "folder" / "link").symlink_to(temporary / "precious")
    remove(temporary / "folder")
    assert (temporary / "precious").is_dir()


def test_a_folder_that_is_gone_is_no_fault(temporary):
    remove(temporary / "nowhere")


@on_posix
def test_a_folder_that_another_grader_takes_for_left_behind_is_made_again(monkeypatch):
    def mkdtemp(prefix):
        folder = original(prefix=prefix)
        if not made:
            Path(folder).rmdir()
        made.append(folder)
        return folder

    original, made = tempfile.mkdtemp, []
    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    with scratch() as folder:
        assert str(folder) == made[1]
