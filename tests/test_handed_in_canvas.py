"""Canvas's download: the files of a whole class in one folder, told apart by their names."""

import pytest

from grader.handed_in.canvas import deliveries
from grader.handed_in.delivery import Claim, Delivery, called
from grader.results import Person

LANDMARKS = {"server.py"}
JANE = (Claim(Person("doejane", lms="101")),)
LATE = "Canvas calls it late, but not when it came"
TYPED = "a text or a link was typed into Canvas: it is no program"


@pytest.fixture
def downloaded(tmp_path):
    """Reads a download that has these files."""

    def downloaded(*names):
        for name in names:
            (tmp_path / name).touch()
        return deliveries(tmp_path, sorted(tmp_path.iterdir()), LANDMARKS)

    return downloaded


def test_an_archive_is_a_delivery(downloaded, tmp_path):
    name = "doejane_101_5001_My lab_5 (final).zip"
    assert downloaded(name) == [Delivery("My lab_5 (final).zip", tmp_path / name, JANE)]


def test_a_late_one_has_a_remark_and_no_time(downloaded):
    (delivery,) = downloaded("doejane_LATE_101_5001_lab5.zip")
    assert (delivery.claims, delivery.submitted, delivery.remarks) == (JANE, "", (LATE,))


def test_single_files_of_one_student_are_one_work(downloaded, tmp_path):
    names = "doejane_101_5001_server.py", "doejane_101_5002_lines.py"
    (delivery,) = downloaded(*names)
    assert delivery.files == (("server.py", tmp_path / names[0]), ("lines.py", tmp_path / names[1]))
    assert (delivery.title, delivery.path) == ("server.py, lines.py", tmp_path / names[0])


def test_a_file_that_was_handed_in_again_has_its_own_name(downloaded, tmp_path):
    (delivery,) = downloaded("doejane_101_5001_server-1.py")
    assert delivery.files == (("server.py", tmp_path / "doejane_101_5001_server-1.py"),)
    assert delivery.remarks == ("'server-1.py' is taken as 'server.py'",)


def test_of_two_files_with_one_name_the_newer_counts(downloaded, tmp_path):
    (delivery,) = downloaded("doejane_101_999_server.py", "doejane_101_5001_server-1.py")
    assert delivery.files == (("server.py", tmp_path / "doejane_101_5001_server-1.py"),)
    assert delivery.remarks == ("'server-1.py' is taken as 'server.py'", "left out 'server.py': there is a newer one")


def test_of_two_archives_with_one_name_the_newer_counts(downloaded):
    (delivery,) = downloaded("doejane_101_999_lab5.zip", "doejane_101_5002_lab5-1.zip")
    assert (delivery.title, delivery.remarks) == ("lab5-1.zip", ("left out 'lab5.zip': there is a newer one",))


def test_each_archive_with_a_name_of_its_own_is_a_delivery(downloaded):
    found = downloaded("doejane_101_5001_week1.zip", "doejane_101_5002_week2.zip")
    assert [delivery.title for delivery in found] == ["week1.zip", "week2.zip"]


def test_who_takes_the_number_of_another_one_changes_nothing_for_others(downloaded):
    found = downloaded("doejane_101_5001_lab_5_text.html", "roebob_102_text.html", "x_101_text.html", "b_103_1_a.zip")
    assert {(each.claims[0].person.name, each.claims[0].person.lms) for each in found} == {
        ("doejane", "101"), ("roebob", "102"), ("x", "101"), ("b", "103")
    }  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [
        ("lab_5_12345_alice.zip", "lab_5_12346_bob.zip", "lab_5_12347_carol.zip"),
        ("alice_2026_03_lab5.zip", "bob_2026_03_lab5.zip"),
    ],
)
def test_a_scheme_of_the_courses_own_is_no_such_download(downloaded, names):
    assert downloaded(*names) == []


def test_a_program_beside_an_archive_is_a_delivery_too(downloaded):
    found = downloaded("doejane_101_5001_lab5.zip", "doejane_101_5002_server.py")
    assert [delivery.title for delivery in found] == ["lab5.zip", "server.py"]


def test_a_report_beside_an_archive_is_left_out(downloaded):
    (delivery,) = downloaded("doejane_101_5001_lab5.zip", "doejane_101_5002_report.pdf")
    assert delivery.remarks == ("left out 'report.pdf': beside an archive, only the archive counts",)


def test_an_archive_that_cannot_be_opened_is_not_taken_for_a_program(downloaded):
    (delivery,) = downloaded("doejane_101_5001_lab5.rar")
    assert (delivery.path.name, delivery.files) == ("doejane_101_5001_lab5.rar", ())


@pytest.mark.parametrize("name", ["doejane_101_text.html", "doejane_LATE_101_5001_link.html"])
def test_what_was_typed_is_no_program(downloaded, tmp_path, name):
    (delivery,) = downloaded(name)
    assert (delivery.claims, delivery.files, delivery.remarks) == (JANE, ((name, tmp_path / name),), (TYPED,))


def test_what_is_named_otherwise_comes_as_it_is(downloaded, tmp_path):
    (tmp_path / "by mail").mkdir()
    found = downloaded("doejane_101_5001_lab5.zip", "roebob_102_5002_lab5.zip", "roster.csv")
    assert found[2:] == [called("by mail", tmp_path / "by mail")]


@pytest.mark.parametrize(
    "names", [(), ("alice.zip",), ("alice.zip", "bob.zip", "doejane_101_5001_lab5.zip"), ("team_1_final.zip",)]
)
def test_where_most_is_named_otherwise_it_is_no_such_download(downloaded, names):
    assert downloaded(*names) == []


def test_hostile_names_are_names(downloaded):
    (delivery,) = downloaded("=cmd()\n_101_5001_'$(x)\u202e.zip")
    assert (delivery.claims[0].person.name, delivery.title) == ("=cmd()\n", "'$(x)\u202e.zip")
