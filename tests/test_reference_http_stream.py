"""One connection of the HTTP chat server: bytes in, requests and answers out, and what is too slow or too much."""

import asyncio
import re
import socket
from contextlib import asynccontextmanager

import pytest

from grader.reference import http_stream
from grader.reference.http_stream import Stream
from grader.wire.http_chat import Answer, Request, Wrong

GENEROUS = 10  # seconds until a test gives up
HOST = "Host: localhost\r\n"
GET = f"GET /messages HTTP/1.1\r\n{HOST}\r\n".encode()
NO_REQUEST = (400, "this is no HTTP/1.1 request: a request line, headers with Host among them, an empty line, the body")
OK = Answer(200, {"status": "ok"})
POST = f'POST /messages HTTP/1.1\r\n{HOST}Content-Length: 14\r\n\r\n{{"text": "hi"}}'.encode()
CHUNKED = f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n".encode()
POSTED = Request("POST", "/messages", headers={"host": "localhost", "content-length": "14"}, body=b'{"text": "hi"}')


@asynccontextmanager
async def connected():
    """A stream, and the socket of its client."""
    client, connection = socket.socketpair()
    with client:
        client.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connection)
        stream = Stream(reader, writer)
        try:
            async with asyncio.timeout(GENEROUS):
                yield stream, client
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)  # the transport needs a turn for it


def run(conversation):
    """The result of a conversation(stream, client)."""

    async def held():
        async with connected() as (stream, client):
            return await conversation(stream, client)

    return asyncio.run(held())


async def tell(client, data):
    await asyncio.get_running_loop().sock_sendall(client, data)


async def hears(client):
    """An answer without its date."""
    came = await asyncio.get_running_loop().sock_recv(client, 1_000_000)
    return re.sub(rb"Date: [^\r]+ GMT\r\n", b"", came)


def read(*pieces, close=False):
    """The request that comes in these pieces."""

    async def conversation(stream, client):
        asking = asyncio.create_task(stream.request())
        for piece in pieces:
            await tell(client, piece)
            for _ in range(3 if len(pieces) > 1 else 0):  # so that the next is another one
                await asyncio.sleep(0)
        if close:
            client.shutdown(socket.SHUT_WR)
        return await asking

    return run(conversation)


def refusal(*pieces, close=False):
    """The status and the sentence with which this is refused."""
    with pytest.raises(Wrong) as refused:
        read(*pieces, close=close)
    return refused.value.status, refused.value.sentence


def test_a_request_is_read_whole_byte_by_byte_and_split_at_every_point():
    assert read(POST) == POSTED
    assert read(*(POST[place : place + 1] for place in range(len(POST)))) == POSTED
    for place in range(1, len(POST)):
        assert read(POST[:place], POST[place:]) == POSTED


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/messages?after=1&wait=20", "/messages", {"after": "1", "wait": "20"}),
        ("/messages?after=&x", "/messages", {"after": "", "x": ""}),
        ("/messages?after=1&after=2", "/messages", {"after": "2"}),
        ("/messages?after=%31+%FF", "/messages", {"after": "1 \N{REPLACEMENT CHARACTER}"}),
        ("/messages?a?b=c", "/messages", {"a?b": "c"}),
        ("/m%65ssages", "/messages", {}),
        ("/caf%C3%A9%FF", "/café\N{REPLACEMENT CHARACTER}", {}),
        ("http://localhost:8008/messages?after=1", "/messages", {"after": "1"}),
        ("HTTP://localhost", "/", {}),
        ("//messages", "//messages", {}),
        ("/[", "/[", {}),
        ("*", "*", {}),
    ],
)
def test_a_target_is_a_path_and_a_query(target, path, query):
    request = read(f"GET {target} HTTP/1.1\r\n{HOST}\r\n".encode())
    assert (request.path, request.query) == (path, query)


def test_names_of_headers_are_in_lower_case():
    request = read(f"GET / HTTP/1.1\r\n{HOST}AUTHORIZATION: Bearer X\r\nX-Name: caf\xe9\r\n\r\n".encode("latin-1"))
    assert request.headers == {"host": "localhost", "authorization": "Bearer X", "x-name": "café"}


