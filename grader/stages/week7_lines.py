"""Week 7: a chat that you can type (telnet)."""

import signal

from grader.check import check
from grader.peers.lines.client import LineClient
from grader.peers.lines.echo_server import EchoServer
from grader.peers.lines.server import LineServer
from grader.reference.line_chat import LineChat

echo = EchoServer("week7_lines/echo_server.py")
server = LineServer("week7_lines/server.py")
client = LineClient("week7_lines/client.py", LineChat)

EVERY_BYTE = bytes(range(256))
MUCH = b"".join(b"line %06d\n" % number for number in range(20_000))  # 240,000 bytes: more than one recv() gives
BAD_PORTS = ((), ("localhost",), ("localhost", "seven"), ("localhost", "0"), ("localhost", "70000"))
SPACED = "two  spaces, and a colon: here"
EMOJI = "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"
FITS = ("\u00e9" * 250 + "xx").encode()  # 502 bytes: 512 with `TELL bob ` and the end of the line; fewer characters
BAD_NAMES = ("LOGIN", "LOGIN two words", "LOGIN al:ce", "LOGIN " + "a" * 21, "LOGIN caf\u00e9")
MALFORMED = ("TELL", "TELL bob", "TELL bob ", "ALL", "ALL ", "WHO now", "CREATE den", "CREATE #", "ROOM #den")
NO_TEXTS = (b"ALL \xff\xfe\xfd", b"ALL \xed\xa0\x80", b"ALL nothing \x00 here", b"\xc3(")
UNKNOWN = ("HELLO", "LOGINS alice", "KICK bob", "/who")
WITHOUT_LOGIN = ("WHO", "ROOMS", "LOGOUT", "ALL hello", "TELL bob hello", "CREATE #den", "JOIN #den", "ROOM #den hello")
ESCAPE = "\x1b[5;35m"  # from now on everything blinks, and is purple


@check(
    points=3,
    teaches="recv() gives what is there, and b'' when the client will send no more: until then, the connection lives.",
    hint="while data := connection.recv(65536): connection.sendall(data)",
)
def echoes_again_and_again(echo):
    """The echo server sends back every byte, as often as a client sends some."""
    alice = echo.connect("alice")
    alice.gets_back(b"hello\n")
    alice.gets_back(EVERY_BYTE)
    alice.gets_back(b"no end of a line")


@check(
    after=echoes_again_and_again,
    points=3,
    teaches="A program that waits in recv() for one client is deaf to all others: each gets a thread, or a selector.",
    hint="accept() in a loop; threading.Thread(target=echo, args=(connection,), daemon=True).start() for each client.",
)
def echoes_to_many_at_once(echo):
    """Any number of clients are served at once; one that says nothing holds up nobody."""
    silent = echo.connect("carol")
    clients = [echo.connect(f"client {number}") for number in range(1, 21)]
    for each in [*clients, *reversed(clients)]:
        each.gets_back(each.name.encode())
    silent.gets_back(b"here I am")


@check(
    after=echoes_again_and_again,
    points=2,
    teaches="A connection has two directions: the end of one is no reason to drop what is on its way in the other.",
    hint="sendall(), not send(): it goes on until everything is sent. Close only when recv() has given b''.",
)
def echoes_all_that_came_before_the_end(echo):
    """When a client has shut down its sending side, everything that it sent is echoed; then the server closes."""
    alice = echo.connect("alice")
    alice.sends(MUCH)
    alice.finishes()
    alice.receives(MUCH)
    alice.sees_the_end()


@check(
    after=echoes_to_many_at_once,
    points=1,
    teaches="Clients crash, and networks break: that is the end of one connection, not of the server.",
    hint="except OSError around recv() and sendall() of one client: close it, and go on with the others.",
)
def echoes_after_others_are_gone(echo):
    """Clients that hang up, or whose connection is reset, disturb nobody."""
    alice, bob, carol = echo.connect("alice"), echo.connect("bob"), echo.connect("carol")
    bob.gets_back(b"good bye\n")
    bob.drops()
    carol.hangs_up()
    alice.gets_back(b"still there?\n")
    echo.connect("dave").gets_back(b"hello\n")


