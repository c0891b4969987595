"""What came to a client of an IRC server, and when all of it is there. The servers are real, and tiny."""

import pytest

from tests.irc_desk import Desk, reason

ASKS = """if word == 'WHO': answer = 'PING :still there?\\n'
        if word == 'PONG': answer = 'X ' + rest + '\\n'"""
TO_ALL = """if word == 'PRIVMSG':
            for other in everybody:
                if other is not connection:
                    other.sendall(f':alice!a@h {line}\\n'.encode())"""


@pytest.fixture
def desk(tmp_path):
    """Where a test gets its servers from."""
    with Desk(tmp_path) as desk:
        yield desk


def test_what_came_is_told_and_the_questions_of_the_grader_are_not(desk):
    (alice,) = desk.serves("if word == 'WHO': answer = ':x 315 alice nobody :End\\n'").registered("alice")
    alice.says("WHO nobody")
    alice.gets("315 nobody")
    assert alice._steps[2:] == ["alice connects and registers", "alice > WHO nobody", "alice < :x 315 alice nobody End"]


def test_that_others_have_been_dealt_with_is_known_before_anything_is_proven(desk):
    alice, bob = desk.serves(TO_ALL).registered("alice", "bob")
    for number in range(50):
        alice.says(f"PRIVMSG bob :number {number}")
        bob.gets_once(f":alice PRIVMSG bob :number {number}")


def test_ping_is_answered(desk):
    server = desk.serves(
        "if word == 'WHO': answer = 'PING :still there?\\n'\n        if word == 'PONG': answer = 'X ' + rest + '\\n'"
    )
    (alice,) = server.registered("alice")
    alice.says("WHO x")
    alice.catches_up()
    alice.gets("X :still there?")
    assert alice.pings == 1


def test_a_server_without_ping_is_no_reason_to_wait(desk):
    (alice,) = desk.serves("if word == 'PING': answer = ':x 421 alice PING :What?\\n'").registered("alice")
    assert reason(alice.gets, "315 bob").endswith("but nothing came and the connection is still open")


def test_a_server_that_does_not_answer_ping_is_told_so(desk):
    server = desk.serves("if word == 'PING': answer = ''")
    desk.impatient()
    alice = server.connect("alice")
    text = "`:x 005 alice CASEMAPPING=ascii NICKLEN=9 :are supported` came and nothing else"
    assert reason(alice.registers) == f"expected PONG, when alice asks PING, but {text}"


def test_what_the_server_supports_is_known(desk):
    (alice,) = desk.serves().registered("alice")
    assert alice.supports == {"CASEMAPPING": "ascii", "NICKLEN": "9"}


def test_a_line_that_is_no_message_is_the_servers_fault(desk):
    (alice,) = desk.serves("if word == 'WHO': answer = ': 315 x\\n'").registered("alice")
    alice.says("WHO x")
    text = "expected lines of IRC from the server, but `: 315 x` came: there is nothing behind the : of the source"
    assert reason(alice.catches_up) == text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (":x 329 alice #den 1767225600", "alice < :x 329 alice #den TIME"),
        ("@time=2026-01-31T12:00:00.000Z :bob!b@h JOIN #den", "alice < @time=TIME :bob!b@h JOIN #den"),
        (":x 391 alice x :Sunday", "alice < :x 391 alice x ..."),
        (":x 317 bob alice 7 1767225600 :idle", "alice < :x 317 bob alice SECONDS TIME idle"),
    ],
)
def test_times_are_left_out_of_the_transcript(line, told, desk):
    (alice,) = desk.serves(f"if word == 'WHO': answer = {line!r} + '\\n'").registered("alice")
    alice.says("WHO x")
    alice.catches_up()
    assert alice._steps[-1] == told


def test_the_end_of_the_connection_is_seen(desk):
    (alice,) = desk.serves().registered("alice")
    alice.quits()
    assert alice._steps[-1] == "alice's connection ends"
