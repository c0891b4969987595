"""The files that a program leaves behind, and which secrets stand in them."""

import base64
import os

import pytest

from grader.peers.files import File, files_below, furnish
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

PASSWORD, TOKEN = "Open-Sesame-abcd-1001", "x7_-Zq"


@pytest.fixture
def workspace(tmp_path):
    """A workspace on this machine itself."""
    with Workspace(tmp_path, Bare(tmp_path, Limits()), environment={"PATH": os.environ["PATH"]}) as workspace:
        yield workspace


@pytest.fixture
def found(workspace, tmp_path):
    """What is found in files of these contents."""

    def found(**files):
        home = tmp_path / "home-001"
        for name, content in files.items():
            path = home / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o640)
        return sorted(files_below(workspace, str(home), [PASSWORD, TOKEN]))

    return found


def test_files_are_found_at_any_depth_with_their_modes(found):
    assert found(one=b"", a__b__c__two=b"") == [File("a/b/c/two", 0o640, []), File("one", 0o640, [])]


@pytest.mark.parametrize("around", [b"%s", b'{"token": "%s"}', b"\xff\x00%s\xfe", b"x" * 100_000 + b"%s"])
def test_a_secret_is_found_wherever_it_stands(around, found):
    content = around.replace(b"%s", TOKEN.encode())
    assert found(file=content)[0].holds == [TOKEN]


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc", b"\xff\xff"])
@pytest.mark.parametrize("after", [b"", b"z", b"yz"])
def test_a_password_is_found_in_base64_at_every_place_of_a_group(before, after, found):
    assert found(file=base64.b64encode(before + PASSWORD.encode() + after))[0].holds == [PASSWORD]


def test_each_file_holds_its_own_secrets(found):
    files = found(a=TOKEN.encode(), b=PASSWORD.encode(), c=f"{TOKEN} {PASSWORD}".encode(), d=PASSWORD[:-1].encode())
    assert [file.holds for file in files] == [[TOKEN], [PASSWORD], [PASSWORD, TOKEN], []]


def test_what_is_no_file_of_the_programs_own_is_left_out(found, tmp_path):
    home = tmp_path / "home-001"
    home.mkdir()
    (tmp_path / "elsewhere").write_text(TOKEN)
    (home / "link").symlink_to(tmp_path / "elsewhere")
    (home / "loop").symlink_to(home)
    (home / "dangling").symlink_to("nowhere")
    os.mkfifo(home / "fifo")
    assert found(file=b"") == [File("file", 0o640, [])]


def test_a_file_of_any_name_is_found(found, tmp_path):
    (tmp_path / "home-001").mkdir()
    names = [b"\xff\xfe", "naïve 😀".encode(), b"two\nlines", b"-rf", b"x" * 255]
    for name in names:
        (tmp_path / "home-001" / os.fsdecode(name)).write_text(TOKEN)
    assert {file.path for file in found()} == {os.fsdecode(name) for name in names}


def test_of_very_many_files_those_with_secrets_are_found(found, tmp_path):
    home = tmp_path / "home-001"
    for number in range(3000):
        folder = home / f"{number % 7}" / ("x" * 200)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}".rjust(200, "0")).touch()
    files = found(zz=TOKEN.encode())
    assert (len(files), [file.path for file in files if file.holds]) == (1000, ["zz"])


def test_a_folder_that_is_not_there_has_no_files(workspace):
    assert files_below(workspace, "/no/such/folder", [TOKEN]) == []


def test_files_that_come_and_go_are_no_fault_of_the_grader(workspace, tmp_path):
    home = tmp_path / "home-001"
    home.mkdir()
    (tmp_path / "lab5").mkdir()
    source = f"import os\nwhile True:\n  for n in range(300): open(f'{home}/{{n}}', 'w').close()\n"
    (tmp_path / "lab5" / "client.py").write_text(f"{source}  for n in range(300): os.unlink(f'{home}/{{n}}')")
    workspace.start("client.py", ())
    for _ in range(5):
        assert all(file.holds == [] for file in files_below(workspace, str(home), [TOKEN]))


def test_a_home_is_furnished(workspace, tmp_path):
    furnish(workspace, str(tmp_path / "home-001"), ca="a certificate\n", other="naïve")
    assert (tmp_path / "home-001" / "tmp").is_dir()
    assert (tmp_path / "home-001" / "ca.pem").read_text() == "a certificate\n"
    assert (tmp_path / "home-001" / "other.pem").read_text("utf-8") == "naïve"
