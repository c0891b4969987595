"""What this machine can do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from grader.commands import settings
from grader.course import load as load_course
from grader.report import terminal
from grader.sandbox.isolation import trials

TOOLS = {  # in what students may write their programs, besides Python; and what the project's own tests use
    "Languages for start.sh": ("gcc", "g++", "node", "perl", "ruby", "java", "javac", "go", "rustc", "cargo", "elixir"),
    "IRC clients for the tests of week 8": ("irssi", "weechat-headless", "ii"),
}


@click.command()
@settings.course_option
def doctor(course_file: Path) -> None:
    """Says what this machine can do, and what to install.

    Runs a small program in each kind of sandbox. Ends with status 0 if the best kind works, and 1 if not.
    """
    console = settings.console()
    findings = trials(load_course(course_file).limits)
    for finding in findings:
        terminal.show_finding(console, finding.isolation.says, finding.reason, finding.fix)
    for kind, names in TOOLS.items():
        there = {name: shutil.which(name) for name in names}
        found, lacking = ([name for name in names if bool(there[name]) is is_there] for is_there in (True, False))
        terminal.say(console, f"{kind}: {', '.join(found) or 'none'}", indent=0)
        if lacking:
            terminal.say(console, f"not on this machine: {', '.join(lacking)}", "dim")
    sys.exit(settings.ALL_PASSED if findings and not findings[0].reason else settings.SOME_FAILED)
