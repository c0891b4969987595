"""Week 2 over a bad link: is all there exactly once, are the faults the same each time, what does the server carry?

    .venv/bin/python bench/udp_chat.py link      the solution: 100 messages each way, 50 times
    .venv/bin/python bench/udp_chat.py server    200 clients that say 20 messages a second in all, through the link

The link loses 20 %, repeats 10 % and reorders 10 % of the datagrams. The server has one processor, the link and the
clients have the other. Everything talks to loopback, and stops by itself.
"""

from __future__ import annotations

import os
import random
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader.patience import Patience
from grader.peers.udp.bad_link import Carriage, Relay
from grader.peers.udp.link import Fate, Faults, seeded
from grader.peers.watch import Watch
from grader.reference.addresses import bound
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.scratch import scratch
from grader.sandbox.workspace import Workspace, passed_on
from grader.stages.week2_udp import client as declared
from grader.submission import Submission, stage
from tests.corpus import ROOT

BAD = {"loss": 20, "repeat": 10, "reorder": 10}  # percent
MESSAGES = 100  # each way
AT_ONCE = 5  # runs of the solution
SENT = 2_000  # datagrams, each twice, through the link alone
CLIENTS, A_SECOND, SECONDS = 200, 20, 30
AFTERWARDS = 10  # seconds for what is still on its way
REPEAT = 0.25  # seconds, of the clients here

Trace = dict[tuple[str, bytes, int], Fate]


@click.group()
def main() -> None:
    """Measures week 2."""


@main.command()
@click.option("--runs", default=50, show_default=True)
def link(runs: int) -> None:
    """The solution chats over the link, again and again."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        traces = list(pool.map(lambda _: _chat(), range(runs)))
    first, others = traces[0], traces[1:]
    faults = Counter(fate.value for fate in first.values())
    shared = [(first[key], trace[key]) for trace in others for key in first.keys() & trace.keys()]
    more = [len(first.keys() ^ trace.keys()) for trace in others]
    click.echo(f"{runs} of {runs} runs: {MESSAGES} messages each way arrived exactly once")
    click.echo(f"in the first: {', '.join(f'{number} {fate}' for fate, number in sorted(faults.items()))}")
    changed = sum(fate != other for fate, other in shared)
    click.echo(f"datagrams with another fate than in the first run: {changed} of {len(shared):,}")
    click.echo(
        f"runs with the very same datagrams as the first: {more.count(0)} of {len(more)}; at most {max(more)} differ"
    )
    carried = [_carried() for _ in range(runs)]
    same = sum(each == carried[0] for each in carried)
    click.echo(f"{len(carried[0]):,} datagrams out of {SENT:,}, byte for byte as in the first run: {same} of {runs}")


def _carried() -> list[bytes]:
    """What comes out of the link when always the same goes in."""
    out: list[bytes] = []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source,
    ):
        sink.bind(("127.0.0.1", 0))
        sink.setblocking(False)
        listening = bound("127.0.0.1", 0)
        carried: list[Carriage] = []
        watch = Watch()
        with Relay(listening, (socket.AF_INET, sink.getsockname()), seeded(4, **BAD), carried.append, watch=watch):
            watch.add(sink, lambda: out.append(sink.recv(100)))
            for number in range(SENT):
                source.sendto(f"datagram {number % (SENT // 2)}".encode(), listening[0].getsockname())
                watch.until(lambda: len(carried) > number, time.monotonic() + 30)  # noqa: B023
            watch.until(lambda: False, time.monotonic() + 0.05)
    return out


def _chat() -> Trace:
    """One run; raises Unmet if anything is lost or doubled."""
    trace: Trace = {}
    lines, answers = ([f"{word} {number:03}" for number in range(1, MESSAGES + 1)] for word in ("line", "answer"))
    with scratch() as folder:
        stage(Submission("solutions", ROOT / "solutions"), folder, {"server.py"})
        site = Bare(folder, Limits())
        with (
            Workspace(folder, site, environment=passed_on(os.environ)) as workspace,
            declared.meet(workspace, Patience(30, 30)) as client,
        ):
            server = client.joins(link=_recorded(seeded(2, **BAD), trace))
            for answer in answers:
                server.says("bob", answer)
            for line in lines:  # at once, they would not fit into a terminal's buffer
                client.types(line)
                server.has_heard_each_once("alice", [line])
            client.prints(*(f"bob: {answer}" for answer in answers))
            server.has_heard_each_once("alice", lines)
            client.printed_times(1, *(f"bob: {answer}" for answer in answers))
    return trace


def _recorded(faults: Faults, trace: Trace) -> Faults:
    def fate(flow: int, sign: str, datagram: bytes, before: int) -> Fate:
        trace[sign, datagram, before] = faults(flow, sign, datagram, before)
        return trace[sign, datagram, before]

    return fate


@main.command()
def server() -> None:
    """Many clients at the lab's server."""
    ports = [_free_port() for _ in range(2)]
    command = [sys.executable, "-m", "grader", "serve", "--udp", str(ports[0])]
    serving = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    serving.stdout.readline()
    linking = subprocess.Popen([sys.executable, __file__, "relay", *map(str, ports)], stdout=subprocess.PIPE, text=True)
    linking.stdout.readline()
    try:
        for process, processor in ((serving, 0), (linking, 1)):
            os.sched_setaffinity(process.pid, {processor})
        os.sched_setaffinity(0, {1})
        spare = ThreadPoolExecutor(1).submit(serving.stdout.read)  # so that it never waits for its screen
        before = _cpu(serving.pid), _cpu(linking.pid), _cpu(os.getpid()), time.monotonic()
        crowd = Crowd(ports[1])
        crowd.talks(SECONDS, AFTERWARDS)
        after = _cpu(serving.pid), _cpu(linking.pid), _cpu(os.getpid()), time.monotonic()
    finally:
        for process in (serving, linking):
            process.kill()
            process.wait()
    spare.result()
    seconds = after[3] - before[3]
    names = ("server", "link", "clients")
    click.echo(f"{CLIENTS} clients said {crowd.said:,} messages in {SECONDS} s; due: {crowd.said * (CLIENTS - 1):,}")
    click.echo(f"lost: {crowd.lost():,}")
    shares = (f"{name} {(now - then) / seconds:.0%}" for name, then, now in zip(names, before, after, strict=False))
    click.echo(f"of one processor, over {seconds:.0f} s: {', '.join(shares)}")


