"""Moodle's download: a folder for each participant, or files whose names begin so."""

import unicodedata

import pytest

from grader.handed_in.delivery import Claim, Delivery, called
from grader.handed_in.moodle import deliveries
from grader.results import Person

LANDMARKS = {"server.py"}
JANE = (Claim(Person("Jane Doe", lms="9001")),)
FOLDER = "Jane Doe_9001_assignsubmission_file_"
TYPED = "what was typed into Moodle is left out: it is no program"


@pytest.fixture
def downloaded(tmp_path):
    """Reads a download that has these files."""

    def downloaded(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return deliveries(tmp_path, sorted(tmp_path.iterdir()), LANDMARKS)

    return downloaded


@pytest.mark.parametrize("folder", [FOLDER, FOLDER.rstrip("_")])
def test_a_folder_is_the_work(downloaded, tmp_path, folder):
    assert downloaded(f"{folder}/server.py", f"{folder}/notes.zip") == [Delivery(folder, tmp_path / folder, JANE)]


def test_the_one_archive_in_a_folder_is_the_work(downloaded, tmp_path):
    assert downloaded(f"{FOLDER}/lab5.zip") == [Delivery("lab5.zip", tmp_path / FOLDER / "lab5.zip", JANE)]


def test_without_folders_files_are_taken_by_their_own_names(downloaded, tmp_path):
    (delivery,) = downloaded(FOLDER + "server.py", FOLDER + "lines_2.py")
    files = ("lines_2.py", tmp_path / (FOLDER + "lines_2.py")), ("server.py", tmp_path / (FOLDER + "server.py"))
    assert (delivery.claims, delivery.files) == (JANE, files)


def test_without_folders_an_archive_is_the_work(downloaded, tmp_path):
    assert downloaded(FOLDER + "lab5.zip") == [Delivery("lab5.zip", tmp_path / (FOLDER + "lab5.zip"), JANE)]


def test_what_was_typed_is_left_out(downloaded):
    (delivery,) = downloaded(f"{FOLDER}/server.py", "Jane Doe_9001_assignsubmission_onlinetext_/onlinetext.html")
    assert (delivery.title, delivery.remarks) == (FOLDER, (TYPED,))


def test_who_has_only_typed_has_handed_in_something(downloaded):
    (delivery,) = downloaded("Jane Doe_9001_assignsubmission_onlinetext_/onlinetext.html")
    assert (delivery.claims, delivery.remarks) == (JANE, (TYPED,))


def test_what_was_typed_is_no_program_without_folders_either(downloaded, tmp_path):
    name = "Jane Doe_9001_assignsubmission_onlinetext_onlinetext.html"
    (delivery,) = downloaded(name)
    assert delivery.files == (("onlinetext.html", tmp_path / name),)


@pytest.mark.parametrize("name", ["O'Neil, Zoë", "=cmd()", "Anne_Marie_7", unicodedata.normalize("NFD", "Zoë"), "a\nb"])
def test_a_name_is_what_stands_before_the_number(downloaded, name):
    (delivery,) = downloaded(f"{name}_9001_assignsubmission_file_/server.py")
    assert delivery.claims[0].person == Person(name, lms="9001")


def test_what_is_named_otherwise_comes_as_it_is(downloaded, tmp_path):
    found = downloaded(f"{FOLDER}/server.py", "Bob Roe_9002_assignsubmission_file_/server.py", "by mail/server.py")
    assert found[-1] == called("by mail", tmp_path / "by mail")


def test_where_most_is_named_otherwise_it_is_no_such_download(downloaded):
    assert downloaded(f"{FOLDER}/server.py", "alice/server.py", "bob/server.py") == []
