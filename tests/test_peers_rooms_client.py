"""A client of the chat-room server under test: what she asks for, and what she makes of what comes. The server is a
socket whose answers are there before they are asked for."""

import socket

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.rooms import client as room_client
from grader.peers.rooms import stream as room_stream
from grader.peers.rooms.client import RoomClient
from grader.peers.rooms.stream import Habits, Seat

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
HELO = "HELO are you there? abcd\nIP:10.1.2.3\nPort:20123\nStudentID:17\n"
JOINED = "JOINED_CHATROOM: den_abcd\nSERVER_IP: 127.0.0.1\nPORT: 20123\nROOM_REF: 3\nJOIN_ID: 4\n"
LEFT = "LEFT_CHATROOM: 3\nJOIN_ID: 4\n"
ERROR = "ERROR_CODE: 2\nERROR_DESCRIPTION: no such room\n"
OPEN = "and the connection is still open"


@pytest.fixture
def meet(monkeypatch):
    """Makes a client who finds these answers, and the server's end of her connection."""
    monkeypatch.setattr(room_stream, "REST", BRIEF)
    monkeypatch.setattr(room_stream, "SETTLES", BRIEF)
    opened = []

    def meet(answers="", *, name="alice", patience=GENEROUS):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ours = socket.create_connection(listener.getsockname())
            theirs, _ = listener.accept()
        opened.extend((ours, theirs))
        theirs.settimeout(GENEROUS)
        theirs.sendall(answers.encode())
        more = {"patience": Patience(patience, patience), "unread": lambda: 0, "mark": "abcd", "neutral": neutral}
        client = RoomClient(name, ours, steps=[], **more)
        client.server = theirs
        return client

    yield meet
    for each in opened:
        each.close()


def neutral(text):
    return text.replace("20123", "PORT")


def chat(text, name="bob", ref=3, end="\n\n"):
    return f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}{end}"


def in_the_den(meet, answers="", **more):
    """alice, who is a member of the den, and finds these answers then."""
    alice = meet(JOINED + answers, **more)
    alice.joins("den")
    alice.server.recv(1000)
    return alice


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


@pytest.mark.parametrize("answer", [HELO, HELO.removesuffix("\n"), "\n" + HELO.lower().replace("helo", "HELO")])
def test_hello_is_answered_by_four_lines(meet, answer):
    alice = meet(answer)
    alice.says_hello()
    assert alice.server.recv(1000) == b"HELO are you there? abcd\n"


def test_a_transcript_has_neither_ports_nor_addresses_of_this_machine(meet):
    alice = meet(HELO)
    alice.says_hello()
    assert alice._steps == [
        r"alice > HELO are you there? abcd \n",
        r"alice < HELO are you there? abcd \n IP:ADDRESS \n Port:PORT \n StudentID:17 \n",
    ]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            HELO.replace(" are you there? abcd", ""),
            "'HELO are you there? abcd' as the first of the four lines, but it is 'HELO '",
        ),
        (HELO.replace("10.1.2.3", " "), "alice to get an address after `IP:`, but there is nothing"),
        (
            HELO.replace("IP", "Ip address"),
            "alice to get the line `IP:` as number 2 of HELO, but it is 'Ip address:10.1.2.3'",
        ),
    ],
)
def test_another_answer_to_hello_is_named(meet, answer, text):
    assert reason(meet(answer).says_hello) == text


def test_a_helo_that_lacks_a_line_is_shown(meet):
    alice = meet(HELO[: HELO.index("Student")], patience=BRIEF)
    assert reason(alice.says_hello) == (
        r"alice to get the four lines that answer 'HELO are you there? abcd', but HELO are you there? abcd \n "
        r"IP:ADDRESS \n Port:PORT \n came and no more, although the connection is open"
    )


