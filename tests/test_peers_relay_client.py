"""A client under test of week 6, with the lab's server. The clients are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers import stream_port as stream_port_module
from grader.peers.relay.client import ENDS, RelayClient
from grader.reference.relay_chat import RelayChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/client.py alice chat://localhost:PORT"
CONNECTS = r"""
import os, select, signal, socket, sys
name, (host, port) = sys.argv[1], sys.argv[2].removeprefix("chat://").split(":")
try: server = socket.create_connection((host, int(port)))
except OSError as error: sys.exit(f"nobody there: {error.strerror}")
def say(line): server.sendall(line.encode() + b"\n")
def show(text): print(text, end="", flush=True)
"""
STAYS = "\nsignal.pause()"
CHAT = (
    CONNECTS
    + r"""
say(f"REGISTER {name} CHAT/1.0")
came = typed = b""
while True:
    ready, _, _ = select.select([0, server], [], [])
    if server in ready:
        came += (data := server.recv(4096))
        *lines, came = came.split(b"\n")
        for line in lines:
            if line == b"DISCONNECT CHAT/1.0": show("The server says goodbye."); sys.exit()
            if line[:3] in (b"400", b"401"): sys.exit("refused")
            show(f"\r{line.decode()}\n> ")
        if not data: sys.exit("lost")
    if 0 in ready:
        typed += (data := os.read(0, 4096))
        *lines, typed = typed.split(b"\n")
        for line in lines: say("DISCONNECT alice CHAT/1.0" if line == b"/quit" else f"@{name}: {line.decode()}")
        if not data: sys.exit()
