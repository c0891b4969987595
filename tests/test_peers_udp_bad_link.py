"""The link as a program: clients, a server and the link between them have real sockets, and no datagram is lost by
accident: there are few of them, and they stay in this machine.
"""

import os
import select
import socket
import threading
from contextlib import ExitStack

import pytest

from grader.patience import Deadline
from grader.peers.udp import bad_link as relay_module
from grader.peers.udp.bad_link import Carriage, Relay
from grader.peers.udp.link import Fate, good, seeded
from grader.sandbox.ports import has_address

V4, V6 = socket.AF_INET, socket.AF_INET6
GENEROUS = 10  # seconds until a test gives up
HOSTS = {V4: "127.0.0.1", V6: "::1"}
LARGEST_OF_IPV4 = 65_507  # bytes, with the headers of UDP and IP one packet


class Shown(Exception):
    """What the relay shows is all that the test waits for."""


class Bench:
    """A relay and those who use it. Whoever waits for something lets the relay work meanwhile.

    carried   what the relay has shown
    """

    def __init__(self, kept):
        self._kept = kept
        self.carried: list[Carriage] = []
        self.server = self.peer()

    def peer(self, family=V4, port=0):
        """A UDP socket."""
        peer = self._kept.enter_context(socket.socket(family, socket.SOCK_DGRAM))
        peer.bind((HOSTS[family], port))
        peer.setblocking(False)
        return peer

    def relay(self, faults=good, server=None, listening=()):
        """A relay between these sockets, or one of its own, and the server."""
        listening = list(listening) or [self.peer()]
        target = server or self.server
        made = Relay(listening, (target.family, target.getsockname()), faults, self.carried.append)
        self.front, self.link = listening[0].getsockname(), self._kept.enter_context(made)
        return self.link

    def sends(self, client, *datagrams):
        """A client sends these to the relay."""
        for datagram in datagrams:
            client.sendto(datagram, self.front)

    def carries(self, count):
        """The relay works until so many datagrams are shown: their fates."""
        assert self._works_until(lambda: len(self.carried) >= count), f"only {self.carried}"
        return [carriage.fate for carriage in self.carried]

    def comes(self, to):
        """The next datagram, and where it comes from."""
        assert self._works_until(lambda: bool(select.select([to], [], [], 0)[0])), "nothing has come"
        return to.recvfrom(100_000)

    def came(self, to, count):
        """The next so many datagrams."""
        return [self.comes(to)[0] for _ in range(count)]

    def _works_until(self, condition):
        return self.link._watch.until(lambda: condition(), Deadline(GENEROUS))


@pytest.fixture
def bench():
    """A server, and a relay to come."""
    with ExitStack() as kept:
        yield Bench(kept)


@pytest.fixture
def alice(bench):
    """A client."""
    return bench.peer()


@pytest.fixture
def bob(bench):
    """Another one."""
    return bench.peer()


def run(front, server):
    """Runs a relay until it has carried a datagram."""

    def show(carriage):
        raise Shown

    with Relay([front], (V4, server.getsockname()), good, show) as relay:
        relay.run()


def descriptors():
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def fates(*, of):
    """Faults that are known by what a datagram says."""
    return lambda flow, sign, datagram, before: of.get((sign, datagram), Fate.PASSED)


@pytest.mark.parametrize("datagram", [b"hello", b"", b"\xff\x00\n", b"x" * LARGEST_OF_IPV4])
def test_a_datagram_arrives_at_the_server_as_it_is(datagram, bench, alice):
    bench.relay()
    bench.sends(alice, datagram)
    assert bench.comes(bench.server)[0] == datagram


@pytest.mark.parametrize("datagram", [b"hello", b"", b"\xff\x00\n", b"x" * LARGEST_OF_IPV4])
def test_an_answer_arrives_at_the_client_from_where_she_has_sent_to(datagram, bench, alice):
    bench.relay()
    bench.sends(alice, b"hello")
    bench.server.sendto(datagram, bench.comes(bench.server)[1])
    assert bench.comes(alice) == (datagram, bench.front)


def test_each_client_gets_her_own_answers(bench, alice, bob):
    bench.relay()
    for client, datagram in ((alice, b"for alice"), (bob, b"for bob")):
        bench.sends(client, datagram)
        bench.server.sendto(*bench.comes(bench.server))
    assert (bench.comes(alice)[0], bench.comes(bob)[0]) == (b"for alice", b"for bob")


def test_the_server_tells_clients_apart_by_their_addresses(bench, alice, bob):
    bench.relay()
    bench.sends(alice, b"one", b"two")
    bench.sends(bob, b"three")
    senders = [bench.comes(bench.server)[1] for _ in range(3)]
    assert senders[0] == senders[1] != senders[2]


