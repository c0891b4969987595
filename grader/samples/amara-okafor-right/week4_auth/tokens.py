"""The file in which tokens are kept for the next start: JSON, one token for each server and student id."""

import json
import os
import re
import sys
import uuid
from pathlib import Path

FILE = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "lab5" / "tokens.json"


def find(key):
    """The token that is kept under a key, or None."""
    token = all_kept().get(key)
    return token if is_token(token) else None


def keep(key, token):
    """Keeps a token under a key; None forgets the one that is there."""
    kept = all_kept()
    kept.pop(key, None)
    if token:
        kept[key] = token
    new = FILE.with_name(f"{uuid.uuid4()}.new")
    try:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file)
        new.replace(FILE)  # in one step: whoever reads sees the old file or the new one, never half of one
    except OSError as error:
        print(f"the token cannot be kept: {error}", file=sys.stderr)


def all_kept():
    """What is in the file; nothing if it is not there, or not one of ours."""
    try:
        kept = json.loads(FILE.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def is_token(value):
    """Whether this is a token, and nothing that would not fit into a header."""
    return isinstance(value, str) and re.fullmatch("[!-~]+", value) is not None
