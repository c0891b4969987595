"""The programs that a grader under test has started, found from outside."""

import subprocess
import time

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


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
