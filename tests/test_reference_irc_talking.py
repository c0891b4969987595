"""The lab's IRC server: PRIVMSG, NOTICE, TAGMSG, AWAY and SETNAME, and the capabilities around them."""

import pytest

from tests.irc_room import TIME, Room


@pytest.fixture
def room():
    """alice is operator of #den, where bob is, too; carol is outside."""
    return Room("alice", "bob", "carol").does("alice JOIN #den", "bob JOIN #den")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("alice PRIVMSG #DEN :hi  you", ["bob :alice!alice@h PRIVMSG #DEN :hi  you"]),
        ("alice PRIVMSG #den hi", ["bob :alice!alice@h PRIVMSG #den :hi"]),
        ("alice NOTICE #den :hi", ["bob :alice!alice@h NOTICE #den :hi"]),
        ("alice PRIVMSG carol :\1ACTION waves\1", ["carol :alice!alice@h PRIVMSG carol :\1ACTION waves\1"]),
        ("alice NOTICE CAROL :hi", ["carol :alice!alice@h NOTICE carol :hi"]),
        ("alice PRIVMSG alice :me", ["alice :alice!alice@h PRIVMSG alice :me"]),
        (
            "alice PRIVMSG bob,carol :hi",
            ["bob :alice!alice@h PRIVMSG bob :hi", "carol :alice!alice@h PRIVMSG carol :hi"],
        ),
        ("bob PRIVMSG @#den :ops", ["alice :bob!bob@h PRIVMSG @#den :ops"]),
        ("alice PRIVMSG +#den :voices", []),
        ("alice PRIVMSG", ["alice :irc 411 alice :No recipient given"]),
        ("alice PRIVMSG :", ["alice :irc 411 alice :No recipient given"]),
        ("alice PRIVMSG bob", ["alice :irc 412 alice :No text to send"]),
        ("alice PRIVMSG bob :", ["alice :irc 412 alice :No text to send"]),
        ("alice PRIVMSG nobody :hi", ["alice :irc 401 alice nobody :No such nick"]),
        ("alice PRIVMSG #no :hi", ["alice :irc 403 alice #no :No such channel"]),
        ("carol PRIVMSG #den :hi", ["carol :irc 404 carol #den :Cannot send to channel"]),
        ("carol PRIVMSG @#den :hi", ["carol :irc 404 carol #den :Cannot send to channel"]),
        ("carol NOTICE #den :hi", []),
        ("alice NOTICE nobody :hi", []),
        ("alice NOTICE #no :hi", []),
        ("alice NOTICE bob", []),
        ("alice NOTICE", []),
    ],
)
def test_who_is_told_what(step, told, room):
    assert room.gets(step) == told


def test_somebody_outside_is_heard_where_the_channel_lets_them(room):
    room.does("alice MODE #den -n")
    assert len(room.gets("carol PRIVMSG #den :hi")) == 2


@pytest.mark.parametrize("mode", ["+m", "+b bob", "+b *!*@h"])
def test_some_are_not_heard_until_they_have_a_voice(mode, room):
    room.does(f"alice MODE #den {mode}")
    assert room.gets("bob PRIVMSG #den :hi") == ["bob :irc 404 bob #den :Cannot send to channel"]
    assert room.does("alice MODE #den +v bob").gets("bob PRIVMSG #den :hi") == ["alice :bob!bob@h PRIVMSG #den :hi"]


def test_there_is_a_limit_to_the_targets_of_one_message(room):
    targets = ",".join(["bob", *(f"x{number}" for number in range(20))])
    told = room.gets(f"alice PRIVMSG {targets} :hi")
    assert told[0] == "alice :irc 407 alice x19 :Too many targets; nothing more is sent"
    assert (len(told), told[-1]) == (21, "bob :alice!alice@h PRIVMSG bob :hi")


def test_who_writes_to_somebody_away_is_told_so_but_not_for_a_notice(room):
    assert room.gets("carol AWAY :lunch") == ["carol :irc 306 carol :You have been marked as being away"]
    assert room.gets("alice PRIVMSG carol :hi")[0] == "alice :irc 301 alice carol :lunch"
    assert room.gets("alice NOTICE carol :hi") == ["carol :alice!alice@h NOTICE carol :hi"]
    assert room.gets("carol AWAY :") == ["carol :irc 305 carol :You are no longer marked as being away"]
    assert len(room.gets("alice PRIVMSG carol :hi")) == 1


def test_a_long_message_is_cut_at_a_whole_character(room):
    (told,) = room.gets("alice PRIVMSG #den :" + "\u20ac" * 163)
    assert len(told.removeprefix("bob ").encode()) in (508, 509, 510)
    assert told.endswith("\u20ac")


