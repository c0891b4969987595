"""Lines to paste: that they say what the peers said, and that there are none where they would not."""

import subprocess

import pytest

from grader.report.by_hand import by_hand

START = "$ python lab5/server.py localhost PORT"
SHOP = "$ python lab5/week3_http/server.py localhost PORT"


def test_bytes_are_sent_with_printf():
    lines = (START, "alice connects", "alice > b'Hello server!'", "alice < b'Hello'", "the connection ends")
    assert by_hand(lines) == ("python lab5/server.py localhost 8008", "printf 'Hello server!' | nc localhost 8008")


def test_printf_prints_every_byte_as_it_was_sent():
    wanted = bytes(range(256))
    line = by_hand((START, f"alice > {wanted!r}"))[1].removesuffix(" | nc localhost 8008")
    assert subprocess.run(["sh", "-c", line], capture_output=True, check=True).stdout == wanted


def test_pieces_are_kept_apart():
    line = by_hand((START, "alice > b'one'", "alice < b'one'", "alice > b'two'"))[1]
    assert line == "{ printf 'one'; sleep 1; printf 'two'; } | nc localhost 8008"


@pytest.mark.parametrize(
    ("request_line", "line"),
    [
        ("GET /health", "curl -i http://localhost:8008/health"),
        ("GET /messages?after=0&wait=1", "curl -i 'http://localhost:8008/messages?after=0&wait=1'"),
        ("DELETE /messages", "curl -i -X DELETE http://localhost:8008/messages"),
        (
            'POST /messages  {"name": "alice"}',
            """curl -i -X POST -d '{"name": "alice"}' -H 'Content-Type: application/json' http://localhost:8008/messages""",
        ),
        ("POST /messages", "curl -i -X POST -d '' -H 'Content-Type: application/json' http://localhost:8008/messages"),
        (
            'POST /messages  Idempotency-Key: a  Content-Type: text/plain  {"name": "it\'s  I"}',
            """curl -i -X POST -d '{"name": "it'"'"'s  I"}' -H 'Idempotency-Key: a' -H 'Content-Type: text/plain' """
            "http://localhost:8008/messages",
        ),
    ],
)
def test_requests_are_made_with_curl(request_line, line):
    lines = (f"{SHOP}    (it runs already)", f"bob > {request_line}", "bob < 200 OK  {}")
    assert by_hand(lines) == ("python lab5/week3_http/server.py localhost 8008", line)


@pytest.mark.parametrize(
    "transcript",
    [
        (),
        (START,),
        ("$ python lab5/server.py ::1 PORT", "alice > b'one'"),
        ("$ python lab5/server.py localhost eight", "server ended with status 1"),
        ("$ python lab5/week2_udp/client.py localhost PORT alice", "client > HELLO alice"),
        (START, "alice > b'\\x00'... (256 bytes)"),
        (START, "alice > b'one'        (byte by byte)"),
        (START, "alice > b'one'", "bob > b'two'"),
        (START, "alice > b'one'", "server gets SIGINT"),
        (START, *["alice > b'one'"] * 9),
        (SHOP, "alice > GET /messages?wait=30", "alice waits"),
        (SHOP, "alice > HELLO alice\\r\\n\\r\\n, and no more"),
        (SHOP, "alice > POST /messages  {\\xff"),
        (SHOP, 'alice > POST /messages  {"name": "aaaa... (1,100 bytes)'),
        (SHOP, "alice > GET /health", "alice > b'x'"),
        (SHOP, 'alice > POST /messages  {"name": "alice"}        (1 byte at a time)'),
        ("another program listens on localhost PORT", START),
    ],
)
def test_what_is_not_so_simple_has_no_lines(transcript):
    assert by_hand(transcript) == ()
