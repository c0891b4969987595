"""The keyboard and the screen of a program: a pseudo-terminal, or pipes where the system has none."""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Callable
from contextlib import suppress

try:
    import fcntl
    import pty
    import termios
except ImportError:  # Windows: what a program prints goes to a file then, as that of any other program
    pty = None

SIZE = struct.pack("HHHH", 24, 80, 0, 0)  # struct winsize, tty_ioctl(4): 24 rows of 80 columns
MOST = 1024 * 1024  # bytes of a screen's history: a program that prints more has to wait for ever
READ = 65_536
LOCAL_MODES = 3  # of what termios.tcgetattr gives
CTRL_C = b"\x03"
END_OF_INPUT = b"\x04"  # Ctrl-D, as a new terminal has it


def has_terminals() -> bool:
    """Whether this system has pseudo-terminals."""
    return pty is not None


class Terminal:
    """What a person sits at.

    shown    everything that was printed so far
    echoes   whether what is typed appears on the screen, until the program turns that off; else it prints it, or nobody
    pipes    whether it is none: what is typed comes through a pipe, and what is printed goes to a file
    all_of_it  whether standard error comes to the screen, too, as at a person's desk: some draw there
    """

    def __init__(self, *, echoes: bool = False, pipes: bool = False, all_of_it: bool = False) -> None:
        self.shown = bytearray()
        self._has_errors = all_of_it
        self._unread = b""  # by the program: what is typed and does not fit into the terminal's buffer yet
        self._keyboard = None
        self._ours = self._theirs = self._screen = -1
        if pty is None or pipes:
            return
        self._ours, self._theirs = pty.openpty()
        # Two openings: a program that makes its input non-blocking (asyncio) shall not lose output by it.
        self._screen = os.open(self.name, os.O_RDWR | os.O_NOCTTY)
        os.set_blocking(self._ours, False)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, SIZE)
        modes = termios.tcgetattr(self._theirs)
        if not echoes:
            modes[LOCAL_MODES] &= ~termios.ECHO
            termios.tcsetattr(self._theirs, termios.TCSANOW, modes)

    @property
    def is_real(self) -> bool:
        """Whether it is a terminal, and not pipes."""
        return self._ours >= 0

    @property
    def name(self) -> str:
        """Its name in /dev."""
        return os.ttyname(self._theirs)

    def ends(self, output: int) -> tuple[int, int]:
        """What a program gets as standard input and output, where its output would otherwise go to `output`."""
        return (self._theirs, self._screen) if self.is_real else (subprocess.PIPE, output)

    def errors(self, errors: int) -> int:
        """What a program gets as standard error, where that would otherwise go to `errors`."""
        return self._screen if self.is_real and self._has_errors else errors

    def started(self, process: subprocess.Popen, printed: Callable[[], bytes]) -> None:
        """Says that the program runs; `printed` is all its output, where it does not come to the terminal."""
        self._keyboard = process.stdin
        self._printed = printed
        if self._keyboard and hasattr(os, "set_blocking"):
            with suppress(OSError):  # before Python 3.12, Windows has no such pipes
                os.set_blocking(self._keyboard.fileno(), False)

    def fileno(self) -> int:
        """The descriptor that is ready to read when something has been printed."""
        return self._ours

    def look(self) -> None:
        """Takes in what has been printed, and types on where there is room again."""
        if not self.is_real:
            self.shown = bytearray(self._printed())
            return
        self._type_on()
        with suppress(BlockingIOError):
            while len(self.shown) < MOST:
                self.shown += os.read(self._ours, READ)

    @property
    def has_more_to_type(self) -> bool:
        """Whether the program has not yet read enough of what was typed to make room for the rest."""
        return bool(self._unread)

    @property
    def is_full(self) -> bool:
        """Whether nothing more is read of what the program prints."""
        return len(self.shown) >= MOST

    def types(self, data: bytes) -> None:
        """Types, whether or not the program reads it."""
        self._unread += data
        self._type_on()

    def types_line(self, line: str) -> None:
        """Types a line and Enter: a carriage return, of which a terminal makes a newline unless it is told not to."""
        self.types(line.encode() + (b"\r" if self.is_real else b"\n"))

    def resizes(self, rows: int, columns: int) -> None:
        """Makes the window larger or smaller, of which the system tells the program (SIGWINCH; tty_ioctl(4))."""
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def is_line_by_line(self) -> bool:
        """Whether a program gets what is typed by lines, as it does from a terminal that nobody has changed."""
        return self.is_real and bool(termios.tcgetattr(self._theirs)[LOCAL_MODES] & termios.ICANON)

    @property
    def is_echoing(self) -> bool:
        """Whether what is typed just now appears on the screen."""
        return self.is_real and bool(termios.tcgetattr(self._theirs)[LOCAL_MODES] & termios.ECHO)

    def hands_over_ctrl_c(self) -> bool:
        """Presses Ctrl-C, where it is a character for the program like any other, and not to become a signal."""
        is_character = self.is_real and not termios.tcgetattr(self._theirs)[LOCAL_MODES] & termios.ISIG
        if is_character:
            self.types(CTRL_C)
        return is_character

    def belongs_to(self, user: int) -> None:
        """Gives it to the user of a program, who may then open it by its name, too."""
        if self.is_real:
            os.fchown(self._theirs, user, -1)

    def ends_input(self) -> None:
        """Ends the input, as Ctrl-D does at the beginning of a line."""
        if self.is_real:
            self.types(END_OF_INPUT)
        elif self._keyboard:
            self._type_on()
            self._keyboard.close()
            self._keyboard = None

    def stops(self) -> None:
        """Stops the screen: whoever prints has to wait (Ctrl-S); termios(3), tcflow."""
        termios.tcflow(self._theirs, termios.TCOOFF)

    def goes_on(self) -> None:
        """Lets the screen go on (Ctrl-Q)."""
        termios.tcflow(self._theirs, termios.TCOON)

    @property
    def is_waited_for(self) -> bool:
        """Whether a program that prints waits until the screen takes it: it does unless it has decided not to."""
        return not fcntl.fcntl(self._screen, fcntl.F_GETFL) & os.O_NONBLOCK

    def close(self) -> None:
        """Puts it away."""
        if self.is_real:
            for end in (self._ours, self._theirs, self._screen):
                os.close(end)
            self._ours = -1
        elif self._keyboard:
            with suppress(OSError):
                self._keyboard.close()

    def _type_on(self) -> None:
        if self.is_real:
            with suppress(BlockingIOError):
                while self._unread:
                    self._unread = self._unread[os.write(self._ours, self._unread) :]
        elif self._keyboard:
            with suppress(OSError):  # it does not read, or has ended
                while self._unread:
                    self._unread = self._unread[os.write(self._keyboard.fileno(), self._unread) :]