def test_it_is_shown_what_became_of_each_datagram(bench, alice, bob):
    bench.relay(fates(of={("<", b"one"): Fate.LOST}))
    bench.sends(alice, b"one")
    bench.server.sendto(*bench.comes(bench.server))
    bench.carries(2)
    bench.sends(bob, b"two")
    bench.carries(3)
    assert bench.carried == [(1, ">", b"one", Fate.PASSED), (1, "<", b"one", Fate.LOST), (2, ">", b"two", Fate.PASSED)]


def test_a_datagram_that_is_lost_does_not_arrive(bench, alice):
    bench.relay(fates(of={(">", b"one"): Fate.LOST}))
    bench.sends(alice, b"one", b"two")
    assert bench.comes(bench.server)[0] == b"two"


def test_a_datagram_that_is_repeated_arrives_twice(bench, alice):
    bench.relay(fates(of={(">", b"one"): Fate.REPEATED}))
    bench.sends(alice, b"one", b"two")
    assert bench.came(bench.server, 3) == [b"one", b"one", b"two"]


def test_a_datagram_that_is_held_back_arrives_after_the_next(bench, alice):
    bench.relay(fates(of={(">", b"one"): Fate.HELD}))
    bench.sends(alice, b"one", b"two", b"three")
    assert bench.came(bench.server, 3) == [b"two", b"one", b"three"]


def test_what_is_held_back_for_one_client_does_not_wait_for_another(bench, alice, bob):
    bench.relay(fates(of={(">", b"one"): Fate.HELD}))
    bench.sends(alice, b"one")
    bench.carries(1)
    bench.sends(bob, b"two")
    bench.carries(2)
    bench.sends(alice, b"three")
    assert bench.came(bench.server, 3) == [b"two", b"three", b"one"]


def test_answers_are_lost_repeated_and_held_back_as_well(bench, alice):
    answers = {("<", b"one"): Fate.LOST, ("<", b"two"): Fate.REPEATED, ("<", b"three"): Fate.HELD}
    bench.relay(fates(of=answers))
    bench.sends(alice, b"hello")
    _, client = bench.comes(bench.server)
    for answer in (b"one", b"two", b"three", b"four"):
        bench.server.sendto(answer, client)
    assert bench.came(alice, 4) == [b"two", b"two", b"four", b"three"]


def test_the_two_directions_have_fates_of_their_own(bench, alice):
    bench.relay(fates(of={("<", b"hello"): Fate.LOST}))
    bench.sends(alice, b"hello")
    bench.server.sendto(*bench.comes(bench.server))
    assert bench.carries(2) == [Fate.PASSED, Fate.LOST]


def test_the_same_seed_gives_the_same_fates_through_another_relay(bench):
    datagrams = [f"SAY {number} hello".encode() for number in range(40)]
    stories = []
    for count in (1, 2):
        bench.relay(seeded(7, loss=20, repeat=20, reorder=20))
        bench.sends(bench.peer(), *datagrams)
        stories.append(bench.carries(count * len(datagrams))[-len(datagrams) :])
    assert stories[0] == stories[1]
    assert set(stories[0]) == set(Fate)


def test_another_seed_gives_other_fates(bench):
    datagrams = [f"SAY {number} hello".encode() for number in range(40)]
    stories = []
    for seed in (1, 2):
        bench.relay(seeded(seed, loss=20, repeat=20, reorder=20))
        bench.sends(bench.peer(), *datagrams)
        stories.append(bench.carries(seed * len(datagrams))[-len(datagrams) :])
    assert stories[0] != stories[1]


def test_more_clients_than_there_may_be_are_not_carried(bench, alice, bob, monkeypatch):
    monkeypatch.setattr(relay_module, "MAX_FLOWS", 1)
    bench.relay()
    bench.sends(alice, b"one")
    bench.sends(bob, b"too many")
    bench.sends(alice, b"two")
    assert bench.came(bench.server, 2) == [b"one", b"two"]


def test_more_clients_than_there_may_be_cost_no_socket(bench, monkeypatch):
    monkeypatch.setattr(relay_module, "MAX_FLOWS", 1)
    bench.relay()
    clients = [bench.peer() for _ in range(10)]
    before = descriptors()
    for client in clients:
        bench.sends(client, b"hello")
    bench.sends(clients[0], b"the end")
    bench.came(bench.server, 2)
    assert descriptors() == before + 1


def test_a_link_to_itself_comes_to_rest(bench, alice, monkeypatch):
    monkeypatch.setattr(relay_module, "MAX_FLOWS", 5)
    front = bench.peer()
    bench.relay(server=front, listening=[front])
    bench.sends(alice, b"hello")
    bench.carries(5)
    bench.sends(alice, b"again")
    assert bench.carries(10) == [Fate.PASSED] * 10


