"""What holds for all tests of the project."""

from grader.sandbox.program import let_programs_hear_signals


def pytest_configure() -> None:
    """Ctrl-C reaches the programs that tests start, wherever the tests themselves were started."""
    let_programs_hear_signals()
