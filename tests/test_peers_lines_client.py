"""A client of the line protocol at a terminal, with the lab's server. The clients are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.lines import client as line_client_module
from grader.peers.lines.client import LineClient
from grader.reference.line_chat import LineChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/client.py localhost PORT"
CONNECTS = """\
import signal, socket, sys, threading
server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def send(line): server.sendall((line + '\\n').encode())
"""
HEARS = (
    CONNECTS
    + """\
def listen():
    while data := server.recv(999): print(data, flush=True)
threading.Thread(target=listen, daemon=True).start()
"""
)
SPEAKS = CONNECTS + "for line in sys.stdin: send(line.strip())\n"
SHOWS = CONNECTS + "send(sys.stdin.readline().strip())\nfor line in server.makefile():\n    line = line.strip()\n    "
KEEPS = SHOWS + "print(line.replace('ALL bob', 'bob:'), flush=True)\n"


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around again at once, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(line_client_module, "REST", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def meet(source, token=""):
            (tmp_path / "lab5" / "client.py").write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token=token))
            return kept.enter_context(LineClient("client.py", LineChat).meet(workspace, patience))

        yield meet


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)


@pytest.mark.parametrize("login", ["LOGIN alice", "login alice", "Login alice\\r"])
def test_a_client_joins_in_any_case(login, meet):
    client = meet(CONNECTS + f"sys.stdin.readline()\nsend('{login}')\nsignal.pause()")
    server = client.joins("bob")
    assert client.steps[:3] == [COMMAND, "bob > b'LOGIN bob'", "you type 'alice'"]
    assert client.server() is server


def test_what_is_typed_ends_in_the_word_that_nobody_knows_where_it_is_a_text(meet):
    client = meet(SPEAKS, token="k7")
    server = client.starts()
    client.types_name("LOGIN alice")
    client.types("ALL hi", "/tell bob hi", "/room #den hi", "/join #den")
    server.hears("LOGIN alice")
    for line in ("ALL hi", "/TELL bob hi k7", "/ROOM #den hi k7", "/JOIN #den"):
        server.hears(line)


def test_another_line_is_named(meet):
    client = meet(SPEAKS)
    server = client.starts()
    client.types_name("LOGIN alcie")
    text = "expected b'LOGIN alice' from the client, but b'LOGIN alcie' came"
    assert reason(server.hears, "LOGIN alice") == text


def test_that_nothing_came_is_said(meet, patience):
    patience.answer = BRIEF
    client = meet(CONNECTS + "signal.pause()")
    assert reason(client.starts().hears, "LOGIN alice") == "expected b'LOGIN alice' from the client, but nothing came"


def test_what_was_not_to_be_sent_is_named(meet):
    client = meet(SPEAKS)
    server = client.starts()
    client.types_name("ALL xxx")
    server.hears("ALL xxx")
    server.heard_nothing_like("yyy")
    assert reason(server.heard_nothing_like, "xxx") == "expected nothing to be sent, but b'ALL xxx' came"


def test_what_somebody_else_says_reaches_the_client(meet):
    client = meet(KEEPS, token="k7")
    server = client.starts("bob")
    client.types_name("LOGIN alice")
    server.hears("LOGIN alice")
    server.relays("bob", "ALL hi", "TELL alice psst")
    client.prints("bob: hi")
    client.shows("FROM", "bob", "psst")
    assert client.steps[-2:] == [
        "client prints 'bob: hi k7'",
        "client prints a line with 'FROM' and 'bob' and 'psst k7'",
    ]


def test_a_line_without_one_of_the_words_is_not_enough(meet, patience):
    client = meet(KEEPS)
    server = client.starts("bob")
    client.types_name("LOGIN alice")
    server.hears("LOGIN alice")
    server.relays("bob", "ALL hi")
    client.prints("bob: hi")
    patience.answer = BRIEF
    text = "expected a line on the screen with '#den' and 'hi' in it, but the last line on the screen is 'bob: hi'"
    assert reason(client.shows, "#den", "hi") == text


@pytest.mark.parametrize("begins", ["\\x1b[2J\\x1b[Hchat", "\\x1b[4;1H"], ids=["drawn anew", "moves"])
def test_a_full_screen_has_news_too(begins, meet, patience):
    client = meet(SHOWS + f"""print("{begins}", "* carol has come" * (line[0] == "-"), flush=True)\n""")
    server = client.starts("carol")
    client.types_name("LOGIN alice")
    server.hears("LOGIN alice")
    with client.shows_news("carol"):
        server.loses("carol")
    patience.answer = BRIEF
    with pytest.raises(Unmet), client.shows_news("carol"):
        server.relays("alice", "ALL hi")


def test_what_is_typed_comes_after_what_the_server_has_said(meet):
    client = meet(
        CONNECTS
        + """\
import select
name = sys.stdin.readline().strip()
send("LOGIN " + name)
is_in = False
while True:
    for ready in select.select([sys.stdin, server], [], [])[0]:
        if ready is sys.stdin:
            send(("ALL " if is_in else "LOGIN ") + sys.stdin.readline().strip())
        else:
            is_in = bool(server.recv(999))
