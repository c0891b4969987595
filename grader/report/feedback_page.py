"""What a student gets as a page: `feedback/STUDENT.html`, with the same words as the Markdown."""

from __future__ import annotations

from grader.grades import Grade
from grader.report.pages import page


def html(grade: Grade, course: str) -> str:
    """The whole page; `course` is its title."""
    return page("feedback", grade=grade, course=course)
