"""Week 8: an IRC server."""

import signal

from grader.check import check
from grader.peers.irc.server import IrcServer

PROGRAM = "week8_irc/server.py"
MOTD = ("Welcome to the lab.", "", "Be kind: caf\u00e9, \u65e5\u672c\u8a9e.")
server = IrcServer(PROGRAM)
guarded = IrcServer(PROGRAM, options=("--oper", "root:t0psecret"), password="sesame", motd=MOTD)
impatient = IrcServer(PROGRAM, options=("--ping", "1"))
metered = IrcServer(PROGRAM, options=("--flood", "50"))
unmetered = IrcServer(PROGRAM, options=("--flood", "0"))

BAD_ARGUMENTS = (
    (),
    ("localhost",),
    ("localhost", "irc"),
    ("localhost", "70000"),
    ("localhost", "6667", "--ping", "soon"),
    ("localhost", "6667", "--nonsense"),
)
EMOJI = "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"
TEXTS = (
    "hello",
    EMOJI,
    "two  spaces  and one behind ",
    " one before",
    ":-) a colon first",
    ":",
    "a : in between",
    "%s {0} $1 \\n",
)
BAD_NICKS = ("1alice", "-alice", "al!ce", "al@ce", "#alice", "al,ce", "al*ce", ":al ce")
BEFORE_REGISTRATION = ("JOIN #early", "PRIVMSG zoe :hello", "WHO zoe", "TOPIC #early", "LIST")
NONSENSE = (b":", b": ", b":alice", b"@", b"@ ", b"@a=b", b"@a=b :c", b" ", b"  :", b"1 2 3", b"\0", b"JOIN\0x")
NONSENSE += (b"PING" + b" x" * 100, b"MODE #a +" + b"b" * 100, b"JOIN " + b"," * 100)
PARAMETERS_MISSING = ("JOIN", "PART", "KICK", "KICK #missing", "TOPIC", "MODE")


# Registration: who is there?


@check(
    points=2,
    teaches="A protocol begins with introductions: NICK and USER, in any order, and the answer is a number, 001.",
    hint='when nick and user are both known: ":irc.lab5.example 001 alice :Welcome ...\\r\\n".',
)
def registers(server):
    """`NICK` and `USER` register a client, in any order; it is welcomed by 001 (RFC 2812 section 3.1)."""
    alice, bob = server.connect("alice"), server.connect("bob")
    alice.says("NICK alice", "USER alice 0 * :Alice of the lab")
    alice.gets("001")
    bob.says("USER bob 0 * :Bob of the lab")
    bob.says("NICK bob")
    bob.gets("001")


@check(
    after=registers,
    points=1,
    teaches="A question without consequences shows that the other side is alive, and has done all that came before.",
    hint='":irc.lab5.example PONG irc.lab5.example :text": your name, then the text as it came.',
)
def answers_ping(server):
    """`PING text` gets `PONG server text` (RFC 2812 section 3.7.2; modern IRC: PING)."""
    (alice,) = server.registered("alice")
    alice.does("PING there", "PONG ? there")
    alice.does("PING :are you there?", "PONG ? :are you there?")
    alice.says("PING")
    alice.gets("409|461")


@check(
    after=registers,
    points=1,
    teaches="Numbers are for programs: a client knows by 001 to 004 where it is, and by 376 or 422 that it can begin.",
    hint="001 002 003 004, then 005, then LUSERS if you like, then 375 372 376, or 422 where there is no MOTD.",
)
def welcomes_in_the_usual_order(server):
    """After registration come 001, 002, 003, 004, 005, and the message of the day or 422 (RFC 2812 section 5.1)."""
    alice = server.connect("alice")
    alice.says("NICK alice", "USER alice 0 * :Alice of the lab")
    alice.gets("001", "002", "003", "004", "005", "376|422")


@check(
    after=registers,
    points=1,
    teaches="Every numeric says whom it is for: a client with several nicks, or behind a bouncer, counts on it.",
    hint='f":{SERVER} {number} {client.nick or "*"} ...": the first parameter is always the nick, before all others.',
)
def says_who_speaks_and_to_whom(server):
    """Numerics come from the server and name the client first: its nick, or `*` before it is registered; messages of
    clients come from `nick!user@host` (RFC 2812 sections 2.3.1 and 2.4)."""
    alice = server.connect("alice")
    alice.says("JOIN #early")
    alice.is_addressed_as("*", "451")
    alice.registers("alicia")
    alice.says("VERSION", "WHO nobody", "LUSERS", "NONSENSE")
    alice.is_addressed_as("alicia", "351", "315", "251", "421")
    alice.says("PRIVMSG alicia :note to myself")
    alice.gets_from("alicia", "alice", "PRIVMSG alicia :note to myself")


@check(
    after=registers,
    points=1,
    teaches="A client cannot guess what a server can do: 005 tells it, and a false token breaks the client.",
    hint='"005 alice CHANTYPES=# PREFIX=(ov)@+ CHANMODES=be,k,l,imnst ... :are supported by this server".',
)
def says_what_it_supports(server):
    """005 has true tokens, at least CASEMAPPING, CHANTYPES, PREFIX and CHANMODES with this week's channel modes in
    their groups (modern IRC: RPL_ISUPPORT)."""
    (alice,) = server.registered("alice")
    alice.was_told_what_is_supported()


@check(
    after=registers,
    points=1,
    teaches="Which commands are allowed depends on what came before: that is the state of a protocol.",
    hint="a table of what works before registration: CAP NICK PASS USER PING PONG QUIT; all else: 451.",
)
def wants_a_registration_first(server):
    """Commands that need a registration get 451 before it (RFC 2812 section 5.2)."""
    alice = server.connect("alice")
    for line in BEFORE_REGISTRATION:
        alice.is_refused("451", line)
    alice.registers()


@check(
    after=registers,
    points=1,
    teaches="Whatever comes from outside is looked at before it is used: a nick is part of masks, lists and commands.",
    hint="re.fullmatch(r'[A-Za-z\\[\\]\\\\`_^{|}][A-Za-z0-9\\[\\]\\\\`_^{|}-]*', nick), else 432.",
)
def refuses_what_is_no_nick(server):
    """A nick is letters, digits and `[]\\`_^{|}-`, and begins with neither a digit nor `-`: else 432; none at all: 431
    (RFC 2812 section 2.3.1)."""
    alice = server.connect("alice")
    alice.is_refused("431|461", "NICK")
    for nick in BAD_NICKS:
        alice.is_refused("432", f"NICK {nick}")
    alice.registers("[a]\\`_^{|}-9")


@check(
    after=registers,
    points=1,
    teaches="A name stands for one client at a time: who comes second gets an answer, and may try another.",
    hint="nicks = {fold(nick): client}: if it is there and is not this client, 433 and the nick that was asked for.",
)
def refuses_a_nick_in_use(server):
    """A nick in use, in upper case too, gets 433; the client can register with another. Of 20 clients who ask for one
    nick at the same time, one gets it (RFC 2812 section 3.1.2)."""
    (alice,) = server.registered("alice")
    bob = server.connect("bob")
    bob.says("NICK alice", "USER bob 0 * :Bob of the lab")
    bob.gets("433 alice")
    bob.is_refused("433 alice", "NICK ALICE")
    bob.says("NICK bob")
    bob.is_welcome()
    server.race(20, "zoe")


@check(
    after=registers,
    points=1,
    teaches="A command has a known number of parameters, and a time when it may come.",
    hint='len(params) < 4: "461 * USER :Not enough parameters"; registered: "462 alice :You may not reregister".',
)
def registers_once_and_in_full(server):
    """`USER` with too few parameters gets 461; `USER` and `PASS` after the registration get 462 (RFC 2812 sections
    3.1.1 and 3.1.3)."""
    alice = server.connect("alice")
    alice.is_refused("461 USER", "USER", "USER alice", "USER alice 0 *")
    alice.registers()
    alice.is_refused("462", "USER again 0 * :Somebody else", "PASS again")


@check(
    after=registers,
    points=1,
    teaches="A change of name is told to everybody who knows the old one, once, and by the old name.",
    hint="a set of all members of all her channels, and herself: each gets ':old!user@host NICK new' once.",
)
def changes_nicks(server):
    """`NICK` changes the nick: the client and everybody who shares a channel is told once, others are not (RFC 2812
    section 3.1.2)."""
    alice, bob = server.joined("#nicks", "alice", "bob")
    server.lets_join("#nicks-2", alice, bob)
    (carol,) = server.registered("carol")
    alice.does("NICK Alicia", ":alice NICK :Alicia")
    bob.gets_once(":alice NICK :Alicia")
    carol.gets_no("NICK")
    bob.is_refused("401 alice", "PRIVMSG alice :who is that?")
    bob.says("PRIVMSG alicia :there you are")
    alice.gets(":bob PRIVMSG ? :there you are")


@check(
    after=changes_nicks,
    points=1,
    teaches="A change that fails changes nothing.",
    hint="look at the nick first, then change; one's own nick in another case is not in use by somebody else.",
)
def keeps_the_nick_if_the_new_one_cannot_be(server):
    """A refused `NICK` leaves the old nick; the case of one's own nick can be changed (RFC 2812 section 3.1.2)."""
    alice, bob = server.registered("alice", "bob")
    alice.is_refused("433 BOB", "NICK BOB")
    alice.is_refused("432", "NICK 9lives")
    bob.says("PRIVMSG alice :still you?")
    alice.gets(":bob PRIVMSG alice :still you?")
    alice.does("NICK ALICE", ":alice NICK :ALICE")


