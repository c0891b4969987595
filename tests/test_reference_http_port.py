"""The HTTP chat server on real sockets of this machine, with the library that students use."""

import asyncio
import random
import re
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests
import trustme
from argon2 import PasswordHasher

from grader.reference import http_port, http_stream
from grader.reference.accounts import Accounts
from grader.reference.addresses import bound
from grader.reference.http_port import serve
from grader.sandbox.ports import has_address

GENEROUS = 20  # seconds until a test gives up
SOON = 5  # seconds in which the end has come; whoever is waited for would take longer
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse"
OK = {"status": "ok"}


@pytest.fixture(autouse=True)
def room(monkeypatch):
    """Sets how many connections there is room for; the limits of this process are left alone."""

    def room(number):
        monkeypatch.setattr(http_port, "_room", lambda: number)

    room(1_000)
    return room


class Served:
    """A server in a thread of its own."""

    def __init__(self, host, heard, **options):
        self.sockets = bound(host, 0, socket.SOCK_STREAM)
        self.address = self.sockets[0].getsockname()
        name = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if options.get('tls') else 'http'}://{name}:{self.address[1]}"
        self.complaints = []
        self._heard, self._options = heard, options
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        self._ready.wait(GENEROUS)

    async def _serve(self):
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _, context: self.complaints.append(context["message"]))
        self._task = asyncio.create_task(serve(self.sockets, self._heard, **self._options))
        self._ready.set()
        with suppress(asyncio.CancelledError):
            await self._task

    def end(self):
        """As on Ctrl-C; how many seconds it takes."""
        began = time.monotonic()
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(GENEROUS)
        assert not self._thread.is_alive()
        return time.monotonic() - began


@contextmanager
def served(host="127.0.0.1", heard=lambda name, text: None, **options):
    """A server for as long as the conversation takes, which then has complained about nothing."""
    server = Served(host, heard, **options)
    try:
        yield server
    finally:
        server.end()
    assert server.complaints == []


@pytest.fixture
def server():
    with served() as server:
        yield server


def post(server, name="alice", text="hello", **options):
    """Posts a message: the answer."""
    return requests.post(f"{server.url}/messages", json={"name": name, "text": text}, timeout=GENEROUS, **options)


def get(server, path="/messages", **options):
    """Asks for something: the answer."""
    return requests.get(server.url + path, timeout=GENEROUS, **options)


@contextmanager
def connected(server, number=1, host=None):
    """Sockets of clients."""
    with ExitStack() as kept:
        source = (host, 0) if host else None
        yield [
            kept.enter_context(socket.create_connection(server.address[:2], GENEROUS, source)) for _ in range(number)
        ]


def asks(client, target, method="GET"):
    """Sends a request."""
    client.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


def hears(client):
    """The status and the body of an answer."""
    came = b""
    while not came.endswith(b"}"):
        piece = client.recv(65_536)
        if not piece:
            return came
        came += piece
    return int(came.split(b" ", 2)[1]), came.partition(b"\r\n\r\n")[2].decode()


@contextmanager
def polling(server, number):
    """Clients that wait for messages, of which the server knows."""
    with connected(server, number) as clients:
        for client in clients:
            asks(client, "/messages?after=0&wait=30")
        comes_after_all_others(server)
        yield clients


def comes_after_all_others(server):
    """A connection that the server accepts, and a request that it reads, later than what is there."""
    for _ in range(2):
        assert get(server, "/health").json() == OK


def test_two_chat(server):
    posted = post(server)
    assert (posted.status_code, posted.headers["Location"]) == (201, "/messages/1")
    assert post(server, "bob", "é 🎉").json()["id"] == 2
    answer = get(server)
    assert answer.headers["Content-Type"] == "application/json"
    assert [(found["name"], found["text"]) for found in answer.json()["messages"]] == [
        ("alice", "hello"),
        ("bob", "é 🎉"),
    ]
    assert get(server, "/messages/1").json() == posted.json()


def test_who_serves_is_told_what_is_said_once():
    heard = []
    with served(heard=lambda *said: heard.append(said)) as server:
        for _ in range(3):
            post(server, headers={"Idempotency-Key": "one"})
        post(server, "bob", "hi")
    assert heard == [("alice", "hello"), ("bob", "hi")]


