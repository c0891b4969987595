"""Week 9 under load, and killed: 200 clients, 100 messages a second; then kill -9 at 20 random moments.

    python bench/frames_chat.py                 the solution and the lab's own server (which stores nothing: no kills)
    python bench/frames_chat.py --kills 100 --only solution

Prints what was lost, the delays between saying and hearing, the server's processor time, and how many of the last
messages that somebody had seen before a kill were not in the history after it. Ends with status 1 where any was lost.
The clients are in this process, with asyncio; the commands are started as they are, from the source.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader.wire.frames import Frames, packed
from tests.corpus import ROOT

START, LAST, JOIN = 20.0, 10.0, 30.0  # seconds for a server to listen, for the last messages, for a welcome
KILLED_WITHIN = 1.5  # seconds of talk before a kill, at most
KILL_CLIENTS, KILL_RATE = 20, 500  # while it is killed: as many messages in flight as there can be
REMEMBERED = 50  # messages of a history
SERVERS = {
    "solution": [
        sys.executable,
        "-c",
        "from chatroom.server import main; main()",
        "--port",
        "{port}",
        "--database",
        "{database}",
    ],
    "lab's": [sys.executable, "-m", "grader", "serve", "--host", "127.0.0.1", "--frames", "{port}"],
}


class Heard(NamedTuple):
    """A message as one client has it, and how long it took."""

    id: int
    text: str
    delay: float


class Client:
    """One of the room."""

    def __init__(self, name: str):
        self.name = name
        self.heard: list[Heard] = []
        self.history: list[tuple[int, str]] = []

    async def joins(self, port: int) -> None:
        """Connects, and is welcomed."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._frames = Frames()
        self._writer.write(packed(type="hello", name=self.name))
        async for said in self._messages():
            if said["type"] == "welcome":
                self.history = [(each["id"], each["text"]) for each in said["history"]]
                return
        raise SystemExit(f"{self.name} is not let in")

    def says(self, text: str) -> None:
        """Sends a message."""
        self._writer.write(packed(type="say", text=text))

    async def listens(self, said_at: dict[str, float]) -> None:
        """Reads until the connection ends."""
        with suppress(ConnectionError):
            async for said in self._messages():
                if said["type"] == "message":
                    self.heard.append(Heard(said["id"], said["text"], time.monotonic() - said_at[said["text"]]))

    def leaves(self) -> None:
        """Hangs up."""
        self._writer.transport.abort()

    async def _messages(self) -> AsyncIterator[dict]:
        while data := await self._reader.read(262_144):
            for message in self._frames.feed(data):
                yield json.loads(message)


@asynccontextmanager
async def running(command: list[str], database: Path) -> AsyncIterator[tuple[psutil.Process, int]]:
    """A server and its port; killed in the end."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "solutions" / "week9_package" / "src"),
        "HOME": str(database.parent),
    }
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [word.format(database=database, port=port) for word in command]
    process = psutil.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        next_line = partial(asyncio.to_thread, process.stdout.readline)
        while str(port).encode() not in (line := await asyncio.wait_for(next_line(), START)):
            if not line:
                raise SystemExit(f"{words} does not listen")
        yield process, port
    finally:
        process.kill()
        process.wait()


async def talk(room: list[Client], said_at: dict[str, float], rate: int, seconds: float) -> None:
    """One after the other says a numbered message."""
    began, first = time.monotonic(), len(said_at)
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        text = f"message {first + number}"
        said_at[text] = time.monotonic()
        room[number % len(room)].says(text)


async def under_load(command: list[str], database: Path, clients: int, rate: int, seconds: float) -> tuple:
    """Messages said, deliveries lost or out of order, all delays, and the server's processor time in seconds."""
    said_at: dict[str, float] = {}
    async with running(command, database) as (server, port):
        room = [Client(f"client{number}") for number in range(clients)]
        for client in room:
            await asyncio.wait_for(client.joins(port), JOIN)
        listening = [asyncio.create_task(client.listens(said_at)) for client in room]
        before = sum(server.cpu_times()[:2])
        await talk(room, said_at, rate, seconds)
        wanted, until = len(said_at) * (clients - 1), time.monotonic() + LAST
        while sum(len(client.heard) for client in room) < wanted and time.monotonic() < until:
            await asyncio.sleep(0.05)
        used = sum(server.cpu_times()[:2]) - before
        for client in room:
            client.leaves()
        await asyncio.gather(*listening)
    wrong = wanted - sum(len(client.heard) for client in room)
    for client in room:
        ids = [heard.id for heard in client.heard]
        wrong += ids != sorted(set(ids))
    return len(said_at), wrong, sorted(heard.delay for client in room for heard in client.heard), used


async def killed(command: list[str], database: Path, kills: int, chance: random.Random) -> tuple[int, int]:
    """How many messages had been seen by somebody at the kills, and how many of the last ones were lost."""
    said_at: dict[str, float] = {}
    seen, lost = 0, 0
    last: dict[int, str] = {}  # of the messages that somebody had seen when the server was killed
    for _ in range(kills + 1):
        async with running(command, database) as (server, port):
            room = [Client(f"client{number}") for number in range(KILL_CLIENTS)]
            for client in room:
                await asyncio.wait_for(client.joins(port), JOIN)
            history = dict(room[0].history)
            newest = sorted(last)[-REMEMBERED:]
            oldest = min(history) if len(history) >= REMEMBERED else 0  # older ones may be beyond its reach
            lost += sum(history.get(number) != last[number] for number in newest if number >= oldest)
            listening = [asyncio.create_task(client.listens(said_at)) for client in room]
            talking = asyncio.create_task(talk(room, said_at, KILL_RATE, 2 * KILLED_WITHIN))
            await asyncio.sleep(chance.uniform(0.05, KILLED_WITHIN))
            server.send_signal(signal.SIGKILL)
            talking.cancel()
            await asyncio.gather(*listening)
            for client in room:
                client.leaves()
        last = {heard.id: heard.text for client in room for heard in client.heard}
        seen += len(last)
    return seen, lost


@click.command()
@click.option("--clients", default=200, show_default=True)
@click.option("--rate", default=100, show_default=True, help="Messages a second, of all together.")
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--kills", default=20, show_default=True)
@click.option("--only", default="", help="Servers whose names contain this.")
@click.option("--seed", default=1, show_default=True)
def main(clients: int, rate: int, seconds: float, kills: int, only: str, seed: int) -> None:
    """Measures, and prints a table."""
    failed = 0
    click.echo("server     clients    said   wrong   median ms    p99 ms   max ms   processor s")
    for name, command in SERVERS.items():
        if only in name:
            with tempfile.TemporaryDirectory() as folder:
                said, wrong, delays, used = asyncio.run(
                    under_load(command, Path(folder, "chat.db"), clients, rate, seconds)
                )
            ms = [1e3 * each for each in (statistics.median(delays), delays[int(len(delays) * 0.99)], delays[-1])]
            click.echo(f"{name:10} {clients:7} {said:7} {wrong:7} {ms[0]:11.1f} {ms[1]:9.1f} {ms[2]:8.1f} {used:13.2f}")
            failed += wrong
    if only in "solution":
        with tempfile.TemporaryDirectory() as folder:
            seen, lost = asyncio.run(killed(SERVERS["solution"], Path(folder, "chat.db"), kills, random.Random(seed)))
        click.echo(
            f"killed {kills} times: {seen:,} messages seen before, {lost} of the last {REMEMBERED} each not there after"
        )
        failed += lost
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
