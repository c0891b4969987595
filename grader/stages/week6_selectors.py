"""Week 6: chat with selectors (TCP)."""

import signal

from grader.check import check
from grader.peers.relay.client import ENDS, RelayClient
from grader.peers.relay.pair import RelayPair
from grader.peers.relay.server import RelayServer
from grader.reference.relay_chat import RelayChat

server = RelayServer("week6_selectors/server.py")
client = RelayClient("week6_selectors/client.py", RelayChat)
chat = RelayPair("week6_selectors/client.py", server="week6_selectors/server.py")

MEBIBYTE = 1024 * 1024
LONGEST = 64 * 1024  # bytes of a line with its end
FLOOD = 128  # lines of 50,001 bytes: what the system's own buffers hold (4 to 5 MB on Linux), and more
LATE = {"carol": 88, "dave": 98, "eve": 108}  # lines: the same, and less than 1 MiB more, for one of them at least
NO_REGISTRATIONS = (
    b"HELLO alice\n",
    b"REGISTER alice\n",
    b"REGISTER CHAT/1.0\n",
    b"REGISTER two words CHAT/1.0\n",
    b"REGISTER al:ce CHAT/1.0\n",
    b"REGISTER " + b"a" * 21 + b" CHAT/1.0\n",
    b"@alice: hello\n",
    b"DISCONNECT alice CHAT/1.0\n",
)
LOOK_ALIKES = (("Steve", "teve"), ("Tess", "ess"), ("ERIS", "RIS"), ("anna_10", "anna_"), ("BATCH", "B"))
TRICKY = (
    "DISCONNECT alice CHAT/1.0",
    "DISCONNECT CHAT/1.0",
    "REGISTER bob CHAT/1.0",
    "a colon: here, and  two  spaces",
    "@bob: not to you alone",
    "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e",
)
NO_TEXT = b"@alice: \xff\xfe caf\xe9 \x00 \x1b[0m\n"
SEVERAL = [f"line {number}" for number in range(1, 21)]
TO_THE_TERMINAL = "\x1b]0;a new title\x07\x1b[2J\x1b[31mred"
WRONG_URLS = (
    "http://localhost:9",
    "localhost:9",
    "chat://localhost",
    "chat://localhost:nine",
    "chat://localhost:70000",
)
WRONG_NAMES = ("", "two words", "a" * 21, "al:ce")


@check(
    points=4,
    teaches="A server greets nobody: it waits for the first line of whoever connects, and answers that.",
    hint='the first line of a connection is "REGISTER alice CHAT/1.0"; send b"200 Registration successful\\n".',
)
def registers_a_client(server):
    """Whoever says `REGISTER alice CHAT/1.0` is told `200 Registration successful`."""
    server.joins("alice")


@check(
    after=registers_a_client,
    points=2,
    teaches="A server that binds to port 0 gets a free port of the system, and has to say which one.",
    hint='listener.bind(("127.0.0.1", 0)); port = listener.getsockname()[1]; print(..., flush=True).',
)
def prints_its_port(server):
    """The server prints `Will wait for client messages at port PORT`, with the port that the system gave it."""
    server.prints_its_port()


@check(
    after=registers_a_client,
    points=3,
    teaches="A server among clients passes on what one says: it writes to the sockets that it did not read from.",
    hint="keep all registered clients; what one of them sends, send it to each other one.",
)
def relays_a_line(server):
    """A line of a client is sent as it is to the other one, both ways."""
    alice, bob = server.joins("alice"), server.joins("bob")
    alice.says("hello bob")
    bob.hears(alice, "hello bob")
    bob.says("hello alice")
    alice.hears(bob, "hello alice")


