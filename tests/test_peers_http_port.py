"""The lab's HTTP server of a check, at its sockets: who connects, what they send, and what stands in the transcript."""

import os
import socket
import ssl
from contextlib import ExitStack, suppress

import pytest

from grader.patience import Deadline, Patience
from grader.peers.accounts.certificates import Authority
from grader.peers.http import port as http_port_module
from grader.peers.http.faults import busy, dropped, dropped_after_it_was_done, page, redirect, too_many
from grader.peers.http.port import HttpPort
from grader.peers.watch import Watch
from grader.reference.http_chat import HttpChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address
from grader.sandbox.workspace import Workspace

GENEROUS = 10  # seconds until a test gives up
HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
POLL = b"GET /messages?after=%d&wait=20 HTTP/1.1\r\nHost: a\r\n\r\n"
TOLD_HEALTH = "client > GET /health"
TOLD_POST = 'client > POST /messages  Idempotency-Key: KEY-1  {"name": "alice", "text": "hello"}'
FAULTS = [
    (busy(), b"HTTP/1.1 503 Service Unavailable", '503 Service Unavailable  {"error": "too busy just now"}'),
    (busy(3), b"Retry-After: 3", '503 Service Unavailable  Retry-After: 3  {"error": "too busy just now"}'),
    (too_many(3), b"Retry-After: 3", '429 Too Many Requests  Retry-After: 3  {"error": "too many tries"}'),
    (redirect("http://x/"), b"Location: http://x/", "307 Temporary Redirect  Location: http://x/"),
    (page, b"some other web site", "200 OK  text/html; charset=utf-8  <!DOCTYPE html>"),
]


class Client:
    """The run of a client that is none: only its name is in the transcript."""

    subject = "client"

    def exit_status(self):
        """It never ends."""
        return

    def neutral(self, text):
        """Nothing differs from run to run but the port."""
        return text.replace("9000", "PORT")


class Desk:
    """The server, and the clients that talk to it byte by byte; nothing happens but while somebody waits."""

    def __init__(self, kept, folder, **more):
        self.watch, self.steps = Watch(), []
        self.kept = kept
        self.workspace = Workspace(folder, Bare(folder, Limits()), environment={"PATH": os.environ["PATH"]})
        patience = Patience(GENEROUS, GENEROUS)
        made = lambda heard: HttpChat(heard=heard)  # noqa: E731
        self.port = HttpPort(made, self.workspace, self.watch, steps=self.steps, patience=patience, **more)
        self.port.run = Client()
        kept.callback(self.watch.close)
        kept.callback(self.port.close)

    def connects(self, host="127.0.0.1"):
        """A connection to the server."""
        line = self.kept.enter_context(socket.create_connection((host, self.port.port), GENEROUS))
        line.setblocking(False)
        return line

    def gets(self, line, until=b"}"):
        """What comes, as soon as it has this in it; all, if it is over before."""
        found = bytearray()

        def is_there():
            with suppress(BlockingIOError):
                while data := line.recv(65_536):
                    found.extend(data)
                return True
            return until in found

        self.watch.add_look(lambda: None)
        assert self.watch.until(is_there, Deadline(GENEROUS)), bytes(found)
        return bytes(found)

    def asks(self, *requests, until=b"}"):
        """The answer to these bytes on a connection of their own."""
        line = self.connects()
        for request in requests:
            line.sendall(request)
        return self.gets(line, until)


@pytest.fixture
def open_desk(tmp_path):
    """Opens servers."""
    with ExitStack() as kept:
        yield lambda **more: Desk(kept, tmp_path, **more)


@pytest.fixture
def desk(open_desk):
    """A server that does nothing wrong."""
    return open_desk()


def post(text, key="7"):
    """A message of alice's."""
    body = b'{"name": "alice", "text": "%s"}' % text
    kind = b"Content-Type: application/json\r\nIdempotency-Key: %s\r\nContent-Length: %d" % (key.encode(), len(body))
    return b"POST /messages HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n%s" % (kind, body)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_is_at_every_address_of_localhost(host, desk):
    if not has_address(host):
        pytest.skip(f"this machine has no address {host}")
    line = desk.connects(host)
    line.sendall(HEALTH)
    assert desk.gets(line).endswith(b'{"status": "ok"}')
    assert desk.port.url == f"http://localhost:{desk.port.port}"


