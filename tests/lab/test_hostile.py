"""Every attack in tests/hostile/ is contained, and the right program beside it keeps its points."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.course import load
from grader.sandbox.isolation import trials
from tests import processes, zoo

AT_ONCE = 4
FULL = trials(load().limits)[:1]
ATTACKS = zoo.attacks()


@pytest.fixture(scope="module")
def contained() -> dict[str, zoo.Trial]:
    """All attacks, made a few at a time."""
    if not FULL or FULL[0].reason:
        pytest.skip(f"hostile programs run in the full sandbox only: {FULL[0].reason if FULL else 'this is no Linux'}")
    plans = zoo.plans()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        trials = pool.map(lambda attack: zoo.tried(attack, plans[attack.week]), ATTACKS)
        return {trial.attack.name: trial for trial in trials}


@pytest.mark.parametrize("name", [attack.name for attack in ATTACKS])
def test_an_attack_is_contained(name, contained):
    assert contained[name].faults == ()


def test_no_process_of_an_attack_is_left(contained):
    assert contained
    assert processes.contained() == []


def test_every_hostile_program_is_in_the_table():
    assert zoo.programs() == {attack.name for attack in ATTACKS}


def test_the_zoo_is_large_enough_to_mean_something():
    assert len(ATTACKS) >= 40
