"""Tables of other systems: read, matched with students, written so that no spreadsheet computes anything."""

import csv
import io
import shutil
import subprocess

import pytest

from grader.check import Refused
from grader.exports.sheet import Students, number, once, read, written
from grader.results import Person
from tests.works import HOSTILE, PASSED, week, work

AMARA = Person(name="Amara Okafor", id="s1", email="amara@uni.example", login="amara", lms="77")
ABROAD = Person(name="Amara Okafor", id="s2")
OFFICE = shutil.which("soffice")
soffice = pytest.mark.skipif(not OFFICE, reason="soffice is not installed: apt install libreoffice-calc-nogui")


def student(name="x", person=AMARA):
    return work(week(PASSED), student=name, person=person)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_whatever_stands_between_its_cells(delimiter):
    sheet = read(f'Name{delimiter}ID\n"a{delimiter}b\nc"{delimiter}1\n')
    assert sheet == (["Name", "ID"], [[f"a{delimiter}b\nc", "1"]], delimiter)


@pytest.mark.parametrize(("name", "cell"), [("Name", "Amara"), ("id", "1"), ("Email", ""), ("Last", "")])
def test_a_cell_is_found_by_the_name_of_its_column(name, cell):
    sheet = read("Name, ID ,Last\n Amara ,1\n")
    assert sheet.cell(sheet.rows[0], name) == cell


def test_an_empty_template_is_refused():
    with pytest.raises(Refused, match="^The template is empty.$"):
        read("")


def test_a_cell_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("grader.exports.sheet.LONGEST_CELL", 100)
    with pytest.raises(Refused, match=r"^The template is no table as CSV: field larger than field limit \(100\).$"):
        read("a,b\n" + "x" * 101)


@pytest.mark.parametrize(
    "claim",
    [
        Person(id="s1"),
        Person(id="S1", name="Somebody Else"),
        Person(email="Amara@Uni.example"),
        Person(login="amara"),
        Person(lms="77", name="Okafor, Amara"),
        Person(name="AMARA  OKAFOR"),
    ],
)
def test_a_student_is_found_by_whatever_is_known(claim):
    amara = student()
    assert Students([student("y", Person()), amara]).find(claim) is amara


@pytest.mark.parametrize(
    "claim",
    [
        Person(),
        Person(name="Amara"),
        Person(lms="78"),
        Person(name="Amara Okafor", id="s3"),
        Person(name="Weber, Amara", login="amara"),  # of another system, as a GitHub login
    ],
)
def test_nobody_is_guessed(claim):
    assert Students([student(), student("y", Person())]).find(claim) is None


def test_two_of_one_name_are_nobody():
    assert Students([student(), student("y", ABROAD)]).find(Person(name="Amara Okafor")) is None


@pytest.mark.parametrize("other", [Person(id="s1"), Person(name="A. Okafor", email="AMARA@uni.example")])
def test_who_has_two_rows_is_left_out_and_said(other):
    works = [student(), student("old", other), student("y", Person(id="s2"))]
    assert once(works) == (works[2:], ["handed in more than once, left out: old, x"])


def test_two_rows_of_one_name_are_left_out_and_said():
    works = [student(name, Person("Kim Lee")) for name in ("a", "b")]
    assert once(works) == ([], ["handed in more than once, left out: a, b"])


def test_without_a_class_list_the_name_of_the_submission_has_to_do():
    amara = student("Amara Okafor", Person())
    assert Students([amara]).find(Person(name="Amara Okafor", id="s1")) is amara


@pytest.mark.parametrize(("score", "said"), [(80.0, "80"), (66.666, "66.67"), (0.0, "0"), (100.004, "100")])
def test_a_score_is_written_as_people_do(score, said):
    assert str(number(score)) == said


def test_text_is_quoted_and_numbers_are_not():
    assert written([["alice", 5, 1.5, ""]]) == '"alice",5,1.5,""\n'


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text):
    ((cell, score),) = csv.reader(io.StringIO(written([[text, 1]])))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert score == "1"


@soffice
@pytest.mark.parametrize("delimiter", [44, 59], ids=["commas", "semicolons, which are not there"])
def test_libreoffice_finds_no_formula(tmp_path, delimiter):
    rows = [[text, f"={text}", f"+{text}", f" \t-{text}", f"@{text}", 99] for text in HOSTILE]
    tmp_path.joinpath("grades.csv").write_text(written(rows), "utf-8")
    options = f"--infilter=Text - txt - csv (StarCalc):{delimiter},34,76,1,,0,false,true,false,false,false,-1"
    home = f"-env:UserInstallation={tmp_path.joinpath('home').as_uri()}"
    command = [OFFICE, home, "--headless", options, "--convert-to", "fods", "--outdir", str(tmp_path), "grades.csv"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    said = tmp_path.joinpath("grades.fods").read_text("utf-8")
    assert "table:formula" not in said
    assert "99" in said
