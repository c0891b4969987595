"""The program under test as the chat server of week 9, a command of an installed package."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from signal import Signals
from types import MappingProxyType

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames.guest import Client
from grader.peers.frames.package import Desk
from grader.peers.frames.run import COMMAND, HOST, FrameServerRun
from grader.peers.frames.stream import CROWD
from grader.peers.run import Run
from grader.peers.stream_server import StreamServer
from grader.sandbox.workspace import Workspace
from grader.wording import count

NOTHING = MappingProxyType({})
DATABASE = "chatroom.db"
FEW = 5  # clients, whose conversation is a story
LOCKS = """
import os, sqlite3, time
try:
    database = sqlite3.connect(os.environ["DATABASE"], timeout=2, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    time.sleep(60)
except sqlite3.Error as error:
    print("not locked:", error, flush=True)
"""
IS_A_DATABASE = """
import os
try:
    with open(os.environ["DATABASE"], "rb") as file:
        print(file.read(15).decode("latin-1"))
except OSError:
    print("missing")
"""


@dataclass(frozen=True)
class FrameServer:
    """A chat server that a student wrote: the command `chatroom-server` of the package in this folder."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience)


class Server(StreamServer[Client]):
    """What a conversation calls `server`. Its folder and its database last as long as it does."""

    speaks = Client

    def __init__(self, program: str, workspace: Workspace, patience: Patience):
        super().__init__(program, workspace, patience)
        self._desk: Desk | None = None
        self._usual: FrameServerRun | None = None  # the run that all conversations share
        self._lock = ExitStack()

    def entered(self, *names: str) -> list[Client]:
        """Clients of these names, who connect and say hello one after the other."""
        clients = []
        for name in names:
            clients.append(self.connect(name))
            clients[-1].enters()
        for each in clients[:-1]:
            for other in clients[clients.index(each) + 1 :]:
                each.is_told("joined", other.name)
        return clients

    def crowd(self, number: int) -> list[Client]:
        """So many clients, who connect and say hello at the same time."""
        self._listening()
        story, self.steps = self.steps, []
        try:
            crowd = [self.connect(f"{CROWD}{each:03}") for each in range(1, number + 1)]
        finally:
            self.steps = story
        self.steps.append(f"{count(number, 'client')} connect and say hello: client_001 ...")
        for client in crowd:
            client.tells(type="hello", name=client.name)
        for client in crowd:
            client.gets("welcome", name=client.name)
        return crowd

    def says_where_it_listens(self) -> None:
        """The program prints one line with its address, at once."""
        run = self._running()
        port = run.says_where_it_listens()
        if port != run.port:
            raise Unmet(f"{COMMAND} to listen on the port that it was given", f"it says port {port}")
        run.listens()

    def started(self, *arguments: str, files: Mapping[str, str] = NOTHING) -> FrameServerRun:
        """A run of its own, in a folder of its own with these files, on a port that the check calls PORT."""
        port = self._free_port()
        texts = {f"work/{name}": text.replace("PORT", str(port)) for name, text in files.items()}
        words = tuple(str(port) if word == "PORT" else word for word in arguments)
        desk = Desk(self._workspace, self._program, self._patience, texts)
        for name, text in files.items():
            self.steps += [f"{name}:", *(f"    {line}" for line in text.splitlines())]
        return self._launch(words, port, desk)

    def starts_as(self, clients: type[Client], *arguments: str) -> None:
        """A run of its own with these arguments, to which such clients connect; until it listens."""
        self.speaks = clients
        self.started("--port", "PORT", *arguments)
        self._listening()

    def restarts(self) -> None:
        """The program is started again, with the same database, as soon as the one before has ended."""
        self._hang_up()
        self._start(HOST)
        self._listening()

    def stops_and_restarts(self, number: Signals) -> None:
        """The program is ended by a signal, and started again."""
        self.stops(number)
        self.restarts()

    def is_killed(self) -> None:
        """The program is killed, with no time for anything (kill -9)."""
        self._running().is_killed()

    def has_a_database(self, name: str = DATABASE) -> None:
        """There is such a file where the program was started, and it is SQLite's."""
        run = self._running()
        found = self._workspace.does(IS_A_DATABASE, DATABASE=run.desk.path(f"work/{name}")).strip()
        if found != "SQLite format 3":
            came = "there is no such file" if found == "missing" else "it is something else"
            raise run.unmet(f"a database of SQLite in the file {name}", came)
        self.steps.append(f"{name} is a database of SQLite")

    def cannot_store(self) -> None:
        """From now on nobody can write to the database: somebody else is at it."""
        words = [self._workspace.interpreter, "-I", "-S", "-c", LOCKS]
        locks = self._workspace.run(words, environment={"DATABASE": self._desk.path(f"work/{DATABASE}")})
        self._lock.callback(locks.end)
        while not locks.said().output.strip() and locks.exit_status(0.01) is None:
            pass
        if locks.said().output.strip() != "locked":
            wanted = "the database to be free for others while nobody says anything"
            raise Unmet(wanted, "the server keeps it locked: a transaction that is not committed, or an exclusive lock")
        self.steps.append("another program locks the database (BEGIN IMMEDIATE)")

    def can_store(self) -> None:
        """From now on it can be written to again."""
        self._lock.close()
        self.steps.append("the database can be written to again")

    def begin(self) -> bool:
        """Starts the transcript of another conversation; whether it goes on with a program that is running."""
        self._lock.close()
        self.speaks = Client
        if self._run is not self._usual:
            self._run = None
        goes_on = super().begin()
        if not goes_on:
            self._usual = None
        return goes_on

    def starts_again(self) -> None:
        """A new run on the same port as the last one, until it listens."""
        last = self._running()
        self._usual = self._launch(("--port", str(last.port)), last.port)
        self._listening()

    def ends_in_good_order(self) -> None:
        """The program ends with status 0, and without a traceback."""
        self._running().ends_in_good_order()

    def meets_a_taken_port(self, host: str = HOST) -> Run:
        """A new run, on a port where another program listens already."""
        port = self._free_port()
        self._kept.enter_context(self._workspace.occupy(host, port))
        self.steps.append(f"another program listens on {host} port PORT")
        return self._launch(("--port", str(port)), port, Desk(self._workspace, self._program, self._patience))

    def last_words(self) -> list[str]:
        """The end of what the program printed; before that, what its clients were refused with."""
        for client in list(self._clients.values())[:FEW]:
            client.tells_of_errors()
        return super().last_words()

    def __exit__(self, *_: object) -> None:
        self._lock.close()
        super().__exit__()

    def _start(self, host: str) -> FrameServerRun:
        port = self._free_port()
        self._usual = self._launch(("--port", str(port)), port)
        return self._usual

    def _launch(self, arguments: tuple[str, ...], port: int, desk: Desk | None = None) -> FrameServerRun:
        if self._desk is None:
            self._desk = Desk(self._workspace, self._program, self._patience)
        story = {"port": port, "steps": self.steps, "patience": self._patience}
        run = FrameServerRun(desk or self._desk, arguments, **story)
        self._kept.callback(run.program.end)
        self._run = run
        self._runs.append(run)
        return run

    def _can_go_on(self) -> bool:
        return self._run is not None and self._run is self._usual and self._run.program.exit_status() is None