@check(
    after=refuses_a_nick_in_use,
    points=1,
    teaches="IRC is older than Unicode: which names are the same name, the server has to say.",
    hint="CASEMAPPING=ascii: lower() of A-Z only. rfc1459: []\\~ are the upper case of {}|^ as well.",
)
def compares_names_as_it_announces(server):
    """Nicks and channels that differ in case only are the same, by the CASEMAPPING of 005 (modern IRC: CASEMAPPING)."""
    alice, bob = server.joined("#Case[1]", "alice", "bob")
    alice.does("NICK al[ce]")
    bob.is_refused("433 AL[ce]", "NICK AL[ce]")
    bob.does("NICK al{ce}", "433 al{ce}" if bob.takes_for_one("al[ce]", "al{ce}") else ":bob NICK al{ce}")
    alice.says("PRIVMSG #cASE[1] :the same channel")
    bob.gets("PRIVMSG #case[1] :the same channel")


@check(
    after=registers,
    points=1,
    teaches="Good bye is a command, too: the answer first, then the end of the connection.",
    hint='send "ERROR :Closing link ...", then close; the nick is free again.',
)
def lets_go_who_quits(server):
    """`QUIT` is answered by ERROR, and the connection ends; the nick is free, also of who was not registered yet (RFC
    2812 section 3.1.7)."""
    (alice,) = server.registered("alice")
    alice.says("QUIT :enough for today")
    alice.sees("ERROR")
    alice.sees_the_end()
    bob = server.connect("bob")
    bob.says("NICK bob", "QUIT")
    bob.sees_the_end()
    server.gives_back("alice", "bob")


@check(
    after=lets_go_who_quits,
    points=1,
    teaches="Who shares two channels with somebody hears of the end once: it is about the person, not the channel.",
    hint='a set of all members of all her channels, without herself: each gets ":bob!user@host QUIT :reason" once.',
)
def tells_others_who_quits(server):
    """A `QUIT` is told once to each who shares a channel, with its reason; to nobody else (RFC 2812 section 3.1.7)."""
    alice, bob = server.joined("#quits", "alice", "bob")
    server.lets_join("#quits-2", alice, bob)
    (carol,) = server.registered("carol")
    bob.quits("see you")
    alice.gets_about("see you", ":bob QUIT")
    alice.gets_no("QUIT", "PART")
    carol.gets_no("QUIT")


@check(
    after=tells_others_who_quits,
    points=1,
    teaches="A connection ends by FIN, where recv() gives b'', or by RST, where it raises: both mean that she is gone.",
    hint="do for b'' and for OSError what QUIT does: one function that takes a client out and tells the others.",
)
def notices_a_dropped_connection(server):
    """A connection that ends without `QUIT`, closed or reset, is a QUIT for the others, and the nick is free (RFC 2812
    section 3.1.7)."""
    alice, bob, carol = server.joined("#drops", "alice", "bob", "carol")
    bob.hangs_up()
    for client in (alice, carol):  # nothing is on its way to carol when she drops: send() would be told, not recv()
        client.gets(":bob QUIT")
    carol.drops()
    alice.gets(":carol QUIT")
    server.gives_back("bob", "carol")


# Registration: capabilities.


@check(
    after=registers,
    points=1,
    teaches="New things in an old protocol are asked for: who does not ask gets what she always got.",
    hint='"CAP * LS :message-tags server-time ..."; hold 001 back from CAP LS or CAP REQ on until CAP END.',
)
def waits_for_the_end_of_capabilities(server):
    """`CAP LS 302` gets the list of capabilities; after it, or after `CAP REQ`, the registration waits for `CAP END`
    (modern IRC: CAP)."""
    alice = server.connect("alice")
    alice.says("CAP LS 302", "NICK alice", "USER alice 0 * :Alice of the lab", "CAP LIST")
    alice.gets("CAP ? LS", "CAP ? LIST")
    alice.gets_no("001")
    alice.says("CAP END")
    alice.is_welcome()
    bob = server.connect("bob")
    bob.says("CAP REQ :no-such-thing", "NICK bob", "USER bob 0 * :Bob of the lab", "CAP LIST")
    bob.gets("CAP ? NAK", "CAP ? LIST")
    bob.gets_no("001")
    bob.says("CAP END")
    bob.is_welcome()


@check(
    after=waits_for_the_end_of_capabilities,
    points=1,
    teaches="All or nothing: after an answer both sides know the same, without a list of exceptions.",
    hint='if all that is asked for is known: "CAP * ACK :the same words", else "CAP * NAK :the same words".',
)
def grants_capabilities_all_or_none(server):
    """`CAP REQ` gets ACK, or NAK where one of them is unknown, and then none changes; `-name` takes one back (modern
    IRC: CAP)."""
    (alice,) = server.registered("alice")
    alice.does("CAP REQ no-such-thing", "CAP ? NAK *no-such-thing*")
    for each in alice.offers("multi-prefix", "away-notify", "echo-message"):
        alice.does(f"CAP REQ :{each} no-such-thing", f"CAP ? NAK *{each}*no-such-thing*")
        alice.has_enabled()
        alice.does(f"CAP REQ {each}", f"CAP ? ACK *{each}*")
        alice.has_enabled(each)
        alice.does(f"CAP REQ :-{each}", f"CAP ? ACK *-{each}*")
        alice.has_enabled()


# Channels.


@check(
    after=registers,
    points=2,
    teaches="Who enters a room has to learn who is in it: the list is part of the answer.",
    hint='":alice!user@host JOIN #den", then "353 alice = #den :@alice", then "366 alice #den :End of NAMES list".',
)
def joins(server):
    """`JOIN` makes a channel: the client is told of its own JOIN, then come 353 with who is there, and 366 (RFC 2812
    section 3.2.1)."""
    (alice,) = server.registered("alice")
    alice.does("JOIN #joins", ":alice JOIN #joins", "353 ? #joins", "366 #joins")


@check(
    after=joins,
    points=1,
    teaches="Who was there before does not ask again and again, but is told what changes.",
    hint='send ":carol!user@host JOIN #den" to all members, the new one included, and to nobody else.',
)
def tells_members_who_joins(server):
    """All members, and nobody else, are told of a `JOIN`, once; who is in already can join without effect (RFC 2812
    section 3.2.1)."""
    alice, bob = server.joined("#news", "alice", "bob")
    carol, dave = server.registered("carol", "dave")
    carol.says("JOIN #news")
    for member in (alice, bob, carol):
        member.gets_once(":carol JOIN #news")
    dave.gets_no("JOIN")
    carol.says("JOIN #news")
    for each in (alice, carol):
        each.gets_no("JOIN")


@check(
    after=joins,
    points=1,
    teaches="Somebody has to be the first: who makes a channel looks after it.",
    hint='prefix the nick in 353 by "@" where the member is an operator, by "+" where it has voice.',
)
def makes_the_first_one_operator(server):
    """Who makes a channel is its operator, `@` in the list; who comes later is not (RFC 2811 section 2.4.1)."""
    alice, bob = server.joined("#first", "alice", "bob")
    for each in (alice, bob):
        each.says("NAMES #first")
        each.lists("353 ? #first", -1, "@alice", "bob")


@check(
    after=joins,
    points=1,
    teaches="One command may be about many: the answer is what each alone would have got.",
    hint="for channel in params[0].split(','): ...; an error about one does not keep the others from being joined.",
)
def joins_several_channels(server):
    """`JOIN #a,#b` joins both, and what cannot be joined keeps nobody from the others; `JOIN 0` leaves all channels
    (RFC 2812 section 3.2.1)."""
    (alice,) = server.registered("alice")
    alice.does("JOIN #left,no-channel,#right", ":alice JOIN #left", ":alice JOIN #right")
    alice.says("JOIN 0")
    for channel in ("#left", "#right"):
        alice.gets(f":alice PART {channel}")


@check(
    after=joins,
    points=1,
    teaches="Names are for people, and parts of commands: what would break a command is no name.",
    hint="a channel begins with # and has no space, comma or control character: else 403 (or 476).",
)
def refuses_what_is_no_channel(server):
    """What is no name of a channel gets 403, 476 or 479; without a name: 461 (RFC 2812 sections 1.3 and 3.2.1)."""
    (alice,) = server.registered("alice")
    alice.is_refused("403|476|479", "JOIN den", "JOIN :two words", "JOIN :#two words")
    alice.is_refused("461 JOIN", "JOIN")
    alice.gets_no("JOIN")


@check(
    after=joins,
    points=1,
    teaches="Leaving is a change of state that those who stay have to learn of.",
    hint='":alice!user@host PART #den :reason" to all members, herself included; then take her out.',
)
def parts(server):
    """`PART` is told to all members, with its reason; what is said later comes no more (RFC 2812 section 3.2.2)."""
    alice, bob = server.joined("#parts", "alice", "bob")
    alice.says("PART #parts :dinner time")
    for each in (alice, bob):
        each.gets_once(":alice PART #parts :dinner time")
    bob.says("PRIVMSG #parts :is she gone?")
    alice.gets_no("PRIVMSG")
    bob.does("NAMES #parts", "366 #parts")
    bob.gets_no("353 ? #parts *alice*")


@check(
    after=parts,
    points=1,
    teaches="Errors of a list are about its items: one number for each, and the name that it is about.",
    hint="403 for a channel that is not there, 442 for one that she is not in, 461 for no channel.",
)
def says_what_cannot_be_parted(server):
    """`PART` takes a list; a channel that is not there gets 403, one that the client is not in 442 (RFC 2812 section
    3.2.2)."""
    alice, bob = server.joined("#others", "alice", "bob")
    alice.does("JOIN #own,#mine", ":alice JOIN #own", ":alice JOIN #mine")
    bob.is_refused("442|403 #own", "PART #own")
    bob.is_refused("403|442 #nowhere", "PART #nowhere")
    bob.is_refused("461 PART", "PART")
    alice.does("PART #own,#mine", ":alice PART #own", ":alice PART #mine")