def test_who_waits_is_told_at_once(server):
    with polling(server, 1) as [client]:
        began = time.monotonic()
        message = post(server).json()
        assert hears(client) == (200, f'{{"messages": [{requests.compat.json.dumps(message)}], "last": 1}}')
        assert time.monotonic() - began < SOON


def test_who_waits_for_later_messages_goes_on_waiting(server):
    with connected(server) as [client]:
        asks(client, "/messages?after=1&wait=30")
        comes_after_all_others(server)
        assert [post(server).json()["id"], post(server, text="two").json()["id"]] == [1, 2]
        assert '"text": "two"' in hears(client)[1]


def test_when_the_time_is_up_there_is_an_empty_list(server):
    began = time.monotonic()
    assert get(server, "/messages?wait=1").json() == {"messages": [], "last": 0}
    assert 1 <= time.monotonic() - began < SOON


def test_many_wait_while_one_posts(server):
    with polling(server, 300) as clients:
        message = post(server).json()
        answers = {hears(client) for client in clients}
    assert answers == {(200, f'{{"messages": [{requests.compat.json.dumps(message)}], "last": 1}}')}


def test_20_clients_post_at_once_and_nothing_is_lost_or_twice(server):
    def posts(client):
        with requests.Session() as session:
            for number in range(20):
                message = {"name": f"client-{client}", "text": f"{client} {number}"}
                assert session.post(f"{server.url}/messages", json=message, timeout=GENEROUS).status_code == 201

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(posts, range(20)))
    stored = [get(server, f"/messages?after={after}").json()["messages"] for after in range(0, 400, 100)]
    texts = [message["text"] for messages in stored for message in messages]
    assert sorted(texts) == sorted(f"{client} {number}" for client in range(20) for number in range(20))
    for client in range(20):
        assert [text for text in texts if text.startswith(f"{client} ")] == [f"{client} {n}" for n in range(20)]


def test_one_connection_carries_many_requests(server):
    with connected(server) as [client]:
        for _ in range(3):
            asks(client, "/health")
            assert hears(client) == (200, '{"status": "ok"}')


def test_what_is_no_http_gets_json_and_the_end(server):
    with connected(server) as [client]:
        client.sendall(b"GARBAGE\r\n\r\n")
        status, body = hears(client)
        assert (status, body.startswith('{"error": "this is no HTTP/1.1 request')) == (400, True)
        assert client.recv(1) == b""


def test_a_large_body_gets_json(server):
    answer = post(server, text="x" * 1_000_000)
    assert (answer.status_code, answer.json()) == (413, {"error": "a body has at most 16,384 bytes"})


def test_who_says_nothing_is_let_go(monkeypatch):
    monkeypatch.setattr(http_stream, "IDLE", 0.01)
    with served() as server, connected(server) as [client]:
        assert client.recv(1) == b""


def test_who_is_slow_is_let_go_with_a_sentence(monkeypatch):
    monkeypatch.setattr(http_stream, "SLOW", 0.05)
    with served() as server, connected(server) as [client]:
        client.sendall(b"GET /")
        assert hears(client) == (408, '{"error": "a request has to come within 0.05 seconds"}')


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_who_goes_while_waiting_disturbs_nobody(reset, server):
    with polling(server, 3) as [first, second, third]:
        if reset:
            second.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        second.close()
        post(server)
        assert [hears(first)[0], hears(third)[0]] == [200, 200]


def test_who_has_sent_all_and_closes_that_side_still_gets_the_answer(server):
    with polling(server, 1) as [client]:
        client.shutdown(socket.SHUT_WR)
        post(server)
        assert hears(client)[0] == 200


def test_the_end_answers_those_who_wait_and_is_soon(server):
    with polling(server, 100) as clients, connected(server, 10), connected(server) as [slow]:
        slow.sendall(b"POST /messages HTTP/1.1\r\n")
        comes_after_all_others(server)
        assert server.end() < SOON
        assert {hears(client) for client in clients} == {(200, '{"messages": [], "last": 0}')}
        assert {client.recv(1) for client in clients} == {b""}
    assert {each.fileno() for each in server.sockets} == {-1}


