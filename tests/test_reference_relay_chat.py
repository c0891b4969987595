"""The chat server of week 6, fed with bytes cut anywhere."""

import pytest

from grader.reference import relay_chat
from grader.reference.relay_chat import RelayChat
from grader.wire.relay_chat import LONGEST
from grader.wire.streams import Delivery

WELCOME = b"200 Registration successful\n"
TAKEN = b"401 Client already registered\n"
MALFORMED = b"400 Invalid registration\n"
SCRIPT = (
    b"REGISTER carol CHAT/1.0\n@carol: hi\n\n@carol: caf\xc3\xa9 \xff: b\nDISCONNECT carol CHAT/1.0\n@carol: late\n"
)
RELAYED = b"@carol: hi\n\n@carol: caf\xc3\xa9 \xff: b\n"
SAID = [("carol", "is here"), ("carol", "hi"), ("carol", "caf\u00e9 \\xff: b"), ("carol", "leaves")]


@pytest.fixture
def heard():
    """Who came, what was said, and who left, since alice and bob are there."""
    return []


@pytest.fixture
def chat(heard):
    """RelayChat with alice and bob."""
    chat = RelayChat(lambda name, text: heard.append((name, text)))
    for name in ("alice", "bob"):
        chat.opens(name)
        chat.receives(name, b"REGISTER %s CHAT/1.0\n" % name.encode())
    heard.clear()
    return chat


def feed(chat, client, *pieces):
    """What each client gets of these pieces, and whose connections end."""
    came, ended = {}, []
    for piece in pieces:
        for to, data, ends in chat.receives(client, piece):
            came[to] = came.get(to, b"") + data
            ended += [to] * ends
    return came, ended


def cuts():
    """The script whole, byte by byte, and cut at every place."""
    yield [SCRIPT]
    yield [SCRIPT[place : place + 1] for place in range(len(SCRIPT))]
    yield from ([SCRIPT[:place], SCRIPT[place:]] for place in range(1, len(SCRIPT)))


@pytest.mark.parametrize("pieces", list(cuts()), ids=lambda pieces: f"{len(pieces)}-{len(pieces[0])}")
def test_pieces_make_no_difference(chat, heard, pieces):
    chat.opens("carol")
    came, ended = feed(chat, "carol", *pieces)
    assert came == {"carol": WELCOME, "alice": RELAYED, "bob": RELAYED}
    assert ended == ["carol"]
    assert heard == SAID


def test_who_is_there_is_known_in_order(chat):
    chat.opens("carol")
    assert chat.names() == ["alice", "bob"]


def test_a_name_that_is_taken_gets_401_and_the_end(chat):
    chat.opens("stranger")
    assert chat.receives("stranger", b"REGISTER alice CHAT/1.0\n") == [Delivery("stranger", TAKEN, ends=True)]
    assert chat.names() == ["alice", "bob"]


def test_another_first_line_gets_400_and_nothing_behind_it_counts(chat):
    chat.opens("stranger")
    answers = chat.receives("stranger", b"HELLO\nREGISTER carol CHAT/1.0\n")
    assert answers == [Delivery("stranger", MALFORMED, ends=True)]
    assert chat.receives("stranger", b"REGISTER carol CHAT/1.0\n") == []


def test_a_line_goes_to_everyone_else_in_one_delivery_each(chat):
    chat.opens("silent")
    assert chat.receives("alice", b"@alice: one\n@alice: two\n") == [Delivery("bob", b"@alice: one\n@alice: two\n")]


def test_whoever_hangs_up_frees_the_name_and_half_a_line_is_lost(chat, heard):
    assert chat.receives("alice", b"@alice: hal") == []
    assert chat.ends("alice") == []
    assert (chat.names(), heard) == (["bob"], [("alice", "leaves")])
    assert chat.ends("alice") == []


def test_a_line_of_64_kib_is_relayed(chat):
    line = b"@alice: ".ljust(LONGEST - 1, b"x") + b"\n"
    assert feed(chat, "alice", line[:1000], line[1000:]) == ({"bob": line}, [])


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_longer_line_ends_the_connection(chat, end):
    assert feed(chat, "alice", b"@alice: ".ljust(LONGEST, b"x") + end) == ({"alice": b""}, ["alice"])
    assert chat.names() == ["bob"]


def test_somebody_who_is_not_there_may_say_something(chat, heard):
    assert chat.say("carol", "hi") == [Delivery("alice", b"@carol: hi\n"), Delivery("bob", b"@carol: hi\n")]
    assert chat.say("bob", "hi") == [Delivery("alice", b"@bob: hi\n")]
    assert heard == [("carol", "hi"), ("bob", "hi")]


def test_everybody_who_is_registered_is_told_that_the_server_ends(chat):
    chat.opens("silent")
    goodbye = b"DISCONNECT CHAT/1.0\n"
    assert chat.closes() == [
        Delivery("alice", goodbye, ends=True),
        Delivery("bob", goodbye, ends=True),
        Delivery("silent", b"", ends=True),
    ]
    assert chat.names() == []


def test_there_is_room_for_so_many_connections(chat, monkeypatch):
    monkeypatch.setattr(relay_chat, "MOST", 3)
    assert chat.opens("carol") == []
    assert chat.opens("dave") == [Delivery("dave", b"", ends=True)]
    assert chat.receives("dave", b"REGISTER dave CHAT/1.0\n") == []
