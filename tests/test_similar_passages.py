"""Which passages two programs have alike, and where these stand in each."""

import re

import numpy
import pytest

from grader.results import Excerpt
from grader.similar.passages import MOST, MOST_LINES, passages
from grader.similar.program import Program, program_of
from tests.programs import COUNTER, GREETER, RENAMED

BUILTINS = re.findall(
    r"\w+",
    "abs all any bin bool bytes chr dict dir divmod filter float format hash hex id int iter len list map max min next "
    "oct open ord pow print range repr round set",
)
NONE = numpy.zeros(0, dtype=numpy.uint64)


@pytest.fixture
def read(tmp_path):
    """Reads texts as the files a.py, b.py ... of one program."""

    def read(*texts: str) -> Program:
        paths = [tmp_path / f"{name}.py" for name, _ in zip("abcdef", texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, "utf-8")
        return program_of((path.name, path) for path in paths)

    return read


def places(first: Program, second: Program, ignored: numpy.ndarray = NONE) -> list[tuple[str, int, int, str, int, int]]:
    """The file, the first line and the number of lines on both sides."""
    found = passages(first, second, ignored)
    return [tuple(part for side in passage for part in (side.file, side.line, len(side.lines))) for passage in found]


def test_a_copy_with_other_names_is_one_passage_with_the_lines_of_each(read):
    assert places(read(COUNTER), read(RENAMED)) == [("a.py", 2, 10, "a.py", 2, 13)]


def test_a_passage_has_the_text_of_its_lines(read):
    (passage,) = passages(read(COUNTER), read(RENAMED), NONE)
    assert passage.first == Excerpt("a.py", 2, tuple(COUNTER.split("\n")[1:11]))


def test_independent_programs_have_none(read):
    assert places(read(COUNTER), read(GREETER)) == []


def test_parts_in_another_order_are_passages_in_the_order_of_the_first(read):
    found = places(read(COUNTER + GREETER), read(GREETER, COUNTER))
    assert [(file, line) for _, _, _, file, line, _ in found] == [("b.py", 2), ("a.py", 2)]


def test_a_new_line_in_the_middle_does_not_make_two_of_a_passage(read):
    changed = COUNTER.replace("    while", "    print(result)\n    while")
    assert places(read(COUNTER), read(changed)) == [("a.py", 2, 10, "a.py", 2, 11)]


def test_a_long_part_in_the_middle_does(read):
    changed = COUNTER.replace(
        "    while", "\n".join(f"    {name}[{name}] = {name}" for name in "abcdefghi") + "\n    while"
    )
    assert len(places(read(COUNTER), read(changed))) == 2


def test_what_is_ignored_is_in_no_passage(read):
    found = places(read(COUNTER + GREETER), read(COUNTER + GREETER), read(COUNTER).runs)
    assert [line for _, line, *_ in found] == [11]


def test_a_part_that_stands_twice_in_the_first_is_taken_once(read):
    assert len(places(read(COUNTER, COUNTER), read(COUNTER))) == 1


def test_what_repeats_itself_without_end_costs_little(read):
    long = read("x = [" + "1, " * 10_000 + "]")
    assert len(passages(long, long, NONE)) == 1


def test_the_longest_are_kept_where_there_are_many(read):
    parts = [f"x = {name}" + f" + {name}" * (7 + place) for place, name in enumerate(BUILTINS)]
    found = places(read("\n".join(parts)), read("\n".join(reversed(parts))))
    assert [line for _, line, *_ in found] == [*range(len(BUILTINS) - MOST + 1, len(BUILTINS) + 1)]


def test_a_long_passage_is_cut(read):
    long = read("\n".join(f"x[{number}] = {number} + y" for number in range(2 * MOST_LINES)))
    (passage,) = passages(long, long, NONE)
    assert len(passage.first.lines) == MOST_LINES