def test_the_end_does_not_wait_for_who_does_not_read(server):
    for _ in range(100):
        post(server, text="🎉" * 1_000)
    with connected(server, 2) as clients:
        for client in clients:
            for _ in range(20):
                asks(client, "/messages")
        comes_after_all_others(server)
        assert server.end() < SOON


def test_after_the_end_the_port_is_free(server):
    with polling(server, 1):
        server.end()
        with socket.create_server(server.address):
            pass


def refused(client):
    """The status and the sentence that a client gets for whom there is no room."""
    asks(client, "/health")
    status, body = hears(client)
    assert client.recv(1) == b""
    return status, body


def test_where_there_is_no_room_a_sentence_says_so(room):
    room(3)
    with served() as server, connected(server, 3) as clients, connected(server) as [late]:
        assert refused(late) == (503, '{"error": "there are 3 connections, and no room for more"}')
        asks(clients[0], "/health")
        assert hears(clients[0]) == (200, '{"status": "ok"}')


def test_who_is_refused_is_told_when_to_come_again(room):
    room(0)
    with served() as server:
        assert get(server, "/health").headers["Retry-After"] == "5"


def test_who_leaves_makes_room(room):
    room(1)
    with served() as server:
        with connected(server) as [first]:
            asks(first, "/health")
            assert hears(first)[0] == 200
        deadline = time.monotonic() + GENEROUS
        while get(server, "/health").status_code == 503:  # until the server has seen that the first one is gone
            assert time.monotonic() < deadline


def test_one_address_does_not_take_the_room_of_all(monkeypatch):
    monkeypatch.setattr(http_port, "MAX_OF_ADDRESS", 2)
    with (
        served() as server,
        connected(server, 2),
        connected(server) as [late],
        connected(server, host="127.0.0.2") as [other],
    ):
        sentence = "there are 2 connections from 127.0.0.1, and no room for more"
        assert refused(late) == (503, f'{{"error": "{sentence}"}}')
        asks(other, "/health")
        assert hears(other)[0] == 200


def test_of_those_without_room_a_bounded_number_is_told(room, monkeypatch):
    room(1)
    monkeypatch.setattr(http_port, "MAX_REFUSALS", 1)
    with served() as server, connected(server, 2), connected(server) as [late], suppress(ConnectionError):
        assert late.recv(1) == b""


def test_a_class_with_accounts_chats():
    with served(accounts=Accounts({"alice1": "Alice"}, hasher=CHEAP)) as server, requests.Session() as session:
        account = {"student_id": "alice1", "password": PASSWORD, "name": "Ali"}
        assert post(server).json() == {"error": "log in first: the token is missing, unknown or expired"}
        assert session.post(f"{server.url}/register", json=account).json() == {"student_id": "alice1", "name": "Ali"}
        token = session.post(f"{server.url}/login", json=account).json()["token"]
        session.headers["Authorization"] = f"Bearer {token}"
        assert session.post(f"{server.url}/messages", json={"text": "hi"}).json()["name"] == "Ali"
        assert session.post(f"{server.url}/logout").status_code == 204
        assert session.get(f"{server.url}/messages").headers["WWW-Authenticate"] == "Bearer"


REQUESTS = [
    b"GET /messages?after=1&wait=0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: one\r\n"
    b'Content-Length: 32\r\n\r\n{"name": "alice", "text": "hello"}',
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'29\r\n{"student_id": "alice1", "password": "x"}\r\n0\r\n\r\n',
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
    b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    b"HEAD /health HTTP/1.0\r\n\r\n",
]
INSERTED = (b"\r\n", b"\0", b"%ff", b'"', b"\xed\xa0\x80", b"9" * 30, b"[" * 200)


def damaged(chance):
    """Some requests, with a few bytes changed, left out or put in between."""
    data = bytearray(b"".join(chance.choices(REQUESTS, k=chance.randint(1, 3))))
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(data))
        left = place + chance.choice((0, 1, 9))
        data[place:left] = chance.choice((b"", bytes([chance.randrange(256)]), *INSERTED))
    return bytes(data)


