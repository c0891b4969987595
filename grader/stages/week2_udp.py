"""Week 2: chat client (UDP)."""

from grader.check import check
from grader.peers.udp.client import UdpClient
from grader.peers.udp.link import EVERY, loses_first, seeded
from grader.reference.udp_chat import Chat

client = UdpClient("week2_udp/client.py", Chat)

BAD_LINK = seeded(2, loss=20, repeat=10, reorder=10)
LINES = [f"line {number:02}" for number in range(1, 9)]
ANSWERS = [f"answer {number:02}" for number in range(1, 11)]
GARBAGE = (
    b"",
    b"\xff\xfe\xfd",
    b"NONSENSE",
    b"MSG",
    b"MSG 1",
    b"MSG 1 bob",
    b"OK",
    b"OK one",
    b"OK 77",
    b"WELCOME",
    b" ",
)
SPACED = "two  spaces, and a colon: here"
EMOJI = "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"
LONG = "".join(f"{number:05}" for number in range(200))  # 1,000 characters
TOO_LONG = "x" * 1300


@check(
    points=7,
    teaches="UDP has no connections: a client makes itself known by its first datagram.",
    hint='udp.sendto(f"HELLO {name}".encode(), (host, port)), as sys.argv says; no newline at its end.',
)
def says_hello_with_its_name(client):
    """The first datagram is `HELLO name`, with the NAME of the command line."""
    client.starts("alice").hears("HELLO alice")


@check(
    after=says_hello_with_its_name,
    points=4,
    teaches="Whoever asks over UDP has to ask again: the question may be lost, or the answer.",
    hint="udp.settimeout(0.25); recvfrom() then raises TimeoutError: send HELLO again, in a loop.",
)
def repeats_hello_until_it_is_welcomed(client):
    """HELLO is repeated until WELCOME comes."""
    server = client.joins(link=loses_first(2, "HELLO"))
    server.hears("HELLO alice", times=3)


@check(
    after=says_hello_with_its_name,
    points=7,
    teaches="A protocol's datagrams have a form that both sides can take apart again.",
    hint='udp.sendto(f"SAY {number} {line}".encode(), server), the line without its newline.',
)
def says_what_is_typed(client):
    """A line that is typed is sent as `SAY 1 line`."""
    server = client.joins()
    client.types("hello everybody")
    server.hears("SAY 1 hello everybody")


@check(
    after=says_what_is_typed,
    points=3,
    teaches="Numbers tell the other side what is new and what is a repetition.",
    hint="count from 1, and add 1 for each new line.",
)
def numbers_its_lines(client):
    """The lines are numbered 1, 2, 3 ..."""
    server = client.joins()
    for number, line in enumerate(["one", "two", "three"], start=1):
        client.types(line)
        server.hears(f"SAY {number} {line}")


@check(
    after=says_hello_with_its_name,
    points=7,
    teaches="A program that waits for the keyboard is deaf to the network, unless a second thread listens.",
    hint="threading.Thread(target=listen, daemon=True).start(); it alone calls recvfrom(), in an endless loop.",
)
def prints_a_message_while_nobody_types(client):
    """`MSG id name text` appears on the screen as `name: text`, also while nobody types."""
    server = client.joins()
    client.nobody_types()
    server.sends("MSG 1 bob hello alice")
    client.prints("bob: hello alice")
    server.sends("MSG 2 carol_2 how are you?")
    client.prints("carol_2: how are you?")


@check(
    after=prints_a_message_while_nobody_types,
    points=4,
    teaches="An acknowledgement names what it acknowledges.",
    hint='udp.sendto(f"GOT {id}".encode(), server), with the id of the MSG.',
)
def answers_each_message_with_got(client):
    """Every MSG is answered by GOT and its id."""
    server = client.joins()
    server.sends("MSG 7 bob one")
    server.hears("GOT 7")
    server.sends("MSG 3 bob two", "MSG 11 carol three")
    server.hears("GOT 3")
    server.hears("GOT 11")


@check(
    after=answers_each_message_with_got,
    points=4,
    teaches="A repeated message means that your acknowledgement may have been lost.",
    hint="every MSG gets its GOT: print it if its id is new, and then say GOT in either case.",
)
def answers_a_repeated_message_again(client):
    """A MSG that comes again gets its GOT again."""
    server = client.joins()
    for times in (1, 2, 3):
        server.sends("MSG 1 bob one")
        server.hears("GOT 1", times=times)


