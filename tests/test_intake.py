"""Intake: what is taken, what is left out and said, what is refused; and nothing is ever written anywhere else."""

import io
import itertools
import os
import stat
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.check import Refused
from grader.intake import Intake

MIB = 1024 * 1024
ECHO = b"print('echo')\n"
SECRET = b"not to be handed out"
LEADS_ELSEWHERE = "its name leads elsewhere"
UNFIT = "its name has characters that not every system takes"
NOT_WORK = "not part of the work"
SPECIAL = "a link or a special file"

# The name of a file, and what is said about it when it is left out.
LEFT_OUT = [
    ("../outside.py", f"left out '../outside.py': {LEADS_ELSEWHERE}"),
    ("lab5/../../outside.py", f"left out 'lab5/../../outside.py': {LEADS_ELSEWHERE}"),
    ("/outside.py", f"left out '/outside.py': {LEADS_ELSEWHERE}"),
    ("..\\outside.py", rf"left out '..\\outside.py': {LEADS_ELSEWHERE}"),
    ("\\outside.py", rf"left out '\\outside.py': {LEADS_ELSEWHERE}"),
    ("C:\\outside.py", rf"left out 'C:\\outside.py': {UNFIT}"),
    ("server.py:stream", f"left out 'server.py:stream': {UNFIT}"),
    ("\x1b[2Jserver.py", rf"left out '\x1b[2Jserver.py': {UNFIT}"),
    ("two\nlines.py", rf"left out 'two\nlines.py': {UNFIT}"),
    ("\u202eyp.revres", rf"left out '\u202eyp.revres': {UNFIT}"),
    (".git/hooks/pre-commit", f"left out '.git': {NOT_WORK}"),
    ("venv/bin/activate", f"left out 'venv': {NOT_WORK}"),
    ("week5_rooms/__pycache__/server.cpython-311.pyc", f"left out '__pycache__': {NOT_WORK}"),
]

TWINS = "It has two files that some systems cannot tell apart: "
# Files that are refused together, and why.
REFUSED = {
    "a bomb": (dict.fromkeys("abcdef", bytes(11 * MIB)), "Unpacked it has more than 52,428,800 bytes."),
    "names of one spelling": ({"Server.py": ECHO, "server.py": ECHO}, TWINS + "'Server.py' and 'server.py'."),
    "paths of one spelling": (
        {"week5_rooms/A": b"", "Week5_Rooms/a": b""},
        TWINS + "'week5_rooms/A' and 'Week5_Rooms/a'.",
    ),
}


class Taken(NamedTuple):
    """What has become of a submission: its files, and what was said about the others."""

    files: dict[str, bytes]
    remarks: tuple[str, ...]
    fingerprint: str


@pytest.fixture
def handed_in(tmp_path):
    """Where submissions come from."""
    (tmp_path / "handed_in").mkdir()
    return tmp_path / "handed_in"


@pytest.fixture
def take(tmp_path):
    """Takes in a submission, and asserts that nothing outside the target folder has changed."""
    into = tmp_path / "one" / "two" / "into"
    into.mkdir(parents=True)
    numbers = itertools.count(1)

    def take(path: Path) -> Taken:
        before = all_but(into, tmp_path)
        intake = Intake(into / str(next(numbers)))
        try:
            for member in intake.members(path):
                intake.take(member)
        finally:
            assert all_but(into, tmp_path) == before
        return Taken(files_of(intake.folder), tuple(intake.all_remarks()), intake.fingerprint())

    return take


