"""A week's checks without the hidden ones: the same source, with lines cut out of it.

What stays is as it was written, comments too. With a hidden check go the comment above it, and the constants,
functions and imports of the file that nothing else uses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.check import Refused

WIDTH = 120  # columns; a longer import is written in several lines


class Withheld(NamedTuple):
    """A source in two parts: what students get of it, and what was cut out."""

    public: str
    secret: str


def without(source: str, hidden: Iterable[str], where: str) -> Withheld:
    """Cuts the checks of these names out of a week's source; raises Refused, with `where`, if it needs them."""
    body, lines, hidden = ast.parse(source).body, source.splitlines(), set(hidden)
    gone = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in hidden]
    if missing := hidden - {node.name for node in gone}:
        raise Refused(f"{where}: {min(missing)} is hidden, but it is no function at the left margin with @check(...).")
    gone += _only_needed_by(gone, body)
    stays = [node for node in body if node not in gone]
    for node in stays:
        if needed := hidden & _loaded([node]):
            raise Refused(f"{where}, line {node.lineno}: {_name(node)} builds on {min(needed)}, which is hidden.")
    cut = sorted(number for node in gone for number in _lines_of(node, lines))
    instead = _imports(stays, _loaded(gone) - _loaded(stays))
    return Withheld(_text(lines, cut, instead), "".join(f"{lines[number - 1]}\n" for number in cut))


def _only_needed_by(gone: Sequence[ast.stmt], body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The constants, functions and classes that only these need, or what goes with them."""
    loads = {node: _loaded([node]) for node in body}
    found: list[ast.stmt] = []
    more = list(gone)
    while more:
        found += more
        needed = set().union(*(loads[node] for node in found))
        stays = [node for node in body if node not in found]
        users = set().union(*(loads[node] - _bound(node) for node in stays))
        more = [node for node in stays if _given(node) and _given(node) <= needed and not _given(node) & users]
    return found[len(gone) :]


def _imports(stays: Sequence[ast.stmt], unused: set[str]) -> dict[int, list[str]]:
    """What stands instead of the lines of each import that brings something unused."""
    instead = {}
    for node in stays:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        kept = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) not in unused]
        if len(kept) < len(node.names):
            new = _written(node, kept) if kept else []
            instead |= {number: [] for number in range(node.lineno, node.end_lineno + 1)} | {node.lineno: new}
    return instead


def _written(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> list[str]:
    node.names = names
    line = ast.unparse(node)
    if len(line) <= WIDTH:
        return [line]
    return [f"from {node.module} import (", *(f"    {ast.unparse(name)}," for name in names), ")"]


def _text(lines: Sequence[str], cut: Iterable[int], instead: dict[int, list[str]]) -> str:
    """The lines that stay; where something was cut, as many blank lines as the longer gap beside it had."""
    instead = {number: [] for number in cut} | instead
    kept: list[str] = []
    gap = widest = 0
    for number, line in enumerate(lines, start=1):
        if line.strip() and number not in instead:
            new = [line]
        elif line.strip() or number in instead:
            new = instead[number]
            widest, gap = max(widest, gap), 0
        else:
            gap, new = gap + 1, []
        if new:
            kept += [""] * max(widest, gap) + new
            gap = widest = 0
    return "\n".join(kept) + "\n"


def _lines_of(node: ast.stmt, lines: Sequence[str]) -> range:
    """The numbers of a definition's lines, with its decorators and the comment right above it."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return range(first, node.end_lineno + 1)


def _bound(node: ast.stmt) -> set[str]:
    """The names that a constant, a function or a class gives."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def _given(node: ast.stmt) -> set[str]:
    """The names that may go when nobody needs them: not those of checks, which are there for themselves."""
    return set() if getattr(node, "decorator_list", []) else _bound(node)


def _loaded(nodes: Iterable[ast.stmt]) -> set[str]:
    names = (name for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}


def _name(node: ast.stmt) -> str:
    return min(_bound(node), default="it")
