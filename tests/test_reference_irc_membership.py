"""The lab's IRC server: JOIN, PART, NAMES, KICK, INVITE and TOPIC."""

import pytest

from tests.irc_room import NOW, Room

AT = int(NOW)


@pytest.fixture
def room():
    """alice is operator of #den, where bob is, too; carol is outside."""
    return Room("alice", "bob", "carol").does("alice JOIN #den", "bob JOIN #den")


def test_who_makes_a_channel_is_its_operator():
    assert Room("alice").gets("alice JOIN #Den") == [
        "alice :alice!alice@h JOIN #Den",
        "alice :irc 353 alice = #Den :@alice",
        "alice :irc 366 alice #Den :End of NAMES list",
    ]


def test_who_joins_is_told_the_topic_and_the_names_and_the_others_are_told(room):
    room.does("alice TOPIC #den :tea")
    assert room.gets("carol JOIN #DEN") == [
        "alice :carol!carol@h JOIN #den",
        "bob :carol!carol@h JOIN #den",
        "carol :carol!carol@h JOIN #den",
        "carol :irc 332 carol #den :tea",
        f"carol :irc 333 carol #den alice!alice@h {AT}",
        "carol :irc 353 carol = #den :@alice bob carol",
        "carol :irc 366 carol #den :End of NAMES list",
    ]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("bob JOIN #den", []),
        ("bob JOIN", ["bob :irc 461 bob JOIN :Not enough parameters"]),
        ("bob JOIN :", ["bob :irc 461 bob JOIN :Not enough parameters"]),
        ("bob JOIN den", ["bob :irc 403 bob den :No such channel"]),
        ("bob JOIN #", ["bob :irc 476 bob # :Bad channel name"]),
        ("bob JOIN :#a b", ["bob :irc 476 bob #a :Bad channel name"]),
        (f"bob JOIN #{'a' * 50}", [f"bob :irc 476 bob #{'a' * 50} :Bad channel name"]),
        ("bob JOIN 0", ["alice :bob!bob@h PART #den", "bob :bob!bob@h PART #den"]),
        ("bob PART #den", ["alice :bob!bob@h PART #den", "bob :bob!bob@h PART #den"]),
        ("bob PART #DEN :so long", ["alice :bob!bob@h PART #den :so long", "bob :bob!bob@h PART #den :so long"]),
        ("carol PART #den", ["carol :irc 442 carol #den :You are not on that channel"]),
        ("carol PART #no", ["carol :irc 403 carol #no :No such channel"]),
        (
            "carol NAMES #den",
            ["carol :irc 353 carol = #den :@alice bob", "carol :irc 366 carol #den :End of NAMES list"],
        ),
        ("carol NAMES #no", ["carol :irc 366 carol #no :End of NAMES list"]),
        ("carol NAMES", ["carol :irc 366 carol * :End of NAMES list"]),
        ("bob KICK #den alice", ["bob :irc 482 bob #den :You are no channel operator"]),
        ("carol KICK #den alice", ["carol :irc 442 carol #den :You are not on that channel"]),
        ("alice KICK #no bob", ["alice :irc 403 alice #no :No such channel"]),
        ("alice KICK #den carol", ["alice :irc 441 alice carol #den :They are not on that channel"]),
        ("alice KICK #den nobody", ["alice :irc 401 alice nobody :No such nick"]),
        ("alice KICK #den", ["alice :irc 461 alice KICK :Not enough parameters"]),
        (
            "alice KICK #den BOB",
            ["alice :alice!alice@h KICK #den bob :alice", "bob :alice!alice@h KICK #den bob :alice"],
        ),
        ("carol TOPIC #den", ["carol :irc 331 carol #den :No topic is set"]),
        ("carol TOPIC #no", ["carol :irc 403 carol #no :No such channel"]),
        ("carol TOPIC #den :x", ["carol :irc 442 carol #den :You are not on that channel"]),
        ("bob TOPIC #den :x", ["bob :irc 482 bob #den :You are no channel operator"]),
        ("alice TOPIC #den :x y", ["alice :alice!alice@h TOPIC #den :x y", "bob :alice!alice@h TOPIC #den :x y"]),
        ("bob INVITE carol", ["bob :irc 461 bob INVITE :Not enough parameters"]),
        ("bob INVITE nobody #den", ["bob :irc 401 bob nobody :No such nick"]),
        ("bob INVITE carol #no", ["bob :irc 403 bob #no :No such channel"]),
        ("carol INVITE bob #den", ["carol :irc 442 carol #den :You are not on that channel"]),
        ("bob INVITE alice #den", ["bob :irc 443 bob alice #den :is already on channel"]),
        ("bob INVITE carol #den", ["bob :irc 341 bob carol #den", "carol :bob!bob@h INVITE carol :#den"]),
        ("carol INVITE", ["carol :irc 337 carol :End of INVITE list"]),
    ],
)
def test_a_command_is_answered(step, told, room):
    assert room.gets(step) == told


def test_several_channels_are_joined_with_their_keys():
    room = Room("alice", "bob").does("alice JOIN #a,#b,#c", "alice MODE #a +k one", "alice MODE #c +k three")
    told = room.gets("bob JOIN #a,#b,#c one,,wrong")
    assert [line for line in told if line.startswith("bob :bob")] == [
        "bob :bob!bob@h JOIN #a",
        "bob :bob!bob@h JOIN #b",
    ]
    assert told[-1] == "bob :irc 475 bob #c :Cannot join channel (+k)"


def test_there_is_a_limit_to_the_channels_of_one(room):
    room.does("carol JOIN " + ",".join(f"#{number}" for number in range(50)))
    assert room.gets("carol JOIN #den") == ["carol :irc 405 carol #den :You have joined too many channels"]