@check(
    after=echoes_again_and_again,
    points=1,
    teaches="Ctrl-C is SIGINT, `kill` sends SIGTERM; threads that are no daemons keep a program alive.",
    hint="signal.signal(signal.SIGTERM, lambda *_: sys.exit()), SIGINT as well; SO_REUSEADDR before bind().",
)
def echo_server_ends_and_starts_again(echo):
    """Ctrl-C and SIGTERM end the echo server with status 0, clients or not; its port is free again at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        echo.connect("alice").gets_back(b"hello\n")
        echo.stops(number)
        echo.ends_with(status=0)
        echo.starts_again()


@check(
    points=4,
    teaches="A protocol of lines is one that you can type: the answer to a word and a field is a line, too.",
    hint='collect bytes until there is b"\\n"; line.split(" ")[0].upper() is the command; answer "OK LOGIN alice\\n".',
)
def logs_in(server):
    """`LOGIN name` gets `OK LOGIN name`."""
    server.connect("alice").logs_in()
    server.connect("bob_2").logs_in()


@check(
    after=logs_in,
    points=1,
    teaches="A question without consequences shows that the other side is alive, and has done all that came before.",
    hint='"PONG " and the text, as it came.',
)
def answers_ping(server):
    """`PING text` gets `PONG text`, before LOGIN, too."""
    alice = server.connect("alice")
    alice.says("PING is anybody there?")
    alice.gets("PONG is anybody there?")
    alice.logs_in()
    alice.says("PING and now?")
    alice.gets("PONG and now?")


@check(
    after=logs_in,
    points=2,
    teaches="What a newcomer cannot know, the server tells: who was there before.",
    hint='" ".join(["USERS", *sorted(names)]); after OK LOGIN, and at WHO.',
)
def lists_who_is_there(server):
    """LOGIN and `WHO` get `USERS name...`: everybody who is logged in, sorted, oneself included."""
    carol, alice = server.logged_in("carol", "alice")
    alice.gets("USERS alice carol")
    server.connect("Bob").logs_in()
    carol.settles()
    carol.says("WHO")
    carol.gets("USERS Bob alice carol")


@check(
    after=logs_in,
    points=2,
    teaches="Presence: who was there before does not ask again and again, but is told what changes.",
    hint='for other in clients: if other is not the new one and has a name: send "+ name".',
)
def tells_who_comes(server):
    """At a LOGIN everybody else who is logged in gets `+ name`, once; the new one does not."""
    (alice,) = server.logged_in("alice")
    alice.settles()
    stranger, bob = server.connect("stranger"), server.connect("bob")
    bob.logs_in()
    alice.gets_just("+ bob")
    for each in (alice, bob, stranger):
        each.settles()
    alice.was_told(1, "+ bob")
    bob.was_told(0, "+ bob")
    stranger.was_told(0, "+ bob")


@check(
    after=logs_in,
    points=2,
    teaches="Good bye is a command, too: the answer first, then the end of the connection.",
    hint='send "OK LOGOUT", take the name out of the list, tell the others "- name", close the connection.',
)
def logs_out(server):
    """`LOGOUT` gets `OK LOGOUT`, and the connection ends; everybody else gets `- name`, and the name is free."""
    alice, bob = server.logged_in("alice", "bob")
    bob.says("LOGOUT")
    bob.gets("OK LOGOUT")
    bob.sees_the_end()
    alice.gets("- bob")
    server.connect("bob").logs_in()


@check(
    after=logs_out,
    points=2,
    teaches="A connection ends by FIN, where recv() gives b'', or by RST, where it raises: both mean that she is gone.",
    hint="do for b'' and for OSError what LOGOUT does: one function that takes a client out and tells the others.",
)
def notices_a_dropped_connection(server):
    """A connection that ends without LOGOUT, closed or reset, is a `- name` as well, and the name is free."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    bob.settles()  # a connection that is closed before all was read is reset
    bob.hangs_up()
    for client in (alice, carol):  # nothing is on its way to carol when she drops: send() would be told, not recv()
        client.gets("- bob")
    carol.drops()
    alice.gets("- carol")
    server.logged_in("bob", "carol")


@check(
    after=logs_in,
    points=3,
    teaches="A server knows each connection by its name: what is for one goes to one.",
    hint='clients = {name: client}; clients[name] gets "FROM sender text", the sender "OK TELL".',
)
def tells_one(server):
    """`TELL name text` gets `OK TELL`; that one, and nobody else, gets `FROM sender text`."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    alice.says("TELL bob good morning")
    alice.gets("OK TELL")
    bob.gets("FROM alice good morning")
    bob.says("TELL carol and to you")
    bob.gets("OK TELL")
    carol.gets("FROM bob and to you")


@check(
    after=logs_in,
    points=3,
    teaches="A broadcast in a chat is the same line, sent on every connection but one.",
    hint='for other in clients.values(): if other is not sender: send "ALL sender text". The sender gets "OK ALL".',
)
def tells_all(server):
    """`ALL text` gets `OK ALL`; everybody else gets `ALL sender text`."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    for sender, others in ((alice, (bob, carol)), (bob, (alice, carol))):
        sender.says("ALL good morning")
        sender.gets("OK ALL")
        for other in others:
            other.gets(f"ALL {sender.name} good morning")


@check(
    after=(notices_a_dropped_connection, tells_one),
    points=1,
    teaches="Who shuts down her sending side still reads: what she asked before that deserves its answer.",
    hint="at b'' throw half a line away, let the answers that wait for her be sent, and then close.",
)
def answers_who_has_finished(server):
    """Who closes only the sending side (`nc -N`) still gets her answers, but none to half a line; then she is gone."""
    alice, bob = server.logged_in("alice", "bob")
    bob.says("TELL alice my last words")
    bob.sends(b"ALL half a line")
    bob.finishes()
    bob.gets("OK TELL")
    alice.gets("FROM bob my last words", "- bob")
    bob.sees_the_end()