@check(
    after=(parts, makes_the_first_one_operator, tells_others_who_quits),
    points=1,
    teaches="What nobody uses any more has to go, or a server that runs for months fills up.",
    hint="if not channel.members: del channels[fold(name)], wherever somebody leaves: PART, KICK, QUIT, a drop.",
)
def forgets_empty_channels(server):
    """A channel goes when its last member does: who joins then makes a new one (RFC 2811 section 3)."""
    alice, bob = server.joined("#empty", "alice", "bob")
    server.lets_join("#elsewhere", alice, bob)
    alice.does("TOPIC #empty :nobody here")
    alice.does("MODE #empty +k sesame")
    alice.does("PART #empty")
    bob.quits()
    alice.gets(":bob QUIT")
    alice.does("JOIN #empty", ":alice JOIN #empty", "366 #empty")
    alice.gets_no("332")
    alice.says("NAMES #empty")
    alice.lists("353 ? #empty", -1, "@alice")


@check(
    after=joins,
    points=1,
    teaches="A topic belongs to the channel: it is told to those who are there, and to those who come.",
    hint='":alice!user@host TOPIC #den :text" to all members; at JOIN "332 bob #den :text", with 333 if you like.',
)
def sets_topics(server):
    """`TOPIC #channel :text` sets the topic, an empty text takes it away, and all members are told; who joins later, or
    asks, gets 332, and 331 where there is none (RFC 2812 section 3.2.4)."""
    alice, bob = server.joined("#topics", "alice", "bob")
    alice.does("TOPIC #topics", "331 #topics")
    alice.says("TOPIC #topics :what we talk about")
    for each in (alice, bob):
        each.gets_once(":alice TOPIC #topics :what we talk about")
    bob.does("TOPIC #topics", "332 #topics :what we talk about")
    (carol,) = server.registered("carol")
    carol.does("JOIN #topics", ":carol JOIN #topics", "332 #topics :what we talk about")
    alice.does("TOPIC #topics :", ":alice TOPIC #topics :")
    bob.does("TOPIC #topics", "331 #topics")


@check(
    after=sets_topics,
    points=1,
    teaches="Who may do what is asked for each command: by mode, by membership, by rank.",
    hint="442 for who is not in it; 482 where the channel is +t and she is no operator; 403 where there is none.",
)
def guards_topics(server):
    """In a channel that is `+t` only operators set the topic: else 482; who is not in it gets 442 (RFC 2812 section
    3.2.4)."""
    alice, bob = server.joined("#guard", "alice", "bob")
    (carol,) = server.registered("carol")
    alice.says("MODE #guard +t")
    bob.is_refused("482 #guard", "TOPIC #guard :mine")
    carol.is_refused("442|482 #guard", "TOPIC #guard :mine")
    carol.is_refused("403|442 #nowhere", "TOPIC #nowhere :mine")
    alice.does("MODE #guard -t")
    bob.does("TOPIC #guard :mine")


@check(
    after=makes_the_first_one_operator,
    points=1,
    teaches="A list has an end that is said: nobody can know otherwise that nothing more comes.",
    hint="353 for each that there is, and always 366: for a channel that is not there, too.",
)
def lists_names(server):
    """`NAMES` gets 353 with who is there, and 366, for several channels, and for those that are not there (RFC 2812
    section 3.2.5)."""
    alice, bob = server.joined("#names", "alice", "bob")
    alice.does("JOIN #names-2")
    for each in (alice, bob):
        each.says(f"MODE {each.name} -i")  # who is invisible is not shown to strangers
    (carol,) = server.registered("carol")
    carol.says("NAMES #names")
    carol.lists("353 ? #names", -1, "@alice", "bob")
    bob.says("NAMES #names-2")
    bob.lists("353 ? #names-2", -1, "@alice")
    carol.does("NAMES #nowhere", "366 #nowhere")
    carol.gets_no("353")


@check(
    after=sets_topics,
    points=1,
    teaches="What there is to join has to be found: a name, how many are there, and what it is about.",
    hint='"322 bob #den 2 :topic" for each, and 323 at the end; LIST #a,#b: only these.',
)
def lists_channels(server):
    """`LIST` gets 322 with name, number of members and topic, and 323; `LIST #a,#b` only these (RFC 2812 section
    3.2.6)."""
    alice, bob = server.joined("#list-1", "alice", "bob")
    alice.does("TOPIC #list-1 :first come")
    alice.does("JOIN #list-2")
    bob.says("LIST")
    bob.gets_about("first come", "322 #list-1 2")
    bob.lists("322 #list*", 1, "#list-2")
    bob.says("LIST #list-2")
    bob.lists("322 ?", 1, "#list-2")
    bob.says("LIST #list-1,#list-2")
    bob.lists("322 ?", 1, "#list-1", "#list-2")


@check(
    after=joins,
    points=1,
    teaches="An invitation has two ends: who invites is told that it is on its way, who is invited by whom, and where.",
    hint='"341 alice bob #den" to alice, ":alice!user@host INVITE bob #den" to bob.',
)
def invites(server):
    """`INVITE nick #channel` gets 341, and the other one is told; members get 443, strangers' attempts 442, unknown
    nicks 401 (RFC 2812 section 3.2.7)."""
    (alice,) = server.joined("#party", "alice")
    bob, carol = server.registered("bob", "carol")
    alice.does("INVITE bob #party", "341 bob #party")
    bob.gets_once(":alice INVITE bob #party")
    carol.is_refused("442 #party", "INVITE bob #party")
    alice.is_refused("443 alice #party", "INVITE alice #party")
    alice.is_refused("401 nobody", "INVITE nobody #party")
    bob.does("JOIN #party")


@check(
    after=(parts, makes_the_first_one_operator),
    points=1,
    teaches="Rank is more than a sign before a name: an operator can throw others out, and they hear why.",
    hint='":alice!user@host KICK #den bob :reason" to all members, bob included; then take him out.',
)
def kicks(server):
    """`KICK` takes a member out: all are told, with the reason; who was kicked can join again (RFC 2812 section
    3.2.8)."""
    alice, bob, carol = server.joined("#kicks", "alice", "bob", "carol")
    alice.says("KICK #kicks bob :mind your words")
    for each in (alice, bob, carol):
        each.gets_once(":alice KICK #kicks bob :mind your words")
    carol.says("PRIVMSG #kicks :is he gone?")
    bob.gets_no("PRIVMSG")
    bob.is_refused("442|404|403", "PART #kicks")
    bob.does("JOIN #kicks")


@check(
    after=kicks,
    points=1,
    teaches="Before something is done there are questions: is it there, may she, and is he there.",
    hint="403 no such channel, 442 she is not in it, 482 she is no operator, 441 he is not in it.",
)
def guards_kicks(server):
    """`KICK` by who is no operator gets 482, by strangers 442; of who is not there 441 (or 401), in no channel 403 (RFC
    2812 section 3.2.8)."""
    alice, bob = server.joined("#safe", "alice", "bob")
    (carol,) = server.registered("carol")
    bob.is_refused("482 #safe", "KICK #safe alice :my turn")
    carol.is_refused("442|482 #safe", "KICK #safe alice :my turn")
    alice.is_refused("441 carol #safe", "KICK #safe carol :who?")
    alice.is_refused("401|441 nobody", "KICK #safe nobody :who?")
    alice.is_refused("403 #nowhere", "KICK #nowhere bob :where?")
    alice.gets_no("KICK")


@check(
    after=kicks,
    points=1,
    teaches="One command may be about many: the answer is what each alone would have got.",
    hint="for nick in params[1].split(','): ...; without a reason, one's own nick, or his, may stand for it.",
)
def kicks_several(server):
    """`KICK #channel bob,carol` takes out both, each with a KICK of its own (RFC 2812 section 3.2.8)."""
    alice, bob, carol = server.joined("#clear", "alice", "bob", "carol")
    alice.says("KICK #clear bob,carol :closing time")
    alice.gets(":alice KICK #clear bob :closing time", ":alice KICK #clear carol :closing time")
    carol.gets(":alice KICK #clear carol :closing time")
    alice.says("NAMES #clear")
    alice.lists("353 ? #clear", -1, "@alice")


@check(
    after=(sets_topics, kicks),
    points=1,
    teaches="A limit that is announced is one that clients count on: they cut before they send.",
    hint="text.encode()[:390].decode(errors='ignore'): cut bytes, but no character in half; a long nick: 432, or cut.",
)
def keeps_to_its_limits(server):
    """Nicks, topics and reasons are no longer than NICKLEN, TOPICLEN and KICKLEN: longer nicks get 432, or are cut, the
    others are cut (modern IRC: RPL_ISUPPORT Parameters)."""
    alice, bob = server.joined("#long", "alice", "bob")
    longest = "n" * bob.limit("NICKLEN")
    bob.does(f"NICK {longest}", f":bob NICK :{longest}")
    alice.says(f"TOPIC #long {alice.too_much('TOPICLEN')}")
    alice.gets_at_most(alice.limit("TOPICLEN"), ":alice TOPIC #long")
    alice.says(f"KICK #long {longest} {alice.too_much('KICKLEN')}")
    alice.gets_at_most(alice.limit("KICKLEN"), ":alice KICK #long")
    bob.says(f"NICK m{longest}")
    bob.gets_no(f"NICK :m{longest}")


# Messages.


@check(
    after=registers,
    points=1,
    teaches="A server knows each connection by its nick: what is for one goes to one.",
    hint='":alice!user@host PRIVMSG bob :text" on bob\'s connection; no answer to alice.',
)
def passes_messages_on(server):
    """`PRIVMSG nick :text` and `NOTICE nick :text` reach that one, and nobody else (RFC 2812 section 3.3)."""
    alice, bob, carol = server.registered("alice", "bob", "carol")
    alice.says("PRIVMSG bob :good morning")
    bob.gets_once(":alice PRIVMSG bob :good morning")
    bob.says("NOTICE alice :and to you")
    alice.gets_once(":bob NOTICE alice :and to you")
    carol.gets_no("PRIVMSG", "NOTICE")


