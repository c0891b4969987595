"""What a check hears of a client over UDP, and what it has the server do. The clients are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.udp import datagrams as datagrams_module
from grader.peers.udp import server as udp_server_module
from grader.peers.udp.client import UdpClient
from grader.peers.udp.link import Fate, loses_first
from grader.reference.udp_chat import Chat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/week2_udp/client.py localhost PORT alice"
HELLO, WELCOME = "client > HELLO alice", "client < WELCOME alice"
SPEAKS = """\
import signal, socket, sys, threading, time
family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_DGRAM)[0]
udp, other = socket.socket(family, kind), socket.socket(family, kind)
def send(text, times=1, by=udp):
    for number in range(times):
        if number: time.sleep(0.01)
        by.sendto(text.encode(), address)
def listen():
    while True:
        data, sender = udp.recvfrom(2000)
        print("got" if sender == address else "overheard", data.decode(errors="replace"), flush=True)
def does_as_typed():
    threading.Thread(target=listen, daemon=True).start()
    for line in sys.stdin: send(line.rstrip("\\n"))
"""
MEMBER = SPEAKS + "send('HELLO alice')\ndoes_as_typed()"
THREE = SPEAKS + "send('HELLO alice', 3)\nsignal.pause()"
FATES = [(Fate.LOST, "lost on purpose"), (Fate.REPEATED, "twice, on purpose"), (Fate.HELD, "held back on purpose")]
ONCE = [("two", "each line to arrive, also 'two', but it never did"), ("one", "'one' once, but it was said 2 times")]
GIVEN_UP = "expected b'HELLO alice' 20 times (10 to 30 are fine), then a sentence on standard error and the end, but "


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(udp_server_module, "REST", BRIEF)
    monkeypatch.setattr(udp_server_module, "FASTEST", 0.05)


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


@pytest.fixture
def client(meet):
    """A client that says HELLO, does what the test types, and prints what comes."""
    return meet(MEMBER)


@pytest.fixture
def server(client):
    """Its server, which has welcomed it."""
    return client.joins()


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)


def scripted(**by_text):
    """Faults that are told for each text, with `_` for the spaces in it; what is not told passes."""
    return lambda flow, sign, datagram, before: by_text.get(datagram.decode().replace(" ", "_"), Fate.PASSED)


@pytest.mark.parametrize(
    ("program", "came"),
    [
        ("send('BYE')\nsend('SAY 1 hallo')\nsignal.pause()", "b'SAY 1 hallo' came"),
        ("sys.exit('one\\ntwo')", "the program ended with status 1 (two)"),
    ],
)
def test_what_came_instead_is_named(program, came, meet):
    server = meet(SPEAKS + program).meets_silence()
    assert reason(server.hears, "SAY 1 hello") == f"expected b'SAY 1 hello' from the client, but {came}"


def test_that_nothing_came_is_said(server, patience):
    patience.answer = BRIEF
    assert reason(server.hears, "BYE") == "expected b'BYE' from the client, but nothing came"


def test_that_no_repetition_came_is_said(server, patience):
    patience.answer = BRIEF
    again = "expected the same datagram again: b'HELLO alice' from the client, but none came"
    assert reason(server.hears, "HELLO alice", times=2) == again


def test_what_is_right_may_come_after_something_else(client, server):
    client.types("GOT 2", "GOT 1")
    server.hears("GOT 1")
    assert client.steps[-2:] == ["client > GOT 2", "client > GOT 1"]


@pytest.mark.parametrize(("limit", "most"), [("FLOOD", 2), ("FLOOD_BYTES", 2 * len("HELLO alice"))])
def test_who_sends_too_much_is_not_heard_any_more(limit, most, meet, monkeypatch):
    monkeypatch.setattr(datagrams_module, limit, most)
    monkeypatch.setattr(datagrams_module, "AT_ONCE", 1)
    flooded = reason(meet(THREE).starts().hears, "HELLO alice", times=3)
    assert flooded.endswith("b'HELLO alice' from the client, but 2 datagrams came, and nobody listens to more")


def test_what_nobody_asked_for_explains_a_failure(client, server, monkeypatch):
    monkeypatch.setattr(datagrams_module, "LOGGED", 2)
    client.types("GOT 1", "GOT 2", "GOT 3")
    reason(server.hears, "GOT 4")
    assert client.steps[-3:] == ["... 1 datagram before these", "client > GOT 2", "client > GOT 3"]


def test_who_joins_is_waited_for_until_she_is_answered(meet):
    client = meet(THREE)
    client.joins(link=loses_first(2, "HELLO"))
    assert client.steps == [COMMAND, f"{HELLO}        (lost on purpose)        (2 times)", HELLO, WELCOME]


@pytest.mark.parametrize("token", ["", " abcd"])
@pytest.mark.parametrize(("fate", "note"), FATES)
def test_what_the_link_does_is_marked_whatever_the_token_is(fate, note, token, meet):
    client = meet(SPEAKS + f"send('SAY 1 hello{token}')\nsignal.pause()", token=token.strip())
    client.starts(link=scripted(SAY_1_hello=fate)).hears("SAY 1 hello")
    assert client.steps[1] == f"client > SAY 1 hello{token}        ({note})"


def test_what_the_check_sends_comes_whatever_the_service_says(meet):
    client = meet(MEMBER, token="abcd")
    client.joins().sends("OK 77", b"\xff", "MSG 1 bob hi")
    client.prints("got MSG 1 bob hi")
    assert client.steps[3:6] == ["client < OK 77", "client < b'\\xff'", "client < MSG 1 bob hi abcd"]


def test_what_somebody_says_is_repeated_until_it_is_answered(meet):
    server = meet(
        SPEAKS + "send('HELLO alice')\nfor _ in range(3): udp.recv(2000)\nsend('BYE')\nsignal.pause()"
    ).joins()
    server.says("bob", "hi")
    server.hears("BYE")


def test_somebody_talks_while_something_is_waited_for(meet):
    server = meet(
        SPEAKS + "send('HELLO alice')\nfor _ in range(9): udp.recv(2000)\nsend('BYE')\nsignal.pause()"
    ).joins()
    with server.streaming("bob"):
        server.hears("BYE")


def test_a_stranger_has_another_address(meet):
    client = meet(MEMBER, token="abcd")
    client.joins().stranger_sends("mallory", "MSG 1 bob hi")
    client.prints("overheard MSG 1 bob hi")
    assert client.steps[3] == "mallory, at another address > client: MSG 1 bob hi abcd"


def test_a_server_that_falls_silent_answers_nothing(client, server):
    server.falls_silent()
    client.types("SAY 1 hello")
    server.hears("SAY 1 hello")
    assert client.steps[-3:] == ["the server falls silent", "you type 'SAY 1 hello'", "client > SAY 1 hello"]


@pytest.mark.parametrize("held", ["HELLO_alice", "WELCOME_alice"])
def test_a_good_link_releases_what_was_held_back_and_loses_nothing(held, client):
    server = client.starts(link=scripted(**{held: Fate.HELD, "SAY_1_x": Fate.LOST}))
    server.hears("HELLO alice")
    server.has_a_good_link_from_now_on()
    client.types("SAY 1 x")
    client.prints("got WELCOME alice", "got OK 1")


def test_what_comes_after_its_answer_is_heard_needlessly(client, server):
    client.types("HELLO alice", "HELLO alice")
    server.hears("HELLO alice", times=3)
    server.heard_needlessly(2, "HELLO alice")
    text = "expected what has been answered not to be sent again, but it was, 2 times: 'HELLO alice'"
    assert reason(server.heard_needlessly, 1, "HELLO alice") == text


def test_what_was_sent_before_its_answer_is_not_heard_needlessly(meet):
    server = meet(SPEAKS + "send('HELLO alice', 3)").starts()
    server.run.program.exit_status(GENEROUS)  # the server has read nothing so far
    server.hears("HELLO alice", times=3)
    server.heard_needlessly(0, "HELLO alice")


def test_what_was_not_to_be_heard_is_named(server):
    assert reason(server.heard_nothing_like, "ali") == "expected nothing of it from the client, but b'HELLO alice' came"


def test_what_came_too_early_is_named(client, server):
    client.types("GOT 2")
    server.hears("GOT 2")
    server.does_not_hear("GOT 2", before="BYE", times=1, unless=lambda: True)
    text = "expected no b'GOT 2' before the message is on the screen, but it came"
    assert reason(server.does_not_hear, "GOT 2", before="BYE", times=1, unless=lambda: False) == text


def test_each_line_was_heard_once(meet):
    client = meet(MEMBER, token="abcd")
    server = client.joins()
    client.types("SAY 1 one", "SAY 1 one", "SAY 2 two")
    server.has_heard_each_once("alice", ["one", "two"])


@pytest.mark.parametrize(("line", "text"), ONCE)
def test_a_line_that_was_not_heard_once_is_named(line, text, client, server, patience):
    client.types("SAY 1 one", "SAY 2 one")
    server.hears("SAY 2 one")
    patience.answer = BRIEF
    assert reason(server.has_heard_each_once, "alice", [line]) == f"expected {text}"


@pytest.mark.parametrize("times", [10, 30])
def test_who_has_tried_often_enough_may_give_up(times, meet):
    client = meet(SPEAKS + f"send('HELLO alice', {times})\nsys.exit('nobody answers')")
    client.meets_silence().is_given_up("HELLO alice")
    assert client.steps == [COMMAND, f"{HELLO}        ({times} times)", "client ended with status 1"]


@pytest.mark.parametrize(("times", "came", "what"), [(1, "1 time", "still runs"), (31, "31 times", "goes on")])
def test_who_does_not_give_up_is_told(times, came, what, meet, patience):
    server = meet(SPEAKS + f"send('HELLO alice', {times})\nsignal.pause()").meets_silence()
    server.hears("HELLO alice", times=times)
    patience.answer = BRIEF
    assert reason(server.is_given_up, "HELLO alice") == f"{GIVEN_UP}it came {came}, and the program {what}"


@pytest.mark.parametrize(("times", "how"), [(9, "9 times"), (20, "20 times in less than half a second")])
def test_who_gives_up_too_early_is_told(times, how, meet, monkeypatch):
    monkeypatch.setattr(udp_server_module, "FASTEST", GENEROUS)
    server = meet(SPEAKS + f"send('HELLO alice', {times})\nsys.exit('nobody answers')").meets_silence()
    assert reason(server.is_given_up, "HELLO alice") == f"{GIVEN_UP}it gave up after {how}"


def test_who_gave_up_too_late_while_nobody_looked_is_told(meet):
    server = meet(SPEAKS + "send('HELLO alice', 31)\nsys.exit('nobody answers')").meets_silence()
    server.run.ends()
    assert reason(server.is_given_up, "HELLO alice") == GIVEN_UP + "it gave up after 31 times"


def test_who_gives_up_has_to_say_so(meet):
    server = meet(SPEAKS + "send('HELLO alice', 20)\nsys.exit(1)").meets_silence()
    assert reason(server.is_given_up, "HELLO alice").endswith(", but it printed nothing on standard error")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_server_is_at_every_address_of_localhost(host, meet):
    if not has_address(host):
        pytest.skip(f"this machine has no address {host}")
    meet(MEMBER.replace("sys.argv[1]", repr(host))).joins()


def test_a_client_may_try_another_address_until_it_is_answered(meet):
    client = meet(
        SPEAKS + "send('HELLO alice')\nsend('HELLO alice', by=other)\nprint(other.recv(2000))\nsignal.pause()"
    )
    client.joins(link=loses_first(1, "HELLO"))
    client.prints("WELCOME alice")


def test_a_client_that_was_answered_is_not_heard_from_another_address(meet):
    ends = "send('HELLO alice')\nudp.recv(2000)\nsend('BYE 1', by=other)\nsend('BYE')\nsignal.pause()"
    server = meet(SPEAKS + ends).joins()
    server.hears("BYE")
    server.heard_nothing_like("BYE 1")
