"""Weeks 5 to 7 under load: 200 clients in one room, 50 messages a second; then 20 of them with 3 that never read.

    python bench/stream_chat.py                 the solutions and the lab's own servers
    python bench/stream_chat.py --seconds 30

Prints what was lost, and the delays between saying and hearing. The clients are in this process, with asyncio: figures
of two servers in one run can be compared, and the load is the same for all.
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parent.parent
START = 20.0  # seconds for a server to listen
LAST = 10.0  # seconds for the last messages to arrive
NUMBER = re.compile(rb"<(\d{6})>")
MUTE = 3  # clients that never read, in the second half
WITH_MUTE = 20  # clients beside them
IDLE = 1.0  # seconds without anything new


class Protocol(NamedTuple):
    """What a client sends, and how it becomes more than a client that never reads has room for.

    joined   is in the answer to `hello`
    bulk     characters of each message beside clients that never read
    flood    what these send, for the answers
    """

    hello: str
    joined: str
    say: str
    hears_itself: bool
    bulk: int
    flood: bytes = b""


ROOMS = Protocol("JOIN_CHATROOM: room\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: {name}\n", "JOIN_ID", "", True, 16_000)
ROOM_SAY = "CHAT: {ref}\nJOIN_ID: {id}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n"
RELAY = Protocol("REGISTER {name} CHAT/1.0\n", "200", "@{name}: {text}\n", False, 16_000)
LINES = Protocol("LOGIN {name}\n", "USERS", "ALL {text}\n", False, 400, b"WHO\n" * 60_000)
PYTHON = sys.executable
SERVERS = {
    "week 5, solution": (ROOMS, [PYTHON, "solutions/week5_rooms/server.py", "127.0.0.1", "{port}"]),
    "week 5, lab's": (ROOMS, [PYTHON, "-m", "grader", "serve", "--host", "127.0.0.1", "--rooms", "{port}"]),
    "week 6, solution": (RELAY, [PYTHON, "solutions/week6_selectors/server.py", "--port", "{port}"]),
    "week 6, lab's": (RELAY, [PYTHON, "-m", "grader", "serve", "--host", "127.0.0.1", "--relay", "{port}"]),
    "week 7, solution": (LINES, [PYTHON, "solutions/week7_lines/server.py", "127.0.0.1", "{port}"]),
    "week 7, lab's": (LINES, [PYTHON, "-m", "grader", "serve", "--host", "127.0.0.1", "--lines", "{port}"]),
}


class Client:
    """One of the room. `delays` are those of what it has heard."""

    def __init__(self, name: str, protocol: Protocol):
        self.name, self._protocol = name, protocol
        self.heard: set[int] = set()
        self.delays: list[float] = []
        self.twice = 0

    async def joins(self, port: int) -> None:
        """Connects, and is let in."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(self._protocol.hello.format(name=self.name).encode())
        answer = b""
        while self._protocol.joined.encode() not in answer or not answer.endswith(b"\n"):
            answer += await self._reader.read(65_536)
        numbers = dict(re.findall(r"(ROOM_REF|JOIN_ID): *(-?\d+)", answer.decode()))
        say = self._protocol.say or ROOM_SAY.format(
            ref=numbers["ROOM_REF"], id=numbers["JOIN_ID"], name="{name}", text="{text}"
        )
        self._say = say

    def says(self, number: int, bulk: int) -> None:
        """Sends a message with this number."""
        self._writer.write(self._say.format(name=self.name, text=f"<{number:06}>{'x' * bulk}").encode())

    def floods(self) -> None:
        """Asks for much, and reads nothing of it: not even this program's own buffer takes it."""
        self._writer.transport.pause_reading()
        self._writer.write(self._protocol.flood)

    async def is_let_go(self) -> bool:
        """Whether the connection has ended, which is known when all that was on its way is read."""
        self._writer.transport.resume_reading()
        with suppress(TimeoutError, ConnectionError):
            while await asyncio.wait_for(self._reader.read(262_144), IDLE):
                pass
            return True
        return self._reader.exception() is not None

    async def listens(self, said_at: dict[int, float]) -> None:
        """Reads for ever."""
        rest = b""
        with suppress(ConnectionError):
            while data := await self._reader.read(262_144):
                now, data = time.monotonic(), rest + data
                found = list(NUMBER.finditer(data))
                for match in found:
                    number = int(match[1])
                    self.twice += number in self.heard
                    self.heard.add(number)
                    self.delays.append(now - said_at[number])
                rest = data[found[-1].end() :][-8:] if found else data[-8:]

    def leaves(self) -> None:
        """Hangs up."""
        self._writer.transport.abort()


async def load(protocol: Protocol, port: int, clients: int, rate: int, seconds: float, mute: int) -> tuple:
    """Messages said, lost, heard twice, clients let go, and all delays."""
    room = [Client(f"client{number}", protocol) for number in range(clients)]
    never_read = [Client(f"mute{number}", protocol) for number in range(mute)]
    for client in (*never_read, *room):
        await client.joins(port)
    for client in never_read:
        client.floods()
    said_at: dict[int, float] = {}
    listening = [asyncio.create_task(client.listens(said_at)) for client in room]
    began = time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        said_at[number] = time.monotonic()
        room[number % clients].says(number, protocol.bulk if mute else 0)
    expected = len(said_at) - (0 if protocol.hears_itself else len(said_at) // clients)
    until = time.monotonic() + LAST
    while time.monotonic() < until and any(len(client.heard) < expected for client in room):
        await asyncio.sleep(0.05)
    let_go = sum([await client.is_let_go() for client in never_read])
    for task in listening:
        task.cancel()
    for client in (*room, *never_read):
        client.leaves()
    wanted = clients * len(said_at) - (0 if protocol.hears_itself else len(said_at))
    lost = wanted - sum(len(client.heard) for client in room)
    delays = sorted(delay for client in room for delay in client.delays)
    return len(said_at), lost, sum(client.twice for client in room), let_go, delays


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """The port of a server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [word.format(port=port) for word in command]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"{words} does not listen")
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@click.command()
@click.option("--clients", default=200, show_default=True)
@click.option("--rate", default=50, show_default=True, help="Messages a second, of all together.")
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--only", default="", help="Servers whose names contain this.")
def main(clients: int, rate: int, seconds: float, only: str) -> None:
    """Measures each server without and with clients that never read."""
    click.echo("server             clients  never read  let go    said    lost   twice   median ms    p99 ms   max ms")
    for name, (protocol, command) in SERVERS.items():
        if only not in name:
            continue
        for number, mute in ((clients, 0), (WITH_MUTE, 0), (WITH_MUTE, MUTE)):
            with running(command) as port:
                said, lost, twice, let_go, delays = asyncio.run(load(protocol, port, number, rate, seconds, mute))
            median, last = statistics.median(delays) * 1e3, delays[-1] * 1e3
            p99 = delays[int(len(delays) * 0.99)] * 1e3
            figures = f"{said:7} {lost:7} {twice:7} {median:11.1f} {p99:9.1f} {last:8.1f}"
            click.echo(f"{name:18} {number:7} {mute:11} {let_go:7} {figures}")


if __name__ == "__main__":
    main()
