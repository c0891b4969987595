"""What is written of a class: for each student, for programs, and for its instructor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.check import Refused
from grader.commands import settings
from grader.course import Course
from grader.grades import Grade, grade_of
from grader.report import feedback, feedback_page, gradebook, similar_page
from grader.results import Pair, Person, Result
from grader.store import Store

if TYPE_CHECKING:
    from grader.similar.pairs import Similarity  # its libraries take a second to load


class Written:
    """The folder that a class is graded into; raises Refused where it cannot be written to."""

    def __init__(self, folder: Path, course: Course):
        self.folder = folder
        self._course = course
        for name in ("results", "feedback", "report"):
            settings.make(folder / name)

    def store(self) -> Store:
        """What is known from runs before."""
        return Store(self.folder / "results.sqlite")

    def keep(self, result: Result) -> Grade:
        """Writes what there is of a student, for programs."""
        result = settings.as_it_counts(result, self._course)
        settings.write(self.folder / "results" / f"{result.submission}.json", result.to_json(indent=2) + "\n")
        return grade_of(result, self._course)

    def person(self, student: str) -> Person:
        """Who a student is, as it was written the last time."""
        try:
            return Result.from_json((self.folder / "results" / f"{student}.json").read_text("utf-8")).person
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Person()

    def hand_out(self, result: Result) -> Grade:
        """Writes what a student gets."""
        grade = self.keep(result)
        pages = self.folder / "feedback"
        settings.write(pages / f"{result.submission}.md", feedback.markdown(grade, self._course.title))
        settings.write(pages / f"{result.submission}.html", feedback_page.html(grade, self._course.title))
        return grade

    def gradebook(self, grades: Sequence[Grade]) -> None:
        """Writes a row for each student."""
        rows = sorted(grades, key=lambda grade: grade.student)
        path = self.folder / "gradebook.csv"
        try:
            gradebook.write(path, rows, self._course.weights)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror}. Is it open in another program?") from None

    def similar(self, found: Similarity) -> Path:
        """Writes which programs of the class are alike; gives where."""
        path = self.folder / "report" / "similar.html"
        percent = self._course.similar_percent
        page = similar_page.page(
            found.pairs, more=found.more, unread=found.unread, percent=percent, title=self._course.title
        )
        settings.write(path, page)
        return path

    def report(self, grades: Sequence[Grade], *, absent: Sequence[Grade], pairs: Sequence[Pair]) -> Path:
        """Writes the class for its instructor; gives where."""
        from grader.report import class_page  # what draws its charts takes a second: no other command waits for it

        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # on a new machine it says that it looks for fonts
        path = self.folder / "report" / "index.html"
        settings.write(path, class_page.page(grades, self._course, absent=absent, pairs=pairs))
        return path
