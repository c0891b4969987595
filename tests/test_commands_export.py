"""`export`: what was graded, in the forms of other systems; nothing is run for it."""

import json
from contextlib import closing

import pytest
from click.testing import CliRunner

from grader import changes
from grader.check import Refused
from grader.commands import settings
from grader.commands.export import FOR_A_CLASS, FOR_ONE, export
from grader.commands.grade import grade
from grader.course import load
from grader.grades import grade_of
from grader.results import Person, Result
from grader.store import Store
from tests.works import BROKEN, FAILED, PASSED, week

ALICE = Result("alice", "full", (week(PASSED, FAILED), week(PASSED, number=2)), person=Person(id="s1", login="al"))
BOB = Result("bob", "full", (week(PASSED, BROKEN),), person=Person(id="s2"))
CAROL = Result("carol", "full", refused="It is damaged.")
NO_FAULT = "by a fault of the grader, which is no fault of yours; your instructor can have it done again"
NO_SCORE = f"""No score for 2 students, because there is none:
bob: Week 1 could not be graded, {NO_FAULT}.
carol: It could not be graded. It is damaged.
"""


@pytest.fixture
def out(tmp_path, monkeypatch):
    """A class that is graded: alice well, bob with a fault of the grader, carol not at all."""
    monkeypatch.setattr(settings, "as_it_counts", lambda result, course: result)  # these are no checks of the lab
    (tmp_path / "results").mkdir()
    for result in (ALICE, BOB, CAROL):
        (tmp_path / "results" / f"{result.submission}.json").write_text(result.to_json(), "utf-8")
    with closing(Store(tmp_path / "results.sqlite")) as store:
        store.hand_out({each.submission: changes.known(grade_of(each, load())) for each in (ALICE, BOB, CAROL)})
    return tmp_path


@pytest.fixture
def run(out):
    """Runs the command; gives what it prints, or raises what it raises."""

    def run(*arguments):
        return CliRunner().invoke(
            export, [*arguments, "--out", str(out)], catch_exceptions=False, standalone_mode=False
        )

    return run


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("form", [form for form in FOR_ONE if form != "classroom50"])
def test_a_form_for_one_student_is_a_folder_with_a_file_for_each(form, run, out):
    said = run(form).stderr
    assert files(out / "exports") == [f"{form}/{name}{FOR_ONE[form]}" for name in ("alice", "bob", "carol")]
    assert said == f"Written: 3 files in {out}/exports/{form}/\n{NO_SCORE}"


@pytest.mark.parametrize("form", ["junit", "ctrf", "moodle"])
def test_a_form_for_a_class_is_a_file(form, run, out):
    said = run(form).stderr
    assert files(out / "exports") == [form + FOR_A_CLASS[form]]
    assert said.startswith(f"Written: {out}/exports/{form}{FOR_A_CLASS[form]}\n")
    assert said.endswith(NO_SCORE)


def test_one_student_goes_to_standard_output(run):
    done = run("gradescope", "--student", "alice", "--into", "-")
    assert (json.loads(done.stdout)["score"], done.stderr) == (11.25, "")


def test_one_week_is_its_own_score(run):
    assert json.loads(run("prairielearn", "--student", "alice", "--week", "1", "--into", "-").stdout)["score"] == 0.5


@pytest.fixture
def heavier(tmp_path):
    """A course file by which week 1 counts more."""
    file = tmp_path / "course.toml"
    file.write_text("[weights]\nweek1 = 3\n")
    return file


def test_points_and_weights_are_those_of_the_course_now(run, out, heavier):
    with closing(Store(out / "results.sqlite")) as store:
        store.hand_out({"alice": changes.known(grade_of(ALICE, load(heavier)))})
    said = run("prairielearn", "--student", "alice", "--into", "-", "--course", str(heavier)).stdout
    assert json.loads(said)["score"] == 0.625


def test_other_grades_than_those_of_the_gradebook_are_refused(run, out, heavier):
    with pytest.raises(Refused) as refusal:
        run("moodle", "--course", str(heavier))
    assert str(refusal.value) == (
        f"{out}/gradebook.csv has other grades for 1 student, as alice: 75 in all, now 62.5, by this course file and "
        "what is graded. Name the course file that the gradebook is by (--course), or run `grade` again to its end."
    )


def test_a_time_that_is_none_is_refused(run, monkeypatch):
    monkeypatch.setenv("SUBMITTED", "yesterday")
    with pytest.raises(Refused, match="^SUBMITTED is a date with a time, as .*, not 'yesterday'.$"):
        run("classroom50", "--student", "alice")


def test_canvas_gets_its_own_columns_back(run, tmp_path):
    template = tmp_path / "canvas.csv"
    template.write_text("\ufeffStudent,ID,SIS User ID,Section,Week 1 (1),Week 2 (2)\nA,1,s1,x,,\nB,2,s2,x,,\n", "utf-8")
    said = run("canvas", "--template", str(template), "--into", "-").stdout
    assert said.replace('"', "") == "Student,ID,SIS User ID,Section,Week 1 (1),Week 2 (2)\nA,1,s1,x,50,100\n"