@check(
    after=prints_a_message_while_nobody_types,
    points=5,
    teaches="UDP may deliver a datagram twice, and a sender repeats: the receiver has to know what it has had.",
    hint="keep the ids of printed messages in a set; the latest id alone is not enough, for UDP reorders.",
)
def prints_a_repeated_message_once(client):
    """A MSG that comes again, also after later ones, is not printed again; the same text with another id is."""
    server = client.joins()
    server.sends("MSG 1 bob one", "MSG 1 bob one", "MSG 3 bob two", "MSG 2 bob three")
    client.prints("bob: one", "bob: two", "bob: three")
    server.sends("MSG 1 bob one", "MSG 2 bob three", "MSG 4 carol the same", "MSG 5 carol the same", "MSG 6 bob end")
    client.prints("bob: end")
    client.printed_times(1, "bob: one", "bob: two", "bob: three")
    client.printed_times(2, "carol: the same")


@check(
    after=(says_what_is_typed, answers_each_message_with_got),
    points=3,
    needs_terminal=True,
    teaches="An acknowledgement is a promise: the message is where it should be.",
    hint="print(..., flush=True) first, then send GOT.",
)
def prints_before_it_says_got(client):
    """A message is printed first, and acknowledged then: if the client ends in between, nothing is lost."""
    server = client.joins(link=loses_first(3, "SAY 2"))
    client.types("hello")
    server.hears("SAY 1 hello")
    server.sends("MSG 1 bob one")
    server.hears("GOT 1")
    client.prints("bob: one")
    with client.screen_stopped():
        server.sends("MSG 2 bob two")
        client.types("are you there?")
        told = client.sees("bob: two")
        server.does_not_hear("GOT 2", before="SAY 2 are you there?", times=3, unless=told)
    server.sends("MSG 2 bob two")
    client.prints("bob: two")


@check(
    after=says_what_is_typed,
    points=6,
    teaches="The sender of a datagram learns of its loss by nothing but silence.",
    hint="wait 0.25 seconds for OK; if none has come, send the same SAY, with the same number, again.",
)
def repeats_a_line_that_got_no_answer(client):
    """A SAY that gets no OK is sent again as it is, with the same number, until its OK comes."""
    server = client.joins(link=loses_first(2, "SAY 1"))
    client.types("hello")
    server.hears("SAY 1 hello", times=3)
    client.types("and so on")
    server.hears("SAY 2 and so on")


@check(
    after=repeats_a_line_that_got_no_answer,
    points=4,
    teaches="What has been acknowledged is done: to send it again costs everybody time.",
    hint="stop repeating a line when OK with its number has come; the thread that receives has to tell the other.",
)
def does_not_repeat_a_line_that_was_answered(client):
    """What has been answered, HELLO or SAY, is not sent again, not even while a later SAY has to be repeated."""
    server = client.joins(link=loses_first(3, "SAY 4"))
    for number, line in enumerate(["one", "two", "three"], start=1):
        client.types(line)
        server.hears(f"SAY {number} {line}")
    client.types("four")
    server.hears("SAY 4 four", times=4)
    server.heard_needlessly(2, "HELLO alice", "SAY 1 one", "SAY 2 two", "SAY 3 three")


@check(
    after=(says_what_is_typed, answers_each_message_with_got),
    points=4,
    teaches="Two threads work side by side: neither waits for the other to have nothing to do.",
    hint="the thread that receives must not be the one that reads the keyboard, nor wait for it.",
)
def says_lines_while_messages_stream_in(client):
    """Lines are sent while one message after the other arrives."""
    server = client.joins()
    with server.streaming("bob"):
        for number, line in enumerate(["one", "two", "three"], start=1):
            client.types(line)
            server.hears(f"SAY {number} {line}")


