"""A connection to an HTTP server under test. The servers here are scripts of bytes, which may be anything."""

import json
import socket
import threading
from contextlib import ExitStack, suppress

import pytest

from grader.check import Unmet
from grader.patience import TURN, Patience
from grader.peers.http import connection as http_connection
from grader.peers.http.connection import CURL, DEEPEST, Connection, Response
from grader.wire.http_text import shown

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status": "ok"}'
OF_ALL_KINDS = [
    OK,
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status": "ok"}',
    b'HTTP/1.0 200 FINE\r\ncontent-type:application/json;charset=utf-8\r\n\r\n{"status": "ok"}',
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'4;x=y\r\n{"st\r\n0C\r\natus": "ok"}\r\n0\r\nTrailer: 1\r\n\r\n',
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    OK.replace(b"\r\n", b"\n"),
]
NO_ANSWERS = [
    (b"", "an answer to alice, but the connection ended before there was one"),
    (b"HTTP/1.1 200", "an answer to alice in HTTP, but what came is none: peer unexpectedly closed connection"),
    (b"hello\r\n\r\n", "an answer to alice in HTTP, but what came is none: illegal status line: bytearray(b'hello')"),
    (b"\x16\x03\x01\x02\r\n\r\n", "an answer to alice in HTTP, but what came is none: illegal status line"),
    (OK[:-1], "an answer to alice in HTTP, but what came is none: peer closed connection without sending complete"),
    (OK.replace(b"16", b"x"), "an answer to alice in HTTP, but what came is none: bad Content-Length"),
    (OK.replace(b"16", b"17"), "an answer to alice in HTTP, but what came is none: peer closed connection without"),
    (b"HTTP/1.1 101 Switching\r\n\r\n", "an answer to alice in HTTP, but what came is none: Received server _SWITCH"),
    (b"HTTP/1.1 200 OK\r\n\x00: 1\r\n\r\n", "an answer to alice in HTTP, but what came is none: illegal header line"),
    (
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        "an answer to alice in HTTP, but what came is none: Receive buffer",
    ),
    (b"x" * 100_000, "an answer to alice in HTTP, but what came is none: Receive buffer too long"),
]
WITHOUT_END = [
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    (OK.replace(b"Content-Length: 16", b"Transfer-Encoding: chunked").partition(b"{")[0], b"1\r\nx\r\n" * 1000),
]
NO_JSON = [
    ({}, b"{}", "an answer with Content-Type: application/json, but it has none"),
    ({"content-type": "text/html"}, b"{}", "an answer with Content-Type: application/json, but it has 'text/html'"),
    ({"content-type": "application/json"}, b"", "a body that is JSON, but the body is ''"),
    ({"content-type": "application/json"}, b"{'a'}", "a body that is JSON, but the body is \"{'a'}\""),
    ({"content-type": "application/json"}, b"\xff", r"a body that is JSON, but the body is '\\xff'"),
    ({"content-type": "application/json"}, b"[1]", "a JSON object, but it is [1]"),
    ({"content-type": "application/json"}, b"9" * 5000, f"a body that is JSON, but the body is '{'9' * 140}..."),
]
DEEP = [b"[" * 60 + b"]" * 60, b'{"a":' * 60 + b"1" + b"}" * 60]
NO_ERRORS = [b"{}", b'{"error": ""}', b'{"error": " "}', b'{"error": 7}', b'{"error": null}', b'{"fault": "x"}']
ANOTHER_CONNECTION = [
    OK.replace(b"\r\n", b"\r\nConnection: close\r\n", 1),
    OK.replace(b"1.1", b"1.0"),
    b"HTTP/1.1 200 OK\r\n\r\n",
]


POSTED = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