def test_an_assignment_of_canvas_can_be_the_total(run, tmp_path):
    template = tmp_path / "canvas.csv"
    template.write_text("Student,ID,SIS User ID,Section,Lab (11)\nA,1,s1,x,\n", "utf-8")
    assert run("canvas", "--template", str(template), "--assignment", "11", "--into", "-").stdout.endswith(",75\n")


def test_a_worksheet_of_moodle_is_filled_in(run, tmp_path):
    template = tmp_path / "moodle.csv"
    template.write_text("Identifier,ID number,Grade\nParticipant 7,s1,\nParticipant 8,s2,\n", "utf-8")
    said = run("moodle", "--template", str(template), "--into", "-").stdout
    assert said.replace('"', "") == "Identifier,ID number,Grade\nParticipant 7,s1,75\nParticipant 8,s2,\n"


def test_classroom50_says_where_a_result_belongs(run, monkeypatch):
    for name, value in {"CLASSROOM": "net", "SUBMISSION_TAG": "submit/9", "SUBMITTED": "2026-10-05T23:59:00Z"}.items():
        monkeypatch.setenv(name, value)
    fields = json.loads(run("classroom50", "--student", "alice", "--into", "-").stdout)
    assert [fields[name] for name in ("classroom", "assignment", "owner", "submission", "datetime", "score")] == [
        "net", "week1-week2", "al", "submit/9", "2026-10-05T23:59:00Z", 1125
    ]  # fmt: skip


def test_who_has_no_file_is_named(run, monkeypatch, out):
    monkeypatch.setenv("SUBMITTED", "2026-10-05T23:59:00Z")
    said = run("classroom50").stderr.splitlines()
    assert said[0] == f"Written: 1 file in {out}/exports/classroom50/"
    assert said[2] == "carol is left out: It could not be graded. It is damaged."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gradescope", "--into", "-"], "On standard output there is room for one student: name one with --student."),
        (
            ["junit", "--student", "dave"],
            "No student is called 'dave'. The gradebook has their names in its first column.",
        ),
        (["classroom50", "--student", "carol"], "It could not be graded. It is damaged."),
        (
            ["classroom50", "--student", "alice"],
            "Nobody says when it was handed in: set SUBMITTED, as SUBMITTED=2026-10-05T23:59:00+02:00.",
        ),
        (
            ["canvas"],
            "Canvas makes a new assignment of every column that it does not know. Export the gradebook there, and name "
            "the file with --template: its columns are filled in.",
        ),
        (["moodle", "--assignment", "3"], "--assignment is for Canvas: a worksheet of Moodle is one assignment."),
        (["moodle", "--template", "/no/such"], "/no/such cannot be read: No such file or directory."),
    ],
)
def test_what_cannot_be_used_is_refused(arguments, sentence, run):
    with pytest.raises(Refused) as refusal:
        run(*arguments)
    assert str(refusal.value) == sentence


def test_a_folder_without_results_is_refused(run, out):
    (out / "results.sqlite").unlink()
    with pytest.raises(Refused, match="grade the class first, or name the folder with --out.$"):
        run("junit")


def test_a_class_whose_grading_has_not_ended_is_refused(run, out):
    with closing(Store(out / "results.sqlite")) as store:
        store.hand_out({})
    with pytest.raises(Refused, match="has not ended yet: no gradebook is written.$"):
        run("junit")


@pytest.mark.parametrize("text", ["", "{}", "[]", "\udce9", '{"weeks": [1], "person": {}}'])
def test_a_result_that_cannot_be_read_is_refused(text, run, out):
    (out / "results" / "bob.json").write_text(text, "utf-8", errors="surrogateescape")
    with pytest.raises(Refused, match="bob.json cannot be read: grade the class again, which takes a moment.$"):
        run("junit")


def test_who_handed_in_nothing_is_in_it_too(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("name,id\nAlice,s1\nBob,s2\n")
    (tmp_path / "class" / "s1").mkdir(parents=True)
    options = [
        str(tmp_path / "class"),
        "--weeks",
        "1",
        "--roster",
        str(roster),
        "--allow-unsafe",
        "--out",
        str(tmp_path),
    ]
    CliRunner().invoke(grade, list(map(str, options)), catch_exceptions=False, standalone_mode=False)
    done = CliRunner().invoke(export, ["moodle", "--out", str(tmp_path), "--into", "-"], standalone_mode=False)
    assert done.stdout == '"idnumber","email","username","Week 1","Total"\n"s1","","",0,0\n'
    assert done.stderr.splitlines()[1:] == ["s2: Nothing of it has been graded."]
