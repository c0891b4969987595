"""The command line of bubblewrap: what a program sees, and that no student's file can lead a mount elsewhere."""

import sys
from pathlib import Path, PurePosixPath

import pytest

from grader.sandbox import bubblewrap

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is for Linux")
BOX, ETC = Path("/host/box"), Path("/host/etc")
WRITABLE = {"/box": "/host/box/work", "/tmp": "/host/box/tmp", "/dev/shm": "/host/box/shm"}
TWO_WORDS = ("--ro-bind", "--bind", "--symlink", "--ro-bind-try", "--bind-try", "--dev-bind")
ONE_WORD = ("--dir", "--tmpfs", "--proc", "--dev", "--mqueue", "--file", "--remount-ro")


@pytest.fixture(params=[True, False], ids=["as root", "as a user"])
def words(request):
    """The arguments that make what a program sees, with a toolchain in somebody's home."""
    return bubblewrap.view(BOX, ETC, [Path("/home/teacher/.cargo/bin")], as_root=request.param)


def mounts(words):
    """What is made where: triples of option, source (or nothing) and place."""
    found = []
    for at, word in enumerate(words):
        if word in TWO_WORDS:
            found.append((word, words[at + 1], words[at + 2]))
        if word in ONE_WORD:
            found.append((word, "", words[at + 1]))
    return found


def test_nothing_is_ever_made_below_a_folder_that_a_program_can_write_to(words):
    places = [PurePosixPath(place) for _, _, place in mounts(words)]
    below = [place for place in places for folder in WRITABLE if PurePosixPath(folder) in place.parents]
    assert below == []


def test_a_program_can_write_to_three_folders_of_the_tmpfs_and_nothing_else(words):
    assert {place: source for option, source, place in mounts(words) if option.startswith("--bind")} == WRITABLE


def test_the_folders_that_a_program_can_write_to_come_last(words):
    made = [place for option, _, place in mounts(words) if option != "--remount-ro"]
    assert made[-3:] == [*WRITABLE]


def test_nothing_else_can_be_written_to(words):
    assert words[-6:] == ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def test_nothing_of_the_hosts_root_home_or_variable_files_is_shown(words):
    sources = {source for option, source, _ in mounts(words) if option == "--ro-bind"}
    assert sources & {"/", "/root", "/home", "/home/teacher", "/var", "/etc", "/sys", "/tmp", "/run"} == set()


@pytest.mark.parametrize("name", ["hosts", "nsswitch.conf", "passwd", "group"])
def test_it_is_our_own_file_that_a_program_sees(name, words):
    assert [source for _, source, place in mounts(words) if place == f"/etc/{name}"] == [f"/host/etc/{name}"]


def test_a_toolchain_stands_where_it_stood_read_only(words):
    place = "/home/teacher/.cargo/bin"
    assert ("--ro-bind", place, place) in mounts(words)


def test_everybody_can_pass_the_folders_above_a_toolchain(words):
    at = words.index("/home/teacher/.cargo/bin")
    above = ["/home", "/home/teacher", "/home/teacher/.cargo"]
    assert words[at - 13 : at - 1] == [word for place in above for word in ("--perms", "0755", "--dir", place)]


def test_a_folder_above_two_toolchains_is_made_once():
    words = bubblewrap.view(BOX, ETC, [Path("/home/teacher/a"), Path("/home/teacher/b")], as_root=True)
    assert words.count("/home/teacher") == 1


@pytest.mark.parametrize("name", ["ipc", "pid", "uts", "cgroup-try"])
def test_a_program_has_a_namespace_of_its_own_for(name, words):
    assert f"--unshare-{name}" in words


def test_a_program_dies_with_its_parent(words):
    assert "--die-with-parent" in words


@pytest.mark.parametrize("word", ["--share-net", "--unshare-net", "--unshare-all"])
def test_the_network_is_that_of_the_cell(word, words):
    assert word not in words


def test_as_root_just_what_it_takes_to_become_another_user_is_kept():
    words = bubblewrap.view(BOX, ETC, [], as_root=True)
    assert [words[at + 1] for at, word in enumerate(words) if word == "--cap-drop"] == ["ALL"]
    kept = {words[at + 1] for at, word in enumerate(words) if word == "--cap-add"}
    assert kept == {"CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"}


def test_as_a_user_no_capability_is_kept_and_no_user_namespace_can_be_made():
    words = bubblewrap.view(BOX, ETC, [], as_root=False)
    assert "--disable-userns" in words
    assert ("--cap-drop" in words, "--cap-add" in words) == (True, False)


def test_the_environment_is_what_is_given_and_nothing_else():
    words = bubblewrap.environment({"LANG": "C.UTF-8", "HOME": "/box"})
    assert words == ["--clearenv", "--setenv", "LANG", "C.UTF-8", "--setenv", "HOME", "/box"]


def test_the_files_of_etc_name_the_user_and_the_machine(tmp_path):
    bubblewrap.write_files(tmp_path / "etc", 61_000)
    texts = {file.name: file.read_text() for file in (tmp_path / "etc").iterdir()}
    assert texts.keys() == {"hosts", "nsswitch.conf", "passwd", "group"}
    assert texts["passwd"] == "student:x:61000:61000:student:/box:/bin/sh\n"
    assert "127.0.0.1 localhost\n" in texts["hosts"]


def test_a_program_finds_the_graders_interpreter_in_a_virtual_environment(monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/home/teacher/lab/.venv")
    monkeypatch.setattr(sys, "executable", "/home/teacher/lab/.venv/bin/python3")
    assert bubblewrap.interpreter() == "/opt/lab5/bin/python3"


def test_a_program_finds_the_graders_interpreter_without_a_virtual_environment(monkeypatch, tmp_path):
    (tmp_path / "python3.11").touch()
    (tmp_path / "python3").symlink_to("python3.11")
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    assert bubblewrap.interpreter() == str(tmp_path / "python3.11")


def test_without_a_virtual_environment_none_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert "/opt/lab5" not in bubblewrap.view(BOX, ETC, [], as_root=True)


def test_the_files_of_the_interpreter_are_visible_where_they_are_not_in_usr(monkeypatch, tmp_path):
    monkeypatch.setattr(bubblewrap, "OURS", ("/box",))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert bubblewrap.visible([]) == [tmp_path]


@pytest.mark.parametrize(
    "place", ["/usr/local", "/usr", "/tmp", "/dev", "/proc/self", "/no/such/folder", "/etc/passwd"]
)
def test_it_is_not_shown_twice_and_not_over_ours(place, monkeypatch):
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert bubblewrap.visible([Path(place)]) == []
