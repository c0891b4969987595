"""The lab's IRC server: how a connection becomes somebody, and goes."""

import pytest

from grader.wire.irc import read, read_tokens
from tests.irc_room import Room

CAPABILITIES = (
    "account-notify account-tag away-notify batch cap-notify echo-message extended-join invite-notify labeled-response "
    "message-tags multi-prefix{} server-time setname standard-replies userhost-in-names"
)

WELCOME = [f"{number:03}" for number in (1, 2, 3, 4, 5, 5, 5, 251, 252, 253, 254, 255, 265, 266, 422)]


def newcomer(*lines, **settings):
    """What somebody is told who is not registered yet, beside alice and bob."""
    room = Room("alice", "bob", **settings)
    room.chat.opens("new", "h")
    return room.says("new", *lines)


def codes(lines):
    """The commands and numerics of these lines."""
    return [read(line.partition(" ")[2]).command for line in lines if not line.endswith(" END")]


def test_who_has_said_nick_and_user_is_welcome():
    told = newcomer("NICK carol", "USER carol 0 * :Carol")
    assert codes(told) == WELCOME
    assert told[0] == "new :irc 001 carol :Welcome to the Lab5 IRC Network carol!carol@h"


def test_the_order_is_free():
    assert codes(newcomer("USER carol 0 * :Carol", "NICK carol"))[:4] == ["001", "002", "003", "004"]


def test_the_message_of_the_day_ends_the_welcome():
    told = newcomer("NICK carol", "USER carol 0 * :Carol", motd=("Hello!", "Be kind."))
    assert told[-4:] == [
        "new :irc 375 carol :- irc Message of the day - ",
        "new :irc 372 carol :- Hello!",
        "new :irc 372 carol :- Be kind.",
        "new :irc 376 carol :End of MOTD",
    ]


def test_the_tokens_are_as_announced():
    words = [
        read(line.partition(" ")[2]).params[1:-1] for line in newcomer("NICK c", "USER c 0 * :c") if " 005 " in line
    ]
    tokens = read_tokens(word for line in words for word in line)
    assert tokens["CHANMODES"] == "be,k,l,imnst"
    assert (tokens["PREFIX"], tokens["CASEMAPPING"], tokens["NETWORK"]) == ("(ov)@+", "ascii", "Lab5")
    assert max(map(len, words)) <= 13


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("NICK", ":irc 431 * :No nickname given"),
        ("NICK :", ":irc 431 * :No nickname given"),
        ("NICK 1a", ":irc 432 * 1a :Erroneous nickname"),
        ("NICK a.b", ":irc 432 * a.b :Erroneous nickname"),
        ("NICK -a", ":irc 432 * -a :Erroneous nickname"),
        ("NICK ::a", ":irc 432 * a :Erroneous nickname"),
        (f"NICK {'a' * 31}", f":irc 432 * {'a' * 31} :Erroneous nickname"),
        ("NICK caf\u00e9", ":irc 432 * caf\u00e9 :Erroneous nickname"),
        ("NICK ALICE", ":irc 433 * ALICE :Nickname is already in use"),
        ("USER carol 0 *", ":irc 461 * USER :Not enough parameters"),
        ("USER carol 0 * :", ":irc 461 * USER :Not enough parameters"),
        ("USER @ 0 * :c", ":irc 461 * USER :Not enough parameters"),
        ("PASS", ":irc 461 * PASS :Not enough parameters"),
        ("JOIN #a", ":irc 451 * :You have not registered"),
        ("WHAT now", ":irc 421 * WHAT :Unknown command"),
        ("PING x", ":irc PONG irc :x"),
        ("PING :", ":irc PONG irc :"),
        ("PING", ":irc 409 * :No origin specified"),
        ("CAP LIST", ":irc CAP * LIST :"),
        ("CAP LS", ":irc CAP * LS :" + CAPABILITIES.format("")),
        ("CAP NO", ":irc 410 * NO :Invalid CAP command"),
        ("CAP REQ :server-time nonsense ", ":irc CAP * NAK :server-time nonsense "),
        ("CAP REQ :server-time", ":irc CAP * ACK :server-time"),
        ("CAP REQ :-setname", ":irc CAP * ACK :-setname"),
        ("AUTHENTICATE PLAIN", ":irc 904 * :SASL authentication failed"),
    ],
)
def test_before_registration_a_line_is_answered(line, answer):
    assert newcomer(line) == [f"new {answer}"]


@pytest.mark.parametrize("line", ["PONG x", "CAP END", "PASS x", "NICK carol", "", "\r", ":x", "@x", "  "])
def test_before_registration_nothing_answers_this(line):
    assert newcomer(line) == []


