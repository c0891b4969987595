"""The chat server of week 2 on real sockets of this machine."""

import asyncio
import socket
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress

import pytest

from grader.reference import udp_chat
from grader.reference.udp_port import serve
from grader.sandbox.ports import has_address

GENEROUS = 10  # seconds until a test gives up


def nobody(name, text):
    """Is told who has said what, and forgets it."""


def udp_socket(host="127.0.0.1"):
    """A socket on a free port."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    bound.setblocking(False)
    bound.bind((host, 0))
    return bound


@asynccontextmanager
async def served(*sockets, heard=nobody):
    """The chat on these sockets, for as long as the conversation takes."""
    task = asyncio.create_task(serve(sockets, heard))
    try:
        async with asyncio.timeout(GENEROUS):
            yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@contextmanager
def clients(server, number):
    """Sockets that talk to this one."""
    with ExitStack() as kept:
        made = [kept.enter_context(udp_socket(server.getsockname()[0])) for _ in range(number)]
        for client in made:
            client.connect(server.getsockname())
        yield made


async def tell(client, text):
    """Sends a datagram."""
    await asyncio.get_running_loop().sock_sendall(client, text.encode())


async def hears(client):
    """The next datagram that comes."""
    return (await asyncio.get_running_loop().sock_recv(client, 65_536)).decode()


async def asks(client, text):
    """Sends a datagram: the answer."""
    await tell(client, text)
    return await hears(client)


def test_two_clients_chat():
    async def conversation():
        with udp_socket() as server, clients(server, 2) as (alice, bob):
            async with served(server):
                assert [await asks(alice, "HELLO alice"), await asks(bob, "HELLO bob")] == [
                    "WELCOME alice",
                    "WELCOME bob",
                ]
                assert [await asks(alice, "SAY 1 hello"), await hears(bob)] == ["OK 1", "MSG 1 alice hello"]
                await tell(bob, "GOT 1")
                assert [await asks(bob, "SAY 1 hi"), await hears(alice)] == ["OK 1", "MSG 2 bob hi"]
                assert [await asks(alice, "BYE"), await asks(bob, "BYE")] == ["BYE", "BYE"]

    asyncio.run(conversation())


def test_who_serves_is_told_who_comes_says_something_and_leaves():
    async def conversation():
        heard = []
        with udp_socket() as server, clients(server, 1) as [alice]:
            async with served(server, heard=lambda *said: heard.append(said)):
                for text in ("HELLO alice", "SAY 1 hello", "BYE"):
                    await asks(alice, text)
        return heard

    assert asyncio.run(conversation()) == [("alice", "is here"), ("alice", "hello"), ("alice", "leaves")]


@pytest.mark.parametrize(
    "garbage", [b"", b"\xff" * 100, b"x" * 60_000, b"SAY 1 hello", b"HELLO alice", b"OK 1", b"BYE"]
)
def test_garbage_in_between_disturbs_nobody(garbage):
    async def conversation():
        with udp_socket() as server, clients(server, 3) as (alice, bob, stranger):
            async with served(server):
                await asks(alice, "HELLO alice")
                await asks(bob, "HELLO bob")
                stranger.send(garbage)
                await tell(alice, "SAY 1 hello")
                stranger.send(garbage)
                assert [await hears(alice), await hears(bob)] == ["OK 1", "MSG 1 alice hello"]

    asyncio.run(conversation())


def test_a_client_that_is_gone_disturbs_nobody():
    async def conversation():
        with udp_socket() as server, clients(server, 3) as (alice, bob, carol):
            async with served(server):
                for client, name in ((carol, "carol"), (alice, "alice"), (bob, "bob")):
                    await asks(client, f"HELLO {name}")
                carol.close()
                for number in (1, 2, 3):
                    assert await asks(alice, f"SAY {number} hello") == f"OK {number}"
                    assert await hears(bob) == f"MSG {number} alice hello"

    asyncio.run(conversation())


def test_a_message_without_got_comes_again_after_a_quarter_of_a_second():
    async def conversation():
        with udp_socket() as server, clients(server, 2) as (alice, bob):
            async with served(server):
                await asks(alice, "HELLO alice")
                await asks(bob, "HELLO bob")
                said_at = asyncio.get_running_loop().time()
                await tell(alice, "SAY 1 hello")
                assert [await hears(bob), await hears(bob)] == ["MSG 1 alice hello"] * 2
                return asyncio.get_running_loop().time() - said_at

    assert 0.24 < asyncio.run(conversation()) < GENEROUS


def test_a_client_that_never_says_got_is_told_20_times(monkeypatch):
    monkeypatch.setattr(udp_chat, "REPEAT", 0.01)

    async def conversation():
        with udp_socket() as server, clients(server, 2) as (alice, bob):
            async with served(server):
                await asks(alice, "HELLO alice")
                await asks(bob, "HELLO bob")
                await tell(alice, "SAY 1 hello")
                return [await hears(bob) for _ in range(20)]

    assert asyncio.run(conversation()) == ["MSG 1 alice hello"] * 20


def test_clients_of_different_addresses_of_the_server_chat():
    if not has_address("::1"):
        pytest.skip("this machine has no IPv6")

    async def conversation():
        with udp_socket() as old, udp_socket("::1") as new, clients(old, 1) as [alice], clients(new, 1) as [bob]:
            async with served(old, new):
                await asks(alice, "HELLO alice")
                await asks(bob, "HELLO bob")
                return [await asks(alice, "SAY 1 hello"), await hears(bob)]

    assert asyncio.run(conversation()) == ["OK 1", "MSG 1 alice hello"]


def test_its_end_closes_the_sockets():
    async def conversation():
        with udp_socket() as first, udp_socket() as second, clients(second, 1) as [alice]:
            async with served(first, second):
                await asks(alice, "HELLO alice")
            return first.fileno(), second.fileno()

    assert asyncio.run(conversation()) == (-1, -1)


def test_after_its_end_nothing_is_repeated(monkeypatch):
    monkeypatch.setattr(udp_chat, "REPEAT", 0.01)
    complaints = []

    async def conversation():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
        with udp_socket() as server, clients(server, 2) as (alice, bob):
            async with served(server):
                await asks(alice, "HELLO alice")
                await asks(bob, "HELLO bob")
                await asks(alice, "SAY 1 hello")
        await asyncio.sleep(0.05)  # a repeat that nobody has called off would come by now

    asyncio.run(conversation())
    assert complaints == []
