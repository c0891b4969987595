"""The lab's IRC server: a line becomes bytes once, and a row of messages goes to each as one piece."""

from grader.reference.irc.capabilities import MESSAGE_TAGS, SERVER_TIME
from grader.reference.irc.inbox import TOO_LONG, Inbox
from grader.reference.irc.line import Line, cut, moment
from tests.irc_room import Room


def test_a_line_is_encoded_once_for_all_who_are_told_the_same():
    line = Line(":a PRIVMSG #a :hi", 0, client_tags="+x")
    assert line.encoded(0) is line.encoded(16)
    assert line.encoded(MESSAGE_TAGS) == b"@+x :a PRIVMSG #a :hi\r\n"
    assert line.encoded(SERVER_TIME) == b"@time=1970-01-01T00:00:00.000Z :a PRIVMSG #a :hi\r\n"


def test_a_row_of_messages_is_one_piece_that_all_members_share():
    room = Room("alice", "bob", "carol").does("alice JOIN #a", "bob JOIN #a", "carol JOIN #a")
    first, second = room.chat.receives("alice", b"PRIVMSG #a :1\nPRIVMSG #a :2\n")
    assert first.data is second.data
    assert first.data.count(b"PRIVMSG") == 2


def test_a_time_has_milliseconds():
    assert moment(1.5) == "1970-01-01T00:00:01.500Z"


def test_a_text_is_cut_between_characters():
    assert [cut("a\u20acb", size) for size in range(6)] == ["", "a", "a", "a", "a\u20ac", "a\u20acb"]


def taken(pieces, rate=0.0):
    """The lines of these pieces."""
    inbox, found = Inbox(rate, 0), []
    for piece in pieces:
        inbox.feed(piece)
        found += inbox.take(0)
    return found


def test_lines_are_taken_wherever_they_are_cut():
    data = b"one\r\n\n\r\ntwo\n" + b"x" * 600 + b"\n" + b"y" * 20_000 + b"\nth\0ree\n"
    expected = [b"one", b"two", TOO_LONG, TOO_LONG, b"three"]
    assert taken([data]) == expected
    for place in range(0, len(data), 97):
        assert taken([data[:place], data[place:]]) == expected


def test_what_waits_is_counted():
    inbox = Inbox(0.1, 0)
    inbox.feed(b"one\ntwo\nthree\nrest")
    assert list(inbox.take(0)) == [b"one"]
    assert inbox.waiting == len(b"twothree")
    assert list(inbox.take(10)) == [b"two"]
