"""The grader graded: every planted bug is caught by the check that names it, no right program loses a point.

The sample class is graded the same way: each submission gets the verdicts that its name promises.

Starting programs takes its time: all of them in all checks take an hour, which is `make accuracy`. Here are, of the
core course, a planted bug at least for each check; of the extension weeks every eighth; and a sixth of all others, of
the right programs and of the class. Most planted bugs are only put to the checks that name them, some to all.
"""

from dataclasses import replace

import pytest

from grader import stages
from grader.results import Result
from grader.sandbox.isolation import limits_only
from tests.corpus import TESTS, Promise, graded_each, plan, promises, samples

WEEKS = stages.numbers()
SHARE = 6  # one of so many programs of each kind
CORE, SHARE_OF_BUGS_BEYOND = 4, 8  # the last week of the core course; one of so many planted bugs of later weeks
IN_FULL = 20  # every twentieth of these planted bugs is put to all checks
WITHOUT_SANDBOX = 4  # every fourth of these right programs is run without a sandbox, too


def chosen(week: int) -> dict[str, Promise]:
    """The programs of a week that are tried here."""
    found, named = {}, set()
    for number, (name, promise) in enumerate(promises("broken", week).items()):
        is_of_share = number % (SHARE if week <= CORE else SHARE_OF_BUGS_BEYOND) == 0
        if is_of_share or (week <= CORE and not promise.fails <= named):
            found[f"broken/week{week}/{name}"] = promise
            named |= promise.fails
    for number, (name, promise) in enumerate(promises("unusual", week).items()):
        if number % SHARE == 0:
            found[f"unusual/week{week}/{name}"] = promise
    return found


OF_A_WEEK = {week: chosen(week) for week in WEEKS}
SAMPLES: dict[str, Promise] = {
    f"samples/{name}": promise
    for number, (name, promise) in enumerate(samples().items())
    if number % SHARE == 0 or promise.weeks == (1,)  # which takes no time
}
PROGRAMS = {name: promise for programs in (*OF_A_WEEK.values(), SAMPLES) for name, promise in programs.items()}
OWN_WORK = [name for name in PROGRAMS if name.startswith("unusual/")][::WITHOUT_SANDBOX]


@pytest.fixture(scope="module")
def everything() -> dict[str, Result]:
    """All of them, graded side by side; as a class is, in the best sandbox there is. `bare/NAME` is without one."""
    here = {name: promise for name, promise in PROGRAMS.items() if not promise.missing}
    of_the_class = plan(WEEKS)
    tasks = {name: (promise.path, of_the_class) for name, promise in here.items() if name in SAMPLES}
    for week, programs in OF_A_WEEK.items():
        of_week = {name: promise for name, promise in programs.items() if name in here}
        how, bare = plan([week]), plan([week], limits_only())
        tasks |= {name: (promise.path, how) for name, promise in of_week.items()}
        quick = [name for name, promise in of_week.items() if promise.fails]
        for number, name in enumerate(quick):
            if number % IN_FULL:
                tasks[name] = (of_week[name].path, replace(how, only=of_week[name].asks_for(week)))
        tasks |= {f"bare/{name}": (of_week[name].path, bare) for name in OWN_WORK if name in of_week}
    return graded_each(tasks)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_gets_the_verdicts_that_it_should(everything, name):
    promise = PROGRAMS[name]
    if promise.missing:
        pytest.skip(f"this machine has no {' and no '.join(promise.missing)}")
    faults = promise.broken_by(everything[name])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", OWN_WORK)
def test_a_right_program_needs_no_sandbox_to_be_right(everything, name):
    promise = PROGRAMS[name]
    if promise.missing:
        pytest.skip(f"this machine has no {' and no '.join(promise.missing)}")
    faults = promise.broken_by(everything[f"bare/{name}"])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kind", ["broken", "unusual"])
@pytest.mark.parametrize("week", WEEKS)
def test_every_program_is_in_the_table(kind, week):
    folders = {path.name for path in (TESTS / kind / f"week{week}").iterdir() if path.is_dir()}
    programs = promises(kind, week)
    assert folders <= set(programs)
    assert folders >= {name for name, promise in programs.items() if TESTS in promise.path.parents}


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
    assert len(promises("broken", 5)) >= 30
    assert len(promises("unusual", 5)) >= 20
    assert len(promises("broken", 6)) >= 25
    assert len(promises("unusual", 6)) >= 8
    assert len(promises("broken", 7)) >= 25
    assert len(promises("unusual", 7)) >= 8
    assert len(promises("broken", 8)) >= 60
    assert len(promises("unusual", 8)) >= 8
    assert len(promises("broken", 9)) >= 40
    assert len(promises("unusual", 9)) >= 8
    assert len(samples()) >= 24
