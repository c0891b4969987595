"""A leased port is free, and stays its holder's until the lease is closed."""

import socket

import pytest

from grader.sandbox import ports
from grader.sandbox.ports import has_address, lease_port


@pytest.fixture
def only_port(monkeypatch):
    """A free port, which is the only one that can be leased."""
    with lease_port() as lease:
        monkeypatch.setattr(ports, "LOWEST", lease.port)
        monkeypatch.setattr(ports, "HIGHEST", lease.port + 1)
    return lease.port


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_leased_port_can_be_listened_on(host):
    with lease_port() as lease, socket.create_server((host, lease.port)) as server:
        assert server.getsockname()[1] == lease.port


def test_a_leased_port_is_kept_from_others(only_port):
    with lease_port(), pytest.raises(RuntimeError) as refusal:
        lease_port()
    assert str(refusal.value) == f"every TCP port from {only_port} to {only_port} of this machine is taken"


def test_a_closed_lease_gives_the_port_back(only_port):
    lease_port().close()
    with lease_port() as lease:
        assert lease.port == only_port


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_a_port_that_is_listened_on_is_not_leased(host, only_port):
    if ":" in host and not has_address("::1"):
        pytest.skip("this machine has no IPv6")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, only_port), family=family), pytest.raises(RuntimeError):
        lease_port()


def test_a_port_with_a_connection_in_time_wait_is_not_leased(only_port):
    with socket.create_server(("127.0.0.1", only_port)) as server:
        client = socket.create_connection(server.getsockname())
        connection, _ = server.accept()
        connection.close()
        assert client.recv(1) == b""
        client.close()
    with pytest.raises(RuntimeError):
        lease_port()


@pytest.mark.parametrize(
    ("host", "there"),
    [("127.0.0.1", True), ("0.0.0.0", True), ("192.0.2.1", False), ("2001:db8::1", False)],  # RFC 5737, RFC 3849
)
def test_an_address_is_there_if_it_can_be_listened_on(host, there):
    assert has_address(host) is there
