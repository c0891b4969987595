"""The class list: read as it comes from each system, and never a student found who could be another one."""

import unicodedata

import pytest

from grader.check import Refused
from grader.results import Person
from grader.roster import Roster, load

ALICE = Person("Alice Adams", "s1", "alice@uni.edu")
BOB = Person("Bob Brown", "s2", "bob@uni.edu")
PLAIN = "name,id,email\nAlice Adams,s1,alice@uni.edu\nBob Brown,s2,bob@uni.edu\n"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Lab 5 (4711),Current Score
,,,,,Manual Posting,(read only)
    Points Possible,,,,,100.00,(read only)
"Adams, Alice",101,s1,alice,CS 144-01,93.00,93.00
"Brown, Bob",102,s2,bob,CS 144-01 and CS 144-02,,
"Student, Test",199,,f00d,CS 144-01,,
"""
MOODLE = """\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum grade","Grade can be changed"
"Participant 9001","Alice Adams",s1,alice@uni.edu,"Submitted for grading",,100.00,Yes
"Participant 9002","Bob Brown",s2,bob@uni.edu,"No submission",,100.00,Yes
"""
GRADESCOPE = """First Name,Last Name,SID,Email,Role
Alice,Adams,s1,alice@uni.edu,Student
Tess Ann,Tutor,,tess@uni.edu,TA
Bob,Brown,s2,bob@uni.edu,Student
"""
CLASSROOM = """"identifier","github_username","github_id","name"
"s1","alice-a","77","Alice Adams"
"s2","","",""
"""


@pytest.fixture
def roster(tmp_path, monkeypatch):
    """Writes a roster, by a short name: it is part of what is said about it."""
    monkeypatch.chdir(tmp_path)
    path = (tmp_path / "roster.csv").relative_to(tmp_path)

    def written(content: str | bytes):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n").encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        "\n" + PLAIN + "\n,,\n",
        PLAIN.replace("name,id,email", "FULL NAME,Student-ID,E_Mail"),
        PLAIN.replace("s1", '="s1"'),
        PLAIN.replace("Alice Adams", '"Adams,  Alice"'),
        GRADESCOPE,
    ],
)
def test_a_roster_is_read(roster, content):
    assert load(roster(content)).people == (ALICE, BOB)


def test_a_gradebook_of_canvas_is_a_roster(roster):
    alice, bob = Person("Alice Adams", "s1", "", "alice", "101"), Person("Bob Brown", "s2", "", "bob", "102")
    assert load(roster(CANVAS)).people == (alice, bob)


def test_a_grading_worksheet_of_moodle_is_a_roster(roster):
    people = (
        Person("Alice Adams", "s1", "alice@uni.edu", "", "9001"),
        Person("Bob Brown", "s2", "bob@uni.edu", "", "9002"),
    )
    assert load(roster(MOODLE)).people == people


def test_a_roster_of_github_classroom_is_a_roster(roster):
    assert load(roster(CLASSROOM)).people == (Person("Alice Adams", "s1", login="alice-a"), Person("", "s2"))


def test_a_column_id_beside_a_section_is_not_yet_canvas(roster):
    assert load(roster("Student,ID,Section\nAlice Adams,s1,A\n")).people == (Person("Alice Adams", "s1"),)


def test_a_roster_in_the_code_of_windows_is_read(roster):
    assert load(roster("name,id\nZoë Müller,s1\n".encode("cp1252"))).people == (Person("Zoë Müller", "s1"),)


def test_a_name_is_composed_however_it_was_written(roster):
    (person,) = load(roster(unicodedata.normalize("NFD", "name\nZoë Müller\n"))).people
    assert person.name == "Zoë Müller"


def test_what_stands_for_nothing_is_nothing(roster):
    people = Person("Alice Adams"), Person("Bob Brown")
    assert load(roster("name,id,login\nAlice Adams,-,N/A\nBob Brown,-,N/A\n")).people == people


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "roster.csv is empty. Name the columns in the first line: name, id, email, login."),
        (
            "Alice Adams,s1\n",
            "roster.csv, line 1: none of its columns is known. "
            "Name the columns in the first line: name, id, email, login.",
        ),
        (
            "name,id\n",
            "roster.csv has no students in it: a line for each, below the line with the names of the columns.",
        ),
        (
            PLAIN + "Alice Two,S1,two@uni.edu\n",
            "roster.csv, line 4: the id 'S1' is also in line 2. "
            "Two students cannot have the same; a student has one line.",
        ),
        (
            PLAIN + "Alice Two,s3,BOB@uni.edu\n",
            "roster.csv, line 4: the email 'BOB@uni.edu' is also in line 3. "
            "Two students cannot have the same; a student has one line.",
        ),
        (
            'name,id\n"a\nb",\x1b[2J\nc,\x1b[2J\n',
            "roster.csv, line 4: the id '\\x1b[2J' is also in line 3. "
            "Two students cannot have the same; a student has one line.",
        ),
        ('name\n"Alice" Adams\n', "roster.csv, from line 2: this is no CSV: ',' expected after '\"'."),
        (
            "name,id\nAlice,s1\nAdams, Alice,s2\n",
            "roster.csv, line 3: it has more cells than the first line has columns. A name with a comma in it stands "
            "in quotes.",
        ),
        (b"PK\x03\x04", "roster.csv is a spreadsheet, or an archive. Save it as CSV UTF-8."),
        (b"name\n\x81\n", "roster.csv is no text that can be read. Save it as CSV UTF-8."),
        ("name\nAlice\0\n", "roster.csv is no text that can be read. Save it as CSV UTF-8."),
        (b"n" * 5_242_881, "roster.csv has more than 5,242,880 bytes: this is no class list."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(roster, content, sentence):
    with pytest.raises(Refused) as refusal:
        load(roster(content))
    assert str(refusal.value) == sentence


def test_a_roster_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused) as refusal:
        load(tmp_path / "no.csv")
    assert str(refusal.value) == f"{tmp_path / 'no.csv'} cannot be read: No such file or directory."


def test_who_has_no_role_or_is_a_learner_is_a_student_too(roster):
    people = load(roster("name,role\nAlice,Student\nBob,\nCarol,Learner\nTess,TA\n")).people
    assert [person.name for person in people] == ["Alice", "Bob", "Carol"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("name,last name,id\nAlice Adams,Adams,s1\n", "Alice Adams"),
        ("name,first name,last name\nA.,Alice,Adams\n", "Alice Adams"),
        ("last name,id\nAdams,s1\n", "Adams"),
    ],
)
def test_a_name_in_parts_is_one_only_where_both_are_there(content, name, roster):
    assert [person.name for person in load(roster(content)).people] == [name]


CLASS = Roster(
    [
        Person("Alice Adams", "s1", "alice@uni.edu", "alice", "101"),
        Person("Bob Brown", "s2", "bob@uni.edu"),
        Person("Zoë Müller-Strauß", "s3", lms="103"),
        Person("Kim Lee"),
        Person("Kim Lee", "s5"),
        Person("Ann Mary O'Brien", "s6"),
        Person("李伟", "s7", lms="107"),
        Person("Wei 李", "s8", lms="108"),
    ]
)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (Person(id="S1"), "s1"),
        (Person(email="Alice@Uni.edu"), "s1"),
        (Person(login="ALICE"), "s1"),
        (Person(lms="101"), "s1"),
        (Person("adamsalice", lms="101"), "s1"),
        (Person("adamsalice", lms="55501"), None),
        (Person("brownbob", lms="55502"), "s2"),
        (Person("obrienannmary", lms="9"), "s6"),
        (Person("obrienannmary"), None),
        (Person("muller-strauss", lms="103"), None),
        (Person("mllerstrausszo", lms="103"), "s3"),
        (Person(unicodedata.normalize("NFD", "ZOË MÜLLER-STRAUSS")), "s3"),
        (Person("müller-strauss,  zoë"), "s3"),
        (Person("Bob Brown", email="bob@private.example"), None),
        (Person("Bob Brown", lms="7"), "s2"),
        (Person("Robert", "s2"), "s2"),
        (Person("Bob Brown", "s9"), None),
        (Person("Alice Adams", "s9", "alice@uni.edu"), None),
        (Person("Bob Brown", "s2", "alice@uni.edu"), None),
        (Person("Kim Lee"), None),
        (Person("Kim Lee", "s5"), "s5"),
        (Person("Lee Kim"), None),
        (Person("Brown Bob"), None),
        (Person("Bob"), None),
        (Person("Jane Roe", lms="101"), None),
        (Person("Jane Roe", login="alice"), None),
        (Person("Jane Roe", lms="107"), None),
        (Person("李伟", lms="107"), "s7"),
        (Person("wei", lms="108"), "s8"),
        (Person("jane", lms="108"), None),
        (Person(), None),
    ],
)
def test_a_submission_is_of_the_one_student_whom_it_fits(claim, found):
    person = CLASS.find(claim)
    assert (person and person.id) == found
