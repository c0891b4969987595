"""The program under test as a client that logs in to the lab's server over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.accounts.server import AccountServer
from grader.peers.files import File, files_below, furnish
from grader.peers.services import MakeHttpService
from grader.peers.terminal_client import ClientRun, TerminalClient
from grader.sandbox.workspace import Workspace
from grader.wording import ended

STUDENT = "s1234567"
PROMPT = re.compile("password", re.IGNORECASE)
MOST_PROMPTS = 4  # for one password: it may be asked for twice
MOST_TOKENS = (
    100  # the newest, that files are searched for: who logs in again and again has more than a command can name
)
TOKENS = "lab5/tokens.json"
DAMAGE = """
import contextlib, os
path = os.environ["FILE"]
with contextlib.suppress(OSError):  # its owner may not write to it, or it is not there
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.path.exists(path) and os.chmod(path, 0o600)
    with open(path, "w") as file:
        file.write(os.environ["TEXT"])
"""


@dataclass(frozen=True)
class AccountClient:
    """A client that a student wrote, started at a terminal as `PROGRAM URL STUDENT_ID [options]`.

    service   makes the server that it talks to
    """

    program: str
    service: MakeHttpService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self, workspace, patience)


class Client(TerminalClient):
    """What a conversation calls `client`. In each conversation it has a home of its own, with no files in it.

    student_id   who uses it
    password     which is right
    """

    echoes = True
    student_id = STUDENT

    def __init__(self, declared: AccountClient, workspace: Workspace, patience: Patience):
        self._service = declared.service
        self.password = f"Open-Sesame-{workspace.token or 'now'}-1001"
        self.wrong_password = f"Let-Me-In-{workspace.token or 'now'}-2002"
        workspace.secrets |= {self.password: "(the password)", self.wrong_password: "(a wrong password)"}
        super().__init__(declared.program, workspace, patience)

    def has_a_server(self, *, registered: bool = True, **more: object) -> AccountServer:
        """A server of its own, where its user is registered; not started yet is the client."""
        server = AccountServer(
            self._service, self._workspace, self._watch, steps=self.steps, patience=self._patience, **more
        )
        self._keep(server)
        server.typed = self._typed
        if registered:
            server.has_account(self.student_id, self.password)
        return server

    def starts(
        self,
        server: AccountServer,
        *options: str,
        password: str | None = "",
        student_id: str = STUDENT,
        url: str = "",
        files: dict[str, str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> ClientRun:
        """The client is started, to talk to this server.

        password    in CHAT_PASSWORD: the right one, if none is given; None: there is no such variable
        files       what is to be in its home: `ca` becomes ca.pem
        variables   of the environment
        """
        if not self._home:
            self._home = self._workspace.new_home()
            furnish(self._workspace, self._home, **(files or {}))
        own = {name: value.replace("HOME", self._home) for name, value in (variables or {}).items()}
        environment = {"HOME": self._home, "USERPROFILE": self._home, "TMPDIR": f"{self._home}/tmp", **own}
        if password is not None:
            environment["CHAT_PASSWORD"] = password or self.password
        arguments = [url or server.url, student_id, *(option.replace("HOME", self._home) for option in options)]
        server.run = self._launch(tuple(arguments), {server.port: "PORT"}, environment)
        for peer in self._peers:
            peer.run = getattr(peer, "run", server.run)
        server.run.betrays = lambda: next((peer.has_been_told for peer in self._peers if peer.has_been_told), "")
        return server.run

    def logs_in(self, *, registered: bool = True) -> AccountServer:
        """The client is started with its password in the environment, logs in, and asks for messages: the server."""
        server = self.has_a_server(registered=registered)
        self.starts(server)
        server.lets_in()
        server.is_asked("GET /messages")
        return server

    def server(self) -> AccountServer:
        """The server of the client that runs."""
        return self._peers[-1]

    def is_given_the_password(
        self, password: str = "", until: str = "POST /login", times: int = 1, or_ends: bool = False
    ) -> None:
        """The client asks for the password, with a prompt that says so and without showing what is typed; the user
        types it, again if it is asked for twice, until the client has made so many of these requests (or ends)."""
        password, server = password or self.password, self.server()
        is_over = lambda: or_ends and self._run.exit_status() is not None  # noqa: E731
        is_there = lambda: server.counts(until) >= times or is_over()  # noqa: E731
        for _ in range(MOST_PROMPTS):
            if self._is_asked_for_the_password(or_else=is_there):
                return
            self._rests()  # the word may be part of a complaint, and the question still be on its way
            self._prompts_answered = self._prompts()
            self.steps.append(f"you type {self._workspace.secrets[password]}")
            self._run.terminal.types_line(password)
            with self._looking_often():
                comes = self._comes(lambda: is_there() or self._is_asking(), self._patience.for_start)
            if not comes:
                raise self._run.unmet(f"{until} after the password was typed", self._instead("nothing came"))
            if is_there():
                return
        raise self._run.unmet(f"{until} after the password was typed", f"it was asked for {MOST_PROMPTS} times")

    def asks_for_nothing(self) -> None:
        """No prompt for a password is on the screen."""
        if self._is_asking():
            raise self._run.unmet("no question for a password", "there was one")

    def has_not_shown(self, *secrets: str) -> None:
        """None of these secrets stands on the screen, nor did in the list of processes."""
        run, names = self._run, self._workspace.secrets
        said = "".join(run.program.said())
        for secret in secrets:
            if secret in said:
                raise run.unmet(f"{names[secret]} not to be on the screen", "it is")
            if any(secret in line for line in run.command_lines):
                raise run.unmet(f"{names[secret]} not to be in the list of processes", "everybody can see it there")

    def files(self) -> list[File]:
        """What it has written."""
        secrets = [self.password, self.wrong_password, *self.tokens()[-MOST_TOKENS:]]
        return files_below(self._workspace, self._home, secrets)

    def has_written_no_password(self) -> None:
        """No password stands in any file: not in its home, nor where it was started, nor where files are temporary."""
        for place in self._workspace.writable:
            for file in files_below(self._workspace, place, [self.password, self.wrong_password]):
                if file.holds:
                    where = self._workspace.neutral(f"{place}/{file.path}")
                    raise self._run.unmet("no password in any file", f"it is in {where}")
        self.steps.append("no file has the password in it")

    def has_kept_a_token(self, folder: str = ".config") -> File:
        """There is a token in lab5/tokens.json in this folder of its home, and nowhere else: the file."""
        place, found = f"{folder}/{TOKENS}", self.files()
        elsewhere = [file.path for file in found if self._tokens_in(file) and file.path != place]
        file = next((file for file in found if file.path == place), None)
        wanted = f"the token in {place}"
        if file is None:
            raise self._run.unmet(wanted, f"it is in {elsewhere[0]}" if elsewhere else "there is no such file")
        if not self._tokens_in(file):
            raise self._run.unmet(wanted, "the file is there, without the token")
        if elsewhere:
            raise self._run.unmet(f"{wanted} and nowhere else", f"it is in {elsewhere[0]}, too")
        self.steps.append(f"the token is in {place}")
        return file

    def only_its_owner_reads(self, folder: str) -> None:
        """Nobody but its owner can read or write the token file."""
        mode = next((file.mode for file in self.files() if file.path == f"{folder}/{TOKENS}"), None)
        if mode is None:
            raise self._run.unmet(f"a file {folder}/{TOKENS}", "there is none")
        if mode & 0o077:
            raise self._run.unmet(f"mode 0600 of {folder}/{TOKENS}", f"it is {mode:04o}: others can read or write it")
        self.steps.append(f"its mode is {mode:04o}")

    def waits_or_explains_itself(self, what: str, times: int) -> None:
        """It makes so many of these requests in all, or says why it does not, and ends."""
        self._comes(lambda: self.server().counts(what) >= times, self._patience.for_start)
        if self.server().counts(what) < times:
            self._run.explains_itself(since=0)

    def has_forgotten_the_token(self) -> None:
        """There is no token in any file."""
        if holding := [file.path for file in self.files() if self._tokens_in(file)]:
            raise self._run.unmet("no token in any file after /logout", f"it is in {holding[0]}")
        self.steps.append("no file has the token in it")

    def finds_in_the_token_file(self, text: str) -> None:
        """Somebody else has written this into the token file."""
        self._workspace.does(DAMAGE, FILE=f"{self._home}/.config/{TOKENS}", TEXT=text)
        self.steps.append(f"in the file .config/{TOKENS} stands {text}")

    def tokens(self) -> list[str]:
        """All that were given out so far in this conversation."""
        return [secret for secret in self._workspace.secrets if secret not in self._known_before]

    def _open(self) -> None:
        super()._open()
        self._home = ""
        self._prompts_answered = 0
        self._known_before = [*self._workspace.secrets]  # of other conversations; and the passwords

    def _tokens_in(self, file: File) -> list[str]:
        return [secret for secret in file.holds if secret in self.tokens()]

    def _prompts(self) -> int:
        return len(PROMPT.findall("".join(self._run.program.said())))

    def _is_asking(self) -> bool:
        """Whether a question for the password is there, and the terminal does not show what is typed."""
        return self._prompts() > self._prompts_answered and not self._run.terminal.is_echoing

    def _is_asked_for_the_password(self, or_else: Callable[[], bool]) -> bool:
        """Waits for the question; whether it is not needed any more."""
        with self._looking_often():  # print("password: ") may come before the echo is turned off
            comes = self._comes(lambda: or_else() or self._is_asking(), self._patience.for_start)
        if comes:
            return or_else()
        is_shown = self._prompts() > self._prompts_answered
        came = self._instead("the terminal shows what is typed" if is_shown else "there was no question")
        raise self._run.unmet('a question with the word "password", and no echo of what is typed', came)

    def _instead(self, otherwise: str) -> str:
        status = self._run.exit_status()
        return otherwise if status is None else f"the program {ended(status)}{self._run.reason()}"