@pytest.mark.parametrize("accounts", [None, Accounts(hasher=CHEAP)], ids=["everybody", "accounts"])
def test_whatever_comes_the_fault_is_not_the_servers(accounts):
    chance, statuses = random.Random(1), set()
    with served(accounts=accounts) as server:
        for _ in range(500):
            with connected(server) as [client]:
                client.sendall(damaged(chance))
                client.shutdown(socket.SHUT_WR)
                came = b"".join(iter(lambda: client.recv(65_536), b""))  # noqa: B023
            statuses |= {int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", came)}
        assert get(server, "/health").json() == OK
    assert {200, 400, 404} <= statuses <= {100, 200, 201, 204, 400, 401, 404, 405, 413, 415, 429, 501}


class Stuck:
    """Hashes for as long as it is told to."""

    def __init__(self):
        self.begun, self.released = threading.Semaphore(0), threading.Event()

    def hash(self, password):
        if password == PASSWORD:
            self.begun.release()
            self.released.wait(GENEROUS)
        return password


def test_while_passwords_are_hashed_others_chat_and_too_many_are_refused(monkeypatch):
    monkeypatch.setattr(http_port, "MAX_HASHES_WAITING", http_port.HASHES)
    stuck = Stuck()
    with served(accounts=Accounts(hasher=stuck)) as server, ThreadPoolExecutor(http_port.HASHES) as pool:
        accounts = [{"student_id": f"alice{n}", "password": PASSWORD, "name": f"A{n}"} for n in range(http_port.HASHES)]
        register = f"{server.url}/register"
        waiting = [pool.submit(requests.post, register, json=account, timeout=GENEROUS) for account in accounts]
        for _ in waiting:
            assert stuck.begun.acquire(timeout=GENEROUS)
        refusal = requests.post(register, json=accounts[0], timeout=GENEROUS)
        assert (get(server, "/health").json(), refusal.status_code) == (OK, 503)
        assert refusal.json() == {"error": "too many people log in at this moment"}
        stuck.released.set()
        assert [answer.result().status_code for answer in waiting] == [201] * http_port.HASHES


@pytest.fixture(scope="module")
def authority():
    """Who signs the certificates that clients trust."""
    return trustme.CA()


@pytest.fixture
def tls(authority):
    """What a server needs for HTTPS on 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_https_is_spoken_with_a_certificate(authority, tls):
    with served(tls=tls) as server, authority.cert_pem.tempfile() as trusted:
        assert post(server, verify=trusted).status_code == 201
        assert get(server, verify=trusted).json()["last"] == 1
        with pytest.raises(requests.exceptions.SSLError):
            get(server)


@pytest.mark.parametrize("greeting", [b"", b"\x16\x03\x01\x00\x01\x00", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"])
def test_who_speaks_no_tls_is_let_go(greeting, monkeypatch, authority, tls):
    monkeypatch.setattr(http_port, "SLOW", 0.5)
    with served(tls=tls) as server, connected(server) as [client], authority.cert_pem.tempfile() as trusted:
        client.sendall(greeting)
        with suppress(ConnectionError):
            while client.recv(1_000):
                pass
        assert get(server, "/health", verify=trusted).json() == OK


def test_who_does_not_begin_tls_takes_room_meanwhile(room, authority, tls):
    room(1)
    with served(tls=tls) as server, connected(server), authority.cert_pem.tempfile() as trusted:
        assert get(server, "/health", verify=trusted).status_code == 503


def test_the_end_is_soon_with_https(authority, tls):
    with served(tls=tls) as server, authority.cert_pem.tempfile() as trusted, requests.Session() as session:
        session.get(f"{server.url}/health", verify=trusted)
        with connected(server, 3):
            get(server, "/health", verify=trusted)
            assert server.end() < SOON


def test_ipv6_is_an_address_like_others():
    if not has_address("::1"):
        pytest.skip("this machine has no IPv6")
    with served("::1") as server:
        assert post(server).status_code == 201
