"""The class list: who is in the class, and who of them a submission is from.

It is a CSV file, as an instructor or a system writes it: a gradebook of Canvas, a grading worksheet of Moodle, a roster
of Gradescope or of GitHub Classroom work as they come.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from grader.check import Refused
from grader.results import Person

# What columns are called, the likeliest first; in any case, `_` and `-` are spaces.
COLUMNS = {
    "name": ("name", "full name", "student name", "display name", "student"),
    "first": ("first name", "given name", "given names", "forename", "first"),
    "last": ("last name", "surname", "family name", "last"),
    "id": ("student id", "id number", "sid", "sis user id", "student number", "id", "matriculation number"),
    "email": ("email", "email address", "e mail", "mail", "e mail address"),
    "login": (
        "github username",
        "github login",
        "github",
        "login",
        "sis login id",
        "login id",
        "username",
        "user name",
    ),
    "lms": ("canvas id", "canvas user id", "lms"),
    "identifier": ("identifier",),  # of Moodle `Participant 123`; at GitHub Classroom what the instructor chose
    "role": ("role", "roles"),
}
KEYS = ("id", "email", "login", "lms")  # each of these is one student's alone
NOTHING = ("-", "n/a")
LARGEST = 5 * 1024 * 1024  # bytes: a gradebook of 1,000 students with 100 columns is a tenth of it
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # what spreadsheets put in front
WANTED = "Name the columns in the first line: name, id, email, login."


class Roster:
    """The people of a class; no two of them have the same id, email, login or number in the system."""

    def __init__(self, people: Iterable[Person]):
        self.people = tuple(people)
        self._by_key = {
            (field, compared(getattr(person, field))): person
            for person in self.people
            for field in KEYS
            if getattr(person, field)
        }
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_turned: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            words = _words(person.name)
            self._by_name[" ".join(words)].append(person)
            for turned in {"".join(words[start:] + words[:start]) for start in range(1, max(2, len(words)))}:
                self._by_turned[turned].append(person)

    def find(self, claim: Person) -> Person | None:
        """The one student whom this can be; None where nobody fits, where two do, or where something contradicts.

        claim  what a submission says about who it is from
        """
        fitting = self.fitting(claim)
        return fitting[0] if len(fitting) == 1 else None

    def fitting(self, claim: Person) -> list[Person]:
        """The students whom this can be."""
        places = {field: (field, compared(getattr(claim, field))) for field in KEYS if getattr(claim, field)}
        keyed = {field: self._by_key[place] for field, place in places.items() if place in self._by_key}
        found, fields = [*dict.fromkeys(keyed.values())], ("id",)
        if not keyed:
            found, fields = self._named(claim), KEYS
        elif keyed.keys() <= {"lms", "login"}:  # those of one system can be somebody else's in another one
            found = [person for person in found if _same_words(person.name, claim.name)]
        return found if len(found) > 1 else [person for person in found if not _contradicts(person, claim, fields)]

    def _named(self, claim: Person) -> list[Person]:
        """The students of a name; Canvas, whose numbers are always there, writes `lastfirst`."""
        words = _words(claim.name)
        if claim.lms and len(words) == 1:
            return self._by_turned.get(words[0], [])
        return self._by_name.get(" ".join(words), []) if words else []


class Row(NamedTuple):
    """A line of the file: what stands in the columns that are known."""

    line: int
    cells: dict[str, str]


def load(path: Path) -> Roster:
    """Reads a class list; raises Refused with the line of what is wrong."""
    rows = list(_rows(path))
    roles = {row.cells["role"] for row in rows if _is_student(row.cells["role"])}  # where it says who is what
    people: list[Person] = []
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        if roles and row.cells["role"] and row.cells["role"] not in roles:
            continue
        person = _person(row.cells)
        for field in KEYS:
            key = field, compared(value := getattr(person, field))
            if value and lines.setdefault(key, row.line) != row.line:
                raise Refused(
                    f"{path}, line {row.line}: the {field} {value[:48]!r} is also in line {lines[key]}. "
                    "Two students cannot have the same; a student has one line."
                )
        if person != Person():
            people.append(person)
    if not people:
        raise Refused(f"{path} has no students in it: a line for each, below the line with the names of the columns.")
    return Roster(people)


def compared(text: str) -> str:
    """A text as it is compared: however it is composed, in any case, with single spaces."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).casefold().split()))


