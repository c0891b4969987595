"""The program under test as the client of week 9 on a terminal that it draws all over: keys in, a screen out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames.client import Client, FrameClient
from grader.peers.frames.port import FramePort
from grader.peers.frames.tui_screen import GAPS, Screen, Stream, stands
from grader.sandbox.workspace import Workspace
from grader.wording import ended

ROWS, COLUMNS = 24, 80
ENTER, CTRL_Q = b"\r", b"\x11"
CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")  # what differs from run to run
SHOWN = 60  # characters of a text in a sentence


@dataclass(frozen=True)
class TerminalUi(FrameClient):
    """The same client, started at a terminal and without --plain."""

    def meet(self, workspace: Workspace, patience: Patience) -> Tui:
        """The live program, for one conversation after another; use it in a `with`."""
        return Tui(self, workspace, patience)


class Tui(Client):
    """What a conversation calls `tui`."""

    pipes = False
    words = ()

    def opens(self, *others: str, said: tuple[str, ...] = ()) -> FramePort:
        """The client is started on a terminal of 80x24, and comes in as alice; it shows who is there."""
        self._screen, self._seen = Screen(COLUMNS, ROWS), 0
        self._stream = Stream(self._screen)
        server = self.joins(*others, said=said)
        self._screen.replies = lambda text: self._run.terminal.types(text.encode())
        return server

    def shows(self, *texts: str) -> None:
        """These stand somewhere on the screen; what somebody says ends in the mark."""
        for text in texts:
            if not self._comes(lambda: stands(text, self._rows())):  # noqa: B023
                raise self._run.unmet(f"{_cut(text)} somewhere on the screen", self._instead())
            self.steps.append(f"the screen shows {_cut(text)}")

    def shows_said(self, *texts: str) -> None:
        """These, which somebody says, stand somewhere on the screen."""
        self.shows(*map(self._marked, texts))

    def types(self, *typed: str) -> None:
        """A person types these, sees them, and presses Enter; what is said ends in the mark."""
        for text in typed:
            line = text if text.startswith("/") and not text.startswith("//") else self._marked(text)
            self._run.since = len(self._run.program.said().errors)
            self.steps.append(f"you type {_cut(line)}")
            self._run.terminal.types(line.encode())
            if not self._comes(lambda: stands(line, self._rows())):  # noqa: B023
                raise self._run.unmet(f"{_cut(line)} in the line that you type in", self._instead())
            self.steps.append("you press Enter")
            self._run.terminal.types(ENTER)
            self._typed.append(line)

    def presses_ctrl_q(self) -> None:
        """A person presses Ctrl-Q."""
        self.steps.append("you press Ctrl-Q")
        self._run.terminal.types(CTRL_Q)

    def resizes(self, rows: int, columns: int) -> None:
        """The window becomes larger, or smaller."""
        self.steps.append(f"the window gets a size of {columns}x{rows}")
        self._rows()
        self._screen.resize(rows, columns)
        self._screen.reset()  # what stood there is drawn anew by whoever hears of it
        self._run.terminal.resizes(rows, columns)

    def leaves_the_terminal_as_it_was(self) -> None:
        """What is typed comes by lines again, and is seen."""
        if not self._run.terminal.is_line_by_line:
            raise self._run.unmet(
                "the terminal to be as it was before", "what is typed does not come by lines any more"
            )
        self.steps.append("the terminal is as it was before")

    def last_words(self) -> list[str]:
        """What stands on the screen, or else what was printed on standard error."""
        rows = [CLOCK.sub("00:00", self._run.neutral(row.rstrip())) for row in self._rows() if GAPS.sub("", row)]
        said = super().last_words()
        return said if self._run.program.said().errors.strip() or not rows else rows

    def _rows(self) -> list[str]:
        """What stands on the screen now."""
        shown = self._run.terminal.shown
        self._run.terminal.look()
        if len(shown) > self._seen:
            self._stream.feed(bytes(shown[self._seen :]))
            self._seen = len(shown)
        return self._screen.display

    def _instead(self) -> str:
        if (status := self._run.exit_status()) is not None:
            return f"the program {ended(status)}{self._run.reason()}"
        return "it is not there" if any(GAPS.sub("", row) for row in self._rows()) else "the screen is empty"

    def _not_printed(self, wanted: str) -> Unmet:
        return self._run.unmet(f"{_cut(wanted)} on the screen", self._instead())


def _cut(text: str) -> str:
    return repr(text) if len(text) <= SHOWN else f"{text[: SHOWN - 10]!r}... ({len(text):,} characters)"
