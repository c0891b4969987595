"""The command line, `python -m grader --help`: every way to end has its status, and a sentence."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import click

from grader import commands
from grader.check import Refused
from grader.commands.settings import GRADER_AT_FAULT
from grader.commands.stopping import STOPS
from grader.sandbox.workspace import Halted

BAD_ARGUMENTS = 2
INTERRUPTED = 128 + signal.SIGINT
READER_GONE = 128 + 13  # SIGPIPE, which Windows does not have


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Lab 5: Chat Room. Checks a student's work, grades a class, and runs the lab's servers."""


for found in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):  # by listing: students have fewer
    for thing in vars(importlib.import_module(found.name)).values():
        if isinstance(thing, click.Command) and thing.callback.__module__ == found.name:
            cli.add_command(thing)


def _stop_once(number: int, _: object) -> NoReturn:
    """Any wish to stop ends the run; a second one must not disturb the cleaning up after the first."""
    for name in STOPS:
        signal.signal(name, signal.SIG_IGN)
    raise Halted


def main() -> NoReturn:
    """Runs the command line; every way to end has its status, and a sentence."""
    for name in STOPS:
        signal.signal(name, _stop_once)
    try:
        sys.exit(cli(standalone_mode=False, prog_name="python -m grader"))
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_ARGUMENTS)
    except Refused as refusal:
        click.echo(refusal, err=True)
        sys.exit(BAD_ARGUMENTS)
    except Halted:
        click.echo("Interrupted. Nothing is left running.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing is flushed to nobody
        sys.exit(READER_GONE)
    except Exception as fault:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        click.echo(f"The grader failed, and it is not your fault: {fault!r} in {where}. Please report it.", err=True)
        sys.exit(GRADER_AT_FAULT)


if __name__ == "__main__":
    main()