class Script:
    """A server that hears, per connection, one request after the other, and says to each what is in the script.

    came   what it has heard, per connection
    """

    def __init__(self):
        self.came = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._kept = ExitStack()

    def plays(self, *connections, stays=False):
        """Each connection is a list of answers: bytes; a list of bytes, one after the other; None: for ever."""
        thread = threading.Thread(target=self._play, args=(connections, stays), daemon=True)
        thread.start()
        self._kept.callback(thread.join, GENEROUS)
        return self

    def connect(self):
        """A connection to it."""
        return socket.create_connection(self._listener.getsockname(), GENEROUS)

    def close(self):
        """It does not play any more."""
        self._listener.close()
        self._kept.close()

    def _play(self, connections, stays):
        for answers in connections:
            with suppress(OSError):
                line, _ = self._listener.accept()
                self._kept.callback(line.close)
                self.came.append([])
                self._answer(line, answers)
                if not stays:
                    line.shutdown(socket.SHUT_WR)
                    line.recv(1)

    def _answer(self, line, answers):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for answer in answers:
            self.came[-1].append(line.recv(65_536))
            for piece in [answer] if isinstance(answer, bytes) else answer:
                line.sendall(piece)


def for_ever(piece):
    """The same bytes, again and again."""
    while True:
        yield piece


@pytest.fixture
def script():
    """The server of one test."""
    script = Script()
    yield script
    script.close()


@pytest.fixture
def alice(script):
    """Who talks to it."""
    alice = Connection("alice", script.connect, steps=[], patience=Patience(GENEROUS, GENEROUS))
    yield alice
    alice.close()


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def ask(client):
    """A request, and its answer, as seen."""
    response = client.asks("GET", "/health", 200)
    return response.json(), client._steps


@pytest.mark.parametrize("answer", OF_ALL_KINDS, ids=range(len(OF_ALL_KINDS)))
def test_an_answer_is_understood_however_it_is_framed(answer, script, alice):
    script.plays([answer])
    assert ask(alice) == ({"status": "ok"}, ["alice > GET /health", 'alice < 200 OK  {"status": "ok"}'])


@pytest.mark.parametrize("answer", OF_ALL_KINDS, ids=range(len(OF_ALL_KINDS)))
def test_an_answer_that_comes_byte_by_byte_is_understood(answer, script, alice):
    script.plays([[answer[place : place + 1] for place in range(len(answer))]])
    assert ask(alice)[0] == {"status": "ok"}


def test_an_answer_is_understood_wherever_it_is_split(script):
    places = range(1, len(OF_ALL_KINDS[3]))
    script.plays(*[[[OF_ALL_KINDS[3][:place], OF_ALL_KINDS[3][place:]]] for place in places])
    for _ in places:
        alice = Connection("alice", script.connect, steps=[], patience=Patience(GENEROUS, GENEROUS))
        assert ask(alice)[0] == {"status": "ok"}
        alice.close()