def test_a_body_in_chunks_is_put_together():
    assert read(CHUNKED + b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n").body == b"abcde"


def test_who_closes_without_a_request_has_ended():
    assert read(close=True) is None


def test_who_closes_behind_a_request_gets_an_answer():
    assert read(POST, close=True) == POSTED


@pytest.mark.parametrize(
    "data",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab".encode(),
        CHUNKED + b"no number\r\n",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_request_is_refused(data):
    assert refusal(data) == NO_REQUEST


def test_who_closes_in_the_middle_of_a_request_is_refused():
    assert refusal(POST[:-1], close=True) == NO_REQUEST


def test_another_transfer_encoding_is_refused():
    request = f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: gzip\r\n\r\n".encode()
    assert refusal(request) == (501, "of transfer encodings, this server knows chunked only")


@pytest.mark.parametrize("head", [b"GET /" + b"x" * 20_000, b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000])
def test_a_long_head_is_refused_before_its_end(head):
    assert refusal(head) == (431, "the request line and the headers have at most 16,384 bytes")


@pytest.mark.parametrize(
    "request_",
    [
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: 16385\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: {'9' * 18}\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: 16385\r\nExpect: 100-continue\r\n\r\n".encode(),
        CHUNKED + b"ffffff\r\n" + b"x" * 16_385,
        CHUNKED + b"1\r\nx\r\n" * 16_385,
    ],
)
def test_a_large_body_is_refused_before_its_end(request_):
    assert refusal(request_) == (413, "a body has at most 16,384 bytes")


def test_the_largest_body_is_read():
    request = read(f"POST / HTTP/1.1\r\n{HOST}Content-Length: 16384\r\n\r\n".encode() + b"x" * 16_384)
    assert request.body == b"x" * 16_384


def test_who_sends_nothing_for_long_has_ended(monkeypatch):
    monkeypatch.setattr(http_stream, "IDLE", 0.01)
    assert read() is None


@pytest.mark.parametrize("piece", [b"G", GET[:-1], POST[:-1]])
def test_a_request_that_never_ends_is_refused(piece, monkeypatch):
    monkeypatch.setattr(http_stream, "SLOW", 0.01)
    assert refusal(piece) == (408, "a request has to come within 0.01 seconds")


def test_a_request_that_goes_on_too_slowly_is_refused(monkeypatch):
    monkeypatch.setattr(http_stream, "SLOW", 0.05)

    async def conversation(stream, client):
        asking = asyncio.create_task(stream.request())
        while not asking.done():
            await tell(client, b"x")
            await asyncio.sleep(0.01)  # slow, but never silent for long
        await asking

    with pytest.raises(Wrong) as refused:
        run(conversation)
    assert refused.value.status == 408


def answered(request, answer, last=False):
    """What the client gets for it, and whether the connection goes on."""

    async def conversation(stream, client):
        await tell(client, request)
        await stream.request()
        return await stream.send(answer, last=last), await hears(client)

    return run(conversation)


def test_an_answer_is_json_with_its_length():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    assert answered(GET, OK) == (True, head + b'{"status": "ok"}')


def test_an_answer_has_its_headers_and_the_date():
    async def conversation(stream, client):
        await tell(client, GET)
        await stream.request()
        await stream.send(Answer(201, {}, (("Location", "/messages/1"),)), last=False)
        return (await asyncio.get_running_loop().sock_recv(client, 1_000)).decode()

    date = r"Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n"
    assert re.match(rf"HTTP/1\.1 201 Created\r\n{date}Location: /messages/1\r\nContent-Type: ", run(conversation))


def test_an_answer_without_content_has_no_body():
    assert answered(GET, Answer(204)) == (True, b"HTTP/1.1 204 No Content\r\n\r\n")


def test_head_gets_the_head_only():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    assert answered(GET.replace(b"GET", b"HEAD"), OK) == (True, head)


def test_the_last_answer_says_so():
    goes_on, came = answered(GET, OK, last=True)
    assert (goes_on, b"\r\nConnection: close\r\n" in came) == (False, True)


@pytest.mark.parametrize(
    "request_",
    [b"GET / HTTP/1.0\r\n\r\n", GET.replace(b"Host", b"Connection: close\r\nHost")],
    ids=["HTTP/1.0", "Connection: close"],
)
def test_some_want_one_answer_only(request_):
    goes_on, came = answered(request_, OK)
    assert (goes_on, b"\r\nConnection: close\r\n" in came) == (False, True)


def test_requests_that_come_at_once_are_answered_one_after_the_other():
    async def conversation(stream, client):
        await tell(client, b"".join(f"GET /{number} HTTP/1.1\r\n{HOST}\r\n".encode() for number in range(100)))
        for number in range(100):
            assert (await stream.request()).path == f"/{number}"
            assert await stream.send(Answer(204), last=False)
            assert await hears(client) == b"HTTP/1.1 204 No Content\r\n\r\n"

    run(conversation)


def test_who_asks_whether_to_go_on_is_told_so():
    async def conversation(stream, client):
        asking = asyncio.create_task(stream.request())
        head, gap, body = POST.replace(b"Host", b"Expect: 100-continue\r\nHost").partition(b"\r\n\r\n")
        await tell(client, head + gap)
        assert await hears(client) == b"HTTP/1.1 100 Continue\r\n\r\n"
        await tell(client, body)
        assert (await asking).body == POSTED.body

    run(conversation)


@pytest.mark.parametrize(
    "data", [b"GARBAGE\r\n\r\n", f"POST / HTTP/1.1\r\n{HOST}Content-Length: 99999\r\n\r\nxxx".encode()]
)
def test_who_is_refused_gets_the_sentence_and_the_end(data):
    async def conversation(stream, client):
        await tell(client, data)
        with pytest.raises(Wrong):
            await stream.request()
        refusing = asyncio.create_task(stream.refuse(Wrong(400, "no", ("Allow", "GET"))))
        came = await hears(client)
        assert await hears(client) == b""
        client.close()
        await refusing
        return came

    more = b'Content-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"error": "no"}'
    assert run(conversation) == b"HTTP/1.1 400 Bad Request\r\nAllow: GET\r\n" + more


def test_what_a_refused_client_sends_meanwhile_does_not_cost_it_the_answer():
    async def conversation(stream, client):
        await tell(client, f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1000000\r\n\r\n".encode())
        with pytest.raises(Wrong) as refused:
            await stream.request()
        refusing = asyncio.create_task(stream.refuse(refused.value))
        await tell(client, b"x" * 1_000_000)
        came = await hears(client)
        client.close()
        await refusing
        return came

    assert run(conversation).endswith(b'{"error": "a body has at most 16,384 bytes"}')


def test_a_refused_client_that_does_not_end_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(http_stream, "LINGER", 0.01)

    async def conversation(stream, client):
        await tell(client, b"GARBAGE\r\n\r\n")
        with pytest.raises(Wrong):
            await stream.request()
        with pytest.raises(TimeoutError):
            await stream.refuse(Wrong(400, "no"))

    run(conversation)


LARGE = Answer(200, {"text": "x" * 10_000_000})  # more than all buffers on the way


def test_a_client_that_does_not_read_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(http_stream, "SLOW", 0.01)

    async def conversation(stream, client):
        await tell(client, GET)
        await stream.request()
        with pytest.raises(TimeoutError):
            await stream.send(LARGE, last=True)

    run(conversation)


def test_a_client_that_reads_slowly_gets_all_before_the_end():
    async def conversation(stream, client):
        await tell(client, GET)
        await stream.request()
        ending = asyncio.create_task(stream.send(LARGE, last=True))
        came = 0
        while came < 10_000_000:
            came += len(await hears(client))
        await ending
        await stream.close()
        return await hears(client)

    assert run(conversation) == b""


def test_a_client_that_has_gone_is_an_oserror():
    async def conversation(stream, client):
        await tell(client, GET)
        await stream.request()
        client.close()
        with pytest.raises(OSError):
            for _ in range(100):
                await stream.send(LARGE, last=False)

    run(conversation)