@check(
    after=(tells_one, tells_all),
    points=1,
    teaches="The last field is the rest of the line: how many spaces are in it is nobody's business.",
    hint='line.split(" ", 2): at most two cuts. decode() and encode() whole lines, never single pieces of recv().',
)
def passes_a_text_on_as_it_is(server):
    """Spaces, colons and emoji in a text arrive as they were sent."""
    alice, bob = server.logged_in("alice", "bob")
    for text in (SPACED, EMOJI, " with a space before", "with one behind "):
        alice.says(f"TELL bob {text}")
        bob.gets(f"FROM alice {text}")
        alice.says(f"ALL {text}")
        bob.gets(f"ALL alice {text}")


@check(
    after=tells_one,
    points=1,
    teaches="Whoever asks waits for the answer: what follows from the question comes after it.",
    hint="send OK TELL before FROM, also when both go to the same client.",
)
def answers_before_anything_that_follows(server):
    """The answer comes before what follows from it: who tells herself something gets `OK TELL`, then `FROM`."""
    (alice,) = server.logged_in("alice")
    alice.says("TELL alice note to myself")
    alice.gets("OK TELL", "FROM alice note to myself")


@check(
    after=logs_in,
    points=1,
    teaches="Rooms are names for sets of clients; where a name may come from is for the protocol to say.",
    hint='rooms = {}; rooms["#den"] = {client}: who creates a room is in it. "OK CREATE #den".',
)
def creates_rooms(server):
    """`CREATE #room` gets `OK CREATE #room`."""
    server.connect("alice").does("LOGIN alice", "CREATE #den", "CREATE #Attic_2")


@check(
    after=creates_rooms,
    points=1,
    teaches="An empty list is an answer, too: a protocol says how it looks.",
    hint='" ".join(["ROOMS", *sorted(rooms)]): without rooms there is no space at the end.',
)
def lists_rooms(server):
    """`ROOMS` gets `ROOMS #room...`, sorted, or `ROOMS` alone where there are none."""
    alice, bob = server.logged_in("alice", "bob")
    bob.says("ROOMS")
    bob.gets("ROOMS")
    alice.does("CREATE #den", "CREATE #Attic")
    bob.says("ROOMS")
    bob.gets("ROOMS #Attic #den")


@check(
    after=creates_rooms,
    points=2,
    teaches="Who enters a room has to learn who is in it, and they that she is there.",
    hint='"OK JOIN #den", then "MEMBERS #den " and the sorted names; "JOINED #den name" to those who were there.',
)
def joins_rooms(server):
    """`JOIN #room` gets `OK JOIN #room` and `MEMBERS #room name...`; its other members get `JOINED #room name`."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    bob.does("CREATE #den")
    alice.says("JOIN #den")
    alice.gets("OK JOIN #den", "MEMBERS #den alice bob")
    bob.gets("JOINED #den alice")
    for other in (alice, carol):
        other.settles()
        other.was_told(0, "JOINED #den alice")


@check(
    after=creates_rooms,
    points=3,
    teaches="A message for a room goes to a set of connections, and to no other.",
    hint='for member in rooms[room]: if member is not sender: send "ROOM #den sender text".',
)
def talks_in_rooms(server):
    """`ROOM #room text` gets `OK ROOM`; its other members, and nobody else, get `ROOM #room sender text`."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    alice.does("CREATE #den")
    bob.does("JOIN #den")
    carol.does("CREATE #attic")
    alice.says("ROOM #den hello den")
    alice.gets("OK ROOM")
    bob.gets("ROOM #den alice hello den")
    alice.settles()
    bob.does("JOIN #attic")
    bob.says("ROOM #attic hello attic")
    bob.gets("OK ROOM")
    carol.gets("ROOM #attic bob hello attic")


@check(
    after=(talks_in_rooms, tells_one),
    points=2,
    teaches="Leaving is a change of state that those who stay have to learn of.",
    hint='rooms[room].discard(client); "OK PART #den" to her, "PARTED #den name" to those who stay.',
)
def parts_from_rooms(server):
    """`PART #room` gets `OK PART #room`, its members get `PARTED #room name`; what is said there comes no more."""
    alice, bob = server.logged_in("alice", "bob")
    alice.does("CREATE #den")
    bob.does("JOIN #den", "PART #den")
    alice.gets("PARTED #den bob")
    alice.says("ROOM #den is bob gone?")
    alice.gets("OK ROOM")
    alice.says("TELL bob yes you are")
    bob.gets("FROM alice yes you are")