"""
    )
    server = client.joins()
    client.types("hello")
    server.hears("ALL hello")


def test_who_comes_and_goes_is_news(meet):
    client = meet(KEEPS)
    server = client.starts("carol")
    client.types_name("LOGIN alice")
    server.hears("LOGIN alice")
    with client.shows_news("carol"):
        server.loses("carol")
    with client.shows_news("carol"):
        server.has("carol")
    assert client.steps.count("client prints a line with 'carol'") == 2


def test_no_news_is_named(meet, patience):
    client = meet(CONNECTS + "print('carol', flush=True)\nsignal.pause()")
    client.starts()
    client.tells("carol")
    patience.answer = BRIEF
    text = "expected a new line on the screen with 'carol' in it, but the last line on the screen is 'carol'"
    with pytest.raises(Unmet) as unmet, client.shows_news("carol"):
        pass
    assert str(unmet.value) == text


LISTS = CONNECTS + "print('bob', flush=True)\nsys.stdin.readline()\nprint({!r}, flush=True)\nsignal.pause()"


def test_who_is_there_is_looked_for_in_what_is_new(meet):
    client = meet(LISTS.format("carol\ndave"))
    client.starts()
    client.tells("bob")
    client.lists("carol", "dave", gone="bob")
    assert client.steps[-2:] == ["you type '/who'", "client prints 'carol' and 'dave'"]


def test_somebody_who_has_gone_is_named(meet):
    client = meet(LISTS.format("bob carol"))
    client.starts()
    client.tells("bob")
    text = "expected 'bob', who has gone, not to be shown after /who, but it is"
    assert reason(client.lists, "carol", gone="bob") == text


def test_somebody_who_is_missing_is_named(meet, patience):
    client = meet(LISTS.format("carol"))
    client.starts()
    client.tells("bob")
    patience.answer = BRIEF
    text = "expected 'carol' and 'dave' on the screen after /who, but 'dave' is missing"
    assert reason(client.lists, "carol", "dave", gone="bob") == text


@pytest.mark.parametrize("second", ["bob (to you): psst", "\x1b[1mprivate\x1b[0m bob: psst"])
def test_two_ways_of_showing_are_told_apart(second, meet):
    client = meet(CONNECTS + f"print('12:00 bob: psst'); print({second!r}, flush=True)\nsignal.pause()")
    client.starts()
    client.shows_in_two_ways("psst")


def test_one_way_of_showing_is_named(meet):
    client = meet(CONNECTS + "print('12:00 bob: psst\\n12:01 bob: psst', flush=True)\nsignal.pause()")
    client.starts()
    text = "expected what was said to alice alone to look different, but both lines look the same"
    assert reason(client.shows_in_two_ways, "psst") == text


def test_control_characters_on_the_screen_are_named(meet):
    client = meet(CONNECTS + "print('\\x1b[5mhi', flush=True)\nsignal.pause()")
    client.starts()
    client.tells("hi")
    client.shows_nothing_raw(b"\x1b[6m")
    text = r"expected b'\x1b[5m', which somebody else sent, not to reach the screen, but it did"
    assert reason(client.shows_nothing_raw, b"\x1b[5m") == text


def test_answers_wait_for_the_end_of_a_line_that_has_begun(meet):
    client = meet(HEARS + "for line in sys.stdin: send(line.strip())", token="k7")
    server = client.starts()
    client.types_name("PING one")
    client.tells("b'PONG one\\n'")
    server.begins("ALL bob half of")
    client.tells("b'ALL bob half of'")
    client.types_name("PING two")
    server.hears("PING two")
    server.ends_it(" it")
    client.tells("PONG two\\n'")
    sent = [step for step in client.steps if "it k7" in step or "PONG two" in step]
    assert [step.split("        ")[0] for step in sent][:2] == ["client < b' it k7'", "client < b'PONG two'"]


def test_half_a_line_on_the_screen_is_named(meet):
    client = meet(CONNECTS + "print('half', flush=True)\nsignal.pause()")
    client.starts()
    client.tells("half")
    text = "expected 'half', whose line has not ended yet, not to be printed, but it was"
    assert reason(client.shows_no_part, "half") == text


def test_many_lines_come_in_one_segment(meet):
    client = meet(HEARS + "for line in sys.stdin: send(line.strip())")
    server = client.starts()
    client.types_name("PING one")
    client.tells("b'PONG one\\n'")
    server.relays_to_all("bob", ["one", "two"])
    client.tells("b'ALL bob one\\nALL bob two\\n'")


def test_a_server_that_has_fallen_silent_says_nothing(meet):
    client = meet(SPEAKS)
    server = client.starts()
    server.falls_silent()
    client.types_name("PING hi")
    server.hears("PING hi")
    assert client.steps[-2:] == ["client connects", "client > b'PING hi'"]


def test_who_finds_nobody_is_given_a_name_when_it_asks(meet):
    client = meet("import sys\nprint('name: ')\nsys.exit('nobody for ' + sys.stdin.readline())")
    client.meets_nobody()
    client.explains_itself()
    assert client.steps[-2:] == ["you type 'alice'", "client ended with status 1"]


def test_who_finds_nobody_may_end_at_once(meet):
    client = meet("import sys\nsys.exit('nobody is there')")
    client.meets_nobody()
    client.explains_itself()


def test_a_prompt_is_no_sentence(meet):
    client = meet("import sys\nprint('name: ', file=sys.stderr)\nsys.stdin.readline()\nsys.exit(1)")
    client.meets_nobody()
    text = (
        "expected a sentence on standard error that says why it cannot go on, and a status that is not 0, "
        "but it printed nothing on standard error"
    )
    assert reason(client.explains_itself) == text


def test_a_stranger_answers_in_another_protocol(meet):
    client = meet(CONNECTS + "print('name: ')\nsend(sys.stdin.readline().strip())\nsys.exit(server.recv(99).decode())")
    client.meets_a_stranger()
    client.explains_itself()
    assert "client < b'500 Syntax error, command unrecognized'" in client.steps
