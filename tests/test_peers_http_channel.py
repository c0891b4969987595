"""One connection to the lab's HTTP server: bytes in, requests out. The client is the other end of a pair of sockets."""

import socket
import ssl
from contextlib import suppress

import pytest

from grader.peers.accounts.certificates import Authority
from grader.peers.http.channel import LARGEST_HEAD, LONGEST_BODY, Channel, Malformed
from grader.wire.http_chat import Request

GENEROUS = 10  # seconds until a test gives up
JSON = (("Content-Type", "application/json"),)
GET = b"GET /messages?after=3&wait=20&x=%20y&empty= HTTP/1.1\r\nHost: localhost\r\nX-One: 1\r\n\r\n"
POST = (
    b"POST /messages HTTP/1.1\r\nhost: a\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
    b'{"text": "hello"}'
)
CHUNKED = (
    b"POST /messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"
)
OF_2_BYTES = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
QUERY = {"after": "3", "wait": "20", "x": " y", "empty": ""}
KIND = {"host": "a", "content-type": "application/json", "content-length": "17"}
REQUESTS = [
    (GET, Request("GET", "/messages", QUERY, {"host": "localhost", "x-one": "1"})),
    (POST, Request("POST", "/messages", {}, KIND, b'{"text": "hello"}')),
    (CHUNKED, Request("POST", "/messages", {}, {"host": "a", "transfer-encoding": "chunked"}, b"hello!")),
    (b"HEAD / HTTP/1.0\r\n\r\n", Request("HEAD", "/", {}, {}, b"")),
    (GET.replace(b"\r\n", b"\n"), Request("GET", "/messages", QUERY, {"host": "localhost", "x-one": "1"})),
]
NO_HTTP = [
    (b"HELLO alice\r\n\r\n", "illegal request line: bytearray(b'HELLO alice')"),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "illegal request line"),
    (b"GET / HTTP/1.1\r\n\r\n", "Missing mandatory Host: header"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "illegal header line: bytearray(b'no colon')"),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n", "bad Content-Length"),
    (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "illegal chunk header: bytearray(b'xyz",
    ),
    (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * LARGEST_HEAD, "Receive buffer too long"),
    (b"x" * (LARGEST_HEAD + 1), "Receive buffer too long"),
]


@pytest.fixture
def pair():
    """A client's socket, and the channel that it talks to."""
    client, server = socket.socketpair()
    client.settimeout(GENEROUS)
    channel = Channel(server)
    yield client, channel
    client.close()
    channel.close()