@check(
    after=(lists_rooms, parts_from_rooms, notices_a_dropped_connection),
    points=1,
    teaches="What nobody uses any more has to go, or a server that runs for months fills up.",
    hint="if not rooms[room]: del rooms[room], wherever somebody leaves: PART, LOGOUT, a dropped connection.",
)
def drops_empty_rooms(server):
    """A room goes when its last member does, by PART or by leaving the chat."""
    alice, bob = server.logged_in("alice", "bob")
    alice.does("CREATE #den", "PART #den", "CREATE #den")
    alice.hangs_up()
    bob.gets("- alice")
    bob.says("ROOMS")
    bob.gets("ROOMS")


@check(
    after=(parts_from_rooms, notices_a_dropped_connection),
    points=1,
    teaches="One end has several consequences: in which order others learn of them is part of the protocol.",
    hint='first "PARTED #den name" for each of her rooms, then "- name".',
)
def leaves_rooms_with_the_chat(server):
    """Who leaves the chat leaves its rooms: the others there get `PARTED #room name` before `- name`."""
    alice, bob, carol = server.logged_in("alice", "bob", "carol")
    alice.does("CREATE #den")
    bob.does("JOIN #den")
    carol.does("JOIN #den")
    bob.does("LOGOUT")
    alice.gets("PARTED #den bob", "- bob")
    carol.hangs_up()
    alice.gets("PARTED #den carol", "- carol")


@check(
    after=logs_in,
    points=1,
    teaches="Which commands are allowed depends on what came before: that is the state of a protocol.",
    hint='look whether the client has a name before you look at the fields: "ERR 401 log in first".',
)
def wants_a_login_first(server):
    """Before LOGIN everything but LOGIN and PING gets `ERR 401`."""
    alice = server.connect("alice")
    alice.is_refused(401, *WITHOUT_LOGIN)
    alice.logs_in()
    alice.settles()


@check(
    after=logs_in,
    points=1,
    teaches="What a server does not know it must say, or its client waits for ever.",
    hint='commands = {"LOGIN": ..., ...}; a word that is not in it: "ERR 405 there is no such command".',
)
def says_that_a_command_is_unknown(server):
    """An unknown command gets `ERR 405`, before LOGIN and after."""
    alice = server.connect("alice")
    alice.is_refused(405, *UNKNOWN)
    alice.logs_in()
    alice.is_refused(405, *UNKNOWN)
    alice.settles()


@check(
    after=(tells_all, tells_one, creates_rooms),
    points=2,
    teaches="Whatever comes from outside is looked at before it is used: an index out of range is a crash.",
    hint='look how many fields there are, and at names with re.fullmatch("[A-Za-z0-9_]{1,20}", name), before you act.',
)
def refuses_what_is_malformed(server):
    """Fields that are missing, empty or too many, and names that are none, get `ERR 400`."""
    alice = server.connect("alice")
    alice.is_refused(400, *BAD_NAMES)
    alice.logs_in()
    alice.is_refused(400, *MALFORMED)
    alice.settles()


@check(
    after=(tells_one, creates_rooms),
    points=1,
    teaches="A name in a request may be nobody's: a dictionary raises KeyError, a server answers.",
    hint='if name not in clients: "ERR 404 there is no such user"; the same for rooms.',
)
def says_that_there_is_no_such_name(server):
    """A user, or a room, that is not there gets `ERR 404`; `Bob` and `bob` are two names."""
    alice, bob = server.logged_in("alice", "bob")
    alice.is_refused(404, "TELL carol hello", "TELL Bob hello", "JOIN #den", "PART #den", "ROOM #den hello")
    bob.does("CREATE #den")
    alice.is_refused(404, "JOIN #Den")


@check(
    after=(talks_in_rooms, tells_one),
    points=1,
    teaches="A room is for its members: who may do what is asked for each command.",
    hint='if client not in rooms[room]: "ERR 403 you are not in that room".',
)
def keeps_strangers_out_of_rooms(server):
    """`ROOM` and `PART` by somebody who is no member get `ERR 403`; the members notice nothing."""
    alice, bob = server.logged_in("alice", "bob")
    alice.does("CREATE #den")
    bob.is_refused(403, "ROOM #den let me in", "PART #den")
    bob.says("TELL alice may I come in?")
    alice.gets("FROM bob may I come in?")
    alice.was_told(0, "PARTED #den bob")


@check(
    after=creates_rooms,
    points=1,
    teaches="A name stands for one client only: who comes second gets an answer, and the first one notices nothing.",
    hint='"ERR 409 that name is taken": name in clients, client.name set already, room in rooms, member already.',
)
def refuses_what_is_there_already(server):
    """A name that is taken, a second LOGIN, a room that exists, a second JOIN: `ERR 409`; `Alice` is not `alice`."""
    alice, bob = server.connect("alice"), server.connect("bob")
    alice.logs_in()
    bob.is_refused(409, "LOGIN alice")
    bob.logs_in()
    server.connect("Alice").logs_in()
    bob.is_refused(409, "LOGIN bob", "LOGIN carol")
    alice.does("CREATE #den")
    alice.is_refused(409, "JOIN #den", "CREATE #den")
    bob.is_refused(409, "CREATE #den")
    alice.settles()