@pytest.mark.parametrize(
    ("mode", "refusal"),
    [
        ("+i", "473 carol #den :Cannot join channel (+i)"),
        ("+k key", "475 carol #den :Cannot join channel (+k)"),
        ("+l 2", "471 carol #den :Cannot join channel (+l)"),
        ("+b CAROL", "474 carol #den :Cannot join channel (+b)"),
        ("+b *!*@h", "474 carol #den :Cannot join channel (+b)"),
    ],
)
def test_a_mode_keeps_people_out(mode, refusal, room):
    assert room.does(f"alice MODE #den {mode}").gets("carol JOIN #den") == [f"carol :irc {refusal}"]


@pytest.mark.parametrize("mode", ["+i", "+b carol"])
def test_whom_an_operator_invites_comes_in_once(mode, room):
    room.does(f"alice MODE #den {mode}", "alice INVITE carol #den")
    assert room.gets("carol INVITE")[0] == "carol :irc 336 carol #den"
    assert "carol :carol!carol@h JOIN #den" in room.gets("carol JOIN #den")
    assert room.does("carol PART #den").gets("carol JOIN #den")[0][:14] in ("carol :irc 473", "carol :irc 474")


def test_only_operators_invite_to_a_channel_for_the_invited(room):
    room.does("alice MODE #den +i")
    assert room.gets("bob INVITE carol #den") == ["bob :irc 482 bob #den :You are no channel operator"]


def test_an_exception_lets_a_banned_one_in(room):
    room.does("alice MODE #den +b *!*@h", "alice MODE #den +e carol!*@*")
    assert "carol :carol!carol@h JOIN #den" in room.gets("carol JOIN #den")


def test_an_invitation_ends_with_its_channel(room):
    room.does("alice INVITE carol #den", "alice PART #den", "bob PART #den", "alice JOIN #den", "alice MODE #den +i")
    assert room.gets("carol INVITE") == ["carol :irc 337 carol :End of INVITE list"]
    assert room.gets("carol JOIN #den") == ["carol :irc 473 carol #den :Cannot join channel (+i)"]


def test_who_is_away_is_so_for_who_invites(room):
    room.does("carol AWAY :lunch")
    assert "bob :irc 301 bob carol :lunch" in room.gets("bob INVITE carol #den")


def test_a_secret_channel_is_not_there_for_others(room):
    room.does("alice MODE #den +s")
    assert room.gets("carol NAMES #den") == ["carol :irc 366 carol #den :End of NAMES list"]
    for line in ("TOPIC #den", "PART #den", "MODE #den", "TOPIC #den x"):
        assert room.gets(f"carol {line}") == ["carol :irc 403 carol #den :No such channel"]
    assert room.gets("bob NAMES #den")[0] == "bob :irc 353 bob @ #den :@alice bob"


def test_the_invisible_are_seen_by_members_only(room):
    room.does("bob MODE bob +i")
    assert room.gets("carol NAMES #den")[0] == "carol :irc 353 carol = #den :@alice"
    assert room.gets("alice NAMES #den")[0] == "alice :irc 353 alice = #den :@alice bob"


def test_several_are_kicked_at_once(room):
    room.does("carol JOIN #den")
    told = room.gets("alice KICK #den bob,carol :out")
    assert [line for line in told if line.startswith("alice")] == [
        "alice :alice!alice@h KICK #den bob :out",
        "alice :alice!alice@h KICK #den carol :out",
    ]


def test_who_leaves_last_takes_the_channel_with_them(room):
    room.does("alice MODE #den +k key", "alice PART #den", "bob PART #den")
    assert room.gets("carol JOIN #den")[1] == "carol :irc 353 carol = #den :@carol"


def test_an_empty_topic_is_none(room):
    room.does("alice TOPIC #den :x", "alice TOPIC #den :")
    assert room.gets("bob TOPIC #den") == ["bob :irc 331 bob #den :No topic is set"]


def test_a_topic_is_cut_at_a_whole_character(room):
    room.does("alice TOPIC #den :" + "\u20ac" * 150)
    assert room.gets("bob TOPIC #den")[0] == "bob :irc 332 bob #den :" + "\u20ac" * 130


def test_many_names_take_several_lines_that_fit():
    room = Room("alice", *(f"somebody{'x' * 15}{number}" for number in range(60))).does("alice JOIN #a")
    for number in range(60):
        room.does(f"somebody{'x' * 15}{number} JOIN #a")
    lines = [line for line in room.gets("alice NAMES #a") if " 353 " in line]
    assert len(" ".join(line.partition(" :")[2].partition(":")[2] for line in lines).split()) == 61
    assert max(map(len, lines)) <= 510


def test_capabilities_show_more_names_and_signs():
    room = Room("alice", "bob")
    room.enters("carol", "multi-prefix", "userhost-in-names")
    room.does("alice JOIN #a", "bob JOIN #a", "carol JOIN #a", "alice MODE #a +vv alice bob")
    assert room.gets("bob NAMES #a")[0] == "bob :irc 353 bob = #a :@alice +bob carol"
    names = "@+alice!alice@h +bob!bob@h carol!carol@h"
    assert room.gets("carol NAMES #a")[0] == f"carol :irc 353 carol = #a :{names}"


def test_extended_join_says_who_comes(room):
    room.enters("dave", "extended-join")
    room.does("dave JOIN #den")
    told = room.gets("carol JOIN #den")
    assert "bob :carol!carol@h JOIN #den" in told
    assert "dave :carol!carol@h JOIN #den * :Carol" in told


def test_invite_notify_tells_members(room):
    room.enters("dave", "invite-notify")
    room.does("dave JOIN #den")
    assert "dave :bob!bob@h INVITE carol :#den" in room.gets("bob INVITE carol #den")
