"""ZeroMQ on the wire: what one of our ends says, the other understands; and so does the real one."""

import socket

import pytest

from grader.wire.zmtp import NotZeroMq, Zmtp, greeting, message

STREAM = greeting("DEALER") + message(b"one") + message(b"t", b"wo") + message(b"x" * 300)
MESSAGES = [[b"one"], [b"t", b"wo"], [b"x" * 300]]
PING = b"\x04\x0a\x04PING\x00\x0acon"


def test_all_at_once():
    assert list(Zmtp().feed(STREAM)) == MESSAGES


def test_byte_by_byte():
    parser = Zmtp()
    assert [found for place in range(len(STREAM)) for found in parser.feed(STREAM[place : place + 1])] == MESSAGES
    assert parser.is_between


@pytest.mark.parametrize("place", range(1, len(STREAM)))
def test_cut_at_every_place(place):
    parser = Zmtp()
    assert [*parser.feed(STREAM[:place]), *parser.feed(STREAM[place:])] == MESSAGES


def test_nobody_is_ready_before_the_handshake_is_complete():
    parser, data = Zmtp(), greeting("ROUTER")
    list(parser.feed(data[:-1]))
    assert not parser.is_ready
    list(parser.feed(data[-1:]))
    assert parser.is_ready


def test_a_ping_is_owed_a_pong():
    parser = Zmtp()
    assert list(parser.feed(greeting("DEALER") + PING)) == []
    assert parser.owed == b"\x04\x08\x04PONGcon"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            b"GET / HTTP/1.1\r\n",
            "ZeroMQ begins with b'\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f', not with b'GET / HTTP'",
        ),
        (greeting("DEALER").replace(b"NULL", b"CURV"), "the mechanism is b'CURV', not b'NULL'"),
        (greeting("DEALER") + b"\x02" + bytes([1] * 8), "a frame of 72,340,172,838,076,673 bytes"),
    ],
)
def test_what_no_socket_of_zeromq_sends(data, text):
    with pytest.raises(NotZeroMq) as raised:
        list(Zmtp().feed(data))
    assert str(raised.value) == text


def test_the_real_one_understands_it():
    zmq = pytest.importorskip("zmq")
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.setsockopt(zmq.RCVTIMEO, 10_000)
        port = router.bind_to_random_port("tcp://127.0.0.1")
        with socket.create_connection(("127.0.0.1", port), 10) as ours:
            parser = Zmtp()
            ours.sendall(greeting("DEALER"))
            while not parser.is_ready:
                list(parser.feed(ours.recv(999)))
            ours.sendall(message(b"x" * 300))
            identity, payload = router.recv_multipart()
            assert payload == b"x" * 300
            router.send_multipart([identity, b"hello", b"you"])
            came = []
            while not came:
                came += parser.feed(ours.recv(999))
            assert came == [[b"hello", b"you"]]