@check(
    after=relays_a_line,
    points=2,
    teaches="Everyone means everyone who is registered, however many they are.",
    hint="for other in clients: if other is not sender: send the line to other.",
)
def relays_to_everyone_else(server):
    """A line of any client goes to all the others."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    alice.says("one")
    bob.hears(alice, "one")
    carol.hears(alice, "one")
    carol.says("two")
    alice.hears(carol, "two")
    bob.hears(carol, "two")


@check(
    after=relays_to_everyone_else,
    points=2,
    teaches="Who has said something knows it, and who has heard it need not hear it twice.",
    hint="if other is not sender; and one send for each line and client.",
)
def relays_nothing_twice_or_back(server):
    """Each line comes once, and not to its sender."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    alice.says("one")
    bob.hears_nothing_but(alice, "one")
    bob.says("two")
    carol.hears_nothing_but(alice, "one")
    carol.hears_nothing_but(bob, "two")
    alice.hears_nothing_but(bob, "two")
    alice.says("three")
    bob.hears_nothing_but(alice, "three")


@check(
    after=relays_a_line,
    points=3,
    teaches="A name stands for one client at a time, or nobody would know who speaks.",
    hint='look for the name among those who are registered: b"401 Client already registered\\n", then close.',
)
def refuses_a_name_that_is_taken(server):
    """A name that somebody has gets 401 and the end of the connection; whoever has it goes on."""
    alice, bob = server.joins("alice"), server.joins("bob")
    server.connect("alice").is_refused(401)
    bob.says("are you there?")
    alice.hears(bob, "are you there?")
    alice.says("I am")
    bob.hears(alice, "I am")


@check(
    after=registers_a_client,
    points=2,
    teaches="What a stranger says first is looked at closely: everything after it rests on it.",
    hint='re.fullmatch(r"REGISTER ([A-Za-z0-9_]{1,20}) CHAT/1\\.0", line); if not: 400, then close.',
)
def refuses_another_first_line(server):
    """Any other first line, or a name that is none, gets 400 and the end of the connection."""
    for line in NO_REGISTRATIONS:
        server.connect("somebody").is_refused(400, line)
    server.connect("alice").is_refused(400, b"HELLO\n", b"REGISTER alice CHAT/1.0\n")
    server.joins("alice")


@check(
    after=refuses_a_name_that_is_taken,
    points=2,
    teaches="strip() takes away single characters, whichever they are, and not a word.",
    hint='line.split(" ") has three parts; or a regular expression. line.strip("REGISTER ") makes teve of Steve.',
)
def keeps_names_that_look_like_commands(server):
    """Names that begin with letters of REGISTER, or end like CHAT/1.0, are names like others: Steve, Tess."""
    for name, rest in LOOK_ALIKES:
        server.joins(name)
        server.joins(rest)
        server.connect(name).is_refused(401)


@check(
    after=relays_a_line,
    points=5,
    teaches="TCP knows bytes, and no lines: one recv() may bring half a line, or a byte of it.",
    hint="a buffer for each client: add what recv() brings, and take lines from it as long as there is a newline.",
)
def puts_lines_together(server):
    """Lines in pieces, cut anywhere, are put together again, for each client; only complete lines are relayed."""
    bob, alice = server.joins("bob"), server.connect("alice")
    alice.sends_byte_by_byte(b"REGISTER alice CHAT/1.0\n")
    alice.is_told(200)
    alice.sends_byte_by_byte(alice.said("bit by bit"))
    bob.hears(alice, "bit by bit")
    alice.sends_cut(alice.said("half") + alice.said("and half"), 5, len(alice.said("half")) + 5)
    bob.hears(alice, "half", "and half")
    alice.sends(alice.said("a long line")[:10])
    bob.says("meanwhile")
    alice.hears(bob, "meanwhile")
    alice.sends(alice.said("a long line")[10:])
    bob.hears(alice, "a long line")


@check(
    after=relays_a_line,
    points=2,
    teaches="One recv() may bring several lines at once: what follows the first one must not be lost.",
    hint='while b"\\n" in buffer: line, buffer = buffer.split(b"\\n", 1). Also behind REGISTER.',
)
def takes_several_lines_at_once(server):
    """Several lines in one segment are several lines, also when the first of them is REGISTER."""
    bob, alice = server.joins("bob"), server.connect("alice")
    alice.sends(b"REGISTER alice CHAT/1.0\n" + alice.said("here I am"))
    alice.is_told(200)
    bob.hears(alice, "here I am")
    alice.says(*SEVERAL)
    bob.hears(alice, *SEVERAL)


