"""The lab's IRC server: who is there, which channels there are, and what the server says of itself."""

import pytest

from tests.irc_room import NOW, Room

AT = int(NOW)
END_OF_WHO = "315 alice {} :End of WHO list"


@pytest.fixture
def room():
    """alice is operator of #den, where bob is, too; carol, away, is in the secret #attic, with dave, invisible."""
    room = Room("alice", "bob", "carol", "dave", operators={"root": "secret"}, motd=("Hello!",))
    room.does("alice JOIN #den", "bob JOIN #den", "carol JOIN #attic", "dave JOIN #attic")
    return room.does("carol MODE #attic +s", "carol AWAY :lunch", "dave MODE dave +i", "bob OPER root secret")


def answers(room, step):
    """What the sender is told, without the server and the sender's own nick in front."""
    who = step.partition(" ")[0]
    return [line.removeprefix(f"{who} :irc ").replace(f" {who} ", " ", 1) for line in room.gets(step)]


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("alice WHO #den", ["#den alice h irc alice H@ :0 Alice", "#den bob h irc bob H* :0 Bob"]),
        ("alice WHO #den o", ["#den bob h irc bob H* :0 Bob"]),
        ("alice WHO BOB", ["#den bob h irc bob H* :0 Bob"]),
        ("alice WHO carol", ["* carol h irc carol G :0 Carol"]),
        ("alice WHO dave", ["* dave h irc dave H :0 Dave"]),
        ("alice WHO c*", ["* carol h irc carol G :0 Carol"]),
        ("alice WHO d*", []),
        ("carol WHO d*", ["#attic dave h irc dave H :0 Dave"]),
        ("alice WHO #attic", []),
        ("alice WHO #no", []),
        ("alice WHO nobody", []),
        ("bob WHO #attic", ["#attic carol h irc carol G@ :0 Carol"]),
    ],
)
def test_who(step, found, room):
    mask = step.split()[2]
    assert answers(room, step) == [*(f"352 {line}" for line in found), f"315 {mask} :End of WHO list"]


@pytest.mark.parametrize("mask", ["", " *", " 0"])
def test_who_of_all_leaves_out_the_invisible(mask, room):
    assert [line.split()[5] for line in answers(room, f"alice WHO{mask}")[:-1]] == ["alice", "bob", "carol"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("%tcuihsnfdlaor,42", "42 #den bob 255.255.255.255 h irc bob H* 0 0 0 n/a :Bob"),
        ("%nat,1234", "123 bob 0"),
        ("%nt", "0 bob"),
        ("o%n", "bob"),
    ],
)
def test_whox(options, found, room):
    assert answers(room, f"alice WHO bob {options}")[0] == f"354 {found}"


def test_the_address_of_whox_is_one():
    room = Room("alice")
    room.chat.opens("new", "::1")
    room.says("new", "NICK bob", "USER b 0 * :b")
    assert room.gets("alice WHO bob %i")[0] == "alice :irc 354 alice 0::1"


def test_whois(room):
    room.later(5)
    assert answers(room, "alice WHOIS Bob") == [
        "311 bob bob h * :Bob",
        "319 bob :#den",
        "312 bob irc :Lab 5: Chat Room",
        "313 bob :is an IRC operator",
        f"317 bob 5 {AT} :seconds idle, signon time",
        "318 Bob :End of WHOIS list",
    ]


