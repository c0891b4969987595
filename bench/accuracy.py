"""How true the grader is: planted bugs caught, unusual right programs passed, verdicts that change under load.

    make accuracy               20 runs of each program for the steadiness
    make accuracy RUNS=200      as docs/accuracy.md was written

Prints the figures and writes them to docs/accuracy.md.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import stages
from grader.results import Result
from tests.corpus import ROOT, Promise, graded, graded_each, plan, promises, samples

BUSY_LOOPS = 4
LONGEST = 3600  # seconds after which a busy loop ends by itself, whatever becomes of us
JOBS = 16  # gradings at once, beside the busy loops
STEADY = {1: ("forgets_so_reuseaddr", "echoes_until_the_client_hangs_up", "serves_for_ever", "decodes_as_utf8",
              "waits_for_1024_bytes"),
          2: ("repeats_with_a_new_number", "prints_a_repeated_message_again", "never_repeats_a_line",
              "looks_for_messages_after_each_line", "says_got_before_it_prints"),
          3: ("ignores_the_key", "loses_a_wake_up", "makes_a_new_key_for_every_try", "polls_ten_times_a_second",
              "prints_only_after_enter"),
          4: ("asks_for_the_password_with_input", "makes_a_file_that_everybody_reads", "verifies_nothing",
              "loses_the_line_that_was_refused", "keeps_its_tokens_by_student_id"),
          5: ("keeps_no_half_lines", "sends_with_the_lock_in_its_hand", "keeps_the_connection_after_disconnect",
              "waits_for_its_clients_when_it_is_killed", "changes_the_dict_that_it_goes_through"),
          6: ("watches_those_who_have_gone", "waits_until_all_is_sent", "keeps_no_half_lines", "prompts_only_once",
              "frees_names_only_at_disconnect"),
          7: ("takes_a_name_without_a_lock", "waits_for_each_client_in_sendall", "tells_nobody_of_a_reset_connection",
              "prints_the_first_line_of_a_recv", "waits_for_the_end_of_a_line_that_is_too_long"),
          8: ("tells_nobody_of_a_reset", "waits_for_who_does_not_read", "has_no_flood_limit",
              "never_asks_who_is_silent", "forgets_the_half_line_behind_a_whole_one"),
          9: ("forgets_all_when_it_starts", "takes_each_recv_for_whole_frames", "waits_until_each_has_read",
              "never_looks_at_the_checksum", "cuts_long_lines")}  # fmt: skip

HEAD = """# Accuracy

Measured on {date}, {system}, Python {python}, by `make accuracy RUNS={runs}`.

| week | planted bugs caught | unusual right programs passed | verdicts changed, both cores busy |
|---|---|---|---|"""
FOOT = f"""
A planted bug is caught when exactly the checks that name it fail, in words that name the cause. An unusual program
passes when it has every point. For the last column the solution (all checks) and planted bugs (the checks that name
them, and those that these build on) are graded again and again, {JOBS} at once, beside {BUSY_LOOPS} busy loops: every
verdict of every run counts that is not as on an idle machine."""


@click.command()
@click.option("--runs", default=20, show_default=True, help="Runs of each program for the steadiness.")
@click.option("--week", "weeks", type=int, multiple=True, help="Only this week; then nothing is written.")
@click.option("--steadiness", is_flag=True, help="Only the steadiness; then nothing is written.")
def main(runs: int, weeks: tuple[int, ...], steadiness: bool) -> None:
    """Measures, prints and writes the figures."""
    lines = [HEAD.format(date=date.today(), runs=runs, python=platform.python_version(), system=platform.system())]
    for week in weeks or stages.numbers():
        if steadiness:
            click.echo(f"week {week}: {_steadiness(week, runs)}")
            continue
        caught = _kept("broken", week)
        passed = _kept("unusual", week)
        changed = _steadiness(week, runs)
        lines.append(f"| {week} | {caught} | {passed} | {changed} |")
        click.echo(lines[-1])
    if weeks or steadiness:
        return
    lines += ["", f"Of the sample class, {_kept_of_the_class()} submissions get what is promised of them."]
    click.echo(lines[-1])
    lines.append(FOOT)
    (ROOT / "docs" / "accuracy.md").write_text("\n".join(lines) + "\n", "utf-8")


def _kept(kind: str, week: int) -> str:
    """How many programs got what was promised; names the others, and those that this machine cannot run."""
    return _kept_of(kind, promises(kind, week), [week])


def _kept_of_the_class() -> str:
    return _kept_of("sample", samples(), stages.numbers())


def _kept_of(kind: str, programs: dict[str, Promise], weeks: list[int]) -> str:
    missing = {name: promise for name, promise in programs.items() if promise.missing}
    possible = {name: promise for name, promise in programs.items() if not promise.missing}
    results = graded({name: promise.path for name, promise in possible.items()}, plan(weeks))
    wrong = [name for name, promise in possible.items() if _faults(promise, results[name])]
    for name in missing:
        click.echo(f"{kind} {name}: not run, this machine has no {', '.join(programs[name].missing)}")
    return f"{len(possible) - len(wrong)} of {len(possible)}" + (f", not: {', '.join(wrong)}" if wrong else "")


def _faults(promise: Promise, result: Result) -> list[str]:
    faults = promise.broken_by(result)
    for fault in faults:
        click.echo(f"{result.submission}: {fault}")
    return faults


def _steadiness(week: int, runs: int) -> str:
    """How many verdicts differ from those of an idle machine."""
    planted = promises("broken", week)
    how = plan([week])  # its deadlines are measured before the load begins
    tasks = {"solutions": (ROOT / "solutions", how)}
    for name in STEADY[week]:
        tasks[name] = (planted[name].path, replace(how, only=planted[name].asks_for(week)))
    idle = {name: _verdicts(result) for name, result in graded_each(tasks).items()}
    many = {f"{name} {run}": task for run in range(runs) for name, task in tasks.items()}
    with _busy():
        loaded = graded_each(many, JOBS)
    changed = 0
    for run, result in loaded.items():
        if result.refused or result.fault:
            click.echo(f"{run}: {result.refused or result.fault}")
        before, now = idle[run.rpartition(" ")[0]], _verdicts(result)
        for check in before:
            if before[check] != now.get(check):
                changed += 1
                click.echo(f"{run}: {check} was {before[check]}, is {now.get(check)}")
    return f"{changed} in {runs} runs of each of {len(tasks)} programs"


def _verdicts(result: Result) -> dict[str, str]:
    return {outcome.name: str(outcome.verdict) for outcome in result.outcomes}


@contextmanager
def _busy() -> Iterator[None]:
    loop = f"import time\nend = time.monotonic() + {LONGEST}\nwhile time.monotonic() < end: pass"
    loops = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(BUSY_LOOPS)]
    try:
        yield
    finally:
        for process in loops:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
