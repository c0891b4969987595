"""Week 5: chat rooms (TCP)."""

from grader.check import check
from grader.peers.rooms.server import RoomServer
from grader.peers.udp.link import seeded

server = RoomServer("week5_rooms/server.py")

SEVERAL_LINES = "hello all\nof you\nMESSAGE: this is text\nCHAT: and so is this"
OTHER_LETTERS = "Am\u00e9lie & \u0141ukasz \U0001f600"  # A and C are letters of the keys, too: see str.lstrip()
OTHER_ROOM = "Caf\u00e9 of the \u65e5\u672c\u8a9e"
COLONS = "10:30, at http://localhost:8008/: bring MESSAGE: and all"
NO_SENSE = (
    b"\n",
    b":\n",
    b"\xff\xfe\xfd\n",
    b"CHAT: 987654321\nJOIN_ID: 1\nCLIENT_NAME: eve\nMESSAGE: hello\n\n",
    b"CHAT: one\nJOIN_ID: two\nCLIENT_NAME: eve\nMESSAGE: hello\n\n",
    b"CHAT: 1\nno key\n\nJOIN_ID\n\n",
    b"LEAVE_CHATROOM: 987654321\nJOIN_ID: 1\nCLIENT_NAME: eve\n",
    b"JOIN_CHATROOM\nCLIENT_IP\nPORT\nCLIENT_NAME\n",
    b"JOIN_CHATROOM: \xff\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: \xfe\n",
)
TOO_LONG = 256 * 1024
BAD_LINK = seeded(22807, loss=20, repeat=10, reorder=10)  # it lets the joins pass, and does everything to what follows
MANY = [f"number {number}" for number in range(1, 7)]


@check(
    points=6,
    teaches="A server accepts a client, reads what she asks for, and answers: in the form that both have agreed on.",
    hint='connection.sendall(f"HELO {text}\\nIP:{ip}\\nPort:{port}\\nStudentID:{STUDENT_ID}\\n".encode())',
)
def answers_hello(server):
    """`HELO text` gets four lines: `HELO text`, `IP:`, `Port:` and `StudentID:`."""
    server.connect("alice").says_hello()


@check(
    after=answers_hello,
    points=4,
    teaches="Anybody can send anything; what a server does not understand must not end it.",
    hint="else: answer ERROR_CODE and ERROR_DESCRIPTION. An exception ends the thread, or all, if nobody catches it.",
)
def survives_an_unknown_message(server):
    """A message that is unknown gets an error or nothing; the server and all other clients go on."""
    alice, eve = server.connect("alice"), server.connect("eve")
    alice.says_hello()
    eve.sends_nonsense(b"WHAT_IS_THIS: 1\n")
    alice.says_hello("still there?")
    server.connect("bob").says_hello("anybody there?")


@check(
    points=10,
    teaches="A protocol says which lines a request has, and which its answer, in which order.",
    hint="JOINED_CHATROOM, SERVER_IP, PORT, ROOM_REF, JOIN_ID; the numbers are your choice. Each line ends with \\n.",
)
def lets_a_client_join(server):
    """`JOIN_CHATROOM` gets `JOINED_CHATROOM` with five lines, of which ROOM_REF and JOIN_ID are integers."""
    server.connect("alice").joins("hall")


@check(
    after=lets_a_client_join,
    points=6,
    teaches="Who has asked gets the answer first, and what follows from it afterwards.",
    hint="send JOINED_CHATROOM, and then the message: CHAT, CLIENT_NAME, MESSAGE and an empty line, to all members.",
)
def tells_a_new_member_that_she_has_joined(server):
    """After `JOINED_CHATROOM` the new member gets the join message, as a CHAT of the room, with her name in it."""
    alice = server.connect("alice")
    alice.joins("porch")
    alice.is_told_that_she_has_joined("porch")


@check(
    after=lets_a_client_join,
    points=6,
    teaches="What the clients share is kept by the server: who is in which room, and on which connection.",
    hint="rooms.setdefault(ref, ...) gives the room that is there already; send the join message to each member.",
)
def tells_all_members_who_joins(server):
    """The join message goes to those who are in the room already. All have one ROOM_REF, each a JOIN_ID of her own."""
    [alice], bob = server.members("yard", "alice"), server.connect("bob")
    bob.joins("yard")
    bob.shares_a_room_with(alice, "yard")
    alice.hears_of("bob", "yard")