def test_whois_says_who_is_away_and_nothing_of_secret_channels(room):
    told = answers(room, "alice WHOIS irc carol")
    assert "301 carol :lunch" in told
    assert not [line for line in told if line.startswith("319")]
    assert "319 carol :@#attic" in answers(room, "dave WHOIS carol carol")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("alice WHOIS", ["431 :No nickname given"]),
        ("alice WHOIS nobody", ["401 nobody :No such nick", "318 nobody :End of WHOIS list"]),
        ("alice WHOIS other bob", ["402 other :No such server"]),
        ("alice WHOWAS", ["431 :No nickname given"]),
        ("alice WHOWAS nobody", ["406 nobody :There was no such nick", "369 nobody :End of WHOWAS"]),
        ("alice ISON bob nobody CAROL", ["303 :bob carol"]),
        ("alice ISON :bob nobody", ["303 :bob"]),
        ("alice ISON nobody", ["303 :"]),
        ("alice ISON", ["461 ISON :Not enough parameters"]),
        ("alice USERHOST bob carol x", ["302 :bob*=+bob@h carol=-carol@h"]),
        ("alice VERSION other", ["402 other :No such server"]),
        ("alice TIME", ["391 irc :Sunday June 15 2025 -- 15:06:40 +00:00"]),
        ("alice MOTD", ["375 :- irc Message of the day - ", "372 :- Hello!", "376 :End of MOTD"]),
        ("alice MOTD other", ["402 other :No such server"]),
        ("alice LINKS", ["364 irc irc :0 Lab 5: Chat Room", "365 * :End of LINKS list"]),
        ("alice LINKS i*", ["364 irc irc :0 Lab 5: Chat Room", "365 i* :End of LINKS list"]),
        ("alice LINKS no*", ["365 no* :End of LINKS list"]),
        ("alice STATS x", ["219 x :End of STATS"]),
        ("alice STATS u", ["242 :Server Up 0 days 0:00:00", "219 u :End of STATS"]),
        ("alice HELP nonsense", ["524 nonsense :There is no help on this"]),
        ("alice HELP kick", ["704 kick :KICK #channel nick,another reason", "706 kick :End of HELP"]),
        ("alice USERS", ["446 :USERS has been disabled"]),
        ("alice SUMMON x", ["445 :SUMMON has been disabled"]),
        ("alice NONSENSE x", ["421 NONSENSE :Unknown command"]),
        ("alice KNOCK #attic", ["421 KNOCK :Unknown command"]),
    ],
)
def test_a_query_is_answered(step, told, room):
    assert answers(room, step) == told


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("ADMIN", ["256", "257", "258", "259"]),
        ("INFO irc", ["371", "371", "371", "374"]),
        ("VERSION alice", ["351", "005", "005", "005"]),
        ("HELP", ["704", "705", "705", "706"]),
        ("LUSERS", ["251", "252", "253", "254", "255", "265", "266"]),
    ],
)
def test_a_query_is_answered_by_these(command, codes, room):
    assert [line.split()[2] for line in room.gets(f"alice {command}")] == codes


def test_whowas_has_those_who_left_last_first(room):
    room.does("alice NICK al", "carol NICK alice", "carol NICK carol")
    told = room.gets("bob WHOWAS Alice")
    assert [line.split()[5] for line in told if " 314 " in line] == ["carol", "alice"]
    assert [line.split()[5] for line in room.gets("bob WHOWAS alice 1") if " 314 " in line] == ["carol"]
    assert [line.split()[5] for line in room.gets("bob WHOWAS alice -1") if " 314 " in line] == ["carol", "alice"]
    assert told[1] == "bob :irc 312 bob alice irc :Sun Jun 15 15:06:40 2025"


def test_lusers_are_exact(room):
    room.chat.opens("new")
    room.leaves("alice")
    assert [line.partition(" :irc ")[2] for line in room.gets("bob LUSERS")] == [
        "251 bob :There are 2 users and 1 invisible on 1 servers",
        "252 bob 1 :operators online",
        "253 bob 1 :connections that have not registered yet",
        "254 bob 2 :channels formed",
        "255 bob :I have 3 clients and 0 servers",
        "265 bob 3 4 :Current local users 3, max 4",
        "266 bob 3 4 :Current global users 3, max 4",
    ]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ("", ["#den", "#new"]),
        ("#den,#no", ["#den"]),
        ("#D*", ["#den"]),
        ("!*e*", []),
        ("!*w", ["#den"]),
        (">1", ["#den"]),
        ("<2", ["#new"]),
        (">0,!#den", ["#new"]),
        ("C>5", ["#den"]),
        ("C<5", ["#new"]),
        ("T<5", ["#new"]),
        ("T>5", []),
        ("#attic", []),
    ],
)
def test_list(conditions, found, room):
    room.later(600)
    room.does("bob JOIN #new", "bob TOPIC #new :fresh")
    told = room.gets(f"alice LIST {conditions}")
    assert [line.split()[4] for line in told[1:-1]] == found
    assert (told[0], told[-1]) == ("alice :irc 321 alice Channel :Users  Name", "alice :irc 323 alice :End of LIST")


