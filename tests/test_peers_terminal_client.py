"""A client that a person uses at a terminal, while it talks to the lab's server. The clients are real, and tiny."""

import os
import socket
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers import terminal_client as terminal_client_module
from grader.peers.udp import server as udp_server_module
from grader.peers.udp.client import UdpClient
from grader.peers.udp.link import loses_first
from grader.reference.udp_chat import Chat
from grader.sandbox import terminal as terminal_module
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/week2_udp/client.py localhost PORT alice"
WAITS = "\nsignal.pause()"
SPEAKS = """\
import os, signal, socket, sys, threading, tty
def send(text): udp.send(text.encode())
family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_DGRAM)[0]
udp = socket.socket(family, kind)
udp.connect(address)
send("HELLO alice")
"""
READS = SPEAKS + "for line in sys.stdin:\n    line = line.strip()\n    "
INTERRUPTED = "try:\n    print('ready')\n    signal.pause()\nexcept KeyboardInterrupt: sys.exit(0)"
RAW = "tty.setraw(0)\nprint('ready')\nsys.exit(os.read(0, 1) != b'\\x03')"
STORY = (
    READS
    + "while True:\n        send(f'SAY 1 {line}')\n        if udp.recv(99) == b'OK 1': sys.exit('on ' + sys.argv[2])"
)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and presses keys again at once, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(run_module, "AGAIN", BRIEF)
    monkeypatch.setattr(terminal_client_module, "AGAIN", BRIEF)
    monkeypatch.setattr(udp_server_module, "REST", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    program = tmp_path / "lab5" / "week2_udp" / "client.py"
    program.parent.mkdir(parents=True)
    with ExitStack() as kept:

        def meet(source, token=""):
            program.write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token=token))
            return kept.enter_context(UdpClient("week2_udp/client.py", Chat).meet(workspace, patience))

        yield meet


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


@pytest.mark.parametrize(
    "printing",
    [
        "print('bob: hi')",
        "print('bob: hi', file=sys.stderr)",
        "print('\\x1b[1;32mbob\\x1b[0m: \\x1b[Khi')",
        "print('> \\rbob: hi\\n> ', end='', flush=True)",
        "print('bob: hi'); sys.exit(3)",
        "open('/dev/tty', 'w').write('bob: hi\\n')",
    ],
)
def test_what_is_printed_in_any_way_is_seen(printing, meet):
    client = meet(SPEAKS + printing + WAITS)
    client.starts()
    client.prints("bob: hi")
    assert client.steps == [COMMAND, "client prints 'bob: hi'"]


def test_that_the_program_ended_instead_of_printing_is_said(meet):
    client = meet(SPEAKS + "sys.exit('why')")
    client.starts()
    text = "expected 'bob: hi' on the screen, but the program ended with status 1 (why)"
    assert reason(client.prints, "bob: hi") == text


def test_that_the_screen_is_empty_is_said(meet, patience):
    patience.answer = BRIEF
    client = meet(SPEAKS + WAITS)
    client.starts()
    assert reason(client.prints, "bob: hi") == "expected 'bob: hi' on the screen, but the screen is empty"


def test_what_is_printed_last_is_named_where_something_else_was_to_be_printed(meet, patience):
    client = meet(SPEAKS + "print('bob: ho\\n')" + WAITS)
    client.starts()
    client.prints("bob: ho")
    patience.answer = BRIEF
    assert reason(client.prints, "hi") == "expected 'hi' on the screen, but the last line on the screen is 'bob: ho'"


def test_lines_are_counted_on_the_screen_and_on_standard_error(meet):
    client = meet(SPEAKS + "print('hi hi\\nho')\nprint('hi', file=sys.stderr)\nprint('end')" + WAITS)
    client.starts()
    client.prints("end")
    client.printed_times(2, "hi")
    assert reason(client.printed_times, 2, "ho") == "expected 'ho' to be printed 2 times, but it was printed 1 time"


