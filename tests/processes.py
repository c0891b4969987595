"""The programs that a grader under test has started, found from outside."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

GENEROUS = 60  # seconds until a test gives up


def programs_of(process: subprocess.Popen) -> list[psutil.Process]:
    """The student programs that a running grader has started; waits until there is one."""
    deadline = time.monotonic() + GENEROUS
    while time.monotonic() < deadline:
        children = psutil.Process(process.pid).children(recursive=True)
        found = [child for child in children if "server.py" in " ".join(_command(child))]
        if found:
            return found
    raise AssertionError("the grader has started no program")


def contained() -> list[str]:
    """The processes in cells of this machine, and the wardens of cells."""
    found = []
    for process in psutil.process_iter():
        command = " ".join(_command(process))
        with suppress(OSError, psutil.Error):
            place = Path(f"/proc/{process.pid}/cwd").readlink()
            if "sandbox/warden.py" in command or place.is_relative_to("/box"):
                found.append(f"{process.pid} {command[:60]}")
    return found


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