@check(
    after=(repeats_a_line_that_got_no_answer, answers_a_repeated_message_again, prints_a_repeated_message_once),
    points=8,
    teaches="Numbers, acknowledgements and repetition turn a bad network into a good one. TCP does just this.",
    hint="look at the transcript for what was lost on purpose, and what your client did then.",
)
def loses_and_doubles_nothing_over_a_bad_link(client):
    """Over a link that loses 20 %, repeats 10 % and reorders, each message arrives exactly once, both ways."""
    server = client.joins(link=BAD_LINK)
    for answer in ANSWERS:
        server.says("bob", answer)
    client.types(*LINES)
    server.has_heard_each_once("alice", LINES)
    client.prints(*(f"bob: {answer}" for answer in ANSWERS))
    server.has_a_good_link_from_now_on()
    server.says("bob", "the end")
    client.prints("bob: the end")
    client.printed_times(1, *(f"bob: {answer}" for answer in ANSWERS))


@check(
    after=says_what_is_typed,
    points=3,
    teaches="A server cannot see that a client over UDP has gone: it has to be told.",
    hint="input() raises EOFError, `for line in sys.stdin` ends: send BYE, and end. Other threads need daemon=True.",
)
def says_bye_at_the_end_of_the_input(client):
    """At the end of the input (Ctrl-D) the client says BYE, and ends with status 0."""
    server = client.joins()
    client.types("hello")
    server.hears("SAY 1 hello")
    client.presses_ctrl_d()
    server.hears("BYE")
    client.ends_with(status=0)


@check(
    after=says_bye_at_the_end_of_the_input,
    points=3,
    teaches="A program can have more ways to end than one; all of them should leave in good order.",
    hint='if line == "/quit": leave the loop, as at the end of the input.',
)
def says_bye_at_quit(client):
    """The line `/quit` is not said: the client says BYE, and ends with status 0."""
    server = client.joins()
    client.types("/quit")
    server.hears("BYE")
    client.ends_with(status=0)


@check(
    after=(says_bye_at_the_end_of_the_input, repeats_a_line_that_got_no_answer),
    points=3,
    teaches="What a user has said is a promise, also when she is about to leave.",
    hint="wait for the OK of the last line, and repeat it meanwhile, before you say BYE.",
)
def delivers_the_last_line_before_it_ends(client):
    """A line that has no OK yet when the input ends is repeated as usual; BYE comes after it."""
    server = client.joins(link=loses_first(2, "SAY"))
    client.types("last words")
    client.presses_ctrl_d()
    server.hears("SAY 1 last words", times=3)
    server.hears("BYE")
    client.ends_with(status=0)


@check(
    after=says_bye_at_quit,
    points=2,
    teaches="A program must not wait for an answer for ever: it may have been lost, or nobody may be there.",
    hint="wait for the answer to BYE with a timeout, a few times at most, or not at all.",
)
def ends_although_bye_is_not_answered(client):
    """When BYE is not answered, the client ends all the same, with status 0."""
    server = client.joins(link=loses_first(EVERY, "BYE"))
    client.types("/quit")
    server.hears("BYE")
    client.ends_with(status=0)


@check(
    after=says_what_is_typed,
    points=2,
    teaches="Ctrl-C sends SIGINT, which Python turns into KeyboardInterrupt in the first thread.",
    hint="except KeyboardInterrupt around all that the first thread does; daemon threads do not keep it alive.",
)
def ends_on_ctrl_c(client):
    """Ctrl-C ends the client, with status 0 and no traceback."""
    server = client.joins()
    client.types("hello")
    server.hears("SAY 1 hello")
    client.presses_ctrl_c()
    client.ends_with(status=0)


@check(
    after=says_hello_with_its_name,
    points=3,
    teaches="A protocol says no by an answer, too: look which one has come.",
    hint='if the answer begins with "ERROR": sys.exit(its text). A thread that waits in input() must not hold it up.',
)
def says_so_when_the_name_is_taken(client):
    """When somebody has the name already (ERROR 409), the client says why on standard error, and ends."""
    server = client.starts("alice", others=["alice"])
    server.hears("HELLO alice")
    client.explains_itself()