@check(
    after=(passes_messages_on, joins),
    points=2,
    teaches="A broadcast in a channel is the same line, sent on every connection but one.",
    hint='for member in channel.members: if member is not sender: send ":alice!user@host PRIVMSG #den :text".',
)
def talks_in_channels(server):
    """`PRIVMSG #channel :text` reaches all members but the sender, and nobody else; NOTICE too (RFC 2812 section
    3.3)."""
    alice, bob, carol = server.joined("#talk", "alice", "bob", "carol")
    (dave,) = server.registered("dave")
    for command in ("PRIVMSG", "NOTICE"):
        alice.says(f"{command} #talk :good morning")
        for other in (bob, carol):
            other.gets_once(f":alice {command} #talk :good morning")
        for each in (alice, dave):
            each.gets_no(command)


@check(
    after=talks_in_channels,
    points=1,
    teaches="One command may be about many: the answer is what each alone would have got.",
    hint="for target in params[0].split(','): ...",
)
def takes_several_targets(server):
    """A message can have several targets, nicks and channels, with commas between (RFC 2812 section 3.3.1)."""
    alice, bob = server.joined("#both", "alice", "bob")
    (carol,) = server.registered("carol")
    alice.says("PRIVMSG carol,#both :to all of you")
    carol.gets_once(":alice PRIVMSG carol :to all of you")
    bob.gets_once(":alice PRIVMSG #both :to all of you")


@check(
    after=talks_in_channels,
    points=1,
    teaches="The last parameter is the rest of the line: what is in it is nobody's business but the reader's.",
    hint='split at the first " :" only; never strip() a text, never split() it; \\x01ACTION waves\\x01 is text, too.',
)
def passes_texts_on_as_they_are(server):
    """Texts arrive as they were sent: spaces, colons, emoji, and what clients hide in them (RFC 2812 section 2.3.1)."""
    alice, bob = server.joined("#texts", "alice", "bob")
    for text in (*TEXTS, "\x01ACTION waves\x01", "\x02bold\x02 \x0304red\x0f"):
        alice.says(f"PRIVMSG bob :{text}")
        bob.gets(f":alice PRIVMSG bob :{text}")
        alice.says(f"NOTICE #texts :{text}")
        bob.gets(f":alice NOTICE #texts :{text}")


@check(
    after=passes_messages_on,
    points=1,
    teaches="A program that waits for an answer needs one to its mistakes, too: numbers say which it was.",
    hint="401 with the nick, 403 or 401 with the channel, 411 no target, 412 no text (or an empty one).",
)
def says_what_cannot_be_sent(server):
    """`PRIVMSG` to nobody known gets 401, to no channel 403, 404 or 401; without a target 411, without a text 412 (RFC
    2812 section 3.3.1)."""
    (alice,) = server.registered("alice")
    alice.is_refused("401 nobody", "PRIVMSG nobody :are you there?")
    alice.is_refused("401|403|404 #nowhere", "PRIVMSG #nowhere :anybody?")
    alice.is_refused("411|461", "PRIVMSG")
    alice.is_refused("412|461", "PRIVMSG alice")


@check(
    after=says_what_cannot_be_sent,
    points=1,
    teaches="Two programs that answer each other's errors never stop: that is why a NOTICE is never answered.",
    hint="the same as PRIVMSG, but without any of its replies: no 401, no 404, no 301.",
)
def never_answers_a_notice(server):
    """No numeric ever answers a `NOTICE` (RFC 2812 section 3.3.2)."""
    alice, bob = server.registered("alice", "bob")
    bob.does("AWAY :out", "306")
    alice.says("NOTICE nobody :hello?", "NOTICE #nowhere :hello?", "NOTICE bob :hello?")
    alice.gets_no("401|403|404|411|412|301|461")


@check(
    after=talks_in_channels,
    points=1,
    teaches="Where a line comes from, the server knows better than the line: it is the connection.",
    hint="drop the source of a client's line, or the line, if it is not her own nick; never pass it on.",
)
def lets_nobody_speak_for_others(server):
    """A source before a client's line that is not her own nick never counts; the line is ignored, or the source (RFC
    2812 section 2.3)."""
    alice, bob, carol = server.registered("alice", "bob", "carol")
    alice.says(":carol PRIVMSG bob :I owe alice lunch")
    bob.gets_no(":carol PRIVMSG")
    carol.says(":carol PRIVMSG bob :it is me")
    bob.gets(":carol PRIVMSG bob :it is me")


# Modes.


@check(
    after=joins,
    points=1,
    teaches="A channel has switches; who sets one sees it set, and so does everybody who is affected.",
    hint='"MODE #den +m": told to all members as ":alice!user@host MODE #den +m"; "MODE #den": "324 alice #den +mnt".',
)
def sets_modes_of_channels(server):
    """`MODE #channel +m` is told to all members, `MODE #channel` asks: 324 with the modes that are set (RFC 2812
    section 3.2.3)."""
    alice, bob = server.joined("#modes", "alice", "bob")
    alice.says("MODE #modes +m")
    for each in (alice, bob):
        each.gets_once(":alice MODE #modes +m")
    bob.does("MODE #modes", "324 #modes +*m*")
    alice.does("MODE #modes -m")
    bob.says("MODE #modes")
    bob.gets_no("324 #modes +*m*")


@check(
    after=sets_modes_of_channels,
    points=1,
    teaches="Only a few may turn the switches, and who may not has to be told so.",
    hint="482 for who is no operator (442 for strangers), 403 where there is no channel; nothing changes.",
)
def guards_modes(server):
    """`MODE` by who is no operator gets 482 (strangers 442 or 482), of no channel 403, rank for who is no member 441
    (or 401); nothing changes (RFC 2812 section 3.2.3)."""
    alice, bob = server.joined("#locked", "alice", "bob")
    (carol,) = server.registered("carol")
    bob.is_refused("482 #locked", "MODE #locked +m", "MODE #locked +o bob")
    carol.is_refused("442|482 #locked", "MODE #locked +m")
    carol.is_refused("403|401 #nowhere", "MODE #nowhere +m")
    alice.is_refused("441|401 carol", "MODE #locked +o carol")
    alice.is_refused("441|401 nobody", "MODE #locked +v nobody")
    alice.gets_no("MODE")


@check(
    after=sets_modes_of_channels,
    points=1,
    teaches="A letter that a server does not know it must name, or nobody finds out which it was.",
    hint='"472 alice X :is unknown mode char to me"; the other letters of the same command still count.',
)
def says_that_a_mode_is_unknown(server):
    """An unknown mode of a channel gets 472 with the letter; known ones beside it are set (RFC 2812 section 3.2.3)."""
    alice, bob = server.joined("#letters", "alice", "bob")
    alice.does("MODE #letters +Xm", "472 X")
    bob.gets(":alice MODE #letters +m")


@check(
    after=(sets_modes_of_channels, makes_the_first_one_operator),
    points=1,
    teaches="Rank is given and taken by who has it; everybody has to see it, for all clients show it.",
    hint='":alice!user@host MODE #den +o bob"; members = {client: set of "o" and "v"}.',
)
def makes_others_operators(server):
    """`+o nick` and `+v nick` give rank, `-o` and `-v` take it; all members are told, and 353 shows it (RFC 2812
    section 3.2.3)."""
    alice, bob, carol = server.joined("#ranks", "alice", "bob", "carol")
    alice.says("MODE #ranks +o bob")
    carol.gets_once(":alice MODE #ranks +o bob")
    bob.does("MODE #ranks +v carol")
    bob.does("MODE #ranks -o alice")
    alice.is_refused("482 #ranks", "KICK #ranks bob :oh")
    alice.says("NAMES #ranks")
    alice.lists("353 ? #ranks", -1, "alice", "@bob", "+carol")


@check(
    after=makes_others_operators,
    points=1,
    teaches="A mode string is a small language: signs hold until the next one, arguments go to the letters in turn.",
    hint="for letter in modes: if it is + or -, remember it; if it takes an argument, take the next one.",
)
def sets_several_modes_at_once(server):
    """One `MODE` can change several modes, with `+` and `-`, and arguments in turn; at least three with arguments (RFC
    2812 section 3.2.3; modern IRC: MODE)."""
    (alice,) = server.joined("#many", "alice")
    alice.says("MODE #many +ms")
    alice.was_told_modes("#many", "+m", "+s")
    bob, carol = server.registered("bob", "carol")
    server.lets_join("#many", bob, carol)
    alice.says("MODE #many +ov-ms+k bob carol sesame")
    for each in (alice, bob):
        each.was_told_modes("#many", "+k sesame", "+o bob", "+v carol", "-m", "-s")
    bob.says("NAMES #many")
    bob.lists("353 ? #many", -1, "@alice", "@bob", "+carol")


@check(
    after=(sets_modes_of_channels, invites),
    points=1,
    teaches="A door with a list: who is on it may pass once, who is not is told why.",
    hint="473 where +i is set and she is not invited; the JOIN uses the invitation up. Only operators invite then.",
)
def lets_the_invited_in_only(server):
    """`+i`: only who was invited can join, once, others get 473; only operators can invite: else 482 (RFC 2811
    section 4.2.2)."""
    alice, bob = server.joined("#closed", "alice", "bob")
    carol, dave = server.registered("carol", "dave")
    alice.does("MODE #closed +i")
    carol.is_refused("473 #closed", "JOIN #closed")
    bob.is_refused("482 #closed", "INVITE carol #closed")
    alice.does("INVITE carol #closed", "341 carol #closed")
    carol.does("JOIN #closed")
    dave.is_refused("473 #closed", "JOIN #closed")
    carol.does("PART #closed")
    carol.is_refused("473 #closed", "JOIN #closed")