@check(
    after=relays_a_line,
    points=2,
    teaches="Who passes a message on need not understand it: what looks like a command in it is text.",
    hint='line == f"DISCONNECT {name} CHAT/1.0" is a command; "DISCONNECT" in line is a guess.',
)
def relays_text_as_it_is(server):
    """Whatever stands behind `@alice: ` is text: colons, emoji, and what looks like a command."""
    alice, bob = server.joins("alice"), server.joins("bob")
    for text in TRICKY:
        alice.says(text)
        bob.hears(alice, text)


@check(
    after=(relays_text_as_it_is, puts_lines_together),
    points=1,
    teaches="A bound has to be known to both sides: up to there everything works, beyond it nothing does.",
    hint="a line is complete when its newline has come, however many recv() that takes.",
)
def relays_a_line_of_64_kib(server):
    """A line of 65,536 bytes with its end is relayed like any other."""
    alice, bob = server.joins("alice"), server.joins("bob")
    text = "x" * (LONGEST - len(alice.said("")))
    alice.says(text)
    bob.hears(alice, text)


@check(
    after=relays_to_everyone_else,
    points=3,
    teaches="Whoever leaves says so: then the server need not find out.",
    hint='at the line f"DISCONNECT {name} CHAT/1.0": unregister the socket from the selector, close it, free the name.',
)
def lets_a_client_leave(server):
    """`DISCONNECT alice CHAT/1.0` ends her connection and frees her name; the others get nothing of it."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    carol.says("goodbye, alice")
    bob.hears(carol, "goodbye, alice")
    alice.leaves()
    carol.says("has she gone?")
    bob.hears_next(carol, "has she gone?")
    alice = server.joins_again("alice")
    alice.says("back again")
    bob.hears(alice, "back again")


@check(
    after=relays_to_everyone_else,
    points=3,
    teaches="A connection that ends is readable: recv() gives b'', or raises ConnectionResetError.",
    hint="in both cases: unregister, close, forget the client and her half line. try around recv() and around send().",
)
def outlives_dropped_connections(server):
    """When connections just end, the others notice nothing."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    server.joins("dave").hangs_up()
    alice.says("who is there?")
    for client in (bob, carol):  # nothing is on its way to carol when she drops: send() would be told, not recv()
        client.hears(alice, "who is there?")
    carol.drops()
    server.joins("erin")  # by then it has heard of carol
    alice.says("and now?")
    bob.hears_next(alice, "and now?")
    bob.says("only we two")
    alice.hears(bob, "only we two")


@check(
    after=outlives_dropped_connections,
    points=1,
    teaches="What a server remembers of a client has to go with her, however she goes.",
    hint="one function that takes a client out: used at DISCONNECT, at b'' and at ConnectionResetError.",
)
def frees_the_name_of_a_dropped_connection(server):
    """The name of a client whose connection has just ended is free again."""
    server.joins("alice").hangs_up()
    server.joins("bob").drops()
    server.joins_again("alice")
    server.joins_again("bob")


