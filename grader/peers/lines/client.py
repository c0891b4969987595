"""The program under test as a client of the line protocol, at a terminal, with the lab's server of a check."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grader.patience import Deadline, Patience
from grader.peers.screen import CLEAR, lines
from grader.peers.services import MakeStreamService
from grader.peers.stream_port import REST, StreamPort
from grader.peers.terminal_client import TerminalClient
from grader.sandbox.workspace import Workspace
from grader.wire import line_chat as wire
from grader.wire.streams import Delivery
from grader.wording import count, shown

# The cursor goes to a place of the screen (ECMA-48, 8.3.21 CUP, 8.3.63 HVP, 8.3.158 VPA): what follows is another line.
MOVES = re.compile(rb"\x1b\[(?:[0-9]+(?:;[0-9]*)?[Hf]|[0-9]*d)")
PORT_THAT_NOBODY_HAS = 9  # "discard", RFC 863: where no sandbox and hardly a machine has a server
PROMPT = "name:"
SPOKEN = ("/tell ", "/room ")  # what ends in a text
ENDS_IN_TEXT = (b"ALL", b"TELL", b"ROOM", b"FROM", b"PONG")


@dataclass(frozen=True)
class LineClient:
    """A client that a student wrote, started at a terminal as `PROGRAM HOST PORT`.

    service   makes the server that it talks to
    """

    program: str
    service: MakeStreamService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self, workspace, patience)


class LinePort(StreamPort):
    """What a conversation calls `server`. Others in the chat are made up by the check: they have no connection."""

    _waiting: list[Delivery] | None = None  # for the end of a line; None: there is no such line

    def has(self, *names: str) -> None:
        """Somebody else comes and logs in."""
        for name in names:
            self._service.opens(name)
            self._does(name, f"LOGIN {name}")

    def relays(self, name: str, *said: str) -> None:
        """Somebody else, who is there, says these lines to the server; texts end in the mark."""
        for line in said:
            self._does(name, self._marked(line).decode())

    def loses(self, *names: str) -> None:
        """Somebody else's connection ends."""
        for name in names:
            self._log(f"{name} hangs up")
            self._deliver(self._service.ends(name))

    def relays_to_all(self, name: str, texts: list[str]) -> None:
        """Somebody else says all this to everybody; the client gets it in one segment."""
        self._log(f"{name} > {count(len(texts), 'line')} in one segment")
        self.transmits(b"".join(self._marked(f"ALL {name} {text}") + b"\n" for text in texts))

    def comes_in_pieces(self, size: int) -> None:
        """From now on what the client is sent comes in pieces of so many bytes: each after it has read the one before;
        0: at once."""
        self.pieces = size

    def begins(self, line: str) -> None:
        """The server sends this, without the end of a line, and the client has read it. Answers wait for that end."""
        self.transmits(line.encode())
        self.is_read()
        self._waiting = []

    def ends_it(self, rest: str) -> None:
        """The server sends the rest of a line, with the mark and the end, and then what has waited for it."""
        waiting, self._waiting = self._waiting or [], None
        self.transmits(super()._marked(rest) + b"\n")
        self._deliver(waiting)

    def falls_silent(self) -> None:
        """From now on the server says nothing."""
        self.steps.append("the server does not answer any more")
        self._waiting = []

    def hears(self, line: str, times: int = 1) -> None:
        """The client sends this line, so many times in all; in which case its word is, and how it ends, is its own
        choice."""
        wanted = self._marked(line)
        while (before := self._times(wanted)) < times:
            known = len(self._heard)
            comes = lambda: self._times(wanted) > before  # noqa: B023, E731
            if self._comes(lambda: len(self._heard) > known) and not comes():  # noqa: B023
                self._watch.until(comes, Deadline(REST))
            if not comes():
                raise self._not_heard(wanted, before, known)

    def heard_nothing_like(self, part: str) -> None:
        """No line of the client so far had this in it."""
        for line in self._heard:
            if part.encode() in line:
                raise self.run.unmet("nothing to be sent", f"{shown(line)} came")

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        if self._waiting is None:
            super()._deliver(deliveries)
        else:
            self._waiting += deliveries

    def _does(self, name: str, line: str) -> None:
        self._log(f"{name} > {shown(line.encode())}")
        self._deliver(self._service.receives(name, f"{line}\n".encode()))

    def _times(self, wanted: bytes) -> int:
        return sum(wire.as_written(line) == wanted for line in self._heard)

    def _marked(self, text: str) -> bytes:
        """A line of the protocol: what carries a text ends in the word that no program can know."""
        return super()._marked(text) if wire.word(text.encode()) in ENDS_IN_TEXT else text.encode()