def test_what_is_typed_arrives_and_ends_in_the_token(meet):
    client = meet(READS + "print('you said', line)", token="abcd")
    client.starts()
    client.types("hello", "x" * 100)
    client.prints("you said hello")
    typed = ["you type 'hello abcd'", f"you type '{'x' * 40}'... (105 characters)"]
    assert client.steps[1:] == [*typed, "client prints 'you said hello abcd'"]


def test_nobody_types_before_the_program_has_made_its_terminal_what_it_wants(meet):
    busy = "end = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass\n"
    client = meet("import time\n" + SPEAKS + busy + "tty.setraw(0)\nprint('it is', repr(os.read(0, 99)))" + WAITS)
    client.starts()
    client.types("/quit")
    client.prints("it is b'/quit\\r'")


def test_a_command_has_no_token(meet):
    client = meet(READS + "if line == '/quit': sys.exit()", token="abcd")
    client.starts()
    client.types("/quit")
    client.ends_with(status=0)
    assert client.steps == [COMMAND, "you type '/quit'", "client ended with status 0"]


def test_a_client_that_fills_its_screen_is_still_heard(meet, monkeypatch):
    monkeypatch.setattr(terminal_module, "MOST", 10_000)
    full = "def fill():\n    while True: print('x' * 999)\nthreading.Thread(target=fill, daemon=True).start()\n"
    client = meet(SPEAKS + full + "for line in sys.stdin: send('BYE')")
    server = client.joins()
    client.types("hello")
    server.hears("BYE")


def test_without_terminals_there_are_pipes(meet, monkeypatch):
    monkeypatch.setattr(terminal_module, "pty", None)
    client = meet(READS + "print('you said', line)")
    client.starts()
    client.types("hello")
    client.prints("you said hello")
    client.presses_ctrl_d()
    client.ends_with(status=0)


@pytest.mark.parametrize("needed", [1, 3])
def test_ctrl_d_is_pressed_until_the_program_ends(needed, meet):
    client = meet(SPEAKS + f"for _ in range({needed}): assert os.read(0, 100) == b''")
    client.starts()
    client.presses_ctrl_d()
    client.ends_with(status=0)
    assert client.steps == [COMMAND, "you press Ctrl-D: the input ends", "client ended with status 0"]


@pytest.mark.parametrize("program", [INTERRUPTED, RAW])
def test_ctrl_c_interrupts_as_a_signal_and_as_a_character(program, meet):
    client = meet(SPEAKS + program)
    client.starts()
    client.prints("ready")
    client.presses_ctrl_c()
    client.ends_with(status=0)
    assert client.steps[2:] == ["client gets SIGINT", "client ends", "client ended with status 0"]


def test_what_is_printed_to_a_stopped_screen_comes_when_it_goes_on(meet):
    client = meet(READS + "send('BYE')\n    print('you said', line)")
    server = client.joins()
    with client.screen_stopped():
        client.types("hello")
        server.hears("BYE")
        client.printed_times(0, "you said")
    client.prints("you said hello")
    assert "you press Ctrl-S: the screen stops" in client.steps


def test_what_is_seen_is_asked_for_later(meet):
    client = meet(READS + "print('you said', line)", token="abcd")
    client.starts()
    sees = client.sees("you said hello")
    before = sees()
    client.types("hello")
    client.prints("you said hello")
    assert (before, sees()) == (False, True)


@pytest.mark.parametrize("printing", ["print('too long')", "print('too long', file=sys.stderr)"])
def test_words_that_are_not_printed_for_every_line_tell_the_user(printing, meet):
    client = meet(READS + f"print('said', line)\n    if 'xxx' in line: {printing}")
    client.starts()
    client.types("before")
    client.prints("said before")
    with client.tells_the_user():
        client.types("xxx", "after")
    assert client.steps[-1] == "client tells the user"


