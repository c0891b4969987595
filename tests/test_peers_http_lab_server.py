"""The lab's HTTP server as a check sees it, while a client under test talks to it. The clients are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.http import lab_server as lab_server_module
from grader.peers.http.client import HttpClient
from grader.peers.http.faults import busy, dropped
from grader.reference.http_chat import HttpChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/week3_http/client.py http://localhost:PORT alice"
SPEAKS = r"""
import http.client, json, signal, sys, urllib.parse
url, name = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
def ask(method, path, **fields):
    line = http.client.HTTPConnection(url.hostname, url.port)
    try:
        line.request(method, path, json.dumps(fields) if fields else None, {"Content-Type": "application/json"})
        return json.loads(line.getresponse().read() or b"null")
    except OSError as error: return print(type(error).__name__, flush=True)
    except ValueError: return print("no JSON", flush=True)
def say(text, name=name): return ask("POST", "/messages", name=name, text=text)
def poll(after=0, wait=20): return ask("GET", f"/messages?after={after}&wait={wait}")
def lines():
    for line in sys.stdin: yield line.rstrip("\n")
"""
STAYS = "\nprint('done abcd', flush=True)\nsignal.pause()"
CHAT = SPEAKS + "poll(0, 0)\nfor line in lines(): say(line)"
IN_A_THREAD = """
import threading
def go():
    while True: {}
for _ in range(4): threading.Thread(target=go, daemon=True).start()
"""
HEARD = [
    ("say('hello abcd')", None),
    ("say('other')", "'other' came"),
    ("say('x' * 500)", f"'{'x' * 139}... (502 bytes) came"),
    ("say(7)", "its text is 7"),
    ("ask('POST', '/messages', name=name)", 'a POST came whose body is no JSON object with a "text" in it'),
    ("ask('POST', '/message', name=name, text='hello')", "POST /message came"),
    ("sys.exit('why')", "the program ended with status 1 (why)"),
    ("pass", "nothing came"),
]
STORED = [
    ("say('one abcd'); say('two abcd')", None),
    (
        "say('two abcd'); say('one abcd')",
        "these to be stored, in this order: one abcd, two abcd, but two abcd, one abcd came",
    ),
    ("say('one abcd')", "'two abcd' to be stored, said by alice, but it never was"),
    ("say('one abcd'); say('two abcd', 'bob')", "'two abcd' to be stored, said by alice, but it was said by bob"),
    ("say('one abcd'); say('two abcd'); say('one abcd')", "'one abcd' once, but it was stored 2 times"),
]
POLLS = [
    ("poll()", None),
    ("poll(0, 0)", "it asked without `wait`"),
    ("ask('GET', '/messages')", "it asked without `wait`"),
    ("poll(0, 1)", "it has wait=1"),
    ("pass", "it never asked"),
]


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(lab_server_module, "REST", BRIEF)
    monkeypatch.setattr(lab_server_module, "DOWN", BRIEF)
    monkeypatch.setattr(lab_server_module, "IDLE", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    program = tmp_path / "lab5" / "week3_http" / "client.py"
    program.parent.mkdir(parents=True)
    with ExitStack() as kept:

        def meet(source):
            program.write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="abcd"))
            made = HttpClient("week3_http/client.py", lambda heard: HttpChat(heard=heard))
            return kept.enter_context(made.meet(workspace, patience))

        yield meet


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on; None where it raises none."""
    try:
        conversation(*arguments, **more)
    except Unmet as unmet:
        return str(unmet).removeprefix("expected ")
    return None


def does(meet, source):
    """A client and its server, as soon as the client has done this, or has ended."""
    client = meet(SPEAKS + source + STAYS)
    server = client.starts()
    if "exit" not in source and "poll()" not in source:
        client.prints("done")
    return client, server


@pytest.mark.parametrize(("source", "came"), HEARD, ids=range(len(HEARD)))
def test_what_came_instead_of_a_message_is_named(source, came, meet, patience):
    _, server = does(meet, source)
    patience.answer = GENEROUS if "exit" in source else BRIEF
    assert reason(server.hears, "hello") == (came and f"the client to POST 'hello abcd', but {came}")


@pytest.mark.parametrize(("source", "text"), STORED, ids=range(len(STORED)))
def test_each_line_is_stored_once_and_in_order(source, text, meet, patience):
    _, server = does(meet, source)
    patience.answer = BRIEF
    assert reason(server.has_stored_in_order, "alice", "one", "two") == text