def test_who_joins_is_told_two_numbers(meet):
    alice = meet(JOINED)
    assert alice.joins("den") == Seat("den_abcd", 3, 4)
    assert alice.server.recv(1000) == b"JOIN_CHATROOM: den_abcd\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: alice\n"


def test_what_others_say_is_passed_over(meet):
    alice = meet(chat("hello", ref=7) + "what is this?\n" + JOINED)
    assert alice.joins("den").ref == 3


def test_a_number_that_is_none_is_named(meet):
    text = "alice to get an integer after `ROOM_REF:`, but it is 'den'"
    assert reason(meet(JOINED.replace("REF: 3", "REF: den")).joins, "den") == text


def test_an_error_in_place_of_an_answer_is_named(meet):
    assert reason(meet(ERROR).joins, "den") == (
        "alice to get `JOINED_CHATROOM: den_abcd` and four more lines, "
        r"but ERROR_CODE: 2 \n ERROR_DESCRIPTION: no such room \n came"
    )


def test_an_error_beside_an_answer_is_no_matter(meet):
    assert meet(ERROR + JOINED).joins("den").ref == 3


def test_another_answer_is_named(meet):
    text = r"alice to get `LEFT_CHATROOM: 3` and `JOIN_ID: 4`, but LEFT_CHATROOM: 7 \n JOIN_ID: 4 \n came"
    assert reason(in_the_den(meet, LEFT.replace("3", "7")).leaves, "den") == text
    text = "alice to get `JOINED_CHATROOM: den_abcd` and four more lines, but JOINED_CHATROOM: Den"
    assert reason(meet(JOINED.replace("den", "Den")).joins, "den").startswith(text)


def test_who_enters_is_a_member_when_the_join_message_has_come(meet):
    alice = meet(JOINED + chat("alice is here", "alice") + chat("hello abcd"))
    alice.enters("den")
    assert alice.habits == Habits(tells_who_joined=True)
    alice.hears("bob", "den", "hello")


def test_a_server_without_join_messages_is_waited_for_once(meet):
    alice = meet(JOINED)
    alice.enters("den")
    assert alice.habits == Habits(tells_who_joined=False)
    assert not alice._patience.is_tried
    alice.server.sendall(JOINED.encode())
    alice.enters("den")


def test_the_join_message_comes_after_the_answer(meet):
    in_the_den(meet, chat("alice has joined", "alice")).is_told_that_she_has_joined("den")
    early = meet(chat("alice has joined", "alice") + JOINED)
    early.joins("den")
    text = "JOINED_CHATROOM first, and the join message after it, but the message came first"
    assert reason(early.is_told_that_she_has_joined, "den") == text


def test_a_message_about_somebody_has_her_name_in_it(meet):
    alice = in_the_den(meet, chat("Hooray, bob!", "server"))
    alice.hears_of("bob", "den")
    alice.server.close()
    text = "alice to get `CHAT: 3` with 'bob' in its MESSAGE, but nothing came before the connection ended"
    assert reason(alice.hears_of, "bob", "den") == text


def test_two_members_share_a_room(meet):
    alice, bob = in_the_den(meet), in_the_den(meet, name="bob")
    assert reason(bob.shares_a_room_with, alice, "den") == "bob to have another JOIN_ID than alice, but both have 4"
    bob._seats["den"] = Seat("den", 5, 5)
    assert reason(bob.shares_a_room_with, alice, "den") == "bob to get `ROOM_REF: 3`, as before, but it is 5"
    bob._seats["den"] = Seat("den", 3, 5)
    bob.shares_a_room_with(alice, "den")


def test_rooms_have_refs_of_their_own(meet):
    alice = in_the_den(meet)
    den = alice._seats["den"]
    alice.finds_another_room(den, den._replace(ref=4))
    assert reason(alice.finds_another_room, den, den) == "two rooms to have different ROOM_REFs, but both have 3"


