"""The program under test as the client of week 6, which talks to the lab's server."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.run import Run
from grader.peers.screen import lines
from grader.peers.services import MakeStreamService
from grader.peers.stream_port import StreamPort
from grader.peers.terminal_client import TerminalClient
from grader.sandbox.workspace import Workspace
from grader.wire import relay_chat as wire
from grader.wire.streams import Delivery, Lines
from grader.wording import ended, shown

PORT_THAT_NOBODY_HAS = 9  # "discard", RFC 863: where no sandbox and hardly a machine has a server
SPOKEN = re.compile(r"(\w+): (.*)", re.DOTALL)  # as checks write what somebody has said
ENDS = "the end"
PROMPT = ">"  # and a blank, which a terminal does not show
FULL_SCREEN = b"\x1b[?1049h"  # a program with a screen of its own (xterm, "alternate screen buffer")


@dataclass(frozen=True)
class RelayClient:
    """A client that a student wrote, started at a terminal as `PROGRAM NAME chat://HOST:PORT`.

    service   makes the server that it talks to
    """

    program: str
    service: MakeStreamService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self.program, self.service, workspace, patience)


class Answers:
    """The service that answers the first line with this, whatever it is."""

    def __init__(self, answer: bytes, *, ends: bool):
        self._answer, self._ends = answer, ends
        self._lines = Lines()

    def opens(self, client: Hashable) -> list[Delivery]:
        """Nothing."""
        return []

    def receives(self, client: Hashable, data: bytes) -> list[Delivery]:
        """The answer, once."""
        answer, self._answer = (self._answer, b"") if [*self._lines.feed(data)] else (b"", self._answer)
        return [Delivery(client, answer, self._ends)] if answer else []

    def ends(self, client: Hashable) -> list[Delivery]:
        """Nothing."""
        return []


class Lab(StreamPort):
    """What a conversation calls `server`."""

    def says(self, name: str, *texts: str) -> None:
        """Somebody else says these; they come in one segment, and not with what came before."""
        self.is_read()
        self.transmits(b"".join(self.said(name, text) for text in texts))

    def said(self, name: str, text: str) -> bytes:
        """The line in which somebody says this."""
        return wire.message(name, self._with_token(text))

    def says_goodbye(self) -> None:
        """The server ends: it says so to the client, and ends the connection."""
        self.is_read()
        self._deliver(self._service.closes())

    def _marked(self, text: str) -> bytes:
        return (self._with_token(text) if text.startswith("@") else text).encode()

    def _with_token(self, text: str) -> str:
        return f"{text} {self._workspace.token}".rstrip()


class Client(TerminalClient):
    """What a conversation calls `client`."""

    def __init__(self, program: str, service: MakeStreamService, workspace: Workspace, patience: Patience):
        super().__init__(program, workspace, patience)
        self._service = service

    def starts(self, name: str = "alice", *, answer: bytes = b"", then: str = "", pieces: int = 0) -> Lab:
        """The client is started, to talk to a server of its own: that server.

        answer   what this says to the first line, instead of what it would say
        then     what comes in one segment with that: ENDS, the end of the connection, or what somebody says
        pieces   bytes of each piece in which the client gets what the server sends
        """
        spoken = SPOKEN.fullmatch(then)
        more = wire.message(spoken[1], self._marked(spoken[2])) if spoken else b""
        service = (lambda heard: Answers(answer + more, ends=then == ENDS)) if answer else self._service
        lab = Lab(service, self._workspace, self._watch, steps=self.steps, patience=self._patience)
        self._keep(lab)
        lab.pieces = pieces
        lab.run = self._launch((name, f"chat://localhost:{lab.port}"), {lab.port: "PORT"})
        return lab

    def joins(self, name: str = "alice", *, pieces: int = 0) -> Lab:
        """The client is started, and registers: the server."""
        lab = self.starts(name, pieces=pieces)
        lab.hears(wire.register(name).decode().rstrip("\n"))
        return lab

    def meets_nobody(self) -> Run:
        """The client is started with a port where there is no server."""
        return self._launch(("alice", f"chat://localhost:{PORT_THAT_NOBODY_HAS}"))

    def prompts(self) -> None:
        """At the end of the screen stands the prompt; on a full screen, where it stays, in any line."""
        if not self._comes(self._has_prompt):
            came = f"it is {shown(self._last_line().encode())}" if self._last_line() else "the screen is empty"
            if (status := self._run.exit_status()) is not None:
                came = f"the program {ended(status)}{self._run.reason()}"
            raise self._run.unmet("the prompt `> ` in the last line of the screen", came)
        self.steps.append("client shows its prompt")

    def presses_enter(self) -> None:
        """A person types an empty line."""
        self.steps.append("you press Enter")
        self._types_line("")

    def keeps_from_the_terminal(self, *parts: bytes) -> None:
        """None of these has come to the screen as it is."""
        self._run.terminal.look()
        if found := [part for part in parts if part in self._run.terminal.shown]:
            wanted = "control characters of others to be left out, or to be shown as something harmless"
            raise self._run.unmet(wanted, f"{shown(found[0])} came to the screen as it is")

    def _has_prompt(self) -> bool:
        if self._last_line().rstrip().endswith(PROMPT):
            return True
        shown = self._run.terminal.shown
        return FULL_SCREEN in shown and any(PROMPT in line for line in lines(shown))

    def _last_line(self) -> str:
        self._run.terminal.look()
        return next(reversed(lines(self._run.terminal.shown)), "")

    def _printed(self, text: str) -> int:
        """In how many lines that a person sees this stands; between a name and a text may be what the author likes."""
        if not (spoken := SPOKEN.fullmatch(text)):
            return super()._printed(text)
        line = re.compile(rf"(?<!\w){spoken[1]}\b\W*?{re.escape(spoken[2])}")
        self._run.terminal.look()
        return sum(bool(line.search(each)) for each in lines(self._run.terminal.shown))