@check(
    after=lets_a_client_join,
    points=7,
    teaches="A chat server sends what one client says to all: each has a connection of her own.",
    hint='for each member send f"CHAT: {ref}\\nCLIENT_NAME: {name}\\nMESSAGE: {text}\\n\\n".',
)
def sends_a_message_to_the_other_members(server):
    """A CHAT goes to every other member of its room once, with the sender's name and her text."""
    people = alice, bob, carol = server.members("square", "alice", "bob", "carol")
    for speaker, text in ((alice, "hello everybody"), (carol, "hello alice"), (bob, "good morning")):
        speaker.says("square", text)
        for client in people:
            if client is not speaker:
                client.hears(speaker.name, "square", text)
    alice.heard_once("hello alice")
    for client in (bob, carol):
        client.heard_once("hello everybody")


@check(
    after=sends_a_message_to_the_other_members,
    points=2,
    teaches="Who sees her own words come back knows that they were said, and after which words of others.",
    hint="send to each member of the room: the sender is one, too.",
)
def sends_a_message_to_its_sender_too(server):
    """A CHAT goes to the member who said it as well, once."""
    alice, bob = server.members("corner", "alice", "bob")
    alice.says("corner", "do I hear myself?")
    alice.hears("alice", "corner", "do I hear myself?")
    bob.says("corner", "I hear you")
    alice.hears("bob", "corner", "I hear you")
    alice.heard_once("do I hear myself?")


@check(
    after=sends_a_message_to_the_other_members,
    points=6,
    teaches="A room is a list of members; nobody else gets what is said there.",
    hint="send to the members of the room that CHAT names, not to all clients.",
)
def keeps_rooms_apart(server):
    """Rooms have different ROOM_REFs; what is said in one comes to nobody who is only in another."""
    alice, bob, carol, dave = (server.connect(name) for name in ("alice", "bob", "carol", "dave"))
    bob.enters("attic")
    dave.enters("cellar")
    carol.finds_another_room(alice.enters("attic"), carol.enters("cellar"))
    for text in ("this is a secret", "do not tell carol"):
        alice.says("attic", text)
        bob.hears("alice", "attic", text)
    dave.says("cellar", "is anybody here?")
    carol.hears("dave", "cellar", "is anybody here?")
    carol.has_not_heard("this is a secret", "do not tell carol")


@check(
    after=lets_a_client_join,
    points=6,
    teaches="An answer says what it is about: who asks for many things knows which of them is done.",
    hint='f"LEFT_CHATROOM: {ref}\\nJOIN_ID: {join_id}\\n", with the numbers that the client has sent.',
)
def lets_a_client_leave(server):
    """`LEAVE_CHATROOM` gets `LEFT_CHATROOM` and `JOIN_ID`, with the numbers of the request. The connection stays."""
    [alice] = server.members("bus", "alice")
    alice.leaves("bus")
    alice.joins("boat")


@check(
    after=(lets_a_client_leave, tells_all_members_who_joins),
    points=4,
    teaches="A change that concerns many is told to many.",
    hint="take the client out of the room; then send the leave message, a CHAT like any other, to those who stay.",
)
def tells_those_who_stay_who_has_left(server):
    """When a client leaves a room, those who stay get the leave message, with her name in it."""
    alice, bob = server.members("train", "alice", "bob")
    alice.hears_of("bob", "train")
    bob.leaves("train")
    alice.hears_of("bob", "train")


@check(
    after=(lets_a_client_leave, keeps_rooms_apart),
    points=4,
    teaches="A client is in as many rooms as she likes, on one connection.",
    hint="LEAVE_CHATROOM takes the client out of the room with this ref only.",
)
def keeps_the_other_rooms_of_who_leaves_one(server):
    """Who leaves one room stays in the others."""
    alice, bob = server.members("garden", "alice", "bob")
    bob.enters("shed")
    bob.leaves("shed")
    alice.says("garden", "are you still here?")
    bob.hears("alice", "garden", "are you still here?")
    bob.says("garden", "yes")
    alice.hears("bob", "garden", "yes")


