"""What Gradescope says of a submission in `submission_metadata.json`; what it does not say is empty."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from grader.course import Course
from grader.results import Person


class HandedIn(NamedTuple):
    """By whom (of a group, the first), when in ISO 8601 with its zone, and when it is due for them."""

    person: Person = Person()
    submitted: str = ""
    due: datetime | None = None


def read(metadata: Path) -> HandedIn:
    """What the file says; whatever is wrong with it, there is nothing that a student could do about it."""
    try:
        fields = json.loads(metadata.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return HandedIn()
    submitted = _moment(_at(fields, "created_at"))
    name, email = (_at(fields, "users", 0, field) for field in ("name", "email"))
    person = Person(name=name if isinstance(name, str) else "", email=email if isinstance(email, str) else "")
    return HandedIn(person, submitted.isoformat() if submitted else "", _moment(_at(fields, "assignment", "due_date")))


def with_extension(course: Course, due: datetime | None) -> Course:
    """The course with a later date, where it has one at all: what Gradescope gives a student is an extension."""
    if due is None:
        return course
    return replace(course, due={week: max(date, due) for week, date in course.due.items()})


def _at(fields: object, *path: str | int) -> object:
    """What stands at this place of a JSON value; None where there is no such place."""
    for step in path:
        kind = dict if isinstance(step, str) else list
        if not isinstance(fields, kind) or (kind is list and len(fields) <= step):
            return None
        fields = fields.get(step) if isinstance(fields, dict) else fields[step]
    return fields


def _moment(text: object) -> datetime | None:
    """A moment with its zone; without one nobody knows when it was."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
