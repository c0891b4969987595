"""The lab's IRC server: from bytes to commands, floods, silence, labels and accounts."""

import base64
import random

import pytest

from grader.wire.irc import Lengths, lengths, read
from tests.irc_room import TIME, Room

LABELS = ("batch", "labeled-response", "echo-message")
SCRIPT = (
    b"JOIN #a\r\n\n\r\nPRIVMSG #a :hi\nPRIV\0MSG bob :a\rb\r\n@x=y TOPIC #a :caf\xc3\xa9\r\n"
    + b"x" * 600
    + b"\nPART #a\n"
)


def plain(name, password, behalf=""):
    """The credentials of PLAIN."""
    return base64.b64encode(f"{behalf}\0{name}\0{password}".encode()).decode()


@pytest.fixture
def accounts():
    """A room whose account `ann` has the password `secret`; alice is there."""
    return Room("alice", accounts=lambda name, password: (name, password) == ("ann", "secret"))


def outcome(pieces):
    """What everybody is told when alice sends these pieces."""
    room, found = Room("alice", "bob"), {"alice": b"", "bob": b""}
    for piece in pieces:
        for to, data, _ in room.chat.receives("alice", piece):
            found[to] += data
    return found


def test_bytes_mean_the_same_whole_byte_by_byte_and_wherever_they_are_cut():
    whole = outcome([SCRIPT])
    assert whole["bob"] == b":alice!alice@h PRIVMSG bob ab\r\n".replace(b" ab", b" :ab")
    assert whole["alice"].count(b"\r\n") == 6
    assert outcome([bytes([byte]) for byte in SCRIPT]) == whole
    for place in range(len(SCRIPT) + 1):
        assert outcome([SCRIPT[:place], SCRIPT[place:]]) == whole, place


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"PING " + b"x" * 505, b":irc PONG irc :" + b"x" * 495),
        (b"PING " + b"x" * 506, b":irc 417 alice :Input line was too long"),
        (b"@a=" + b"x" * 4092 + b" PING y", b":irc PONG irc :y"),
        (b"@a=" + b"x" * 4093 + b" PING y", b":irc 417 alice :Input line was too long"),
        (b"x" * 100_000, b":irc 417 alice :Input line was too long"),
        (b"PING \xff", b":irc FAIL PING INVALID_UTF8 :This is not UTF-8, and was not passed on"),
        (b"\xff", b":irc FAIL \xef\xbf\xbd INVALID_UTF8 :This is not UTF-8, and was not passed on"),
        (b"12 x", b":irc 421 alice 12 :Unknown command"),
        (b"GET / HTTP/1.1", b":irc 421 alice GET :Unknown command"),
    ],
)
def test_what_is_no_command_is_answered_and_the_client_stays(line, answer):
    room = Room("alice")
    assert [delivery.data for delivery in room.chat.receives("alice", line + b"\n")] == [answer + b"\r\n"]
    assert room.gets("alice PING x") == ["alice :irc PONG irc :x"]


def test_a_line_that_is_too_long_is_known_before_its_end():
    room = Room("alice")
    assert len(room.chat.receives("alice", b"x" * 10_000)) == 1
    assert room.chat.receives("alice", b"x" * 10_000 + b"\n") == []


def test_lines_that_come_too_fast_wait_and_are_not_lost():
    room = Room("alice", "bob", flood=2)
    told = room.says("alice", *(f"PING {number}" for number in range(30)))
    assert len(told) == 18  # ten times two, of which two were for registration
    assert room.later(0.4) == []
    assert room.later(1) == ["alice :irc PONG irc :18", "alice :irc PONG irc :19"]
    assert room.gets("bob PING x") == ["bob :irc PONG irc :x"]
    assert len(room.later(100)) == 10


def test_who_lets_too_much_wait_is_let_go():
    room = Room("alice", "bob", flood=2).does("alice JOIN #a", "bob JOIN #a")
    told = room.says("alice", *("PING " + "x" * 400 for _ in range(200)))
    assert told[-3:] == [
        "alice ERROR :Closing link: h (Excess Flood)",
        "alice END",
        "bob :alice!alice@h QUIT :Excess Flood",
    ]
    assert room.later(10) == []


