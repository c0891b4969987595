"""A folder as a system exports it becomes submissions, each of one student.

Which system it is from is seen by what is there. Of two submissions of one student the newer counts, where it is known
which that is; otherwise both stay, since nobody guesses about a grade.

What names the files of a student: the id in the roster, or else the login, the email or the system's number there; of
who is not in the roster the name with the id, the number or the email that the system gives; of who says nothing, the
name of the folder or the archive. A character that not every system takes in a file's name becomes `_`.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from grader import submission
from grader.check import Refused
from grader.handed_in import canvas, gradescope, moodle, repositories
from grader.handed_in.delivery import Claim, Delivery, called
from grader.intake import LEFT_OUT, names_in
from grader.results import Person
from grader.roster import Roster, compared
from grader.submission import Submission, short

SYSTEMS = (gradescope, moodle, canvas)  # Moodle first: files in it may be called as Canvas calls them
NOBODY = Roster(())
PLAIN = " ._-@+,'"  # besides letters, marks and digits, what every file system takes in a name
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # devices of Windows
MANY = 5  # partners, or other submissions, that a remark names


class Piece(NamedTuple):
    """What one of those who handed something in has of it."""

    delivery: Delivery
    claim: Claim
    person: Person | None

    @property
    def student(self) -> str:
        """What names its files."""
        if self.person:
            return student_of(self.person)
        claimed = self.claim.person
        number = claimed.id or claimed.lms or claimed.email
        return (
            _safe(f"{claimed.name}_{number}".strip("_")) if number else self.delivery.name or _safe(self.delivery.title)
        )

    @property
    def owner(self) -> Hashable:
        """What is the same for two of one student."""
        if self.person:
            return self.person
        claimed = self.claim.person
        key = next(((field, value) for field in ("id", "lms", "email") if (value := getattr(claimed, field))), None)
        return key or (self.delivery, self.claim)


def find(path: Path, landmarks: set[str], roster: Roster | None = None) -> list[Submission]:
    """The submissions in a folder, or the one that a path is, by the students' names; raises Refused."""
    _expect_unpacked(path)
    deliveries = _exported(path, landmarks) or _plain(path, landmarks)
    of_owner: dict[Hashable, list[Piece]] = defaultdict(list)
    for delivery in deliveries:
        for claim in delivery.claims:
            piece = Piece(delivery, claim, _who(claim, roster or NOBODY))
            if delivery not in [other.delivery for other in of_owner[piece.owner]]:  # a group that names one twice
                of_owner[piece.owner].append(piece)
    pieces = [(piece, remarks) for mine in of_owner.values() for piece, remarks in _that_count(mine)]
    students = _unique([piece for piece, _ in pieces])
    found = [
        _submission(piece, student, (*remarks, *_about(piece, roster)))
        for (piece, remarks), student in zip(pieces, students, strict=True)
    ]
    return sorted(found, key=lambda submission: submission.student)


def missing(roster: Roster, submissions: Iterable[Submission]) -> list[Person]:
    """Who of the class has handed in nothing."""
    there = {roster.find(submission.person) for submission in submissions}
    return [person for person in roster.people if person not in there]


def student_of(person: Person) -> str:
    """What names the files of somebody in the roster."""
    return _safe(person.id or person.login or person.email or person.lms or person.name)


def _expect_unpacked(path: Path) -> None:
    """Raises Refused where an archive is not one student's, but a whole class as a system exports it."""
    names = [name.strip("/").split("/") for name in (names_in(path) if path.is_file() else [])]
    for level in range(2):
        entries = sorted({parts[level] for parts in names if len(parts) > level} - LEFT_OUT)
        if any(system.looks_like(entries) for system in SYSTEMS):
            raise Refused(f"{path} holds a whole class. Unpack it, and name the folder that comes out.")
        if len(entries) != 1:
            return