class Stranger:
    """A server of some other protocol: to whatever comes it says that it does not understand."""

    def __init__(self, heard: Callable[[str, str], None]):
        """Whoever says something, nobody is told."""

    def opens(self, client: Hashable) -> list[Delivery]:
        """Nothing: it waits for the client to speak."""
        return []

    def receives(self, client: Hashable, data: bytes) -> list[Delivery]:
        """What a mail server says (RFC 5321, section 4.2.2)."""
        return [Delivery(client, b"500 Syntax error, command unrecognized\r\n")]

    def ends(self, client: Hashable) -> list[Delivery]:
        """Nothing."""
        return []


class Client(TerminalClient):
    """What a conversation calls `client`."""

    def __init__(self, declared: LineClient, workspace: Workspace, patience: Patience):
        super().__init__(declared.program, workspace, patience)
        self._service = declared.service
        self._is_patient = True  # whether it waits for what comes, as far as is known

    def server(self) -> LinePort:
        """The server of the client that runs."""
        return self._peers[-1]

    def starts(self, *others: str) -> LinePort:
        """The client is started, to talk to a server of its own, where `others` are already: that server."""
        return self._meets(self._service, others)

    def joins(self, *others: str) -> LinePort:
        """The client is started, and logs in as alice: the server."""
        server = self.starts(*others)
        self.types_name("alice")
        server.hears("LOGIN alice")
        self._takes_what_came()
        return server

    def meets_a_stranger(self) -> None:
        """The client is started, and the server does not speak the protocol."""
        self._meets(Stranger, ())
        self._gives_name()

    def meets_nobody(self) -> None:
        """The client is started with a port where there is no server. It may ask for the name first, or not."""
        self._launch(("localhost", str(PORT_THAT_NOBODY_HAS)))
        self._gives_name()

    def asks_for_a_name(self) -> None:
        """The client prints `name: `."""
        self.tells(PROMPT)

    def types_name(self, name: str) -> None:
        """A person types this, as it is."""
        self._run.since = len(self._run.program.said().errors)
        self.steps.append(f"you type {name!r}")
        self._types_line(name)

    def types(self, *typed: str) -> None:
        """A person types these lines, having seen what came before; texts end in the word that no program can know."""
        self._takes_what_came()
        super().types(*(self._marked(line) if line.startswith(SPOKEN) else line for line in typed))

    def shows(self, *words: str) -> None:
        """One line of the screen has all of these in it; the last of them is a text."""
        wanted = [*words[:-1], self._marked(words[-1])]
        if not self._comes(lambda: self._lines_with(*wanted) > 0):
            raise self._run.unmet(f"a line on the screen with {_listed(wanted)} in it", self._on_screen())
        self.steps.append(f"client prints a line with {_listed(wanted)}")

    @contextmanager
    def shows_news(self, word: str) -> Iterator[None]:
        """By the end of this, one more line of the screen has this word in it."""
        news = self._news()
        yield
        if not self._comes(lambda: any(word in line for line in news())):
            raise self._run.unmet(f"a new line on the screen with {word!r} in it", self._on_screen())
        self.steps.append(f"client prints a line with {word!r}")

    def lists(self, *there: str, gone: str) -> None:
        """At `/who` it shows those who are there, and not who has gone."""
        news = self._news()
        new = lambda: "\n".join(news())  # noqa: E731
        self.types("/who")
        if not self._comes(lambda: all(name in new() for name in there)):
            missing = next((name for name in there if name not in new()), "")
            raise self._run.unmet(f"{_listed(there)} on the screen after /who", f"{missing!r} is missing")
        if gone in new():
            raise self._run.unmet(f"{gone!r}, who has gone, not to be shown after /who", "it is")
        self.steps.append(f"client prints {_listed(there)}")

    def shows_in_two_ways(self, text: str) -> None:
        """The same text stands on the screen in two lines that differ by more than numbers."""
        marked = self._marked(text)
        if not self._comes(lambda: self._lines_with(marked) > 1):
            raise self._run.unmet(f"{marked!r} in two lines on the screen", self._on_screen())
        found = {_without_digits(line).strip() for line in self._printed_so_far() if marked in line}
        if len(found) < 2:
            raise self._run.unmet("what was said to alice alone to look different", "both lines look the same")

    def shows_nothing_raw(self, sequence: bytes) -> None:
        """These bytes have not come to the screen as they are."""
        self._run.terminal.look()
        if sequence in self._run.terminal.shown:
            raise self._run.unmet(f"{shown(sequence)}, which somebody else sent, not to reach the screen", "it did")

    def shows_no_part(self, part: str) -> None:
        """This does not stand on the screen."""
        if self._lines_with(part):
            raise self._run.unmet(f"{part!r}, whose line has not ended yet, not to be printed", "it was")

    def _meets(self, service: MakeStreamService, others: tuple[str, ...]) -> LinePort:
        server = LinePort(service, self._workspace, self._watch, steps=self.steps, patience=self._patience)
        self._keep(server)
        server.run = self._launch(("localhost", str(server.port)), {server.port: "PORT"})
        server.has(*others)
        return server

    def _gives_name(self) -> None:
        """Types a name when it is asked for, or the program has ended already."""
        run = self._run
        self._comes(lambda: self._printed(PROMPT) > 0)
        if run.exit_status() is None:
            self.types_name("alice")

    def _takes_what_came(self) -> None:
        """Waits until the client knows what it was sent: before it knows that it is logged in, what is typed may well
        be another name."""
        for server in self._peers:
            server.is_read()
        if self._is_patient:
            with self._looking_often():
                self._is_patient = self._watch.until(self._run.program.is_waiting, Deadline(REST))

    def _lines_with(self, *words: str) -> int:
        return sum(all(word in line for word in words) for line in self._printed_so_far())

    def _news(self) -> Callable[[], list[str]]:
        """What has come to the screen since now, at the time of asking."""
        before, terminal = Counter(self._printed_so_far()), self._run.terminal
        places = len(terminal.shown), len(self._run.program.said().errors)

        def news() -> list[str]:
            found = self._printed_so_far(*places)
            is_drawn_anew = CLEAR.search(terminal.shown, places[0])
            return list((Counter(found) - before).elements()) if is_drawn_anew else found

        return news

    def _printed_so_far(self, shown_before: int = 0, errors_before: int = 0) -> list[str]:
        """The lines of the screen, and those of standard error, which is on the screen, too; from these places on."""
        self._run.terminal.look()
        on_screen = MOVES.sub(b"\n", bytes(self._run.terminal.shown[shown_before:]))
        return [*lines(on_screen), *self._run.program.said().errors[errors_before:].splitlines()]

    def _on_screen(self) -> str:
        """What stands there instead, in words."""
        status = self._run.program.exit_status()
        if status is not None:
            return f"the program ended with status {status}{self._run.reason()}"
        there = [line for line in self._printed_so_far() if line.strip()]
        return f"the last line on the screen is {there[-1][:80]!r}" if there else "the screen is empty"


def _listed(words: Iterable[str]) -> str:
    return " and ".join(map(repr, words))


def _without_digits(line: str) -> str:
    return "".join(character for character in line if not character.isdigit())
