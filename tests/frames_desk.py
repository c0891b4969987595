"""Commands for the tests of week 9's peers, in the place of a package that would have to be installed first."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.peers.frames.package import Installation
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

FOLDER = "week9_package"
FRAMES = """\
import json, struct, sys, zlib
def frame(payload, flags=0):
    return struct.pack("!2sBBII", b"CR", 1, flags, len(payload), zlib.crc32(payload)) + payload
def pack(**said):
    return frame(json.dumps(said).encode())
def objects(file):
    while header := file.read(12):
        yield json.loads(file.read(struct.unpack("!2sBBII", header)[3]))
"""


def workspace_with(folder: Path, token: str = "", **commands: str) -> Workspace:
    """A workspace in which commands of these names are there: `server` is chatroom-server."""
    (folder / "lab5" / FOLDER).mkdir(parents=True)
    workspace = Workspace(folder, Bare(folder, Limits()), environment={"PATH": os.environ["PATH"]}, token=token)
    found = {}
    for name, source in commands.items():
        script = folder / name
        script.write_text(f"#!{sys.executable} -S\n{FRAMES}{source}")
        script.chmod(0o755)
        found[f"chatroom-{name}"] = str(script)
    workspace.installed[FOLDER] = Installation(found)
    return workspace
