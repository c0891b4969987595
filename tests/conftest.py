"""What holds for all tests of the project."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.sandbox.program import let_programs_hear_signals, make_room_for_sockets


def pytest_configure() -> None:
    """Ctrl-C reaches the programs that tests start, wherever the tests themselves were started."""
    let_programs_hear_signals()


@pytest.fixture
def many_descriptors():
    """The next descriptor has a number that select() does not know, as where 200 clients talk to each submission."""
    make_room_for_sockets()
    with ExitStack() as stack:
        for _ in range(1100):
            stack.enter_context(Path(os.devnull).open())
        yield