@check(
    after=sets_modes_of_channels,
    points=1,
    teaches="A key is a parameter of JOIN: lists of channels and lists of keys go side by side.",
    hint='"JOIN #a,#b key-a,key-b": zip them; 475 for a wrong or missing key; -k takes it away.',
)
def asks_for_the_key(server):
    """`+k key`: only who gives the key can join, others get 475; `-k` takes it away (RFC 2811 section 4.2.10)."""
    alice, bob = server.joined("#key-1", "alice", "bob")
    carol, dave = server.registered("carol", "dave")
    alice.does("JOIN #key-2")
    alice.does("MODE #key-1 +k sesame")
    alice.does("MODE #key-2 +k poppy")
    carol.is_refused("475 #key-1", "JOIN #key-1", "JOIN #key-1 poppy")
    carol.does("JOIN #key-1,#key-2 sesame,poppy", ":carol JOIN #key-1", ":carol JOIN #key-2")
    alice.says("MODE #key-1 -k sesame")
    bob.gets(":alice MODE #key-1 -k")
    dave.does("JOIN #key-1")


@check(
    after=sets_modes_of_channels,
    points=1,
    teaches="A limit counts who is there now: when one leaves, the next can come.",
    hint="471 where len(members) >= limit; -l takes no parameter.",
)
def limits_how_many_join(server):
    """`+l number`: no more than so many members, others get 471; `-l` takes the limit away (RFC 2811 section 4.2.9)."""
    alice, bob = server.joined("#full", "alice", "bob")
    carol, dave = server.registered("carol", "dave")
    alice.does("MODE #full +l 2")
    carol.is_refused("471 #full", "JOIN #full")
    bob.does("PART #full")
    carol.does("JOIN #full")
    alice.does("MODE #full -l")
    dave.does("JOIN #full")


@check(
    after=(sets_modes_of_channels, talks_in_channels, makes_others_operators),
    points=1,
    teaches="In a moderated channel a voice is something that one is given.",
    hint="404 where +m is set and she is neither operator nor voiced.",
)
def lets_the_voiced_speak_only(server):
    """`+m`: only operators and who has voice can speak, others get 404 (RFC 2811 section 4.2.3)."""
    alice, bob, carol = server.joined("#calm", "alice", "bob", "carol")
    alice.does("MODE #calm +m")
    alice.does("MODE #calm +v carol")
    bob.is_refused("404 #calm", "PRIVMSG #calm :may I?")
    carol.says("PRIVMSG #calm :I may")
    alice.gets(":carol PRIVMSG #calm :I may")
    alice.gets_no(":bob PRIVMSG")


@check(
    after=(sets_modes_of_channels, talks_in_channels),
    points=1,
    teaches="Whether strangers can call into a room is for the room to say.",
    hint="404 where +n is set and she is no member; without +n everybody can speak.",
)
def keeps_messages_from_outside_out(server):
    """`+n`: who is not in the channel cannot speak there, and gets 404; with `-n` it can (RFC 2811 section 4.2.4)."""
    (alice,) = server.joined("#indoor", "alice")
    (bob,) = server.registered("bob")
    alice.says("MODE #indoor +n")
    bob.is_refused("404 #indoor", "PRIVMSG #indoor :anybody?")
    alice.gets_no("PRIVMSG")
    alice.does("MODE #indoor -n")
    bob.says("PRIVMSG #indoor :anybody at home?")
    alice.gets(":bob PRIVMSG #indoor :anybody at home?")


@check(
    after=(sets_modes_of_channels, lists_channels, lists_names),
    points=1,
    teaches="A secret is kept in every answer, or it is none: lists, names and questions about people.",
    hint="leave it out of LIST, NAMES, WHO and WHOIS for who is not in it: the same answer as if it were not there.",
)
def hides_secret_channels(server):
    """`+s`: LIST, NAMES, WHO and WHOIS do not show the channel to who is not in it (RFC 2811 section 4.2.6)."""
    alice, bob = server.joined("#secret", "alice", "bob")
    (carol,) = server.registered("carol")
    alice.does("MODE #secret +s")
    carol.does("LIST", "323")
    carol.gets_no("322 #secret")
    carol.does("NAMES #secret", "366 #secret")
    carol.gets_no("353")
    carol.does("WHOIS alice", "318 alice")
    carol.gets_no("319")
    carol.says("WHO #secret")
    carol.gets_no("352")
    bob.says("LIST")
    bob.gets("322 #secret 2", "323")


@check(
    after=sets_modes_of_channels,
    points=1,
    teaches="Bans are patterns: who comes again under another name may still be the same user at the same host.",
    hint="fnmatch on nick!user@host, but with * and ? only, and in the server's case mapping; 474.",
)
def keeps_the_banned_out(server):
    """`+b mask`: who matches the mask, with `*` and `?`, cannot join and gets 474; `-b` takes it away (RFC 2811 section
    4.3.1)."""
    alice, bob = server.joined("#bans", "alice", "bob")
    carol, dave = server.registered("carol", "dave")
    alice.says("MODE #bans +b C?R*!*@*")
    bob.gets(":alice MODE #bans +b C?R*!*@*")
    carol.is_refused("474 #bans", "JOIN #bans")
    dave.does("JOIN #bans")
    alice.says("MODE #bans -b C?R*!*@*")
    carol.does("JOIN #bans")


@check(
    after=keeps_the_banned_out,
    points=1,
    teaches="A question and a change may look alike: a list mode without a mask asks for the list.",
    hint='"MODE #den b" or "+b": "367 alice #den mask ..." for each, then "368 alice #den :End of channel ban list".',
)
def lists_bans(server):
    """`MODE #channel b` gets 367 for each mask, and 368; members who are no operators can ask, too (RFC 2812 section
    3.2.3)."""
    alice, bob = server.joined("#banned", "alice", "bob")
    bob.does("MODE #banned b", "368 #banned")
    alice.does("MODE #banned +b *!*@bad.example")
    alice.does("MODE #banned +b worse!*@*")
    for question in ("b", "+b"):
        bob.says(f"MODE #banned {question}")
        bob.lists("367 #banned", 2, "*!*@bad.example", "worse!*@*")


@check(
    after=(keeps_the_banned_out, talks_in_channels),
    points=1,
    teaches="Who is in when the ban comes stays in, and is silent: a ban is no kick.",
    hint="404 for members that a ban matches, unless they are operators or have voice.",
)
def silences_the_banned(server):
    """A member whom a ban matches stays, but cannot speak: 404 (modern IRC: ban channel mode)."""
    alice, bob, carol = server.joined("#hush", "alice", "bob", "carol")
    alice.does("MODE #hush +b bob!*@*")
    bob.is_refused("404 #hush", "PRIVMSG #hush :can you hear me?")
    alice.gets_no(":bob PRIVMSG")
    carol.says("PRIVMSG #hush :and me?")
    alice.gets(":carol PRIVMSG #hush :and me?")


@check(
    after=keeps_the_banned_out,
    points=1,
    teaches="A rule with an exception is two lists: who is on the second is not looked for on the first.",
    hint='"+e mask" lets in, and speak, whom a ban matches; "MODE #den e" gets 348 for each, and 349.',
)
def makes_exceptions_of_bans(server):
    """`+e mask`: bans do not hold for who matches it; `MODE #channel e` gets 348 and 349 (RFC 2811 section 4.3.1)."""
    (alice,) = server.joined("#except", "alice")
    bob, carol = server.registered("bob", "carol")
    alice.does("MODE #except +b *!*@*")
    alice.does("MODE #except +e bob!*@*")
    carol.is_refused("474 #except", "JOIN #except")
    bob.does("JOIN #except")
    alice.says("MODE #except e")
    alice.lists("348 #except", 2, "bob!*@*")


@check(
    after=registers,
    points=1,
    teaches="Users have switches, too, and nobody else may turn them.",
    hint='"MODE alice": "221 alice +i"; "+i" is told as ":alice MODE alice +i"; 502 others, 501 unknown letters.',
)
def sets_modes_of_users(server):
    """`MODE nick +i` sets a mode of one's own, `MODE nick` asks: 221; of others: 502, unknown: 501; `+o` makes nobody
    an operator (RFC 2812 section 3.1.5)."""
    alice, bob = server.registered("alice", "bob")
    alice.says("MODE alice -i")
    alice.does("MODE alice +i", "MODE alice +i")
    alice.does("MODE alice", "221 +*i*")
    alice.is_refused("502", "MODE bob +i", "MODE bob")
    alice.is_refused("501", "MODE alice +4")
    alice.does("MODE alice -i", "MODE alice -i")
    alice.says("MODE alice +o", "MODE alice")
    alice.gets_no("221 +*o*", "381")


# Queries.


@check(
    after=joins,
    points=1,
    teaches="WHO is how clients fill their lists: a row for each, and an end, whatever was asked for.",
    hint='"352 bob #den user host server nick H@ :0 Real Name": H is here, G is gone; then "315 bob #den :End".',
)
def says_who_is_in_a_channel(server):
    """`WHO #channel` gets 352 for each member, `H` or `G` (away) and `@` or `+` behind its nick, and 315 (RFC 2812
    section 3.6.1)."""
    alice, bob = server.joined("#who", "alice", "bob")
    bob.does("AWAY :out", "306")
    alice.does("WHO #who", "315 #who")
    alice.says("WHO #who")
    alice.gets_once("352 #who *alice ? ? alice H*@*", "352 #who *bob ? ? bob G*")
    alice.gets("315 #who")