def test_a_channel_is_listed_with_its_members_and_topic(room):
    room.does("alice TOPIC #den :tea for two")
    assert room.gets("carol LIST #den")[1] == "carol :irc 322 carol #den 2 :tea for two"


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        ("alice OPER root wrong", "464 alice :Password incorrect"),
        ("alice OPER nobody secret", "464 alice :Password incorrect"),
        ("alice OPER root", "461 alice OPER :Not enough parameters"),
        ("alice KILL bob :x", "481 alice :Permission denied: you are no IRC operator"),
        ("alice WALLOPS :x", "481 alice :Permission denied: you are no IRC operator"),
        ("bob KILL nobody", "401 bob nobody :No such nick"),
        ("bob KILL", "461 bob KILL :Not enough parameters"),
    ],
)
def test_operators_only(step, refusal, room):
    assert room.gets(step) == [f"{step.partition(' ')[0]} :irc {refusal}"]


def test_without_operators_nobody_becomes_one():
    assert Room("alice").gets("alice OPER root secret") == ["alice :irc 491 alice :There are no operators here"]


def test_an_operator_is_told_so_and_may_end_it(room):
    assert room.gets("alice OPER root secret") == [
        "alice :irc 381 alice :You are now an IRC operator",
        "alice :alice!alice@h MODE alice :+o",
    ]
    assert room.does("alice MODE alice -o").gets("alice MODE alice") == ["alice :irc 221 alice +"]


def test_a_kill_is_told_to_its_victim_and_those_who_share_a_channel(room):
    room.does("carol MODE #attic -s")
    assert room.gets("bob KILL carol :enough") == [
        "carol :bob!bob@h KILL carol :enough",
        "carol ERROR :Closing link: h (Killed (bob (enough)))",
        "carol END",
        "dave :carol!carol@h QUIT :Killed (bob (enough))",
    ]


def test_wallops_go_to_those_who_want_them(room):
    room.does("carol MODE carol +w")
    assert room.gets("bob WALLOPS :beware") == ["carol :bob!bob@h WALLOPS :beware"]


def test_monitor_tells_who_is_there_who_comes_and_who_goes():
    room = Room("alice", "bob")
    assert room.gets("alice MONITOR + Bob,carol,b@d") == [
        "alice :irc 730 alice :bob!bob@h",
        "alice :irc 731 alice :carol",
    ]
    assert room.gets("alice MONITOR S") == ["alice :irc 730 alice :bob!bob@h", "alice :irc 731 alice :carol"]
    assert room.gets("bob NICK carol") == [
        "alice :irc 731 alice :bob",
        "alice :irc 730 alice :carol!bob@h",
        "bob :bob!bob@h NICK :carol",
    ]
    assert room.leaves("bob") == ["alice :irc 731 alice :carol"]
    assert room.gets("alice MONITOR L") == [
        "alice :irc 732 alice :Bob,carol",
        "alice :irc 733 alice :End of MONITOR list",
    ]
    assert room.does("alice MONITOR - bob", "alice MONITOR C").gets("alice MONITOR S") == []
    assert room.enters("bob")[0].startswith("bob :irc 001")


def test_there_is_a_limit_to_the_monitored():
    room = Room("alice")
    for start in range(0, 100, 20):
        room.does(f"alice MONITOR + {','.join(f'x{number}' for number in range(start, start + 20))}")
    assert room.gets("alice MONITOR + y,z") == ["alice :irc 734 alice 100 y,z :Monitor list is full"]