def test_messages_in_a_row_and_what_comes_between_keep_their_order(room):
    room.does("carol JOIN #den")
    told = room.says("alice", "PRIVMSG #den :1", "PRIVMSG #den :2", "PRIVMSG bob :3", "PRIVMSG #den :4", "PART #den")
    assert [line[-1] for line in told if line.startswith("bob")] == ["1", "2", "3", "4", "n"]
    assert [line[-1] for line in told if line.startswith("carol")] == ["1", "2", "4", "n"]


def test_who_is_kicked_in_between_hears_what_was_said_before(room):
    told = room.says("alice", "PRIVMSG #den :1", "KICK #den bob", "PRIVMSG #den :2")
    assert [line for line in told if line.startswith("bob")] == [
        "bob :alice!alice@h PRIVMSG #den :1",
        "bob :alice!alice@h KICK #den bob :alice",
    ]


def test_an_echo_tells_the_sender(room):
    room.enters("dave", "echo-message")
    room.does("dave JOIN #den")
    line = ":dave!dave@h PRIVMSG #den :hi"
    assert room.gets("dave PRIVMSG #den :hi") == [f"alice {line}", f"bob {line}", f"dave {line}"]
    assert room.gets("dave NOTICE carol :hi") == [
        "carol :dave!dave@h NOTICE carol :hi",
        "dave :dave!dave@h NOTICE carol :hi",
    ]
    assert room.gets("dave PRIVMSG dave :hi") == ["dave :dave!dave@h PRIVMSG dave :hi"] * 2
    assert "dave :dave!dave@h PRIVMSG @#den :hi" in room.gets("dave PRIVMSG @#den :hi")


def test_tags_are_for_those_who_know_them(room):
    for name, capabilities in (("dave", "message-tags"), ("erin", "message-tags server-time")):
        room.enters(name, capabilities)
        room.does(f"{name} JOIN #den")
    line = ":dave!dave@h PRIVMSG #den :hi"
    assert room.says("dave", "@+a=b;no=1;+c PRIVMSG #den :hi") == [
        f"alice {line}",
        f"bob {line}",
        f"erin @{TIME};+a=b;+c {line}",
    ]
    assert room.says("dave", "@+a=b TAGMSG #den") == [f"erin @{TIME};+a=b :dave!dave@h TAGMSG #den"]
    room.enters("fay", "echo-message")
    assert room.says("fay", "TAGMSG dave") == ["dave :fay!fay@h TAGMSG dave"]
    assert room.says("dave", "@+a TAGMSG erin", "@+a TAGMSG bob") == [f"erin @{TIME};+a :dave!dave@h TAGMSG erin"]


def test_tags_of_who_does_not_know_them_go_nowhere(room):
    room.enters("dave", "message-tags")
    assert room.says("alice", "@+a=b PRIVMSG dave :hi") == ["dave :alice!alice@h PRIVMSG dave :hi"]


def test_a_bot_is_marked(room):
    room.enters("dave", "message-tags")
    room.does("alice MODE alice +B")
    assert room.gets("alice PRIVMSG dave :hi") == ["dave @bot :alice!alice@h PRIVMSG dave :hi"]


def test_capabilities_can_be_given_back(room):
    room.enters("dave", "server-time")
    room.does("dave JOIN #den")
    room.says("dave", "CAP REQ -server-time")
    assert "dave :alice!alice@h PRIVMSG #den :hi" in room.gets("alice PRIVMSG #den :hi")
    assert "dave :irc 366 dave #den :End of NAMES list" in room.gets("dave NAMES #den")


def test_away_notify_tells_who_shares_a_channel(room):
    room.enters("dave", "away-notify")
    room.does("dave JOIN #den")
    assert room.gets("bob AWAY :lunch")[1:] == ["dave :bob!bob@h AWAY :lunch"]
    assert room.gets("bob AWAY :lunch")[1:] == []
    assert room.gets("bob AWAY")[1:] == ["dave :bob!bob@h AWAY"]
    room.does("carol AWAY :gone")
    assert [line for line in room.gets("carol JOIN #den") if line.startswith("dave")] == [
        "dave :carol!carol@h JOIN #den",
        "dave :carol!carol@h AWAY :gone",
    ]


def test_setname_tells_who_knows_it(room):
    room.enters("dave", "setname")
    room.does("dave JOIN #den")
    assert room.gets("bob SETNAME :Bobby B") == ["dave :bob!bob@h SETNAME :Bobby B"]
    assert room.gets("dave SETNAME :D") == ["dave :dave!dave@h SETNAME :D"]
    assert room.gets("alice WHOIS bob")[0] == "alice :irc 311 alice bob bob h * :Bobby B"
    refusal = ":irc FAIL SETNAME INVALID_REALNAME :A name has 1 to 150 bytes"
    assert room.gets(f"dave SETNAME :{'x' * 151}") == [f"dave {refusal}"]