def test_a_flood_on_one_socket_lets_others_have_their_turn(bench, alice, bob, monkeypatch):
    monkeypatch.setattr(relay_module, "AT_ONCE", 2)
    one, two = bench.peer(), bench.peer()
    bench.relay(listening=[one, two])
    for number in range(10):
        alice.sendto(b"%d" % number, one.getsockname())
    bob.sendto(b"hello", two.getsockname())
    bench.carries(11)
    assert b"hello" in [carriage.datagram for carriage in bench.carried[:3]]


def test_a_stranger_is_not_taken_for_the_server(bench, alice, bob):
    bench.relay()
    bench.sends(alice, b"hello")
    _, client = bench.comes(bench.server)
    bob.sendto(b"from a stranger", client)
    bench.server.sendto(b"from the server", client)
    assert bench.comes(alice)[0] == b"from the server"


def test_a_server_that_is_away_is_no_end_of_the_link(bench, alice):
    bench.relay()
    port = bench.server.getsockname()[1]
    bench.server.close()
    for number in range(3):
        bench.sends(alice, b"is anybody there?")
        bench.carries(number + 1)
    server = bench.peer(port=port)
    bench.sends(alice, b"hello", b"hello")  # as a client would, who has had no answer
    assert bench.comes(server)[0] == b"hello"


def test_the_first_datagram_to_a_server_that_has_come_back_arrives(bench, alice):
    bench.relay()
    port = bench.server.getsockname()[1]
    bench.server.close()
    bench.sends(alice, b"is anybody there?")
    bench.carries(1)
    server = bench.peer(port=port)
    bench.sends(alice, b"first", b"second")
    assert bench.comes(server)[0] == b"first"


def test_a_server_that_comes_back_is_heard(bench, alice):
    bench.relay()
    port = bench.server.getsockname()[1]
    bench.sends(alice, b"hello")
    _, client = bench.comes(bench.server)
    bench.server.close()
    bench.sends(alice, b"is anybody there?")
    bench.carries(2)
    bench.peer(port=port).sendto(b"again", client)
    assert bench.comes(alice)[0] == b"again"


def test_a_client_that_has_gone_is_no_end_of_the_link(bench, alice, bob):
    bench.relay()
    bench.sends(alice, b"hello")
    _, client = bench.comes(bench.server)
    alice.close()
    for number in range(3):
        bench.server.sendto(b"are you there?", client)
        bench.carries(number + 2)
    bench.sends(bob, b"hello")
    assert bench.comes(bench.server)[0] == b"hello"


@pytest.mark.skipif(not has_address("::1"), reason="this machine has no IPv6")
def test_a_client_of_ipv6_reaches_a_server_of_ipv4_and_is_answered(bench):
    bench.relay(listening=[bench.peer(V6)])
    alice = bench.peer(V6)
    bench.sends(alice, b"hello")
    bench.server.sendto(*bench.comes(bench.server))
    assert bench.comes(alice)[0] == b"hello"


@pytest.mark.skipif(not has_address("::1"), reason="this machine has no IPv6")
def test_a_client_of_ipv4_reaches_a_server_of_ipv6_and_is_answered(bench, alice):
    server = bench.peer(V6)
    bench.relay(server=server)
    bench.sends(alice, b"hello")
    server.sendto(*bench.comes(server))
    assert bench.comes(alice)[0] == b"hello"


def test_a_client_who_sends_to_two_sockets_is_answered_from_each(bench, alice):
    fronts = [bench.peer(), bench.peer()]
    bench.relay(listening=fronts)
    for front in fronts:
        alice.sendto(b"hello", front.getsockname())
        bench.server.sendto(*bench.comes(bench.server))
        assert bench.comes(alice) == (b"hello", front.getsockname())


def test_it_runs_until_it_is_interrupted(bench, alice):
    front = bench.peer()
    alice.sendto(b"hello", front.getsockname())
    with pytest.raises(Shown):
        run(front, bench.server)


def test_it_runs_on_when_nothing_has_come_for_a_while(bench, alice, monkeypatch):
    monkeypatch.setattr(relay_module, "ROUND", 0.001)
    front = bench.peer()
    late = threading.Timer(0.05, alice.sendto, (b"hello", front.getsockname()))
    late.start()
    with pytest.raises(Shown):
        run(front, bench.server)


def test_the_end_leaves_no_socket_open(bench, alice):
    before = descriptors()
    front = socket.socket(V4, socket.SOCK_DGRAM)
    front.setblocking(False)
    front.bind(("127.0.0.1", 0))
    alice.sendto(b"hello", front.getsockname())
    with pytest.raises(Shown):
        run(front, bench.server)
    assert descriptors() == before