def test_a_welcome_waits_for_the_end_of_negotiation():
    assert codes(newcomer("CAP LS 302", "NICK carol", "USER carol 0 * :Carol")) == ["CAP"]
    assert codes(newcomer("CAP REQ :batch", "NICK carol", "USER carol 0 * :Carol", "CAP END"))[:2] == ["CAP", "001"]


def test_who_speaks_302_has_cap_notify_and_keeps_it():
    told = newcomer("CAP LS 302", "CAP LIST", "CAP REQ :-cap-notify")
    assert told[1:] == ["new :irc CAP * LIST :cap-notify", "new :irc CAP * NAK :-cap-notify"]


def test_only_who_has_accounts_offers_sasl():
    told = newcomer("CAP LS", "CAP LS 302", accounts=lambda name, word: True)
    offers = [f"new :irc CAP * LS :{CAPABILITIES.format(' ' + word)}" for word in ("sasl", "sasl=PLAIN")]
    assert told == offers


@pytest.mark.parametrize("words", [(), ("PASS wrong",), ("PASS right", "PASS wrong")])
def test_without_the_password_nobody_comes_in(words):
    told = newcomer(*words, "NICK carol", "USER carol 0 * :Carol", "JOIN #a", password="right")
    assert told == ["new :irc 464 carol :Password incorrect", "new ERROR :Closing link: h (Bad password)", "new END"]


def test_with_the_password_one_comes_in():
    assert codes(newcomer("PASS right", "NICK carol", "USER carol 0 * :Carol", password="right"))[0] == "001"


def test_a_nick_belongs_to_who_says_it_first():
    room = Room("alice")
    for key in ("first", "second"):
        room.chat.opens(key)
    assert room.says("first", "NICK carol") == []
    assert room.says("second", "NICK Carol") == ["second :irc 433 * Carol :Nickname is already in use"]
    room.leaves("first")
    assert room.says("second", "NICK Carol") == []


@pytest.mark.parametrize("line", ["PASS x", "USER a 0 * :a"])
def test_nobody_registers_twice(line):
    assert Room("alice").says("alice", line) == ["alice :irc 462 alice :You may not register again"]


def test_another_nick_is_told_once_to_all_who_share_channels():
    room = Room("alice", "bob", "carol").does("alice JOIN #a,#b", "bob JOIN #a,#b")
    line = ":alice!alice@h NICK :dave"
    assert room.gets("alice NICK dave") == [f"alice {line}", f"bob {line}"]
    assert room.gets("bob PRIVMSG dave :hi") == ["alice :bob!bob@h PRIVMSG dave :hi"]
    assert room.gets("bob PRIVMSG alice :hi") == ["bob :irc 401 bob alice :No such nick"]


def test_the_same_nick_may_be_written_differently():
    room = Room("alice")
    assert room.gets("alice NICK Alice") == ["alice :alice!alice@h NICK :Alice"]
    assert room.gets("alice NICK Alice") == []


def test_a_nick_that_is_taken_stays_so_and_the_own_one_too():
    room = Room("alice", "bob")
    assert room.gets("alice NICK bob") == ["alice :irc 433 alice bob :Nickname is already in use"]
    assert room.gets("bob PRIVMSG alice :hi") == ["alice :bob!bob@h PRIVMSG alice :hi"]


def test_who_quits_is_told_and_so_are_the_others_once():
    room = Room("alice", "bob", "carol").does("alice JOIN #a,#b", "bob JOIN #a,#b")
    assert room.says("alice", "QUIT :so long", "NICK x") == [
        "alice ERROR :Closing link: h (Quit: so long)",
        "alice END",
        "bob :alice!alice@h QUIT :Quit: so long",
    ]
    assert room.says("alice", "NICK x") == room.leaves("alice") == []


def test_a_connection_that_ends_is_a_quit():
    room = Room("alice", "bob").does("alice JOIN #a", "bob JOIN #a")
    assert room.leaves("alice") == ["bob :alice!alice@h QUIT :Connection closed"]
    assert room.chat.names() == ["bob"]


def test_what_a_user_calls_itself_is_cut_and_cleaned():
    room = Room("alice")
    room.chat.opens("new", "::1")
    room.says("new", "NICK carol", f"USER ca@r!ol{'x' * 30} 0 * :{'y' * 200}")
    assert room.gets("alice WHOIS carol")[0] == f"alice :irc 311 alice carol carol{'x' * 15} 0::1 * :{'y' * 150}"


def test_who_comes_and_leaves_is_heard():
    heard = []
    room = Room("alice", heard=lambda name, text: heard.append((name, text)))
    room.says("alice", "QUIT")
    assert heard == [("alice", "is here"), ("alice", "leaves")]
