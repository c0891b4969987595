"""The terminal that a program is started at: what is typed arrives, what is printed is seen, and nobody waits for ever.

The programs are real, and tiny. Each claim is tested on this machine itself, and where it can in a cell.
"""

import os
import select
import subprocess
import sys
import threading
import time
import tty
from contextlib import ExitStack, closing
from signal import SIGINT
from typing import NamedTuple

import pytest

from grader.sandbox import terminal as terminal_module
from grader.sandbox.bare import Bare
from grader.sandbox.cell import Cell
from grader.sandbox.isolation import best
from grader.sandbox.limits import Limits
from grader.sandbox.program import Program, Said
from grader.sandbox.terminal import MOST, READ, Terminal, has_terminals

GENEROUS = 10  # seconds until a test gives up
ENVIRONMENT = {"LANG": "C.UTF-8"}
WAITS = "import signal; signal.pause()"
REPEATS_LINES = "import sys\nfor line in sys.stdin: print(ascii(line), flush=True)"
NUMBERS_LINES = "import sys\nfor number, line in enumerate(sys.stdin, 1): print(number, len(line), flush=True)"
COUNTS_CHARACTERS = "import sys; print(len(sys.stdin.read()))"
PRINTS_FOR_EVER = "import os\nwhile True: os.write(1, b'y' * 1000)"
STOPS_WAITING = "import os\nos.set_blocking({descriptor}, False)\nos.write(1, b'ready')\n" + WAITS
TEXT = "naïve café 😀 日本語"


class Desk(NamedTuple):
    """A program, and the terminal that it was started at."""

    program: Program
    terminal: Terminal

    def shows(self, wanted: bytes) -> bytes:
        """The screen, as soon as this stands on it."""
        while wanted not in self.terminal.shown:
            assert select.select([self.terminal], [], [], GENEROUS)[0], f"{wanted!r} was not printed"
            self.terminal.look()
        return bytes(self.terminal.shown)

    def fills(self) -> None:
        """The screen is read until nothing more of it is."""
        while not self.terminal.is_full:
            assert select.select([self.terminal], [], [], GENEROUS)[0], "nothing more is printed"
            self.terminal.look()

    def ends(self) -> int:
        """The exit status; until then the screen is read."""
        while (status := self.program.exit_status()) is None:
            assert select.select([self.terminal, self.program.handle], [], [], GENEROUS)[0], "it still runs"
            self.terminal.look()
        return status


def open_cell(folder, kept):
    """A cell with nothing in it."""
    (folder / "lab5").mkdir()
    made = Cell(folder, Limits())
    made.open()
    kept.callback(made.close)
    return made


def desk(source, folder, kept):
    """A program of this source, at a terminal of its own."""
    terminal = Terminal()
    kept.callback(terminal.close)
    site = Bare(folder, Limits())
    kept.callback(site.close)
    return Desk(site.start([sys.executable, "-c", source], "", ENVIRONMENT, terminal), terminal)


def desk_in(cell, source, kept):
    """A program of this source in a cell, at a terminal of its own."""
    terminal = Terminal()
    kept.callback(terminal.close)
    return Desk(cell.start([cell.interpreter, "-c", source], "", ENVIRONMENT, terminal), terminal)


@pytest.fixture(scope="module", params=["on the machine", "in a cell"])
def place(request):
    """Where programs are started; skips the tests in a cell where this machine cannot make one."""
    if request.param == "in a cell":
        isolation, failed = best(Limits())
        if isolation is None or isolation.tier != 1:
            pytest.skip(failed[0].reason if failed else "this system has no namespaces")
    return request.param


@pytest.fixture
def start(place, tmp_path):
    """Starts Python programs from their source, each at a terminal of its own."""
    with ExitStack() as terminals, ExitStack() as kept:
        if place == "in a cell":
            cell = open_cell(tmp_path, kept)
            yield lambda source: desk_in(cell, source, terminals)
        else:
            yield lambda source: desk(source, tmp_path, kept)


@pytest.fixture
def without_terminals(monkeypatch):
    """This system has no terminals."""
    monkeypatch.setattr(terminal_module, "pty", None)


@pytest.fixture
def start_with_pipes(without_terminals, tmp_path):
    """Starts Python programs from their source, each with pipes where it could have a terminal."""
    with ExitStack() as kept:
        yield lambda source: desk(source, tmp_path, kept)


