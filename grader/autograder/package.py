"""What is in `autograder.zip`: two scripts at its root, and the grader without what it does not need to run there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.check import Refused

ROOT = Path(__file__).parents[2]
SCRIPTS = ("setup.sh", "run_autograder")
LEFT_OUT = ("samples", "__pycache__")  # folders of the grader
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say: the same files give the same bytes


def files(weeks: Iterable[int], course_file: Path) -> dict[str, bytes]:
    """The files by name; raises Refused where the course file cannot be read."""
    grader = ROOT / "grader"
    packed = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted(grader.rglob("*"))
        if path.is_file() and not set(path.relative_to(grader).parts) & set(LEFT_OUT)
    }
    for name in SCRIPTS:
        packed[name] = packed.pop(f"grader/autograder/{name}")
    packed["run_autograder"] = packed["run_autograder"].replace(b"WEEKS", ",".join(map(str, weeks)).encode())
    packed["requirements.txt"] = (ROOT / "requirements.txt").read_bytes()
    try:
        packed["course.toml"] = course_file.read_bytes()
    except OSError as error:
        raise Refused(f"{course_file} cannot be read: {error.strerror}.") from None
    return packed


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The archive; its scripts can be run."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix, wherever it is made: so that there are permissions
            entry.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