def all_but(folder: Path, top: Path) -> dict[Path, tuple[int, int, int]]:
    """The kind, size and time of everything below `top`, and beside it, that does not stand in `folder`."""
    status = {path: path.lstat() for path in [*top.rglob("*"), *top.parent.iterdir()] if folder not in path.parents}
    return {path: (each.st_mode, each.st_size, each.st_mtime_ns) for path, each in status.items() if path != folder}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folder_of(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zip_of(path: Path, files: dict[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return path


def tar_of(path: Path, files: dict[str, bytes], links: Iterable[tarfile.TarInfo] = ()) -> Path:
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for link in links:
            archive.addfile(link)
    return path


def refusal_of(action: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refused) as refusal:
        action(*arguments)
    return str(refusal.value)


KINDS = [("alice", folder_of), ("alice.zip", zip_of), ("alice.tar.gz", tar_of)]
every_kind = pytest.mark.parametrize(("name", "pack"), KINDS, ids=[name for name, _ in KINDS])
every_archive = pytest.mark.parametrize(("name", "pack"), KINDS[1:], ids=[name for name, _ in KINDS[1:]])


@every_kind
def test_every_kind_of_submission_gives_the_same_files(handed_in, take, name, pack):
    files = {"server.py": ECHO, "week5_rooms/start.sh": b"exec java Server\n", "week5_rooms/Räume.java": b"\xff\x00"}
    assert take(pack(handed_in / name, files))[:2] == (files, ())


@every_archive
def test_the_fingerprint_is_of_the_files_and_not_of_their_packing(handed_in, take, name, pack):
    files = {"week5_rooms/start.sh": b"", "server.py": ECHO}
    folder = take(folder_of(handed_in / "alice", files))
    assert take(pack(handed_in / name, files)).fingerprint == folder.fingerprint


@pytest.mark.parametrize("files", [{"server.py": b"x"}, {"start.sh": ECHO}, {"server.py": ECHO, "empty": b""}])
def test_other_files_have_another_fingerprint(handed_in, take, files):
    before = take(zip_of(handed_in / "1.zip", {"server.py": ECHO}))
    assert take(zip_of(handed_in / "2.zip", files)).fingerprint != before.fingerprint


def test_backslashes_of_an_archive_made_on_windows_are_folders(handed_in, take):
    taken = take(zip_of(handed_in / "alice.zip", {"week5_rooms\\start.sh": ECHO}))
    assert taken.files == {"week5_rooms/start.sh": ECHO}


def test_an_archive_is_known_by_its_content_and_not_by_its_name(handed_in, take):
    assert take(zip_of(handed_in / "alice.tar.gz", {"server.py": ECHO})).files == {"server.py": ECHO}


def test_an_empty_archive_is_an_empty_submission(handed_in, take):
    assert take(zip_of(handed_in / "alice.zip", {}))[:2] == ({}, ())


@pytest.mark.parametrize("mode", [0o000, 0o644, 0o6777])
def test_every_file_can_be_started_whatever_mode_it_was_packed_with(tmp_path, handed_in, take, mode):
    info = zipfile.ZipInfo("start.sh")
    info.external_attr = (stat.S_IFREG | mode) << 16
    take(zip_of(handed_in / "alice.zip", [(info, ECHO)]))
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("one/two/into/1/*")] == [0o755]


@every_archive
@pytest.mark.parametrize(("bad", "remark"), LEFT_OUT)
def test_a_file_whose_name_is_not_acceptable_is_left_out(handed_in, take, name, pack, bad, remark):
    taken = take(pack(handed_in / name, {"server.py": ECHO, bad: SECRET}))
    assert taken[:2] == ({"server.py": ECHO}, (remark,))


@every_archive
@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_no_archive_writes_to_the_place_that_it_names(tmp_path, handed_in, take, name, pack, slashes):
    outside = slashes + str(tmp_path / "outside.py")
    taken = take(pack(handed_in / name, {"server.py": ECHO, outside: SECRET}))
    assert taken.files == {"server.py": ECHO}
    assert [LEADS_ELSEWHERE in remark for remark in taken.remarks] == [True]


@every_kind
@pytest.mark.parametrize("bad", ["/".join("abcdefghijk"), "x" * 201, "é" * 101])
def test_what_is_nested_too_deep_or_named_too_long_is_left_out(handed_in, take, name, pack, bad):
    taken = take(pack(handed_in / name, {"server.py": ECHO, bad: SECRET}))
    assert (taken.files, len(taken.remarks)) == ({"server.py": ECHO}, 1)


@every_kind
@pytest.mark.parametrize("good", ["/".join("abcdefghij"), "x" * 200, "é" * 100])
def test_ten_folders_and_200_bytes_are_not_too_many(handed_in, take, name, pack, good):
    assert set(take(pack(handed_in / name, {"server.py": ECHO, good: b""})).files) == {"server.py", good}


def test_a_folder_leaves_out_what_is_not_part_of_the_work(handed_in, take):
    names = [".git/config", ".venv/pyvenv.cfg", "week5_rooms/__pycache__/server.pyc", ".DS_Store", "venv/a/b"]
    taken = take(folder_of(handed_in / "alice", {"server.py": ECHO, **dict.fromkeys(names, SECRET)}))
    left_out = tuple(f"left out {name!r}: {NOT_WORK}" for name in (".git", ".venv", "venv", ".DS_Store", "__pycache__"))
    assert taken[:2] == ({"server.py": ECHO}, left_out)


def test_a_folder_leaves_out_names_that_not_every_system_takes(handed_in, take):
    taken = take(folder_of(handed_in / "alice", {"server.py": ECHO, "\x1b[2J.py": SECRET, "a:b": SECRET}))
    assert taken[:2] == ({"server.py": ECHO}, (rf"left out '\x1b[2J.py': {UNFIT}", f"left out 'a:b': {UNFIT}"))


@pytest.mark.parametrize("target", ["secret", "secret/key", "nowhere", "handed_in/alice"])
def test_a_folder_leaves_out_links(tmp_path, handed_in, take, target):
    folder_of(tmp_path / "secret", {"key": SECRET})
    alice = folder_of(handed_in / "alice", {"server.py": ECHO, "week5_rooms/start.sh": ECHO})
    (alice / "week5_rooms" / "link").symlink_to(tmp_path / target)
    taken = take(alice)
    assert taken.remarks == (f"left out 'week5_rooms/link': {SPECIAL}",)
    assert set(taken.files) == {"server.py", "week5_rooms/start.sh"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_leaves_out_a_named_pipe_and_does_not_wait_for_it(handed_in, take):
    alice = folder_of(handed_in / "alice", {"server.py": ECHO})
    os.mkfifo(alice / "pipe")
    assert take(alice)[:2] == ({"server.py": ECHO}, (f"left out 'pipe': {SPECIAL}",))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_zip_archive_leaves_out_links_and_special_files(handed_in, take, kind):
    info = zipfile.ZipInfo("week5_rooms/link")
    info.external_attr = (kind | 0o777) << 16
    taken = take(zip_of(handed_in / "alice.zip", [("server.py", ECHO), (info, b"/etc/passwd")]))
    assert taken[:2] == ({"server.py": ECHO}, (f"left out 'week5_rooms/link': {SPECIAL}",))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_tar_archive_leaves_out_links_and_special_files(handed_in, take, kind):
    link = tarfile.TarInfo("link")
    link.type, link.linkname = kind, "../../outside"
    taken = take(tar_of(handed_in / "alice.tar", {"server.py": ECHO}, [link]))
    assert taken[:2] == ({"server.py": ECHO}, (f"left out 'link': {SPECIAL}",))


def test_nothing_is_written_through_a_link_of_the_archive(tmp_path, handed_in, take):
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    taken = take(zip_of(handed_in / "alice.zip", [(info, bytes(tmp_path)), ("link/server.py", ECHO)]))
    assert taken[:2] == ({"link/server.py": ECHO}, (f"left out 'link': {SPECIAL}",))


def test_a_remark_is_made_once(handed_in, take):
    taken = take(zip_of(handed_in / "alice.zip", {"server.py": ECHO, ".git/HEAD": b"", ".git/config": b""}))
    assert taken.remarks == (f"left out '.git': {NOT_WORK}",)


@every_kind
def test_a_file_of_more_than_10_mib_is_left_out(handed_in, take, name, pack):
    taken = take(pack(handed_in / name, {"server.py": ECHO, "film.mkv": bytes(10 * MIB + 1)}))
    assert taken[:2] == ({"server.py": ECHO}, ("left out 'film.mkv': more than 10,485,760 bytes",))


def test_a_file_of_10_mib_is_taken(handed_in, take):
    taken = take(zip_of(handed_in / "alice.zip", {"server.py": ECHO, "capture.pcap": bytes(10 * MIB)}))
    assert len(taken.files["capture.pcap"]) == 10 * MIB


def test_an_archive_of_more_than_50_mib_is_refused_unread(handed_in, take):
    archive = handed_in / "alice.zip"
    archive.touch()
    os.truncate(archive, 50 * MIB + 1)
    assert refusal_of(take, archive) == "alice.zip has more than 52,428,800 bytes."


@every_archive
@pytest.mark.parametrize(("files", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_too_much_or_ambiguous_is_refused(handed_in, take, name, pack, files, why):
    assert refusal_of(take, pack(handed_in / name, files)) == why


def test_2001_files_are_refused(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", dict.fromkeys(map(str, range(2001)), b""))
    assert refusal_of(take, archive) == "It has more than 2,000 files."


def test_names_that_differ_in_the_form_of_an_accent_only_are_refused(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"caf\u00e9.py": ECHO, "cafe\u0301.py": ECHO})
    assert refusal_of(take, archive).startswith(TWINS)


def test_an_encrypted_archive_is_refused(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO})
    content = bytearray(archive.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    archive.write_bytes(content)
    assert refusal_of(take, archive) == "alice.zip is encrypted. Hand it in without a password."


@pytest.mark.parametrize("name", ["bob.rar", "bob.7z", "server.py"])
def test_what_is_no_archive_is_refused_by_name(handed_in, take, name):
    (handed_in / name).write_bytes(b"something")
    assert (
        refusal_of(take, handed_in / name) == f"{name} is neither a folder nor an archive (.zip, .tar.gz, .tgz, .tar)."
    )


def test_a_header_that_is_a_bomb_is_counted(handed_in, take):
    with Path("/dev/zero").open("rb") as zeros, tarfile.open(handed_in / "alice.tar.gz", "w:gz") as archive:
        header = tarfile.TarInfo("././@LongLink")
        header.type, header.size = tarfile.GNUTYPE_LONGNAME, 100 * MIB
        archive.addfile(header, zeros)
    assert refusal_of(take, handed_in / "alice.tar.gz") == "It has a header of more than 4,096 bytes."


def test_what_is_left_out_is_counted(handed_in, take):
    with Path("/dev/zero").open("rb") as zeros, tarfile.open(handed_in / "alice.tar.gz", "w:gz") as archive:
        header = tarfile.TarInfo(".git/objects/pack")
        header.size = 100 * MIB
        archive.addfile(header, zeros)
    assert refusal_of(take, handed_in / "alice.tar.gz") == "Unpacked it has more than 52,428,800 bytes."


def test_a_long_header_of_a_tar_archive_is_refused_unread(handed_in, take):
    with tarfile.open(handed_in / "alice.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        header = tarfile.TarInfo("server.py")
        header.pax_headers = {"comment": "1" * (20 * MIB)}  # in whose digits Python searched (CVE-2024-6232)
        archive.addfile(header)
    began = time.thread_time()
    assert refusal_of(take, handed_in / "alice.tar") == "It has a header of more than 4,096 bytes."
    assert time.thread_time() - began < 3


def test_an_ordinary_header_of_a_tar_archive_is_no_hindrance(handed_in, take):
    with tarfile.open(handed_in / "alice.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        header = tarfile.TarInfo("week5_rooms/Räume.java")
        header.pax_headers = {"comment": "x" * 4_000, "mtime": "1700000000.123456789"}
        archive.addfile(header)
    assert take(handed_in / "alice.tar")[:2] == ({"week5_rooms/Räume.java": b""}, ())


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_a_zip_archive_that_is_packed_in_an_unusual_way_is_refused(handed_in, take, method):
    with zipfile.ZipFile(handed_in / "alice.zip", "w", method) as archive:
        archive.writestr("server.py", ECHO)
    sentence = "alice.zip is packed in an unusual way. Zip it with the system's own tool."
    assert refusal_of(take, handed_in / "alice.zip") == sentence


def test_a_zip_archive_that_is_stored_is_taken(handed_in, take):
    with zipfile.ZipFile(handed_in / "alice.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("server.py", ECHO)
    assert take(handed_in / "alice.zip").files == {"server.py": ECHO}


def test_a_long_directory_of_a_zip_archive_is_refused_unread(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO})
    content = bytearray(archive.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 12 : end + 16] = (40 * MIB).to_bytes(4, "little")
    archive.write_bytes(content)
    assert refusal_of(take, archive) == "It has more than 20,000 files and folders."


def test_more_than_20000_entries_are_refused_whatever_they_are(handed_in, take):
    with tarfile.open(handed_in / "alice.tar.gz", "w:gz", compresslevel=1) as archive:
        for number in range(20_001):
            header = tarfile.TarInfo(str(number))
            header.type = tarfile.DIRTYPE
            archive.addfile(header)
    assert refusal_of(take, handed_in / "alice.tar.gz") == "It has more than 20,000 files and folders."


def test_what_takes_too_long_is_refused(handed_in, take, monkeypatch):
    monkeypatch.setattr("grader.intake.MAX_SECONDS", 0)
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO})
    assert refusal_of(take, archive) == "It takes too long to unpack."


def test_many_remarks_are_counted(handed_in, take):
    archive = zip_of(handed_in / "alice.zip", {"server.py": ECHO} | {f"../{number}": b"" for number in range(30)})
    assert take(archive).remarks[-1] == "and 10 more"
