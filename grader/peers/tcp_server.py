"""The program under test as a TCP server, as a conversation sees it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.server_run import ServerRun
from grader.peers.tcp import Client
from grader.sandbox.workspace import Workspace
from grader.wording import ended

DEFAULT_HOST = "localhost"


@dataclass(frozen=True)
class TcpServer:
    """A server that a student wrote, started as `PROGRAM HOST PORT`.

    one_client   it serves one client and quits: whoever has had a client is of no use for the next conversation
    """

    program: str
    one_client: bool = False

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience, one_client=self.one_client)


class Server:
    """What a conversation calls `server`. It is started when it is first needed, on localhost and a free port."""

    def __init__(
        self,
        program: str,
        workspace: Workspace,
        patience: Patience,
        *,
        one_client: bool = False,
        environment: Mapping[str, str] | None = None,
    ):
        self.steps: list[str] = []
        self._program = program
        self._one_client = one_client
        self._environment = environment
        self._workspace = workspace
        self._patience = patience
        self._kept = ExitStack()  # ports and programs
        self._run: ServerRun | None = None
        self._runs: list[ServerRun] = []  # of this conversation
        self._seen_to_listen: ServerRun | None = None
        self._clients: dict[str, Client] = {}

    def connect(self, name: str) -> Client:
        """A client connects as soon as the program takes her."""
        run = self._running()
        connection = run.connected()
        run.names[connection.getsockname()[1]] = "A_PORT"
        self.steps.append(f"{name} connects")
        self._clients[name] = Client(name, connection, self.steps, self._patience)
        return self._clients[name]

    def client(self, name: str) -> Client:
        """The client of this name who has connected before in this run."""
        return self._clients[name]

    def knocks(self, name: str) -> Client:
        """A client tries once to connect; that nobody takes her is fine, and no difference in the transcript."""
        run, connection = self._running(), None
        with suppress(OSError):
            connection = self._workspace.connect(run.host, run.port, self._patience.for_answer().left)
        if connection:
            run.names[connection.getsockname()[1]] = "A_PORT"
        self.steps.append(f"{name} tries to connect")
        self._clients[name] = Client(name, connection, self.steps, self._patience)
        return self._clients[name]

    def refuses(self, name: str, at: str) -> None:
        """Nothing listens at another address of this machine."""
        run = self._running()
        try:
            self._workspace.connect(at, run.port, self._patience.for_answer().left).close()
        except OSError:
            self.steps.append(f"{name} tries to connect to {at} and is refused")
            return
        self.steps.append(f"{name} connects to {at}")
        raise Unmet(f"only clients of {run.host} to get in", f"{name} got in at {at}, too")

    def starts(self, host: str) -> None:
        """A new run on this host and a new port, until it listens."""
        self._start(host).listens()

    def starts_again(self) -> None:
        """A new run on the same host and port as the last one, until it listens."""
        last = self._running()
        self._launch((last.host, str(last.port)), last.port).listens()

    def given(self, *arguments: str) -> ServerRun:
        """A new run with other arguments."""
        return self._launch(arguments, self._free_port())

    @contextmanager
    def on_a_taken_port(self) -> Iterator[ServerRun]:
        """A new run, on a port where another program listens already."""
        port = self._free_port()
        with ExitStack() as others:
            for host in ("127.0.0.1", "::1"):
                if self._workspace.has_address(host):
                    others.enter_context(self._workspace.occupy(host, port))
            self.steps.append("another program listens on localhost PORT")
            yield self._launch(("localhost", str(port)), port)

    def stops(self, number: signal.Signals) -> None:
        """The program gets a signal, as by Ctrl-C or `kill`, and ends."""
        self._running().stops(number)

    def ends(self) -> None:
        """The program ends."""
        self._running().ends()
        self.steps.append("server ends")

    def ends_with(self, status: int) -> None:
        """The program ends, with this exit status."""
        came = self._running().ends()
        self.steps.append(f"server {ended(came)}")
        if came != status:
            raise Unmet(f"the program to end with status {status}", f"it {ended(came)}")

    def begin(self) -> bool:
        """Starts the transcript of another conversation; whether it goes on with a program that is running."""
        self.steps.clear()
        if not self._can_go_on():
            self._kept.close()
            self._run = None
        self._hang_up()
        self._runs = [self._run] if self._run else []
        if self._run:
            self.steps.append(f"$ {self._run.command}    (it runs already)")
        return self._run is not None

    def is_disturbed(self) -> bool:
        """Whether another program of this machine has got in the way."""
        return self._run is not None and self._run.is_disturbed()

    def last_words(self) -> list[str]:
        """The end of what the program printed."""
        cut_off = any(client.cut_off for client in self._clients.values())
        self._hang_up()
        run = next((run for run in self._runs if run.at_fault), self._run)
        return run.last_words(cut_off) if run else []

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()
        self._kept.close()

    def _running(self) -> ServerRun:
        return self._run or self._start(DEFAULT_HOST)

    def _listening(self) -> ServerRun:
        """The run, once it has been seen to listen."""
        run = self._running()
        if self._seen_to_listen is not run:
            run.listens()
            self._seen_to_listen = run
        return run

    def _connection(self, run: ServerRun, name: str) -> socket.socket:
        """A connection to a program that listens."""
        try:
            connection = self._workspace.connect(run.host, run.port, self._patience.for_answer().left)
        except OSError as error:
            status = run.exit_status()
            came = f"the program {ended(status)}{run.reason()}" if status is not None else f"{error.strerror or error}"
            raise Unmet(f"the server to take a connection from {name}", came) from None
        run.names[connection.getsockname()[1]] = "A_PORT"
        return connection

    def _start(self, host: str) -> ServerRun:
        port = self._free_port()
        return self._launch((host, str(port)), port)

    def _launch(self, arguments: tuple[str, ...], port: int) -> ServerRun:
        run = ServerRun(
            self._workspace,
            self._program,
            arguments,
            port=port,
            steps=self.steps,
            patience=self._patience,
            environment=self._environment,
        )
        self._kept.callback(run.program.end)
        self._run = run
        self._runs.append(run)
        return run

    def _can_go_on(self) -> bool:
        """Whether the next conversation can be held with the program that runs."""
        if self._run is None or self._run.host != DEFAULT_HOST or self._run.program.exit_status() is not None:
            return False
        return not (self._one_client and self._clients)

    def _hang_up(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _free_port(self) -> int:
        return self._kept.enter_context(self._workspace.lease_port()).number
