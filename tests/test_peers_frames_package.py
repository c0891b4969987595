"""Packages: what is installed, what is said about what is not. The packages are real, and tiny; pip is the real one."""

import os
import re
import sys
from pathlib import Path

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames.package import Desk, Installation, Package
from grader.sandbox.bare import Bare
from grader.sandbox.isolation import best
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS = 10
PROJECT = """\
[build-system]
requires = ["{backend}"]
build-backend = "{backend}.build{meta}"
[project]
name = "chatroom"
version = "1"
dependencies = [{needs}]
[project.scripts]
chatroom-server = "chatroom:main"
chatroom-client = "chatroom:main"
"""
SETUPTOOLS, HATCHLING = {"backend": "setuptools", "meta": "_meta"}, {"backend": "hatchling", "meta": ""}
MAIN = (
    "import os, sys\ndef main(): print(sys.prefix != sys.base_prefix, os.getcwd(), sys.argv[1:], os.environ['HOME'])\n"
)
SETUP = """\
from setuptools import setup
setup(name="chatroom", version="1", py_modules=["chatroom"], entry_points={"console_scripts": [
    "chatroom-server = chatroom:main", "chatroom-client = chatroom:main"]})
"""


def project(how, needs=""):
    """A pyproject.toml."""
    return PROJECT.format(**how, needs=needs)


@pytest.fixture
def meet(tmp_path):
    """A package of these files, in a workspace of its own."""
    kept = []

    def meet(files, sandbox=False):
        for name, text in files.items():
            file = tmp_path / "lab5" / "week9_package" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        tmp_path.chmod(0o711)
        site = best(Limits())[0].site(tmp_path, Limits(), ()) if sandbox else Bare(tmp_path, Limits())
        workspace = Workspace(tmp_path, site, environment={"PATH": os.environ["PATH"]}).__enter__()
        kept.append(workspace)
        return workspace, Package("week9_package").meet(workspace, Patience(GENEROUS, GENEROUS))

    yield meet
    for workspace in kept:
        workspace.__exit__(None, None, None)


def said(workspace, *arguments, files=None):
    """What the command chatroom-server prints."""
    desk = Desk(workspace, "week9_package", Patience(GENEROUS, GENEROUS), files or {})
    program = desk.start("chatroom-server", arguments)
    assert program.exit_status(GENEROUS) == 0
    return program.said().output


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": project(SETUPTOOLS), "chatroom.py": MAIN},
        {"pyproject.toml": project(SETUPTOOLS), "src/chatroom/__init__.py": MAIN, "build/lib/old.py": ""},
        {"pyproject.toml": project(HATCHLING), "src/chatroom/__init__.py": MAIN},
        {"setup.py": SETUP, "chatroom.py": MAIN},
    ],
    ids=["flat", "src", "hatchling", "setup.py"],
)
def test_commands_run_in_an_environment_of_their_own(meet, files):
    workspace, package = meet(files)
    package.gives("chatroom-server", "chatroom-client")
    assert said(workspace, "--port", "7").startswith("True ")
    assert sorted(path.name for path in (workspace.folder / "lab5" / "week9_package").iterdir()) == sorted(
        {name.partition("/")[0] for name in files}
    )


@pytest.mark.skipif(not best(Limits())[0], reason="no kind of sandbox works here")
def test_in_a_sandbox_as_well(meet):
    workspace, package = meet({"pyproject.toml": project(SETUPTOOLS), "chatroom.py": MAIN}, sandbox=True)
    package.gives("chatroom-server")
    top = r"(\S+/home-\w+)"
    assert re.fullmatch(rf"True {top}/work \['7'\] \1/home\n", said(workspace, "7"))


def test_a_package_is_installed_once(meet):
    workspace, package = meet({"pyproject.toml": project(SETUPTOOLS), "chatroom.py": MAIN})
    package.installs()
    found = workspace.installed["week9_package"]
    package.installs()
    assert workspace.installed["week9_package"] is found
    assert package.steps[:2] == [
        "$ pip install --no-index --no-build-isolation week9_package",
        "pip ended with status 0",
    ]


def test_what_is_not_provided_is_named(meet):
    needs = '"textual", "left-pad>=1", "pywin32; sys_platform == \'nowhere\'"'
    _, package = meet({"pyproject.toml": project(SETUPTOOLS, needs), "chatroom.py": MAIN})
    with pytest.raises(Unmet) as unmet:
        package.installs()
    lacks = "the package needs left-pad, which is not among what is provided (textual, platformdirs, pyzmq)"
    assert unmet.value.came == lacks


def test_pip_says_what_is_wrong(meet):
    _, package = meet({"setup.py": "raise SystemError('on a bad day')"})
    with pytest.raises(Unmet) as unmet:
        package.installs()
    text = "expected `pip install week9_package` to work, without network, but it ended with status 1"
    assert str(unmet.value) == text
    words = package.last_words()
    assert len(words) <= 10
    assert any("on a bad day" in line for line in words)


def test_what_is_no_package_is_said_at_once(meet):
    _, package = meet({"server.py": "", "client.py": ""})
    with pytest.raises(Unmet) as unmet:
        package.installs()
    assert str(unmet.value) == "expected a pyproject.toml in week9_package, but it has client.py, server.py"


def test_a_command_that_is_missing_is_named(meet):
    workspace, package = meet({"pyproject.toml": ""})
    workspace.installed["week9_package"] = Installation({"chatroom-server": sys.executable})
    with pytest.raises(Unmet) as unmet:
        package.gives("chatroom-server", "chatroom-client")
    assert unmet.value.came == "it gives chatroom-server only"
    with pytest.raises(Unmet) as unmet:
        Desk(workspace, "week9_package", Patience(1, 1)).start("chatroom-client", ())
    wanted = "expected the command chatroom-client, but the package week9_package installs none of that name"
    assert str(unmet.value) == wanted


def test_a_desk_has_files_and_says_its_ports(meet):
    workspace, _ = meet({"pyproject.toml": ""})
    workspace.installed["week9_package"] = Installation({"cat": "/bin/cat"})
    patience = Patience(GENEROUS, GENEROUS)
    desk = Desk(workspace, "week9_package", patience, {"work/a.toml": "a", "home/b/c.toml": "b"}, ports=[7, 8])
    program = desk.start("cat", ["a.toml", "../home/b/c.toml"])
    assert program.exit_status(GENEROUS) == 0
    assert program.said().output == "ab"
    assert desk.command("chatroom-server", ["--port", "7"]) == "chatroom-server --port 7"
    assert Path(desk.path("work/a.toml")).read_text() == "a"


LISTENS = "import socket, sys, time\ndef main(): s = socket.create_server(('', int(sys.argv[2]))); time.sleep(60)\n"


def test_a_server_runs(meet):
    _, package = meet({"pyproject.toml": project(SETUPTOOLS), "chatroom.py": LISTENS})
    package.runs("chatroom-server")
    assert package.steps == ["$ chatroom-server --port PORT", "chatroom-server listens"]
    package.begin()
    assert package.last_words() == []


def test_why_a_server_does_not_run_is_said(meet):
    _, package = meet({"pyproject.toml": project(SETUPTOOLS), "chatroom.py": "def main(): return 'Nothing here yet.'"})
    with pytest.raises(Unmet) as unmet:
        package.runs("chatroom-server")
    text = "expected chatroom-server to run, but the program ended with status 1 (Nothing here yet.)"
    assert str(unmet.value) == text
    assert package.last_words() == ["Nothing here yet."]