@check(
    after=(frees_the_name_of_a_dropped_connection, puts_lines_together),
    points=1,
    teaches="A line without its end is no line: nobody knows what would have come.",
    hint="when recv() gives b'', forget what is left in this client's buffer.",
)
def throws_half_a_line_away(server):
    """When a connection ends in the middle of a line, nobody gets this half."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    alice.says("what did you say?")
    bob.hears(alice, "what did you say?")
    carol.sends(b"@carol: half a li")
    carol.hangs_up()
    server.joins_again("carol").says("nothing")
    bob.hears_next(carol, "nothing")


@check(
    after=outlives_dropped_connections,
    points=3,
    teaches="A server with one thread must never wait for one client alone: everybody else would wait, too.",
    hint="no recv() outside of the loop: accept() registers the new socket, and REGISTER is read like any other line.",
)
def is_not_held_up_by_half_a_registration(server):
    """Clients that connect and say nothing, or half a REGISTER, hold up nobody, whether they stay or go."""
    server.connect("carol")
    server.connect("eve").drops()
    server.connect("dave").sends(b"REGIST")
    alice, bob = server.joins("alice"), server.joins("bob")
    alice.says("hello")
    bob.hears(alice, "hello")


@check(
    after=relays_a_line,
    points=1,
    teaches="A selector sleeps until there is something to do; a socket can be written to nearly always.",
    hint="select() without a timeout of 0; EVENT_WRITE only while something waits to be sent to that client.",
)
def rests_while_nothing_happens(server):
    """While nothing happens, the server does not compute."""
    server.joins("alice")
    server.joins("bob")
    server.rests()


@check(
    after=(rests_while_nothing_happens, outlives_dropped_connections),
    points=1,
    teaches="A connection that has ended is readable for ever: who stays in the selector is reported again and again.",
    hint="selector.unregister(connection) and connection.close() when recv() gives b''.",
)
def rests_when_somebody_has_gone(server):
    """After a connection has ended, the server does not compute either."""
    server.joins("alice")
    server.joins("bob").hangs_up()
    server.connect("carol").hangs_up()
    server.rests()


@check(
    after=relays_to_everyone_else,
    points=3,
    teaches="One thread can serve a hundred clients, if the system tells it which of them have something to say.",
    hint="one loop around selector.select(); no threading, no multiprocessing.",
)
def serves_100_clients_with_one_thread(server):
    """100 clients get what one says, and the server starts no threads for them."""
    alice = server.joins("alice")
    with server.starts_no_threads():
        crowd = server.crowd(100)
        alice.says("good morning, everybody")
        server.all_hear(crowd, alice, "good morning, everybody")


@check(
    after=(relays_to_everyone_else, relays_a_line_of_64_kib),
    points=3,
    teaches="send() waits when the other side does not read, and then the whole server waits with it.",
    hint="setblocking(False), a buffer of what is to be sent for each client, send() what it takes at EVENT_WRITE.",
)
def is_not_held_up_by_a_client_that_never_reads(server):
    """A client that never reads holds up nobody: the others go on without delay."""
    alice, bob = server.joins("alice"), server.joins("bob")
    server.joins("carol")
    server.pours(FLOOD, alice, bob)


@check(
    after=frees_the_name_of_a_dropped_connection,
    continues=is_not_held_up_by_a_client_that_never_reads,
    points=1,
    teaches="A buffer without a bound fills the memory of the server, for somebody who does not care.",
    hint="if len(client.outgoing) > 1024 * 1024: let the client go.",
)
def lets_a_client_go_that_never_reads(server):
    """When 1 MiB waits for a client that does not read, the server ends that connection; the name is free."""
    server.lets_go("carol", server.client("alice"), server.client("bob"))


@check(
    after=is_not_held_up_by_a_client_that_never_reads,
    points=2,
    teaches="A socket that does not block takes what fits: send() says how much that was.",
    hint="sent = connection.send(client.outgoing); del client.outgoing[:sent]; the rest when there is room again.",
)
def keeps_what_a_client_has_not_taken_yet(server):
    """A client that reads late gets all that was said meanwhile, as long as less than 1 MiB waited for it."""
    alice, bob = server.joins("alice"), server.joins("bob")
    late, said = [server.joins(name) for name in LATE], 0
    for member in late:
        server.pours(LATE[member.name] - said, alice, bob)
        said = LATE[member.name]
        alice.says(f"{said} lines")
        bob.hears(alice, f"{said} lines")
        member.catches_up(alice, said, f"{said} lines")
        member.hangs_up()


@check(
    after=relays_a_line,
    points=3,
    teaches="Ctrl-C is how a server is stopped: it still has time to say goodbye.",
    hint="except KeyboardInterrupt around the loop, or signal.signal(SIGINT, ...): send DISCONNECT to all, and end.",
)
def says_goodbye_on_ctrl_c(server):
    """On Ctrl-C the server sends `DISCONNECT CHAT/1.0` to every registered client, and ends with status 0."""
    alice, bob = server.joins("alice"), server.joins("bob")
    server.says_goodbye(signal.SIGINT, alice, bob)


@check(
    after=says_goodbye_on_ctrl_c,
    points=1,
    teaches="Systems stop programs by SIGTERM: to a program it should be the same as Ctrl-C.",
    hint="signal.signal(signal.SIGTERM, ...), with the same function as for SIGINT.",
)
def says_goodbye_on_sigterm(server):
    """On SIGTERM the server says goodbye and ends as on Ctrl-C."""
    alice = server.joins("alice")
    server.says_goodbye(signal.SIGTERM, alice)


@check(
    after=registers_a_client,
    points=1,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint="argparse does it, if you let it: parser.parse_args(), even when there are no arguments.",
)
def refuses_arguments_that_it_does_not_know(server):
    """Arguments that it does not know get a usage line on standard error, and status 2."""
    for words in (("one", "two", "three"), ("--port", "many")):
        server.given(*words).shows_usage()


@check(
    after=refuses_arguments_that_it_does_not_know,
    points=1,
    teaches="A port belongs to one program at a time.",
    hint="if your server takes --port: except OSError around bind(), sys.exit with a sentence.",
)
def says_so_when_the_port_is_taken(server):
    """When another program has the port of `--port`, it says so, and ends with a status that is not 0."""
    with server.on_a_taken_port() as run:
        run.explains_itself()


@check(
    after=relays_text_as_it_is,
    points=1,
    teaches="Bytes that are no text are still bytes: who only passes them on need not decode them.",
    hint="keep lines as bytes, and compare bytes; decode() only what you print, with errors='replace'.",
    hidden=True,
)
def relays_bytes_that_are_no_text(server):
    """Lines are relayed byte for byte, also when they are not UTF-8."""
    alice, bob = server.joins("alice"), server.joins("bob")
    alice.sends(NO_TEXT)
    bob.gets_next(NO_TEXT)
    alice.says("and text again")
    bob.hears(alice, "and text again")


@check(
    after=(relays_a_line_of_64_kib, throws_half_a_line_away),
    points=2,
    teaches="Whoever collects until a newline comes, collects for ever from somebody who never sends one.",
    hint="if more than 64 KiB are there without a newline: end this connection, and keep nothing of it.",
    hidden=True,
)
def ends_a_line_that_never_ends(server):
    """A line of more than 64 KiB ends the connection, and the others get nothing of it."""
    alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
    alice.says("how long?")
    bob.hears(alice, "how long?")
    carol.sends(b"@carol: " + b"x" * MEBIBYTE)
    carol.sees_the_end()
    dave = server.connect("dave")
    dave.sends(b"REGISTER " + b"x" * MEBIBYTE)
    dave.sees_the_end()
    alice.says("too long")
    bob.hears_next(alice, "too long")


@check(
    points=4,
    teaches="A client introduces itself: the server knows nothing of it but its address.",
    hint='connection.sendall(f"REGISTER {name} CHAT/1.0\\n".encode()), as the first line.',
)
def introduces_itself(client):
    """The client connects to HOST and PORT of its URL; its first line is `REGISTER alice CHAT/1.0`."""
    client.joins("alice").has_heard("REGISTER alice CHAT/1.0")


@check(
    after=introduces_itself,
    points=4,
    teaches="The keyboard is a file: a selector can watch it just like a socket.",
    hint='selector.register(sys.stdin, EVENT_READ); send f"@{name}: {line}\\n" when it is ready, line without newline.',
)
def sends_what_is_typed(client):
    """Each line that is typed is sent as `@alice: text`, in order."""
    server = client.joins()
    client.types("hello everybody")
    server.hears("@alice: hello everybody")
    client.types("one", "two", "three")
    server.has_heard(
        "REGISTER alice CHAT/1.0", *(f"@alice: {text}" for text in ("hello everybody", "one", "two", "three"))
    )


@check(
    after=introduces_itself,
    points=4,
    teaches="A program that waits in input() is deaf; a selector waits for keyboard and network at once.",
    hint="selector.register(connection, EVENT_READ) beside the keyboard; print what comes, line by line.",
)
def prints_a_message_while_nobody_types(client):
    """What others say appears on the screen with its sender and its text, also while nobody types."""
    server = client.joins()
    client.nobody_types()
    server.says("bob", "hello alice")
    client.prints("bob: hello alice")
    server.says("carol_2", "how are you?")
    client.prints("carol_2: how are you?")


@check(
    after=prints_a_message_while_nobody_types,
    points=2,
    teaches="What is printed while somebody types stands in the middle of the line: the prompt has to come again.",
    hint='print("> ", end="", flush=True) after each message, and at the beginning.',
)
def shows_its_prompt_again(client):
    """The prompt `> ` is there when the client is ready, and again after each message."""
    server = client.joins()
    client.prompts()
    for text in ("one", "two"):
        server.says("bob", text)
        client.prints(f"bob: {text}")
        client.prompts()


@check(
    after=(sends_what_is_typed, prints_a_message_while_nobody_types),
    points=1,
    teaches="One thread is enough, if it waits in one place only: select().",
    hint="no threading: for key, events in selector.select(): the keyboard, or the connection.",
)
def says_and_prints_things_in_turn(client):
    """The client sends what is typed and prints what comes, in turn, as often as you like."""
    server = client.joins()
    for text in ("one", "two", "three"):
        client.types(text)
        server.hears(f"@alice: {text}")
        server.says("bob", text)
        client.prints(f"bob: {text}")


@check(
    after=prints_a_message_while_nobody_types,
    points=3,
    teaches="TCP knows bytes, and no lines, on this side, too: half a line may come, or half a character.",
    hint="buffer += connection.recv(4096); take complete lines from it, and decode each line, not each piece.",
)
def puts_half_lines_together(client):
    """Lines that come in pieces are printed when they are complete, as one line, also the answer to REGISTER."""
    server = client.joins(pieces=1)
    server.says("bob", "bit by bit, caf\u00e9 \U0001f600", "the end")
    client.prints("bob: bit by bit, caf\u00e9 \U0001f600", "bob: the end")
    client.printed_times(1, "bob: bit by bit, caf\u00e9 \U0001f600")


@check(
    after=prints_a_message_while_nobody_types,
    points=2,
    teaches="What comes at once is not one message: the newlines say how many there are.",
    hint="a loop: as long as there is a newline in the buffer, there is a line to print.",
)
def prints_each_of_several_lines(client):
    """Several lines in one segment are all printed, each once, each in a line of its own."""
    server = client.joins()
    server.says("bob", *SEVERAL)
    client.prints(*(f"bob: {text}" for text in SEVERAL))
    client.printed_times(1, *(f"bob: {text}" for text in SEVERAL))


@check(
    after=prints_each_of_several_lines,
    points=1,
    teaches="The answer and the first message may come together: the buffer is the same before and after.",
    hint="read the answer to REGISTER with the same buffer as everything else.",
)
def loses_nothing_behind_the_answer(client):
    """A message that comes in one segment with the answer to REGISTER is printed, too."""
    server = client.starts(answer=b"200 Registration successful\n", then="bob: good morning")
    server.hears("REGISTER alice CHAT/1.0")
    client.prints("bob: good morning")


@check(
    after=prints_a_message_while_nobody_types,
    points=1,
    teaches="A command is a whole line; the same words in what somebody says are text.",
    hint='if line == "DISCONNECT CHAT/1.0", and not if "DISCONNECT" in line; line.split(":", 1) for the sender.',
)
def prints_text_as_it_is(client):
    """Texts with colons, emoji, and what looks like a command, are printed as they are."""
    server = client.joins()
    for text in TRICKY:
        server.says("bob", text)
        client.prints(f"bob: {text}")


@check(
    after=sends_what_is_typed,
    points=1,
    teaches="Nothing was said, so nothing is sent.",
    hint="if line: send it. The prompt may come again in any case.",
)
def sends_no_empty_lines(client):
    """An empty line is not sent."""
    server = client.joins()
    client.presses_enter()
    client.types("something")
    server.has_heard("REGISTER alice CHAT/1.0", "@alice: something")


@check(
    after=sends_what_is_typed,
    points=2,
    teaches="Whoever leaves says so, and says first what she had to say.",
    hint='if line == "/quit": send f"DISCONNECT {name} CHAT/1.0\\n", behind all lines before it, and end.',
)
def leaves_at_quit(client):
    """The line `/quit` is not said: the client says `DISCONNECT alice CHAT/1.0`, and ends with status 0."""
    server = client.joins()
    client.types("last words", "/quit")
    server.has_heard("REGISTER alice CHAT/1.0", "@alice: last words", "DISCONNECT alice CHAT/1.0")
    client.ends_with(status=0)


@check(
    after=leaves_at_quit,
    points=1,
    teaches="The end of the input is an event of the keyboard, too: it is readable, and there is nothing to read.",
    hint="os.read() gives b'' and readline() '' at the end of the input: the same as /quit.",
)
def leaves_at_the_end_of_the_input(client):
    """At the end of the input (Ctrl-D) it says DISCONNECT, behind what was typed, and ends with status 0."""
    server = client.joins()
    client.types("last words")
    client.presses_ctrl_d()
    server.has_heard("REGISTER alice CHAT/1.0", "@alice: last words", "DISCONNECT alice CHAT/1.0")
    client.ends_with(status=0)


@check(
    after=leaves_at_quit,
    points=1,
    teaches="Ctrl-C sends SIGINT, which Python turns into KeyboardInterrupt wherever the program is.",
    hint="except KeyboardInterrupt around the loop: the same as /quit.",
)
def leaves_on_ctrl_c(client):
    """On Ctrl-C it says DISCONNECT, and ends with status 0 and no traceback."""
    server = client.joins()
    client.types("last words")
    server.hears("@alice: last words")
    client.presses_ctrl_c()
    server.hears("DISCONNECT alice CHAT/1.0")
    client.ends_with(status=0)


@check(
    after=introduces_itself,
    points=1,
    teaches="An answer begins with a number, for programs; the words behind it are for people.",
    hint='if line.startswith("401"): sys.exit("Somebody else has this name."); 400 is another sentence.',
)
def says_so_when_it_is_refused(client):
    """When the answer is 400 or 401, whatever its words, it says why on standard error; its status is not 0."""
    for answer in (b"401 No, somebody has this name\n", b"400 No\n"):
        client.starts(answer=answer, then=ENDS).hears("REGISTER alice CHAT/1.0")
        client.explains_itself()


@check(
    after=introduces_itself,
    points=1,
    teaches="Something else may listen at that port: look at the answer before you believe it.",
    hint="200 is fine, 400 and 401 have their sentences, and anything else is no chat server: say so.",
)
def says_so_when_it_is_no_chat_server(client):
    """When the answer is none of these, it says so on standard error; its status is not 0."""
    for answer in (b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"):
        client.starts(answer=answer).hears("REGISTER alice CHAT/1.0")
        client.explains_itself()


@check(
    after=prints_a_message_while_nobody_types,
    points=1,
    teaches="A server can say goodbye, too; then there is nothing left to do.",
    hint='if line == "DISCONNECT CHAT/1.0": say so, and leave the loop, as at /quit but without a DISCONNECT.',
)
def ends_when_the_server_says_goodbye(client):
    """When `DISCONNECT CHAT/1.0` comes, it says so, and ends by itself with status 0."""
    server = client.joins()
    server.says("bob", "bye")
    client.prints("bob: bye")
    with client.tells_the_user():
        server.says_goodbye()
    client.ends_with(status=0)


@check(
    after=prints_a_message_while_nobody_types,
    points=1,
    teaches="recv() gives b'' for ever when the other side has gone: a client that does not look computes for ever.",
    hint="if not data: sys.exit with a sentence. ConnectionResetError is the same.",
)
def says_so_when_the_connection_is_lost(client):
    """When the connection just ends, it says so on standard error, and ends by itself; its status is not 0."""
    server = client.joins()
    server.says("bob", "bye")
    client.prints("bob: bye")
    server.hangs_up()
    client.explains_itself()


@check(
    after=introduces_itself,
    points=1,
    teaches="Nobody may be there: to connect is to try.",
    hint='except OSError as error: sys.exit(f"Cannot connect to {host}: {error}").',
)
def says_so_when_nobody_is_there(client):
    """When nobody listens at HOST and PORT, it says so on standard error; its status is not 0."""
    client.meets_nobody().explains_itself(since=0)


@check(
    after=introduces_itself,
    points=1,
    teaches="A URL has parts: a scheme, a host, a port. Each of them may be wrong.",
    hint="urllib.parse.urlsplit(url): scheme, hostname, port; .port raises ValueError. Else: usage, sys.exit(2).",
)
def wants_a_right_name_and_a_right_url(client):
    """Without USERNAME or URL, or with one that is none, it prints a usage line and ends with status 2."""
    usages = [("alice",), *(("alice", url) for url in WRONG_URLS)]
    usages += [(name, "chat://localhost:9") for name in WRONG_NAMES]
    for words in usages:
        client.given(*words).shows_usage()


@check(
    after=prints_text_as_it_is,
    points=1,
    teaches="A terminal obeys what is printed: a stranger's text may clear your screen, or type for you.",
    hint='"".join(c if c.isprintable() else "?" for c in text), before you print it.',
    hidden=True,
)
def prints_no_control_characters(client):
    """What others say is printed without control characters."""
    server = client.joins()
    server.says("bob", TO_THE_TERMINAL)
    server.says("bob", "the end")
    client.prints("bob: the end")
    client.keeps_from_the_terminal(b"\x1b]0;a new title", b"title\x07", b"\x1b[2J\x1b[31mred")


@check(
    after=(relays_to_everyone_else, sends_what_is_typed, shows_its_prompt_again),
    points=3,
    teaches="Two programs that keep to the same protocol understand each other, whoever wrote them.",
    hint="start your server and two of your clients in three terminals, and talk.",
)
def chats_end_to_end(chat):
    """People at their terminals talk with each other, through your server and your clients."""
    alice, bob, carol = chat.joins("alice"), chat.joins("bob"), chat.joins("carol")
    alice.types("hello everybody")
    bob.prints("alice: hello everybody")
    carol.prints("alice: hello everybody")
    carol.types("good morning")
    alice.prints("carol: good morning")
    bob.prints("carol: good morning")


@check(
    after=(chats_end_to_end, lets_a_client_leave, leaves_on_ctrl_c),
    points=1,
    teaches="One who leaves is one less, and nothing else.",
    hint="try it: Ctrl-C in one client, then go on with the others, and start the first one again.",
)
def goes_on_when_one_presses_ctrl_c(chat):
    """When one presses Ctrl-C, the others go on, and the name is free."""
    alice, bob, carol = chat.joins("alice"), chat.joins("bob"), chat.joins("carol")
    carol.presses_ctrl_c()
    carol.ends_with(status=0)
    alice.types("are you there?")
    bob.prints("alice: are you there?")
    carol = chat.joins("carol")
    bob.types("carol is back")
    carol.prints("bob: carol is back")


@check(
    after=(chats_end_to_end, says_goodbye_on_ctrl_c, ends_when_the_server_says_goodbye),
    points=1,
    teaches="A server that says goodbye spares its clients the guessing.",
    hint="try it: Ctrl-C in the server ends the clients.",
)
def ends_everybody_on_ctrl_c_in_the_server(chat):
    """Ctrl-C in the server ends the clients, too, with status 0."""
    alice, bob = chat.joins("alice"), chat.joins("bob")
    alice.types("the server will stop")
    bob.prints("alice: the server will stop")
    chat.server_gets(signal.SIGINT)
    alice.ends_with(status=0)
    bob.ends_with(status=0)