@check(
    after=(lets_a_client_leave, keeps_rooms_apart),
    points=4,
    teaches="State has to be forgotten, too: who has left is no member any more.",
    hint="remove the client from the members of the room, not only from what you print.",
)
def sends_nothing_of_a_room_that_was_left(server):
    """Nothing that is said in a room comes to a client who has left it."""
    alice, bob, carol = server.members("lab", "alice", "bob", "carol")
    bob.leaves("lab")
    for client in (alice, bob):
        client.enters("library")
    alice.says("lab", "bob has gone")
    carol.hears("alice", "lab", "bob has gone")
    alice.says("library", "hello bob")
    bob.hears("alice", "library", "hello bob")
    bob.has_not_heard("bob has gone")


@check(
    after=(lets_a_client_leave, sends_a_message_to_the_other_members),
    points=3,
    teaches="What can be undone can be done again: after a leave all is as it was before the join.",
    hint="a second JOIN_CHATROOM takes the same way as the first; do not keep a list of who must not come.",
)
def lets_a_client_come_back(server):
    """Who has left a room can join it again, with the same ROOM_REF, and hears what is said there."""
    alice, bob = server.members("cafe", "alice", "bob")
    before = bob.leaves("cafe")
    bob.finds_the_same_room(before, bob.enters("cafe"))
    alice.says("cafe", "welcome back")
    bob.hears("alice", "cafe", "welcome back")


@check(
    after=tells_all_members_who_joins,
    points=6,
    teaches="Who goes leaves everything that she was in; the server knows what that was.",
    hint="at DISCONNECT go through all rooms, take the client out, and tell those who stay.",
)
def tells_every_room_who_disconnects(server):
    """At `DISCONNECT` the leave message goes to each room that the client was in, to those who stay."""
    [bob] = server.members("west", "bob")  # nobody else is in there: there are empty rooms, too
    [alice], [carol] = server.members("north", "alice"), server.members("south", "carol")
    bob.enters("north", "south")
    alice.hears_of("bob", "north")
    carol.hears_of("bob", "south")
    bob.disconnects()
    alice.hears_of("bob", "north")
    carol.hears_of("bob", "south")


@check(
    after=(lets_a_client_come_back, keeps_rooms_apart),
    points=2,
    teaches="A number that stands for something must never stand for something else.",
    hint="keep the ref of a name for ever: refs.setdefault(name, len(refs) + 1).",
)
def keeps_the_ref_of_an_empty_room(server):
    """A room keeps its ROOM_REF when its last member has left; no other room gets it."""
    alice = server.connect("alice")
    alice.enters("island")
    before = alice.leaves("island")
    alice.finds_another_room(before, alice.enters("harbour"))
    alice.finds_the_same_room(before, alice.enters("island"))


@check(
    after=lets_a_client_join,
    points=4,
    teaches="A program ends when its main thread has ended, and no thread but daemons is left.",
    hint="sys.exit() ends only the thread that calls it: os._exit(0), or an Event that the main thread looks at.",
)
def ends_when_it_is_killed(server):
    """`KILL_SERVICE` ends the service, and all connections with it."""
    [alice] = server.members("last", "alice")
    server.is_killed_by(alice)
    alice.sees_the_end()


@check(
    after=lets_a_client_leave,
    points=1,
    teaches="To ask for what is so already is no mistake: the answer is the same (it is called idempotent).",
    hint="pop(client, None) does not mind if there is nothing; send LEFT_CHATROOM in any case.",
)
def answers_a_repeated_leave(server):
    """`LEAVE_CHATROOM` of a room that the client has left already gets the same two lines again."""
    _, bob = server.members("tram", "alice", "bob")
    bob.leaves("tram")
    bob.leaves("tram")


@check(
    after=sends_a_message_to_the_other_members,
    points=2,
    teaches="TCP carries bytes, not messages: one recv() may bring two requests.",
    hint="after each request look for the next one in what has come already, before you call recv() again.",
)
def does_each_request_of_a_segment(server):
    """When two or three requests come in one segment, each of them is done."""
    alice, bob = server.members("queue", "alice", "bob")
    alice.says("queue", "one", "two", "three")
    bob.hears("alice", "queue", "one", "two", "three")


