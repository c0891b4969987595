"""A bad link, to put between UDP clients and a server."""

from __future__ import annotations

import random

import click

from grader.check import Refused
from grader.commands import settings
from grader.commands.settings import PORT
from grader.peers.udp.bad_link import Carriage, Relay
from grader.peers.udp.link import seeded
from grader.reference.addresses import addresses, bound
from grader.report import terminal
from grader.sandbox.workspace import Halted
from grader.wording import datagram_text

PERCENT = click.FloatRange(0, 100)


@click.command()
@click.option(
    "--listen", type=PORT, required=True, metavar="PORT", help="Where clients send to, instead of the server."
)
@click.option("--to", "server", required=True, metavar="HOST:PORT", help="The server.")
@click.option("--loss", type=PERCENT, default=20, show_default=True, help="Percent of the datagrams that are lost,")
@click.option("--repeat", type=PERCENT, default=10, show_default=True, help="that arrive twice,")
@click.option("--reorder", type=PERCENT, default=10, show_default=True, help="and that wait until the next has passed.")
@click.option("--seed", type=int, help="The same seed does the same to the same datagrams. [default: a random one]")
@click.option("--host", default="localhost", show_default=True, help="Where to listen; 0.0.0.0 is everywhere.")
def link(*, listen: int, server: str, loss: float, repeat: float, reorder: float, seed: int | None, host: str) -> None:
    """Puts a bad link between UDP clients and a server, and shows what it does to each datagram. Ctrl-C ends it."""
    console = settings.console()
    target_host, _, target_port = server.rpartition(":")
    target_host = target_host.removeprefix("[").removesuffix("]")  # as IPv6 addresses are written before a port
    if not target_host or not target_port.isdecimal() or not 1 <= int(target_port) <= 65535:
        raise Refused(f"--to {server}: write HOST:PORT, as localhost:9000.")
    if loss + repeat + reorder > 100:
        raise Refused(f"--loss, --repeat and --reorder are {loss + repeat + reorder:g} percent together: at most 100.")
    seed = random.randrange(10_000) if seed is None else seed
    target = addresses(target_host, int(target_port))[0]
    faults = seeded(seed, loss=loss, repeat=repeat, reorder=reorder)
    sockets = bound(host, listen)

    def show(carriage: Carriage) -> None:
        line = f"client {carriage.flow} {carriage.sign} {datagram_text(carriage.datagram)}"
        terminal.say(console, f"{line:<60}  {carriage.fate if carriage.fate != 'passed' else ''}".rstrip(), indent=0)

    try:
        terminal.say(console, f"From {host} port {listen} to {server}, --seed {seed}. Ctrl-C ends it.", indent=0)
        with Relay(sockets, target, faults, show) as relay:
            relay.run()
    except Halted:
        terminal.say(console, "The link has ended.", indent=0)
