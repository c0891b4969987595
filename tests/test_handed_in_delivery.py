"""What is the work in what came at once."""

import pytest

from grader.handed_in.delivery import File, sorted_out, work_in


@pytest.fixture
def folder(tmp_path):
    """A folder with these entries: those that end in / are folders."""

    def folder(*names):
        for name in names:
            (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
        return tmp_path

    return folder


@pytest.mark.parametrize("archive", ["lab5.zip", "lab5.TAR.GZ", "lab5.rar"])
def test_the_one_archive_is_the_work(folder, archive):
    assert work_in(folder(archive, ".DS_Store"), set()) == (folder() / archive, ())


@pytest.mark.parametrize(
    "names", [(), ("server.py", "old.zip"), ("lab5/", "old.zip"), ("a.zip", "b.zip"), ("client.py",)]
)
def test_else_the_folder_is_the_work(folder, names):
    assert work_in(folder(*names), {"server.py"}) == (folder(), ())


def test_a_folder_that_is_not_there_is_left_to_who_opens_it(tmp_path):
    assert work_in(tmp_path / "no", set()) == (tmp_path / "no", ())


def test_no_file_is_no_delivery():
    assert sorted_out([], set()) == []


def test_archives_keep_their_own_names(tmp_path):
    (delivery,) = sorted_out([File("lab5-1.tar.gz", tmp_path / "x_lab5-1.tar.gz")], set())
    assert delivery.title == "lab5-1.tar.gz"


def test_of_two_names_that_nobody_has_numbered_neither_is_the_newer(tmp_path):
    (delivery,) = sorted_out([File(name, tmp_path / name) for name in ("server.py", "server-1.py")], {"server.py"})
    assert [name for name, _ in delivery.files] == ["server-1.py", "server.py"]


@pytest.mark.parametrize("number", [None, 7])
def test_archives_that_are_called_so_are_two(tmp_path, number):
    found = sorted_out([File(f"week-{week}.zip", tmp_path / str(week), number) for week in (1, 2)], set())
    assert [delivery.title for delivery in found] == ["week-1.zip", "week-2.zip"]


def test_what_a_browser_has_renamed_has_its_own_name(tmp_path):
    (delivery,) = sorted_out([File("server (1).py", tmp_path / "x")], {"server.py"})
    assert [name for name, _ in delivery.files] == ["server.py"]


def test_an_archive_that_is_a_link_is_not_followed(folder):
    (folder("a.zip") / "lab5.zip").symlink_to("a.zip")
    (folder() / "a.zip").unlink()
    assert work_in(folder(), set()) == (folder(), ())
