"""Moodle: its own worksheet filled in, or a table that its gradebook imports."""

import pytest

from grader.check import Refused
from grader.exports.moodle import comment, gradebook, worksheet
from grader.results import Person
from tests.works import BONUS, BROKEN, FAILED, HIDDEN, HOSTILE, PASSED, formulas, refused, week, work

TEMPLATE = """Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments
Participant 501,Amara Okafor,amara@uni.example,Submitted,,20.00,"Monday, 5 October",
Participant 502,Jonas Weber,jonas@uni.example,Submitted,7.5,20.00,-,well
"""
AMARA = Person(name="Amara Okafor", lms="501")
HALF = work(week(PASSED, FAILED), student="amara", person=AMARA)
MORE = work(week(PASSED, BONUS), student="amara", person=AMARA)
NO_GRADE = (
    "The template has no column Grade. Download the grading worksheet of the assignment, with Moodle in English, "
    "because its columns are called as in the language that you use it in."
)


def test_a_worksheet_is_as_it_was_but_for_grade_and_comment():
    lines = worksheet(TEMPLATE, [HALF]).text.replace('"', "").splitlines()
    said = "5 of 10 points; not passed: echoes a line."
    assert lines == [
        *TEMPLATE.splitlines()[:1],
        f"Participant 501,Amara Okafor,amara@uni.example,Submitted,10,20.00,Monday, 5 October,{said}",
        *TEMPLATE.splitlines()[2:],
    ]


@pytest.mark.parametrize(
    "ungraded",
    [work(week(BROKEN), person=AMARA), work(refused="It is damaged.", person=AMARA)],
    ids=["broken", "refused"],
)
def test_what_could_not_be_graded_changes_nothing(ungraded):
    assert worksheet(TEMPLATE, [ungraded]).text.replace('"', "") == TEMPLATE.replace('"', "")


def test_a_grade_above_the_maximum_is_cut_and_said():
    table = worksheet(TEMPLATE, [MORE])
    assert ',20,"20.00"' in table.text
    assert table.remarks == ["1 grade above 100 percent cut, because Moodle takes none"]


def test_without_a_maximum_grades_are_in_percent():
    assert '"Submitted",50,"-"' in worksheet(TEMPLATE.replace("20.00", "-"), [HALF]).text


def test_who_is_not_in_the_worksheet_is_named():
    assert worksheet(TEMPLATE, [HALF, work(week(PASSED), student="bob"), refused()]).remarks == [
        "1 student left out, whom Moodle would not know: bob"
    ]


def test_a_worksheet_in_another_language_is_refused():
    with pytest.raises(Refused) as refusal:
        worksheet("Identifier,Bewertung\n", [HALF])
    assert str(refusal.value) == NO_GRADE


def test_a_worksheet_without_comments_gets_none():
    assert worksheet("Identifier,Grade\nParticipant 501,\n", [HALF]).text.splitlines()[1] == '"Participant 501",50'


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_has_no_markup_of_a_student(text):
    said = comment(work(week(HIDDEN), remarks=(text,)))
    assert "<" not in said
    assert said.endswith("; not passed: is secret (hidden).")


def test_the_table_for_the_gradebook_has_a_column_for_each_name():
    person = Person(id="s1", email="a@b.example", login="amara")
    one, all_of_it = work(week(PASSED, FAILED), person=person), work(week(PASSED, BONUS), person=person)
    assert gradebook({"Week 1": [one], "Total": [all_of_it]}) == (
        '"idnumber","email","username","Week 1","Total"\n"s1","a@b.example","amara",50,100\n',
        ["1 grade above 100 percent cut, because Moodle takes none"],
    )


def test_who_has_two_rows_is_left_out_and_said():
    works = [work(week(PASSED), student=name, person=Person(id="s1", lms="501")) for name in ("old", "new")]
    assert gradebook({"Week 1": works}) == (
        '"idnumber","email","username","Week 1"\n', ["handed in more than once, left out: new, old"]
    )  # fmt: skip
    template = "Identifier,ID number,Grade\nParticipant 501,s1,\n"
    assert worksheet(template, works).text.replace('"', "") == template


def test_whom_moodle_would_not_know_is_left_out_because_that_ends_an_import():
    table = gradebook({"Week 1": [work(week(PASSED), student="bob")]})
    assert table.text == '"idnumber","email","username","Week 1"\n'
    assert table.remarks == ["1 student left out, whom Moodle would not know: bob"]


def test_a_week_that_could_not_be_graded_is_an_empty_cell():
    person = Person(id="s1")
    columns = {"Week 1": [work(week(BROKEN), person=person)], "Week 2": [work(week(PASSED), person=person)]}
    assert gradebook(columns).text.splitlines()[1] == '"s1","","","",100'


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_a_formula(text):
    table = gradebook({"Week 1": [work(week(PASSED), person=Person(*[text] * 5))]})
    assert table.text.endswith(",100\n")
    assert formulas(table.text) == []