def test_the_transcript_has_each_request_and_its_answer(desk):
    desk.asks(post(b"hello"), until=b"time")
    answer = '201 Created  Location: /messages/1  {"id": 1, "name": "alice", "text": "hello", "time": "TIME"}'
    assert desk.steps == [TOLD_POST, f"client < {answer}"]


def test_a_key_has_the_same_name_whenever_it_comes(desk):
    for key in ("random-1", "random-2", "random-1"):
        desk.asks(post(b"hello", key), until=b"time")
    assert [step.split()[5] for step in desk.steps if ">" in step] == ["KEY-1", "KEY-2", "KEY-1"]


def test_who_waits_is_answered_when_somebody_posts(desk):
    alice, bob = desk.connects(), desk.connects()
    alice.sendall(POLL % 0)
    desk.watch.until(lambda: desk.port._polls, Deadline(GENEROUS))
    bob.sendall(post(b"hello"))
    assert b'"text": "hello"' in desk.gets(alice)


def test_who_waits_in_vain_is_answered_when_the_time_is_over(desk):
    assert desk.asks((POLL % 0).replace(b"20", b"1")).endswith(b'{"messages": [], "last": 0}')
    assert desk.steps == []


def test_what_waits_explains_a_failure(desk):
    desk.connects().sendall(POLL % 3)
    desk.watch.until(lambda: desk.port._polls, Deadline(GENEROUS))
    desk.port.log_all()
    assert desk.steps == ["client > GET /messages?after=3&wait=20        (waits)"]


@pytest.mark.parametrize(("fault", "sent", "told"), FAULTS)
def test_a_fault_is_for_one_request(fault, sent, told, desk):
    desk.port.fails("GET /health", fault)
    assert sent in desk.asks(HEALTH, until=fault.body or b"\r\n\r\n")
    assert desk.asks(HEALTH).endswith(b'{"status": "ok"}')
    assert desk.steps[0] == TOLD_HEALTH
    assert desk.steps[1].startswith(f"client < {told}")
    assert desk.steps[1].endswith("        (on purpose)")


@pytest.mark.parametrize(("fault", "stored"), [(dropped, 0), (dropped_after_it_was_done, 1)])
def test_a_connection_that_ends_on_purpose_leaves_what_was_done(fault, stored, desk):
    desk.port.fails("POST /messages", fault)
    assert desk.asks(post(b"hello")) == b""
    assert desk.asks(HEALTH).endswith(b"}")
    assert (len(desk.port._said), desk.steps[1]) == (stored, f"{fault.in_words}        (on purpose)")


def test_what_always_fails_always_fails(desk):
    desk.port.always_fails("GET /health", busy())
    assert [b" 503 " in desk.asks(HEALTH) for _ in range(3)] == [True] * 3