@pytest.mark.parametrize(("answer", "text"), NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_what_is_no_answer_is_named(answer, text, script, alice):
    script.plays([answer])
    assert reason(ask, alice).startswith(text)


@pytest.mark.parametrize(("answer", "text"), NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_the_reason_why_it_is_no_answer_is_short(answer, text, script, alice):
    script.plays([answer])
    assert len(reason(ask, alice)) < 300


@pytest.mark.parametrize(("begin", "piece"), WITHOUT_END, ids=["hints", "chunks"])
def test_an_answer_without_end_is_given_up_in_time(begin, piece, script, alice):
    script.plays([(part for part in (begin, *[piece] * 1_000_000))])
    alice._patience.answer = BRIEF
    assert reason(ask, alice) == "an answer to alice, but what came had no end"
    assert alice._patience.is_tried


def test_no_more_than_8_megabytes_of_an_answer_are_read(script, alice):
    script.plays([for_ever(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000)])
    response = alice.asks("GET", "/", 200)
    assert http_connection.LARGEST < len(response.body) <= http_connection.LARGEST + http_connection.READ
    assert len(alice._steps[-1]) < 300


def test_that_nothing_comes_is_said(script, alice):
    script.plays([b"", b""], stays=True)
    alice._patience.answer = BRIEF
    assert reason(ask, alice) == "an answer to alice, but nothing came, and the connection is still open"


def test_half_an_answer_is_not_waited_for_longer_than_an_answer(script, alice):
    script.plays([OK[:-1], b""], stays=True)
    alice._patience.answer = BRIEF
    assert reason(ask, alice) == "an answer to alice, but nothing came, and the connection is still open"


def test_a_request_is_what_a_library_sends(script, alice):
    script.plays([OK])
    alice.asks("POST", "/messages", 200, content={"a": 1}, headers=[("Idempotency-Key", "7")])
    assert script.came == [
        [
            b"POST /messages HTTP/1.1\r\nHost: localhost\r\nUser-Agent: python-requests/2.32.3\r\n"
            b"Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nIdempotency-Key: 7\r\n"
            b'Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}'
        ]
    ]


def test_a_request_like_curls_has_no_body_where_there_is_none(script, alice):
    script.plays([OK])
    alice.asks("GET", "/", 200, like=CURL)
    assert script.came == [[b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"]]


@pytest.mark.parametrize("piece", [0, 1, 3, 10_000])
def test_a_request_in_pieces_is_the_same_request(piece):
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = lambda: socket.create_connection(server.getsockname(), GENEROUS)  # noqa: E731
        alice = Connection("alice", connect, steps=[], patience=Patience(GENEROUS, GENEROUS))
        alice.sends("POST", "/", body=b"hello", kind="text/plain", like=(), piece=piece)
        alice.close()
        with server.accept()[0] as line, line.makefile("rb") as heard:
            assert heard.read() == POSTED


def test_requests_have_one_connection_while_that_is_possible(script, alice):
    script.plays([OK, OK, OK])
    assert [ask(alice)[0] for _ in range(3)] == [{"status": "ok"}] * 3
    assert [len(requests) for requests in script.came] == [3]


@pytest.mark.parametrize("first", ANOTHER_CONNECTION, ids=["close", "1.0", "no length"])
def test_there_is_another_connection_where_the_server_says_so(first, script, alice):
    script.plays([first], [OK])
    alice.asks("GET", "/", 200)
    assert (ask(alice)[0], len(script.came)) == ({"status": "ok"}, 2)


def test_a_server_may_hang_up_between_two_requests(script, alice):
    script.plays([OK], [OK])
    ask(alice)
    assert alice._connection.recv(1, socket.MSG_PEEK) == b""  # waits until it has
    assert ask(alice)[0] == {"status": "ok"}


def test_the_answer_to_another_question_is_not_taken_for_the_next_one(script, alice):
    script.plays([OK + OK.replace(b"200 OK", b"404 NO"), b""], stays=True)
    ask(alice)
    assert reason(ask, alice) == "an answer with the status 200 OK, but it has 404 Not Found"


def test_another_status_is_named(script, alice):
    script.plays([OK, OK])
    assert reason(alice.asks, "GET", "/", 201) == "an answer with the status 201 Created, but it has 200 OK"
    alice.sends("GET", "/")
    assert reason(alice.receives, 404, 599) == "an answer with the status 404 Not Found or 599, but it has 200 OK"


def test_nothing_is_heard_while_nothing_comes(script, alice):
    script.plays([b"", b""], stays=True)
    alice.sends("GET", "/messages?wait=2")
    alice.hears_nothing(BRIEF)
    assert alice._steps == ["alice > GET /messages?wait=2", "alice waits"]
    assert alice._absent_until - alice._sent_at >= BRIEF


def test_for_how_long_an_answer_was_not_there_is_known(script, alice, monkeypatch):
    script.plays([OK])
    alice.sends("GET", "/health")
    recv, late = alice._connection.recv, [TimeoutError] * 2

    class Late:
        def settimeout(self, seconds):
            assert seconds == TURN

        def recv(self, size):
            if late:
                raise late.pop()
            return recv(size)

    monkeypatch.setattr(alice, "_connection", Late())
    assert TURN <= alice.receives(200).at_least < 2 * TURN


def test_an_answer_that_is_there_at_once_was_never_seen_to_be_missing(script, alice):
    script.plays([OK])
    assert alice.asks("GET", "/health", 200).at_least == 0.0


@pytest.mark.usefixtures("many_descriptors")
def test_that_nothing_comes_is_seen_beside_the_sockets_of_other_gradings(script, alice):
    script.plays([b"", b""], stays=True)
    alice.sends("GET", "/messages?wait=2")
    alice.hears_nothing(BRIEF)
    assert alice._connection.fileno() > 1023


def test_what_comes_too_early_is_named(script, alice):
    script.plays([OK])
    alice.sends("GET", "/messages?wait=2")
    text = "no answer to alice before there is a message, but 200 OK came at once"
    assert reason(alice.hears_nothing, GENEROUS) == text


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 400 BAD\r\n\r\n", b"HTTP/1.0 499 ?\r\n\r\nsorry", b"<h1>Bad request</h1>\r\n\r\n"],
    ids=["the end", "400", "499", "no head (HTTP/0.9)"],
)
def test_nonsense_may_be_refused_in_these_ways(answer, script, alice):
    script.plays([answer])
    alice.sends_bytes(b"HELLO alice\r\n\r\n")
    alice.is_not_understood()
    assert alice._steps[0] == r"alice > HELLO alice\r\n\r\n, and no more"


@pytest.mark.parametrize(("status", "line"), [(b"200", "200 OK"), (b"500", "500 Internal Server Error")])
def test_nonsense_is_not_taken_and_fails_no_server(status, line, script, alice):
    script.plays([OK.replace(b"200", status)])
    alice.sends_bytes(b"HELLO alice\r\n\r\n")
    text = f"a status from 400 to 499, 501, 505, or the end of the connection, but it is {line}"
    assert reason(alice.is_not_understood) == text


def test_a_server_that_keeps_silent_about_nonsense_is_named(script, alice):
    script.plays([b"", b""], stays=True)
    alice.sends_bytes(b"HELLO alice\r\n\r\n")
    alice._patience.answer = BRIEF
    assert reason(alice.is_not_understood) == "an answer to alice, but nothing came, and the connection is still open"


def test_what_is_sent_after_nonsense_has_a_connection_of_its_own(script, alice):
    script.plays([b"HTTP/1.1 400 BAD\r\nContent-Length: 0\r\n\r\n"], [OK])
    alice.sends_bytes(b"HELLO alice\r\n\r\n")
    alice.is_not_understood()
    assert (ask(alice)[0], len(script.came)) == ({"status": "ok"}, 2)


@pytest.mark.parametrize(("headers", "body", "text"), NO_JSON)
def test_what_is_no_json_object_is_named(headers, body, text):
    assert reason(Response(200, headers, body, 0.0).object).startswith(text)


@pytest.mark.parametrize("body", DEEP)
def test_json_of_too_many_levels_is_named(body):
    response = Response(200, {"content-type": "application/json"}, body, 0.0)
    assert reason(response.json) == f"JSON of at most {DEEPEST} levels, but the body is {shown(body)!r}"


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_json_of_any_depth_is_no_fault_of_the_grader(depth):
    response = Response(200, {"content-type": "application/json"}, b"[" * depth + b"]" * depth, 0.0)
    assert reason(response.json).endswith(f"... ({2 * depth:,} bytes)'")


@pytest.mark.parametrize("body", NO_ERRORS)
def test_an_error_has_a_sentence(body):
    text = f'a JSON object {{"error": "a sentence"}}, but it is {body.decode()}'
    assert reason(Response(400, {"content-type": "application/json"}, body, 0.0).error) == text


def test_the_sentence_of_an_error_is_what_it_gives():
    body = json.dumps({"error": "no such message"}).encode()
    assert Response(404, {"content-type": "application/json"}, body, 0.0).error() == "no such message"