@check(
    after=says_that_a_command_is_unknown,
    points=1,
    teaches="Programs read the number, people the sentence: both have to act on an error.",
    hint='f"ERR {code} {sentence}": the code says what kind of error it is, the sentence what to do.',
)
def says_why_in_a_sentence(server):
    """After `ERR` and its code there is a sentence that says why."""
    server.connect("alice").is_told_why(405, "HELLO")


@check(
    after=tells_one,
    points=3,
    teaches="TCP is a stream of bytes: one recv() may give half a line, and half a character of it.",
    hint="a buffer for each client: add what recv() gives, take away what ends in b'\\n', decode only whole lines.",
)
def puts_lines_together(server):
    """A line that comes byte by byte is a line; meanwhile others are served."""
    alice, bob = server.logged_in("alice", "bob")
    alice.says_byte_by_byte(f"TELL bob {EMOJI}")
    alice.gets("OK TELL")
    bob.gets(f"FROM alice {EMOJI}")
    alice.sends(b"TELL bob half a")
    bob.says("TELL alice I do not wait for you")
    alice.gets("FROM bob I do not wait for you")
    alice.sends(b" line\n")
    bob.gets("OK TELL", b"FROM alice half a line")


@check(
    after=tells_one,
    points=2,
    teaches="One recv() may give many lines: each of them counts, and the first half of the next one is kept.",
    hint='while b"\\n" in buffer: line, _, buffer = buffer.partition(b"\\n"), and answer it.',
)
def takes_lines_apart(server):
    """Many lines in one segment are answered one by one, in their order."""
    alice, bob = server.logged_in("alice", "bob")
    numbers = range(1, 21)
    alice.says(*(f"TELL bob number {number}" for number in numbers))
    alice.gets(*["OK TELL"] * len(numbers))
    bob.gets(*(f"FROM alice number {number}" for number in numbers))


@check(
    after=(lists_who_is_there, takes_lines_apart),
    points=1,
    teaches="Be liberal in what you accept: telnet ends a line in \\r\\n, nc in \\n, and people type as they like.",
    hint='line.removesuffix(b"\\r"); the command word .upper(); if the line is empty then: no answer at all.',
)
def takes_lines_as_people_type_them(server):
    """`\\r\\n` ends a line as well, commands are the same in any case, and empty lines get no answer."""
    alice = server.connect("alice")
    alice.sends(b"login alice\r\n")
    alice.gets("OK LOGIN alice")
    for empty in (b"\n", b"\r\n"):
        alice.sends(empty)
        alice.sends(b"whO\r\n")
        alice.gets("USERS alice")


@check(
    after=takes_lines_as_people_type_them,
    points=1,
    teaches="Be strict in what you send: everybody reads it without guessing then.",
    hint='f"{answer}\\n".encode(): a newline, and no carriage return before it.',
)
def ends_its_lines_in_a_newline(server):
    """The lines of the server end in `\\n` alone."""
    alice = server.connect("alice")
    for line, answer in ((b"LOGIN alice\r\n", "OK LOGIN alice"), (b"WHO\r\n", "USERS alice")):
        alice.sends(line)
        alice.gets(answer)
    alice.had_plain_line_ends()


@check(
    after=(puts_lines_together, takes_lines_apart, says_that_a_command_is_unknown),
    points=2,
    teaches="A server that collects until the end of a line comes collects for ever from whoever never sends one.",
    hint="more than 512 bytes without b'\\n': ERR 413 at once, forget them, and drop what comes until the next one.",
)
def refuses_a_line_that_is_too_long(server):
    """A line of more than 512 bytes gets `ERR 413` at once, and once; it is dropped, and the connection stays."""
    alice, bob = server.logged_in("alice", "bob")
    for text, end in ((FITS, b"\n"), (FITS[:-1], b"\r\n")):
        alice.sends(b"TELL bob " + text + end)
        bob.gets(b"FROM alice " + text)
        alice.gets("OK TELL")
    alice.sends(b"TELL bob " + FITS + b"xx")
    alice.gets_error(413)
    alice.sends(b"x" * 100_000)
    alice.sends(b"\n")
    alice.settles()
    alice.is_refused(413, b"TELL bob " + FITS + b"x")
    alice.settles()


@check(
    after=logs_in,
    points=1,
    teaches="Between the question whether a name is free and taking it, another thread may get in.",
    hint="with lock: look whether the name is there, and put it there. One thread with a selector needs no lock.",
)
def gives_a_name_to_one(server):
    """When 20 clients ask for the same name at the same time, one gets it, and the others get `ERR 409`."""
    for name in ("zoe", "yan", "xara"):
        server.race(20, name)


@check(
    after=tells_all,
    points=2,
    teaches="A class is not three clients: accept() has to keep up, and each message goes 199 times.",
    hint="listen(256): the queue of those who wait to be accepted. Send to a copy of the list of clients.",
)
def serves_200_clients(server):
    """200 clients are logged in at once, and what one says reaches all others."""
    first, *others = server.crowd(200)
    first.says("ALL good morning")
    first.gets("OK ALL")
    for other in others:
        other.gets("ALL client_001 good morning")


