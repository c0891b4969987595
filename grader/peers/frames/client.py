"""The program under test as the client of week 9 with --plain: lines in, lines out, through pipes."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers.frames.package import Desk
from grader.peers.frames.port import FramePort
from grader.peers.run import SAID_CHARACTERS, TRACEBACK
from grader.peers.services import MakeStreamService
from grader.peers.stream_port import REST
from grader.peers.terminal_client import ClientRun, TerminalClient
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wire.frame_chat import NAME
from grader.wording import ended

COMMAND = "chatroom-client"
INTERRUPTED = 128 + signal.SIGINT
HOST = "127.0.0.1"
PORT_THAT_NOBODY_HAS = 9  # "discard", RFC 863: where no sandbox and hardly a machine has a server
BUFFERED = {"PYTHONUNBUFFERED": ""}  # as it is for a person: what is printed through a pipe is kept back by Python
NOTHING = MappingProxyType({})
OF_THE_USER = ("home/.config/chatroom/chatroom.toml", "home/Library/Application Support/chatroom/chatroom.toml")
SCREEN = "\x1b[?1049h"  # what takes all of a terminal for a program (xterm: the alternate screen)
LOGIN_NAMES = ("LOGNAME", "USER", "LNAME", "USERNAME")  # where getpass.getuser looks


@dataclass(frozen=True)
class FrameClient:
    """A client that a student wrote: the command `chatroom-client` of the package in this folder.

    service   makes the server that it talks to
    """

    program: str
    service: MakeStreamService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self, workspace, patience)


class Client(TerminalClient):
    """What a conversation calls `client`."""

    pipes = True
    words = ("--plain",)

    def __init__(self, declared: FrameClient, workspace: Workspace, patience: Patience):
        super().__init__(declared.program, workspace, patience)
        self._service = declared.service
        self._is_patient = True  # whether it waits for what comes, as far as is known

    def server(self) -> FramePort:
        """The server of the client that runs."""
        return self._peers[-1]

    def joins(
        self,
        *others: str,
        name: str = "alice",
        said: Iterable[str] = (),
        over: type[FramePort] = FramePort,
        plain: bool = True,
    ) -> FramePort:
        """The client is started, and comes in as alice; `others` are there, and the first of them has said `said`.

        plain   whether it is told so by an option
        """
        server = self._meets(others, said, over)
        more = () if over is FramePort else ("--transport", "zmq")
        self._starts("--port", str(server.port), "--name", name, *more, server=server, plain=plain)
        server.hears(type="hello", name=name)
        self._takes_what_came()
        return server

    def starts(self, *arguments: str, files: Mapping[str, str] = NOTHING, user: str = "", others: Iterable[str] = ()
               ) -> FramePort:  # fmt: skip
        """The client is started as it is said here, in a folder with these files; PORT is that of a server of its own.

        user   the login name
        """
        server = self._meets(others, ())
        port = str(server.port)
        texts = {f"work/{name}": text.replace("PORT", port) for name, text in files.items()}
        for name in ("home/chatroom.toml",):
            if (text := texts.pop(f"work/{name}", None)) is not None:
                texts |= dict.fromkeys(OF_THE_USER, text)
        for name, text in files.items():
            where = "chatroom.toml in the user's folder for settings" if name.startswith("home/") else name
            self.steps += [f"{where}:", *(f"    {line}" for line in text.splitlines())]
        if user:
            self.steps.append(f"your login name is {user!r}")
        variables = dict.fromkeys(LOGIN_NAMES, user) if user else {}
        words = [port if word == "PORT" else word for word in arguments]
        self._starts(*words, server=server, files=texts, variables=variables)
        return server

    def meets_nobody(self) -> None:
        """The client is started with a port where there is no server."""
        self._starts("--port", str(PORT_THAT_NOBODY_HAS), "--name", "alice")

    def types(self, *typed: str) -> None:
        """A person types these lines, having seen what came before; what is said ends in the mark."""
        self._takes_what_came()
        self._run.since = len(self._run.program.said().errors)
        for text in typed:
            line = text if text.startswith("/") and not text.startswith("//") else self._marked(text)
            self.steps.append(f"you type {line!r}" if len(line) < SAID_CHARACTERS else f"you type {line[:40]!r}...")
            self._run.terminal.types_line(line)
            self._typed.append(line)

    def ends_input(self, rest: str = "") -> None:
        """What is typed comes to its end; a last line may have none of its own."""
        self.steps.append(f"the input ends{f' with {self._marked(rest)!r}, without Enter' if rest else ''}")
        self._run.since = len(self._run.program.said().errors)
        self._run.terminal.types(self._marked(rest).encode() if rest else b"")
        self._run.terminal.ends_input()

    def prints(self, *lines: str, marked: bool = True) -> None:
        """These lines appear on standard output, as they are, each after the one before."""
        for line in lines:
            wanted = self._marked(line) if line.startswith("<") and marked else line
            if not self._comes(lambda: wanted in self._printed_lines()):  # noqa: B023
                raise self._not_printed(wanted)
            self.steps.append(f"client prints {wanted[:SAID_CHARACTERS]!r}")

    def printed_in_order(self, *lines: str) -> None:
        """These lines stand on standard output in this order."""
        printed = self._printed_lines()
        wanted = [self._marked(line) if line.startswith("<") else line for line in lines]
        places = [printed.index(line) for line in wanted if line in printed]
        if places != sorted(places):
            first, second = next(
                (wanted[at], wanted[at + 1]) for at in range(len(places)) if places[at + 1] < places[at]
            )
            raise self._run.unmet(f"{first!r} to be printed before {second!r}", "it came after it")

    def printed_times(self, wanted: int, *lines: str) -> None:
        """Each of these lines was printed so many times."""
        for line in lines:
            marked = self._marked(line) if line.startswith("<") else line
            if (found := self._printed_lines().count(marked)) != wanted:
                raise self._run.unmet(f"{marked!r} to be printed {_times(wanted)}", f"it was printed {_times(found)}")

    def lists(self, *words: str) -> None:
        """These words appear on standard output, each in some line."""
        for word in words:
            if not self._comes(lambda: any(word in line for line in self._printed_lines())):  # noqa: B023
                raise self._not_printed(word)
        self.steps.append(f"client prints {', '.join(words)}")

    def complains(self, *words: str) -> None:
        """A sentence with these words appears on standard error, which has not been there when something was typed."""
        for word in words or (" ",):
            news = lambda: self._run.program.said().errors[self._run.since :]  # noqa: E731
            if not self._comes(lambda: word in news()):  # noqa: B023
                what = f"{word!r} on standard error" if words else "a sentence on standard error"
                raise self._run.unmet(what, self._said_there(news()))
        self.steps.append(f"client prints on standard error: {', '.join(words) or 'a sentence'}")

    def shows_nothing_raw(self, sequence: bytes) -> None:
        """These bytes have not been printed as they are."""
        said = self._run.program.said()
        if sequence.decode() in said.output + said.errors:
            raise self._run.unmet(f"{sequence!r}, which somebody else sent, not to be printed", "it was")

    def prints_again(self, line: str) -> None:
        """This line, which was printed once, is printed a second time."""
        wanted = self._marked(line)
        if not self._comes(lambda: self._printed_lines().count(wanted) > 1):
            raise self._run.unmet(f"{wanted!r} on standard output again", self._said_there())
        self.steps.append(f"client prints {wanted!r} again")

    def names_itself(self, beginning: str) -> None:
        """The client says hello with a name that begins so, and is one."""
        name = self.server().hears_name()
        if not NAME.fullmatch(name) or not name.startswith(beginning):
            wanted = f"a name of 1 to 20 of A-Z a-z 0-9 _ - that begins with {beginning!r}"
            raise self._run.unmet(wanted, f"{ascii(name)} came")

    def ends_with(self, *statuses: int) -> None:
        """The program ends with one of these, and without a traceback; 130 is what shells make of SIGINT."""
        came = self._run.ends()
        came = INTERRUPTED if came == -signal.SIGINT and INTERRUPTED in statuses else came
        self.steps.append(f"client {ended(came)}")
        if came not in statuses:
            raise self._run.unmet(
                f"the program to end with status {' or '.join(map(str, statuses))}", f"it {ended(came)}"
            )
        if TRACEBACK in "".join(self._run.program.said()):
            raise self._run.unmet("the program to end in good order", "it printed a traceback")

    def gives_up(self, status: int) -> None:
        """The program ends with this status, and has said why on standard error."""
        self._run.explains_itself(0)
        if (came := self._run.exit_status()) != status:
            raise self._run.unmet(f"the program to end with status {status}", f"it {ended(came)}")

    def last_words(self) -> list[str]:
        """The end of what the program printed; of a screen that it draws where there is none, nothing."""
        return [] if self._run and self._draws() else super().last_words()

    def _draws(self) -> bool:
        """Whether it draws a screen, though it is at a pipe."""
        return self.pipes and SCREEN in "".join(self._run.program.said())

    def _meets(self, others: Iterable[str], said: Iterable[str], over: type[FramePort] = FramePort) -> FramePort:
        server = over(self._service, self._workspace, self._watch, steps=self.steps, patience=self._patience)
        self._keep(server)
        server.has(*others)
        for text in said:
            server.relays(next(iter(others)), text)
        return server

    def _starts(
        self,
        *arguments: str,
        server: FramePort | None = None,
        files: Mapping[str, str] = NOTHING,
        variables: Mapping[str, str] = NOTHING,
        plain: bool = True,
    ) -> ClientRun:
        ports = [server.port] if server else []
        desk = Desk(self._workspace, self._program, self._patience, files, ports)
        terminal = Terminal(echoes=self.echoes, pipes=self.pipes, all_of_it=not self.pipes)
        self._kept.callback(terminal.close)
        self._run = ClientRun(
            self._watch,
            terminal,
            number=len(self._runs) + 1,
            workspace=desk,
            program=COMMAND,
            arguments=(*(self.words if plain else ()), *arguments),
            names=dict.fromkeys(ports, "PORT"),
            environment={**(BUFFERED if self.pipes else {}), **variables},
            steps=self.steps,
            patience=self._patience,
        )
        if server:
            server.run = self._run
        self._kept.callback(self._run.program.end)
        self._runs.append(self._run)
        return self._run

    def _takes_what_came(self) -> None:
        """Waits until the client has taken what it was sent."""
        for server in self._peers:
            server.is_read()
        if self._is_patient:
            with self._looking_often():
                self._is_patient = self._watch.until(self._run.program.is_waiting, Deadline(REST))

    def _printed_lines(self) -> list[str]:
        return [line.rstrip("\r") for line in self._run.program.said().output.split("\n")[:-1]]

    def _not_printed(self, wanted: str) -> Unmet:
        return self._run.unmet(f"{wanted[:SAID_CHARACTERS]!r} on standard output", self._said_there())

    def _said_there(self, errors: str = "") -> str:
        """What was printed instead, in words; `errors` is what else has come on standard error, if that was to come."""
        if (status := self._run.exit_status()) is not None:
            return f"the program {ended(status)}{self._run.reason()}"
        if self._draws():
            return "it draws a screen, as for a terminal"
        said = self._run.program.said()
        places = ((errors, "standard error"), (said.output, "standard output"), (said.errors, "standard error"))
        for text, where in places:
            if text and not text.endswith("\n"):
                return f"{text.splitlines()[-1][:SAID_CHARACTERS]!r} stands on {where}, without the end of its line"
            if lines := [line for line in text.splitlines() if line.strip()]:
                return f"the last line on {where} is {lines[-1][:SAID_CHARACTERS]!r}"
        return "nothing was printed"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
