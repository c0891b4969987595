"""The program under test as the chat-room server of week 5."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.rooms.channel import Channel
from grader.peers.rooms.client import RoomClient
from grader.peers.rooms.datagrams import DatagramClient
from grader.peers.rooms.stream import Habits
from grader.peers.server_run import LOCAL, ServerRun
from grader.peers.stream_server import StreamServer
from grader.peers.tcp_server import DEFAULT_HOST
from grader.peers.udp.link import Faults, good
from grader.peers.watch import Watch
from grader.sandbox.listeners import Listener
from grader.sandbox.workspace import Workspace
from grader.wire.room_answers import KILL
from grader.wording import count

EVERYWHERE = ("0.0.0.0", "::")
NUDGE = 1.5  # seconds after which a service that does not end gets another client: it may wait in accept()
TURN = 0.1  # seconds between two looks whether it is time for that
STARTS = 0.5  # seconds that a server which listens for TCP may still need until it takes datagrams


@dataclass(frozen=True)
class RoomServer:
    """A server that a student wrote, started as `start.sh PORT`, or as `PROGRAM IP PORT` where there is no start.sh."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience)


class RoomRun(ServerRun):
    """One start. It may listen on this machine's own address, too: `host` is where it can be reached.

    udp_host        the same in numbers
    listens_since   time.monotonic
    """

    def __init__(self, *words: object, **more: object):
        super().__init__(*words, **more)
        self.host = DEFAULT_HOST

    def listens(self) -> None:
        """It listens on its port: seen from outside, without a connection."""
        super().listens()
        hosts = [
            listener.host.removeprefix("::ffff:") for listener in self.program.listeners() if self._as_told(listener)
        ]
        if hosts and not any(host in (*LOCAL, *EVERYWHERE) for host in hosts):
            self.host = hosts[0]
        local = LOCAL[1] if set(hosts) == {LOCAL[1]} else LOCAL[0]
        self.udp_host = local if self.host == DEFAULT_HOST else self.host
        self.listens_since = time.monotonic()

    def _as_told(self, listener: Listener) -> bool:
        return listener.port == self.port


class Server(StreamServer[RoomClient]):
    """What a conversation calls `server`. One run serves many conversations, each in rooms of its own."""

    speaks = RoomClient

    def connect(self, name: str) -> RoomClient:
        """A client connects, as soon as the program listens."""
        client = super().connect(name)
        client.habits = self._habits
        return client

    def members(self, room: str, *names: str) -> list[RoomClient]:
        """Clients of these names, who connect and join a room, one after the other."""
        clients = [self.connect(name) for name in names]
        for client in clients:
            client.enters(room)
        return clients

    def by_udp(self, name: str, link: Faults = good) -> DatagramClient:
        """A client who sends datagrams to the same port; over a link between the two, which may be bad."""
        run = self._listening()
        bound = self._kept.enter_context(self._workspace.datagram_socket(run.udp_host))
        bound.connect((run.udp_host, run.port))
        port = bound.getsockname()[1]
        run.names[port] = "A_PORT"
        bad = "" if link is good else "; between her and the server is a bad link"
        self.steps.append(f"{name} uses UDP, and acknowledges each datagram that comes{bad}")
        starts = self._patience.within(max(0.0, STARTS - (time.monotonic() - run.listens_since)))
        channel = Channel(bound, self._watch, link=link, flow=len(self._clients) + 1)
        more = {"steps": self.steps, "patience": self._patience, "mark": self._workspace.token, "neutral": run.neutral}
        client = DatagramClient(name, bound, channel, self._watch, starts, **more)
        client.habits = self._habits
        self._clients[f"{name} {port} UDP"] = client
        return client

    def members_by_udp(self, room: str, *names: str, link: Faults = good) -> list[DatagramClient]:
        """Clients of these names, who send datagrams, and join a room, one after the other."""
        clients = [self.by_udp(name, link) for name in names]
        for client in clients:
            client.enters(room)
        return clients

    def crowd(self, number: int, room: str) -> list[RoomClient]:
        """So many clients, who connect and join a room; the transcript does not tell of each."""
        self._listening()
        names = [f"client_{each:02}" for each in range(1, number + 1)]
        self.steps.append(f"{count(number, 'client')} connect, and join {room}: {names[0]} ...")
        story, self.steps = self.steps, []
        try:
            return self.members(room, *names)
        finally:
            self.steps = story

    def is_killed_by(self, client: RoomClient) -> None:
        """The service ends when a client says KILL_SERVICE, or, where it waits for one, when another one does."""
        run = self._listening()
        client.kills()
        deadline, nudges = self._patience.for_start(), [self._patience.within(NUDGE)]
        while run.exit_status(TURN) is None:
            if nudges and nudges[0].is_over:
                nudges.clear()
                self._nudge(run)
            if deadline.is_over:
                self._patience.ran_out(deadline)
                raise run.unmet("the service to end after KILL_SERVICE", "it still runs")
        self.steps.append("server ends")

    def _nudge(self, run: ServerRun) -> None:
        """Another client says it. When this was, and whether anybody took her, is a matter of luck: no step."""
        with suppress(OSError), self._workspace.connect(run.host, run.port, NUDGE) as another:
            another.sendall(KILL)

    def _start(self, host: str) -> ServerRun:
        port = self._free_port()
        has_script = (self._workspace.folder / "lab5" / self._program).with_name("start.sh").is_file()
        return self._launch((str(port),) if has_script else (LOCAL[0], str(port)), port)

    def _launch(self, arguments: tuple[str, ...], port: int) -> ServerRun:
        self._habits = Habits()
        more = {"port": port, "steps": self.steps, "patience": self._patience}
        self._run = RoomRun(self._workspace, self._program, arguments, **more)
        self._kept.callback(self._run.program.end)
        self._runs.append(self._run)
        self._watch = Watch()
        self._kept.callback(self._watch.close)
        return self._run

    def _can_go_on(self) -> bool:
        """Whoever does not let the last clients go in time may hang: then the next ones would wait in vain."""
        deadline, had_clients = self._patience.within(self._goodbye), bool(self._clients)
        self._hang_up()
        hangs = had_clients and deadline.is_over
        return not hangs and self._run is not None and self._run.exit_status() is None