def tells(client, *lines):
    """Types these lines, and wants the user to be told something about them."""
    with client.tells_the_user():
        client.types(*lines)


def test_words_that_are_printed_for_every_line_tell_nobody_anything(meet, patience):
    client = meet(READS + "print('you said', line, flush=True)")
    client.starts()
    client.types("before")
    client.prints("you said before")
    patience.answer = BRIEF
    text = "expected the user to be told, but the client printed nothing about it"
    assert reason(tells, client, "xxx", "after") == text


def test_only_standard_error_explains_and_only_after_what_was_typed(meet):
    client = meet(SPEAKS + "print('hello', file=sys.stderr)\nfor line in sys.stdin: print('why'); sys.exit(1)")
    client.starts()
    client.prints("hello")
    client.types("what?")
    assert reason(client.explains_itself).endswith(", but it printed nothing on standard error")


def test_a_client_that_meets_nobody_explains_itself(meet):
    client = meet("import sys; sys.exit('nobody is at ' + sys.argv[2])")
    client.meets_nobody()
    client.explains_itself()
    assert client.steps == ["$ python lab5/week2_udp/client.py localhost 9 alice", "client ended with status 1"]


@pytest.mark.parametrize(
    ("end", "text"),
    [
        ("sys.exit(3)", "with status 0, but it ended with status 3"),
        ("print('Traceback (most recent call last)')", "in good order, but it printed a traceback"),
    ],
)
def test_an_end_that_is_not_in_order_is_named(end, text, meet):
    client = meet(SPEAKS + end)
    client.starts()
    assert reason(client.ends_with, 0) == f"expected the program to end {text}"


ABORTS = (
    SPEAKS
    + """
print("Fatal Python error: _enter_buffered_busy: could not acquire lock for <_io.{} name='<{}>'>", file=sys.stderr)
os.abort()"""
)


def test_a_thread_that_printed_when_the_program_ended_is_bad_luck(meet):
    client = meet(ABORTS.format("BufferedWriter", "stdout"))
    client.starts()
    client.ends_with(status=0)


def test_a_thread_that_read_when_the_program_ended_is_none(meet):
    client = meet(ABORTS.format("BufferedReader", "stdin"))
    client.starts()
    text = "expected the program to end with status 0, but it was ended by the signal SIGABRT"
    assert reason(client.ends_with, 0) == text


def test_a_program_that_does_not_end_still_runs(meet, patience):
    client = meet(SPEAKS + WAITS)
    client.joins()
    patience.answer = BRIEF
    assert reason(client.ends_with, 0) == "expected the program to end, but it still runs"


def test_a_new_conversation_ends_the_former_run_and_closes_its_sockets(meet):
    client = meet(SPEAKS + WAITS)
    server = client.joins()
    port = server.port
    client.begin()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", port))
    assert (client.steps, server.run.program.is_kept()) == ([], False)


def test_runs_of_one_conversation_are_told_apart(meet):
    client = meet(SPEAKS + WAITS)
    client.joins()
    client.joins()
    assert client.steps[3:] == [f"{COMMAND}    (client 2)", "client 2 > HELLO alice", "client 2 < WELCOME alice"]


def test_the_last_words_are_those_of_the_run_at_fault(meet):
    client = meet("import sys; sys.exit('not ' + sys.argv[1])")
    first, second = client.given("one"), client.given("two")
    reason(first.shows_usage)
    assert (client.last_words(), second.ends()) == (["not one"], 1)


def test_equal_runs_have_equal_transcripts_and_last_words(meet):
    client, stories = meet(STORY, token="abcd"), []
    for _ in range(2):
        client.begin()
        server = client.joins(link=loses_first(1, "SAY"))
        client.types("hello")
        server.has_heard_each_once("alice", ["hello"])
        client.ends_with(status=1)
        stories.append((client.last_words(), list(client.steps)))
    assert stories[0] == stories[1]
