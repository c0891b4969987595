"""IRC servers side by side: the lab's own, the solution of week 8, and ngIRCd, InspIRCd and miniircd where there are.

    python bench/irc_chat.py                        what is installed
    python bench/irc_chat.py --peers /tmp/peers     with miniircd, after: pip install --target /tmp/peers miniircd
    python bench/irc_chat.py --only reference --turns 1

Each is started afresh for each figure, and they take turns: what else the machine does meets all of them. Deliveries
are counted per second of the server's processor time, in millions. `busy` is how much of the time it ran or waited for
a core, and `load` the same of the clients: where the server's is near 100 %, it was the bottleneck. No flood limits.
"""

from __future__ import annotations

import math
import os
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import click
from irc_load import SENDERS, SIZE, Crowd, Gone, crowd, percentile
from irc_servers import Running, Server, busy, running, servers

ROUNDS = {50: 400, 200: 120, 1000: 30}  # of messages, by members
BURST, HELD = 1_000, 1_100
BURST_LIMIT = 15.0  # seconds; a server with a short backlog takes minutes, for lost connections are tried again late
RATE, LATENCY_MEMBERS = 100, 50
FILES = 8_192
Figures = dict[str, list[float]]


def deliveries(server: Running, members: int, rounds: int) -> dict[str, float]:
    """Millions of messages delivered per second of processor."""
    with crowd(members, server.port, server.at_once) as clients:
        cpu, ran, own, began = server.cpu(), server.busy(), busy(os.getpid()), time.monotonic()
        count = clients.floods(rounds)
        took = time.monotonic() - began
        used = server.cpu() - cpu
        share = {"busy": (server.busy() - ran) / took * 100, "load": (busy(os.getpid()) - own) / took * 100}
    return {f"{members}": count / used / 1e6} | {f"{members} {name}": value for name, value in share.items()}


def latency(server: Running, seconds: float) -> dict[str, float]:
    """Milliseconds from saying to hearing, and of processor for one message: what the delay is on an idle machine."""
    with crowd(LATENCY_MEMBERS, server.port, server.at_once) as clients:
        cpu = server.cpu()
        clients.talks(RATE, seconds)
        cost = (server.cpu() - cpu) / (RATE * seconds)
        late = {f"p{part} ms": percentile(clients.delays, part / 100) * 1e3 for part in (50, 99)}
        return late | {"cpu ms": cost * 1e3}


def burst(server: Running) -> dict[str, float]:
    """Seconds until a thousand who come at once are all in the channel."""
    clients = Crowd(BURST, server.port)
    try:
        cpu, seconds = server.cpu(), clients.joins(at_once=BURST, limit=BURST_LIMIT)
        return {"burst s": seconds, "burst cpu": server.cpu() - cpu}
    finally:
        clients.leave()


def held(server: Running) -> dict[str, float]:
    """How many of so many connections answer."""
    before = server.memory()
    with crowd(HELD, server.port, server.at_once, channel="") as clients:
        return {"held": clients.are_all_there(), "KiB each": (server.memory() - before) / HELD / 1024}


def measure(server: Server, seconds: float, share: float) -> dict[str, float]:
    """One turn of a server."""
    steps: list[Callable[[Running], dict[str, float]]] = [
        *(
            lambda there, members=members, rounds=rounds: deliveries(there, members, max(2, int(rounds * share)))
            for members, rounds in ROUNDS.items()
        ),
        lambda there: latency(there, seconds),
        burst,
        held,
    ]
    found: dict[str, float] = {}
    for step in steps:
        with running(server) as there:
            try:
                found |= step(there)
            except (Gone, OSError) as error:
                click.echo(f"{server.name}: {error}")
    return found


def show(figures: dict[str, Figures]) -> None:
    """Medians, and how many times the reference's they are."""
    columns = [
        *(name for members in ROUNDS for name in (f"{members}", f"{members} busy", f"{members} load")),
        *("p50 ms", "p99 ms", "cpu ms", "burst s", "burst cpu", "held", "KiB each"),
    ]
    click.echo("\n" + f"{'':20}" + "".join(f"{name:>11}" for name in columns))
    medians = {
        name: {column: statistics.median(found[column] or [math.nan]) for column in columns}
        for name, found in figures.items()
    }
    for name, found in medians.items():
        click.echo(f"{name:20}" + "".join(f"{found[column]:11.2f}" for column in columns))
    if first := medians.get("reference"):
        for name, found in medians.items():
            if name != "reference":
                ratios = "".join(f"{first[column] / (found[column] or 1):10.2f}x" for column in columns)
                click.echo(f"{f'reference/{name}':20}" + ratios)


@click.command()
@click.option("--turns", default=2, show_default=True, help="How often each server has its turn.")
@click.option("--seconds", default=5.0, show_default=True, help="How long the delay is measured.")
@click.option("--share", default=1.0, show_default=True, help="Of the messages; less is quicker and less exact.")
@click.option("--peers", type=click.Path(path_type=Path, file_okay=False), help="Where miniircd was installed.")
@click.option("--only", default="", help="Servers whose names contain this, or one of these, with commas between.")
def main(turns: int, seconds: float, share: float, peers: Path | None, only: str) -> None:
    """Measures the servers that are there, and names what to install for the others."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    chosen = [server for server in servers(peers) if any(word in server.name for word in only.split(","))]
    figures: dict[str, Figures] = {}
    click.echo(f"{SENDERS} senders, messages of {SIZE} bytes; deliveries in millions per second of processor")
    for server in chosen:
        if not server.command:
            click.echo(f"{server.name} is not here: {server.install}")
    for turn in range(turns):
        for server in chosen:
            if server.command:
                click.echo(f"turn {turn + 1}: {server.name} ...", file=sys.stderr)
                found = figures.setdefault(server.name, defaultdict(list))
                for column, value in measure(server, seconds, share).items():
                    found[column].append(value)
    if figures:
        show(figures)


if __name__ == "__main__":
    main()
