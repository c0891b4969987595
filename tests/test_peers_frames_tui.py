"""A client of week 9 on a terminal that it draws all over. The clients are real, and tiny: curses, or nothing."""

from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames import client as frame_client_module
from grader.peers.frames.tui import TerminalUi
from grader.reference.frame_chat import FrameChat
from grader.sandbox.terminal import has_terminals
from tests.frames_desk import FOLDER, workspace_with

pytestmark = pytest.mark.skipif(not has_terminals(), reason="this system has no pseudo-terminals")

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
CURSES = """\
import curses, selectors, socket
def main(window):
    curses.raw()  # else Ctrl-Q is the terminal's
    connection = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    connection.sendall(pack(type="hello", name="alice"))
    lines, typed, begun = [], "", b""
    selector = selectors.DefaultSelector()
    selector.register(0, 1); selector.register(connection, 1)
    window.nodelay(True)
    while True:
        rows, columns = window.getmaxyx()
        window.erase()
        for row, line in enumerate(lines[2 - rows:]):
            window.addnstr(row, 1, line, columns - 2)
        window.addnstr(rows - 1, 0, "> " + typed, columns - 1)
        window.refresh()
        for key, _ in selector.select(0.1):
            if key.fileobj == 0:
                continue
            begun += connection.recv(65536)
            while len(begun) >= 12 and len(begun) >= 12 + (size := int.from_bytes(begun[4:8], "big")):
                said = json.loads(begun[12:12 + size])
                lines += [said.get("text") or f"{said['name']} {said.get('users')}"]
                begun = begun[12 + size:]
        while (key := window.getch()) != -1:
            if key == 17:
                return
            if key in (10, 13):
                connection.sendall(pack(type="say", text=typed)); typed = ""
            elif key < 256:
                typed += chr(key)
curses.wrapper(main)
"""
DUMB = """\
import signal, socket
connection = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
connection.sendall(pack(type="hello", name="alice"))
print("nothing of any use", TRUE, file=sys.stderr)
signal.pause()
"""


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(frame_client_module, "REST", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets this client."""
    with ExitStack() as kept:

        def meet(source, token=""):
            workspace = kept.enter_context(workspace_with(tmp_path, token, client=source))
            return kept.enter_context(TerminalUi(FOLDER, FrameChat).meet(workspace, patience))

        yield meet


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_a_client_made_with_curses_is_used_by_keys(meet):
    tui = meet(CURSES, token="k7")
    server = tui.opens("bob")
    tui.shows("bob")
    server.relays("bob", "hello alice")
    tui.shows_said("hello alice")
    tui.types("hello bob")
    server.hears(type="say", text="hello bob")
    tui.resizes(10, 40)
    server.relays("bob", "is it small?")
    tui.shows_said("is it small?")
    tui.presses_ctrl_q()
    tui.ends_with(0)
    tui.leaves_the_terminal_as_it_was()
    assert tui.steps[0:2] == ["bob connects, and says hello", "$ chatroom-client --port PORT --name alice"]
    assert "the window gets a size of 40x10" in tui.steps


def test_what_does_not_stand_there_is_said(meet, patience):
    tui = meet(DUMB.replace("TRUE", "'at 12:34'"))
    tui.opens()
    tui.shows("nothing of any use")
    patience.answer = patience.silent = BRIEF
    assert reason(tui.shows, "zacharias") == "expected 'zacharias' somewhere on the screen, but it is not there"
    assert tui.last_words() == ["nothing of any use at 00:00"]
    assert reason(tui.types, "hello") == "expected 'hello' in the line that you type in, but it is not there"


def test_an_empty_screen_is_said(meet, patience):
    tui = meet(DUMB.replace('print("nothing of any use", TRUE, file=sys.stderr)', ""))
    tui.opens()
    patience.answer = patience.silent = BRIEF
    assert reason(tui.shows, "bob") == "expected 'bob' somewhere on the screen, but the screen is empty"


def test_a_terminal_that_is_left_raw_is_said(meet):
    tui = meet(DUMB.replace("signal.pause()", "import tty; tty.setraw(0)").replace("TRUE", "1"))
    tui.opens()
    tui.ends_with(0)
    assert reason(tui.leaves_the_terminal_as_it_was) == (
        "expected the terminal to be as it was before, but what is typed does not come by lines any more"
    )
