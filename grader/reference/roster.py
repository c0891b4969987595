"""The roster of a class: who may have an account."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from grader.check import Refused
from grader.wire.http_chat import STUDENT_ID

NEEDED = ("student_id", "name")


def read_roster(path: Path) -> dict[str, str]:
    """The names by student id of a CSV file with these columns, in any order, among others; raises Refused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # as spreadsheets write it, with a mark in front
            return _read(path, csv.DictReader(file, strict=True))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not UTF-8. Save it as CSV UTF-8.") from None


def _read(path: Path, rows: csv.DictReader) -> dict[str, str]:
    names: dict[str, str] = {}
    try:
        if missing := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
            raise Refused(f"{path}, line 1: a column {missing[0]} is missing. The first line is student_id,name.")
        for row in rows:
            student_id, name = ((row[column] or "").strip() for column in NEEDED)
            if not re.fullmatch(STUDENT_ID, student_id):
                found = f"not {student_id[:48]!r}"
                raise Refused(f"{path}, line {rows.line_num}: a student id has 4 to 16 letters and digits, {found}.")
            if student_id in names:
                raise Refused(f"{path}, line {rows.line_num}: {student_id} is there already.")
            names[student_id] = name
    except csv.Error as error:
        raise Refused(f"{path}, from line {rows.line_num + 1}: this is no CSV: {error}.") from None
    if not names:
        raise Refused(f"{path} has no students.")
    return names
