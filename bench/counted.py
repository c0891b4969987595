"""The grader's command line, which notes in a file every week of every student that it begins to grade.

    python bench/counted.py FILE grade ...      the rest as after `python -m grader`

That is how bench/cohort.py knows what was graded twice: what a killed grader had begun, it tells nobody itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import cohort, runner
from grader.__main__ import main
from grader.check import Check
from grader.patience import Patience
from grader.results import Outcome
from grader.sandbox.workspace import Workspace
from grader.stages import Week
from grader.submission import Staged, Submission


def note_in(path: str) -> None:
    """Has a line written when a week begins, in the moment before anything of it is started."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    students: dict[Path, str] = {}
    stage, run = cohort.stage, runner.run

    def noted_stage(submission: Submission, into: Path, landmarks: set[str]) -> Staged:
        students[into] = submission.student
        return stage(submission, into, landmarks)

    def noted_run(week: Week, checks: Iterable[Check], workspace: Workspace, patience: Patience) -> Iterator[Outcome]:
        os.write(file, f"{week.number} {students[workspace.folder]}\n".encode())
        return run(week, checks, workspace, patience)

    cohort.stage, runner.run = noted_stage, noted_run


if __name__ == "__main__":
    note_in(sys.argv.pop(1))
    main()