def _exported(path: Path, landmarks: set[str]) -> list[Delivery]:
    """What a system's export holds; also where it is the only thing in a folder. Nothing where this is none."""
    folder = path
    for _ in range(2):
        if not folder.is_dir():
            break
        entries = submission.entries_of(folder)
        for system in SYSTEMS:
            if found := system.deliveries(folder, entries, landmarks):
                return found
        if len(entries) != 1:
            break
        folder = entries[0]
    return []


def _plain(path: Path, landmarks: set[str]) -> list[Delivery]:
    """Each folder and each archive: its name, or the end of it, may say whose it is."""
    found = submission.find(path, landmarks)
    clones = repositories.claims(found)
    deliveries = [called(entry.student, entry.path) for entry in found]
    return [
        delivery._replace(claims=(clones[delivery.title],)) if delivery.title in clones else delivery
        for delivery in deliveries
    ]


def _who(claim: Claim, roster: Roster) -> Person | None:
    """The one person in the roster whom a claim can mean."""
    found = {roster.find(person) for person in (claim.person, *claim.or_else)} - {None}
    return found.pop() if len(found) == 1 else None


def _that_count(pieces: Sequence[Piece]) -> list[tuple[Piece, tuple[str, ...]]]:
    """Of one student's submissions the newest, or all where nobody can say which that is, with what is to be said."""
    if len(pieces) == 1:
        return [(pieces[0], ())]
    moments = [piece.delivery.submitted and datetime.fromisoformat(piece.delivery.submitted) for piece in pieces]
    if all(moments) and moments.count(max(moments)) == 1:
        newest = pieces[moments.index(max(moments))]
        return [(newest, tuple(_older(piece) for piece in pieces if piece is not newest))]
    titles = _some([piece.delivery.title for piece in pieces])
    return [(piece, (f"handed in more than once, and nothing says which is the newer: {titles}",)) for piece in pieces]


def _older(piece: Piece) -> str:
    when = f" on {piece.delivery.submitted}" if piece.delivery.submitted else ""
    return f"also handed in{when}: {piece.delivery.title}, which does not count"


def _about(piece: Piece, roster: Roster | None) -> tuple[str, ...]:
    """What is to be said about who it is from."""
    remarks = []
    partners = [other.person.name or other.person.email for other in piece.delivery.claims if other is not piece.claim]
    if partners:
        remarks.append(f"handed in together with {_some(partners)}")
    if roster and not piece.person:
        fitting = [roster.fitting(claim) for claim in (piece.claim.person, *piece.claim.or_else)]
        is_many = any(len(people) > 1 for people in fitting) or len({*itertools.chain(*fitting)}) > 1
        remarks.append("fits more than one student in the roster" if is_many else "is not in the roster")
    return tuple(remarks)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MANY
    return ", ".join(names[:MANY]) + (f" and {more} more" if more > 0 else "")


def _submission(piece: Piece, student: str, remarks: tuple[str, ...]) -> Submission:
    delivery, person = piece.delivery, piece.claim.person
    if piece.person:  # what the roster does not say of somebody, the system may
        person = replace(person, **{field: value for field, value in asdict(piece.person).items() if value})
    return Submission(student, delivery.path, person, delivery.submitted, delivery.remarks + remarks, delivery.files)


def _unique(pieces: Sequence[Piece]) -> list[str]:
    """What names the files of each: what would name two of them, with the title behind it, or else with a hash."""
    students = [piece.student for piece in pieces]
    for more in (lambda piece: piece.delivery.title, lambda piece: _hash(repr(piece))):
        times = Counter(map(compared, students))
        students = [
            student if times[compared(student)] == 1 else _safe(f"{student}_{more(piece)}")
            for student, piece in zip(students, pieces, strict=True)
        ]
    return students


def _safe(text: str) -> str:
    """A name for files, on every system; where it is not the text itself, a hash of that keeps two of them apart."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    plain = "".join(char if char in PLAIN or unicodedata.category(char)[0] in "LMN" else "_" for char in text)
    plain = short(plain.lstrip(" .-").rstrip(" ."))
    return f"{plain}_{_hash(text)}" if plain != text or RESERVED.match(plain) else plain


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