@check(
    after=(tells_one, says_that_there_is_no_such_name, puts_lines_together, takes_lines_apart),
    points=2,
    teaches="sendall() waits when the other side does not read: whoever calls it for everybody stops everybody.",
    hint="non-blocking sockets and a buffer for each client (week 6), or a thread and a queue for each that sends.",
)
def waits_for_nobody_who_does_not_read(server):
    """A client that never reads stalls nobody: the others go on."""
    alice, bob, mallory = server.logged_in("alice", "bob", "mallory")
    mallory.stops_reading()
    alice.tells_much(to="mallory")
    bob.says("TELL alice are you still there?")
    bob.gets("OK TELL")
    alice.gets("FROM bob are you still there?")


@check(
    continues=waits_for_nobody_who_does_not_read,
    after=logs_out,
    points=1,
    teaches="A buffer without a bound is a way to fill the memory of a server: one client is enough.",
    hint="if more than 1 MiB waits for a client: close its connection, and tell the others `- name`.",
)
def lets_go_who_does_not_read(server):
    """Once 1 MiB is waiting for a client that never reads, it is let go: the others get `- name`."""
    for name in ("alice", "bob"):
        server.client(name).is_told("- mallory")


@check(
    after=(tells_one, says_that_a_command_is_unknown),
    points=1,
    teaches="Not every sequence of bytes is a text: decode() raises UnicodeDecodeError, which is no reason to end.",
    hint='try: line.decode(), except UnicodeDecodeError: "ERR 400 this is not UTF-8"; "\\0" in text is refused, too.',
    hidden=True,
)
def refuses_what_is_no_text(server):
    """A line that is not UTF-8, or has a NUL byte, gets `ERR 400`; the connection stays, and nobody else notices."""
    alice, bob = server.logged_in("alice", "bob")
    alice.is_refused(400, *NO_TEXTS)
    alice.says("TELL bob still here")
    alice.gets("OK TELL")
    bob.gets("FROM alice still here")


@check(
    after=(answers_ping, puts_lines_together, takes_lines_apart),
    points=1,
    teaches="Work that grows with the square of what comes is fast in every test, and stops a server one day.",
    hint="cut what has come at all its ends at once, buffer.split(b'\\n'), instead of copying the rest for each line.",
    hidden=True,
)
def answers_100_000_commands(server):
    """100,000 commands that come at once are all answered, in their order, and others are still served."""
    alice, bob = server.logged_in("alice", "bob")
    alice.settles()
    alice.sends_many_pings(100_000)
    bob.says("TELL alice well done")
    alice.gets("FROM bob well done")


