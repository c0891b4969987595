"""Transcripts as columns and arrows: every form of sentence, who stands where, and that nothing is lost."""

import time

import pytest

from grader.report.diagram import SHOWN_CHARACTERS, SHOWN_STEPS, Step, drawn

LISTENS = ("$ python lab5/server.py localhost PORT", "server listens")
CLIENT = ("$ python lab5/week2_udp/client.py localhost PORT alice",)
# A line that the peers write behind those above, who acts in it, on whom, and what is written at the arrow.
OF_A_SERVER = [
    ("alice connects", "alice", "server", "connects"),
    (
        "eve tries to connect to 127.0.0.1 and is refused",
        "eve",
        "server",
        "tries to connect to 127.0.0.1 and is refused",
    ),
    ("alice connects and registers", "alice", "server", "connects and registers"),
    ("alice > b'Hello > server!'", "alice", "server", "b'Hello > server!'"),
    ("alice < b'Hello < server!'", "server", "alice", "b'Hello < server!'"),
    ("client 12 > GET /messages?wait=30", "client 12", "server", "GET /messages?wait=30"),
    ("100 clients < b'good morning'", "server", "100 clients", "b'good morning'"),
    (r"[a]\`_^{|}-9 > NICK a", r"[a]\`_^{|}-9", "server", "NICK a"),
    ("alice hangs up", "alice", "server", "hangs up"),
    ("alice shuts down her sending side", "alice", "server", "shuts down her sending side"),
    ("carol is gone: her connection is reset", "carol", "server", "is gone: her connection is reset"),
    ("bob's connection ends", "server", "bob", "connection ends"),
    ("erin: connection.join('#real')", "erin", "server", "connection.join('#real')"),
    ("erin sees join by erin: '#real'", "server", "erin", "sees join by erin: '#real'"),
    ("the connection ends", "server", "", "the connection ends"),
    ("another program listens on localhost PORT", "server", "", "another program listens on localhost PORT"),
    ("server gets SIGINT", "server", "", "server gets SIGINT"),
    ("carol is not registered any more", "server", "", "carol is not registered any more"),
    ("alice and bob join #talk", "server", "", "alice and bob join #talk"),
    ("chatroom.toml:", "server", "", "chatroom.toml:"),
    ("a line of a form that nobody knows", "server", "", "a line of a form that nobody knows"),
    ("", "server", "", ""),
]
OF_A_CLIENT = [
    ("client > HELLO alice", "client", "server", "HELLO alice"),
    ("client < WELCOME alice", "server", "client", "WELCOME alice"),
    ("client 2 > HELLO alice", "client", "server", "client 2: HELLO alice"),
    ("client connects", "client", "server", "connects"),
    ("client ends the connection", "client", "server", "ends the connection"),
    ("the server ends the connection", "server", "client", "ends the connection"),
    ("you type 'hello'", "you", "client", "you type 'hello'"),
    ("you press Ctrl-D: the input ends", "you", "client", "you press Ctrl-D: the input ends"),
    ("the input ends", "you", "client", "the input ends"),
    ("client prints 'bob: hello'", "client", "you", "client prints 'bob: hello'"),
    ("client tells the user", "client", "you", "client tells the user"),
    ("client 2 prints 'x'", "client", "you", "client 2 prints 'x'"),
    ("the screen shows 'hello'", "client", "you", "the screen shows 'hello'"),
    ("mallory, at another address > client: OK 1", "mallory", "client", "OK 1"),
    ("client > another server: GET /", "client", "another server", "GET /"),
    ("client < another server: 200 OK", "another server", "client", "200 OK"),
    ("bob > b'ALL hello'", "bob", "server", "b'ALL hello'"),
    ("nobody types, for a second", "you", "", "nobody types, for a second"),
    ("the server falls silent", "server", "", "the server falls silent"),
    ("bob talks and talks", "server", "", "bob talks and talks"),
    ("bob says 'see you', and 1 more message", "server", "", "bob says 'see you', and 1 more message"),
    ("s1234567 is registered", "server", "", "s1234567 is registered"),
    ("client 2 ended with status 1", "client", "", "client 2 ended with status 1"),
    ("its mode is 0600", "client", "", "its mode is 0600"),
]


