"""Canvas: its own gradebook, with the columns of the weeks filled in and nothing else."""

import pytest

from grader.check import Refused
from grader.exports.canvas import Column, filled
from grader.results import Person
from tests.works import BROKEN, FAILED, HOSTILE, PASSED, formulas, refused, week, work

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Week 1: Echo (11),Week 10 (99),Essay (12),Final Score"
TEMPLATE = f"""{HEAD}
    Points Possible,,,,,20.00,5,10,(read only)
,,,,,Manual Posting,,,
"Okafor, Amara",77,s1,amara,Net 1,3,4,5,60
"Weber, Jonas",78,s2,jonas@uni.example,Net 1,,,,
"Student, Test",79,,abc,Net 1,,,,
"""
AMARA = Person(name="Amara Okafor", login="amara", lms="77")
JONAS = Person(email="jonas@uni.example")
HALF = work(week(PASSED, FAILED), student="amara", person=AMARA)
FULL = work(week(PASSED), student="jonas", person=JONAS)
NO_CANVAS = "The template is no gradebook of Canvas: its first row begins with Student, ID, ..., Section."

IT_HAS = "It has: Week 1: Echo (11), Week 10 (99), Essay (12), Final Score."
NAMED = "assignment with “Week 1” in it: name one by its number, as --assignment 12345."
NOWHERE = "assignment with “Week 1” in its title. Name one with --assignment."


def rows(*works, template=TEMPLATE, assignment=""):
    return filled(template, [Column(1, assignment, works)]).text.replace('"', "").splitlines()


def test_rows_with_a_score_have_it_in_the_points_of_canvas():
    assert rows(HALF, FULL) == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Week 1: Echo (11)",
        "Points Possible,,,,,20.00",
        "Okafor, Amara,77,s1,amara,Net 1,10",
        "Weber, Jonas,78,s2,jonas@uni.example,Net 1,20",
    ]


@pytest.mark.parametrize("ungraded", [[BROKEN], []])
def test_what_could_not_be_graded_changes_nothing(ungraded):
    amara = work(*([week(*ungraded)] if ungraded else []), student="amara", person=AMARA)
    assert rows(amara, FULL)[2:] == ["Weber, Jonas,78,s2,jonas@uni.example,Net 1,20"]


@pytest.mark.parametrize("assignment", ["12", "Essay", "Essay (12)"])
def test_an_assignment_is_named_by_number_or_title(assignment):
    assert rows(HALF, assignment=assignment)[::2] == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (12)",
        "Okafor, Amara,77,s1,amara,Net 1,5",
    ]


@pytest.mark.parametrize(
    ("template", "assignment", "sentence"),
    [
        (TEMPLATE, "13", f"The template has no assignment '13'. {IT_HAS}"),
        (TEMPLATE, "Final Score", f"The template has no assignment 'Final Score'. {IT_HAS}"),
        (TEMPLATE.replace("Week 10", "WEEK 01"), "", f"The template has more than one {NAMED}"),
        (TEMPLATE.replace("Week 1:", ""), "", f"The template has no {NOWHERE}"),
        ("Name,ID\n", "", NO_CANVAS),
        (HEAD.replace("Section", "Group"), "", NO_CANVAS),
        ("Student\n", "", NO_CANVAS),
    ],
)
def test_a_template_that_has_no_place_is_refused(template, assignment, sentence):
    with pytest.raises(Refused) as refusal:
        rows(HALF, template=template, assignment=assignment)
    assert str(refusal.value) == sentence


def test_without_points_in_the_template_scores_are_in_percent():
    assert rows(HALF, template=TEMPLATE.replace("20.00", "(read only)"))[2] == "Okafor, Amara,77,s1,amara,Net 1,50"


def test_semicolons_and_decimal_commas_are_understood():
    line = "Points Possible;;;;;7,5\nAmara Okafor;77;;;;\n"
    said = rows(HALF, template=f"Student;ID;SIS User ID;SIS Login ID;Section;Week 1 (3)\n{line}")
    assert said[1:] == ["Points Possible;;;;;7,5", "Amara Okafor;77;;;;3.75"]


def test_who_is_not_in_the_template_is_named():
    table = filled(TEMPLATE, [Column(1, "", [HALF, work(week(PASSED), student="bob"), refused()])])
    assert table.remarks == ["1 student not found in the template: bob"]


def test_who_has_two_rows_is_left_out_and_said():
    old = work(week(FAILED), student="old", person=AMARA)
    table = filled(TEMPLATE, [Column(1, "", [HALF, old, FULL])])
    assert ("amara" in table.text, table.remarks) == (False, ["handed in more than once, left out: amara, old"])


def test_one_assignment_does_not_get_two_weeks():
    template = TEMPLATE.replace("Week 1: Echo", "Week 1: Echo (needed for week 2)")
    with pytest.raises(Refused, match="^The template has one assignment for week 1 and week 2, 'Week 1: Echo"):
        filled(template, [Column(1, "", [HALF]), Column(2, "", [FULL])])


def test_weeks_that_are_not_in_the_template_are_counted():
    columns = [Column(1, "", [HALF]), Column(2, "", [HALF])]
    assert filled(TEMPLATE, columns).remarks == ["columns for 1 week of 2 found in the template"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_a_formula(text):
    cell = text.replace('"', '""').replace("\0", "")
    half = work(week(PASSED, FAILED), person=Person(login="amara"))
    table = filled(f'{HEAD}\n"{cell}",,"{cell}",amara,"{cell}",3,,,\n', [Column(1, "", [half])])
    assert table.text.endswith(",50\n")
    assert formulas(table.text) == []
