"""A leased port is free, and stays its holder's until the lease is closed."""

import errno
import os
import socket

import pytest

from grader.sandbox import ports
from grader.sandbox.ports import has_address, lease_port, lease_user

EVERY = "every TCP port from"


@pytest.fixture
def only_port(monkeypatch):
    """A free port, which is the only one that can be leased."""
    with lease_port() as lease:
        monkeypatch.setattr(ports, "LOWEST", lease.number)
        monkeypatch.setattr(ports, "HIGHEST", lease.number + 1)
    return lease.number


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_leased_port_can_be_listened_on(host):
    with lease_port() as lease, socket.create_server((host, lease.number)) as server:
        assert server.getsockname()[1] == lease.number


def test_datagrams_can_be_received_at_a_leased_port():
    with lease_port() as lease, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("0.0.0.0", lease.number))
        assert server.getsockname()[1] == lease.number


def test_a_leased_port_is_kept_from_others(only_port):
    with lease_port(), pytest.raises(OSError) as refusal:
        lease_port()
    sentence = f"every TCP port from {only_port} to {only_port} is taken"
    assert (refusal.value.errno, refusal.value.strerror) == (errno.EADDRINUSE, sentence)


def test_a_closed_lease_gives_the_port_back(only_port):
    lease_port().close()
    with lease_port() as lease:
        assert lease.number == only_port


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_a_port_that_is_listened_on_is_not_leased(host, only_port):
    if ":" in host and not has_address("::1"):
        pytest.skip("this machine has no IPv6")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, only_port), family=family), pytest.raises(OSError, match=EVERY):
        lease_port()


def test_a_port_with_a_connection_in_time_wait_is_not_leased(only_port):
    with socket.create_server(("127.0.0.1", only_port)) as server:
        client = socket.create_connection(server.getsockname())
        connection, _ = server.accept()
        connection.close()
        assert client.recv(1) == b""
        client.close()
    with pytest.raises(OSError, match=EVERY):
        lease_port()


@pytest.mark.parametrize(
    ("host", "there"),
    [("127.0.0.1", True), ("0.0.0.0", True), ("192.0.2.1", False), ("2001:db8::1", False)],  # RFC 5737, RFC 3849
)
def test_an_address_is_there_if_it_can_be_listened_on(host, there):
    assert has_address(host) is there


def test_an_address_is_there_if_the_network_that_is_asked_has_it():
    def make_socket(*_):
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))

    assert not has_address("127.0.0.1", make_socket)


def test_two_leases_of_users_are_of_different_users():
    with lease_user() as alice, lease_user() as bob:
        assert alice.number != bob.number


def test_a_closed_lease_gives_the_user_back(monkeypatch):
    with lease_user() as only:
        monkeypatch.setattr(ports, "USERS", [only.number])
    with lease_user() as again:
        assert again.number == only.number


def test_a_user_that_is_taken_is_not_leased(monkeypatch):
    with lease_user() as only, monkeypatch.context() as patch:
        patch.setattr(ports, "USERS", [only.number])
        with pytest.raises(OSError, match="every user number for programs under test is taken"):
            lease_user()
