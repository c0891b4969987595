"""The program under test as a package: installed once, in an environment of its own, and its commands started there."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Self

from grader.check import Disturbed, Unmet
from grader.patience import Patience
from grader.peers.run import Run
from grader.sandbox.program import Program
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wording import count, ended

INSTALL_SECONDS = 60.0  # what takes two on an idle machine
PROVIDED = "textual, platformdirs, pyzmq"
SAID_LINES = 10  # of what pip has printed
TEMPORARY = re.compile(r"(?<=pip-)[\w-]+?-[a-z0-9_]{8}\b")  # the folders that pip makes and names by chance
LOOK = 0.02  # seconds between two looks at a starting program
NO_PIP = 77  # the status of what has found that the grader's own environment has no pip
NOTHING = MappingProxyType({})
# What is done where programs run: an environment that sees what is provided, and pip, which runs what the submission
# has to build it. It goes by the packages that are installed where this runs, and asks no network for others.
INSTALL = f"""
import importlib.util, json, os, shutil, subprocess, sys, sysconfig, venv
from importlib import metadata
from pathlib import Path
if importlib.util.find_spec("pip") is None:
    sys.exit({NO_PIP})
place, source = Path(os.environ["PLACE"]), Path(os.environ["SOURCE"])
copy, target = place / source.name, place / "environment"
left_over = lambda folder, names: [] if folder != str(source) else [
    name for name in names if name in ("build", "dist") or name.endswith(".egg-info")]
