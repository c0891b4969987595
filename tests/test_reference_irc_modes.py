"""The lab's IRC server: MODE of channels and of oneself."""

import pytest

from tests.irc_room import NOW, Room

AT = int(NOW)


@pytest.fixture
def room():
    """alice is operator of #den, where bob is, too; carol is outside."""
    return Room("alice", "bob", "carol").does("alice JOIN #den", "bob JOIN #den")


def test_who_asks_is_told_how_a_channel_is_set(room):
    assert room.gets("carol MODE #den") == ["carol :irc 324 carol #den +nt", f"carol :irc 329 carol #den {AT}"]


def test_only_members_see_the_key(room):
    room.does("alice MODE #den +kl key 9")
    assert room.gets("bob MODE #den")[0] == "bob :irc 324 bob #den +ntkl key 9"
    assert room.gets("carol MODE #den")[0] == "carol :irc 324 carol #den +ntkl * 9"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("+m", "+m"),
        ("m", "+m"),
        ("+ms-nt", "+ms-nt"),
        ("+o BOB", "+o bob"),
        ("-o alice", "-o alice"),
        ("+vo bob bob", "+vo bob bob"),
        ("+k key", "+k key"),
        ("+l 7", "+l 7"),
        ("+l 007", "+l 7"),
        ("+b bob", "+b bob!*@*"),
        ("+b bob!x", "+b bob!x@*"),
        ("+b b@h", "+b *!b@h"),
        ("+b *.example.net", "+b *!*@*.example.net"),
        ("+b-e+m x y", "+bm x!*@*"),
        ("+lb 5 x", "+lb 5 x!*@*"),
        ("+e-b x y", "+e x!*@*"),
    ],
)
def test_a_change_is_told_to_all_members(words, told, room):
    line = f":alice!alice@h MODE #den {told}"
    assert room.gets(f"alice MODE #den {words}") == [f"alice {line}", f"bob {line}"]


@pytest.mark.parametrize("words", ["+n", "-m", "+o alice", "-v bob", "-k x", "-l", "-b x", "+-", ""])
def test_what_is_so_already_is_not_told(words, room):
    assert [line for line in room.gets(f"alice MODE #den {words}") if " MODE " in line] == []


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        ("bob MODE #den +m", "482 bob #den :You are no channel operator"),
        ("bob MODE #den +imnst", "482 bob #den :You are no channel operator"),
        ("bob MODE #den -b x", "482 bob #den :You are no channel operator"),
        ("carol MODE #den +m", "442 carol #den :You are not on that channel"),
        ("alice MODE #no +m", "403 alice #no :No such channel"),
        ("alice MODE #den +X", "472 alice X :is unknown mode char to me"),
        ("alice MODE #den +o", "461 alice MODE :Not enough parameters"),
        ("alice MODE #den +k", "461 alice MODE :Not enough parameters"),
        ("alice MODE #den +l", "461 alice MODE :Not enough parameters"),
        ("alice MODE #den +o nobody", "401 alice nobody :No such nick"),
        ("alice MODE #den +v carol", "441 alice carol #den :They are not on that channel"),
        ("alice MODE #den +k :two words", "525 alice #den :A key has no spaces, commas or control characters"),
        ("alice MODE #den +k a,b", "525 alice #den :A key has no spaces, commas or control characters"),
        ("alice MODE #den +k :", "525 alice #den :A key has no spaces, commas or control characters"),
        ("alice MODE #den +l -1", "696 alice #den l -1 :A limit is a number from 1 to 1,000,000"),
        ("alice MODE #den +l 0", "696 alice #den l 0 :A limit is a number from 1 to 1,000,000"),
        ("alice MODE bob +i", "502 alice :Cannot change or see the modes of other users"),
        ("alice MODE bob", "502 alice :Cannot change or see the modes of other users"),
        ("alice MODE nobody", "401 alice nobody :No such nick"),
        ("alice MODE alice +X", "501 alice :Unknown mode flag"),
        ("alice MODE", "461 alice MODE :Not enough parameters"),
    ],
)
def test_what_cannot_be_done_is_refused(step, refusal, room):
    who = step.partition(" ")[0]
    assert room.gets(step) == [f"{who} :irc {refusal}"]


def test_what_can_be_done_beside_it_is_done(room):
    assert room.gets("alice MODE #den +Xm") == [
        "alice :irc 472 alice X :is unknown mode char to me",
        "alice :alice!alice@h MODE #den +m",
        "bob :alice!alice@h MODE #den +m",
    ]


def test_lists_are_shown_to_everybody(room):
    room.does("alice MODE #den +be x *!*@y")
    assert room.gets("bob MODE #den b") == [
        f"bob :irc 367 bob #den x!*@* alice!alice@h {AT}",
        "bob :irc 368 bob #den :End of channel ban list",
    ]
    assert room.gets("carol MODE #den +e") == [
        f"carol :irc 348 carol #den *!*@y alice!alice@h {AT}",
        "carol :irc 349 carol #den :End of channel exception list",
    ]


def test_what_is_asked_for_again_and_again_is_answered_once(room):
    assert len(room.gets(f"bob MODE #den {'bXe' * 100}")) == 3


def test_a_mask_is_taken_away_however_it_is_written(room):
    room.does("alice MODE #den +b Dave!*@*")
    assert room.gets("alice MODE #den -b dave")[0] == "alice :alice!alice@h MODE #den -b Dave!*@*"


def test_there_is_a_limit_to_the_masks(room):
    for number in range(100):
        room.does(f"alice MODE #den +b x{number}")
    assert room.gets("alice MODE #den +b one") == ["alice :irc 478 alice #den b :Channel list is full"]


def test_any_word_takes_a_key_away(room):
    room.does("alice MODE #den +k key")
    assert room.gets("alice MODE #den -k x")[0] == "alice :alice!alice@h MODE #den -k key"
    assert "carol :carol!carol@h JOIN #den" in room.gets("carol JOIN #den")


def test_changes_that_do_not_fit_one_line_take_two(room):
    masks = " ".join(f"{'x' * 29}{number}" for number in range(9))
    told = [line for line in room.gets(f"alice MODE #den +bbbbbbbbb {masks}") if line.startswith("bob")]
    assert [line.split()[4] for line in told] == ["+bbbbbbbbb"] or len(told) == 2
    assert max(map(len, told)) < 510


def test_no_more_than_twenty_arguments_count(room):
    masks = " ".join(map(str, range(25)))
    room.does(f"alice MODE #den +{'b' * 25} {masks}")
    assert len(room.gets("alice MODE #den b")) == 21


def test_ones_own_modes(room):
    assert room.gets("alice MODE alice") == ["alice :irc 221 alice +"]
    assert room.gets("alice MODE ALICE +wi-B") == ["alice :alice!alice@h MODE alice :+wi"]
    assert room.gets("alice MODE alice +iw") == []
    assert room.gets("alice MODE alice") == ["alice :irc 221 alice +iw"]
    assert room.gets("alice MODE alice -w+X") == [
        "alice :alice!alice@h MODE alice :-w",
        "alice :irc 501 alice :Unknown mode flag",
    ]


def test_nobody_makes_oneself_an_operator(room):
    assert room.gets("alice MODE alice +o") == []
    assert room.gets("alice MODE alice") == ["alice :irc 221 alice +"]