@check(
    after=logs_in,
    points=1,
    teaches="A server that ends in good order can be started again at once, on the same port.",
    hint="SO_REUSEADDR before bind(); signal.signal(signal.SIGTERM, lambda *_: sys.exit()), and SIGINT as well.",
)
def ends_and_starts_again(server):
    """Ctrl-C and SIGTERM end the server with status 0, also with clients; its port is free again at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        server.logged_in("alice", "bob")
        server.stops(number)
        server.ends_with(status=0)
        server.starts_again()
    server.logged_in("alice")


@check(
    after=logs_in,
    points=1,
    teaches="A program checks what it is given before it uses it, and says what it cannot have.",
    hint="usage on sys.stderr and sys.exit(2); except OSError around bind(): sys.exit with a sentence.",
)
def says_what_it_cannot_use(server):
    """Bad arguments get a usage line and status 2; a port that is taken gets a sentence and a status that is not 0."""
    for words in BAD_PORTS:
        server.given(*words).shows_usage()
    with server.on_a_taken_port() as run:
        run.explains_itself()


@check(
    points=3,
    teaches="A client speaks the protocol for its user, who need not know it.",
    hint='read a line of the keyboard, and sendall(f"LOGIN {line}\\n".encode()), the line without its own end.',
)
def logs_in_with_what_is_typed(client):
    """The first line that is typed is the name: `LOGIN name`."""
    server = client.starts()
    client.types_name("alice")
    server.hears("LOGIN alice")


@check(
    continues=logs_in_with_what_is_typed,
    points=3,
    teaches="What is typed most needs no command: the client puts it in front.",
    hint='after OK LOGIN: for each line that does not begin with "/": sendall(f"ALL {line}\\n".encode()).',
)
def says_what_is_typed_to_all(client):
    """A line that does not begin with `/` is sent as `ALL line`."""
    server = client.server()
    for text in ("hello everybody", SPACED, EMOJI):
        client.types(text)
        server.hears(f"ALL {text}")


@check(
    continues=says_what_is_typed_to_all,
    points=3,
    teaches="Commands of the user and commands of the protocol are two things; a table turns one into the other.",
    hint='{"/tell": "TELL", "/join": "JOIN", ...}: the rest of the line stays as it is.',
)
def turns_what_is_typed_into_commands(client):
    """`/tell name text`, `/create`, `/join`, `/part #room`, `/room #room text` and `/rooms` are sent as commands."""
    server = client.server()
    for line in ("create #den", "room #den hello den", "part #den", "join #attic", "rooms", "tell bob hello bob"):
        client.types(f"/{line}")
        word, _, rest = line.partition(" ")
        server.hears(f"{word.upper()} {rest}".rstrip())


@check(
    points=1,
    teaches="What is printed without a newline may stay in a buffer: nobody sees the question.",
    hint='print("name: ", end="", flush=True), or input("name: "), which does it all.',
)
def asks_for_a_name(client):
    """It prints `name: ` when it is connected."""
    client.starts()
    client.asks_for_a_name()


@check(
    after=logs_in_with_what_is_typed,
    points=4,
    teaches="A client waits for two at once, keyboard and server: a thread each, or a selector.",
    hint="threading.Thread(target=listen, daemon=True).start() after LOGIN; print(f'{sender}: {text}', flush=True).",
)
def prints_what_others_say(client):
    """`ALL sender text` appears on the screen as `sender: text`, also while nobody types."""
    server = client.joins("bob", "carol_2")
    client.nobody_types()
    server.relays("bob", "ALL hello alice")
    client.prints("bob: hello alice")
    server.relays("carol_2", f"ALL {SPACED}")
    client.prints(f"carol_2: {SPACED}")


@check(
    after=prints_what_others_say,
    points=1,
    teaches="One recv() may give many lines: all of them were said.",
    hint='for each line that is complete, not for each recv(): buffer.split(b"\n"), of which the last is kept.',
)
def takes_its_lines_apart(client):
    """Many lines that come in one segment are all printed, each once."""
    server = client.joins("bob")
    numbers = [f"number {number:02}" for number in range(1, 13)]
    server.relays_to_all("bob", numbers)
    client.prints(*(f"bob: {number}" for number in numbers))
    server.relays("bob", "ALL the end")
    client.prints("bob: the end")
    client.printed_times(1, *(f"bob: {number}" for number in numbers))


@check(
    after=(prints_what_others_say, says_what_is_typed_to_all),
    points=1,
    teaches="The server's bytes come in pieces of any size, too: the client needs the same buffer.",
    hint="the class that cuts lines on the server does it here: whole lines, decoded after they are complete.",
)
def puts_its_lines_together(client):
    """A line that comes byte by byte, or in two halves, is printed once, when the whole of it is there."""
    server = client.joins("bob")
    server.comes_in_pieces(1)
    server.relays("bob", f"ALL {EMOJI}")
    client.prints(f"bob: {EMOJI}")
    server.comes_in_pieces(0)
    server.begins("ALL bob half of it")
    client.types("what?")
    server.hears("ALL what?")
    client.shows_no_part("half of it")
    server.ends_it(" and the rest")
    client.prints("bob: half of it and the rest")
    client.printed_times(1, f"bob: {EMOJI}", "bob: half of it and the rest")


@check(
    after=(takes_its_lines_apart, turns_what_is_typed_into_commands),
    points=2,
    teaches="Who reads has to see for whom it was said: an answer to the wrong people is soon given.",
    hint='print(f"{room} {sender}: {text}") for ROOM, and f"{sender} (to you): {text}", or the like, for FROM.',
)
def shows_for_whom_it_was_said(client):
    """What was said in a room is shown with the room, and what was told to oneself alone looks different."""
    server = client.joins("bob")
    server.relays("bob", "CREATE #den")
    client.types("/join #den")
    server.hears("JOIN #den")
    server.relays("bob", "ROOM #den hello den")
    client.shows("#den", "bob", "hello den")
    server.relays("bob", "ALL psst", "TELL alice psst")
    client.shows("bob", "psst")
    client.shows_in_two_ways("psst")


@check(
    after=prints_what_others_say,
    points=1,
    teaches="Who is listening changes what people say: they want to know who comes and goes.",
    hint='"+ name": print(f"{name} is here"); "- name": print(f"{name} has left").',
)
def shows_who_comes_and_goes(client):
    """Who comes and who goes is shown: a line with the name."""
    server = client.joins()
    with client.shows_news("carol"):
        server.has("carol")
    with client.shows_news("carol"):
        server.loses("carol")


@check(
    after=takes_its_lines_apart,
    points=2,
    teaches="A client that is told every change can keep what the server knows, or it can ask.",
    hint='a set of names: filled by USERS, "+ name" adds, "- name" discards; or send WHO, and show the answer.',
)
def shows_who_is_there(client):
    """`/who` shows the names that are there now: those of the beginning, and what has changed since."""
    server = client.joins("bob", "carol")
    server.has("dave")
    server.loses("bob")
    server.relays("carol", "ALL now there are three")
    client.prints("carol: now there are three")
    client.lists("carol", "dave", gone="bob")


@check(
    after=says_what_is_typed_to_all,
    points=1,
    teaches="An error is for whoever can act on it: the user, in the server's words.",
    hint='"ERR 409 sentence" after LOGIN: print the sentence, and ask for a name again.',
)
def asks_again_for_a_name(client):
    """When the name is taken, or is none, the user is told, and asked again."""
    server = client.starts("bob")
    client.types_name("bob")
    client.tells("bob is taken")
    client.types_name("two words")
    client.types_name("alice")
    server.hears("LOGIN alice")
    client.types("hello")
    server.hears("ALL hello")


@check(
    after=(turns_what_is_typed_into_commands, prints_what_others_say),
    points=1,
    teaches="A client that hides errors leaves its user waiting for an answer.",
    hint='a line that begins with "ERR": print its sentence.',
)
def shows_errors(client):
    """What the server refuses is shown in the server's words."""
    server = client.joins()
    client.types("/join #nowhere")
    server.hears("JOIN #nowhere")
    client.tells("there is no #nowhere here")


