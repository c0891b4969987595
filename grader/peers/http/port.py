"""The lab's HTTP server of a check: sockets, what it does wrong on purpose, and the transcript."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import NamedTuple

from grader.patience import Patience
from grader.peers.http.channel import Channel, Malformed
from grader.peers.http.faults import Fault
from grader.peers.run import Run
from grader.peers.services import HttpService, MakeHttpService
from grader.peers.watch import Watch
from grader.sandbox.workspace import Workspace
from grader.wire.http_chat import Answer, Request, Wait
from grader.wire.http_text import answer_line, request_line, shown

HOSTS = ("127.0.0.1", "::1")  # what `localhost` stands for
EVERYTHING = "*"  # every method and path
SERVICE_UNAVAILABLE = 503
LEAST_PAUSE = 0.2  # seconds before whoever got 503 asks again, says the handout
EARLY = 0.1  # seconds by which a pause may be too short: two clocks
FLOOD, FLOOD_BYTES = 20_000, 64 * 1024 * 1024  # requests and bytes, after which nobody listens any more
AT_ONCE = 64  # connections
LOGGED = 150  # lines of a transcript
JSON = (("Content-Type", "application/json"),)


class Poll(NamedTuple):
    """A request that waits for messages."""

    channel: Channel
    request: Request
    due: float


class HttpPort:
    """A service on a port of both addresses of `localhost`. What a check asks of it is in LabServer.

    tls     where it speaks HTTPS
    hosts   the addresses; those that the machine does not have are left out
    port    0: any that is free
    called  in a transcript, where there is more than one
    run     of the client; set when there is one
    """

    run: Run

    def __init__(
        self,
        make_service: MakeHttpService,
        workspace: Workspace,
        watch: Watch,
        *,
        steps: list[str],
        patience: Patience,
        tls: ssl.SSLContext | None = None,
        hosts: Sequence[str] = HOSTS,
        port: int = 0,
        called: str = "",
    ):
        self.steps = steps
        self._said: list[tuple[str, str]] = []  # (name, text), in order
        self._service: HttpService = make_service(self._note)
        self._workspace, self._watch, self._patience = workspace, watch, patience
        self._tls = tls
        self._kept = ExitStack()
        self._hosts = hosts
        self._called = f"{called}: " if called else ""
        self.port = port or self._kept.enter_context(workspace.lease_port()).number
        self._listeners: list[socket.socket] = []
        self._channels: list[Channel] = []
        self._polls: list[Poll] = []
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)  # by method and path
        self._always: dict[str, Fault] = {}
        self._posts: list[dict] = []  # what stands in each POST /messages
        self._requests: list[tuple[float, Request]] = []
        self._not_before: dict[str, float] = {}  # when a request may come again, by method and path
        self._busy: Counter[str] = Counter()  # how often a request got 503: the first time it may come again at once
        self._told: dict[str, str] = {}  # the same in words
        self._hasty = ""  # what came too early, and than what
        self._complaints = 0  # of clients, about the server's certificate
        self._empty_answers = 0  # polls that ended without a message
        self._keys: dict[str, str] = {}  # Idempotency-Keys, as a transcript calls them
        self._statuses: Counter[str] = Counter()  # `POST /messages 201`
        self._bytes = 0
        try:
            self._listen()
        except BaseException:  # the port may be taken, or the sandbox have ended
            self.close()
            raise
        watch.add_timer(lambda: min((poll.due for poll in self._polls), default=None), self._answer_due)

    @property
    def url(self) -> str:
        """Where the client is to find it."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}"

    def fails(self, what: str, *faults: Fault) -> None:
        """The next requests of this method and path get these."""
        self._faults[what].extend(faults)

    def always_fails(self, what: str, fault: Fault) -> None:
        """From now on every request of this method and path gets this."""
        self._always[what] = fault

    def log_all(self) -> None:
        """Puts what waits for its answer into the transcript, too: it may explain a failure."""
        for poll in self._polls[:3]:
            if (line := f"{self._line(poll.request)}        (waits)") not in self.steps[-3:]:
                self._log(line)

    def close(self) -> None:
        """Nobody hears the client any more."""
        self._stop_listening()
        self._kept.close()

    def _note(self, name: str, text: str) -> None:
        self._said.append((name, text))

    @property
    def _is_flooded(self) -> bool:
        return len(self._requests) >= FLOOD or self._bytes >= FLOOD_BYTES

    def _listen(self) -> None:
        for host in self._hosts:
            if self._workspace.has_address(host):
                listener = self._workspace.occupy(host, self.port)
                listener.setblocking(False)
                self._listeners.append(listener)
                self._watch.add(listener, lambda listener=listener: self._accept(listener))

    def _stop_listening(self) -> None:
        for listener in self._listeners:
            self._watch.remove(listener)
            listener.close()
        self._listeners.clear()
        for channel in list(self._channels):
            self._hang_up(channel)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # it has gone again
            return
        if len(self._channels) >= AT_ONCE:
            connection.close()
            return
        channel = Channel(connection, self._tls)
        self._channels.append(channel)
        self._watch.add(channel, lambda: self._take(channel))

    def _take(self, channel: Channel) -> None:
        self._bytes += channel.receive()
        if self._is_flooded:
            self._stop_listening()
            return
        self._serve(channel)

    def _serve(self, channel: Channel) -> None:
        """Answers what has come on a connection, one request after the other."""
        try:
            while (request := channel.next_request()) and not channel.is_over:
                self._arrives(channel, request)
                if any(poll.channel is channel for poll in self._polls):
                    return
        except Malformed as fault:
            self._log(f"{self.run.subject} > what is no HTTP: {shown(self._workspace.conceal(str(fault)).encode())}")
            channel.answer(400, JSON, b'{"error": "this is no HTTP"}')
            channel.is_over = True
        if channel.is_over and channel in self._channels:
            self._hang_up(channel)

    def _arrives(self, channel: Channel, request: Request) -> None:
        what, now = f"{request.method} {request.path}", time.monotonic()
        self._requests.append((now, request))
        if now < self._not_before.pop(what, 0.0) - EARLY:
            self._hasty = f"{what} before {self._told[what]} are over"
        if what == "POST /messages":
            self._posts.append(_object(request.body))
        faults = self._faults[what]
        fault = faults.popleft() if faults else self._always.get(what, self._always.get(EVERYTHING))
        if fault is None:
            self._answer(channel, request)
            return
        if fault.is_done:
            self._service.answer(request, may_wait=False)
            self._answer_polls()
        self._fail(channel, request, fault)

    def _fail(self, channel: Channel, request: Request, fault: Fault) -> None:
        self._log(self._line(request))
        if not fault.status:
            self._log(f"{fault.in_words}        (on purpose)")
            channel.is_over = True
            return
        answer = answer_line(fault.status, fault.headers, fault.body)
        self._log(f"{self.run.subject} < {self._called}{answer}        (on purpose)")
        pause = dict(fault.headers).get("Retry-After")
        what = f"{request.method} {request.path}"
        if pause or (fault.status == SERVICE_UNAVAILABLE and self._busy[what]):
            seconds = int(pause) if pause else LEAST_PAUSE
            self._not_before[what] = time.monotonic() + seconds
            self._told[what] = f"the {pause} seconds of Retry-After" if pause else f"{seconds} seconds"
        self._busy[what] += fault.status == SERVICE_UNAVAILABLE
        channel.answer(fault.status, fault.headers, fault.body)

    def _answer(self, channel: Channel, request: Request, *, may_wait: bool = True) -> None:
        answer = self._service.answer(request, may_wait=may_wait)
        if isinstance(answer, Wait):
            self._polls.append(Poll(channel, request, time.monotonic() + answer.seconds))
            return
        self._note_answer(request, answer)
        channel.answer(answer.status, (*(JSON if answer.body else ()), *answer.headers), answer.body)
        if request.method == "POST" and answer.status == 201:
            self._answer_polls()

    def _answer_polls(self) -> None:
        """Answers whoever waits, if there is something now."""
        polls, self._polls = self._polls, []
        for poll in polls:
            if isinstance(self._service.answer(poll.request, may_wait=True), Wait):
                self._polls.append(poll)
            else:
                self._end(poll)

    def _answer_due(self) -> None:
        now = time.monotonic()
        due = [poll for poll in self._polls if poll.due <= now]
        self._polls = [poll for poll in self._polls if poll.due > now]
        for poll in due:
            self._end(poll)

    def _end(self, poll: Poll) -> None:
        self._answer(poll.channel, poll.request, may_wait=False)
        self._serve(poll.channel)

    def _hang_up(self, channel: Channel) -> None:
        self._channels.remove(channel)
        if channel.complaint:
            self._complaints += 1
            self._log(f"{self.run.subject} hangs up during the TLS handshake: {channel.complaint}")
        self._polls = [poll for poll in self._polls if poll.channel is not channel]
        self._watch.remove(channel)
        channel.close()

    def _note_answer(self, request: Request, answer: Answer) -> None:
        """An empty answer to a poll is nothing to tell."""
        self._statuses[f"{request.method} {request.path} {answer.status}"] += 1
        if request.method == "GET" and answer.status == 200 and not (answer.content or {}).get("messages"):
            self._empty_answers += 1
            return
        self._log(self._line(request))
        body = self._workspace.conceal(answer.body.decode()).encode()
        self._log(f"{self.run.subject} < {self._called}{answer_line(answer.status, answer.headers, body)}")

    def _line(self, request: Request) -> str:
        target = request.path + "".join(
            f"{sign}{name}={value}" for sign, (name, value) in zip("?" + "&" * 9, request.query.items(), strict=False)
        )
        target = self._workspace.conceal(target)  # whole: half a secret is none that could be found
        body = self._workspace.conceal(request.body.decode("utf-8", "replace")).encode()
        headers = []
        if key := request.headers.get("idempotency-key"):
            headers.append(("Idempotency-Key", self._keys.setdefault(key, f"KEY-{len(self._keys) + 1}")))
        if "authorization" in request.headers:
            headers.append(("Authorization", self._workspace.conceal(request.headers["authorization"])))
        kind = request.headers.get("content-type", "no Content-Type")
        if body and kind.partition(";")[0].strip().lower() != "application/json":
            body = f"({self._workspace.conceal(kind)}) ".encode() + body
        return f"{self.run.subject} > {self._called}{request_line(request.method, target, headers, body)}"

    def _log(self, line: str) -> None:
        line = self.run.neutral(line) if hasattr(self, "run") else line
        if len(self.steps) < LOGGED:
            self.steps.append(line)
        elif len(self.steps) == LOGGED:
            self.steps.append("... and so on")


def _object(body: bytes) -> dict:
    """The JSON object of a body; empty where it is none."""
    with suppress(ValueError, RecursionError):
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    return {}