@check(
    after=says_who_is_in_a_channel,
    points=1,
    teaches="A pattern may find many, one or none: the end of the list comes in each case.",
    hint="a nick, or a mask with * and ?; 315 with what was asked for, always.",
)
def says_who_matches(server):
    """`WHO nick` and `WHO mask` get 352 for who matches, and 315, also where nobody does (RFC 2812 section 3.6.1)."""
    alice, bob = server.registered("alice", "bobby")
    bob.says("MODE bobby -i")
    alice.does("WHO bobby", "352 ? *bobby ? ? bobby H*", "315 bobby")
    alice.does("WHO bob?y", "352 ? *bobby ? ? bobby H*", "315 bob?y")
    alice.does("WHO nobody", "315 nobody")
    alice.gets_no("352")


@check(
    after=joins,
    points=1,
    teaches="All that is known about somebody, in several lines that belong together, and an end.",
    hint="311 user host * :real name, 319 @#den, 312 server, 317 idle and signon, 318: each with bob's nick first.",
)
def tells_about_people(server):
    """`WHOIS nick` gets 311, 312, 317, 319 with the channels, and 318; 401 and 318 where nobody has that nick (RFC 2812
    section 3.6.2)."""
    alice, bob = server.joined("#whois", "alice", "bob")
    bob.says("WHOIS alice")
    bob.gets("311 alice *alice ? ? :alice at the lab")
    bob.gets("312 alice")
    bob.gets("317 alice")
    bob.gets("319 alice *@#whois*")
    bob.gets("318 alice")
    bob.does("WHOIS nobody", "401 nobody", "318 nobody")
    bob.is_refused("431|461", "WHOIS")


@check(
    after=(tells_about_people, tells_others_who_quits),
    points=1,
    teaches="Who was there is worth to be remembered for a while, but not for ever.",
    hint="a deque(maxlen=...) of who has quit or changed nick: 314 for each, the last first; 406 for nobody; 369.",
)
def remembers_who_was_there(server):
    """`WHOWAS nick` gets 314 and 369 for who has left, and 406 and 369 for who never was there (RFC 2812 section
    3.6.3)."""
    alice, bob = server.joined("#whowas", "alice", "whilom")
    bob.quits()
    alice.gets(":whilom QUIT")
    alice.does("WHOWAS whilom", "314 whilom *whilom ? ? :whilom at the lab", "369 whilom")
    alice.does("WHOWAS neverwas", "406 neverwas", "369 neverwas")


@check(
    after=registers,
    points=1,
    teaches="The cheapest questions: which of these are there, and from where? One line, one answer.",
    hint='"303 alice :bob carol"; "302 alice :bob=+user@host": + is here, - is away; nothing for who is not there.',
)
def says_who_is_on(server):
    """`ISON nicks` gets 303 with those that are there, `USERHOST nicks` 302 with `nick=+user@host`, `-` for who is away
    (RFC 2812 sections 4.8 and 4.9)."""
    alice, bob = server.registered("alice", "bob")
    bob.does("AWAY :out", "306")
    alice.says("ISON BOB nobody alice")
    alice.lists_words("303", "alice", "bob")
    alice.says("ISON nobody")
    alice.lists_words("303")
    alice.says("USERHOST alice bob nobody")
    alice.lists_words("302", "alice=+*alice@*", "bob=-*bob@*")


@check(
    after=joins,
    points=1,
    teaches="Numbers in an answer are true when it is given: count, do not guess.",
    hint="251 users, 254 channels, 255 clients: len() of what there is, when it is asked for.",
)
def counts_users_and_channels(server):
    """`LUSERS` gets 251 and 255 with how many clients there are, and 254 with how many channels (RFC 2812 section
    3.4.2)."""
    (alice,) = server.joined("#count-1", "alice")
    before = alice.counts()
    bob, carol = server.registered("bob", "carol")
    server.lets_join("#count-2", bob)
    alice.counts_differ(before, 2, 1, 2)
    carol.quits()
    bob.does("PART #count-2")
    alice.counts_differ(before, 1, 0, 1)


@check(
    after=registers,
    points=1,
    teaches="Who runs a server, since when, which version: the first questions when something is wrong.",
    hint="351 VERSION, 391 TIME, 371 and 374 INFO, 256 to 259 ADMIN (or 423), 375 372 376 MOTD (or 422).",
)
def tells_about_itself(server):
    """`VERSION` gets 351, `TIME` 391, `INFO` 371 and 374, `ADMIN` 256 (or 423), `MOTD` 376 (or 422) (RFC 2812 section
    3.4)."""
    (alice,) = server.registered("alice")
    alice.does("VERSION", "351")
    alice.does("TIME", "391")
    alice.does("INFO", "371", "374")
    alice.does("ADMIN", "256|423")
    alice.does("MOTD", "376|422")


@check(
    after=passes_messages_on,
    points=1,
    teaches="A message for somebody who is not at her screen is answered by her server.",
    hint='AWAY :text 306, AWAY 305; PRIVMSG to her is passed on, and answered by "301 bob alice :text".',
)
def says_who_is_away(server):
    """`AWAY :text` gets 306, `AWAY` 305; who writes to somebody who is away gets 301 with her text, WHOIS too (RFC 2812
    section 4.1)."""
    alice, bob = server.registered("alice", "bob")
    alice.does("AWAY :gone fishing", "306")
    bob.does("PRIVMSG alice :there?", "301 alice :gone fishing")
    alice.gets(":bob PRIVMSG alice :there?")
    bob.does("WHOIS alice", "301 alice :gone fishing")
    alice.does("AWAY", "305")
    bob.says("PRIVMSG alice :and now?")
    bob.gets_no("301")


# Capabilities.


@check(
    after=(grants_capabilities_all_or_none, makes_others_operators, says_who_is_in_a_channel),
    points=1,
    teaches="An extension changes what one client gets, and nobody else.",
    hint='"@+alice" in 353 and 352 for who has multi-prefix, "@alice" for all others.',
)
def shows_all_ranks_to_who_wants_them(server):
    """With `multi-prefix`, if CAP LS has it, 353 and 352 show all ranks of a member, the highest first, else the
    highest (IRCv3: multi-prefix)."""
    alice, bob, carol = server.joined("#prefix", "alice", "bob", "carol")
    alice.does("MODE #prefix +v alice")
    if bob.is_given("multi-prefix"):
        bob.says("NAMES #prefix")
        bob.lists("353 ? #prefix", -1, "@+alice", "bob", "carol")
        bob.does("WHO #prefix", "352 #prefix ? ? ? alice H*@+")
        carol.says("NAMES #prefix")
        carol.lists("353 ? #prefix", -1, "@alice", "bob", "carol")


@check(
    after=(grants_capabilities_all_or_none, talks_in_channels),
    points=1,
    teaches="The same message in two forms: one for who has asked for tags, one for who would not understand them.",
    hint='"@time=2026-01-31T12:00:00.000Z " before the line, in UTC, for who has server-time.',
)
def says_when_a_message_came(server):
    """With `server-time`, if CAP LS has it, messages have the tag `time`, in UTC with milliseconds; without, none
    (IRCv3: server-time)."""
    alice, bob, carol = server.joined("#times", "alice", "bob", "carol")
    if bob.is_given("server-time"):
        alice.says("PRIVMSG #times :what time is it?")
        bob.is_dated(":alice PRIVMSG #times :what time is it?")
        carol.is_untagged(":alice PRIVMSG #times :what time is it?")


@check(
    after=(grants_capabilities_all_or_none, talks_in_channels),
    points=1,
    teaches="Who sees her own words come back knows that they arrived, and in which order.",
    hint="for who has echo-message the sender is a receiver like all others, of PRIVMSG and NOTICE.",
)
def echoes_to_who_wants_it(server):
    """With `echo-message`, if CAP LS has it, the sender gets her own PRIVMSG and NOTICE as well (IRCv3:
    echo-message)."""
    alice, bob = server.joined("#echo", "alice", "bob")
    if alice.is_given("echo-message"):
        alice.says("PRIVMSG #echo :is it loud?", "NOTICE bob :is it?")
        alice.gets(":alice PRIVMSG #echo :is it loud?", ":alice NOTICE bob :is it?")
        bob.gets_once(":alice PRIVMSG #echo :is it loud?", ":alice NOTICE bob :is it?")
        bob.says("PRIVMSG #echo :not for me")
        bob.gets_no("PRIVMSG")


@check(
    after=(grants_capabilities_all_or_none, says_who_is_away),
    points=1,
    teaches="A state that changes is better told than asked for: nobody has to ask again and again.",
    hint='":alice!user@host AWAY :text", or "AWAY" alone, to who shares a channel and has away-notify.',
)
def tells_who_goes_away(server):
    """With `away-notify`, if CAP LS has it, who shares a channel is told of AWAY, when it is set and when it is taken
    back (IRCv3: away-notify)."""
    alice, bob, carol = server.joined("#notify", "alice", "bob", "carol")
    if bob.is_given("away-notify"):
        alice.does("AWAY :out for lunch", "306")
        bob.gets_once(":alice AWAY :out for lunch")
        alice.does("AWAY", "305")
        bob.gets_once(":alice AWAY")
        carol.gets_no("AWAY")


@check(
    after=(grants_capabilities_all_or_none, talks_in_channels),
    points=1,
    teaches="What is for clients only the server passes on, without looking at it: that is how protocols grow.",
    hint="tags that begin with + are passed on to who has message-tags; all other tags of a client are dropped.",
)
def passes_client_tags_on(server):
    """With `message-tags`, if CAP LS has it, tags that begin with `+` go with a message to who has it, too; others get
    the message without (IRCv3: message-tags)."""
    alice, bob, carol = server.joined("#tags", "alice", "bob", "carol")
    if alice.is_given("message-tags") and bob.is_given("message-tags"):
        alice.says("@+lab5=yes;lab5=no PRIVMSG #tags :with a tag")
        bob.is_tagged(":alice PRIVMSG #tags :with a tag", "+lab5", "yes")
        carol.is_untagged(":alice PRIVMSG #tags :with a tag")


