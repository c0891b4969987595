"""The clients of a chat server under test: what they take for an answer. The servers are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.lines import server as line_server
from grader.peers.lines.server import LineServer
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
SERVER = """\
import itertools, socket, sys, threading
numbers = itertools.count(1)
def serve(connection, number):
    for line in connection.makefile('rb'):
        line = line.decode().rstrip('\\n')
        {answers}
        connection.sendall(answer.encode())
    connection.close()
server = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=50)
while True:
    connection, _ = server.accept()
    threading.Thread(target=serve, args=(connection, next(numbers)), daemon=True).start()
"""
OK = "answer = 'OK ' + line + '\\n'"
NOTHING = "answer = ''"


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def serve(tmp_path, patience):
    """Meets a server that makes its answer of a line so."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def serve(answers, token=""):
            (tmp_path / "lab5" / "server.py").write_text(SERVER.format(answers=answers))
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token=token))
            return kept.enter_context(LineServer("server.py").meet(workspace, patience))

        yield serve


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_who_logs_in_is_answered(serve):
    server = serve(OK)
    server.logged_in("alice")
    assert server.steps == [
        "$ python lab5/server.py localhost PORT",
        "server listens",
        "alice connects",
        "alice > b'LOGIN alice\\n'",
        "alice < b'OK LOGIN alice'",
    ]


def test_texts_end_in_the_word_that_nobody_knows(serve):
    alice = serve("answer = line.replace('TELL bob', 'FROM alice') + '\\n'", token="k7").connect("alice")
    alice.says("TELL bob hi")
    alice.gets(b"FROM alice hi k7")
    alice.says("TELL bob hi")
    alice.gets("FROM alice hi")
    alice.says("WHO")
    alice.gets("WHO")


def test_notices_are_passed_over(serve):
    alice = serve("answer = '+ bob\\nUSERS alice bob\\nMEMBERS #den a\\nOK ALL\\n'").connect("alice")
    alice.says("ALL hi")
    alice.gets("OK ALL")
    alice.was_told(1, "+ bob")


def test_a_notice_that_is_waited_for_is_not_passed_over(serve):
    alice = serve("answer = '+ bob\\nUSERS alice\\n'").connect("alice")
    alice.says("WHO")
    assert reason(alice.gets, "USERS alice bob") == "expected alice to get b'USERS alice bob', but b'USERS alice' came"


def test_another_answer_is_named(serve):
    alice = serve("answer = 'ERR 404 nobody\\n'").connect("alice")
    alice.says("TELL bob hi")
    assert reason(alice.gets, "OK TELL") == "expected alice to get b'OK TELL', but b'ERR 404 nobody' came"


def test_that_nothing_came_is_said(serve, patience):
    patience.answer = BRIEF
    alice = serve(NOTHING).connect("alice")
    alice.says("ALL hi")
    text = "expected alice to get b'OK ALL', but nothing came and the connection is still open"
    assert reason(alice.gets, "OK ALL") == text


def test_a_line_without_its_end_is_shown(serve, patience):
    patience.answer = BRIEF
    alice = serve("answer = 'OK ALL'").connect("alice")
    alice.says("ALL hi")
    text = "expected alice to get b'OK ALL', but b'OK ALL' came and no more, although the connection is open"
    assert reason(alice.gets, "OK ALL") == text


def test_that_something_came_too_early_is_said(serve, patience):
    patience.answer = BRIEF
    alice = serve("answer = 'USERS alice\\nOK LOGIN alice\\n'").connect("alice")
    alice.logs_in()
    text = "expected alice to get b'USERS alice', but it came too early, before what is to come first"
    assert reason(alice.gets, "USERS alice") == text


def test_where_every_line_counts_no_notice_is_passed_over(serve):
    alice = serve("answer = '+ bob\\nOK ALL\\n'").connect("alice")
    alice.says("ALL hi")
    assert reason(alice.gets_just, "OK ALL") == "expected alice to get b'OK ALL' next, but b'+ bob' came"


def test_how_often_a_notice_came_is_counted(serve):
    alice = serve("answer = '+ bob\\n+ bob\\n' + line + '\\n'").connect("alice")
    alice.says("OK")
    alice.gets("OK")
    assert reason(alice.was_told, 1, "+ bob") == "expected alice to be told '+ bob' 1 time, but it came 2 times"


@pytest.mark.parametrize("answer", ["ERR 404", "ERR 404 there is no bob"])
def test_a_refusal_is_known_by_its_code(answer, serve):
    alice = serve(f"answer = '{answer}\\n'").connect("alice")
    alice.is_refused(404, "TELL bob hi", b"TELL \xc3\xa9 hi")