@check(
    after=(sends_a_message_to_the_other_members, lets_a_client_leave),
    points=2,
    teaches="TCP carries bytes, not messages: one recv() may bring half a request, or one byte of it.",
    hint="keep what has come; a request is complete when its last line has, and its newline. The rest waits.",
)
def puts_requests_together_that_were_cut(server):
    """A request is the same when it comes in pieces, wherever it was cut. Until it is complete, others go on."""
    (alice, carol), bob = server.members("lane", "alice", "carol"), server.connect("bob")
    bob.speaks_byte_by_byte()
    bob.enters("lane")
    bob.begins_to_say("lane", "h e l l o")
    alice.says("lane", "speak up, bob")
    carol.hears("alice", "lane", "speak up, bob")
    bob.goes_on()
    alice.hears("bob", "lane", "h e l l o")
    bob.leaves("lane")


@check(
    after=sends_a_message_to_the_other_members,
    points=1,
    teaches="The first colon of a line separates; the others are text.",
    hint='key, _, value = line.partition(":"), or split(":", 1).',
)
def passes_on_colons(server):
    """A text may have colons."""
    alice, bob = server.members("clock", "alice", "bob")
    alice.says("clock", COLONS)
    bob.hears("alice", "clock", COLONS)


@check(
    after=sends_a_message_to_the_other_members,
    points=1,
    teaches="A reader must see where a message ends without waiting for the next one.",
    hint='f"...MESSAGE: {text}\\n\\n": the end of the last line, and an empty one.',
)
def ends_each_message_with_an_empty_line(server):
    """A CHAT of the server ends with an empty line, `\\n\\n`."""
    alice, bob = server.members("gate", "alice", "bob")
    for text in ("one", "two"):
        alice.says("gate", text)
        bob.hears("alice", "gate", text)
    bob.has_had_empty_lines_after("one")


@check(
    after=sends_a_message_to_the_other_members,
    points=2,
    teaches="Only the end of a message ends it: what is inside may look like anything.",
    hint="after MESSAGE collect lines up to the first empty one; pass all of them on.",
)
def passes_on_messages_of_several_lines(server):
    """A message goes on to its first empty line, and is passed on with all its lines, whatever they look like."""
    alice, bob = server.members("poem", "alice", "bob")
    alice.says("poem", SEVERAL_LINES)
    alice.is_read()
    alice.says("poem", "the end")
    bob.hears("alice", "poem", SEVERAL_LINES, whole=True)
    bob.hears("alice", "poem", "the end")


@check(
    after=sends_a_message_to_the_other_members,
    points=1,
    teaches="A name is whatever stands in its line; letters are more than ASCII.",
    hint="a value goes to the end of its line, blanks included: do not split() it. Decode and encode as UTF-8.",
)
def takes_names_with_spaces_and_any_letters(server):
    """Names of rooms and of clients may have spaces and any letters."""
    alice, amelie = server.connect("alice"), server.connect("amelie")
    amelie.is_called(OTHER_LETTERS)
    for client in (alice, amelie):
        client.enters(OTHER_ROOM)
    amelie.says(OTHER_ROOM, OTHER_LETTERS)
    alice.hears(OTHER_LETTERS, OTHER_ROOM, OTHER_LETTERS)


@check(
    after=lets_a_client_join,
    points=1,
    teaches="Who says goodbye waits for the other side to hang up.",
    hint="after DISCONNECT close the connection: shutdown() and close(), or the end of a `with connection:`.",
)
def ends_the_connection_after_disconnect(server):
    """After `DISCONNECT` the server closes the connection."""
    [alice] = server.members("exit", "alice")
    alice.disconnects()
    alice.sees_the_end()


@check(
    after=sends_a_message_to_the_other_members,
    points=1,
    teaches="A member is a member once, however often she says so.",
    hint="a dict or a set of members has each client once; a list has her as often as you append her.",
)
def tells_who_joins_twice_everything_once(server):
    """Who joins a room that she is in already is told so again, or gets an error; later messages come to her once."""
    alice, bob = server.members("mirror", "alice", "bob")
    bob.joins_again("mirror")
    for text in ("how many are you?", "and now?"):
        alice.says("mirror", text)
        bob.hears("alice", "mirror", text)
    bob.heard_once("how many are you?")


