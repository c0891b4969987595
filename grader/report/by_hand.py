"""The same conversation by hand: lines for a student to paste, where it is simple enough to be had that way."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Sequence

PORT = "8008"  # the lab's own, for which no right is needed
MOST = 8  # lines; a longer conversation is not had by hand
START = re.compile(r"\$ (?P<command>\S.* localhost PORT)(?: {4}\(it runs already\))?")
SENDS = re.compile(r"(?P<peer>alice|bob|carol) > (?P<said>.*)")
BYTES = re.compile(r"b(['\"]).*\1")
REQUEST = re.compile(r"(?P<method>[A-Z]+) (?P<target>/\S*)(?P<headers>(?:  [A-Za-z-]+: \S+)*)(?:  (?P<body>[{\[].*))?")
# What else may stand in such a conversation, and needs no line of its own.
BESIDES = re.compile(
    r"server (?:listens|ends|ended )|the connection ends"
    r"|(?:alice|bob|carol)(?: < | connects$| hangs up$|'s connection ends$)"
)


def by_hand(transcript: Sequence[str]) -> tuple[str, ...]:
    """How to start the server, then what to send to it from another terminal; empty where that is not so simple."""
    started = START.fullmatch(transcript[0]) if transcript else None
    steps = [line for line in transcript[1:] if not BESIDES.match(line)]
    sent = [SENDS.fullmatch(step) for step in steps]
    if not started or not sent or len(sent) > MOST or not all(sent):
        return ()
    said = [found["said"] for found in sent]
    if all(BYTES.fullmatch(text) for text in said):
        lines = _bytes(said) if len({found["peer"] for found in sent}) == 1 else ()
    else:
        lines = _requests(said)
    return (started["command"].replace("PORT", PORT), *lines) if lines else ()


def _bytes(said: Sequence[str]) -> tuple[str, ...]:
    """One line for one connection; a second between two pieces keeps them apart."""
    pieces = [f"printf '{''.join(map(_printed, ast.literal_eval(text)))}'" for text in said]
    sending = pieces[0] if len(pieces) == 1 else f"{{ {'; sleep 1; '.join(pieces)}; }}"
    return (f"{sending} | nc localhost {PORT}",)


def _printed(byte: int) -> str:
    """A byte as printf takes it, between single quotes."""
    return chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in "%\\'" else f"\\{byte:03o}"


def _requests(said: Sequence[str]) -> tuple[str, ...]:
    """A line for each request, or none where one of them cannot be seen whole."""
    found = [REQUEST.fullmatch(text) for text in said]
    if not all(found) or any("... (" in text or "\\" in text or "        (" in text for text in said):
        return ()
    return tuple(map(_curl, found))


def _curl(request: re.Match) -> str:
    words = ["curl", "-i"]
    if request["method"] != "GET":
        words += ["-X", request["method"]]
    headers = request["headers"].split("  ")[1:]
    if request["body"] or request["method"] == "POST":
        typed = any(header.lower().startswith("content-type:") for header in headers)
        headers += [] if typed else ["Content-Type: application/json"]
        words += ["-d", request["body"] or ""]
    for header in headers:
        words += ["-H", header]
    return shlex.join([*words, f"http://localhost:{PORT}{request['target']}"])
