"""A roster becomes names by student id, or a sentence that says where it is wrong."""

import pytest

from grader.check import Refused
from grader.reference.roster import read_roster

RIGHT = "student_id,name\nalice1,Alice Adams\nbob22,Bob Brown\n"
BOTH = {"alice1": "Alice Adams", "bob22": "Bob Brown"}


@pytest.fixture
def roster(tmp_path, monkeypatch):
    """Writes a roster.csv in the current folder, and gives its path."""
    monkeypatch.chdir(tmp_path)
    path = (tmp_path / "roster.csv").relative_to(tmp_path)

    def written(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize(
    "content",
    [
        RIGHT,
        "\ufeff" + RIGHT,
        RIGHT.replace("\n", "\r\n"),
        RIGHT.rstrip(),
        RIGHT + "\n\n",
        'name,email,student_id\n"Alice Adams",a@x,alice1\nBob Brown,,bob22,more\n',
        "student_id,name\n alice1 , Alice Adams\nbob22,Bob Brown",
    ],
)
def test_a_roster_is_read(content, roster):
    assert read_roster(roster(content)) == BOTH


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('student_id,name\nanna1,"Novák, Anna"\n', {"anna1": "Novák, Anna"}),
        ("student_id,name\nanna1,\nanna2\n", {"anna1": "", "anna2": ""}),
    ],
)
def test_a_name_is_what_stands_there(content, names, roster):
    assert read_roster(roster(content)) == names


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "roster.csv, line 1: a column student_id is missing. The first line is student_id,name."),
        ("alice1,Alice\n", "roster.csv, line 1: a column student_id is missing. The first line is student_id,name."),
        ("student_id\nalice1", "roster.csv, line 1: a column name is missing. The first line is student_id,name."),
        ("student_id;name\n", "roster.csv, line 1: a column student_id is missing. The first line is student_id,name."),
        ("student_id,name\n", "roster.csv has no students."),
        (RIGHT + "a b,C\n", "roster.csv, line 4: a student id has 4 to 16 letters and digits, not 'a b'."),
        (RIGHT + "\n,C\n", "roster.csv, line 5: a student id has 4 to 16 letters and digits, not ''."),
        (RIGHT + "alice1,Alice\n", "roster.csv, line 4: alice1 is there already."),
        (RIGHT + 'carol3,"Carol\n', "roster.csv, from line 4: this is no CSV: unexpected end of data."),
        (b"student_id,name\nanna1,Nov\xe1k\n", "roster.csv is not UTF-8. Save it as CSV UTF-8."),
    ],
)
def test_a_wrong_roster_is_refused(content, sentence, roster):
    with pytest.raises(Refused) as refused:
        read_roster(roster(content))
    assert str(refused.value) == sentence


def test_a_roster_that_is_not_there_is_refused(roster):
    path = roster(RIGHT)
    path.unlink()
    with pytest.raises(Refused) as refused:
        read_roster(path)
    assert str(refused.value) == "roster.csv cannot be read: No such file or directory."