# Robustness.


@check(
    after=talks_in_channels,
    points=1,
    teaches="Be liberal in what you accept: commands are the same in any case, and people type as they like.",
    hint="command.upper(); a line ends in \\n, with or without \\r before it; an empty line is no line.",
)
def takes_lines_as_people_type_them(server):
    """Commands in any case count, `\\n` alone ends a line, too, and empty lines are ignored (RFC 2812 section
    2.3.1)."""
    alice, bob = server.registered("alice", "bob")
    alice.sends(b"privmsg bob :in small letters\n")
    bob.gets(b":alice PRIVMSG bob :in small letters")
    alice.sends(b"\r\n\n\r\nPrivMsg   bob   :with spaces between\n")
    bob.gets(b":alice PRIVMSG bob :with spaces between")
    alice.gets_no_error()


@check(
    after=passes_messages_on,
    points=1,
    teaches="TCP is a stream of bytes: one recv() may give half a line, and half a character of it.",
    hint="a buffer for each client: add what recv() gives, take away what ends in \\n, and only that.",
)
def puts_lines_together(server):
    """A line that comes in pieces is a line; meanwhile others are served."""
    alice, bob = server.registered("alice", "bob")
    alice.sends_byte_by_byte(f"PRIVMSG bob :{EMOJI}\r\n".encode())
    bob.gets(f":alice PRIVMSG bob :{EMOJI}".encode())
    alice.begins("PRIVMSG bob :half a")
    bob.says("PRIVMSG alice :I do not wait for you")
    alice.sees(":bob PRIVMSG alice :I do not wait for you")
    alice.sends(b" line\r\n")
    bob.gets(b":alice PRIVMSG bob :half a line")


@check(
    after=passes_messages_on,
    points=1,
    teaches="One recv() may give many lines: each of them counts, and the first half of the next one is kept.",
    hint="while there is a \\n in the buffer: take the line away, and do what it says.",
)
def takes_lines_apart(server):
    """Many lines in one segment are dealt with one by one, in their order."""
    alice, bob = server.registered("alice", "bob")
    numbers = range(1, 31)
    alice.says(*(f"PRIVMSG bob :number {number}" for number in numbers))
    bob.gets(*(f":alice PRIVMSG bob :number {number}" for number in numbers))


@check(
    after=registers,
    points=1,
    teaches="What a server does not know it must say, or its client waits for ever.",
    hint='"421 alice NONSENSE :Unknown command".',
)
def says_that_a_command_is_unknown(server):
    """An unknown command gets 421 with the command, one of `CAP` 410 (RFC 2812 section 5.2; modern IRC: CAP)."""
    (alice,) = server.registered("alice")
    alice.is_refused("421 NONSENSE", "NONSENSE", "NONSENSE with :some parameters")
    alice.is_refused("410 NONSENSE", "CAP NONSENSE")


@check(
    after=(joins, says_that_a_command_is_unknown),
    points=1,
    teaches="A command has a known number of parameters: an index out of range is a crash.",
    hint="look at len(params) before the command is done, in one place: a table of how many each needs.",
)
def says_that_parameters_are_missing(server):
    """A command with too few parameters gets 461 with the command (RFC 2812 section 5.2)."""
    (alice,) = server.registered("alice")
    for line in PARAMETERS_MISSING:
        alice.is_refused(f"461 {line.split()[0]}", line)


@check(
    after=(talks_in_channels, puts_lines_together),
    points=1,
    teaches="A line of IRC has 512 bytes with its end, and what the server adds before it counts, too.",
    hint="longer lines get 417, or are cut at 512 bytes; what you send is cut at 512 as well, never in a character.",
)
def keeps_lines_to_512_bytes(server):
    """A longer line gets 417, or is cut; no line of the server has more than 512 bytes; the client stays (modern IRC:
    Message Format)."""
    alice, bob = server.registered("alice", "bob")
    for size in (400, 510):
        alice.says(f"PRIVMSG bob {'x' * (size - 12)}")
        bob.gets(":alice PRIVMSG bob")
    for size in (600, 5_000):
        alice.says(f"PRIVMSG bob {'x' * (size - 12)}")
        alice.gets_no_error(but="417")
    bob.had_lines_of_at_most(512)
    alice.says("PRIVMSG bob :still here")
    bob.gets(":alice PRIVMSG bob :still here")


@check(
    after=(puts_lines_together, says_that_a_command_is_unknown),
    points=1,
    teaches="Whatever comes from a network may be anything: what cannot be understood is answered, or ignored.",
    hint="no line may raise: look at what there is before you use it; decode(errors='surrogateescape') or bytes.",
)
def survives_nonsense(server):
    """Lines that are no messages are answered by an error, or ignored; the client stays, others notice nothing."""
    alice, bob = server.registered("alice", "bob")
    for line in NONSENSE:
        alice.says(line)
    alice.says("PRIVMSG bob :still here")
    bob.gets(":alice PRIVMSG bob :still here")


@check(
    after=(talks_in_channels, says_that_a_command_is_unknown),
    points=1,
    teaches="Not every sequence of bytes is a text: decode() raises UnicodeDecodeError, which is no reason to end.",
    hint="keep bytes as they are: decode('utf-8', 'surrogateescape') and the same to encode; or refuse the message.",
    hidden=True,
)
def survives_what_is_no_text(server):
    """Bytes that are no UTF-8 arrive unchanged, or the message is refused; the client stays (modern IRC: Character
    Encodings)."""
    alice, bob = server.joined("#bytes", "alice", "bob")
    for odd in (b"caf\xe9", b"\xff\xfe\xfd", b"\xed\xa0\x80", b"\xf0\x9f\x98"):
        alice.says(b"PRIVMSG #bytes :" + odd, b"TOPIC #bytes :" + odd, b"JOIN #" + odd)
        bob.gets_unchanged_if_at_all(odd, ":alice PRIVMSG #bytes")
    alice.says("PRIVMSG #bytes :still here")
    bob.gets(":alice PRIVMSG #bytes :still here")


@check(
    after=(joins, talks_in_channels, tells_others_who_quits),
    points=1,
    teaches="A class is not three clients: accept() has to keep up, and each message goes 99 times.",
    hint="listen(512); make the bytes of a message once, and append them to what waits for each member.",
)
def serves_100_clients(server):
    """100 clients join a channel at once; NAMES lists them all, in lines of 512 bytes at most; what one says reaches
    all others, and that she quits."""
    first, *others = server.crowd(100, "#crowd")
    others[-1].finds("#crowd", *(client.name for client in (first, *others)))
    first.says("PRIVMSG #crowd :good morning")
    for other in others:
        other.gets_once(":member-001 PRIVMSG #crowd :good morning")
    first.quits()
    for other in others:
        other.gets_once(":member-001 QUIT")


@check(
    after=registers,
    points=1,
    teaches="Ctrl-C is SIGINT, `kill` sends SIGTERM; a server that ends in good order can be started again at once.",
    hint='send everybody "ERROR :Closing link ...", then end with status 0; SO_REUSEADDR before bind().',
)
def ends_and_starts_again(server):
    """SIGINT and SIGTERM: everybody gets ERROR, the server ends with status 0, and its port is free at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        (alice,) = server.registered("alice")
        server.connect("bob")
        server.stops(number)
        server.ends_with(status=0)
        alice.sees("ERROR")
        server.starts_again()
    server.registered("alice")


@check(
    after=registers,
    points=1,
    teaches="A program checks what it is given before it uses it, and says what it cannot have.",
    hint="print(..., flush=True) after listen(); argparse has usage and status 2; except OSError around bind().",
)
def says_where_it_listens_and_what_it_cannot_use(server):
    """It prints `IRC server on HOST port PORT`; bad arguments get a usage line and status 2, a port that is taken a
    sentence and a status that is not 0."""
    server.has_printed("IRC server on localhost port PORT")
    for words in BAD_ARGUMENTS:
        server.given(*words).shows_usage()
    with server.on_a_taken_port() as run:
        run.explains_itself()


# Real clients.


@check(
    after=(welcomes_in_the_usual_order, answers_ping, joins),
    points=1,
    teaches="A standard is kept when programs of strangers, who have never heard of yours, work with it.",
    hint="pip install irc, and try it: irc.client.Reactor().server().connect('localhost', 6667, 'erin').",
)
def welcomes_a_real_client(server):
    """Python's `irc` library connects, joins a channel, and understands who is in it."""
    alice, bob = server.joined("#real", "alice", "bob")
    erin = server.with_library("erin")
    erin.does("join", "#real")
    erin.sees("join", "erin", "#real")
    erin.sees("namreply", "", "#real")
    erin.sees("endofnames", "", "#real")
    alice.gets(":erin JOIN #real")
    bob.gets(":erin JOIN #real")


@check(
    after=(welcomes_a_real_client, talks_in_channels),
    points=1,
    teaches="A standard is kept when programs of strangers, who have never heard of yours, work with it.",
    hint="see in the transcript which line the library has made nothing of.",
)
def lets_real_clients_talk(server):
    """Two real clients talk: to a channel, to each other, in other scripts, with /me."""
    frank, grace = server.with_library("frank"), server.with_library("grace")
    for each in (frank, grace):
        each.does("join", "#chat")
        each.sees("endofnames", "", "#chat")
    frank.does("privmsg", "#chat", f"good morning {EMOJI}")
    grace.sees("pubmsg", "frank", "#chat", f"good morning {EMOJI}")
    grace.does("action", "frank", "waves to him")
    frank.sees("action", "grace", "waves to him")
    grace.does("notice", "frank", "no answer please")
    frank.sees("privnotice", "grace", "no answer please")