def _rows(path: Path) -> Iterator[Row]:
    text = _text(path)
    known = {name for names in COLUMNS.values() for name in names}
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known), strict=True)
    columns: dict[str, int] = {}
    canvas = False
    try:
        for cells in lines:
            if not any(map(str.strip, cells)) or cells[0].startswith("sep="):  # as Excel marks what it splits at
                continue
            if not columns:
                header = [_heading(cell) for cell in cells]
                if canvas := _is_canvas(header):
                    header[header.index("id")] = "canvas id"
                columns = {field: header.index(name) for field, name in _chosen(header)}
                if not columns.keys() & {"name", "last", "identifier", *KEYS}:
                    raise Refused(f"{path}, line {lines.line_num}: none of its columns is known. {WANTED}")
                continue
            if any(_cell(cell) for cell in cells[len(header) :]):
                raise Refused(
                    f"{path}, line {lines.line_num}: it has more cells than the first line has columns. A name with a "
                    "comma in it stands in quotes."
                )
            row = {field: _cell(cells[place]) if place < len(cells) else "" for field, place in columns.items()}
            if not canvas or row["name"] not in ("Points Possible", "Student, Test"):  # Canvas's own two lines
                yield Row(lines.line_num, dict.fromkeys(COLUMNS, "") | row)
    except csv.Error as error:
        raise Refused(f"{path}, from line {lines.line_num}: this is no CSV: {error}.") from None
    if not columns:
        raise Refused(f"{path} is empty. {WANTED}")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise Refused(f"{path} has more than {LARGEST:,} bytes: this is no class list.")
    if content.startswith(b"PK"):
        raise Refused(f"{path} is a spreadsheet, or an archive. Save it as CSV UTF-8.")
    for encoding in [MARKS[content[:2]]] if content[:2] in MARKS else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(f"{path} is no text that can be read. Save it as CSV UTF-8.")


def _delimiter(text: str, known: set[str]) -> str:
    """What splits the first line that says anything into the most columns that are known."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("sep="))
    header = next(lines, "")
    return max(",;\t", key=lambda mark: len({_heading(cell.strip('"')) for cell in header.split(mark)} & known))


def _heading(cell: str) -> str:
    return compared(unicodedata.normalize("NFKC", cell).replace("_", " ").replace("-", " "))


def _is_student(role: str) -> bool:
    return any(word in role.casefold() for word in ("student", "learner"))


def _is_canvas(header: list[str]) -> bool:
    """Whether this is a gradebook of Canvas, in which `ID` is Canvas's own number of the user."""
    if not {"student", "id", "section"} <= set(header):
        return False
    return any(name in ("sis user id", "sis login id") or re.fullmatch(r".+ \(\d+\)", name) for name in header)


def _chosen(header: list[str]) -> Iterator[tuple[str, str]]:
    for field, names in COLUMNS.items():
        yield from [(field, name) for name in names if name in header][:1]


def _cell(text: str) -> str:
    text = re.sub(r'^="(.*)"$', r"\1", text.strip(), flags=re.DOTALL)  # how a spreadsheet keeps the zeros of an id
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return "" if text.casefold() in NOTHING else text


def _person(cells: dict[str, str]) -> Person:
    is_split = cells["last"] and (cells["first"] or not cells["name"])
    name = f"{cells['first']} {cells['last']}".strip() if is_split else cells["name"]
    person = Person(_first_last(name), *(cells[field] for field in KEYS))
    if participant := re.fullmatch(r"\D+ (\d+)", cells["identifier"]):
        return replace(person, lms=participant[1])
    return replace(person, id=person.id or cells["identifier"])


def _first_last(name: str) -> str:
    """`Last, First` the other way round."""
    last, comma, first = (part.strip() for part in name.partition(","))
    return f"{first} {last}" if comma and last and first and "," not in first else name


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", compared(_first_last(name)).replace("_", " "))


def _same_words(name: str, claimed: str) -> bool:
    """Whether each word of a name is in what a file says that the name is, where both say anything."""
    together, words = "".join(_words(claimed)), set(_words(name))
    same = {word for word in words if any(form in together for form in _forms(word))}
    lost = {word for word in words if not any(map(str.isascii, word))}  # there is nothing of it in the file's name
    return not together or not words or bool(same and same | lost == words)


def _forms(word: str) -> set[str]:
    """A word as file names have it: as it is, without its accents, without what is not ASCII."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return {word, plain, word.encode("ascii", "ignore").decode()} - {""}


def _contradicts(person: Person, claim: Person, fields: Iterable[str]) -> bool:
    both = ((compared(getattr(person, field)), compared(getattr(claim, field))) for field in fields)
    return any(ours and claimed and ours != claimed for ours, claimed in both)