def last(*transcript: str) -> Step:
    return drawn(transcript).steps[-1]


@pytest.mark.parametrize(("line", "source", "target", "said"), OF_A_SERVER)
def test_who_does_what_to_a_server(line, source, target, said):
    assert last(*LISTENS, line) == Step(source, target, (said,))


@pytest.mark.parametrize(("line", "source", "target", "said"), OF_A_CLIENT)
def test_who_does_what_to_a_client(line, source, target, said):
    assert last(*CLIENT, line) == Step(source, target, (said,))


def test_what_one_does_alone_is_a_note_over_the_column_that_is_there():
    assert last("alice connects", "alice does not read any more").source == "alice"


def test_a_pair_has_a_column_for_each_program():
    lines = ("server: $ python server.py", "alice: $ python client.py", "alice: you type 'hi'", "nothing happens")
    diagram = drawn(lines)
    assert (diagram.lanes, diagram.programs) == (("alice", "server"), {"alice", "server"})
    assert [step.source for step in diagram.steps] == ["server", "alice", "alice", "server"]
    assert diagram.steps[2].lines == ("alice: you type 'hi'",)


def test_remarks_are_told_apart():
    step = last(*CLIENT, "client > HELLO (alice)        (lost on purpose)        (20 times)")
    assert step == Step("client", "server", ("HELLO (alice)",), ("lost on purpose", "20 times"))
    assert step.is_lost


def test_what_has_arrived_is_not_lost():
    assert not last(*CLIENT, "client > HELLO alice        (held back on purpose)").is_lost


def test_the_lines_of_a_file_stay_together():
    assert last("my.toml:", "    [server]", "    port = 1").lines == ("my.toml:", "    [server]", "    port = 1")


@pytest.mark.parametrize(
    ("transcript", "lanes"),
    [
        ((), ("server",)),
        (LISTENS, ("server",)),
        (CLIENT, ("client",)),
        (("alice connects", "bob connects", "carol connects"), ("alice", "server", "bob", "carol")),
        ((*CLIENT, "client > HELLO", "you type 'x'"), ("you", "client", "server")),
        ((*CLIENT, "mallory, at another address > client: OK 1", "client > HELLO"), ("client", "server", "mallory")),
    ],
)
def test_columns_stand_where_one_expects_them(transcript, lanes):
    assert drawn(transcript).lanes == lanes


def test_of_a_crowd_the_last_have_columns():
    diagram = drawn([f"client {number} > hello" for number in range(1, 31)])
    assert diagram.lanes == ("client 28", "server", "client 29", "client 30", "others")
    assert diagram.steps[0] == Step("others", "server", ("client 1: hello",))


def test_a_long_conversation_is_shown_from_its_end():
    diagram = drawn([*LISTENS, *(f"alice > {number}" for number in range(500))])
    assert (len(diagram.steps), diagram.left_out) == (SHOWN_STEPS, 502 - SHOWN_STEPS)
    assert diagram.steps[-1] == Step("alice", "server", ("499",))


def test_a_long_step_is_cut_and_says_so():
    assert last("alice > " + "x" * 1000).lines == ("x" * SHOWN_CHARACTERS + " ... (1,000 characters)",)


def test_columns_are_spread_over_the_width():
    diagram = drawn(("alice connects", "bob connects"))
    assert [diagram.at(lane) for lane in diagram.lanes] == [16.67, 50, 83.33]


@pytest.mark.parametrize(
    ("transcript", "roles"),
    [
        (("alice connects",), ["", "your program"]),
        ((*CLIENT, "client > HELLO", "you type 'x'"), ["at the keyboard", "your program", "the lab's"]),
    ],
)
def test_columns_say_whose_they_are(transcript, roles):
    diagram = drawn(transcript)
    assert [diagram.role(lane) for lane in diagram.lanes] == roles


@pytest.mark.parametrize("text", ["(" * 10_000, "        (" * 5_000, "a " * 5_000, "> < : $ " * 2_000])
def test_no_text_holds_the_reader_up(text):
    began = time.process_time()
    assert last(f"alice > {text}").target == "server"
    assert time.process_time() - began < 2  # as measured: 0.01
