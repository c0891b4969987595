"""Much at once, for an IRC server under test. The servers are real, and tiny."""

import pytest

from grader.peers.irc import load
from tests.irc_desk import Desk, reason

TO_BOB = """if word == 'PRIVMSG':
            everybody[1].sendall(f':alice!a@h {line}\\n'.encode())"""


@pytest.fixture
def desk(tmp_path):
    """Where a test gets its servers from."""
    with Desk(tmp_path) as desk:
        yield desk


def test_all_of_a_flood_is_counted(desk):
    server = desk.serves(TO_BOB)
    alice, bob = server.registered("alice", "bob")
    server.floods(alice, 300, to=bob)
    server.passes_on_all(alice, bob, 300, seconds=0)
    assert server.steps[-2:] == [
        "alice > PRIVMSG bob 1        (then 2, 3 ... 300, all at once)",
        "bob < :alice PRIVMSG bob 1 ...        (until 300)",
    ]


def test_a_flood_that_did_not_wait_is_told(desk):
    server = desk.serves(TO_BOB)
    alice, bob = server.registered("alice", "bob")
    server.floods(alice, 10, to=bob)
    assert reason(server.passes_on_all, alice, bob, 10, seconds=60).startswith("expected 10 lines to take 60 seconds")


def test_a_flood_of_which_nothing_had_to_wait_is_told(desk):
    server = desk.serves(TO_BOB)
    alice, bob = server.registered("alice", "bob")
    server.floods(alice, 10, to=bob)
    assert reason(server.has_passed_on, alice, bob, less_than=0).startswith("expected some of alice's 0 lines to wait")


def test_a_number_that_is_missing_is_told(desk):
    server = desk.serves(TO_BOB.replace("'PRIVMSG'", "'PRIVMSG' and not rest.endswith(' 7')"))
    alice, bob = server.registered("alice", "bob")
    server.floods(alice, 10, to=bob)
    assert reason(load.numbers_heard, bob, "alice", until=10) == "expected `7` from alice next, but 8 came"


def test_many_pings_are_answered(desk):
    (alice,) = desk.serves().registered("alice")
    load.many_pings(alice, 1_000)
    assert alice._steps[-1] == "alice > PING n0 ...        (1,000 PINGs at once, 1,000 PONGs)"


def test_a_ping_that_is_not_answered_is_told(desk):
    server = desk.serves("if line == 'PING n3': answer = ''")
    (alice,) = server.registered("alice")
    text = "expected PONG n3 as answer number 4, but `:x PONG x n4` came"
    assert reason(load.many_pings, alice, 6) == text
    assert "alice > PING n0        (then n1, n2 ..., 6 PINGs at once)" in alice._steps


def test_who_is_told_too_much_is_not_told_more(desk):
    server = desk.serves("if word == 'PRIVMSG': answer = ':bob!b@h QUIT :gone\\n'")
    alice, bob = server.registered("alice", "bob")
    bob.stops_reading()
    server.tells_much(alice, to=bob)
    assert alice._steps[-1] == "alice > PRIVMSG bob :xxx...        (again and again, 12 MB at most)"