@check(
    after=says_what_is_typed_to_all,
    points=1,
    teaches="Who leaves says so; what was typed before that is still delivered.",
    hint='"/quit" and the end of the input: send LOGOUT, wait for the answer or the end, and end with status 0.',
)
def says_good_bye(client):
    """`/quit`, and the end of the input (Ctrl-D), send `LOGOUT`, and end the client with status 0."""
    for leave in (lambda: client.types("/quit"), client.presses_ctrl_d):
        server = client.joins()
        client.types("last words")
        leave()
        server.hears("ALL last words")
        server.hears("LOGOUT")
        client.ends_with(status=0)


@check(
    after=says_good_bye,
    points=1,
    teaches="Nobody should have to wait for a server to be allowed to leave.",
    hint="after LOGOUT wait for the end for a second at most: sock.settimeout(1), or join(1) of the other thread.",
)
def ends_although_nobody_answers(client):
    """`/quit` ends the client within 2 seconds, with status 0, also if the server does not answer any more."""
    server = client.joins()
    client.types("hello")
    server.hears("ALL hello")
    server.falls_silent()
    client.types("/quit")
    server.hears("LOGOUT")
    client.ends_with(status=0)


@check(
    after=says_what_is_typed_to_all,
    points=1,
    teaches="Ctrl-C sends SIGINT, which Python turns into KeyboardInterrupt in the first thread.",
    hint="except KeyboardInterrupt around all that the first thread does; daemon threads do not keep it alive.",
)
def ends_on_ctrl_c(client):
    """Ctrl-C ends the client, with status 0 and no traceback."""
    server = client.joins()
    client.types("hello")
    server.hears("ALL hello")
    client.presses_ctrl_c()
    client.ends_with(status=0)


@check(
    after=says_what_is_typed_to_all,
    points=1,
    teaches="Networks fail in few ways, and each of them is a sentence that a user can act on.",
    hint="except OSError around the connecting; b'' from recv() before the end; a first answer neither OK nor ERR.",
)
def says_so_when_it_cannot_go_on(client):
    """Nobody there, a lost connection, or a server of something else: a sentence on standard error; status not 0."""
    client.meets_nobody()
    client.explains_itself()
    client.meets_a_stranger()
    client.explains_itself()
    server = client.joins()
    client.types("hello")
    server.hears("ALL hello")
    server.hangs_up()
    client.explains_itself()


@check(
    after=logs_in_with_what_is_typed,
    points=1,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint="if len(sys.argv) != 3, or the port is no number from 1 to 65535: usage on sys.stderr, sys.exit(2).",
)
def wants_a_host_and_a_port(client):
    """Without HOST and PORT, or with a PORT that is none, it prints a usage line and ends with status 2."""
    for words in BAD_PORTS:
        client.given(*words).shows_usage()


@check(
    after=takes_its_lines_apart,
    points=1,
    teaches="A terminal obeys what is printed: others must not paint your screen, or type for you.",
    hint='"".join(c if c.isprintable() else "?" for c in line), before you print what came.',
    hidden=True,
)
def prints_no_control_characters(client):
    """Control characters that others send are not printed as they are."""
    server = client.joins("bob")
    server.relays("bob", f"ALL {ESCAPE}everything blinks")
    client.shows("bob", "everything blinks")
    client.shows_nothing_raw(ESCAPE.encode())


@check(
    after=says_what_is_typed_to_all,
    points=1,
    teaches="A limit in bytes is counted after encode(): a character may be four of them.",
    hint='data = f"ALL {line}\\n".encode(); if len(data) > 512: tell the user, and do not send it.',
    hidden=True,
)
def refuses_a_line_that_does_not_fit(client):
    """A line that is too long for the protocol is refused to the user: nothing of it is sent."""
    server = client.joins()
    client.types("before")
    server.hears("ALL before")
    with client.tells_the_user():
        client.types("\U0001f600" * 130, "after")
        server.hears("ALL after")
    server.heard_nothing_like("\U0001f600")
