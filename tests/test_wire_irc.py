"""IRC as it goes over the wire: what is read, what is refused, and that writing is the reverse of reading."""

import time

import pytest

from grader.wire import irc
from grader.wire.irc import Change, Lengths, Malformed, Mask, Message, ModeKinds, Source, folded, read, write

OURS = ModeKinds({"o": "@", "v": "+"}, "be", "k", "l", "imnst")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"QUIT", Message("QUIT")),
        (b"quit\r\n", Message("QUIT")),
        (b"QUIT\n", Message("QUIT")),
        (b"NICK alice", Message("NICK", ("alice",))),
        (b"NICK :alice", Message("NICK", ("alice",))),
        (b"PRIVMSG #den :two words", Message("PRIVMSG", ("#den", "two words"))),
        (b"PRIVMSG #den ::)", Message("PRIVMSG", ("#den", ":)"))),
        (b"PRIVMSG #den : ", Message("PRIVMSG", ("#den", " "))),
        (b"TOPIC #den :", Message("TOPIC", ("#den", ""))),
        (b"PRIVMSG a:b :c :d", Message("PRIVMSG", ("a:b", "c :d"))),
        (b"MODE  #den   +o  alice ", Message("MODE", ("#den", "+o", "alice"))),
        (b"USER a 0 *  :A  B", Message("USER", ("a", "0", "*", "A  B"))),
        (b":irc.example 001 alice :hi", Message("001", ("alice", "hi"), "irc.example")),
        (b":a!b@c  PART  #den", Message("PART", ("#den",), "a!b@c")),
        (b"@time=1;+x/y=z;flag :a QUIT", Message("QUIT", (), "a", {"time": "1", "+x/y": "z", "flag": ""})),
        (b"@a=\\:\\s\\\\\\r\\n\\b\\  PING x", Message("PING", ("x",), "", {"a": "; \\\r\nb"})),
        (b"@a=1;a=2 PING x", Message("PING", ("x",), "", {"a": "2"})),
        (b"PRIVMSG a\tb :c", Message("PRIVMSG", ("a\tb", "c"))),
        ("PRIVMSG #d :caf\u00e9\u2003x".encode(), Message("PRIVMSG", ("#d", "caf\u00e9\u2003x"))),
        ("PRIVMSG \u2003 :x".encode(), Message("PRIVMSG", ("\u2003", "x"))),
        (b"PRIVMSG #d :\xff", Message("PRIVMSG", ("#d", "\udcff"))),
    ],
)
def test_a_line_is_read(line, message):
    assert read(line) == message


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "a command is letters, or three digits"),
        (b"   ", "a command is letters, or three digits"),
        (b":alice", "a command is letters, or three digits"),
        (b"12 x", "a command is letters, or three digits"),
        (b"1234 x", "a command is letters, or three digits"),
        (b"PRIV-MSG x", "a command is letters, or three digits"),
        (b" :x", "a command is letters, or three digits"),
        ("QU\u0130T".encode(), "a command is letters, or three digits"),
        (b"@a=b", "a command is letters, or three digits"),
        (b": QUIT", "there is nothing behind the : of the source"),
        (b"@ QUIT", "a tag has a name"),
        (b"@a;;b QUIT", "a tag has a name"),
        (b"@=1 QUIT", "a tag has a name"),
        (b"PING a\0b", "a line has no NUL, CR or LF inside"),
        (b"PING a\rb", "a line has no NUL, CR or LF inside"),
        (b"PING a\nb\n", "a line has no NUL, CR or LF inside"),
    ],
)
def test_what_is_no_message_is_malformed(line, reason):
    with pytest.raises(Malformed) as malformed:
        read(line)
    assert str(malformed.value) == reason


@pytest.mark.parametrize(
    "line",
    [
        b"QUIT\r\n",
        b"PRIVMSG #den hi\r\n",
        b"PRIVMSG #den :two words\r\n",
        b"PRIVMSG #den ::)\r\n",
        b"TOPIC #den :\r\n",
        b":a!b@c PRIVMSG bob :\xff \xe9\r\n",
        b"@time=1;+x=a\\:\\s\\\\;flag :irc.example 001 alice :Hi there\r\n",
    ],
)
def test_what_is_read_is_written_as_it_was(line):
    assert write(read(line)) == line


@pytest.mark.parametrize(
    "message",
    [
        Message("NICK", ("a\nQUIT",)),
        Message("NICK", ("a", "b c", "d")),
        Message("NICK", ("", "d")),
        Message("NICK", (":a", "d")),
        Message("NI CK"),
        Message("PING", ("a\0",)),
    ],
)
def test_what_is_no_line_is_not_written(message):
    with pytest.raises(Malformed):
        write(message)


