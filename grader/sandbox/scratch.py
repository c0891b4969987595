"""Folders for what is being graded, in the system's folder for temporary files. None is left, whatever happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows, where folders cannot be locked, and those of a grader that was killed stay
    flock = None

PREFIX = "lab5-"


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder, which other users can pass but not list; locked, so that nobody takes it for left behind."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = _locked(folder)
        if lock is not None:  # else another grader took it for left behind before it was locked
            break
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        remove(folder)
        if lock:
            os.close(lock)


def remove_what_is_left() -> None:
    """Removes the folders of graders that were killed: nobody has locked them."""
    if flock is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or gone already
            if folder.lstat().st_uid == os.getuid() and (lock := _locked(folder)) is not None:
                remove(folder)
                os.close(lock)


def remove(folder: Path) -> None:
    """Removes a folder, whatever a program has made in it: too deep for Python, or closed to its owner."""
    with suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists() and os.name == "posix":
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf", "--one-file-system"]):
            subprocess.run([*command, str(folder)], check=False, stderr=subprocess.DEVNULL)


def _locked(folder: Path) -> int | None:
    """A descriptor that keeps a folder locked; None where somebody else has it, or has removed it. 0 on Windows."""
    if flock is None:
        return 0
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if folder.exists():
        return descriptor
    os.close(descriptor)
    return None