@check(
    after=(welcomes_a_real_client, sets_topics, makes_others_operators, kicks, tells_others_who_quits),
    points=1,
    teaches="A standard is kept when programs of strangers, who have never heard of yours, work with it.",
    hint="see in the transcript which line the library has made nothing of.",
)
def shows_real_clients_what_happens(server):
    """A real client sees topics, modes, new nicks, kicks, parts and quits."""
    (alice,) = server.joined("#show", "alice")
    heidi, ivan = server.with_library("heidi"), server.with_library("ivan")
    for each in (heidi, ivan):
        each.does("join", "#show")
        each.sees("endofnames", "", "#show")
    alice.says("TOPIC #show :what is on", "MODE #show +o ivan", "NICK alison", "KICK #show heidi :the end")
    ivan.sees("topic", "alice", "#show", "what is on")
    ivan.sees("mode", "alice", "#show", "+o", "ivan")
    ivan.sees("nick", "alice", "alison")
    heidi.sees("kick", "alison", "#show", "heidi", "the end")
    heidi.does("quit", "good bye")
    ivan.does("part", "#show")
    ivan.sees("part", "ivan", "#show")


# With --password, --motd and --oper.


@check(
    after=registers,
    points=1,
    teaches="Who may come in at all is asked first, before any name is given.",
    hint='PASS comes before NICK and USER: "464 * :Password incorrect", ERROR, and the end of the connection.',
)
def asks_for_the_password(guarded):
    """With `--password`, who gives it with PASS is welcome; who gives a wrong one, or none, gets 464 (or ERROR), and is
    let go (RFC 2812 section 3.1.1)."""
    guarded.registered("alice")
    for number, first in enumerate((("PASS wrong",), ()), start=1):
        other = guarded.connect("bob")
        other.says(*first, f"NICK bob-{number}", "USER bob 0 * :Bob of the lab")
        other.sees("464|ERROR")
        other.sees_the_end()


@check(
    after=(asks_for_the_password, welcomes_in_the_usual_order),
    points=1,
    teaches="What is the same for all who come is a file, not a program.",
    hint='read the file when you start: "375 alice :- ...", "372 alice :- line" for each line, "376 alice :End".',
)
def shows_the_message_of_the_day(guarded):
    """With `--motd`, each line of the file comes as a 372, between 375 and 376, after registration and for MOTD (RFC
    2812 section 3.4.1)."""
    (alice,) = guarded.registered("alice")
    alice.says("MOTD")
    alice.gets("375")
    alice.gets_lines("372", MOTD, end="376")
    bob = guarded.connect("bob")
    bob.says("PASS sesame", "NICK bob", "USER bob 0 * :Bob of the lab")
    bob.gets("375")
    bob.gets_lines("372", MOTD, end="376")


@check(
    after=asks_for_the_password,
    points=1,
    teaches="Rights are given for a password, and it is one answer for every wrong pair.",
    hint='"381 alice :You are now an IRC operator" and ":alice MODE alice +o"; 464 (or 491) else; 461.',
)
def makes_operators_of_the_server(guarded):
    """`OPER name password` gets 381 and makes the client an operator; wrong ones 464 or 491 (RFC 2812 section
    3.1.4)."""
    alice, bob = guarded.registered("alice", "bob")
    alice.is_refused("464|491", "OPER root wrong", "OPER toor t0psecret")
    alice.is_refused("461 OPER", "OPER root")
    alice.does("OPER root t0psecret", "381")
    alice.does("MODE alice", "221 +*o*")
    bob.does("WHOIS alice", "313 alice")
    bob.is_refused("481", "KILL alice :not you")


@check(
    after=(makes_operators_of_the_server, tells_others_who_quits),
    points=1,
    teaches="Somebody has to keep order, with tools of a last resort: they show who used them.",
    hint='"ERROR :Closing link ... (Killed (alice (reason)))" to bob, and the end; QUIT for the others.',
)
def lets_operators_kill(guarded):
    """`KILL nick :reason` of an operator ends that one's connection, a QUIT for the others; unknown nicks get 401 (RFC
    2812 section 3.7.1)."""
    alice, bob, carol = guarded.joined("#kill", "alice", "bob", "carol")
    alice.does("OPER root t0psecret", "381")
    alice.is_refused("401 nobody", "KILL nobody :who?")
    alice.says("KILL bob :that was enough")
    bob.sees_the_end()
    for each in (alice, carol):
        each.gets_about("that was enough", ":bob QUIT")


# With --ping 1.


@check(
    after=(registers, answers_ping),
    points=1,
    teaches="A cable that is pulled out sends no FIN: whether somebody is there one has to ask.",
    hint="when nothing has come from her for --ping seconds: send PING; a timeout for select() gives you the time.",
)
def asks_who_is_silent(impatient):
    """Who has said nothing for `--ping` seconds gets PING; who answers may stay (RFC 2812 section 3.7.2)."""
    (alice,) = impatient.registered("alice")
    for _ in range(2):
        alice.is_pinged()
    alice.settles()


@check(
    after=(asks_who_is_silent, tells_others_who_quits),
    points=1,
    teaches="A client that does not answer is a client that is gone: the others have to know.",
    hint='another --ping seconds without anything: ERROR, close, and QUIT with "Ping timeout: ..." for the others.',
)
def lets_go_who_does_not_answer(impatient):
    """Who does not answer PING for so long again is let go, a QUIT `Ping timeout...` for the others (RFC 2812 section
    3.7.2)."""
    alice, bob = impatient.joined("#silent", "alice", "bob")
    impatient.connect("carol")
    bob.falls_silent()
    alice.gets_text("Ping timeout", ":bob QUIT")
    bob.sees("ERROR")
    bob.sees_the_end()


@check(
    continues=lets_go_who_does_not_answer,
    points=1,
    teaches="Connections that never say who they are cost as much as others: they get a while, and no more.",
    hint="the time of a client that has not registered runs from its connection on.",
)
def lets_go_who_never_registers(impatient):
    """Who does not register within that time is let go."""
    impatient.client("carol").sees_the_end()


# With --flood 50.


@check(
    after=takes_lines_apart,
    points=1,
    teaches="A server for many gives each her share: who talks faster than that waits, and nobody else does.",
    hint="a budget for each client: it grows by --flood a second, up to ten times that; each line costs one.",
)
def makes_fast_talkers_wait(metered):
    """With `--flood 50`, a client's lines wait when it has sent 500 at once; the others notice nothing."""
    mallory, bob, carol = metered.registered("mallory", "bob", "carol")
    metered.floods(mallory, 2_000, to=bob)
    carol.says("PRIVMSG bob :am I in time?")
    bob.sees(":carol PRIVMSG bob :am I in time?")
    metered.has_passed_on(mallory, bob, less_than=2_000)
    mallory.drops()


@check(
    after=makes_fast_talkers_wait,
    points=1,
    teaches="Waiting is not losing: what was taken from the socket is done, in its order.",
    hint="leave the lines in the client's buffer, and come back to them when there is budget again.",
)
def loses_nothing_of_fast_talkers(metered):
    """What waits is not lost: of 600 lines, all are passed on, in order, at 50 a second in the long run."""
    alice, bob = metered.registered("alice", "bob")
    metered.floods(alice, 600, to=bob)
    metered.passes_on_all(alice, bob, 600, seconds=1.0)


@check(
    after=(makes_fast_talkers_wait, tells_others_who_quits),
    points=1,
    teaches="A buffer without a bound is a way to fill the memory of a server: one client is enough.",
    hint='more than 64 KiB wait: "ERROR :Closing link ... (Excess Flood)", and the end.',
)
def lets_go_who_floods(metered):
    """Who lets more than 64 KiB wait is let go, a QUIT for the others."""
    alice, bob = metered.joined("#flood", "alice", "bob")
    metered.floods(alice, 20_000, to=bob)
    bob.sees(":alice QUIT")
    alice.sees_the_end()


# With --flood 0.


@check(
    after=(passes_messages_on, puts_lines_together, takes_lines_apart),
    points=1,
    teaches="sendall() waits when the other side does not read: whoever calls it for everybody stops everybody.",
    hint="non-blocking sockets, and a buffer for each client of what waits to be sent.",
)
def waits_for_nobody_who_does_not_read(unmetered):
    """A client that never reads stalls nobody: the others go on."""
    alice, bob, mallory, _ = unmetered.joined("#stall", "alice", "bob", "mallory", "carol")
    mallory.stops_reading()
    unmetered.tells_much(alice, to=mallory)
    bob.says("PRIVMSG alice :are you still there?")
    alice.gets(":bob PRIVMSG alice :are you still there?")


@check(
    continues=waits_for_nobody_who_does_not_read,
    after=tells_others_who_quits,
    points=1,
    teaches="A buffer without a bound is a way to fill the memory of a server: one client is enough.",
    hint="more than 1 MiB waits for a client: close its connection, and tell the others QUIT.",
)
def lets_go_who_does_not_read(unmetered):
    """Once 1 MiB is waiting for a client that never reads, it is let go: a QUIT for the others."""
    unmetered.client("carol").gets(":mallory QUIT")


@check(
    after=(answers_ping, takes_lines_apart),
    points=1,
    teaches="Work that grows with the square of what comes is fast in every test, and stops a server one day.",
    hint="cut what has come at all its ends at once, instead of copying the rest for each line.",
    hidden=True,
)
def answers_50_000_pings(unmetered):
    """50,000 commands that come at once are all answered, in their order, and others are still served."""
    alice, bob = unmetered.registered("alice", "bob")
    unmetered.many_pings(alice, 50_000)
    bob.says("PRIVMSG alice :well done")
    alice.gets(":bob PRIVMSG alice :well done")