def test_another_code_is_named(serve):
    alice = serve("answer = 'ERR 400 no such name\\n'").connect("alice")
    text = "expected alice to get 'ERR 404' and a sentence, but b'ERR 400 no such name' came"
    assert reason(alice.is_refused, 404, "TELL bob hi") == text


def test_a_list_that_came_in_the_place_of_a_refusal_is_named(serve, patience):
    patience.answer = BRIEF
    alice = serve("answer = '+ bob\\nUSERS bob\\n'").connect("alice")
    text = "expected alice to get 'ERR 401' and a sentence, but b'USERS bob' came"
    assert reason(alice.is_refused, 401, "WHO") == text


def test_a_refusal_without_a_sentence_is_named(serve):
    alice = serve("answer = 'ERR 405\\n'").connect("alice")
    text = "expected alice to get 'ERR 405' and a sentence that says why, but b'ERR 405' came"
    assert reason(alice.is_told_why, 405, "HELLO") == text


@pytest.mark.parametrize("answer", ["PONG have I had it all?", "ERR 405 what?", "ERR 401"])
def test_whatever_answers_the_last_question_settles(answer, serve):
    serve(f"answer = '+ bob\\n{answer}\\n'").connect("alice").settles()


def test_another_answer_does_not_settle(serve):
    alice = serve("answer = 'OK ALL\\n'").connect("alice")
    assert reason(alice.settles) == "expected alice to get b'PONG have I had it all?', but b'OK ALL' came"


def test_carriage_returns_are_no_matter_but_for_one_check(serve):
    alice = serve("answer = 'OK ' + line + '\\r\\n'").connect("alice")
    alice.logs_in()
    text = "expected lines of the server to end in '\\n' alone, but they end in '\\r\\n'"
    assert reason(alice.had_plain_line_ends) == text


def test_who_is_let_go_is_told_nothing_any_more(serve, monkeypatch):
    monkeypatch.setattr(line_server, "TOLD_AT_ONCE", 2)
    server = serve("answer = 'OK TELL\\n' if next(numbers) < 4 else 'ERR 404 gone\\n'")
    alice = server.connect("alice")
    alice.tells_much(to="mallory")
    alice.is_refused(404, "TELL mallory still there?")
    assert "(again and again, 24,000 times at most)" in server.steps[3]


def test_that_somebody_is_held_up_is_said(serve, patience):
    patience.answer = BRIEF
    alice = serve(NOTHING).connect("alice")
    text = "expected alice to get an answer to each TELL, but nothing came and the connection is still open"
    assert reason(alice.tells_much, "mallory") == text


def test_many_commands_are_answered_in_their_order(serve):
    server = serve("answer = line.replace('I', 'O', 1) + '\\n'")
    server.connect("alice").sends_many_pings(25)
    assert server.steps[-2:] == [
        "alice > b'PING 0\\nPING 1\\n ...'        (25 commands at once)",
        "alice < b'PONG 0' ...        (25 answers)",
    ]


def test_an_answer_that_is_out_of_order_is_named(serve):
    alice = serve("answer = 'PONG 0\\n'").connect("alice")
    text = "expected alice to get b'PONG 1' as answer number 2, but b'PONG 0' came"
    assert reason(alice.sends_many_pings, 3) == text


def test_a_crowd_is_one_line_of_the_transcript(serve):
    server = serve(OK)
    crowd = server.crowd(20)
    assert [crowd[0].name, crowd[-1].name] == ["client_001", "client_020"]
    assert server.steps[2:] == ["20 clients connect and log in: client_001 ..."]


def test_a_race_has_one_winner(serve):
    server = serve("answer = 'OK LOGIN zoe\\n' if number == 1 else 'ERR 409 taken\\n'")
    server.race(5, "zoe")
    assert server.steps[2:] == ["5 clients say b'LOGIN zoe\\n' at the same time", "one gets the name"]


def test_a_race_with_two_winners_is_named(serve):
    server = serve("answer = 'OK LOGIN zoe\\n' if number < 3 else 'ERR 409 taken\\n'")
    text = "expected one to get the name, and 4 to get 'ERR 409', but 2 clients got 'OK LOGIN zoe', and 3 got 'ERR 409'"
    assert reason(server.race, 5, "zoe") == text


def test_a_client_is_found_by_her_name(serve):
    server = serve(OK)
    alice, bob = server.logged_in("alice", "bob")
    assert (server.client("alice"), server.client("bob")) == (alice, bob)