@check(
    after=sends_a_message_to_the_other_members,
    points=2,
    teaches="A server serves many clients side by side, each in a thread of its own.",
    hint="accept() in a loop, and threading.Thread(target=serve, args=(connection,), daemon=True).start().",
)
def serves_50_clients(server):
    """50 clients are in one room at once, and each of them hears what is said."""
    [alice] = server.members("stadium", "alice")
    crowd = server.crowd(50, "stadium")
    alice.says("stadium", "good evening")
    for client in crowd:
        client.hears("alice", "stadium", "good evening")
    crowd[-1].says("stadium", "good evening, alice")
    alice.hears(crowd[-1].name, "stadium", "good evening, alice")


@check(
    after=(sends_a_message_to_the_other_members, tells_all_members_who_joins),
    points=2,
    teaches='The end of a connection is a message, too: recv() gives b"", or raises ConnectionResetError.',
    hint="except OSError around recv() and send() of one client: sending to who has gone must not stop the others.",
)
def goes_on_when_connections_drop(server):
    """When connections end without DISCONNECT, or are reset, those who stay go on."""
    alice, bob, carol, dave = server.members("storm", "alice", "bob", "carol", "dave")
    for client in (alice, bob, carol):  # nobody may hang up on what is on its way to her: that resets the connection
        client.hears_of("dave", "storm")
    bob.hangs_up()
    carol.drops()
    for text in ("is anybody left?", "nobody else?", "we are alone"):
        alice.says("storm", text)
        dave.hears("alice", "storm", text)


@check(
    after=goes_on_when_connections_drop,
    points=1,
    teaches="Clients seldom say goodbye: whoever wants to know who is there has to notice the end of a connection.",
    hint="treat the end of a connection like DISCONNECT, in a `finally`: the leave message in each of its rooms.",
    stretch=True,
)
def tells_those_who_stay_whose_connection_dropped(server):
    """A connection that drops or is reset is as good as DISCONNECT: those who stay are told who has gone."""
    alice, bob, carol = server.members("mist", "alice", "bob", "carol")
    for client in (alice, bob):
        client.hears_of("carol", "mist")
    bob.hangs_up()
    for client in (alice, carol):
        client.hears_of("bob", "mist")
    carol.drops()
    alice.hears_of("carol", "mist")


@check(
    after=(puts_requests_together_that_were_cut, takes_names_with_spaces_and_any_letters),
    points=1,
    teaches="One letter may be four bytes, and recv() may bring two of them.",
    hint="collect bytes, cut them at b'\\n', and decode whole lines.",
    hidden=True,
)
def puts_letters_together_that_were_cut(server):
    """A letter of several bytes is the same when a recv() ends in the middle of it."""
    alice, bob = server.members("puzzle", "alice", "bob")
    bob.speaks_byte_by_byte()
    bob.says("puzzle", OTHER_LETTERS)
    alice.hears("bob", "puzzle", OTHER_LETTERS)


@check(
    after=(survives_an_unknown_message, sends_a_message_to_the_other_members),
    points=2,
    teaches="Whatever a stranger sends, a server refuses it, and goes on for everybody else.",
    hint="int() raises ValueError, rooms[ref] KeyError, decode() UnicodeDecodeError: look before you use what came.",
    hidden=True,
)
def survives_what_makes_no_sense(server):
    """Unknown rooms, fields that are missing or no numbers, and bytes that are no UTF-8 change nothing for others."""
    alice, bob = server.members("haven", "alice", "bob")
    for data in NO_SENSE:
        server.connect("eve").sends_nonsense(data)
    alice.says("haven", "are we safe?")
    bob.hears("alice", "haven", "are we safe?")
    server.connect("carol").enters("haven")


@check(
    after=(puts_requests_together_that_were_cut, passes_on_messages_of_several_lines),
    points=1,
    teaches="A server bounds what it keeps for a client, or anybody can fill its memory.",
    hint="count the bytes of a request that is not complete; beyond 64 KiB send an error and close the connection.",
    stretch=True,
)
def ends_a_request_without_end(server):
    """A line or a message of more than 64 KiB ends the connection, and no other."""
    alice, bob = server.members("river", "alice", "bob")
    eve = server.connect("eve")
    eve.sends_without_end(b"HELO ", TOO_LONG)
    eve.sees_the_end()
    mallory = server.connect("mallory")
    mallory.enters("river")
    mallory.says_without_end("river", TOO_LONG)
    mallory.sees_the_end()
    alice.says("river", "still here")
    bob.hears("alice", "river", "still here")


