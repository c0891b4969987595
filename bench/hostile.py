"""Runs every attack in tests/hostile/ in the sandbox, and prints what became of it: `make hostile`.

A right program is graded beside each. Attacks run a few at a time, so that the seconds are those of a busy machine.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

from tests import processes, zoo

AT_ONCE = 3


@click.command()
@click.argument("names", nargs=-1)
@click.option("--jobs", default=AT_ONCE, show_default=True, help="How many attacks at once.")
def main(names: tuple[str, ...], jobs: int) -> None:
    """Tries the attacks of these NAMES, or all."""
    plans = zoo.plans()
    isolation = plans[1].isolation
    if isolation.tier != 1:
        sys.exit(f"Hostile programs run in the full sandbox only, and here it is: {isolation.says}")
    print(f"Isolation: {isolation.says}")
    chosen = [attack for attack in zoo.attacks() if not names or attack.name in names]
    began = time.monotonic()
    contained = 0
    with ThreadPoolExecutor(jobs) as pool:
        print(f"{'attack':<34}{'points':>6}{'left':>6}{'seconds':>9}  contained by")
        for trial in pool.map(lambda attack: zoo.tried(attack, plans[attack.week]), chosen):
            contained += not trial.faults
            attack = trial.attack
            numbers = f"{trial.gained:>6}{len(trial.left):>6}{trial.seconds:>9.1f}"
            print(f"{attack.name:<34}{numbers}  {'NOT CONTAINED' if trial.faults else attack.contained_by}", flush=True)
            for fault in trial.faults:
                print(f"    {fault}")
    alive = processes.contained()
    print(f"{contained} of {len(chosen)} contained, in {time.monotonic() - began:.0f} s; processes left: {len(alive)}")
    sys.exit(contained != len(chosen) or bool(alive))


if __name__ == "__main__":
    main()