def fed(pair, *pieces):
    """The requests that come out when these pieces go in, each of them answered at once with its number."""
    client, channel = pair
    found = []
    for piece in pieces:
        client.sendall(piece)
        for _ in range(-(-len(piece) // 65_536)):
            channel.receive()
            while request := channel.next_request():
                found.append(request)
                channel.answer(200, (), b"%d" % len(found))
    return found


@pytest.mark.parametrize(("data", "request_"), REQUESTS)
def test_a_request_is_understood_in_whole_and_byte_by_byte(data, request_):
    for pieces in ([data], [data[place : place + 1] for place in range(len(data))]):
        ends = socket.socketpair()
        with ends[0], ends[1]:
            assert fed((ends[0], Channel(ends[1])), *pieces) == [request_]


@pytest.mark.parametrize("data", [GET, POST, CHUNKED])
def test_a_request_is_understood_wherever_it_is_split(data):
    for place in range(1, len(data)):
        ends = socket.socketpair()
        with ends[0], ends[1]:
            assert len(fed((ends[0], Channel(ends[1])), data[:place], data[place:])) == 1


@pytest.mark.parametrize(("data", "text"), NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_is_no_http_is_malformed(data, text, pair):
    with pytest.raises(Malformed, match=f"^{text.replace('(', '[(]').replace(')', '[)]')}"):
        fed(pair, *[data[start : start + 65_536] for start in range(0, len(data), 65_536)])


@pytest.mark.parametrize("before", [b"", GET])
def test_who_sends_no_http_is_told_so(before, pair):
    client, channel = pair
    with suppress(Malformed):
        fed(pair, before, b"HELLO alice\r\n\r\n")
    channel.answer(400, JSON, b'{"error": "no"}')
    channel.close()
    assert b"".join(iter(lambda: client.recv(65_536), b"")).endswith(b'Content-Length: 15\r\n\r\n{"error": "no"}')


def test_pipelined_requests_come_one_after_the_other(pair):
    client, channel = pair
    client.sendall(GET + POST + GET)
    channel.receive()
    assert (channel.next_request().method, channel.next_request()) == ("GET", None)
    channel.answer(200, (), b"")
    assert channel.next_request().body == b'{"text": "hello"}'


def test_answers_come_in_the_order_of_the_requests(pair):
    assert len(fed(pair, GET + POST + CHUNKED)) == 3
    assert [line[-1:] for line in pair[0].recv(65_536).split(b"HTTP/1.1 ")[1:]] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("request_", "status", "body", "sent"),
    [(GET, 200, b"hi", OF_2_BYTES + b"hi"),
     (GET, 204, b"", b"HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n"),
     (GET.replace(b"GET", b"HEAD"), 200, b"hi", OF_2_BYTES)],
)  # fmt: skip
def test_an_answer_has_its_length_and_its_body(request_, status, body, sent, pair):
    client, channel = pair
    client.sendall(request_)
    channel.receive()
    channel.next_request()
    channel.answer(status, JSON, body)
    assert client.recv(65_536) == sent


def test_who_waits_for_100_continue_gets_it(pair):
    client, channel = pair
    client.sendall(POST.replace(b"host: a", b"Host: a\r\nExpect: 100-continue").partition(b"{")[0])
    channel.receive()
    assert (channel.next_request(), client.recv(65_536)) == (None, b"HTTP/1.1 100 \r\n\r\n")


@pytest.mark.parametrize("data", [b"", GET[:-1], POST[:-1]])
def test_a_client_that_hangs_up_leaves_no_request(data, pair):
    client, channel = pair
    client.sendall(data)
    client.close()
    while not channel.is_over:
        channel.receive()
        assert channel.next_request() is None


def test_a_client_that_says_that_it_sends_no_more_is_answered(pair):
    client, channel = pair
    client.sendall(GET)
    client.shutdown(socket.SHUT_WR)
    channel.receive()
    channel.next_request()
    channel.answer(200, (), b"hello")
    assert client.recv(65_536).endswith(b"hello")


def test_a_body_that_is_much_too_long_is_kept_in_part(pair):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (2 * LONGEST_BODY)
    (request,) = fed(pair, head, *[b"x" * 32_768] * (2 * LONGEST_BODY // 32_768))
    assert len(request.body) == LONGEST_BODY


def test_who_does_not_take_an_answer_is_left(pair):
    client, channel = pair
    channel._socket.settimeout(0.05)
    while not channel.is_over:
        client.sendall(GET)
        channel.receive()
        channel.next_request()
        channel.answer(200, (), b"x" * 65_536)
    assert channel.next_request() is None


def test_answering_who_has_gone_is_no_fault(pair):
    client, channel = pair
    client.sendall(GET)
    channel.receive()
    channel.next_request()
    client.close()
    channel.answer(200, (), b"x" * 1_000_000)
    assert channel.is_over


def secure(authority, name, *, trusted=None, splits=0):
    """A TLS connection by hand: the client's end, and the channel; None where there was no handshake."""
    ours, theirs = socket.socketpair()
    context = ssl.create_default_context(cadata=(trusted or authority).certificate)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    channel = Channel(theirs, authority.server_for("localhost"))
    ours.setblocking(False)
    return ours, channel, client, incoming, outgoing


def spoken(parts, data, piece):
    """What the channel understands of this request, which comes encrypted and in pieces; and what it answers."""
    ours, channel, client, incoming, outgoing = parts
    found, to_say = None, data
    for _ in range(20):
        with suppress(ssl.SSLWantReadError):
            client.do_handshake()
            if to_say:
                client.write(to_say)
                to_say = b""
        waiting = outgoing.read()
        for start in range(0, len(waiting), piece):
            ours.sendall(waiting[start : start + piece])
            channel.receive()
        if found := found or channel.next_request():
            break
        with suppress(BlockingIOError):
            incoming.write(ours.recv(65_536))
    channel.answer(200, JSON, b'{"status": "ok"}')
    incoming.write(ours.recv(65_536))
    return found, client.read(65_536) + client.read(65_536)  # head and body


@pytest.mark.parametrize("piece", [1, 100, 65_536])
def test_over_tls_a_request_is_the_same_request(piece):
    parts = secure(Authority(), "localhost")
    with parts[0]:
        found, said = spoken(parts, POST, piece)
        assert (found.body, said.endswith(b'{"status": "ok"}')) == (b'{"text": "hello"}', True)
        parts[1].close()


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 100, b"\x16\x03\x01\xff\xff" + b"x" * 60_000, b"\xff"]
)
def test_what_is_no_tls_ends_the_connection_without_a_request(data, pair):
    client, server = socket.socketpair()
    channel = Channel(server, Authority().server_for("localhost"))
    client.sendall(data)
    client.shutdown(socket.SHUT_WR)
    while not channel.is_over:
        channel.receive()
        assert channel.next_request() is None
    client.close()
    channel.close()


@pytest.mark.parametrize(("name", "is_trusted"), [("localhost", False), ("chat.example", True)])
def test_a_client_that_does_not_trust_the_certificate_says_nothing(name, is_trusted):
    authority = Authority()
    parts = secure(authority, name, trusted=authority if is_trusted else Authority())
    with parts[0], pytest.raises(ssl.SSLCertVerificationError):
        spoken(parts, POST, 65_536)
    parts[1].close()
