"""A path becomes submissions, and a submission becomes a folder `lab5/`: the work is found, however it is wrapped."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.check import Refused
from grader.submission import Staged, Submission, find, stage

LANDMARKS = {"server.py", "start.sh", "week5_rooms"}
ECHO = b"print('echo')\n"


@pytest.fixture
def handed_in(tmp_path):
    """Where submissions come from."""
    (tmp_path / "handed_in").mkdir()
    return tmp_path / "handed_in"


@pytest.fixture
def take(tmp_path):
    """Stages a submission: its files below `lab5/`, and what was said about it."""

    def take(path: Path) -> tuple[dict[str, bytes], Staged]:
        staged = stage(Submission("alice", path), tmp_path / "into", LANDMARKS)
        return files_of(tmp_path / "into" / "lab5"), staged.remarks

    return take


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folder_of(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tar_of(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def refusal_of(action: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refused) as refusal:
        action(*arguments)
    return str(refusal.value)


def test_each_folder_and_each_archive_is_a_submission(handed_in):
    for name in ("carol.TGZ", "bob.zip", "dave.tar.gz"):
        (handed_in / name).touch()
    for name in ("alice", ".git", "__MACOSX"):
        (handed_in / name).mkdir()
    assert find(handed_in, LANDMARKS) == [
        Submission("alice", handed_in / "alice"),
        Submission("bob", handed_in / "bob.zip"),
        Submission("carol", handed_in / "carol.TGZ"),
        Submission("dave", handed_in / "dave.tar.gz"),
    ]


def test_no_two_submissions_have_one_name(handed_in):
    (handed_in / "alice").mkdir()
    for name in ("alice.tar.gz", "alice.zip"):
        (handed_in / name).touch()
    assert [found.student for found in find(handed_in, LANDMARKS)] == ["alice", "alice.tar.gz", "alice.zip"]


def test_a_folder_that_is_the_work_is_a_class_of_one(handed_in):
    alice = folder_of(handed_in / "alice", {"server.py": ECHO, "week2_udp/client.py": ECHO})
    assert find(alice, LANDMARKS) == [Submission("alice", alice)]


def test_an_archive_is_a_class_of_one(handed_in):
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO})
    assert find(archive, LANDMARKS) == [Submission("alice", archive)]


def test_a_folder_without_submissions_is_refused(handed_in):
    wanted = "each is a folder, or an archive (.zip, .tar.gz, .tgz, .tar)."
    assert refusal_of(find, handed_in, LANDMARKS) == f"{handed_in} has no submissions in it: {wanted}"


def test_a_path_that_is_not_there_is_refused(handed_in):
    wanted = "Name a folder of submissions, or one submission."
    assert refusal_of(find, handed_in / "class", LANDMARKS) == f"{handed_in / 'class'} does not exist. {wanted}"


def test_a_program_that_strayed_into_the_class_does_not_replace_it(tmp_path):
    for student in ("alice", "bob"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "server.py").write_bytes(ECHO)
    (tmp_path / "server.py").write_bytes(ECHO)
    sentence = f"{tmp_path} has server.py in it, like a submission, and also submissions: alice, bob."
    assert refusal_of(find, tmp_path, LANDMARKS) == f"{sentence} Move server.py away, or name one."


def test_a_name_that_is_not_utf_8_is_shown_with_escapes(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    assert [entry.student for entry in find(tmp_path, LANDMARKS)] == ["caf\\xe9"]


def test_single_files_are_the_work_by_the_names_that_they_have_in_it(handed_in, tmp_path):
    place = handed_in / "alice_12_34_server.py"
    place.write_bytes(ECHO)
    stage(Submission("alice", place, files=(("server.py", place),)), tmp_path / "into", LANDMARKS)
    assert files_of(tmp_path / "into" / "lab5") == {"server.py": ECHO}


def test_a_single_file_that_is_a_link_is_left_out(handed_in, tmp_path):
    (handed_in / "link").symlink_to("/etc/passwd")
    submission = Submission("alice", handed_in / "link", files=(("server.py", handed_in / "link"),))
    staged = stage(submission, tmp_path / "into", LANDMARKS)
    assert staged.remarks == ("left out 'server.py': a link or a special file",)


def test_a_submission_that_is_not_there_is_refused(handed_in, take):
    assert refusal_of(take, handed_in / "submission_7") == "submission_7 is not there."


@pytest.mark.parametrize("wrapped", ["alice/lab5", "home/alice/lab5", "My work (final)"])
def test_work_in_a_folder_of_its_own_is_found(handed_in, take, wrapped):
    files, remarks = take(zip_of(handed_in / "alice.zip", {"README.md": b"", f"{wrapped}/server.py": ECHO}))
    assert (files, remarks) == ({"server.py": ECHO}, (f"found in {wrapped}/",))


def test_work_in_lab5_is_where_it_should_be(handed_in, take):
    assert take(zip_of(handed_in / "alice.zip", {"lab5/server.py": ECHO}))[1] == ()


def test_what_is_nearest_to_the_top_is_the_work(handed_in, take):
    files = {"server.py": ECHO, "old/server.py": b"old", "old/lab5/server.py": b"older"}
    assert take(zip_of(handed_in / "alice.zip", files)) == (files, ())


def test_of_several_folders_lab5_is_the_work(handed_in, take):
    files = {"all/lab5/server.py": ECHO, "all/solutions/server.py": b"given", "all/backup/server.py": b"old"}
    assert take(zip_of(handed_in / "alice.zip", files)) == ({"server.py": ECHO}, ("found in all/lab5/",))


def test_of_several_folders_none_of_which_is_lab5_none_is_chosen(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"new/server.py": ECHO, "old/start.sh": ECHO})
    sentence = "More than one folder in it looks like the work: new/ and old/. Hand in one."
    assert refusal_of(take, archive) == sentence


def test_an_archive_beside_other_work_is_not_opened_and_it_is_said(handed_in, take):
    archive = zip_of(
        handed_in / "alice.zip", {"lab5/server.py": ECHO, "lab5/week2.7z": b"7z", "lab5/data/x.zip": b"PK"}
    )
    files, remarks = take(archive)
    assert (sorted(files), remarks) == (
        ["data/x.zip", "server.py", "week2.7z"], ("not opened: 'lab5/week2.7z': it is beside other work",)
    )  # fmt: skip


def test_an_archive_in_an_archive_is_not_opened_and_not_a_zero(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"work/lab5.zip": b"PK"})
    assert refusal_of(take, archive) == "It holds 'work/lab5.zip', which is not opened. Hand in that archive itself."


def test_a_damaged_file_in_an_archive_is_refused(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO})
    archive.write_bytes(archive.read_bytes().replace(b"echo", b"ECHO"))
    assert refusal_of(take, archive) == "alice.zip cannot be read: it is damaged, or no zip or tar archive."


@pytest.mark.parametrize("content", [b"", b"Rar!\x1a\x07", b"print('echo')", b"PK\x03\x04" + bytes(100)])
def test_what_is_called_zip_and_is_none_is_refused(handed_in, take, content):
    (handed_in / "alice.zip").write_bytes(content)
    why = "alice.zip cannot be read: it is damaged, or no zip or tar archive."
    assert refusal_of(take, handed_in / "alice.zip") == why


def test_half_of_a_tar_archive_is_refused(handed_in, take):
    archive = tar_of(handed_in / "alice.tar.gz", {"server.py": os.urandom(4096)})
    os.truncate(archive, archive.stat().st_size // 2)
    assert refusal_of(take, archive) == "alice.tar.gz cannot be read: it is damaged, or no zip or tar archive."


def test_a_tar_archive_that_is_damaged_in_the_middle_is_refused(handed_in, take):
    archive = tar_of(handed_in / "alice.tar", {"a.py": ECHO, "b.py": ECHO, "c.py": ECHO})
    content = bytearray(archive.read_bytes())
    content[1024:1032] = b"\xff" * 8
    archive.write_bytes(content)
    assert refusal_of(take, archive) == "alice.tar cannot be read: it is damaged, or no zip or tar archive."