def test_who_says_nothing_is_asked_and_then_let_go():
    room = Room("alice", "bob", ping=10).does("alice JOIN #a", "bob JOIN #a")
    assert room.later(9) == []
    assert room.later(10) == ["alice PING :irc", "bob PING :irc"]
    assert room.gets("bob PONG :irc") == room.later(19) == []
    assert room.later(20)[:3] == [
        "alice ERROR :Closing link: h (Ping timeout: 10 seconds)",
        "alice END",
        "bob :alice!alice@h QUIT :Ping timeout: 10 seconds",
    ]


def test_registration_takes_no_longer_than_silence():
    room = Room(ping=1.5)
    room.chat.opens("new", "h")
    room.says("new", "NICK carol")
    assert room.later(1) == []
    assert room.later(1.5) == ["new ERROR :Closing link: h (Registration timed out)", "new END"]


def test_everybody_is_told_when_it_ends():
    deliveries = Room("alice").chat.closes()
    assert deliveries == [("alice", b"ERROR :The server ends\r\n", True)]


def test_a_label_marks_the_answer():
    room = Room()
    room.enters("alice", *LABELS)
    assert room.says("alice", "@label=x PING y") == ["alice @label=x :irc PONG irc :y"]
    assert room.says("alice", "@label=x PONG y") == ["alice @label=x :irc ACK"]
    assert room.says("alice", "@label=x NONSENSE") == ["alice @label=x :irc 421 alice NONSENSE :Unknown command"]
    assert room.says("alice", "@label=x NON_SENSE y") == ["alice @label=x :irc 421 alice NON_SENSE :Unknown command"]
    assert room.says("alice", f"@label={'x' * 65} PING y") == ["alice :irc PONG irc :y"]


@pytest.mark.parametrize("tags", ["@", "@=b", "@;;", "@=b;;=c"])
def test_a_tag_without_a_name_is_as_if_it_were_not_there(tags):
    assert Room("alice").says("alice", f"{tags} PING y") == ["alice :irc PONG irc :y"]
    room = Room()
    room.enters("alice", *LABELS)
    assert room.says("alice", f"{tags};label=x PING y") == ["alice @label=x :irc PONG irc :y"]


def test_a_channel_that_is_named_twice_is_told_once_and_each_line_of_an_answer_is_labelled():
    room = Room()
    room.enters("alice", *LABELS)
    room.does("alice JOIN #a", "alice JOIN #b")
    for command in ("PRIVMSG", "NOTICE"):
        line = f":alice!alice@h {command}"
        assert room.says("alice", f"@label=x {command} #a,#A,#a :hi") == [f"alice @label=x {line} #a :hi"]
        told = room.says("alice", f"@label=x {command} #a,#b :hi")
        assert [each.partition(" :")[0].partition("=")[0] for each in told] == [
            "alice @label",
            "alice @batch",
            "alice @batch",
            "alice",
        ]


def test_several_lines_are_a_batch():
    room = Room("bob")
    room.enters("alice", *LABELS, "server-time")
    assert room.says("alice", "PING a", "@label=a\\sb JOIN #a", "PING b") == [
        f"alice @{TIME} :irc PONG irc :a",
        f"alice @label=a\\sb;{TIME} :irc BATCH +1 labeled-response",
        f"alice @batch=1;{TIME} :alice!alice@h JOIN #a",
        f"alice @batch=1;{TIME} :irc 353 alice = #a :@alice",
        f"alice @batch=1;{TIME} :irc 366 alice #a :End of NAMES list",
        f"alice @{TIME} :irc BATCH -1",
        f"alice @{TIME} :irc PONG irc :b",
    ]


def test_only_the_echo_of_what_one_says_to_oneself_is_labelled():
    room = Room("bob")
    room.enters("alice", *LABELS)
    line = ":alice!alice@h PRIVMSG alice :hi"
    assert room.says("alice", "@label=x PRIVMSG alice :hi") == [f"alice {line}", f"alice @label=x {line}"]
    line = ":alice!alice@h PRIVMSG bob :hi"
    assert room.says("alice", "@label=x PRIVMSG bob :hi") == [f"alice @label=x {line}", f"bob {line}"]


def test_who_has_not_asked_for_labels_gets_none():
    assert Room("alice").says("alice", "@label=x PING y") == ["alice :irc PONG irc :y"]


