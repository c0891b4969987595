"""The files that a program under test leaves behind, as our own few lines of Python see them where programs run."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import NamedTuple

from grader.sandbox.workspace import Workspace

# Looks through a folder: of each file its path, its mode, and which of the secrets stand in it (by their numbers).
# A program may have left very many files: those with a secret in them come first.
LOOK = """
import json, os, stat
top, forms, found = os.environ["TOP"], json.loads(os.environ["FORMS"]), []
for folder, _, names in os.walk(top):
    for name in names[:2000]:
        path = os.path.join(folder, name)
        try:  # it may go away meanwhile
            about = os.lstat(path)
            if not stat.S_ISREG(about.st_mode) or about.st_size > 16777216:
                continue
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            continue
        held = [number for number, ways in enumerate(forms) if any(way.encode() in data for way in ways)]
        found.append([os.path.relpath(path, top)[:500], stat.S_IMODE(about.st_mode), held])
    found.sort(key=lambda each: not each[2])
    del found[1000:]
print(json.dumps(found))
"""
FURNISH = """
import os
os.makedirs(os.environ["TOP"] + "/tmp")
for name in os.environ["NAMES"].split():
    with open(os.path.join(os.environ["TOP"], name), "w") as file:
        file.write(os.environ["TEXT_" + name.split(".")[0]])
"""


class File(NamedTuple):
    """A file below the folder that was looked through.

    holds   which of the secrets stand in it, as they are or in base64
    """

    path: str
    mode: int
    holds: list[str]


def furnish(workspace: Workspace, top: str, **files: str) -> None:
    """Makes a folder with a folder for temporary files in it, and these files: `ca` becomes `ca.pem`."""
    texts = {f"TEXT_{name}": text for name, text in files.items()}
    workspace.does(FURNISH, TOP=top, NAMES=" ".join(f"{name}.pem" for name in files), **texts)


def files_below(workspace: Workspace, top: str, secrets: Iterable[str]) -> list[File]:
    """The files below a folder, and which of these secrets stand in them."""
    looked_for = [*secrets]
    forms = json.dumps([[secret, *_in_base64(secret)] for secret in looked_for])
    found = json.loads(workspace.does(LOOK, TOP=top, FORMS=forms))
    return [File(path, mode, [looked_for[number] for number in held]) for path, mode, held in found]


def _in_base64(secret: str) -> list[str]:
    """How it looks in base64, at each of the three places of a group where it may begin (RFC 4648, section 4)."""
    found = []
    for place in range(3):
        text = base64.b64encode(b"\0" * place + secret.encode()).decode()
        first, unsure = -(-place * 8 // 6), -(place + len(secret.encode())) % 3
        found.append(text[first : len(text) - (unsure + 1 if unsure else 0)])
    return found