def test_what_she_says_goes_out_in_one_segment(meet):
    alice = in_the_den(meet)
    alice.says("den", "one", "two")
    said = "".join(f"CHAT: 3\nJOIN_ID: 4\nCLIENT_NAME: alice\nMESSAGE: {text} abcd\n\n" for text in ("one", "two"))
    assert alice.server.recv(1000) == said.encode()


@pytest.mark.parametrize("end", ["\n\n", "\n"])
def test_messages_are_heard_in_any_order(meet, end):
    in_the_den(meet, chat("two abcd", end=end) + chat("one  abcd ".replace("  ", " "), end=end)).hears(
        "bob", "den", "one", "two"
    )


def test_another_text_is_named(meet):
    alice = in_the_den(meet, chat("HELLO ABCD"))
    came = r"CHAT: 3 \n CLIENT_NAME: bob \n MESSAGE: HELLO ABCD \n came"
    assert (
        reason(alice.hears, "bob", "den", "hello") == f"alice to get `CHAT: 3` with `MESSAGE: hello abcd`, but {came}"
    )


def test_another_name_is_named(meet):
    alice = in_the_den(meet, chat("hello abcd", name="eve"))
    assert reason(alice.hears, "bob", "den", "hello") == "`CLIENT_NAME: bob` in what alice gets, but it is 'eve'"


def test_what_is_in_another_room_is_not_heard(meet):
    alice = in_the_den(meet, chat("hello abcd", ref=7), patience=BRIEF)
    assert "what came last is CHAT: 7" in reason(alice.hears, "bob", "den", "hello")


def test_a_whole_message_has_all_its_lines(meet):
    text = "one\nCHAT: two"
    in_the_den(meet, chat(f"{text} abcd")).hears("bob", "den", text, whole=True)
    cut_short = in_the_den(meet, chat("one abcd"))
    assert reason(cut_short.hears, "bob", "den", text, whole=True) == (
        r"alice to get `CHAT: 3` with `MESSAGE: one \n CHAT: two abcd`, "
        r"but CHAT: 3 \n CLIENT_NAME: bob \n MESSAGE: one abcd \n \n came"
    )


def test_how_often_a_text_came_is_counted(meet):
    alice = in_the_den(meet, chat("hello abcd") * 2 + chat("bye abcd"))
    alice.hears("bob", "den", "bye")
    alice.heard_once("bye")
    assert reason(alice.heard_once, "hello") == "alice to get 'hello abcd' once, but it came 2 times"
    alice.has_not_heard("good morning")
    assert reason(alice.has_not_heard, "hello") == "alice not to get 'hello abcd', but it came"


@pytest.mark.parametrize(("end", "is_right"), [("\n\n", True), ("\n\n\n", False), ("\n", False), ("\r\n\r\n", False)])
def test_a_message_ends_with_an_empty_line(meet, end, is_right):
    alice = in_the_den(meet, chat("one abcd", end=end) + chat("two abcd"))
    alice.hears("bob", "den", "one", "two")
    if is_right or end == "\n\n\n":  # more empty lines than one do no harm
        alice.has_had_empty_lines_after("one")
    else:
        text = reason(alice.has_had_empty_lines_after, "one")
        assert text.startswith(r"an empty line after each message, `\n\n` at its end, but CHAT: 3 \n CLIENT_NAME: bob")


def test_who_joins_again_may_be_refused(meet):
    in_the_den(meet, ERROR).joins_again("den")
    in_the_den(meet, JOINED).joins_again("den")
    silent = in_the_den(meet, patience=BRIEF)
    assert (
        reason(silent.joins_again, "den") == f"alice to get JOINED_CHATROOM again, or an error, but nothing came {OPEN}"
    )


def test_who_leaves_is_told_the_same_numbers(meet):
    alice = in_the_den(meet, chat("alice has left") + LEFT + LEFT.replace("4", "9"))
    assert alice.leaves("den") == Seat("den_abcd", 3, 4)
    assert alice.server.recv(1000) == b"LEAVE_CHATROOM: 3\nJOIN_ID: 4\nCLIENT_NAME: alice\n"
    assert reason(alice.leaves, "den") == "`JOIN_ID: 4` after `LEFT_CHATROOM: 3`, but it is 9"


