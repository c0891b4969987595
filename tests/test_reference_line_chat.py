"""The chat server of week 7, held in the hand: bytes in, bytes out."""

import random

import pytest

from grader.reference import line_chat
from grader.reference.line_chat import MAX_ROOMS, LineChat
from grader.wire.streams import Delivery

NAMES = ("alice", "bob", "carol")
CONVERSATION = (
    b"ALL hi\r\n\nCREATE #den\nTELL bob psst\nROOM #den alone\nPART #den\nHELLO\nPING one\n" + b"x" * 600 + b"\nWHO\n"
)


@pytest.fixture
def heard():
    """Who came, what was said, and who left, since alice, bob and carol are there."""
    return []


@pytest.fixture
def chat(heard):
    """A chat where alice, bob and carol are logged in; their names are their addresses, too."""
    chat = LineChat(lambda name, text: heard.append((name, text)))
    for name in NAMES:
        chat.opens(name)
        chat.receives(name, f"LOGIN {name}\n".encode())
    heard.clear()
    return chat


def says(chat, who, *lines):
    """What is sent when somebody says these lines: (to whom, line), in order."""
    deliveries = chat.receives(who, "".join(f"{line}\n" for line in lines).encode())
    return told(deliveries)


def told(deliveries):
    """(to whom, line) of each line."""
    return [(to, line) for to, data, _ in deliveries for line in data.decode().splitlines()]


def answer(chat, who, line):
    """The only line that answers this, to whom it came from."""
    [(to, came)] = says(chat, who, line)
    assert to == who
    return came


def test_a_login_is_answered_and_told_to_the_others():
    chat = LineChat()
    assert [chat.opens("first"), chat.opens("second")] == [[], []]
    assert says(chat, "first", "login bob") == [("first", "OK LOGIN bob"), ("first", "USERS bob")]
    assert says(chat, "second", "LOGIN alice") == [
        ("second", "OK LOGIN alice"),
        ("second", "USERS alice bob"),
        ("first", "+ alice"),
    ]
    assert chat.names() == ["alice", "bob"]


def test_a_logout_is_answered_and_ends_the_connection(chat):
    deliveries = chat.receives("bob", b"LOGOUT\nWHO\n")
    assert deliveries[0] == Delivery("bob", b"OK LOGOUT\n", ends=True)
    assert told(deliveries[1:]) == [("alice", "- bob"), ("carol", "- bob")]
    assert chat.receives("bob", b"WHO\n") == chat.ends("bob") == []


def test_the_end_of_a_connection_is_a_logout(chat):
    assert told(chat.ends("bob")) == [("alice", "- bob"), ("carol", "- bob")]
    assert chat.names() == ["alice", "carol"]


def test_nobody_is_told_of_the_end_of_who_has_no_name(chat):
    chat.opens("stranger")
    assert chat.ends("stranger") == []


def test_a_tell_goes_to_one(chat):
    assert says(chat, "alice", "TELL bob  hi") == [("alice", "OK TELL"), ("bob", "FROM alice  hi")]


def test_who_tells_herself_something_is_answered_first(chat):
    assert says(chat, "alice", "TELL alice hi") == [("alice", "OK TELL"), ("alice", "FROM alice hi")]


def test_all_goes_to_all_others(chat):
    assert says(chat, "bob", "ALL hi") == [("bob", "OK ALL"), ("alice", "ALL bob hi"), ("carol", "ALL bob hi")]


def test_a_line_for_many_is_encoded_once(chat):
    first, second = (delivery.data for delivery in chat.receives("bob", b"ALL hi\n")[1:])
    assert first is second


def test_somebody_who_is_no_client_is_heard_by_all(chat, heard):
    assert told(chat.say("dave", "hi")) == [(name, "ALL dave hi") for name in NAMES]
    assert heard == [("dave", "hi")]


def test_who_and_rooms_are_sorted(chat):
    says(chat, "carol", "CREATE #b", "CREATE #a")
    assert answer(chat, "alice", "WHO") == "USERS alice bob carol"
    assert answer(chat, "alice", "ROOMS") == "ROOMS #a #b"


def test_without_rooms_there_is_nothing_behind_the_word(chat):
    assert answer(chat, "alice", "ROOMS") == "ROOMS"


def test_a_room_is_created_joined_talked_in_and_left(chat):
    assert says(chat, "carol", "CREATE #den") == [("carol", "OK CREATE #den")]
    joined = [("bob", "OK JOIN #den"), ("bob", "MEMBERS #den bob carol"), ("carol", "JOINED #den bob")]
    assert says(chat, "bob", "JOIN #den") == joined
    assert says(chat, "bob", "ROOM #den hi") == [("bob", "OK ROOM"), ("carol", "ROOM #den bob hi")]
    assert says(chat, "bob", "PART #den") == [("bob", "OK PART #den"), ("carol", "PARTED #den bob")]
    assert says(chat, "carol", "ROOM #den alone") == [("carol", "OK ROOM")]


def test_a_room_goes_with_its_last_member(chat):
    says(chat, "alice", "CREATE #one", "PART #one", "CREATE #two")
    chat.ends("alice")
    assert answer(chat, "bob", "ROOMS") == "ROOMS"


