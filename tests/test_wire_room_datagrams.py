"""Messages of week 5 in datagrams: cut, numbered, put together in any order of arrival, repeated until acknowledged."""

from itertools import permutations

import pytest

from grader.wire.room_datagrams import EARLY, GIVE_UP, LONGEST, REPEAT, Ack, Incoming, Malformed, Outgoing, Piece, read

READ = [
    (b"SEQ: 1/1\nHELO there\n", Piece(1, 1, b"HELO there\n")),
    (b"SEQ: 2/4\n", Piece(2, 4, b"")),
    (b"SEQ: 3/4\n\n\n", Piece(3, 4, b"\n\n")),
    (b"SEQ: 3/4\nSEQ: 9/9\n", Piece(3, 4, b"SEQ: 9/9\n")),
    (b"SEQ: 3/4\n\xc3", Piece(3, 4, b"\xc3")),
    (b"seq:3 / 4\r\nx", Piece(3, 4, b"x")),
    (b"ACK: 7\n", Ack(7)),
    (b"ACK: 7", Ack(7)),
    (b"ack:7\r\n", Ack(7)),
]
NOT_READ = [b"", b"\n", b"HELO there\n", b"SEQ: 1/1", b"SEQ: 1\nHELO\n", b"SEQ: a/b\n", b"SEQ: 1/-1\n", b"ACK: 1/1\n"]
MESSAGES = (b"first", b"", b"third, in three pieces", b"last")


def pieces_of(*messages, at_least=1):
    """The pieces of these messages, numbered one after the other."""
    outgoing = Outgoing()
    return [piece for message in messages for piece in outgoing.pieces(message, at_least)]


def taken(incoming, pieces):
    """The messages that these make."""
    return [b"".join(piece.data for piece in message) for each in pieces for message in incoming.add(each)]


@pytest.mark.parametrize(("datagram", "meaning"), READ)
def test_a_datagram_is_read(datagram, meaning):
    assert read(datagram) == meaning


@pytest.mark.parametrize("meaning", [Piece(1, 3, b"x\n"), Ack(12)])
def test_what_is_written_is_read_again(meaning):
    assert read(meaning.datagram) == meaning


@pytest.mark.parametrize("datagram", NOT_READ)
def test_what_is_no_datagram_is_refused(datagram):
    with pytest.raises(Malformed) as fault:
        read(datagram)
    assert fault.value.expected == "datagrams that are `ACK: n`, or begin with a line `SEQ: n/of`"


@pytest.mark.parametrize("numbers", ["4/1", "0/0", "0/3"])
def test_numbers_that_cannot_be_are_refused(numbers):
    with pytest.raises(Malformed, match="where `of` is the n of the last datagram of the message, but it is SEQ: "):
        read(f"SEQ: {numbers}\nx".encode())


def test_a_datagram_has_an_end():
    longest = b"SEQ: 1/1\n".ljust(LONGEST, b"x")
    assert len(read(longest).data) == LONGEST - 9
    with pytest.raises(Malformed, match="of at most 1,000 bytes, but `SEQ: 1/1` has 1,001"):
        read(longest + b"x")


@pytest.mark.parametrize("at_least", [1, 2, 3])
def test_a_message_comes_out_as_it_went_in(at_least):
    assert taken(Incoming(), pieces_of(*MESSAGES, at_least=at_least)) == [*MESSAGES]


def test_messages_come_in_their_order_whatever_comes_first():
    outgoing = Outgoing()
    pieces = [*outgoing.pieces(b"one"), *outgoing.pieces(b"t w o", at_least=3), *outgoing.pieces(b"three")]
    for order in permutations(pieces):
        assert taken(Incoming(), order) == [b"one", b"t w o", b"three"]


def test_what_comes_again_is_known():
    pieces = pieces_of(*MESSAGES, at_least=2)
    assert taken(Incoming(), [each for piece in pieces for each in (piece, pieces[0], piece)]) == [*MESSAGES]


def test_it_is_known_what_is_missing():
    incoming, pieces = Incoming(), pieces_of(*MESSAGES)
    taken(incoming, [pieces[3], pieces[0], pieces[2]])
    assert (incoming.next, incoming.early) == (2, pieces[2:])


def test_what_comes_far_too_early_is_not_kept():
    incoming, early = Incoming(), Piece(EARLY + 1, EARLY + 1, b"x")
    assert not incoming.takes(early)
    assert incoming.add(early) == incoming.early == []
    assert incoming.takes(early._replace(number=EARLY))


def test_all_datagrams_of_a_message_have_the_same_end():
    incoming = Incoming()
    incoming.add(Piece(1, 2, b"x"))
    with pytest.raises(
        Malformed, match="the same `of` in all datagrams of a message, as in SEQ: 1/2, but it is SEQ: 2/3"
    ):
        incoming.add(Piece(2, 3, b"y"))


@pytest.mark.parametrize("size", [0, 1, 959, 960, 961, 1920, 1921, 64 * 1024])
def test_no_datagram_of_ours_is_too_long(size):
    pieces = Outgoing().pieces(b"x" * size)
    assert sum(len(piece.data) for piece in pieces) == size
    assert [read(piece.datagram) for piece in pieces] == pieces
    assert [piece.number for piece in pieces] == [*range(1, len(pieces) + 1)]


def test_a_datagram_is_sent_again_until_it_is_acknowledged():
    outgoing = Outgoing()
    first, second = outgoing.pieces(b"xy", at_least=2)
    sent = [outgoing.sends(first, 5.0), outgoing.sends(second, 5.1)]
    assert outgoing.next_due() == 5.0 + REPEAT
    assert outgoing.due(5.2) == []
    assert outgoing.due(5.0 + REPEAT) == [sent[0]]
    assert outgoing.next_due() == 5.1 + REPEAT
    outgoing.acknowledged(Ack(2))
    assert outgoing.next_due() == 5.0 + 2 * REPEAT
    outgoing.acknowledged(Ack(1))
    outgoing.acknowledged(Ack(1))
    assert outgoing.next_due() is None


def test_it_is_given_up_at_last():
    outgoing, tries = Outgoing(), 0
    outgoing.sends(*outgoing.pieces(b"x"), 0.0)
    while (moment := outgoing.next_due()) is not None:
        tries += len(outgoing.due(moment))
    assert GIVE_UP / REPEAT - 1 <= tries <= GIVE_UP / REPEAT
    assert outgoing.due(2 * GIVE_UP) == []
    assert [*outgoing.waiting] == [1]
