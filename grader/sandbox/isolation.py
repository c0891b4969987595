"""How well this machine can keep submissions apart from itself, and from each other: found out by trying.

Tier 1 is full (cell.py); 2 (as root) and 3 (as an ordinary user) are partial (guarded.py), and so is 4 (macOS). Where
none of them works, programs have limits and nothing more (bare.py), which is also how students check their own work.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.check import Disturbed, Refused, Unmet
from grader.sandbox import landlock, seccomp
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.scratch import scratch
from grader.sandbox.workspace import Site, Workspace

ENOUGH = 60.0  # seconds for a program that says a word
TRIAL = "print('it runs')\n"
UNSAFE = (
    "To grade with limits only, where programs could read and change all that you can: --allow-unsafe. "
    "Do that with code that you would run by hand."
)
INSTALL = "install bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap)"
# What bubblewrap or unshare says, and what to do about it.
FIXES = {
    "setting up uid map": "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "RTM_NEWADDR": "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "uid_map": "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "No space left": "sudo sysctl -w user.max_user_namespaces=10000",
    ": exec: ": f"Python lies where other users cannot go ({sys.base_prefix}): "
    "remove .venv, and set it up again with make PYTHON=/usr/bin/python3",
    "Operation not permitted": "in Docker: run the container with --privileged, or grade outside of it",
    "No permissions": "in Docker: run the container with --privileged, or grade outside of it",
}
# sandbox-exec of macOS: what is not allowed here fails. After the man page and the profiles in /System/Library/Sandbox.
PROFILE = """(version 1) (allow default) (deny network*) (allow network* (local ip "localhost:*"))
(allow network-outbound (remote ip "localhost:*")) (allow network* (remote unix)) (deny file-write*)
(allow file-write* (subpath "{folder}") (literal "/dev/null") (literal "/dev/tty")) (deny file-read* (subpath "/Users"))
(allow file-read* (subpath "{folder}") (subpath "{prefix}") (subpath "{base}"))"""


@dataclass(frozen=True)
class Isolation:
    """A way to run submissions.

    tier   1 is the best; 0 is none at all
    says   what it is, in a line for every report
    alone  whether submissions must run one at a time, because they share a network
    site   makes the place where the programs of a submission run
    """

    tier: int
    says: str
    alone: bool
    site: Callable[[Path, Limits, Sequence[Path]], Site]

    @property
    def is_full(self) -> bool:
        """Whether there is no better one."""
        return self.tier == 1


@dataclass(frozen=True)
class Finding:
    """What the trial of a tier has shown: `reason` says why it cannot be used here, `fix` what would change that."""

    isolation: Isolation
    reason: str = ""
    fix: str = ""


def limits_only() -> Isolation:
    """For a student's own work: nothing keeps a program from what the user may do."""
    return Isolation(0, "limits only: programs run as you, bounded in memory, files and time", False, _bare)


def none() -> Isolation:
    """The same, for the work of others: never without having been asked for."""
    return Isolation(0, "NONE: student code runs as YOU, with your files and your network", False, _bare)


def tiers() -> list[Isolation]:
    """What there is for a machine of this kind, the best first."""
    if sys.platform == "darwin":
        return [Isolation(4, "partial: sandbox-exec, files and network; one submission at a time", True, _macos)]
    if not sys.platform.startswith("linux"):
        return []
    from grader.sandbox.cell import Cell  # these two need what other systems do not have
    from grader.sandbox.guarded import Guarded

    calls = "filtered system calls" if seccomp.program() else f"no filter of system calls for {platform.machine()}"
    own = "own network, files, processes and user" if os.geteuid() == 0 else "own network, files and processes"
    found = [Isolation(1, f"full: {_version()}, {own}; {calls}; {_kernel()}", False, Cell)]
    files = f"Landlock {landlock.version()}" if landlock.version() else "files that all users can read are readable"
    if os.geteuid() == 0:
        found.append(Isolation(2, f"partial: own user, {files}, {calls}; network shared, {_kernel()}", True, Guarded))
    elif landlock.version():
        found.append(Isolation(3, f"partial: your user, {files}, {calls}; network shared, {_kernel()}", True, Guarded))
    return found


def trials(limits: Limits) -> list[Finding]:
    """Runs a program in each tier of this machine."""
    return [_trial(isolation, limits) for isolation in tiers()]


def best(limits: Limits) -> tuple[Isolation | None, list[Finding]]:
    """The best tier in which a program runs here, and what is wrong with the better ones."""
    failed = []
    for isolation in tiers():
        finding = _trial(isolation, limits)
        if not finding.reason:
            return isolation, failed
        failed.append(finding)
    return None, failed


def chosen(limits: Limits, *, required: str, allow_unsafe: bool) -> tuple[Isolation, list[str]]:
    """The isolation to grade with, and in sentences what a better one takes; raises Refused.

    required       "full" or "partial"
    allow_unsafe   whether it may be none at all, where nothing works
    """
    isolation, failed = best(limits)
    wanting = [_wanting(finding) for finding in failed]
    if isolation is None and allow_unsafe:
        isolation = none()
    if isolation is None:
        raise Refused("\n".join(["No kind of sandbox works on this machine.", *wanting, UNSAFE]))
    if required == "full" and not isolation.is_full:
        raise Refused("\n".join([f"Isolation is {isolation.says}; full isolation is required.", *wanting]))
    return isolation, wanting


def _wanting(finding: Finding) -> str:
    name = finding.isolation.says.partition(":")[0]
    return f"Not {name}: {finding.reason}." + (f" To change that: {finding.fix}." if finding.fix else "")


def _trial(isolation: Isolation, limits: Limits) -> Finding:
    if isolation.tier == 1 and (missing := _missing()):
        fix = INSTALL if missing == ["bwrap"] else f"install {', '.join(missing)} (util-linux)"
        return Finding(isolation, f"there is no {' and no '.join(missing)} on this machine", fix)
    with scratch() as place:
        place.joinpath("lab5").mkdir()
        place.joinpath("lab5", "server.py").write_text(TRIAL)
        try:
            said = _runs(isolation.site(place, limits, ()), place)
        except (OSError, subprocess.SubprocessError, Disturbed, Unmet) as error:
            said = str(error)
    if said == TRIAL:
        return Finding(isolation)
    reason = " ".join(said.split())[-300:]
    fix = next((fix for words, fix in FIXES.items() if words in reason), "")
    return Finding(isolation, reason or "a program that should print a word printed nothing", fix)


def _missing() -> list[str]:
    from grader.sandbox.cell import missing

    return missing()


def _runs(site: Site, place: Path) -> str:
    """What the trial's program prints."""
    with Workspace(place, site, environment={}) as workspace:
        program = workspace.start("server.py", ())
        program.exit_status(ENOUGH)
        said = program.said()
    return TRIAL if said.output == "it runs\n" else workspace.neutral(said.errors)


def _bare(folder: Path, limits: Limits, _: Sequence[Path]) -> Site:
    return Bare(folder, limits)


def _macos(folder: Path, limits: Limits, _: Sequence[Path]) -> Site:
    profile = PROFILE.format(folder=folder.resolve(), prefix=sys.prefix, base=sys.base_prefix)
    return Bare(folder, limits, before=["sandbox-exec", "-p", profile])


def _version() -> str:
    if not shutil.which("bwrap"):
        return "bubblewrap"
    return subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False).stdout.strip()


def _kernel() -> str:
    return f"Linux {platform.release().partition('-')[0]}"