def test_each_line_of_the_transcript_is_neutral(desk):
    desk.asks(b"GET /on/9000 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert desk.steps == ["client > GET /on/PORT", 'client < 404 Not Found  {"error": "there is no /on/PORT"}']


def test_whoever_got_503_twice_is_hasty_without_a_pause(desk, monkeypatch):
    monkeypatch.setattr(http_port_module, "EARLY", -GENEROUS)  # however slow this machine is, it comes too early
    desk.port.fails("GET /health", busy(), busy())
    found = []
    for _ in range(3):
        desk.asks(HEALTH)
        found.append(desk.port._hasty)
    assert found == ["", "", "GET /health before 0.2 seconds are over"]


def test_the_first_503_of_each_path_allows_to_come_again_at_once(desk, monkeypatch):
    monkeypatch.setattr(http_port_module, "EARLY", -GENEROUS)
    for path in (b"health", b"nothing"):
        desk.port.fails(f"GET /{path.decode()}", busy())
        for _ in range(2):
            desk.asks(HEALTH.replace(b"health", path))
    assert desk.port._hasty == ""


def test_who_pauses_after_503_is_not_hasty(desk):
    desk.port.fails("GET /health", busy(), busy())
    for _ in range(2):
        desk.asks(HEALTH)
    desk.watch.until(lambda: False, Deadline(http_port_module.LEAST_PAUSE))
    desk.asks(HEALTH)
    assert desk.port._hasty == ""


def test_after_the_first_503_with_retry_after_there_is_a_time_to_wait(desk, monkeypatch):
    monkeypatch.setattr(http_port_module, "EARLY", -GENEROUS)
    desk.port.fails("GET /health", busy(3))
    for _ in range(2):
        desk.asks(HEALTH)
    assert desk.port._hasty == "GET /health before the 3 seconds of Retry-After are over"


def test_pipelined_requests_are_answered_in_their_order_behind_a_poll(desk):
    line = desk.connects()
    line.sendall((POLL % 0) + HEALTH + b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
    desk.watch.until(lambda: desk.port._polls, Deadline(GENEROUS))
    desk.asks(post(b"hello"), until=b"time")
    found = desk.gets(line, until=b"there is no /nothing")
    assert found.index(b"hello") < found.index(b"status") < found.index(b"nothing")


@pytest.mark.parametrize("data", [b"HELLO alice\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01", b"\x00" * 100])
def test_garbage_is_answered_with_400_and_ends_only_its_own_connection(data, desk):
    other = desk.connects()
    assert desk.asks(data).startswith(b"HTTP/1.1 400 Bad Request")
    other.sendall(HEALTH)
    assert desk.gets(other).endswith(b'{"status": "ok"}')


def test_garbage_is_a_short_step_without_secrets(desk):
    desk.workspace.secrets["swordfish"] = "(the password)"
    desk.asks(b"x" * 100 + b" swordfish " + b"y" * 9000 + b"\r\n\r\n")
    assert desk.steps[0].startswith("client > what is no HTTP: illegal request line: bytearray(b'xxx")
    assert ("swordf" in desk.steps[0], len(desk.steps[0]) < 250) == (False, True)


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_no_half_of_a_secret_is_in_a_target_that_is_cut(place, desk):
    desk.workspace.secrets["hunter2-hunter2"] = "(the password)"
    desk.asks(b"GET /%s?x=hunter2-hunter2&y=%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"x" * (100 + place), b"z" * 200))
    assert ("hunter" in desk.steps[0], len(desk.steps[0]) < 250) == (False, True)


def test_a_half_closed_connection_is_answered(desk):
    line = desk.connects()
    line.sendall(HEALTH)
    line.shutdown(socket.SHUT_WR)
    assert desk.gets(line, until=b"?").endswith(b'{"status": "ok"}')


def test_who_hangs_up_while_he_waits_is_forgotten(desk):
    line = desk.connects()
    line.sendall(POLL % 0)
    desk.watch.until(lambda: desk.port._polls, Deadline(GENEROUS))
    line.close()
    assert desk.watch.until(lambda: not desk.port._polls, Deadline(GENEROUS))


@pytest.mark.parametrize(("limit", "most"), [("FLOOD", 50), ("FLOOD_BYTES", 2000)])
def test_nobody_listens_to_a_flood(limit, most, desk, monkeypatch):
    monkeypatch.setattr(http_port_module, limit, most)
    line = desk.connects()
    line.sendall(HEALTH * 60)
    desk.gets(line)
    with suppress(OSError):
        line.sendall(HEALTH)
        desk.gets(line, until=b"?")
    assert desk.port._listeners == []


def test_more_connections_than_it_takes_at_once_are_hung_up_on(desk, monkeypatch):
    monkeypatch.setattr(http_port_module, "AT_ONCE", 2)
    lines = [desk.connects() for _ in range(3)]
    assert desk.gets(lines[2]) == b""
    lines[0].sendall(HEALTH)
    assert desk.gets(lines[0]).endswith(b"}")


def test_a_long_story_is_cut(desk, monkeypatch):
    monkeypatch.setattr(http_port_module, "LOGGED", 3)
    desk.asks(HEALTH.replace(b"health", b"nothing") * 4 + b"GET /end HTTP/1.1\r\nHost: a\r\n\r\n", until=b"/end")
    assert (len(desk.steps), desk.steps[-1]) == (4, "... and so on")


def test_it_speaks_tls(open_desk):
    authority = Authority()
    desk = open_desk(tls=authority.server_for("localhost"), called="a server")
    assert desk.port.url.startswith("https://localhost:")
    assert desk.asks(HEALTH, until=b"?") == b"" or desk.steps == []
    with suppress(ssl.SSLError):
        desk.asks(b"\x16\x03\x01\x00\x05hello", until=b"?")
    assert desk.port._channels == []


def test_a_new_server_can_have_the_port_when_it_is_closed(desk):
    desk.asks(HEALTH)
    desk.port.close()
    with pytest.raises(ConnectionRefusedError):
        desk.connects()
