"""A host and a port become sockets, or a sentence that says why not."""

import asyncio
import os
import select
import socket
from contextlib import ExitStack, contextmanager

import pytest

from grader.check import Refused
from grader.reference.addresses import Address, addresses, bound
from grader.sandbox.ports import has_address, lease_port

V4, V6 = socket.AF_INET, socket.AF_INET6
GENEROUS = 10  # seconds until a test gives up
ELSEWHERE = "192.0.2.1"  # no machine's, RFC 5737

needs_ipv6 = pytest.mark.skipif(not has_address("::1"), reason="this machine has no IPv6")


@pytest.fixture
def port():
    """A port that no other program uses."""
    with lease_port() as lease:
        yield lease.number


@pytest.fixture
def found(monkeypatch):
    """Says what the system finds for every host."""

    def found(*entries):
        answer = [(family, socket.SOCK_DGRAM, 17, "", address) for family, address in entries]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)

    return found


@contextmanager
def all_bound(host, port):
    """The sockets on all addresses of a host, which are closed again."""
    with ExitStack() as kept:
        yield [kept.enter_context(each) for each in bound(host, port)]


@contextmanager
def taken(host, port):
    """Meanwhile this UDP port is somebody else's."""
    with socket.socket(V6 if ":" in host else V4, socket.SOCK_DGRAM) as other:
        if ":" in host:
            other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind((host, port))
        yield


def places(sockets):
    """Where sockets are bound."""
    return [each.getsockname()[:2] for each in sockets]


def refusal(function, *arguments):
    """The sentence with which this is refused."""
    with pytest.raises(Refused) as refused:
        function(*arguments)
    return str(refused.value)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", Address(V4, ("127.0.0.1", 9))), ("::1", Address(V6, ("::1", 9, 0, 0)))]
)
def test_a_number_is_an_address(host, address):
    assert addresses(host, 9) == [address]


def test_ipv4_comes_first(found):
    found((V6, ("::1", 9, 0, 0)), (V4, ("127.0.0.1", 9)), (V6, ("::2", 9, 0, 0)), (V4, ("127.0.0.2", 9)))
    assert [address[0] for _, address in addresses("localhost", 9)] == ["127.0.0.1", "127.0.0.2", "::1", "::2"]


def test_other_families_are_left_out(found):
    found((socket.AF_UNIX, "somewhere"), (V4, ("127.0.0.1", 9)))
    assert addresses("localhost", 9) == [Address(V4, ("127.0.0.1", 9))]


def test_a_host_that_nobody_knows_is_refused(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refusal(addresses, "nowhere", 9) == "There is no host 'nowhere'."


@pytest.mark.parametrize("host", ["a..b", "x" * 64, "300.1.1.1.1..", "no\0host"])
def test_what_cannot_be_a_host_is_refused(host):
    assert refusal(addresses, host, 9) == f"There is no host {host!r}."


def test_a_number_is_bound_on_its_port(port):
    with all_bound("127.0.0.1", port) as sockets:
        assert places(sockets) == [("127.0.0.1", port)]


@needs_ipv6
def test_every_address_of_a_host_is_bound(found, port):
    found((V6, ("::1", port, 0, 0)), (V4, ("127.0.0.1", port)))
    with all_bound("localhost", port) as sockets:
        assert places(sockets) == [("127.0.0.1", port), ("::1", port)]


@needs_ipv6
def test_ipv6_everywhere_leaves_ipv4_to_others(port):
    with all_bound("::", port), all_bound("127.0.0.1", port) as sockets:
        assert places(sockets) == [("127.0.0.1", port)]


def test_what_is_sent_to_a_bound_socket_arrives(port):
    with all_bound("127.0.0.1", port) as (here,), socket.socket(V4, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", ("127.0.0.1", port))
        select.select([here], [], [], GENEROUS)
        assert here.recv(100) == b"hello"


def test_bound_sockets_are_not_waited_for(port):
    with all_bound("127.0.0.1", port) as (here,), pytest.raises(BlockingIOError):
        here.recv(100)


def test_a_port_that_is_taken_is_refused(port):
    with taken("127.0.0.1", port):
        assert refusal(bound, "127.0.0.1", port) == f"Cannot listen on 127.0.0.1 port {port}: Address already in use."


@needs_ipv6
def test_a_port_whose_ipv4_is_taken_is_refused(found, port):
    found((V4, ("127.0.0.1", port)), (V6, ("::1", port, 0, 0)))
    with taken("127.0.0.1", port):
        assert refusal(bound, "localhost", port) == f"Cannot listen on localhost port {port}: Address already in use."


def test_an_address_of_another_machine_is_refused():
    sentence = f"Cannot listen on {ELSEWHERE} port 9000: Cannot assign requested address."
    assert refusal(bound, ELSEWHERE, 9000) == sentence


def test_a_tcp_port_is_listened_on(port):
    with ExitStack() as kept:
        [here] = (kept.enter_context(each) for each in bound("127.0.0.1", port, socket.SOCK_STREAM))
        client = kept.enter_context(socket.create_connection(("127.0.0.1", port), GENEROUS))
        select.select([here], [], [], GENEROUS)
        connection, address = here.accept()
        kept.enter_context(connection)
        assert (here.getblocking(), address) == (False, client.getsockname())


def test_a_tcp_port_is_free_as_soon_as_its_server_has_closed_a_connection(port):
    for _ in range(2):  # the first time leaves a connection in TIME-WAIT
        with ExitStack() as kept:
            [here] = (kept.enter_context(each) for each in bound("127.0.0.1", port, socket.SOCK_STREAM))
            client = kept.enter_context(socket.create_connection(("127.0.0.1", port), GENEROUS))
            select.select([here], [], [], GENEROUS)
            here.accept()[0].close()
            assert client.recv(1) == b""


def test_a_tcp_port_that_is_taken_is_refused(port):
    with socket.create_server(("127.0.0.1", port)):
        sentence = f"Cannot listen on 127.0.0.1 port {port}: Address already in use."
        assert refusal(bound, "127.0.0.1", port, socket.SOCK_STREAM) == sentence


def test_a_machine_without_ipv6_does_with_ipv4(found, port):
    found((V4, ("127.0.0.1", port)), (V6, ("100::1", port, 0, 0)))  # RFC 6666: nobody's
    with all_bound("localhost", port) as sockets:
        assert places(sockets) == [("127.0.0.1", port)]


def test_a_refusal_leaves_no_socket_open(port):
    with taken("127.0.0.1", port):
        before = os.listdir("/proc/self/fd")  # noqa: PTH208
        refusal(bound, "127.0.0.1", port)
        assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_asyncio_sends_small_answers_at_once(port):
    async def has_no_delay():
        has = asyncio.get_running_loop().create_future()

        async def note(_, writer):
            has.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        (listener,) = bound("127.0.0.1", port, socket.SOCK_STREAM)
        async with await asyncio.start_server(note, sock=listener), asyncio.timeout(GENEROUS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await reader.read()  # the end
            writer.close()
            await writer.wait_closed()
            return await has

    assert asyncio.run(has_no_delay())
