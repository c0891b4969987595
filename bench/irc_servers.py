"""The IRC servers that bench/irc_chat.py compares, limits raised, each on a port and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FEW = 5  # connections that a short backlog has room for
START = 20.0  # seconds for a server to listen
TICKS = os.sysconf("SC_CLK_TCK")
REFERENCE = """
import asyncio, sys, time
from grader.reference import irc_port
from grader.reference.addresses import bound
from grader.reference.irc.chat import IrcChat
from grader.reference.irc.settings import Settings
chat = IrcChat(now=time.time(), settings=Settings(flood=0, ping=600))
asyncio.run(irc_port.serve(bound("127.0.0.1", int(sys.argv[1]), 1), chat))
"""
NGIRCD = """
[Global]
    Name = irc.bench.example
    Info = bench
    Listen = 127.0.0.1
    Ports = {port}
    MotdPhrase = "hello"
    ServerUID = nobody
    ServerGID = nogroup
[Limits]
    MaxConnections = 0
    MaxConnectionsIP = 0
    MaxJoins = 0
    MaxNickLength = 30
    MaxPenaltyTime = 0
    PingTimeout = 600
[Options]
    DNS = no
    Ident = no
    PAM = no
"""
INSPIRCD = """
<server name="irc.bench.example" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@bench.example">
<bind address="127.0.0.1" port="{port}" type="clients">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
<pid file="{folder}/pid">
<files motd="{folder}/motd">
<connect name="all" allow="*" timeout="60" pingfreq="600" hardsendq="16777216" softsendq="8388608" recvq="1048576"
    threshold="100000000" commandrate="100000000" fakelag="no" localmax="5000" globalmax="5000" maxchans="50"
    resolvehostnames="no" useident="no" limit="5000">
<performance netbuffersize="10240" somaxconn="1024" softlimit="5000" clonesonconnect="no" nouserdns="yes">
<security maxtargets="20">
<options defaultmodes="">
"""


class Server(NamedTuple):
    """A server to measure.

    command   for a port and a folder that is its own; None where it is absent
    install   how to get it
    at_once   connections that may wait for it, where haste is not what is measured
    """

    name: str
    command: Callable[[int, Path], list[str]] | None
    install: str = ""
    environment: dict[str, str] = {}  # noqa: RUF012
    at_once: int = 500


class Running:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen, port: int, at_once: int):
        self.process, self.port, self.at_once = process, port, at_once

    def cpu(self) -> float:
        """Seconds of processor that all its threads have used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def busy(self) -> float:
        """Seconds in which it ran, or would have if a core had been free."""
        return busy(self.process.pid)

    def memory(self) -> int:
        """Bytes that it holds."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def busy(pid: int) -> float:
    """Seconds in which the threads of a process ran, or would have if a core had been free."""
    found = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(ran) + int(waited) for ran, waited, _ in found) / 1e9


def servers(peers: Path | None) -> list[Server]:
    """All of them; `peers` is where miniircd was installed."""
    solution = ROOT / "solutions" / "week8_irc" / "server.py"
    found = [Server("reference", lambda port, folder: [sys.executable, "-c", REFERENCE, str(port)])]
    run = [sys.executable, str(solution), "127.0.0.1"]
    is_there = solution.is_file()
    found.append(Server("solution", is_there and (lambda port, _: [*run, str(port), "--flood", "0"]), "week 8"))
    found.append(_configured("ngircd", NGIRCD, ["-n", "-f", "{config}"])._replace(at_once=FEW))
    found.append(_configured("inspircd", INSPIRCD, ["--nofork", "--runasroot", "--config={config}"]))
    mini = peers and (peers / "miniircd.py").is_file()
    as_root = ["--setuid", "root"] if os.geteuid() == 0 else []  # it would rather not

    def run_mini(port: int, folder: Path) -> list[str]:
        return [sys.executable, "-m", "miniircd", "--listen", "127.0.0.1", "--ports", str(port), *as_root]

    install = "pip install --target FOLDER miniircd, then --peers FOLDER"
    found.append(Server("miniircd", run_mini if mini else None, install, {"PYTHONPATH": str(peers)}, FEW))
    return found


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """The server, until this ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        command = server.command(port, folder)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **server.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _wait_until_it_listens(server, process, port)
            yield Running(process, port, server.at_once)
        finally:
            _end(process)


def _configured(name: str, config: str, arguments: list[str]) -> Server:
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

    def command(port: int, folder: Path) -> list[str]:
        path = folder / "server.conf"
        path.write_text(config.format(port=port, folder=folder))
        (folder / "motd").write_text("hello\n")
        return [program, *(word.format(config=path) for word in arguments)]

    return Server(name, command if program else None, f"apt install {name}")


def _wait_until_it_listens(server: Server, process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise SystemExit(f"{server.name} does not listen: {process.stderr.read().decode(errors='replace')[-500:]}")
        time.sleep(0.05)


def _end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stderr.close()