def test_who_leaves_the_chat_leaves_its_rooms_first(chat):
    says(chat, "alice", "CREATE #den")
    says(chat, "bob", "JOIN #den", "CREATE #attic")
    assert told(chat.ends("bob")) == [("alice", "PARTED #den bob"), ("alice", "- bob"), ("carol", "- bob")]


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("LOGIN dave", "ERR 409 you are logged in already, as bob"),
        ("LOGIN alice", "ERR 409 you are logged in already, as bob"),
        ("LOGIN al:ce", "ERR 400 write LOGIN name; a name has 1 to 20 letters, digits, _ and -"),
        ("TELL dave hi", "ERR 404 there is no dave here"),
        ("TELL Alice hi", "ERR 404 there is no Alice here"),
        ("CREATE #den", "ERR 409 there is a room #den already"),
        ("JOIN #attic", "ERR 404 there is no #attic here"),
        ("PART #attic", "ERR 404 there is no #attic here"),
        ("PART #den", "ERR 403 you are not in #den"),
        ("ROOM #attic hi", "ERR 404 there is no #attic here"),
        ("ROOM #den hi", "ERR 403 you are not in #den"),
        ("ALL", "ERR 400 write ALL text"),
    ],
)
def test_what_cannot_be_done_is_refused_to_the_sender_alone(line, refused, chat):
    says(chat, "alice", "CREATE #den")
    assert answer(chat, "bob", line) == refused


def test_a_second_join_is_refused(chat):
    says(chat, "alice", "CREATE #den")
    assert answer(chat, "alice", "JOIN #den") == "ERR 409 you are in #den already"


def test_a_name_that_is_taken_is_refused_and_another_one_is_taken(chat):
    chat.opens("dave")
    assert answer(chat, "dave", "LOGIN alice") == "ERR 409 the name alice is taken"
    assert says(chat, "dave", "LOGIN dave")[0] == ("dave", "OK LOGIN dave")


@pytest.mark.parametrize("line", ["WHO", "ROOMS", "LOGOUT", "ALL", "ALL hi", "TELL bob hi", "JOIN #den"])
def test_before_login_nearly_everything_is_refused(line, chat):
    chat.opens("dave")
    assert answer(chat, "dave", line) == "ERR 401 log in first: LOGIN name"


@pytest.mark.parametrize(
    ("line", "came"),
    [("PING hi", "PONG hi"), ("HELLO", "ERR 405 the commands are"), ("PING", "ERR 400 write PING text")],
)
def test_before_login_these_are_answered(line, came, chat):
    chat.opens("dave")
    assert answer(chat, "dave", line).startswith(came)


def test_a_line_that_is_too_long_is_refused_once_and_at_once(chat):
    assert told(chat.receives("alice", b"x" * 513)) == [
        ("alice", "ERR 413 a line has at most 512 bytes with its end; this one is dropped")
    ]
    assert chat.receives("alice", b"x" * 100_000 + b"\n") == []
    assert answer(chat, "alice", "PING hi") == "PONG hi"


def test_there_is_a_limit_to_the_rooms_of_one(chat):
    for number in range(MAX_ROOMS):
        assert answer(chat, "alice", f"CREATE #{number}") == f"OK CREATE #{number}"
    assert answer(chat, "alice", "CREATE #more") == "ERR 403 you are in 20 rooms: leave one first"
    says(chat, "bob", "CREATE #more")
    assert answer(chat, "alice", "JOIN #more") == "ERR 403 you are in 20 rooms: leave one first"


def test_there_is_a_limit_to_the_members(chat, monkeypatch):
    monkeypatch.setattr(line_chat, "MAX_MEMBERS", 3)
    chat.opens("dave")
    assert answer(chat, "dave", "LOGIN dave") == "ERR 503 there are 3 people here, and no room for more"


def test_what_happens_is_heard(chat, heard):
    says(chat, "alice", "ALL hi", "TELL bob psst", "ALL")
    chat.ends("alice")
    chat.opens("alice")
    says(chat, "alice", "LOGIN dave")
    assert heard == [("alice", "hi"), ("alice", "leaves"), ("dave", "is here")]


def outcome(pieces):
    """What everybody is told when alice sends these pieces."""
    chat = LineChat()
    for name in NAMES:
        chat.opens(name)
        chat.receives(name, f"LOGIN {name}\n".encode())
    return told([delivery for piece in pieces for delivery in chat.receives("alice", piece)])


def test_bytes_mean_the_same_whole_and_one_by_one():
    assert outcome([CONVERSATION]) == outcome([bytes([byte]) for byte in CONVERSATION])


def test_bytes_mean_the_same_wherever_they_are_cut():
    for place in range(len(CONVERSATION) + 1):
        assert outcome([CONVERSATION[:place], CONVERSATION[place:]]) == outcome([CONVERSATION]), place


def test_random_commands_leave_nothing_behind():
    dice, chat = random.Random(7), LineChat()
    words = [
        "LOGIN",
        "LOGOUT",
        "TELL",
        "ALL",
        "WHO",
        "CREATE",
        "JOIN",
        "PART",
        "ROOM",
        "ROOMS",
        "PING",
        "\0",
        "a",
        "#a",
        "#b",
    ]
    for _ in range(20_000):
        client = dice.randrange(20)
        if dice.random() < 0.1:
            chat.ends(client)
            chat.opens(client)
        chat.receives(
            client, " ".join(dice.choices(words, k=dice.randrange(1, 4))).encode() + b"\n" * dice.randrange(2)
        )
    for client in range(20):
        chat.ends(client)
    assert (chat._visitors, chat._by_name, chat._rooms) == ({}, {}, {})