"""
)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(stream_port_module, "REST", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def meet(source):
            (tmp_path / "lab5" / "client.py").write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="abcd"))
            return kept.enter_context(RelayClient("client.py", RelayChat).meet(workspace, patience))

        yield meet


def reason(conversation, *arguments):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value).removeprefix("expected ")


def test_a_client_joins_and_says_what_is_typed(meet):
    client = meet(CHAT)
    server = client.joins()
    client.types("hello")
    server.has_heard("REGISTER alice CHAT/1.0", "@alice: hello")
    said = ["client > b'@alice: hello abcd'"]
    assert client.steps[:3] == [COMMAND, "client connects", "client > b'REGISTER alice CHAT/1.0'"]
    assert client.steps[-1:] == said


@pytest.mark.parametrize(
    ("said", "came"),
    [
        ("say('hello')", "b'hello' came"),
        ("server.sendall(b'REGISTER')", "b'REGISTER' came without the end of its line"),
        ("sys.exit('why')", "the program ended with status 1 (why)"),
        ("server", "nothing came"),
    ],
)
def test_another_first_line_is_named(meet, patience, said, came):
    patience.answer = 1
    assert reason(meet(CONNECTS + said + STAYS).joins) == f"b'REGISTER alice CHAT/1.0' from the client, but {came}"


@pytest.mark.parametrize(
    "form", ["@bob: hello", "bob: hello", "@bob  hello", "<bob> hello", "12:00 [bob]: hello", "> @bob:hello"]
)
def test_what_somebody_says_may_be_printed_in_any_form(meet, form):
    client = meet(CONNECTS + f"print({form!r}, 'abcd', flush=True)" + STAYS)
    client.starts()
    client.prints("bob: hello")


@pytest.mark.parametrize("form", ["hello", "bobby: hello", "jim_bob: hello", "bob: hell", "bob says hello"])
def test_what_lacks_the_sender_or_the_text_is_named(meet, patience, form):
    client = meet(CONNECTS + f"print({form!r}, 'abcd', flush=True)" + STAYS)
    client.starts()
    client.tells(form)
    patience.answer = BRIEF
    text = f"'bob: hello abcd' on the screen, but the last line on the screen is '{form} abcd'"
    assert reason(client.prints, "bob: hello") == text


def test_what_others_say_at_once_comes_in_one_segment(meet):
    client = meet(
        CONNECTS + "say('REGISTER alice CHAT/1.0'); server.recv(99); print(server.recv(99), flush=True)" + STAYS
    )
    client.joins().says("bob", "one", "two")
    client.tells(r"b'@bob: one abcd\n@bob: two abcd\n'")


def test_what_is_said_later_does_not_come_with_the_answer(meet):
    client = meet(CONNECTS + "say('REGISTER alice CHAT/1.0'); print(server.recv(99), flush=True)" + STAYS)
    client.joins().says("bob", "one")
    client.tells(r"b'200 Registration successful\n'")


def test_what_comes_in_pieces_comes_byte_by_byte(meet):
    reads = "say('REGISTER alice CHAT/1.0')\nwhile True: print(server.recv(99), flush=True)"
    client = meet(CONNECTS + reads)
    client.joins(pieces=1)
    client.tells("b'2'")
    client.tells(r"b'\n'")


def test_a_message_may_come_with_the_answer(meet):
    client = meet(CHAT)
    client.starts(answer=b"200 yes\n", then="bob: good morning").hears("REGISTER alice CHAT/1.0")
    client.prints("bob: good morning")


def test_a_client_that_is_refused_explains_itself(meet):
    client = meet(CHAT)
    client.starts(answer=b"401 no\n", then=ENDS).hears("REGISTER alice CHAT/1.0")
    client.explains_itself()
    assert client.steps[3:] == ["client < b'401 no'", "the server ends the connection", "client ended with status 1"]


def test_a_client_is_told_that_the_server_ends(meet):
    client = meet(CHAT)
    server = client.joins()
    with client.tells_the_user():
        server.says_goodbye()
    client.ends_with(status=0)


def test_a_client_that_loses_its_server_explains_itself(meet):
    client = meet(CHAT)
    client.joins().hangs_up()
    client.explains_itself()


def test_a_client_that_meets_nobody_explains_itself(meet):
    client = meet(CHAT)
    client.meets_nobody().explains_itself(since=0)
    assert client.steps == [COMMAND.replace("PORT", "9"), "client ended with status 1"]


def test_a_client_that_leaves_is_let_go(meet):
    client = meet(CHAT)
    server = client.joins()
    client.types("/quit")
    server.hears("DISCONNECT alice CHAT/1.0")
    assert client.steps[-1] == "the server ends the connection"


def test_a_prompt_is_the_end_of_the_screen(meet):
    client = meet(CHAT)
    client.joins().says("bob", "one")
    client.prints("bob: one")
    client.prompts()
    assert client.steps[-1] == "client shows its prompt"


@pytest.mark.parametrize(("source", "came"), [("show('ready')", "it is b'ready'"), ("pass", "the screen is empty")])
def test_a_prompt_that_does_not_come_is_missed(meet, patience, source, came):
    client = meet(CONNECTS + source + "; say('REGISTER alice CHAT/1.0')" + STAYS)
    client.joins()
    patience.answer = BRIEF
    assert reason(client.prompts) == f"the prompt `> ` in the last line of the screen, but {came}"


def test_on_a_full_screen_the_prompt_may_stand_anywhere(meet):
    screen = "show('\\x1b[?1049h\\x1b[24;1H> \\x1b[1;1H\\n@bob: one'); "
    client = meet(CONNECTS + screen + "say('REGISTER alice CHAT/1.0')" + STAYS)
    client.joins()
    client.prompts()


def test_a_client_that_has_ended_shows_no_prompt(meet):
    client = meet(CONNECTS + "say('REGISTER alice CHAT/1.0'); sys.exit('why')")
    client.joins()
    text = "the prompt `> ` in the last line of the screen, but the program ended with status 1 (why)"
    assert reason(client.prompts) == text


def test_an_empty_line_is_typed(meet):
    client = meet(CHAT)
    server = client.joins()
    client.presses_enter()
    assert reason(server.has_heard, "REGISTER alice CHAT/1.0", "@alice: one").endswith("b'@alice: ' came")


def test_control_characters_on_the_screen_are_named(meet):
    client = meet(CHAT)
    client.joins().says("bob", "\x1b[1m")
    client.tells("abcd")
    wanted = "control characters of others to be left out, or to be shown as something harmless"
    text = f"{wanted}, but b'\\x1b[1m' came to the screen as it is"
    assert reason(client.keeps_from_the_terminal, b"\x1b[3J", b"\x1b[1m") == text


def test_control_characters_that_are_shown_harmlessly_are_fine(meet):
    client = meet(CONNECTS + "show(r'@bob: \\x1b[2J abcd')" + STAYS)
    client.starts()
    client.prints("bob: \\x1b[2J")
    client.keeps_from_the_terminal(b"\x1b[2J")