@check(
    after=(repeats_hello_until_it_is_welcomed, repeats_a_line_that_got_no_answer),
    points=4,
    teaches="Nobody tells a client over UDP that there is no server: it has to decide when to give up.",
    hint="count the tries; after 20, sys.exit with a sentence. ConnectionRefusedError is no reason for a traceback.",
)
def gives_up_when_nobody_answers(client):
    """When nobody answers 20 HELLOs, or 20 times a SAY, or nobody is there, the client says so and ends."""
    nobody, silent = client.meets_nobody(), client.meets_silence()
    gone = client.joins()
    gone.falls_silent()
    client.types("hello")
    gone.is_given_up("SAY 1 hello")
    silent.is_given_up("HELLO alice")
    nobody.explains_itself(since=0)


@check(
    after=(says_what_is_typed, prints_a_message_while_nobody_types),
    points=3,
    teaches="Anybody can send a datagram to anybody: a program must survive what it does not understand.",
    hint="except UnicodeDecodeError; look how many fields there are before you use them; int() raises ValueError.",
)
def ignores_garbage(client):
    """Datagrams that make no sense (no UTF-8, empty, unknown words, fields missing) change nothing."""
    server = client.joins()
    server.sends(*GARBAGE, "MSG 1 bob still there?")
    client.prints("bob: still there?")
    client.types("yes")
    server.hears("SAY 1 yes")


@check(
    points=2,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint="if len(sys.argv) != 4: print('usage: ...', file=sys.stderr), sys.exit(2); or let argparse do it.",
)
def wants_a_host_a_port_and_a_name(client):
    """Without HOST, PORT or NAME it prints a usage line on standard error and ends with status 2."""
    for words in ((), ("localhost",), ("localhost", "9")):
        client.given(*words).shows_usage()


@check(
    after=wants_a_host_a_port_and_a_name,
    points=2,
    teaches="A port is a number of 16 bits, and a name is what the protocol allows: check both before you say HELLO.",
    hint='1 <= port <= 65535, after a try around int(); re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name).',
)
def wants_a_right_port_and_a_right_name(client):
    """A PORT that is text, 0 or 70000, and a NAME that is no name, get a usage line and status 2."""
    for port in ("nine", "0", "70000"):
        client.given("localhost", port, "alice").shows_usage()
    for name in ("", "two words", "a" * 21, "al:ce"):
        client.given("localhost", "9", name).shows_usage()


@check(
    after=(repeats_a_line_that_got_no_answer, prints_a_message_while_nobody_types),
    points=2,
    teaches="The source address of a datagram is all that tells the server from a stranger.",
    hint="compare the address that recvfrom() gives with the server's; or connect() the socket: the kernel does it.",
    hidden=True,
)
def ignores_strangers(client):
    """Datagrams that come from another address than the server's change nothing."""
    server = client.joins(link=loses_first(3, "SAY 1"))
    client.types("hello")
    server.hears("SAY 1 hello")
    server.stranger_sends("mallory", "OK 1", "MSG 1 bob from mallory")
    server.hears("SAY 1 hello", times=4)
    server.sends("MSG 1 bob from bob")
    client.prints("bob: from bob")
    client.printed_times(0, "bob: from mallory")


@check(
    after=(says_what_is_typed, prints_a_message_while_nobody_types),
    points=3,
    teaches="A character is one to four bytes of UTF-8; the last field of a datagram is everything that is left.",
    hint="split(' ', n) keeps the spaces of the last field; encode() and decode() whole datagrams; recvfrom(2048).",
    hidden=True,
)
def carries_every_text(client):
    """Spaces, colons, emoji and 1,000 characters come through as they were typed, both ways."""
    server = client.joins()
    for number, text in enumerate([SPACED, EMOJI, LONG], start=1):
        client.types(text)
        server.hears(f"SAY {number} {text}")
        server.sends(f"MSG {number} bob {text}")
        client.prints(f"bob: {text}")


@check(
    after=(numbers_its_lines, prints_a_message_while_nobody_types),
    points=2,
    teaches="A limit that cuts silently changes what people say; one that refuses tells them.",
    hint="if len(datagram) > 1200, where datagram is what encode() gave: tell the user, and do not send it.",
    hidden=True,
)
def refuses_a_line_that_does_not_fit(client):
    """A line that does not fit into a datagram is refused to the user: not sent, not cut, not counted."""
    server = client.joins()
    client.types("before")
    server.hears("SAY 1 before")
    with client.tells_the_user():
        client.types(TOO_LONG, "after")
        server.hears("SAY 2 after")
    server.heard_nothing_like("xxx")