def test_who_signs_in_has_an_account(accounts):
    accounts.chat.opens("new", "h")
    told = accounts.says(
        "new", "CAP REQ sasl", "NICK a", "AUTHENTICATE plain", f"AUTHENTICATE {plain('ann', 'secret')}"
    )
    assert told[1:] == [
        "new AUTHENTICATE +",
        "new :irc 900 a a!@h ann :You are now logged in as ann".replace("a!@h", "a@h"),
        "new :irc 903 a :SASL authentication successful",
    ]
    accounts.says("new", "USER a 0 * :A", "CAP END")
    assert "alice :irc 330 alice a ann :is logged in as" in accounts.gets("alice WHOIS a")
    assert accounts.says("new", "AUTHENTICATE PLAIN") == ["new :irc 907 a :You have already authenticated using SASL"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["PLAIN", plain("ann", "wrong")], ["904 alice :SASL authentication failed"]),
        (["PLAIN", plain("ann", "secret", "bob")], ["904 alice :SASL authentication failed"]),
        (["PLAIN", "%%%"], ["904 alice :SASL authentication failed"]),
        (["PLAIN", "+"], ["904 alice :SASL authentication failed"]),
        (["PLAIN", "*"], ["906 alice :SASL authentication aborted"]),
        (["PLAIN", "x" * 401], ["905 alice :SASL message too long"]),
        (["PLAIN", *["x" * 400] * 6], ["905 alice :SASL message too long"]),
        (["PLAIN", "x" * 400, "+"], ["904 alice :SASL authentication failed"]),
    ],
)
def test_without_the_right_credentials_nobody_is_signed_in(lines, told, accounts):
    accounts.says("alice", "CAP REQ sasl")
    answers = accounts.says("alice", *(f"AUTHENTICATE {line}" for line in lines))
    assert answers[:2] == ["alice AUTHENTICATE +", *(f"alice :irc {line}" for line in told)]


def test_other_mechanisms_are_refused_with_those_there_are(accounts):
    accounts.says("alice", "CAP REQ sasl")
    assert accounts.says("alice", "AUTHENTICATE EXTERNAL") == [
        "alice :irc 908 alice PLAIN :are the available SASL mechanisms",
        "alice :irc 904 alice :SASL authentication failed",
    ]


def test_an_account_is_told_to_those_who_ask_for_it(accounts):
    accounts.enters("bob", "account-notify", "account-tag", "extended-join")
    accounts.does("bob JOIN #a", "alice JOIN #a")
    accounts.says("alice", "CAP REQ sasl", "AUTHENTICATE PLAIN")
    told = accounts.says("alice", f"AUTHENTICATE {plain('ann', 'secret', 'ann')}")
    assert told[-1] == "bob @account=ann :alice!alice@h ACCOUNT ann"
    assert accounts.gets("alice PRIVMSG #a :hi") == ["bob @account=ann :alice!alice@h PRIVMSG #a :hi"]
    accounts.does("alice PART #a")
    assert accounts.gets("alice JOIN #a")[-1] == "bob @account=ann :alice!alice@h JOIN #a ann :Alice"


COMMANDS = (
    "JOIN PART MODE KICK INVITE TOPIC NAMES LIST PRIVMSG NOTICE TAGMSG WHO WHOIS WHOWAS NICK USER PASS CAP AWAY OPER "
    "KILL MONITOR QUIT SETNAME ISON"
)
WORDS = (
    "#a #b #c,#a a b c a,b,#a +o -o +b +k +l +e +imnst-v x,y :two_words : 0 * *!*@* REQ LS END server-time echo-message"
    " batch labeled-response + C"
)


def test_random_commands_never_fail_and_leave_nothing_behind():
    dice, room = random.Random(8), Room(operators={"a": "b"})
    commands, words = [*COMMANDS.split(), "@label=x JOIN"], WORDS.split()
    for _ in range(20_000):
        key = dice.randrange(12)
        if dice.random() < 0.02:
            room.chat.ends(key)
        if key not in room.chat._net.clients:
            room.chat.opens(key, "h")
            room.chat.receives(key, f"NICK {'abcdefghijkl'[key]}\nUSER x 0 * :y\n".encode())
        line = " ".join([dice.choice(commands), *dice.choices(words, k=dice.randrange(5))])
        for _, data, _ in room.chat.receives(key, line.encode() + b"\n"):
            assert all(read(line) and lengths(line) <= Lengths(8191, 512) for line in data.splitlines(keepends=True))
    for key in range(12):
        room.chat.ends(key)
    net = room.chat._net
    assert (net.clients, net.by_nick, net.channels, net.watchers, net.registered) == ({}, {}, {}, {}, 0)
