"""The program under test as a client that a person uses at a terminal, whatever protocol it speaks."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import Protocol, Self

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers.run import AGAIN, TRACEBACK, Run
from grader.peers.screen import lines, times
from grader.peers.watch import TICK, Watch
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wording import SHOWN, count, ended

GLANCE, MOMENT = 0.05, 0.2  # seconds of waiting that are a rest, before the first line and where more may be coming
RESTLESS = 2.0  # seconds after which a program is one that never rests
NOTHING = MappingProxyType({})
WORD = re.compile(r"\w{3,}")  # of a sentence
# A daemon thread was just printing when the program had come to its end (docs.python.org/3/library/sys.html, "daemon
# threads"; bugs.python.org/issue42717): nothing that a week's handout could blame, and a matter of luck.
UNLUCKY = re.compile(r"Fatal Python error: _enter_buffered_busy: .*BufferedWriter name='<std(?:out|err)>'")
PROMPTS = " >$#:"  # a line of these alone says nothing
MOST_TOLD = 1_000_000  # characters of standard error: whoever prints more tells nobody anything


class ClientRun(Run):
    """One start of the client. While anything is waited for, its screen is read and its server answers.

    since           what it had printed on standard error when it was last given something to do
    is_ready        whether it has waited for something since it was started: nobody types faster than that
    command_lines   what the list of processes has said about it, whenever that was looked at
    betrays         what it has told somebody who was not to hear of it; nothing if it has not
    """

    subject = "client"

    def __init__(self, watch: Watch, terminal: Terminal, *, number: int, **more: object):
        if number > 1:  # in this conversation
            self.subject = f"client {number}"
            self.mark = f"    ({self.subject})"
        self._watch = watch
        self.terminal = terminal
        self.since = 0
        self.is_ready = False
        self.command_lines: list[str] = []
        self.betrays: Callable[[], str] = lambda: ""
        super().__init__(terminal=terminal, **more)
        if terminal.is_real:
            watch.add(terminal, self._look)
        if not terminal.is_real or self.program.handle is None:
            watch.add_look(terminal.look)
        if self.program.handle is not None:
            watch.add(self.program.handle, self._ended)
        watch.add_look(terminal.look, when=lambda: terminal.has_more_to_type)

    def exit_status(self, seconds: float = 0) -> int | None:
        """Its exit status, waited for so long; None while it runs."""
        if seconds:
            self._watch.until(lambda: self.program.exit_status() is not None, Deadline(seconds))
        return self.program.exit_status()

    def ends(self) -> int:
        """It ends: its exit status."""
        deadline = self._patience.for_end()
        status = self._ends_by(deadline)
        if status is None:
            self._patience.ran_out(deadline)
            raise self.unmet("the program to end", "it still runs")
        if status == -signal.SIGABRT and UNLUCKY.search(self.program.complaints()):
            return 0
        return status

    def goes_on(self) -> str:
        """What proves at once that it does not give up; nothing while nothing does."""
        return self.betrays()

    def looks_at_processes(self) -> None:
        """Notes what everybody can see of it at this moment."""
        self.command_lines += self.program.command_lines()

    def _look(self) -> None:
        self.terminal.look()
        if self.terminal.is_full:
            self._watch.remove(self.terminal)

    def _ended(self) -> None:
        """It has ended, and this is news only once."""
        self._watch.remove(self.program.handle)


class Peer(Protocol):
    """What the client talks to."""

    def log_all(self) -> None: ...
    def close(self) -> None: ...


class TerminalClient:
    """What a conversation calls `client`, whatever it speaks. Each conversation has runs of its own."""

    echoes = False  # whether its terminal shows what is typed

    def __init__(self, program: str, workspace: Workspace, patience: Patience):
        self.steps: list[str] = []
        self._program = program
        self._workspace = workspace
        self._patience = patience
        self._kept = ExitStack()
        self._open()

    def given(self, *arguments: str) -> Run:
        """The client is started with other arguments."""
        return self._launch(arguments)

    def types(self, *typed: str) -> None:
        """A person types these lines."""
        self._run.since = len(self._run.program.complaints())
        self._words_before = self._words()
        for text in typed:
            line = text if text.startswith("/") else self._marked(text)
            self.steps.append(f"you type {_short(line)}")
            self._types_line(line)

    def nobody_types(self) -> None:
        """For a second nothing happens: what a program does only for a moment after each line is over by then."""
        self.steps.append("nobody types, for a second")
        self._watch.until(lambda: False, Deadline(1.0))

    def prints(self, *texts: str) -> None:
        """Each of these appears on the screen, somewhere in a line."""
        for text in map(self._marked, texts):
            if not self._comes(lambda: self._printed(text) > 0):  # noqa: B023
                raise self._not_printed(text)
            self.steps.append(f"client prints {_short(text)}")

    def printed_times(self, wanted: int, *texts: str) -> None:
        """Each of these stands in so many lines of the screen."""
        for text in map(self._marked, texts):
            if (found := self._printed(text)) != wanted:
                expected = f"{_short(text)} to be printed {count(wanted, 'time')}"
                raise self._run.unmet(expected, f"it was printed {count(found, 'time')}")

    def printed_at_most_once(self, text: str) -> None:
        """This stands in one line of the screen, or in none."""
        if (found := self._printed(self._marked(text))) > 1:
            raise self._run.unmet(f"{_short(text)} to be printed once, or not at all", f"{found} times")

    def tells(self, words: str) -> None:
        """These words, which are somebody else's, appear on the screen."""
        if not self._comes(lambda: self._printed(words) > 0):
            raise self._not_printed(words)
        self.steps.append(f"client prints {_short(words)}")

    @contextmanager
    def screen_stopped(self) -> Iterator[None]:
        """Meanwhile the screen stands still: what the client prints has to wait."""
        self.steps.append("you press Ctrl-S: the screen stops")
        self._run.terminal.stops()
        yield
        self._run.terminal.goes_on()
        self.steps.append("you press Ctrl-Q: the screen goes on")

    def sees(self, text: str) -> Callable[[], bool]:
        """Whether this stands on the screen, at the time of asking."""
        return lambda: self._printed(self._marked(text)) > 0

    @contextmanager
    def tells_the_user(self) -> Iterator[None]:
        """By the end of this the client has printed words that it does not print for every line."""
        start = self._words()
        usual = start - self._words_before

        def is_told() -> bool:
            return any(times > 3 * usual[word] for word, times in (self._words() - start).items())

        yield
        if not self._comes(is_told):
            raise self._run.unmet("the user to be told", "the client printed nothing about it")
        self.steps.append("client tells the user")

    def explains_itself(self) -> None:
        """The program ends with a status that is not 0, and has said why on standard error."""
        self._run.explains_itself(self._run.since)

    def presses_ctrl_d(self) -> None:
        """The input ends. As a person would, it is pressed again where the first has no effect."""
        self.steps.append("you press Ctrl-D: the input ends")
        run, due = self._run, [time.monotonic()]

        def press() -> None:
            due[0] = time.monotonic() + AGAIN
            if run.exit_status() is None:
                run.terminal.ends_input()

        self._watch.add_timer(lambda: due[0], press)

    def presses_ctrl_c(self) -> None:
        """The program is interrupted while it waits, and ends. Just after an answer it may close a connection, where
        Python has no use for a KeyboardInterrupt but to say that it was ignored."""
        self._rests()
        self._run.stops(signal.SIGINT)

    def ends_with(self, status: int) -> None:
        """The program ends by itself, with this exit status and without a traceback."""
        came = self._run.ends()
        self.steps.append(f"client {ended(came)}")
        if came != status:
            raise self._run.unmet(f"the program to end with status {status}", f"it {ended(came)}")
        if TRACEBACK in "".join(self._run.program.said()):
            raise self._run.unmet("the program to end in good order", "it printed a traceback")

    def begin(self) -> bool:
        """Starts the transcript of another conversation, which has a run of its own."""
        self._kept.close()
        self._open()
        self.steps.clear()
        return False

    def is_disturbed(self) -> bool:
        """Nobody else can get in between a client and its server."""
        return False

    def last_words(self) -> list[str]:
        """The end of what the program printed on standard error, or else on its screen."""
        for peer in self._peers:
            peer.log_all()
        run = next((run for run in self._runs if run.at_fault), self._run)
        return run.last_words(cut_off=False) if run else []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def _open(self) -> None:
        self._kept = ExitStack()
        self._watch = Watch()
        self._kept.callback(self._watch.close)
        self._run: ClientRun | None = None
        self._runs: list[ClientRun] = []
        self._peers: list[Peer] = []
        self._typed: list[str] = []
        self._words_before: Counter[str] = Counter()  # what it had printed when something was typed last

    def _keep(self, peer: Peer) -> None:
        """Somebody whom the client talks to in this conversation."""
        self._kept.callback(peer.close)
        self._peers.append(peer)

    def _marked(self, text: str) -> str:
        """A text of a check with the word that no program can know."""
        return f"{text} {self._workspace.token}".rstrip()

    def _printed(self, text: str) -> int:
        """In how many lines that a person sees this stands; standard error is on the screen, too."""
        self._run.terminal.look()
        return times(self._run.terminal.shown, text) + times(self._run.program.complaints().encode(), text)

    def _words(self) -> Counter[str]:
        """The words that the client has printed so far; not those that a person has typed, and sees again."""
        said = self._run.program.said()
        if self._run.terminal.is_full or len(said.errors) > len(said.output) + MOST_TOLD:
            return Counter()
        printed = Counter(WORD.findall("\n".join([said.errors, *lines(self._run.terminal.shown)])))
        for word in [word for word in printed if any(word in line for line in self._typed)]:
            del printed[word]
        return printed

    def _types_line(self, line: str) -> None:
        """A person types this as soon as the program waits: who gives the terminal another mode first may throw away
        what was typed before that (tcsetattr(3), TCSAFLUSH)."""
        if not self._run.is_ready:
            self._rests(GLANCE)
            self._run.is_ready = True
        self._run.terminal.types_line(line)
        self._typed.append(line)

    def _rests(self, moment: float = MOMENT) -> None:
        """Waits until the program has waited for something for a moment, or does not do so at all."""
        since = [time.monotonic()]

        def look() -> None:
            if not self._run.program.is_waiting():
                since[0] = time.monotonic()

        with self._looking_often(look):
            self._watch.until(lambda: time.monotonic() - since[0] > moment, Deadline(RESTLESS))

    @contextmanager
    def _looking_often(self, look: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Meanwhile what is waited for is looked at again and again: no event says that it has come to be."""
        due = [time.monotonic()]

        def act() -> None:
            due[0] = time.monotonic() + TICK
            look()

        timer = self._watch.add_timer(lambda: due[0], act)
        yield
        self._watch.remove_timer(timer)

    def _launch(
        self, arguments: tuple[str, ...], names: Mapping[int, str] = NOTHING, environment: Mapping[str, str] = NOTHING
    ) -> ClientRun:
        terminal = Terminal(echoes=self.echoes)
        self._kept.callback(terminal.close)
        self._run = ClientRun(
            self._watch,
            terminal,
            number=len(self._runs) + 1,
            workspace=self._workspace,
            program=self._program,
            arguments=arguments,
            names=names,
            environment=environment,
            steps=self.steps,
            patience=self._patience,
        )
        self._kept.callback(self._run.program.end)
        self._runs.append(self._run)
        return self._run

    def _comes(self, condition: Callable[[], bool], patience: Callable[[], Deadline] | None = None) -> bool:
        """Whether it comes to hold, before patience (with an answer) is out or the program has ended."""
        over = lambda: self._run.exit_status() is not None  # noqa: E731
        deadline = (patience or self._patience.for_answer)()
        if not self._watch.until(lambda: condition() or over(), deadline):
            self._patience.ran_out(deadline)
        return condition()

    def _not_printed(self, text: str) -> Unmet:
        shown = [self._workspace.conceal(line) for line in lines(self._run.terminal.shown) if line.strip()]
        shown = [line for line in shown if line.strip(PROMPTS)] or shown
        status = self._run.program.exit_status()
        if not shown:
            errors = self._workspace.conceal(self._run.program.complaints())
            shown = [line for line in errors.splitlines() if line.strip()]
        came = f"the last line on the screen is {_short(shown[-1])}" if shown else "the screen is empty"
        if status is not None:
            came = f"the program {ended(status)}{self._run.reason()}"
        return self._run.unmet(f"{_short(text)} on the screen", came)


def _short(text: str) -> str:
    """A text in quotes, cut to what is recognised."""
    return repr(text) if len(text) <= SHOWN else f"{text[: SHOWN - 8]!r}... ({count(len(text), 'character')})"