@pytest.fixture(params=["a terminal", "pipes"])
def start_with_either(request, tmp_path):
    """Starts Python programs from their source, with what this system has or with pipes."""
    if request.param == "pipes":
        request.getfixturevalue("without_terminals")
    with ExitStack() as kept:
        yield lambda source: desk(source, tmp_path, kept)


def descriptors():
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (no list of pathlib's is as short)


def test_input_and_output_are_a_terminal_and_errors_are_not(start):
    assert start("import os; print(*map(os.isatty, range(3)))").shows(b"\n") == b"True True False\r\n"


def test_the_terminal_is_the_controlling_one(start):
    here = start("print('at', open('/dev/tty').isatty())")
    assert here.shows(b"at True")


def test_its_devices_can_be_opened_by_name(start):
    here = start("open('/dev/stdout', 'w').write('at ' + open('/dev/stdin').readline())")
    here.terminal.types_line("home")
    assert here.shows(b"at home")


def test_ctrl_c_is_a_character_where_the_program_wants_it_to_be(start):
    here = start("import sys, tty; tty.setraw(0); print('ready'); print('at', ord(sys.stdin.read(1)))")
    assert here.shows(b"ready")
    here.program.interrupt(SIGINT)
    assert here.shows(b"at 3")


def test_ctrl_c_is_a_signal_otherwise(start):
    # Not print() in a handler, which may interrupt a print(); nor pause(): a signal just before it is noticed after it.
    source = "import os, signal, time; signal.signal(2, lambda *_: os.write(1, b'at last')); print('ready')"
    here = start(f"{source}\nwhile True: time.sleep(0.05)")
    assert here.shows(b"ready")
    here.program.interrupt(SIGINT)
    assert here.shows(b"at last")


def test_the_screen_has_24_lines_of_80_columns(start):
    assert start("import os; print(*os.get_terminal_size())").shows(b"\n") == b"80 24\r\n"


def test_what_is_typed_does_not_appear_on_the_screen(start):
    here = start("input(); print('done')")
    here.terminal.types(b"secret\n")
    assert here.shows(b"done\r\n") == b"done\r\n"


def test_lines_that_are_typed_arrive(start):
    here = start(REPEATS_LINES)
    here.terminal.types(b"one\n")
    here.terminal.types(b" two \nthree\n")
    assert here.shows(b"three\\n'\r\n") == b"'one\\n'\r\n' two \\n'\r\n'three\\n'\r\n"


def test_utf8_arrives_and_comes_back_as_it_was(start):
    here = start("import os; os.write(1, os.read(0, 1000))")
    here.terminal.types(f"{TEXT}\n".encode())
    assert here.shows(b"\n").decode() == f"{TEXT}\r\n"


def test_more_than_fits_into_the_keyboards_buffer_arrives(start):
    here = start(NUMBERS_LINES)
    here.terminal.types((b"x" * 79 + b"\n") * 1000)
    deadline = time.monotonic() + GENEROUS
    while b"\r\n1000 " not in here.terminal.shown and time.monotonic() < deadline:
        select.select([here.terminal], [here.terminal], [], GENEROUS)  # something is printed, or there is room again
        here.terminal.look()
    assert here.terminal.shown.count(b" 80\r\n") == 1000


def test_typing_to_a_program_that_never_reads_does_not_block(start_with_either):
    here = start_with_either(WAITS)
    typing = threading.Thread(target=here.terminal.types, args=(b"hello\n" * 100_000,))
    typing.start()
    typing.join(GENEROUS)
    try:
        assert not typing.is_alive()
    finally:
        here.program.end()
        typing.join()


def test_ctrl_d_ends_the_input(start):
    here = start(COUNTS_CHARACTERS)
    here.terminal.ends_input()
    assert (here.ends(), here.program.said()) == (0, Said("0\r\n", ""))


def test_what_was_typed_before_ctrl_d_arrives(start):
    here = start(COUNTS_CHARACTERS)
    here.terminal.types(b"one\ntwo\n")
    here.terminal.ends_input()
    assert (here.ends(), here.program.said()) == (0, Said("8\r\n", ""))


def test_output_and_errors_are_kept_apart(start):
    here = start("import sys; print('one'); print('two', file=sys.stderr)")
    here.ends()
    assert here.program.said() == Said("one\r\n", "two\n")


def test_what_a_program_has_said_is_the_whole_screen(start):
    here = start("input(); print('one'); input(); print('two')")
    here.terminal.types(b"\n")
    here.shows(b"one")
    here.terminal.types(b"\n")
    here.ends()
    assert here.program.said() == Said("one\r\ntwo\r\n", "")


def test_bytes_that_are_not_utf8_are_shown_as_escapes(start):
    here = start(r"import os; os.write(1, b'caf\xe9 \xc3\xa9')")
    here.ends()
    assert here.program.said().output == r"caf\xe9 é"


def test_a_screen_with_nothing_on_it_is_not_waited_for(start):
    here = start(WAITS)
    here.terminal.look()
    assert here.terminal.shown == b""


def test_what_is_printed_just_before_the_end_is_all_there(start):
    for _ in range(10):
        here = start("print('x' * 2000); print('end')")
        assert here.program.exit_status(GENEROUS) == 0
        assert here.program.said() == Said("x" * 2000 + "\r\nend\r\n", "")


def test_more_than_fits_into_the_screens_buffer_is_all_there(start):
    here = start("print('x' * 200_000); print('end')")
    here.ends()
    assert here.program.said() == Said("x" * 200_000 + "\r\nend\r\n", "")


def test_a_program_that_prints_for_ever_fills_a_screen_of_a_bounded_size(start):
    here = start(PRINTS_FOR_EVER)
    here.fills()
    here.terminal.look()
    assert MOST <= len(here.terminal.shown) < MOST + READ


def test_a_program_that_waits_for_a_full_screen_can_be_ended(start):
    here = start(PRINTS_FOR_EVER)
    here.fills()
    here.program.end()
    assert here.program.exit_status() == -9


def test_a_program_that_prints_to_a_stopped_screen_waits(start):
    here = start("input(); print('hello')")
    here.terminal.stops()
    here.terminal.types(b"\n")
    assert (here.program.exit_status(0.2), here.program.said()) == (None, Said("", ""))


def test_a_screen_that_goes_on_shows_what_had_to_wait(start):
    here = start("input(); print('hello')")
    here.terminal.stops()
    here.terminal.types(b"\n")
    here.terminal.goes_on()
    assert here.shows(b"hello\r\n") == b"hello\r\n"


def test_what_is_typed_arrives_while_the_screen_is_stopped(start):
    here = start("import sys; sys.exit(len(input()))")
    here.terminal.stops()
    here.terminal.types(b"hello\n")
    assert here.ends() == 5


def test_a_screen_is_waited_for(start):
    here = start("print('ready', flush=True)\n" + WAITS)
    here.shows(b"ready")
    assert here.terminal.is_waited_for


def test_it_is_seen_that_a_program_does_not_wait_for_the_screen(start):
    here = start(STOPS_WAITING.format(descriptor=1))
    here.shows(b"ready")
    assert not here.terminal.is_waited_for


def test_a_program_that_does_not_wait_for_its_input_waits_for_the_screen(start):
    here = start(STOPS_WAITING.format(descriptor=0))
    here.shows(b"ready")
    assert here.terminal.is_waited_for


def test_a_program_that_does_not_wait_for_its_input_loses_no_output(start):
    here = start("import os\nos.set_blocking(0, False)\nprint('x' * 200_000)")
    here.ends()
    assert here.program.said() == Said("x" * 200_000 + "\r\n", "")


def test_closing_leaves_no_descriptor_open(start_with_either):
    before = descriptors()
    program, terminal = start_with_either("input()")
    terminal.types(b"hello\n")
    program.end()
    terminal.close()
    assert descriptors() == before


def test_closing_a_terminal_that_nobody_was_started_at_leaves_no_descriptor_open():
    before = descriptors()
    Terminal().close()
    assert descriptors() == before


def test_typing_to_a_program_that_has_ended_is_no_fault(start_with_either):
    here = start_with_either("pass")
    here.program.exit_status(GENEROUS)
    here.terminal.types(b"hello\n")
    assert here.program.said() == Said("", "")


def test_ctrl_d_for_a_program_that_has_ended_is_no_fault(start_with_either):
    here = start_with_either("pass")
    here.program.exit_status(GENEROUS)
    here.terminal.types(b"hello\n")
    here.terminal.ends_input()
    assert here.program.said() == Said("", "")


def test_it_is_known_that_a_system_has_terminals():
    with closing(Terminal()) as terminal:
        assert (has_terminals(), terminal.is_real) == (True, True)


def test_it_is_known_that_a_system_has_no_terminals(without_terminals):
    with closing(Terminal()) as terminal:
        assert (has_terminals(), terminal.is_real) == (False, False)


def test_without_terminals_input_is_a_pipe_and_output_goes_where_it_would(without_terminals):
    assert Terminal().ends(7) == (subprocess.PIPE, 7)


def test_lines_that_are_typed_arrive_by_a_pipe(start_with_pipes):
    here = start_with_pipes("print(ascii(input())); print(ascii(input()))")
    here.terminal.types(f"one\n{TEXT}\n".encode())
    here.program.exit_status(GENEROUS)
    assert here.program.said() == Said(f"'one'\n{ascii(TEXT)}\n", "")


def test_the_input_ends_by_a_pipe(start_with_pipes):
    here = start_with_pipes(COUNTS_CHARACTERS)
    here.terminal.types(b"one\ntwo\n")
    here.terminal.ends_input()
    assert here.program.exit_status(GENEROUS) == 0
    assert here.program.said() == Said("8\n", "")


def test_output_and_errors_are_kept_apart_without_a_terminal(start_with_pipes):
    here = start_with_pipes("import sys; print('one'); print('two', file=sys.stderr)")
    here.program.exit_status(GENEROUS)
    assert here.program.said() == Said("one\n", "two\n")


def test_what_was_printed_without_a_terminal_is_shown_after_a_look(start_with_pipes):
    here = start_with_pipes("print('hello')")
    here.program.exit_status(GENEROUS)
    here.terminal.look()
    assert here.terminal.shown == b"hello\n"


def test_a_program_that_prints_more_than_a_screen_holds_fills_it_without_a_terminal(start_with_pipes):
    here = start_with_pipes("print('x' * 5_000_000)")
    here.program.exit_status(GENEROUS)
    here.terminal.look()
    assert here.terminal.is_full
    assert len(here.terminal.shown) < 3 * MOST


def test_an_echoing_terminal_shows_what_is_typed_until_the_program_turns_that_off(tmp_path):
    source = (
        "import getpass; print('name: ', end='', flush=True); input(); getpass.getpass('password: '); print('done')"
    )
    with closing(Terminal(echoes=True)) as terminal, closing(Bare(tmp_path, Limits())) as site:
        here = Desk(site.start([sys.executable, "-c", source], "", ENVIRONMENT, terminal), terminal)
        here.shows(b"name: ")
        assert terminal.is_echoing
        terminal.types_line("alice")
        here.shows(b"password: ")
        assert not terminal.is_echoing
        terminal.types_line("swordfish")
        assert here.shows(b"done\r\n") == b"name: alice\r\npassword: \r\ndone\r\n"


@pytest.mark.parametrize("echoes", [True, False])
def test_a_terminal_echoes_as_it_was_told_to(echoes):
    with closing(Terminal(echoes=echoes)) as terminal:
        assert terminal.is_echoing == echoes


def test_pipes_never_echo(without_terminals):
    assert not Terminal(echoes=True).is_echoing


SIZES = """\
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
print("ready", flush=True)
signal.sigwait([signal.SIGWINCH])
print(*os.get_terminal_size(0), flush=True)
"""


@pytest.mark.skipif(not has_terminals(), reason="this system has no pseudo-terminals")
def test_a_program_is_told_the_size_of_its_window(start):
    desk = start(SIZES)
    desk.shows(b"ready")
    desk.terminal.resizes(43, 132)
    desk.shows(b"132 43")


@pytest.mark.skipif(not has_terminals(), reason="this system has no pseudo-terminals")
def test_a_terminal_is_known_to_be_raw():
    with closing(Terminal()) as terminal:
        assert terminal.is_line_by_line
        tty.setraw(terminal._theirs)
        assert not terminal.is_line_by_line


def test_pipes_are_no_terminal(tmp_path):
    with closing(Terminal(pipes=True)) as terminal:
        code = "import sys; print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stdin.read())"
        program = Program([sys.executable, "-c", code], tmp_path, environment=ENVIRONMENT, terminal=terminal)
        terminal.types_line("hello")
        terminal.ends_input()
        assert program.exit_status(GENEROUS) == 0
        assert program.said().output == "False False hello\n\n"
        program.end()


@pytest.mark.skipif(not has_terminals(), reason="this system has no pseudo-terminals")
def test_standard_error_may_come_to_the_screen(tmp_path):
    with closing(Terminal(all_of_it=True)) as terminal:
        code = "import sys; print(sys.stderr.isatty(), file=sys.stderr)"
        program = Program([sys.executable, "-c", code], tmp_path, environment=ENVIRONMENT, terminal=terminal)
        assert program.exit_status(GENEROUS) == 0
        assert program.said() == Said("True\r\n", "")
        program.end()
