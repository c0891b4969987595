"""An export becomes submissions: each of one student, the newer of two, and nobody's grade by a guess."""

import unicodedata
import zipfile

import pytest

from grader.check import Refused
from grader.handed_in import find, missing, student_of
from grader.results import Person
from grader.roster import Roster
from grader.submission import Submission

LANDMARKS = {"server.py", "week2_udp"}
ALICE = Person("Alice Adams", "s1", "alice@uni.edu", "alice")
BOB = Person("Bob Brown", "s2", "bob@uni.edu", "bob")
CLASS = Roster([ALICE, BOB])


@pytest.fixture
def inbox(tmp_path):
    """A folder with these files."""

    def inbox(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return inbox


@pytest.fixture
def gradescope(inbox):
    """An export of Gradescope: of each submission who handed it in, and when."""

    def gradescope(submissions):
        text = ""
        for number, (people, moment) in submissions.items():
            inbox(f"submission_{number}/server.py")
            text += f"submission_{number}:\n  :created_at: {moment}\n  :submitters:\n"
            for person in people:
                text += f"  - :name: {person.name}\n    :sid: {person.id}\n    :email: {person.email}\n"
        folder = inbox("submission_metadata.yml")
        (folder / "submission_metadata.yml").write_text(text)
        return folder

    return gradescope


def students(found):
    return {submission.student: submission.path.name for submission in found}


def test_without_an_export_each_folder_and_each_archive_is_a_submission(inbox):
    folder = inbox("alice/server.py", "bob.zip")
    found = [Submission("alice", folder / "alice"), Submission("bob", folder / "bob.zip")]
    assert find(folder, LANDMARKS) == found


@pytest.mark.parametrize(
    "name", ["s1", "S1.zip", "alice", "alice@uni.edu.zip", "Adams, Alice.zip", "alice-adams.tar.gz"]
)
def test_the_name_of_a_folder_or_an_archive_is_looked_up(inbox, name):
    folder = inbox(name if "." in name else f"{name}/server.py")
    (submission,) = find(folder, LANDMARKS, CLASS)
    assert submission == Submission("s1", folder / name, ALICE)


def test_who_is_not_in_the_roster_is_graded_and_said(inbox):
    (submission,) = find(inbox("alice-x.zip"), LANDMARKS, CLASS)
    assert (submission.student, submission.person, submission.remarks) == (
        "alice-x",
        Person(),
        ("is not in the roster",),
    )


def test_who_may_be_one_or_another_is_neither(inbox):
    roster = Roster([Person("Kim Lee", "s1"), Person("Kim Lee", "s2")])
    (submission,) = find(inbox("Kim Lee.zip"), LANDMARKS, roster)
    assert (submission.person, submission.remarks) == (Person(), ("fits more than one student in the roster",))


def test_a_name_that_is_the_id_of_one_and_the_login_of_another_is_neither(inbox):
    roster = Roster([Person("Alice Adams", "bob"), BOB])
    (submission,) = find(inbox("bob.zip"), LANDMARKS, roster)
    assert submission.remarks == ("fits more than one student in the roster",)


def test_canvas_numbers_are_kept_for_who_is_in_the_roster(inbox):
    (submission,) = find(inbox("adamsalice_101_5001_lab5.zip"), LANDMARKS, CLASS)
    assert (submission.student, submission.person) == (
        "s1",
        Person("Alice Adams", "s1", "alice@uni.edu", "alice", "101"),
    )


def test_without_a_roster_files_are_named_by_what_the_system_says(inbox):
    folder = inbox("Zoë Doe_9001_assignsubmission_file_/server.py", "Zoë Doe_9002_assignsubmission_file_/server.py")
    assert list(students(find(folder, LANDMARKS))) == ["Zoë Doe_9001", "Zoë Doe_9002"]


def test_of_two_in_canvas_the_larger_number_counts(inbox):
    folder = inbox("adamsalice_101_999_lab5.zip", "adamsalice_101_5001_lab5-1.zip", "brownbob_102_7_lab5.zip")
    alice, _ = find(folder, LANDMARKS)
    assert (alice.path.name, alice.remarks) == (
        "adamsalice_101_5001_lab5-1.zip",
        ("left out 'lab5.zip': there is a newer one",),
    )


def test_two_archives_of_one_student_in_canvas_are_both_there(inbox):
    found = find(
        inbox("adamsalice_101_1_week1.zip", "adamsalice_101_2_week2.zip", "brownbob_102_7_lab5.zip"), LANDMARKS
    )
    says = "handed in more than once, and nothing says which is the newer: week1.zip, week2.zip"
    assert [(each.path.name, each.remarks) for each in found[:2]] == [
        ("adamsalice_101_1_week1.zip", (says,)),
        ("adamsalice_101_2_week2.zip", (says,)),
    ]


def test_moodle_is_known_before_canvas(inbox):
    names = [f"{who}_assignsubmission_file_lab_5_12345_x.zip" for who in ("Alice Adams_9001", "Bob Brown_9002")]
    assert [each.student for each in find(inbox(*names), LANDMARKS)] == ["Alice Adams_9001", "Bob Brown_9002"]


def test_a_file_that_cannot_be_opened_is_its_students_all_the_same(inbox):
    found = find(inbox("alice.7z", "s1.tar.bz2", "carol.py"), LANDMARKS)
    assert [each.student for each in found] == ["alice", "carol", "s1"]


def test_a_name_of_two_fits_both(inbox):
    (found,) = find(inbox("Kim Lee.zip"), LANDMARKS, Roster([Person("Kim Lee"), Person("Kim Lee")]))
    assert found.remarks == ("fits more than one student in the roster",)


def test_of_two_in_gradescope_the_newer_counts(gradescope):
    folder = gradescope({7: ([ALICE, BOB], "2026-03-02 10:00:00 +02:00"), 8: ([ALICE], "2026-03-02 08:30:00 Z")})
    alice, bob = find(folder, LANDMARKS, CLASS)
    assert (alice.student, alice.path.name, alice.submitted) == ("s1", "submission_8", "2026-03-02T08:30:00+00:00")
    assert alice.remarks == ("also handed in on 2026-03-02T10:00:00+02:00: submission_7, which does not count",)
    assert (bob.student, bob.path.name, bob.remarks) == ("s2", "submission_7", ("handed in together with Alice Adams",))


def test_of_two_where_nobody_can_say_which_is_newer_both_stay(inbox):
    names = "alice.zip", "Alice Adams.zip"
    remark = "handed in more than once, and nothing says which is the newer: Alice Adams.zip, alice.zip"
    found = find(inbox(*names), LANDMARKS, CLASS)
    assert students(found) == {"s1_Alice Adams.zip": "Alice Adams.zip", "s1_alice.zip": "alice.zip"}
    assert [submission.remarks for submission in found] == [(remark,), (remark,)]


def test_of_two_at_the_same_time_both_stay(gradescope):
    moment = "2026-03-02 08:30:00 Z"
    found = find(gradescope({7: ([ALICE], moment), 8: ([ALICE], moment)}), LANDMARKS)
    assert list(students(found)) == ["Alice Adams_s1_submission_7", "Alice Adams_s1_submission_8"]


def test_who_is_named_twice_in_a_group_has_one_submission(gradescope):
    found = find(gradescope({7: ([ALICE, ALICE], "2026-03-02 08:30:00 Z")}), LANDMARKS)
    assert list(students(found)) == ["Alice Adams_s1"]


def test_two_in_a_group_of_whom_only_names_are_known_are_two(gradescope):
    found = find(gradescope({7: ([Person("Ann"), Person("Ben")], "x")}), LANDMARKS)
    assert len(students(found)) == 2


def test_repositories_are_found_by_login_whatever_the_assignment_is_called(inbox):
    folder = inbox("lab-5-alice/.git/HEAD", "lab-5-bob/.git/HEAD", "lab-5-bobby/.git/HEAD")
    found = find(folder, LANDMARKS, CLASS)
    assert students(found) == {"lab-5-bobby": "lab-5-bobby", "s1": "lab-5-alice", "s2": "lab-5-bob"}


@pytest.mark.parametrize(
    "names",
    [
        ["adamsalice_101_5001_lab5.zip", "brownbob_102_5002_server.py", "__MACOSX/x"],
        ["Alice Adams_9001_assignsubmission_file_/server.py"],
        ["assignment_5_export/submission_metadata.yml", "assignment_5_export/submission_7/server.py"],
    ],
)
def test_the_archive_of_a_whole_class_is_to_be_unpacked(inbox, names):
    path = inbox() / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    with pytest.raises(Refused) as refusal:
        find(path, LANDMARKS)
    assert str(refusal.value) == f"{path} holds a whole class. Unpack it, and name the folder that comes out."


@pytest.mark.parametrize("names", [[], ["lab5/server.py", "lab5/week2_udp/client.py"], ["server.py"], ["a/b/c_1_2_d"]])
def test_the_archive_of_one_student_is_a_class_of_one(inbox, names):
    path = inbox() / "alice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    assert find(path, LANDMARKS) == [Submission("alice", path)]


def test_an_archive_that_is_damaged_is_a_class_of_one(inbox):
    (inbox() / "alice.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    assert students(find(inbox() / "alice.zip", LANDMARKS)) == {"alice": "alice.zip"}


def test_what_somebody_has_put_beside_an_export_is_looked_up(inbox):
    folder = inbox("brownbob_102_5001_lab5.zip", "brownbob_102_5002_report.pdf", "alice.zip", "roster.csv")
    assert students(find(folder, LANDMARKS, CLASS)) == {"s1": "alice.zip", "s2": "brownbob_102_5001_lab5.zip"}


def test_an_export_in_a_folder_of_its_own_is_found(inbox):
    folder = inbox("submissions/adamsalice_101_5001_lab5.zip")
    assert students(find(folder, LANDMARKS)) == {"adamsalice_101": "adamsalice_101_5001_lab5.zip"}


@pytest.mark.parametrize(
    ("person", "student"),
    [
        (Person("Alice", "s1", login="alice"), "s1"),
        (Person("Alice", login="alice"), "alice"),
        (Person("Zoë O'Neil"), "Zoë O'Neil"),
        (Person(unicodedata.normalize("NFD", "Zoë")), "Zoë"),
        (Person("../../etc/passwd"), "_.._etc_passwd_3754d6cb"),
        (Person("=cmd()|'x'!A0"), "_cmd___'x'_A0_a4051179"),
        (Person("a\u202eb\n"), "a_b__005a4b61"),
        (Person("-rf"), "rf_686c39ac"),
        (Person("CON"), "CON_a3dbc4b6"),
        (Person("..."), "_ab5df625"),
    ],
)
def test_what_names_files_is_a_name_on_every_system(person, student):
    assert student_of(person) == student


def test_names_that_differ_in_what_cannot_be_kept_stay_different():
    assert student_of(Person("a/b")) != student_of(Person("a:b"))


def test_a_long_name_is_cut():
    assert len(student_of(Person("é" * 300)).encode()) == 122


def test_no_two_submissions_have_one_name_in_any_case(inbox):
    roster = Roster([Person("Alice Adams", "X1"), Person("Bob Brown", login="x1")])
    found = find(inbox("alice-adams.zip", "bob-brown.zip"), LANDMARKS, roster)
    assert list(students(found)) == ["X1_alice-adams.zip", "x1_bob-brown.zip"]


def test_who_handed_in_nothing_is_missing(inbox):
    roster = Roster([*CLASS.people, Person("Carol Clark", "s3")])
    assert missing(roster, find(inbox("alice.zip", "Carol Clarke.zip"), LANDMARKS, roster)) == [BOB, roster.people[2]]