@pytest.mark.parametrize(("source", "came"), POLLS)
def test_an_open_poll_is_one_that_may_wait(source, came, meet, patience):
    _, server = does(meet, source)
    patience.answer = BRIEF if came else GENEROUS
    wanted = "a request for messages that waits: GET /messages?after=ID&wait=SECONDS"
    found = reason(server.has_an_open_poll)
    assert found is None if came is None else found in (f"{wanted}, but {came}", f"{wanted}, at least 5, but {came}")


@pytest.mark.parametrize(
    ("source", "came"),
    [("poll(0, 0)", None), ("ask('GET', '/health')", "the last request was GET /health"), ("pass", "nothing came")],
)
def test_that_a_request_did_not_come_is_said(source, came, meet, patience):
    _, server = does(meet, source)
    patience.answer = BRIEF
    assert reason(server.is_asked) == (came and f"GET /messages from the client, but {came}")


def test_who_asks_again_and_again_is_named(meet):
    _, server = does(meet, IN_A_THREAD.format("poll(0, 0)"))
    assert reason(server.is_asked_seldom).startswith("at most 2 requests a second while nothing happens, but more than")


def test_who_waits_for_messages_asks_seldom(meet):
    _, server = does(meet, "poll()")
    server.has_an_open_poll()
    server.is_asked_seldom()


def test_what_somebody_says_is_there_for_the_client(meet):
    client = meet(SPEAKS + "for m in poll()['messages']: print(m['name'] + ': ' + m['text'], flush=True)" + STAYS)
    client.joins().says("bob", "hello", "how are you?")
    client.prints("bob: hello")


def test_who_comes_too_early_after_503_is_named(meet):
    client = meet(SPEAKS + "for _ in range(2): say('hello abcd')" + STAYS)
    server = client.starts()
    server.fails("POST /messages", busy(5))
    server.hears("hello", times=2)
    text = "no POST /messages before the 5 seconds of Retry-After are over, but it came earlier"
    assert reason(server.was_not_pressed) == text


def test_who_comes_again_at_once_after_one_503_is_all_right(meet):
    client = meet(SPEAKS + "for _ in range(2): say('hello abcd')" + STAYS)
    server = client.starts()
    server.fails("POST /messages", busy())
    server.hears("hello", times=2)
    assert reason(server.was_not_pressed) is None


def keeps_its_polls(client, server):
    """A line is typed, and the client asks for messages before the next."""
    with server.keeps_its_polls():
        client.types("hello")
        server.is_asked(times=1)


@pytest.mark.parametrize(
    ("asking", "at_once", "text"),
    [
        (
            "poll(0, 0)",
            0.0,
            "the client not to wait for an answer to its request for messages, but it waited until that was answered",
        ),
        ("poll(0, 0)", GENEROUS, None),
        ("poll(0, 20)", 0.0, None),
    ],
    ids=["late and answered", "in time", "not answered"],
)
def test_who_waits_until_his_poll_is_answered_is_named(asking, at_once, text, meet, monkeypatch):
    monkeypatch.setattr(lab_server_module, "AT_ONCE", at_once)
    client = meet(SPEAKS + f"for line in lines(): {asking}")
    server = client.starts()
    assert reason(keeps_its_polls, client, server) == text


def test_a_server_that_is_down_refuses_and_is_up_again(meet):
    client = meet(SPEAKS + "for line in lines(): print(ask('GET', '/health'), flush=True)")
    server = client.starts()
    with server.is_down():
        client.types("one")
        client.tells("ConnectionRefusedError")
    client.types("two")
    client.tells("{'status': 'ok'}")
    assert [step for step in client.steps if step.startswith("the server")] == [
        "the server stops",
        "the server starts again",
    ]


@pytest.mark.parametrize(
    ("fault", "seen"), [(dropped, "RemoteDisconnected"), (busy(), "None"), (None, "{'messages': [], 'last': 0}")]
)
def test_a_request_may_fail(fault, seen, meet):
    client = meet(
        SPEAKS
        + "found = poll(0, 0); print(found if found is None or 'error' not in found else None, flush=True)"
        + STAYS
    )
    server = client.starts()
    server.fails("GET /messages", *([fault] if fault else []))
    client.tells(seen)


def test_a_flood_of_requests_does_not_keep_the_grader(meet, patience):
    source = IN_A_THREAD.format("say('spam')")
    _, server = does(meet, source)
    patience.answer = BRIEF
    assert reason(server.hears, "hello") == "the client to POST 'hello abcd', but 'spam' came"
    assert len(server.steps) < 200