shutil.copytree(source, copy, ignore=left_over)
venv.create(target, symlinks=os.name != "nt")
paths = sysconfig.get_paths("venv", vars={{"base": str(target), "platbase": str(target)}})
provided = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
Path(paths["purelib"], "provided.pth").write_text("\\n".join(provided))
suffix = ".exe" if os.name == "nt" else ""
quiet = ["--no-input", "--no-color", "--progress-bar=off", "--disable-pip-version-check", "--no-warn-script-location"]
alone = ["--no-index", "--no-deps", "--no-build-isolation", "--use-pep517", "--no-cache-dir"]
pip = subprocess.run([Path(paths["scripts"], "python" + suffix), "-m", "pip", "install", *quiet, *alone, str(copy)],
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    env={{**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_ROOT_USER_ACTION": "ignore", "TMPDIR": str(place)}})
lacks = []
if pip.returncode == 0:
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name
    there = {{canonicalize_name(each.name) for each in metadata.distributions(path=[paths["purelib"], *provided])}}
    for each in metadata.distributions(path=[paths["purelib"]]):
        for needed in map(Requirement, each.requires or ()):
            wanted = needed.marker is None or needed.marker.evaluate({{"extra": ""}})
            if wanted and canonicalize_name(needed.name) not in there:
                lacks.append(needed.name)
scripts = {{name.removesuffix(suffix): os.path.join(paths["scripts"], name) for name in os.listdir(paths["scripts"])}}
said = pip.stdout.decode(errors="backslashreplace")[-20_000:]
print(json.dumps({{"status": pip.returncode, "said": said, "lacks": lacks, "commands": scripts}}))
"""
FURNISH = """
import json, os
for name in ("home", "work"):
    os.makedirs(os.path.join(os.environ["TOP"], name))
for name, text in json.loads(os.environ["FILES"]).items():
    path = os.path.join(os.environ["TOP"], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
"""


class Installation(NamedTuple):
    """What has come of installing a package.

    commands   where they are, by name, as programs see it
    expected   and `came`: what is wrong with it, if it does not work
    said       the end of what pip has printed
    """

    commands: Mapping[str, str]
    expected: str = ""
    came: str = ""
    said: tuple[str, ...] = ()


def installation(workspace: Workspace, folder: str, patience: Patience) -> Installation:
    """What comes of installing this folder of the submission; it is done once."""
    if folder not in workspace.installed:
        workspace.installed[folder] = _install(workspace, folder, patience)
    return workspace.installed[folder]


def _install(workspace: Workspace, folder: str, patience: Patience) -> Installation:
    wanted = f"`pip install {folder}` to work, without network"
    place = workspace.folder / "lab5" / folder
    if not any((place / name).is_file() for name in ("pyproject.toml", "setup.py")):
        there = sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []
        has = f"it has {', '.join(there[:5])}{' ...' if there[5:] else ''}" if there else "there is no such folder"
        return Installation({}, f"a pyproject.toml in {folder}", has)
    variables = {"PLACE": workspace.new_home(), "SOURCE": f"{workspace.home}/lab5/{folder}"}
    workspace.does("import os; os.mkdir(os.environ['PLACE'])", **variables)
    ours = workspace.run([workspace.interpreter, "-I", "-c", INSTALL], environment=variables)
    deadline = patience.within(INSTALL_SECONDS)
    while (status := ours.exit_status(deadline.turn)) is None and not deadline.is_over:
        pass
    if status is None:
        ours.end()
        return Installation({}, wanted, f"it had not ended after {INSTALL_SECONDS:.0f} seconds")
    if status == NO_PIP:
        raise Disturbed("the grader's own environment has no pip: remove .venv, and set it up again")
    try:
        found = json.loads(ours.said().output.splitlines()[-1])
    except (ValueError, IndexError):  # whatever was run there has ended it
        return Installation({}, wanted, f"it {ended(status)}", _last_lines(workspace, ours.said().errors))
    said = _last_lines(workspace, found["said"])
    if found["status"] != 0:
        return Installation({}, wanted, f"it {ended(found['status'])}", said)
    if found["lacks"]:
        lacks = ", ".join(sorted(set(found["lacks"])))
        came = f"the package needs {lacks}, which is not among what is provided ({PROVIDED})"
        return Installation({}, wanted, came)
    return Installation(found["commands"], said=said)


def _last_lines(workspace: Workspace, text: str) -> tuple[str, ...]:
    """What is said in the end, without what differs from run to run."""
    lines = [line for line in text.splitlines() if line.strip()][-SAID_LINES:]
    return tuple(TEMPORARY.sub("...", workspace.neutral(line)) for line in lines)


class Desk:
    """A folder of its own for one run of a command, or more of them: what a Run takes for its workspace.

    files   what is in it, by name: in `work`, where commands start, and in `home`
    ports   that no command line names, though a command is to connect to them
    """

    def __init__(
        self,
        workspace: Workspace,
        folder: str,
        patience: Patience,
        files: Mapping[str, str] = NOTHING,
        ports: Sequence[int] = (),
    ):
        self._workspace, self._folder, self._patience = workspace, folder, patience
        self._ports = ports
        self.top = workspace.new_home()
        workspace.does(FURNISH, TOP=self.top, FILES=json.dumps(dict(files)))

    def __getattr__(self, name: str) -> object:
        return getattr(self._workspace, name)

    def path(self, name: str) -> str:
        """Where a file of this folder is, as programs see it."""
        return f"{self.top}/{name}"

    def command(self, program: str, arguments: Sequence[str]) -> str:
        """The command as a student would type it."""
        return shlex.join([program, *arguments])

    def start(
        self,
        program: str,
        arguments: Sequence[str],
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Starts a command of the package; raises Unmet where there is none of this name."""
        found = installation(self._workspace, self._folder, self._patience)
        if found.expected:
            raise Unmet(found.expected, found.came)
        if program not in found.commands:
            raise Unmet(f"the command {program}", f"the package {self._folder} installs none of that name")
        words = [found.commands[program], *arguments]
        if self._ports and sys.platform != "win32":  # what the sandbox takes for the ports is in the words
            words = ["sh", "-c", 'shift $0; exec "$@"', str(len(self._ports)), *map(str, self._ports), *words]
        place = self.top.removeprefix(f"{self._workspace.home}/") + "/work"
        return self._workspace.run(words, place, terminal, {"HOME": f"{self.top}/home", **(environment or {})})


@dataclass(frozen=True)
class Package:
    """A package that a student wrote: a folder with a pyproject.toml in it."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Live:
        """The package, for one conversation after another; use it in a `with`."""
        return Live(self.program, workspace, patience)


class Live:
    """What a conversation calls `package`."""

    def __init__(self, folder: str, workspace: Workspace, patience: Patience):
        self.steps: list[str] = []
        self._folder = folder
        self._workspace = workspace
        self._patience = patience
        self._run: Run | None = None

    def installs(self) -> None:
        """`pip install` works."""
        self.steps.append(f"$ pip install --no-index --no-build-isolation {self._folder}")
        found = self._installation()
        if found.expected:
            raise Unmet(found.expected, found.came)
        self.steps.append("pip ended with status 0")

    def gives(self, *commands: str) -> None:
        """These commands are there after it."""
        self.installs()
        there = self._installation().commands
        if any(name not in there for name in commands):
            given = [name for name in commands if name in there]
            came = f"it gives {' and '.join(given)} only" if given else "it gives neither"
            raise Unmet(f"the {count(len(commands), 'command')} {' and '.join(commands)}", came)
        self.steps += [f"there is a command {name}" for name in commands]

    def runs(self, command: str) -> None:
        """This command, which is a server's, starts, and listens on the port that it is given."""
        desk = Desk(self._workspace, self._folder, self._patience)
        with self._workspace.lease_port() as port:
            arguments = ("--port", str(port.number))
            more = {"names": {port.number: "PORT"}, "steps": self.steps, "patience": self._patience}
            self._run = Run(desk, command, arguments, **more)
            deadline = self._patience.for_start()
            while not self._run.program.listeners():
                if (status := self._run.exit_status(LOOK)) is not None:
                    raise self._run.unmet(f"{command} to run", f"the program {ended(status)}{self._run.reason()}")
                if deadline.is_over:
                    raise self._run.unmet(f"{command} to listen", "it listens on no port, and still runs")
            self.steps.append(f"{command} listens")
            self._ends()

    def begin(self) -> bool:
        """Starts the transcript of another conversation."""
        self._ends()
        self.steps.clear()
        return False

    def is_disturbed(self) -> bool:
        """Nobody else can get in between."""
        return False

    def last_words(self) -> list[str]:
        """The end of what pip has printed, where it is to blame."""
        found = self._installation()
        if found.expected or not self._run:
            return list(found.said) if found.expected else []
        return self._run.last_words(cut_off=False)

    def _installation(self) -> Installation:
        return installation(self._workspace, self._folder, self._patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever was started has ended."""
        self._ends()

    def _ends(self) -> None:
        if self._run:
            self._run.program.end()
            self._run = None
