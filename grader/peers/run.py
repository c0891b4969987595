"""One start of a student's program: how it ends, and what it says about that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from signal import Signals

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.sandbox.program import Program
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wording import count, ended

LOOK_AROUND = 0.25  # seconds between two looks at what a program does instead of ending
AGAIN = 4.0  # seconds between two signals to a program that has not ended by the first: it may take 2 to say goodbye
LAST_WORDS = 1.0  # seconds for a program whose connection has ended early to say why
KILLED = -9  # the status of what SIGKILL has ended
SAID_LINES = 10  # of a program's last output, in a report
SAID_CHARACTERS = 500  # of each of these lines
MISSING = re.compile(r"No module named '([\w.]{1,80})'")
TRACEBACK = "Traceback (most recent call last)"
WORD = re.compile(
    r"\w\w"
)  # what a sentence has, and the prompt of input(), which is printed on standard error, has not


class Run:
    """The program, started with these arguments.

    names         what is different in each run, and what it is called in a report: ports
    environment   variables that it gets besides the usual ones
    """

    subject = "program"
    mark = ""  # behind its command in the transcript

    def __init__(
        self,
        workspace: Workspace,
        program: str,
        arguments: tuple[str, ...],
        *,
        names: Mapping[int, str],
        steps: list[str],
        patience: Patience,
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ):
        self.arguments = arguments
        self.at_fault = False
        self.names = dict(names)
        self._workspace = workspace
        self._steps = steps
        self._patience = patience
        self.command = self.neutral(workspace.command(program, arguments))
        steps.append(f"$ {self.command}{self.mark}")
        self.program: Program = workspace.start(program, arguments, terminal, environment)

    def ends(self) -> int:
        """It ends: its exit status."""
        deadline = self._patience.for_answer()
        status = self._ends_by(deadline)
        if status is None:
            self._patience.ran_out(deadline)
            raise self.unmet("the program to end", "it still runs")
        return status

    def exit_status(self, seconds: float = 0) -> int | None:
        """Its exit status, waited for so long; None while it runs."""
        return self.program.exit_status(seconds)

    def _ends_by(self, deadline: Deadline) -> int | None:
        while (status := self.exit_status(deadline.turn)) is None and not deadline.is_over:
            pass
        return status

    def stops(self, number: Signals) -> None:
        """It ends when it gets a signal. As a person would, it is sent again where the first has no effect: one that
        comes just before a blocking call is noticed by Python only after it."""
        deadline, again = self._patience.for_end(), ""
        while True:
            self._steps.append(f"{self.subject} gets {number.name}{again}")
            again = " again"
            self.program.interrupt(number)
            if self._ends_by(self._patience.within(AGAIN)) is not None:
                self._steps.append(f"{self.subject} ends")
                return
            if deadline.is_over:
                self._patience.ran_out(deadline)
                raise self.unmet("the program to end", "it still runs")

    def explains_itself(self, since: int | None = None) -> None:
        """It ends with a status that is not 0, and a sentence of its own that says why.

        since   only what it has printed on standard error from this character on counts
        """
        where = "" if since is None else " on standard error"
        wanted = f"a sentence{where} that says why it cannot go on, and a status that is not 0"
        status = self._gives_up(wanted)
        said = self.program.said()
        sentence = "".join(said) if since is None else said.errors[since:]
        faults = [f"it {ended(status)}"] if status == 0 else []
        if TRACEBACK in sentence:
            faults.append("it printed a traceback")
        elif not WORD.search(sentence):
            faults.append(f"it printed nothing{where}")
        self._blame(wanted, faults)

    def says(self, words: str) -> None:
        """Among what it has printed on standard error are these words."""
        if words not in (errors := self.program.said().errors):
            said = repr(self.neutral(errors.strip())[-SAID_CHARACTERS:]) if errors.strip() else "nothing"
            raise self.unmet(f"the server's sentence on standard error, with {words!r} in it", f"it printed {said}")

    def shows_usage(self) -> None:
        """It ends with status 2 and a usage line on standard error."""
        wanted = f"`{self.command}` to print a usage line on standard error and to end with status 2"
        status = self._gives_up(wanted)
        said = self.program.said()
        faults = [f"it {ended(status)}"] if status != 2 else []
        if TRACEBACK in said.errors:
            faults.append("it printed a traceback")
        elif "usage" not in said.errors.lower():
            misplaced = "usage" in said.output.lower()
            faults.append("its usage line is on standard output" if misplaced else "it printed no usage line")
        self._blame(wanted, faults)

    def goes_on(self) -> str:
        """What proves at once that it does not give up; nothing while nothing does."""
        return ""

    def last_words(self, cut_off: bool) -> list[str]:
        """The end of what it printed: on standard error, or else on standard output.

        cut_off   whether it hung up too early: then it is given a moment to say why
        """
        self.exit_status(LAST_WORDS if cut_off else LAST_WORDS / 2)
        said = self.program.said()
        text = said.errors if WORD.search(said.errors) else said.output
        lines = [_cut(self.neutral(line)) for line in text.splitlines()[-SAID_LINES:]]
        if missing := MISSING.search(said.errors):
            lines.append(f"(The module {missing[1]} is neither in the submission nor among what the handout provides.")
            lines.append("What requirements.txt names is not installed at grading.)")
        if self.program.exit_status() == KILLED:
            lines += [f"(The grader ended it: {reason}.)" for reason in self._workspace.remarks()]
        return lines

    def reason(self) -> str:
        """In brackets, the last line of its standard error, where an uncaught error is named."""
        lines = self.program.said().errors.strip().splitlines()
        return f" ({_cut(self.neutral(lines[-1].strip()))})" if lines else ""

    def neutral(self, text: str) -> str:
        """Text without what differs from run to run: the folder and the ports."""
        for port, name in self.names.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", name, text)
        return self._workspace.neutral(text)

    def unmet(self, expected: str, came: str) -> Unmet:
        """A failure of this run: its last words are the ones to show."""
        self.at_fault = True
        return Unmet(expected, came)

    def _gives_up(self, wanted: str) -> int:
        """It ends instead of doing its work: its exit status. It has to start first, which may take its time."""
        deadline = self._patience.for_start()
        while (status := self.exit_status(LOOK_AROUND)) is None:
            if proof := self.goes_on():
                raise self.unmet(wanted, proof)
            if deadline.is_over:
                self._patience.ran_out(deadline)
                raise self.unmet(wanted, "it still runs")
        self._steps.append(f"{self.subject} {ended(status)}")
        if proof := self.goes_on():  # it has ended by now, and has gone too far before
            raise self.unmet(wanted, proof)
        return status

    def _blame(self, wanted: str, faults: list[str]) -> None:
        if faults:
            raise self.unmet(wanted, " and ".join(faults))


def _cut(line: str) -> str:
    """A line that fits a report; what is cut is said."""
    more = len(line) - SAID_CHARACTERS
    return line if more <= 0 else f"{line[:SAID_CHARACTERS]} ... ({count(more, 'more character')})"