@main.command(hidden=True)
@click.argument("server_port", type=int)
@click.argument("port", type=int)
def relay(server_port: int, port: int) -> None:
    """The link, for `server`."""
    target = (socket.AF_INET, ("127.0.0.1", server_port))
    with Relay(bound("127.0.0.1", port), target, seeded(3, **BAD)) as carrying:
        click.echo("ready")
        carrying.run()


class Crowd:
    """Clients that acknowledge what they get, and repeat what is not acknowledged."""

    def __init__(self, port: int):
        self.said = 0
        self._selector = selectors.DefaultSelector()
        self._sockets = []
        self._waiting: dict[int, dict[bytes, float]] = {number: {} for number in range(CLIENTS)}  # when it is repeated
        self._numbers = [0] * CLIENTS
        self._got: list[set[bytes]] = [set() for _ in range(CLIENTS)]
        for number in range(CLIENTS):
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.setblocking(False)
            made.connect(("127.0.0.1", port))
            self._selector.register(made, selectors.EVENT_READ, number)
            self._sockets.append(made)
            self._ask(number, f"HELLO client-{number}".encode())

    def talks(self, seconds: int, afterwards: int) -> None:
        """Somebody says something, A_SECOND times a second; then waits for what is on its way."""
        while any(self._waiting.values()):
            self._go_on(time.monotonic() + 0.05)
        began, chance = time.monotonic(), random.Random(1)
        for turn in range(seconds * A_SECOND):
            self._go_on(began + turn / A_SECOND)
            speaker = chance.randrange(CLIENTS)
            self._numbers[speaker] += 1
            self._ask(speaker, f"SAY {self._numbers[speaker]} message {turn} of client {speaker}".encode())
            self.said += 1
        self._go_on(time.monotonic() + afterwards)

    def lost(self) -> int:
        """How many messages did not get to somebody who should have them."""
        return self.said * (CLIENTS - 1) - sum(map(len, self._got))

    def _go_on(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._selector.select(min(left, 0.05)):
                self._receive(key.data)
            now = time.monotonic()
            for number, waiting in self._waiting.items():
                for request in [request for request, due in waiting.items() if due <= now]:
                    self._ask(number, request)

    def _ask(self, number: int, request: bytes) -> None:
        self._waiting[number][request] = time.monotonic() + REPEAT
        self._sockets[number].send(request)

    def _receive(self, number: int) -> None:
        verb, _, rest = self._sockets[number].recv(2048).partition(b" ")
        if verb == b"MSG":
            message, _, _ = rest.partition(b" ")
            self._got[number].add(message)
            self._sockets[number].send(b"GOT " + message)
        elif verb in (b"OK", b"WELCOME"):
            asked = b"HELLO " + rest if verb == b"WELCOME" else b"SAY " + rest + b" "
            for request in [request for request in self._waiting[number] if request.startswith(asked)]:
                del self._waiting[number][request]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
