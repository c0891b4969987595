"""The grader graded: every planted bug is caught by the check that names it, no right program loses a point.

The sample class is graded the same way: each submission gets the verdicts that its name promises.

Starting programs is what takes time here. So most planted bugs are only put to the checks that name them; every eighth
is put to all checks, and so is each in `make accuracy`. Of later weeks, every sixth right program is also run without a
sandbox: what is without one is the same for all.
"""

from pathlib import Path

import pytest

from grader import stages
from grader.results import Result
from grader.sandbox.isolation import limits_only
from tests.corpus import TESTS, Promise, graded, graded_for, plan, promises, samples

WEEKS = stages.numbers()
OF_A_WEEK: dict[int, dict[str, Promise]] = {
    week: {
        f"{kind}/week{week}/{name}": promise
        for kind in ("broken", "unusual")
        for name, promise in promises(kind, week).items()
    }
    for week in WEEKS
}
SAMPLES: dict[str, Promise] = {f"samples/{name}": promise for name, promise in samples().items()}
IN_FULL = 8  # every eighth planted bug is put to all checks
WITHOUT_SANDBOX = 6  # every sixth right program, of the weeks after the first
OWN_WORK = [
    name
    for week, programs in OF_A_WEEK.items()
    for name in [name for name in programs if name.startswith("unusual/")][:: 1 if week == 1 else WITHOUT_SANDBOX]
]
PROGRAMS = {name: promise for programs in (*OF_A_WEEK.values(), SAMPLES) for name, promise in programs.items()}


def paths(programs: dict[str, Promise]) -> dict[str, Path]:
    """Where those are that this machine can run."""
    return {name: promise.path for name, promise in programs.items() if not promise.missing}


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """All of them, graded side by side; as a class is, in the best sandbox there is."""
    found = graded(paths(SAMPLES), plan(WEEKS))
    for week, programs in OF_A_WEEK.items():
        here = {name: promise for name, promise in programs.items() if not promise.missing}
        quick = {name: promise for name, promise in here.items() if promise.fails}
        for name in list(quick)[::IN_FULL]:
            del quick[name]
        how = plan([week])
        found |= graded_for(quick, how)
        found |= graded(paths({name: promise for name, promise in here.items() if name not in quick}), how)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_gets_the_verdicts_that_it_should(results, name):
    promise = PROGRAMS[name]
    if promise.missing:
        pytest.skip(f"this machine has no {' and no '.join(promise.missing)}")
    assert promise.broken_by(results[name]) == []


@pytest.fixture(scope="module")
def own_work() -> dict[str, Result]:
    """Unusual right programs without a sandbox, as their authors check them."""
    found = {}
    for week, programs in OF_A_WEEK.items():
        found |= graded(
            paths({name: programs[name] for name in OWN_WORK if name in programs}), plan([week], limits_only())
        )
    return found


@pytest.mark.parametrize("name", OWN_WORK)
def test_a_right_program_needs_no_sandbox_to_be_right(own_work, name):
    promise = PROGRAMS[name]
    if promise.missing:
        pytest.skip(f"this machine has no {' and no '.join(promise.missing)}")
    assert promise.broken_by(own_work[name]) == []


@pytest.mark.parametrize("kind", ["broken", "unusual"])
@pytest.mark.parametrize("week", WEEKS)
def test_every_program_is_in_the_table(kind, week):
    folders = {path.name for path in (TESTS / kind / f"week{week}").iterdir() if path.is_dir()}
    assert folders == promises(kind, week).keys()


@pytest.mark.parametrize("week", WEEKS)
def test_a_table_names_only_checks_that_exist(week):
    checks = {check.name for check in stages.load(week).checks}
    named = {name for promise in promises("broken", week).values() for name in promise.fails}
    assert named <= checks


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(promises("broken", 1)) >= 25
    assert len(promises("unusual", 1)) >= 10
    assert len(promises("broken", 2)) >= 20
    assert len(promises("unusual", 2)) >= 8
    assert len(promises("broken", 3)) >= 25
    assert len(promises("unusual", 3)) >= 20
    assert len(promises("broken", 4)) >= 25
    assert len(promises("unusual", 4)) >= 10
    assert len(samples()) >= 24