def test_she_may_speak_byte_by_byte(meet):
    alice = meet()
    alice.speaks_byte_by_byte()
    alice.disconnects()
    assert alice._steps == [r"alice > DISCONNECT: 0 \n PORT: 0 \n CLIENT_NAME: alice \n        (byte by byte)"]


def test_what_comes_again_and_again_is_told_once(meet):
    alice = meet("WHAT?\n" * 3 + HELO)
    alice.says_hello()
    assert alice._steps[1:] == [
        r"alice < WHAT? \n        (3 times)",
        r"alice < HELO are you there? abcd \n IP:ADDRESS \n Port:PORT \n StudentID:17 \n",
    ]


def test_she_may_say_something_in_two_halves(meet):
    alice = in_the_den(meet)
    alice.begins_to_say("den", "hello")
    begun = alice.server.recv(1000)
    alice.goes_on()
    assert begun + alice.server.recv(1000) == b"CHAT: 3\nJOIN_ID: 4\nCLIENT_NAME: alice\nMESSAGE: hello abcd\n\n"
    assert begun == b"CHAT: 3\nJOIN_ID: 4\nCLIENT_NAM"


def test_an_empty_line_is_seen_in_a_transcript(meet):
    alice = meet()
    alice.sends_nonsense(b"\n")
    assert alice._steps == [r"alice > \n"]


def test_she_may_have_another_name(meet):
    alice = meet()
    alice.is_called("Zoë B")
    alice.asks_to_join("den")
    assert alice.server.recv(1000).endswith("CLIENT_NAME: Zoë B\n".encode())


def test_she_says_goodbye(meet):
    alice = meet()
    alice.says_goodbye()
    assert alice.server.recv(1000) == b"DISCONNECT: 0\nPORT: 0\nCLIENT_NAME: alice\n"
    assert alice.server.recv(1) == b""
    assert alice._steps == []


def test_what_has_no_end_is_told_shortly(meet, monkeypatch):
    monkeypatch.setattr(room_client, "LINE", "x" * 5)
    alice = in_the_den(meet)
    alice.sends_without_end(b"HELO ", 1000)
    alice.says_without_end("den", 1000)
    said = r"CHAT: 3 \n JOIN_ID: 4 \n CLIENT_NAME: alice \n MESSAGE: xxxxx \n ..."
    assert alice._steps[-2:] == [
        "alice > HELO xxx...        (1,000 bytes more, and no end)",
        f"alice > {said}        (1,000 bytes more, no empty line among them, and no end)",
    ]


def test_thousands_of_messages_are_heard(meet, monkeypatch):
    monkeypatch.setattr(room_client, "MUCH", 4)
    monkeypatch.setattr(room_client, "AT_ONCE", 2)
    texts = [f"{room_client.MUCH_TEXT} {number} abcd" for number in range(1, 5)]
    answers = "".join(chat(text) for text in texts)
    alice, bob = in_the_den(meet, answers), in_the_den(meet, answers, name="bob")
    alice.hears_much(bob, "den")
    assert bob.server.recv(100_000).count(b"MESSAGE: ") == 4
    assert alice._steps[-1] == "alice < CHAT ...        (4 messages of 900 bytes and some)"


def test_that_one_of_thousands_does_not_come_is_said(meet, monkeypatch):
    monkeypatch.setattr(room_client, "MUCH", 4)
    monkeypatch.setattr(room_client, "AT_ONCE", 2)
    alice, bob = in_the_den(meet, patience=BRIEF), in_the_den(meet, name="bob")
    assert reason(alice.hears_much, bob, "den") == (
        "alice to get each of the 4 messages soon, but then no more came, although the connection is open"
    )
