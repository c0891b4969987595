"""An IRC server under test, as a conversation sees it. The servers are real, and tiny."""

import pytest

from tests.irc_desk import Desk, reason

JOINS = "if word == 'JOIN': answer = f':{nick}!u@h JOIN {rest}\\n:x 366 {nick} {rest} :End\\n'"
PASSWORD = """given = rest if word == 'PASS' else locals().get('given')
        if word == 'USER' and given != 'sesame': answer = ':x 464 * :No\\n'"""
MOTD = """if word == 'MOTD':
            with open(sys.argv[4], encoding='utf-8') as file:
                answer = ''.join(f':x 372 {nick} :- {each}' for each in file) + f':x 376 {nick} :End\\n'"""


FREE_AT_LAST = """if word == 'USER': answer = ''
        if word == 'NICK':
            tries = locals().get('tries', 0) + 1
            answer = f':x 001 {nick} :hello\\n' if tries > TRIES else f':x 433 * {nick} :in use\\n'"""


@pytest.fixture
def desk(tmp_path):
    """Where a test gets its servers from."""
    with Desk(tmp_path) as desk:
        yield desk


def test_who_joins_is_one_line_of_the_transcript(desk):
    server = desk.serves(JOINS)
    server.joined("#den", "alice", "bob", "carol")
    assert server.steps == [
        "$ python lab5/server.py localhost PORT",
        "server listens",
        "alice connects and registers",
        "bob connects and registers",
        "carol connects and registers",
        "alice, bob and carol join #den",
    ]


def test_options_and_the_file_of_motd_are_given(desk):
    server = desk.serves(MOTD, motd=("hello", "caf\u00e9"), options=("--oper", "root:x"))
    assert server.declared.options == ("--oper", "root:x")
    server = desk.serves(MOTD, motd=("hello", "caf\u00e9"))
    (alice,) = server.registered("alice")
    alice.says("MOTD")
    alice.gets_lines("372", ("hello", "caf\u00e9"), end="376")
    assert server.steps[0] == "$ python lab5/server.py localhost PORT --motd home/motd.txt"


def test_a_nick_may_be_free_only_a_moment_later(desk):
    server = desk.serves(FREE_AT_LAST.replace("TRIES", "3"))
    server.gives_back("alice")
    assert server.steps[2:] == ["alice connects anew and registers"]


def test_a_nick_that_is_never_free_is_told(desk):
    server = desk.serves(FREE_AT_LAST.replace("TRIES", "1_000_000"))
    text = "expected the nick alice to be free again, but 433 came for 0.5 seconds"
    assert reason(server.gives_back, "alice") == text


def test_the_password_is_given_before_the_nick(desk):
    answers = (
        "if word == 'PASS': given = rest\n        if word == 'USER' and given != 'sesame': answer = ':x 464 * :No\\n'"
    )
    server = desk.serves("given = locals().get('given')\n        " + answers, password="sesame")
    server.registered("alice")
    assert server.steps[0] == "$ python lab5/server.py localhost PORT --password sesame"


def test_a_crowd_is_one_line_of_the_transcript(desk):
    server = desk.serves(JOINS)
    crowd = server.crowd(20, "#den")
    assert [each.name for each in crowd[:2]] == ["member-001", "member-002"]
    assert server.steps[2:] == ["20 clients connect, register and join #den: member-001 ..."]


def test_of_a_crowd_the_one_for_whom_something_does_not_come_is_told(desk):
    server = desk.serves(JOINS.replace("'JOIN'", "'JOIN' and nick != 'member-003'"))
    server.registered("alice")
    desk.impatient()
    assert reason(server.crowd, 5, "#den").startswith("expected `366 member-003` for member-003, but")
    assert server.steps[-1] == "4 other clients did the same"
    assert not any(step.startswith("member-002") for step in server.steps)


def test_one_of_many_may_have_a_nick(desk):
    server = desk.serves("if word == 'USER' and connection is not everybody[0]: answer = f':x 433 * {nick} :In use\\n'")
    server.race(5, "zoe")
    assert server.steps[-1] == "5 clients say `NICK zoe` at the same time"


def test_that_all_of_many_have_one_nick_is_told(desk):
    text = "expected one of them to be welcome, and the others to get 433, but 5 were welcome"
    assert reason(desk.serves().race, 5, "zoe") == text


def test_what_is_printed_is_looked_at(desk):
    server = desk.serves()
    server.has_printed("IRC server on localhost port PORT")
    text = "expected the line 'ready' on standard output, but it printed 'IRC server on localhost port PORT'"
    assert reason(server.has_printed, "ready") == text


def test_nicks_are_free_in_the_next_conversation(desk):
    server = desk.serves()
    server.registered("alice")
    server.begin()
    assert server.steps == ["$ python lab5/server.py localhost PORT    (it runs already)"]
    server.registered("alice")
