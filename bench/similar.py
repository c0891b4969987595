"""How well similarity tells copies from independent programs, and what a class costs.

    .venv/bin/python bench/similar.py

Programs are those of tests/unusual/, of which a few are others with a change. A copy is made of each by changing
names, comments, layout and the order of its functions; another one also has a new line in each function. Prints how
many copies are found at each threshold, in percent, and which programs that are no such copies are most alike.
"""

from __future__ import annotations

import ast
import random
import resource
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import stages
from grader.similar.pairs import alike, marks_of, runs_of, similar
from grader.submission import Submission

ROOT = Path(__file__).parents[1]
HANDED_OUT = (ROOT / "lab5", ROOT / "solutions")
WEEKS = (1, 2, 3, 4)
THRESHOLDS = (50, 60, 70, 80, 90)
CLASS = 300
SHOWN = 10
KINDS = {"other names, order and comments": False, "also a new line in each function": True}  # with new lines?


class Disguise(ast.NodeTransformer):
    """Other names for all that a program defines, and perhaps a new line in each of its functions."""

    def __init__(self, tree: ast.AST, new_lines: bool):
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        defined |= {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self._names = {name: f"my_{number}" for number, name in enumerate(sorted(defined))}
        self._new_lines = new_lines

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Another name."""
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Another name, and perhaps a line that was not there."""
        self.generic_visit(node)
        node.name = self._names[node.name]
        if self._new_lines:
            node.body.insert(len(node.body) // 2, ast.parse("print('got here', len('x') + 1)").body[0])
        return node


def disguised(source: str, new_lines: bool) -> str:
    """A copy that somebody does not want to be known as one."""
    tree = ast.parse(source)
    places = [place for place, node in enumerate(tree.body) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    moved = [tree.body[place] for place in places]
    random.Random(1).shuffle(moved)
    for place, node in zip(places, moved, strict=True):
        tree.body[place] = node
    return ast.unparse(ast.fix_missing_locations(Disguise(tree, new_lines).visit(tree)))


def copied(path: Path, to: Path, *, new_lines: bool) -> bool:
    """Makes a disguised copy of a submission; whether there was a Python program in it to disguise."""
    shutil.copytree(path, to)
    done = False
    for program in to.rglob("*.py"):
        with suppress(SyntaxError, UnicodeDecodeError):
            program.write_text(disguised(program.read_text("utf-8-sig"), new_lines), "utf-8")
            done = True
    return done


def measure(week: int, folder: Path, ignored: numpy.ndarray) -> str:
    """A line for each kind of copies, and one for each of the other pairs that are most alike."""
    programs = sorted(path for path in (ROOT / "tests" / "unusual" / f"week{week}").iterdir() if path.is_dir())
    entries = [Submission(path.name, path) for path in programs]
    for kind, new_lines in KINDS.items():
        for path in programs:
            if copied(path, folder / kind / path.name, new_lines=new_lines):
                entries.append(Submission(f"{path.name}|{kind}", folder / kind / path.name))
    marks, _ = marks_of(entries, [stages.load(week)], ignored)
    pairs = sorted(alike(marks[week], 0), reverse=True)
    lines = [f"week {week}: {len(programs)} programs"]
    for kind in KINDS:
        shares = [share for share, first, second in pairs if second == f"{first}|{kind}"]
        found = ", ".join(f"{sum(share >= percent for share in shares)} at {percent}" for percent in THRESHOLDS)
        lines.append(f"  {len(shares)} copies with {kind}; found: {found}; least alike: {shares[-1]}")
    others = [f"{share} {first}, {second}" for share, first, second in pairs if "|" not in first + second]
    return "\n".join([*lines, "  no copies made here, but most alike:", *(f"    {other}" for other in others[:SHOWN])])


def time_of_a_class() -> str:
    """How long a class takes, of programs as long as those of the sample class."""
    whole = ROOT / "grader" / "samples" / "grace-kim-right-windows"
    entries = [Submission(f"student {number}", whole) for number in range(CLASS)]
    began, began_cpu = time.monotonic(), time.process_time()
    similar(entries, [stages.load(week) for week in WEEKS], 80, handed_out=HANDED_OUT)
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    return f"{CLASS} alike submissions of weeks 1 to 4: {seconds:.0f} s, {cpu:.0f} s of the processor's time"


def main() -> None:
    """Prints all of it."""
    ignored = runs_of(HANDED_OUT)
    for week in WEEKS:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(week, Path(folder), ignored), flush=True)
    if "--time" in sys.argv:
        print(time_of_a_class())
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")


if __name__ == "__main__":
    main()