@pytest.mark.parametrize(
    ("line", "lengths"),
    [(b"PING a\r\n", Lengths(0, 8)), (b"@a=b PING a\r\n", Lengths(5, 8)), (b"PING @a b\n", Lengths(0, 10))],
)
def test_tags_have_a_length_of_their_own(line, lengths):
    assert irc.lengths(line) == lengths


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("alice!al@example.net", Source("alice", "al", "example.net")),
        ("alice@example.net", Source("alice", "", "example.net")),
        ("alice", Source("alice")),
        ("irc.example.net", Source("irc.example.net")),
    ],
)
def test_a_source_is_read_and_written(text, source):
    assert irc.read_source(text) == source
    assert str(source) == text


@pytest.mark.parametrize(
    ("casemapping", "name", "small"),
    [
        ("ascii", "Alice[1]~\\", "alice[1]~\\"),
        ("rfc1459", "Alice[1]~\\", "alice{1}^|"),
        ("rfc1459-strict", "Alice[1]~\\", "alice{1}~|"),
        ("ascii", "\u00c9\u0130K\u212a", "\u00c9\u0130k\u212a"),
    ],
)
def test_names_are_folded_by_the_casemapping(casemapping, name, small):
    assert folded(name, casemapping) == small


@pytest.mark.parametrize(
    ("mask", "text", "expected"),
    [
        ("alice!*@*", "Alice!al@example.net", True),
        ("alice!*@*", "malice!al@example.net", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("?", "ab", False),
        ("a?c", "aBC", True),
        ("*a*b", "xaxb", True),
        ("*ab", "aab", True),
        ("*ab*b", "ab", False),
        ("a*a", "a", False),
        ("*.net", "a.b.net.net", True),
        ("a[b]*", "a[b]c", True),
        ("a.b", "axb", False),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\b", r"a\b", True),
        (r"a\\b", r"a\\b", True),
        (r"a\\b", r"a\b", False),
        ("a*", "a\n", True),
        ("**a**", "bab", True),
    ],
)
def test_a_mask_matches_all_of_a_text(mask, text, expected):
    assert Mask(mask).matches(text) is expected


def test_a_mask_follows_the_casemapping():
    assert Mask("a[*", "rfc1459").matches("A{b")
    assert not Mask("a[*", "ascii").matches("A{b")


def test_no_mask_is_slow():
    began = time.process_time()
    assert not Mask("*a" * 100 + "*b").matches("a" * 400)
    assert time.process_time() - began < 1


def test_tokens_have_values_or_none():
    words = ["CHANTYPES=#", "EXCEPTS", "INVEX=", "-KNOCK", r"NETWORK=Lab\x205"]
    expected = {"CHANTYPES": "#", "EXCEPTS": "", "INVEX": "", "KNOCK": None, "NETWORK": "Lab 5"}
    assert irc.read_tokens(words) == expected


def test_the_kinds_of_modes_come_from_tokens():
    assert ModeKinds.of({"PREFIX": "(ov)@+", "CHANMODES": "be,k,l,imnst,X"}) == OURS
    assert ModeKinds.of({}) == ModeKinds({"o": "@", "v": "+"}, "b", "k", "l", "imnpst")
    assert ModeKinds.of({"PREFIX": "", "CHANMODES": "b"}) == ModeKinds({}, "b")


def test_a_prefix_has_as_many_letters_as_signs():
    with pytest.raises(Malformed, match="as many signs"):
        ModeKinds.of({"PREFIX": "(ov)@"})


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["+o", "alice"], [Change("+", "o", "alice")]),
        (["o-v", "a", "b"], [Change("+", "o", "a"), Change("-", "v", "b")]),
        (["+lk-l", "5", "key"], [Change("+", "l", "5"), Change("+", "k", "key"), Change("-", "l")]),
        (["-k", "key"], [Change("-", "k", "key")]),
        (["b"], [Change("+", "b")]),
        (["+nXt"], [Change("+", "n"), Change("+", "X"), Change("+", "t")]),
        (["+o"], [Change("+", "o")]),
        ([], []),
    ],
)
def test_a_mode_string_is_read_by_the_kinds(words, changes):
    assert irc.read_modes(words, OURS) == changes


def test_modes_are_written_with_as_few_signs_as_possible():
    changes = [Change("+", "o", "a"), Change("+", "n"), Change("-", "l"), Change("-", "k", "key")]
    assert irc.write_modes(changes) == ["+on-lk", "a", "key"]
    assert irc.write_modes([]) == []


def test_unknown_modes_are_known_to_be_so():
    assert all(OURS.is_known(letter) for letter in "ovbeklimnst")
    assert not OURS.is_known("X")