@check(
    after=(does_each_request_of_a_segment, sends_a_message_to_its_sender_too),
    points=1,
    teaches="sendall() waits for a client who does not read; whoever holds a lock meanwhile keeps everybody waiting.",
    hint="a queue and a sender thread for each client: who puts into a queue never waits.",
)
def goes_on_when_a_client_never_reads(server):
    """While a client does not read what she is sent, all others get their messages without delay."""
    alice, bob, carol = server.members("shore", "alice", "bob", "carol")
    carol.stops_reading()
    alice.hears_much(bob, "shore")


@check(
    after=answers_hello,
    points=1,
    teaches="UDP carries datagrams, and does not say whether one has arrived: the receiver has to.",
    hint="a second socket, SOCK_DGRAM, on the same port; a thread calls recvfrom(), sends ACK: n, then SEQ: n/of.",
    stretch=True,
)
def answers_hello_over_udp(server):
    """A datagram with a HELO is acknowledged, and gets the four lines, in a datagram with a header of its own."""
    alice = server.by_udp("alice")
    alice.says_hello()
    alice.has_been_acknowledged()


@check(
    after=(answers_hello_over_udp, lets_a_client_join),
    points=1,
    teaches="A message that does not fit into one datagram is cut; numbers say where each piece belongs.",
    hint="keep pieces in a dict by their n; take out what is next as long as it is there; n == of: do the request.",
    stretch=True,
)
def puts_a_request_together_from_datagrams(server):
    """A request may come in three datagrams, which are acknowledged each, and in any order."""
    alice = server.by_udp("alice")
    alice.gives_no_address()
    alice.sends_pieces(1, 2, 3)
    alice.joins("pier")
    alice.sends_pieces(3, 1, 2)
    alice.says_hello("which piece comes first?")


@check(
    after=(answers_hello_over_udp, sends_a_message_to_the_other_members),
    points=1,
    teaches="If an ACK is lost the datagram comes again: the receiver must know by its number that it was there.",
    hint="acknowledge each datagram that comes; if its n is less than the next one's of this client, do nothing else.",
    stretch=True,
)
def acts_once_on_a_datagram_that_comes_again(server):
    """A datagram that comes again is acknowledged again; the request in it is done once."""
    alice, bob = server.members_by_udp("dock", "alice", "bob")
    alice.says("dock", "hello")
    bob.hears("alice", "dock", "hello")
    alice.has_been_acknowledged()
    alice.repeats_her_last_datagram(times=2)
    alice.says("dock", "I said it once")
    bob.hears("alice", "dock", "I said it once")
    bob.heard_once("hello")


@check(
    after=(
        puts_a_request_together_from_datagrams,
        acts_once_on_a_datagram_that_comes_again,
        tells_those_who_stay_who_has_left,
    ),
    points=1,
    teaches="Numbers, acknowledgements and repeats make of a network that loses one that does not: TCP does the same.",
    hint="a thread sends again, every 0.3 s, what has no ACK; and a request waits until those before it are done.",
    stretch=True,
)
def loses_nothing_over_a_bad_link(server):
    """Over a link that loses 20 %, repeats 10 % and reorders, all arrives, in order: joins, messages, a leave."""
    alice, bob = server.members_by_udp("ferry", "alice", "bob", link=BAD_LINK)
    alice.hears_of("bob", "ferry")
    alice.says("ferry", *MANY)
    bob.hears("alice", "ferry", *MANY)
    bob.has_heard_in_order(*MANY)
    bob.leaves("ferry")
    alice.hears_of("bob", "ferry")


@check(
    after=(puts_a_request_together_from_datagrams, sends_a_message_to_the_other_members),
    points=1,
    teaches="What fits into one packet differs from network to network; about 1,000 bytes do everywhere.",
    hint="for each 960 bytes of the answer a datagram with its own n; `of` is the number of the last one.",
    stretch=True,
)
def cuts_a_long_message_into_datagrams(server):
    """A message of more than 1,000 bytes is passed on in several datagrams, none of which is longer than that."""
    alice, bob = server.members_by_udp("canal", "alice", "bob")
    alice.says_much("canal")
    bob.hears_it_all("alice", "canal")
