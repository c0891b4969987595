"""A real client, Python's irc library, as a check sees it. The servers are real, and tiny."""

import pytest

from tests.irc_desk import Desk, reason

JOINS = """if word == 'JOIN': answer = f':{nick}!u@h JOIN {rest}\\n:x 366 {nick} {rest} :End\\n'
        if word == 'PRIVMSG': answer = f':bob!b@h {line}\\n'"""


@pytest.fixture
def desk(tmp_path):
    """Where a test gets its servers from."""
    with Desk(tmp_path) as desk:
        yield desk


def test_what_the_library_sees_is_told(desk):
    server = desk.serves(JOINS)
    erin = server.with_library("erin")
    erin.does("join", "#den")
    erin.sees("join", "erin", "#den")
    erin.sees("endofnames", "", "#den")
    assert server.steps[2:] == [
        "erin connects with Python's irc library",
        "erin sees welcome: 'erin', 'hello'",
        "erin: connection.join('#den')",
        "erin sees join by erin: '#den'",
        "erin sees endofnames: 'erin', '#den', 'End'",
    ]


def test_texts_end_in_the_mark(desk):
    erin = desk.serves(JOINS, token="k7").with_library("erin")
    erin.does("privmsg", "#den", "hello you")
    erin.sees("pubmsg", "bob", "#den", "hello you")
    assert erin._steps[-1] == "erin sees pubmsg by bob: '#den', 'hello you k7'"


def test_what_does_not_come_is_told(desk):
    erin = desk.serves(JOINS).with_library("erin")
    desk.impatient()
    erin.does("join", "#den")
    text = "expected an event 'topic' by bob with '#den' in Python's irc library, but there was none"
    assert reason(erin.sees, "topic", "bob", "#den") == text


def test_what_came_instead_is_told(desk):
    erin = desk.serves(JOINS).with_library("erin")
    desk.impatient()
    erin.does("join", "#den")
    text = "expected an event 'join' by bob with '#den' in Python's irc library, but there was join by erin: '#den'"
    assert reason(erin.sees, "join", "bob", "#den") == text


def test_a_line_that_the_library_cannot_read_is_the_servers_fault(desk):
    server = desk.serves("if word == 'JOIN': answer = ':x 005 erin PREFIX=ov :are\\n:\\n'")
    erin = server.with_library("erin")
    erin.does("join", "#den")
    text = reason(erin.sees, "join", "erin")
    assert text.startswith("expected lines that Python's irc library understands, but it raised ")
