"""The grading of one submission as a job for another machine: what is sent, what is done there, what comes back.

What runs there, `done`, is sent with the job, and so it uses nothing but Python's own library.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from grader.check import Refused
from grader.results import Result
from grader.sandbox.isolation import Isolation
from grader.wording import count

SAID = 2000  # bytes of what the grader there said last
LOOKS = 1.0  # seconds between two questions whether the result is still wanted
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every file in an archive: the same files give the same bytes
NOT_SENT = ("samples", "__pycache__")
COURSE, ANSWER, WORK = "course.toml", "answer.json", "lab5"  # what is in the folder of a job
NEEDED = "A worker needs the packages of requirements.txt and a sandbox: docs/grading-a-class.md, “More machines”."
LAST = 9  # the place of the tier 0, which is no isolation at all


class Answer(NamedTuple):
    """What the grader of a worker wrote, how it ended, and what it said."""

    worker: str
    status: int
    wrote: str
    said: str

    @property
    def why(self) -> str:
        """Why it is of no use, in the words of the grader there."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        if not lines:
            return f"the grader there ended with status {self.status} and without a result"
        return lines[-1] if lines[0].startswith("Traceback") else " ".join(lines)

    def result(self, weeks: Sequence[int]) -> Result | None:
        """The result, if it is one of these weeks."""
        try:
            result = Result.from_json(self.wrote)
            graded = [week.week for week in result.weeks]
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return result if self.status == 0 and (graded == list(weeks) or result.refused) else None

    def isolation(self) -> tuple[Isolation, list[str]] | None:
        """How well the worker keeps programs apart, and in sentences what better isolation takes."""
        try:
            found = json.loads(self.wrote)
            return Isolation(found["tier"], found["says"], alone=False, site=_not_here), found["wanting"]
        except (ValueError, TypeError, KeyError):
            return None


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files, by name."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def grader() -> bytes:
    """This grader, as an archive."""
    top = Path(__file__).parents[1]
    files = (path for path in sorted(Path(__file__).parent.rglob("*")) if path.is_file())
    return packed(
        {
            path.relative_to(top).as_posix(): path.read_bytes()
            for path in files
            if not {*NOT_SENT}.intersection(path.relative_to(top).parts)
        }
    )


def submission(staged: Path, course: bytes) -> bytes:
    """A staged submission and the course file, as an archive."""
    files = (path for path in sorted(staged.joinpath(WORK).rglob("*")) if path.is_file())
    return packed({COURSE: course, **{path.relative_to(staged).as_posix(): path.read_bytes() for path in files}})


def done(home: Path, grader: bytes, job: bytes, options: Sequence[str], is_over: Callable[[], bool]) -> tuple:
    """On another machine: what the grader there answers to the job, its status and what it said.

    home     a folder that goes with the worker; the grader is unpacked there once
    is_over  whether nobody wants the answer any more: then the grader's standard input ends, and so it does
    """
    program = _unpacked_once(grader, home)
    with tempfile.TemporaryDirectory(dir=home) as folder, tempfile.TemporaryFile() as said:
        zipfile.ZipFile(io.BytesIO(job)).extractall(folder)
        words = [sys.executable, "-m", "grader", "work", folder, *options]
        with subprocess.Popen(words, cwd=program, stdin=subprocess.PIPE, stdout=said, stderr=said) as child:
            while not is_over():
                with suppress(subprocess.TimeoutExpired):
                    child.wait(LOOKS)
                    break
        said.seek(max(0, said.seek(0, io.SEEK_END) - SAID))
        answer = Path(folder, ANSWER)
        wrote = answer.read_text("utf-8") if answer.exists() else ""
        return child.returncode, wrote, said.read().decode(errors="replace")


def agreed(answers: Sequence[Answer]) -> tuple[Isolation, list[str], set[str]]:
    """The isolation of the workers that have the best, what to say of it and of the others, and who these are.

    Raises Refused where there is none.
    """
    found = {answer.worker: isolation for answer in answers if (isolation := answer.isolation())}
    reasons = {answer.worker: answer.why for answer in answers if answer.worker not in found}
    if not found:
        raise Refused("\n".join(["No worker can grade.", *_in_sentences(reasons), NEEDED]))
    best, wanting = min(found.values(), key=lambda each: each[0].tier or LAST)
    reasons |= {worker: f"{each.says}." for worker, (each, _) in found.items() if each.tier != best.tier}
    return best, [*wanting, *_in_sentences(reasons)], {*reasons}


def _unpacked_once(archive: bytes, home: Path) -> Path:
    place = home / f"lab5-{hashlib.sha256(archive).hexdigest()[:16]}"
    if not place.exists():
        fresh = tempfile.mkdtemp(dir=home)
        zipfile.ZipFile(io.BytesIO(archive)).extractall(fresh)
        with suppress(OSError):  # another thread of the worker was first: what it has unpacked is the same
            Path(fresh).rename(place)
    return place


def _not_here(*_: object) -> NoReturn:
    raise NotImplementedError("programs run where the isolation is")


def _in_sentences(reasons: dict[str, str]) -> list[str]:
    """Why workers cannot grade, each reason once."""
    who = defaultdict(list)
    for worker, reason in reasons.items():
        who[reason].append(worker)
    return [
        f"{count(len(workers), 'worker')} cannot help ({workers[0]}{', ...' if len(workers) > 1 else ''}): {reason}"
        for reason, workers in who.items()
    ]
