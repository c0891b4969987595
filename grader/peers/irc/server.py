"""The program under test as the IRC server of week 8."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.irc import load
from grader.peers.irc.client import Client
from grader.peers.irc.library import LibraryClient
from grader.peers.server_run import ServerRun
from grader.peers.stream_server import StreamServer
from grader.sandbox.workspace import Workspace
from grader.wording import count

MOTD = "motd.txt"
WRITE = """
import os
os.makedirs(os.environ["TOP"])
with open(os.environ["TOP"] + "/motd.txt", "w", encoding="utf-8") as file:
    file.write(os.environ["TEXT"])
"""


@dataclass(frozen=True)
class IrcServer:
    """An IRC server that a student wrote, started as `PROGRAM HOST PORT OPTIONS`.

    password   what its clients say with PASS
    motd       the lines of the file of --motd
    """

    program: str
    options: tuple[str, ...] = ()
    password: str = ""
    motd: tuple[str, ...] = ()

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self, workspace, patience)


class Server(StreamServer[Client]):
    """What a conversation calls `server`."""

    speaks = Client

    def __init__(self, declared: IrcServer, workspace: Workspace, patience: Patience):
        super().__init__(declared.program, workspace, patience)
        self.declared = declared
        self._began = 0.0
        self._real: list[LibraryClient] = []

    def connect(self, name: str) -> Client:
        """A client connects, as soon as the program listens."""
        client = super().connect(name)
        client.company = self._clients.values
        client.password = self.declared.password
        return client

    def registered(self, *names: str) -> list[Client]:
        """Clients of these names, who are welcome."""
        clients = []
        for name in names:
            with self._in_one_line(f"{name} connects and registers"):
                clients.append(self.connect(name))
                clients[-1].registers()
        return clients

    def gives_back(self, *nicks: str) -> None:
        """Other clients can have these nicks now, or in a moment: some programs close first, and then forget."""
        for nick in nicks:
            with self._in_one_line(f"{nick} connects anew and registers"):
                self.connect(nick).takes_back(nick)

    def with_library(self, name: str) -> LibraryClient:
        """A client that uses Python's irc library, and is welcome."""
        run = self._listening()
        make = lambda: self._connection(run, name)  # noqa: E731
        more = {"steps": self.steps, "patience": self._patience, "mark": self._workspace.token}
        client = LibraryClient(name, make, **more)
        self._real.append(client)
        client.sees("welcome", "")
        return client

    def joined(self, channel: str, *names: str) -> list[Client]:
        """Clients of these names, who are in this channel, the first of them as its operator."""
        clients = self.registered(*names)
        self.lets_join(channel, *clients)
        return clients

    def lets_join(self, channel: str, *clients: Client) -> None:
        """These join, one after the other; what they are told meanwhile does not matter."""
        who = " and ".join(filter(None, [", ".join(each.name for each in clients[:-1]), clients[-1].name]))
        with self._in_one_line(f"{who} {'join' if clients[1:] else 'joins'} {channel}"):
            for client in clients:
                client.does(f"JOIN {channel}")
            for client in clients:
                client.catches_up()
                client.inbox.clear()

    def crowd(self, number: int, channel: str) -> list[Client]:
        """So many clients, who register and join at the same time."""
        with self._in_one_line(f"{count(number, 'client')} connect, register and join {channel}: member-001 ..."):
            self._listening()
            crowd = [self.connect(f"member-{each:03}") for each in range(1, number + 1)]
            for client in crowd:
                client.sends(f"NICK {client.name}\r\nUSER {client.name} 0 * :{client.name}\r\n".encode())
            self._each_sees(crowd, "001")
            for client in crowd:
                client.sends(f"JOIN {channel}\r\n".encode())
            self._each_sees(crowd, "366")
        return crowd

    def _each_sees(self, crowd: list[Client], pattern: str) -> None:
        """Such a line comes to each of them. The transcript has only the one to whom it does not come."""
        for client in crowd:
            try:
                client.sees(pattern)
            except Unmet:
                others = tuple(f"{each.name} " for each in crowd if each is not client)
                self.steps[:] = [step for step in self.steps if not step.startswith(others)]
                self.steps.append(f"{count(len(others), 'other client')} did the same")
                raise

    def race(self, number: int, nick: str) -> None:
        """So many clients ask for one nick at the same time; one gets it."""
        with self._in_one_line(f"{count(number, 'client')} say `NICK {nick}` at the same time"):
            clients = [self.connect(f"client {each}") for each in range(number)]
            for client in clients:
                client.sends(f"NICK {nick}\r\nUSER racer 0 * :racer\r\n".encode())
            got = [client.sees("001|433").command for client in clients]
        if (winners := got.count("001")) != 1:
            raise Unmet("one of them to be welcome, and the others to get 433", f"{winners} were welcome")

    def _hang_up(self) -> None:
        for client in self._real:
            client.close()
        self._real.clear()
        super()._hang_up()

    def has_printed(self, line: str) -> None:
        """Among the lines on its standard output is this one."""
        self.registered("alice")  # it may print when it listens, and then be slow to get there
        printed = self._run.neutral(self._run.program.said().output).splitlines()
        if line not in (each.strip() for each in printed):
            came = f"it printed {printed[0]!r}" if printed else "it printed nothing"
            raise self._run.unmet(f"the line {line!r} on standard output", came)

    def tells_much(self, talker: Client, *, to: Client) -> None:
        """One tells another more than any system keeps for who does not read."""
        load.tells_much(talker, to.name)

    def many_pings(self, client: Client, number: int) -> None:
        """One sends so many PING at once, and gets so many answers in their order."""
        load.many_pings(client, number)

    def floods(self, talker: Client, number: int, *, to: Client) -> None:
        """One says 1, 2, 3 ... to another, all at once, and nobody waits for the server to deal with it."""
        to.flooded_by = talker.name
        self._began = load.floods(talker, number, to.name)

    def has_passed_on(self, talker: Client, listener: Client, *, less_than: int) -> None:
        """Not all of a flood has come by now, and what came is in order."""
        if load.numbers_heard(listener, talker.name) >= less_than:
            raise Unmet(f"some of {talker.name}'s {less_than:,} lines to wait", "all of them have come already")

    def passes_on_all(self, talker: Client, listener: Client, number: int, *, seconds: float) -> None:
        """All of a flood comes, in order, and takes at least so long."""
        try:
            load.numbers_heard(listener, talker.name, until=number)
        except Unmet:
            talker._reads_what_is_there()  # perhaps she was let go: the transcript has it then
            raise
        if (took := time.monotonic() - self._began) < seconds:
            raise Unmet(f"{number:,} lines to take {seconds:g} seconds at least", f"they took {took:.1f}")

    @contextmanager
    def _in_one_line(self, story: str) -> Iterator[None]:
        """What happens in this `with` is one line of the transcript, if it goes well. That the program starts and
        listens is told all the same."""
        self._listening()
        place = len(self.steps)
        yield
        self.steps[place:] = [story]

    def _start(self, host: str) -> ServerRun:
        port = self._free_port()
        options = self.declared.options
        if self.declared.motd:
            home = self._workspace.new_home()
            self._workspace.does(WRITE, TOP=home, TEXT="\n".join(self.declared.motd) + "\n")
            options = (*options, "--motd", f"{home}/{MOTD}")
        if self.declared.password:
            options = (*options, "--password", self.declared.password)
        return self._launch((host, str(port), *options), port)
