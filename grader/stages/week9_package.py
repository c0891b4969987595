"""Week 9: a package for others."""

import signal

from grader.check import check
from grader.peers.frames.client import FrameClient
from grader.peers.frames.package import Package
from grader.peers.frames.server import FrameServer
from grader.peers.frames.tui import TerminalUi
from grader.peers.frames.zmq import ZmqClient, ZmqPort
from grader.reference.frame_chat import FrameChat

package = Package("week9_package")
server = FrameServer("week9_package")
client = FrameClient("week9_package", FrameChat)
tui = TerminalUi("week9_package", FrameChat)

EMOJI = "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"
HELLO = {"type": "hello", "name": "alice"}
WHO = {"type": "command", "command": "who"}
BAD_NAMES = ("", "two words", "caf\u00e9", "al.ce", "a" * 21, None, 7)
BAD_TEXTS = ("", "   ", "\t\n", None, 7, ["hello"])
UNKNOWN = ("kick", "", "WHO")
NO_JSON = (b'{"type": "say", "text": ', b"hello everybody", b"", b'{"type": "say", "text": "\xff\xfe"}')
NO_OBJECTS = (b"[1, 2, 3]", b'"hello"', b"7", b"null", b'[{"type": "bye"}]')
DEEP = b"[" * 60_000
MIB = 1024 * 1024
MY_TOML = '[server]\nhost = "127.0.0.1"\nport = PORT\ndatabase = "mine.db"\n'
WRONG_KEY = '# the chat of our house\n[server]\nhost = "127.0.0.1"\n\n# where?\nprot = 9009\n'
LONG = " ".join(f"word{number:02}" for number in range(30))  # 209 characters: three lines of a terminal, at least
ESCAPE = "\x1b[5;35m"  # from now on everything blinks, and is purple
NUMBERS = [f"number {number:02}" for number in range(1, 21)]


@check(
    points=0,  # the starter code can do that
    teaches="A package says in pyproject.toml what it is, how it is built, and what it needs; pip does the rest.",
    hint="[build-system] with requires and build-backend, [project] with name and version. Try `pip install .`",
)
def installs(package):
    """`pip install` of the folder into a fresh environment works, without network."""
    package.installs()


@check(
    after=installs,
    points=2,
    teaches="An entry point is a name for a function: pip makes a command of it, on every system.",
    hint='[project.scripts] with chatroom-server = "chatroom.server:main"; main() takes its arguments from sys.argv.',
)
def runs_as_a_command(package):
    """Afterwards there is a command `chatroom-server`, which runs, and listens on the port of `--port`."""
    package.runs("chatroom-server")


@check(
    after=runs_as_a_command,
    points=1,
    teaches="A package may bring more than one command: each is a line, and what they share is a module.",
    hint='[project.scripts] with chatroom-client = "chatroom.client:main", too.',
)
def gives_both_commands(package):
    """Afterwards there are the commands `chatroom-server` and `chatroom-client`."""
    package.gives("chatroom-server", "chatroom-client")


@check(
    after=runs_as_a_command,
    points=1,
    teaches="Whoever starts a server wants to know where it is, at once: what is printed may wait in a buffer.",
    hint='print(f"chatroom-server listens on {host} port {port}", flush=True), after it listens.',
)
def says_where_it_listens(server):
    """The server prints one line at once: `chatroom-server listens on 127.0.0.1 port PORT`."""
    server.says_where_it_listens()


@check(
    after=runs_as_a_command,
    points=3,
    teaches="A frame says how long it is before it comes: the reader needs no end, and any byte may be in it.",
    hint='struct.pack("!2sBBII", b"CR", 1, 0, len(payload), zlib.crc32(payload)) + payload; the payload is JSON.',
)
def welcomes(server):
    """`hello` with a name gets `welcome`, with that name, who is there, and what was said."""
    alice = server.connect("alice")
    welcome = alice.enters()
    alice.finds_names(welcome, "alice")


@check(
    after=welcomes,
    points=1,
    teaches="What a newcomer cannot know, the server tells: who was there before.",
    hint="sorted(names), after the new one is among them.",
)
def tells_who_is_there(server):
    """The users of `welcome` are all who are there, the new one too, sorted."""
    server.entered("carol", "alice")
    bob = server.connect("Bob")
    bob.finds_names(bob.enters(), "Bob", "alice", "carol")


@check(
    after=welcomes,
    points=1,
    teaches="Presence: who was there before does not ask again and again, but is told what changes.",
    hint='{"type": "joined", "name": name} to everybody who has said hello, but not to the new one.',
)
def tells_who_comes(server):
    """Everybody else who is in gets `joined`, once; the new one does not."""
    (alice,) = server.entered("alice")
    stranger, bob = server.connect("stranger"), server.connect("bob")
    bob.enters()
    alice.is_told("joined", "bob")
    for each in (alice, bob):
        each.settles()
    alice.was_told(1, "joined", "bob")
    bob.was_told(0, "joined", "bob")
    stranger.settles()
    stranger.was_told(0, "joined", "bob")


@check(
    after=welcomes,
    points=3,
    teaches="A broadcast in a chat is the same message, sent on every connection but one.",
    hint='{"type": "message", "id": ..., "name": ..., "text": ..., "time": ...} to all others who have said hello.',
)
def relays_what_is_said(server):
    """What somebody says gets to everybody else as `message`, with name, text, id and time."""
    alice, bob, carol = server.entered("alice", "bob", "carol")
    alice.says("good morning")
    bob.hears("alice", "good morning")
    carol.says("and to you")
    bob.hears("carol", "and to you")
    alice.hears("carol", "and to you")


@check(
    after=relays_what_is_said,
    points=2,
    teaches="One recv() may give many frames: each of them counts, and the first half of the next one is kept.",
    hint="while a whole frame is in the buffer: take it out, and deal with it.",
)
def takes_frames_apart(server):
    """Many frames in one segment are dealt with one by one, in their order."""
    alice, bob = server.entered("alice", "bob")
    alice.says(*NUMBERS)
    bob.hears("alice", *NUMBERS)


@check(
    after=relays_what_is_said,
    points=1,
    teaches="Who has said something knows it: the client shows it itself.",
    hint="if other is not sender.",
)
def sends_nobody_her_own_words(server):
    """The sender does not get her own message."""
    alice, bob = server.entered("alice", "bob")
    alice.says("good morning")
    bob.hears("alice", "good morning")
    alice.has_heard_nothing_of("good morning")


@check(
    after=relays_what_is_said,
    points=1,
    teaches="A number that only grows puts messages in order, and tells which ones one has had.",
    hint="INTEGER PRIMARY KEY AUTOINCREMENT, and cursor.lastrowid after INSERT; the same for all who get it.",
)
def numbers_its_messages(server):
    """The id of a message is an integer that is greater than those before it, and the same for everybody."""
    alice, bob, carol = server.entered("alice", "bob", "carol")
    heard = []
    for each in (alice, alice, carol, alice):
        each.says("next")
        heard += bob.hears(each.name, "next")
    bob.sees_ids_grow(heard)
    alice.sees_the_same(heard[2:3], alice.hears("carol", "next"))


@check(
    after=relays_what_is_said,
    points=1,
    teaches="A time without its zone is a riddle for everybody in another one.",
    hint='datetime.now(timezone.utc).isoformat(): with "+00:00" or "Z" at its end.',
)
def tells_the_time_in_utc(server):
    """The time of a message is the present one, in ISO 8601 and UTC."""
    alice, bob = server.entered("alice", "bob")
    alice.says("what time is it?")
    bob.sees_the_time(bob.hears("alice", "what time is it?"))


@check(
    after=relays_what_is_said,
    points=1,
    teaches="JSON carries every text: quotes and newlines are escaped, and what is no ASCII may be or not.",
    hint="json.dumps(...).encode(), and json.loads(payload.decode()): strip() nothing.",
)
def passes_a_text_on_as_it_is(server):
    """Spaces, quotes, newlines and emoji in a text arrive as they were sent."""
    alice, bob = server.entered("alice", "bob")
    for text in (EMOJI, '"quotes" and \\ backslashes', "two\nlines", "  spaces", "<b>&amp;</b>", "'; DROP TABLE m; --"):
        alice.says(text)
        bob.hears("alice", text)


@check(
    after=relays_what_is_said,
    points=1,
    teaches="Good bye is a message, too: then both sides know that nothing was lost.",
    hint='at {"type": "bye"}: take the name out, tell the others {"type": "left", ...}, close the connection.',
)
def says_good_bye(server):
    """After `bye` the server closes the connection, the others get `left`, and the name is free."""
    alice, bob = server.entered("alice", "bob")
    bob.tells(type="bye")
    bob.sees_the_end()
    alice.is_told("left", "bob")
    server.connect("bob").enters()


@check(
    after=relays_what_is_said,
    points=1,
    teaches="Clients crash, and networks break: that is the end of one connection, not of the server.",
    hint="do for the end of a connection, however it comes, what bye does: try/finally around one client.",
)
def notices_a_dropped_connection(server):
    """A connection that ends without `bye`, closed or reset, is a `left` as well, and the name is free."""
    alice, bob, carol = server.entered("alice", "bob", "carol")
    bob.settles()  # a connection that is closed before all was read is reset
    bob.hangs_up()
    for client in (alice, carol):  # nothing is on its way to carol when she drops: send() would be told, not recv()
        client.is_told("left", "bob")
    carol.drops()
    alice.is_told("left", "carol")
    server.entered("bob", "carol")


@check(
    after=relays_what_is_said,
    points=2,
    teaches="What is stored can be told again: a newcomer reads what she has missed.",
    hint="SELECT ... ORDER BY id DESC LIMIT 50, and the other way round: oldest first.",
)
def gives_the_history_to_newcomers(server):
    """`history` in `welcome` has what was said before, oldest first, as it was said, with the same ids."""
    alice, bob = server.entered("alice", "bob")
    heard = []
    for text in ("one", "two", EMOJI):
        alice.says(text)
        heard += bob.hears("alice", text)
    carol = server.connect("carol")
    history = carol.enters()["history"]
    carol.finds(history, "alice", "one", "two", EMOJI)
    carol.sees_the_same(heard, history[-3:])


@check(
    after=(gives_the_history_to_newcomers, takes_frames_apart),
    points=1,
    teaches="Without a bound, a welcome grows for ever.",
    hint="LIMIT 50: the last ones, not the first.",
)
def gives_the_last_50(server):
    """The history has the last 50 messages, and not more."""
    alice, bob = server.entered("alice", "bob")
    texts = [f"number {number}" for number in range(1, 61)]
    alice.says(*texts)
    bob.hears("alice", *texts)
    carol = server.connect("carol")
    history = carol.enters()["history"]
    carol.finds(history, "alice", *texts[-50:])
    carol.counts(history, 50)


@check(
    after=tells_who_is_there,
    points=1,
    teaches="A command is a request of its own; its answer says to which one it belongs.",
    hint='{"type": "reply", "command": "who", "users": sorted(names)}.',
)
def answers_who(server):
    """The command `who` gets a `reply` with the users, sorted."""
    carol, alice = server.entered("carol", "alice")
    for each in (alice, carol):
        each.asks("who")
        each.finds_names(each.gets("reply", command="who"), "alice", "carol")


@check(
    after=gives_the_history_to_newcomers,
    points=1,
    teaches="One function for one thing: the history of welcome and that of the command are the same.",
    hint='{"type": "reply", "command": "history", "messages": [...]}: as in welcome.',
)
def answers_history(server):
    """The command `history` gets a `reply` with the last 50 messages."""
    alice, bob = server.entered("alice", "bob")
    alice.says("one")
    bob.hears("alice", "one")
    bob.asks("history")
    bob.finds(bob.gets("reply", command="history")["messages"], "alice", "one")


@check(
    after=welcomes,
    points=1,
    teaches="A server that says what it can do needs no manual.",
    hint='{"type": "reply", "command": "help", "text": "who, history, help, nick"}.',
)
def answers_help(server):
    """The command `help` gets a `reply` with a text."""
    (alice,) = server.entered("alice")
    alice.asks("help")
    alice.gets("reply", command="help")


@check(
    after=(relays_what_is_said, answers_who),
    points=1,
    teaches="A change of name is for everybody: somebody is gone, and somebody else is there.",
    hint='reply with "name", then "left" with the old and "joined" with the new name to the others.',
)
def changes_a_name(server):
    """The command `nick` gets a `reply` with the new name; the others get `left` and `joined`; the old name is free."""
    alice, bob = server.entered("alice", "bob")
    bob.asks("nick", name="robert")
    bob.gets("reply", command="nick", name="robert")
    alice.is_told("left", "bob")
    alice.is_told("joined", "robert")
    bob.says("it is me")
    alice.hears("robert", "it is me")
    server.connect("bob").enters()


@check(
    after=welcomes,
    points=1,
    teaches="Which requests are allowed depends on what came before: that is the state of a protocol.",
    hint='if client.name is None and the type is not "hello": error 401, and the connection stays.',
)
def wants_a_hello_first(server):
    """Before `hello` everything else gets the error 401; the connection stays."""
    alice = server.connect("alice")
    alice.is_refused(401, WHO, {"type": "say", "text": "hello"}, {"type": "command", "command": "history"})
    alice.enters()


@check(
    after=welcomes,
    points=1,
    teaches="Whatever comes from outside is looked at before it is used.",
    hint='isinstance(name, str) and re.fullmatch("[A-Za-z0-9_-]{1,20}", name), else error 400.',
)
def refuses_names_that_are_none(server):
    """A name that is not 1 to 20 of A-Z a-z 0-9 _ - gets the error 400; one may try another."""
    alice = server.connect("alice")
    alice.is_refused(400, {"type": "hello"}, *({"type": "hello", "name": name} for name in BAD_NAMES))
    alice.enters()
    alice.is_refused(400, {"type": "command", "command": "nick", "name": "two words"})
    server.connect("a_20-character-name9").enters()


@check(
    after=welcomes,
    points=1,
    teaches="A name stands for one client only: who comes second gets an answer, and the first one notices nothing.",
    hint="keep names by name.lower(): error 409, and she may try another one on the same connection.",
)
def refuses_names_that_are_taken(server):
    """A name that is taken, in whatever case, gets the error 409; so does a second `hello`; one may try another."""
    alice, bob = server.connect("alice"), server.connect("bob")
    alice.enters()
    bob.is_refused(409, HELLO, {"type": "hello", "name": "ALICE"})
    bob.enters()
    bob.is_refused(409, {"type": "hello", "name": "carol"})
    bob.settles()


@check(
    after=(refuses_names_that_are_taken, changes_a_name),
    points=1,
    teaches="Two ways to a name need one rule: put it into one function.",
    hint="the same look as at hello; but who has a name may write it in another case.",
)
def refuses_a_nick_that_is_taken(server):
    """`nick` with a name that somebody else has gets the error 409, and changes nothing."""
    alice, bob = server.entered("alice", "bob")
    bob.is_refused(409, {"type": "command", "command": "nick", "name": "Alice"})
    bob.says("still bob")
    alice.hears("bob", "still bob")


@check(
    after=relays_what_is_said,
    points=1,
    teaches="A text is a string with something in it: null, 7 and a list are JSON as well.",
    hint="isinstance(text, str) and text.strip(), else error 400.",
)
def refuses_texts_that_are_none(server):
    """A text that is no string, empty, or only blanks gets the error 400; the connection stays."""
    (alice,) = server.entered("alice")
    alice.is_refused(400, {"type": "say"}, *({"type": "say", "text": text} for text in BAD_TEXTS))
    alice.settles()


@check(
    after=relays_what_is_said,
    points=1,
    teaches="A limit in characters is counted before encode(), one in bytes after it.",
    hint="len(text) > 4000: error 413, and the connection stays.",
)
def refuses_a_text_that_is_too_long(server):
    """A text of 4,000 characters is relayed; one more gets the error 413, and the connection stays."""
    alice, bob = server.entered("alice", "bob")
    for character in ("x", "\u00e9"):
        alice.says_of_length(character, 4_000)
        bob.hears_of_length("alice", character, 4_000)
    alice.is_refused(413, {"type": "say", "text": "x" * 4_001})
    alice.says("short")
    bob.hears("alice", "short")


@check(
    after=welcomes,
    points=1,
    teaches="What a server does not know it must say, or its client waits for ever.",
    hint="a dict of commands; what is not in it: error 404. An unknown type: error 400.",
)
def says_what_it_does_not_know(server):
    """An unknown command gets the error 404, an unknown type, or none, 400; the connection stays."""
    (alice,) = server.entered("alice")
    alice.is_refused(404, *({"type": "command", "command": command} for command in UNKNOWN))
    alice.is_refused(400, {"type": "shout", "text": "hello"}, {"text": "hello"}, {})
    alice.settles()


@check(
    after=relays_what_is_said,
    points=2,
    teaches="TCP is a stream of bytes: one recv() may give half a header, and half a payload.",
    hint="a buffer: wait for 12 bytes, then for as many more as the header says. Or reader.readexactly().",
)
def puts_frames_together(server):
    """A frame that is cut at any byte is a frame; meanwhile others are served."""
    alice, bob = server.entered("alice", "bob")
    alice.says_byte_by_byte(EMOJI)
    bob.hears("alice", EMOJI)
    for place in (1, 2, 4, 8, 11, 12, 13, 30):
        alice.says_cut(f"cut at {place}", place)
        bob.hears("alice", f"cut at {place}")
    alice.says_half("the second half comes later")
    bob.says("I do not wait for you")
    alice.hears("bob", "I do not wait for you")
    alice.says_the_rest()
    bob.hears("alice", "the second half comes later")


@check(
    after=takes_frames_apart,
    points=2,
    teaches="A message may be larger than a frame: chunks say that more is to come, and only the whole is JSON.",
    hint="flags & 1: keep the payload, and go on; else join all of them, and only then decode().",
)
def joins_chunks(server):
    """A message in chunks is one message, wherever it is split; a chunk may be empty."""
    alice, bob = server.entered("alice", "bob")
    alice.says_in_chunks("in two", 20)
    bob.hears("alice", "in two")
    alice.says_in_chunks(EMOJI, *[1] * 40)
    bob.hears("alice", EMOJI)
    alice.says_in_chunks("some are empty", 0, 10, 0, 0)
    bob.hears("alice", "some are empty")


@check(
    after=joins_chunks,
    points=1,
    teaches="A protocol that ignores what it does not know can grow: the next version adds a key.",
    hint="take what you need by its key, and let the rest be. Of the flags only bit 0 means something.",
)
def ignores_what_is_new(server):
    """Unknown keys of an object are ignored, and so are the other bits of the flags."""
    alice, bob = server.entered("alice", "bob")
    alice.says_with(text="hello", colour="red", version=2)
    bob.hears("alice", "hello")
    alice.sends_frame(b'{"type": "command",', flags=0xFF)
    alice.sends_frame(b' "command": "who"}', flags=0xFE)
    alice.gets("reply", command="who")


@check(
    after=(joins_chunks, gives_the_last_50, answers_history),
    points=1,
    teaches="What you send has a limit, too: 50 messages of 4,000 characters are more than a frame holds.",
    hint="payload[i : i + 65536] for i in range(0, len(payload), 65536): all but the last one with flag 1.",
)
def sends_chunks(server):
    """What is longer than 65,536 bytes is sent in chunks: a history of 50 long messages."""
    alice, bob = server.entered("alice", "bob")
    for _ in range(50):
        alice.says_of_length("x", 4_000)
    for _ in range(50):
        bob.hears_of_length("alice", "x", 4_000)
    bob.asks("history")
    bob.counts(bob.gets("reply", command="history")["messages"], 50)


@check(
    after=(joins_chunks, puts_frames_together),
    points=1,
    teaches="A limit is a promise: what is just within it has to work.",
    hint="compare with > and not with >=; the limit is for all chunks of a message together.",
)
def takes_a_message_of_1_mib(server):
    """A message of 1 MiB, in chunks of 65,536 bytes, is read; what is in it besides a text does not matter."""
    alice, bob = server.entered("alice", "bob")
    alice.says_with_padding("large", MIB)
    bob.hears("alice", "large")


@check(
    after=takes_a_message_of_1_mib,
    points=1,
    teaches="A server that collects chunks until the last one comes collects for ever from whoever never sends it.",
    hint="if what is collected and the next length are more than 1,048,576 together: error 413, and close.",
)
def refuses_a_message_over_1_mib(server):
    """A message of more than 1 MiB gets the error 413, and the connection ends; the others notice nothing but that."""
    alice, bob = server.entered("alice", "bob")
    alice.says_with_padding("too large", MIB + 1)
    alice.is_shown_out(413)
    bob.is_told("left", "alice")
    bob.settles()


@check(
    after=welcomes,
    points=1,
    teaches="The magic at the beginning tells a client of the chat from a browser that has lost its way.",
    hint='if magic != b"CR": error 400, and close: nobody knows where the next frame begins.',
)
def refuses_another_magic(server):
    """A frame that does not begin with `CR` gets the error 400, and the connection ends."""
    alice, bob = server.connect("alice"), server.connect("bob")
    bob.enters()
    alice.sends_frame(b'{"type": "hello", "name": "alice"}', magic=b"RC")
    alice.is_shown_out(400)
    bob.settles()


@check(
    after=welcomes,
    points=1,
    teaches="A version in every frame lets a server say that it is too old, instead of guessing.",
    hint="if version != 1: error 400, and close.",
)
def refuses_another_version(server):
    """A frame of another version than 1 gets the error 400, and the connection ends."""
    alice, bob = server.connect("alice"), server.connect("bob")
    bob.enters()
    alice.sends_frame(b'{"type": "hello", "name": "alice"}', version=2)
    alice.is_shown_out(400)
    bob.settles()


@check(
    after=relays_what_is_said,
    points=2,
    teaches="TCP's own checksum has 16 bits, and programs have faults: a checksum of your own finds what they let by.",
    hint="if zlib.crc32(payload) != checksum: error 400, and close; nothing of the payload counts.",
)
def refuses_a_wrong_checksum(server):
    """A payload that does not fit its checksum gets the error 400, and the connection ends; it is not relayed."""
    alice, bob = server.entered("alice", "bob")
    alice.sends_frame(b'{"type": "say", "text": "damaged"}', checksum=0x12345678)
    alice.is_shown_out(400)
    bob.is_told("left", "alice")
    bob.has_heard_nothing_of("damaged")


@check(
    after=welcomes,
    points=1,
    teaches="A length from outside is a wish: whoever trusts it reserves four gigabytes for twelve bytes.",
    hint="look at the length when the header is there, before you wait for a single byte of the payload.",
)
def refuses_a_length_over_65536(server):
    """A length over 65,536 gets the error 413 before the payload has come, and the connection ends."""
    alice, bob = server.connect("alice"), server.connect("bob")
    bob.enters()
    alice.sends_frame(b"", length=65_537)
    alice.is_shown_out(413)
    bob.settles()


@check(
    after=welcomes,
    points=1,
    teaches="A frame that is whole can hold nonsense: where the next one begins is known, so that both go on.",
    hint="except (UnicodeDecodeError, json.JSONDecodeError): error 400; the connection stays.",
)
def refuses_what_is_no_json(server):
    """A payload that is no JSON, or not UTF-8, gets the error 400; the connection stays."""
    (alice,) = server.entered("alice")
    for payload in NO_JSON:
        alice.sends_frame(payload)
        alice.gets_error(400)
    alice.settles()


@check(
    after=gives_the_history_to_newcomers,
    points=2,
    teaches="Memory is gone when a program ends; a database is there when the next one begins.",
    hint="sqlite3.connect(file), CREATE TABLE IF NOT EXISTS, INSERT, commit(); ids go on where they were.",
)
def remembers_after_a_restart(server):
    """After a restart the history is there, and ids go on to grow; `chatroom.db` is a database of SQLite."""
    alice, bob = server.entered("alice", "bob")
    alice.says("before")
    before = bob.hears("alice", "before")
    server.has_a_database()
    server.stops_and_restarts(signal.SIGTERM)
    alice, bob = server.connect("alice"), server.connect("bob")
    alice.finds(alice.enters()["history"], "alice", "before")
    bob.enters()
    alice.says("after")
    bob.sees_ids_grow([*before, *bob.hears("alice", "after")])


@check(
    after=remembers_after_a_restart,
    points=2,
    teaches="What is stored before it is sent cannot be lost by who has seen it.",
    hint="INSERT and commit() first, then send: for each message, or for all that came at once.",
)
def stores_before_it_relays(server):
    """A message is stored and committed before it is relayed: while nobody can store, nobody hears it."""
    alice, bob = server.entered("alice", "bob")
    server.cannot_store()
    alice.says("is this kept?")
    bob.does_not_hear_yet("is this kept?")
    server.can_store()


@check(
    after=(stores_before_it_relays, takes_frames_apart),
    points=2,
    teaches="kill -9 asks nobody: what counts is what was committed, not what was to be written later.",
    hint="commit() before you send; PRAGMA journal_mode=WAL makes that quick. No timer, and nothing at the end only.",
)
def loses_nothing_by_kill_9(server):
    """After kill -9, at any moment, the history has every message that any client has seen."""
    for number, seen in ((1, 1), (2, 7), (3, 12)):
        alice, bob = server.entered("alice", "bob")
        server.crowd(40)  # to whom a message goes, too: that takes its time
        bob.settles()
        alice.says(*(f"{each} of run {number}" for each in NUMBERS[:14]))
        heard = bob.hears("alice", *(f"{each} of run {number}" for each in NUMBERS[:seen]))
        server.is_killed()
        heard += bob.hears_until_the_end()
        server.restarts()
        carol = server.connect("carol")
        carol.finds_all(carol.enters()["history"], heard)


@check(
    after=relays_what_is_said,
    points=1,
    teaches="A class is not three clients: accept() has to keep up, and each message goes 99 times.",
    hint="asyncio, or a thread for each; listen(256). Send to a copy of the list of clients.",
)
def serves_100_clients(server):
    """100 clients are there at once, and what one says reaches all others."""
    first, *others = server.crowd(100)
    first.says("good morning")
    for other in others:
        other.hears("client_001", "good morning")


@check(
    after=(puts_frames_together, takes_frames_apart),
    points=1,
    teaches="Who waits for one client to read lets all others wait.",
    hint="writer.write() without waiting for drain() in a loop over all; or a thread and a queue for each that sends.",
)
def waits_for_nobody_who_does_not_read(server):
    """A client that never reads delays nobody."""
    alice, bob, mallory = server.entered("alice", "bob", "mallory")
    mallory.stops_reading()
    alice.says_much_to(bob)
    bob.says("are you still there?")
    alice.hears("bob", "are you still there?")


@check(
    continues=waits_for_nobody_who_does_not_read,
    after=notices_a_dropped_connection,
    points=1,
    teaches="A buffer without a bound is a way to fill the memory of a server: one client is enough.",
    hint="transport.get_write_buffer_size() > 1 MiB: abort(), and tell the others that she has left.",
)
def lets_go_who_does_not_read(server):
    """Once 1 MiB is waiting for a client that never reads, it is let go: the others get `left`."""
    for name in ("alice", "bob"):
        server.client(name).is_told("left", "mallory")


@check(
    after=(refuses_a_length_over_65536, refuses_a_wrong_checksum, puts_frames_together),
    points=1,
    teaches="A length that lies is found by the checksum, or makes the reader wait: it must never mix two frames up.",
    hint="take exactly as many bytes as the header says, check them, and close when they are not what was promised.",
    hidden=True,
)
def is_not_fooled_by_a_length_that_lies(server):
    """A length that is too short for its payload gets the error 400; one that is too long is waited for."""
    alice, bob, carol = server.connect("alice"), server.connect("bob"), server.connect("carol")
    carol.enters()
    alice.sends_frame(b'{"type": "hello", "name": "alice"}', length=20)
    alice.is_shown_out(400)
    bob.sends_frame(b'{"type": "hello", "name": "bob"}', length=65_536)
    carol.settles()
    carol.was_told(0, "joined", "bob")


@check(
    after=(joins_chunks, puts_frames_together),
    points=1,
    teaches="Work that grows with the square of what comes is fast in every test, and stops a server one day.",
    hint='parts.append(payload), and b"".join(parts) at the end; no recursion, and no limit on the number of chunks.',
    hidden=True,
)
def takes_10_000_tiny_chunks(server):
    """A message in 10,000 chunks of a byte or none is a message."""
    alice, bob = server.entered("alice", "bob")
    alice.says_in_tiny_chunks("piece by piece", 10_000)
    bob.hears("alice", "piece by piece")


@check(
    after=refuses_what_is_no_json,
    points=1,
    teaches="JSON is more than objects: a list has no get(), and null has nothing at all.",
    hint="if not isinstance(message, dict): error 400. What is too deep for json.loads is a RecursionError.",
    hidden=True,
)
def refuses_json_that_is_no_object(server):
    """JSON that is no object, and 60,000 brackets, get the error 400; the connection stays."""
    (alice,) = server.entered("alice")
    for payload in (*NO_OBJECTS, DEEP):
        alice.sends_frame(payload)
        alice.gets_error(400)
    alice.settles()


@check(
    after=(says_where_it_listens, welcomes),
    points=1,
    teaches="What differs from place to place belongs into a file, not into the program.",
    hint='tomllib.load(file)["server"]; with --config FILE that one, and no other.',
)
def is_configured_by_a_file(server):
    """With `--config FILE` the server takes host, port and database from the table [server] of that file."""
    run = server.started("--config", "my.toml", files={"my.toml": MY_TOML, "chatroom.toml": "[server]\nport = 1\n"})
    run.says_where_it_listens()
    server.connect("alice").enters()
    server.has_a_database("mine.db")


@check(
    after=is_configured_by_a_file,
    points=1,
    teaches="The nearer wins: what is typed now, then the file, then what the program thinks is best.",
    hint="{**defaults, **of_the_file, **{key: value for key, value in vars(options).items() if value is not None}}.",
)
def lets_options_win(server):
    """Without `--config`, `chatroom.toml` in the current folder counts; options of the command line win over it."""
    file = '[server]\nport = 1\ndatabase = "mine.db"\n'
    run = server.started("--port", "PORT", files={"chatroom.toml": file})
    run.says_where_it_listens()
    server.connect("alice").enters()
    server.has_a_database("mine.db")


@check(
    after=says_where_it_listens,
    points=2,
    teaches="A wrong word in a settings file that nobody complains about costs an afternoon.",
    hint="compare the keys with those that you know; f'{file}, line {number}: there is no key \"{key}\"', status 2.",
)
def names_a_wrong_key(server):
    """A key or a table that there is not: a sentence with file, line and key on standard error, status 2."""
    key = server.started("--port", "PORT", files={"chatroom.toml": WRONG_KEY})
    table = server.started("--port", "PORT", files={"chatroom.toml": '# a chat\n\n[sever]\nhost = "localhost"\n'})
    key.is_refused_by_config("chatroom.toml", "line 6", "prot")
    table.is_refused_by_config("chatroom.toml", "line 3", "sever")


@check(
    after=names_a_wrong_key,
    points=1,
    teaches="A value of the wrong kind is found where it is read, or much later, where nobody understands it.",
    hint="isinstance(value, kind), True is no number here; 0 <= port <= 65535.",
)
def names_a_wrong_value(server):
    """A value of a wrong type, or out of range: a sentence with file, line and key on standard error, status 2."""
    kind = server.started(
        files={"chatroom.toml": '[client]\nport = 9\n\n[server]\nhost = "127.0.0.1"\nport = "PORT"\n'}
    )
    truth = server.started(files={"chatroom.toml": "[server]\nport = true\n"})
    value = server.started("--config", "my.toml", files={"my.toml": "[server]\n\n\nport = 70000\n"})
    truth.is_refused_by_config("chatroom.toml", "line 2", "port")
    kind.is_refused_by_config("chatroom.toml", "line 6", "port")
    value.is_refused_by_config("my.toml", "line 4", "port")


@check(
    after=says_where_it_listens,
    points=1,
    teaches="A file may hold anything, or not be there: both are sentences for whoever wrote it.",
    hint="except tomllib.TOMLDecodeError, OSError: print a sentence with the file to sys.stderr; sys.exit(2).",
)
def names_a_file_that_it_cannot_read(server):
    """A file that is no TOML, or that `--config` names though it is not there: a sentence with it, status 2."""
    damaged = server.started(files={"chatroom.toml": '[server]\nhost = "127.0.0.1"\nport = = 7\n'})
    missing = server.started("--config", "missing.toml")
    damaged.is_refused_by_config("chatroom.toml", "line 3")
    missing.is_refused_by_config("missing.toml")


@check(
    after=welcomes,
    points=1,
    teaches="A server that ends in good order can be started again at once, on the same port.",
    hint="SIGINT and SIGTERM: loop.add_signal_handler, or except KeyboardInterrupt; SO_REUSEADDR (asyncio does it).",
)
def ends_and_starts_again(server):
    """Ctrl-C and SIGTERM end the server with status 0 and no traceback, also with clients; its port is free at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        server.entered("alice", "bob")
        server.stops(number)
        server.ends_in_good_order()
        server.starts_again()


@check(
    after=says_where_it_listens,
    points=1,
    teaches="Port 0 means any: the system chooses, and the program says which.",
    hint="server.sockets[0].getsockname()[1]; except OSError around bind(): a sentence on sys.stderr, status 1.",
)
def says_so_when_the_port_is_taken(server):
    """With port 0 the server takes a free port, and says which; a port that is taken gets a sentence, status not 0."""
    server.meets_a_taken_port().explains_itself(0)
    server.started("--port", "0").listens_where_it_says()


@check(
    after=installs,
    points=2,
    teaches="A client speaks the protocol for its user, who need not know it.",
    hint='connect, and send {"type": "hello", "name": name} in a frame.',
)
def says_hello(client):
    """`chatroom-client --plain` connects, and says `hello` with the name of `--name`."""
    server = client.joins()
    server.hears(type="hello", name="alice")


@check(
    continues=says_hello,
    points=2,
    teaches="A line of the user becomes a message of the protocol.",
    hint='for line in sys.stdin: send {"type": "say", "text": line.rstrip("\\n")}.',
)
def says_what_is_typed(client):
    """Each line of standard input is said."""
    server = client.server()
    for text in ("hello everybody", EMOJI, "two  spaces, and a colon: here"):
        client.types(text)
        server.hears(type="say", text=text)


@check(
    continues=says_hello,
    points=1,
    teaches="Where commands begin with a mark, there must be a way to say the mark.",
    hint='if line.startswith("//"): say line[1:].',
)
def says_a_slash(client):
    """A line that begins with `//` is said with one of them."""
    client.types("//quit is how you leave")
    client.server().hears(type="say", text="/quit is how you leave")


@check(
    after=says_hello,
    points=2,
    teaches="What is printed to a pipe waits in a buffer until that is full: flush line by line.",
    hint='print(f"<{name}> {text}", flush=True), while standard input is read by another thread or task.',
)
def prints_what_others_say(client):
    """A message is printed to standard output at once, as `<name> text`."""
    server = client.joins("bob", "carol")
    server.relays("bob", "hello alice")
    client.prints("<bob> hello alice")
    server.relays("carol", EMOJI)
    client.prints(f"<carol> {EMOJI}")


@check(
    continues=prints_what_others_say,
    points=1,
    teaches="Who is listening changes what people say: they want to know who comes and goes.",
    hint='print(f"* {name} joined"), print(f"* {name} left").',
)
def prints_who_comes_and_goes(client):
    """Who comes and who goes is printed, as `* name joined` and `* name left`."""
    server = client.server()
    server.has("dave")
    client.prints("* dave joined")
    server.loses("dave")
    client.prints("* dave left")


@check(
    after=prints_what_others_say,
    points=1,
    teaches="Who comes late reads first what was said, and then who is there.",
    hint="the history of welcome, oldest first, then print(f\"* you are {name}; here: {', '.join(users)}\").",
)
def prints_the_welcome(client):
    """At the beginning the history is printed, then `* you are alice; here: alice, bob`, then what is new."""
    server = client.joins("bob", said=("one", "two"))
    server.relays("bob", "three")
    lines = ("<bob> one", "<bob> two", "* you are alice; here: alice, bob", "<bob> three")
    client.prints(*lines)
    client.printed_in_order(*lines)
    client.printed_times(1, *lines)


@check(
    after=prints_the_welcome,
    points=1,
    teaches="A program can ask what it talks to: a person at a terminal, or another program through a pipe.",
    hint="if options.plain or not (sys.stdin.isatty() and sys.stdout.isatty()).",
)
def is_plain_in_a_pipe(client):
    """Without `--plain`, where standard input or output is no terminal, the client goes line by line as well."""
    server = client.joins("bob", plain=False)
    client.prints("* you are alice; here: alice, bob")
    client.types("hello")
    server.hears(type="say", text="hello")


@check(
    after=prints_the_welcome,
    points=2,
    teaches="Commands of the user and commands of the protocol are two things; a table turns one into the other.",
    hint='"/who" sends {"type": "command", "command": "who"}, and its reply is printed as "* here: alice, bob".',
)
def knows_commands(client):
    """`/who` prints `* here: alice, bob`, `/nick NAME` `* you are NAME`, `/history` the messages, `/help` commands."""
    server = client.joins("bob", said=("one",))
    client.prints("<bob> one")
    client.types("/who")
    client.prints("* here: alice, bob")
    client.types("/nick Alice_2")
    client.prints("* you are Alice_2")
    client.types("/history")
    client.prints_again("<bob> one")
    client.types("/help")
    client.lists("/who", "/history", "/nick", "/quit")
    server.hears(type="command", command="nick", name="Alice_2")


@check(
    after=says_what_is_typed,
    points=1,
    teaches="A typing mistake must not become a message to everybody.",
    hint='a line that begins with "/" and is no command: a sentence on sys.stderr, or the 404 of the server.',
)
def refuses_an_unknown_command(client):
    """An unknown command gets a sentence on standard error; it is not said, and the client goes on."""
    server = client.joins()
    client.types("/shout hello", "hello")
    server.hears(type="say", text="hello")
    server.heard_nothing_like("shout")
    client.complains()


@check(
    after=says_what_is_typed,
    points=1,
    teaches="Who leaves says so; what was typed before that is still delivered.",
    hint='"/quit" and the end of standard input: send bye, wait until the server closes, and end with status 0.',
)
def says_good_bye_at_the_end(client):
    """`/quit`, and the end of standard input, send `bye`, and end the client with status 0; nothing typed is lost."""
    for leaves in (lambda: client.types("last words", "/quit"), lambda: client.ends_input("last words")):
        server = client.joins()
        client.types(*NUMBERS[:5])
        server.hears(type="say", text=NUMBERS[4])
        leaves()
        server.hears(type="say", text="last words")
        server.hears(type="bye")
        server.has_heard_just("say", *NUMBERS[:5], "last words")
        client.ends_with(0)


@check(
    after=prints_what_others_say,
    points=1,
    teaches="The server's bytes come in pieces of any size, too: the client needs the same buffer.",
    hint="the module that cuts frames on the server does it here.",
)
def puts_its_frames_together(client):
    """A frame that comes byte by byte is printed once, and many in one segment are each printed; chunks are joined."""
    server = client.joins("bob")
    server.comes_in_pieces(1)
    server.relays("bob", EMOJI)
    client.prints(f"<bob> {EMOJI}")
    server.comes_in_pieces(0)
    server.relays_at_once("bob", NUMBERS)
    client.prints(*(f"<bob> {number}" for number in NUMBERS))
    server.relays_in_chunks("bob", f"chunks {EMOJI}", *[1] * 60, 0, 20)
    client.prints(f"<bob> chunks {EMOJI}")
    client.printed_times(1, f"<bob> {EMOJI}", *(f"<bob> {number}" for number in NUMBERS), f"<bob> chunks {EMOJI}")


@check(
    after=says_what_is_typed,
    points=1,
    teaches="An error is for whoever can act on it: the user, in the server's words.",
    hint='print(f"* error {code}: {text}", file=sys.stderr), and go on.',
)
def shows_errors(client):
    """An error of the server is printed on standard error, as `* error 409: ...`; the client goes on."""
    server = client.joins("bob")
    client.types("/nick bob")
    client.complains("* error 409: ", "bob is taken")
    client.types("hello")
    server.hears(type="say", text="hello")


@check(
    after=says_hello,
    points=1,
    teaches="A program that cannot do what it was asked for says so to whoever asked, with its status.",
    hint="an error before welcome: print it to sys.stderr, and sys.exit(1).",
)
def ends_when_its_name_is_refused(client):
    """When the server refuses the name, the client prints the error and ends with status 1."""
    client.starts("--port", "PORT", "--name", "bob", others=["bob"]).hears(type="hello", name="bob")
    client.complains("* error 409: ")
    client.gives_up(status=1)


@check(
    after=says_what_is_typed,
    points=1,
    teaches="Networks fail in few ways, and each of them is a sentence that a user can act on.",
    hint="except OSError around the connecting; the end of the connection that nobody has asked for: status 1.",
)
def says_so_when_the_server_is_gone(client):
    """Nobody there, or a connection that the server ends: a sentence on standard error, and status 1."""
    client.meets_nobody()
    client.gives_up(status=1)
    server = client.joins()
    client.types("hello")
    server.hears(type="say", text="hello")
    server.hangs_up()
    client.gives_up(status=1)


@check(
    after=prints_what_others_say,
    points=1,
    teaches="Do not trust the server, either: a checksum is there to be looked at.",
    hint="the same look at magic, length and checksum as on the server: a sentence on sys.stderr, and status 1.",
)
def refuses_a_broken_frame(client):
    """A broken frame from the server: a sentence on standard error, and status 1; it is not printed."""
    for wrong in ({"checksum": 0x12345678}, {"magic": b"XX"}):
        server = client.joins("bob")
        server.sends_frame(b'{"type": "joined", "name": "mallory"}', **wrong)
        client.gives_up(status=1)
        client.printed_times(0, "* mallory joined")


@check(
    after=says_what_is_typed,
    points=1,
    teaches="Ctrl-C is SIGINT, which Python turns into KeyboardInterrupt in the first thread.",
    hint="except KeyboardInterrupt around all of main(): status 0, or 130, as a shell says it.",
)
def ends_on_ctrl_c(client):
    """Ctrl-C ends the client with status 0 or 130, and no traceback."""
    server = client.joins()
    client.types("hello")
    server.hears(type="say", text="hello")
    client.presses_ctrl_c()
    client.ends_with(0, 130)


@check(
    after=says_hello,
    points=1,
    teaches="The same file, another table: one place for the settings of both programs.",
    hint="[client]; without --config chatroom.toml in the current folder, else the one in the user's folder.",
)
def is_configured_by_a_file_too(client):
    """The client takes port and name from [client] in `chatroom.toml`; `--name` wins over it."""
    files = {"chatroom.toml": '[server]\nport = 1\n\n[client]\nport = PORT\nname = "carol"\n'}
    client.starts(files=files).hears(type="hello", name="carol")
    client.starts("--name", "alice", files=files).hears(type="hello", name="alice")


@check(
    after=is_configured_by_a_file_too,
    points=1,
    needs_terminal=True,
    teaches="Every system has a folder for the settings of a user; platformdirs knows where.",
    hint='platformdirs.user_config_path("chatroom") / "chatroom.toml", where the current folder has none.',
)
def looks_into_the_folder_of_the_user(client):
    """Without a file in the current folder, the one in the user's folder counts; else nothing in it does."""
    own = {"home/chatroom.toml": '[client]\nport = PORT\nname = "carol"\n'}
    client.starts(files=own).hears(type="hello", name="carol")
    elsewhere = {"home/chatroom.toml": '[client]\nhost = "127.0.0.2"\nname = "carol"\n'}
    nearer = {"chatroom.toml": '[client]\nport = PORT\nname = "dave"\n'}
    client.starts(files={**elsewhere, **nearer}).hears(type="hello", name="dave")


@check(
    after=says_hello,
    points=1,
    teaches="A good default is what most people would have typed.",
    hint='re.sub("[^A-Za-z0-9_-]", "", getpass.getuser())[:20].',
)
def takes_the_login_name_otherwise(client):
    """Without `--name` the name is the login name, cut to what is allowed."""
    client.starts("--port", "PORT", user="sam").hears(type="hello", name="sam")
    client.starts("--port", "PORT", user="sam.smith@a-long-name.example")
    client.names_itself("sam")


@check(
    after=prints_what_others_say,
    points=1,
    teaches="A terminal obeys what is printed: others must not paint your screen, or type for you.",
    hint='"".join(c if c.isprintable() else "?" for c in text), before you print what came.',
    hidden=True,
)
def prints_no_control_characters(client):
    """Control characters in what others say are not printed as they are."""
    server = client.joins("bob")
    server.relays("bob", f"{ESCAPE}everything blinks")
    client.lists("everything blinks")
    client.shows_nothing_raw(ESCAPE.encode())


@check(
    after=says_hello,
    points=1,
    needs_terminal=True,
    teaches="A terminal UI draws the whole screen, and draws it again when something changes.",
    hint="Textual: an App with a RichLog for messages, a list of people, and an Input; the network in a worker.",
)
def shows_messages_and_people(tui):
    """On a terminal of 80x24 the client shows what was said, what is said now, and who is there."""
    server = tui.opens("bob", "zacharias", said=["this was before"])
    tui.shows_said("this was before")
    tui.shows("zacharias")
    server.relays("bob", "hello alice")
    tui.shows_said("hello alice")


@check(
    continues=shows_messages_and_people,
    points=2,
    needs_terminal=True,
    teaches="The input line has the focus: who starts a chat wants to type.",
    hint="self.query_one(Input).focus(); on_input_submitted: say event.value, and empty the input.",
)
def says_what_is_typed_at_the_terminal(tui):
    """What is typed is seen in the input line, and Enter says it; what one says is shown, too; `//` is one slash."""
    server = tui.server()
    tui.types("hello bob")
    server.hears(type="say", text="hello bob")
    tui.types("//me too")
    server.hears(type="say", text="/me too")
    tui.shows_said("hello bob")
    server.has_heard_just("say", "hello bob", "/me too")


@check(
    continues=shows_messages_and_people,
    points=1,
    needs_terminal=True,
    teaches="Text of others is text: who feeds it to a language of markup lets them write in it.",
    hint="RichLog(markup=False, wrap=True), Static(markup=False), rich.text.Text(text): as it was typed, all of it.",
)
def shows_long_lines_and_markup(tui):
    """Long lines wrap, so that all of them is seen, and markup in a text is shown as it was typed."""
    server = tui.server()
    server.relays("bob", f"a long line: {LONG}")
    tui.shows_said(f"a long line: {LONG}")
    server.relays("bob", "[red]no red[/red] [/] [bold")
    tui.shows_said("[red]no red[/red] [/] [bold")


@check(
    continues=says_what_is_typed_at_the_terminal,
    points=1,
    needs_terminal=True,
    teaches="A window has the size that its user gives it, and may get another one at any time (SIGWINCH).",
    hint="sizes in fractions and percent, not in numbers of cells; Textual draws anew by itself.",
)
def follows_the_size_of_the_window(tui):
    """When the window becomes larger or smaller, what was said is still seen, what is said then, and what is typed."""
    server = tui.server()
    server.relays("bob", "said at size 0")
    tui.shows_said("said at size 0")
    for number, (rows, columns) in enumerate([(43, 132), (20, 60), (24, 80)], 1):
        tui.resizes(rows, columns)
        tui.shows_said(f"said at size {number - 1}")  # now it has drawn anew
        server.relays("bob", f"said at size {number}")
        tui.shows_said(f"said at size {number}")
        tui.types(f"typed at size {number}")
        server.hears(type="say", text=f"typed at size {number}")
        tui.shows_said(f"said at size {number - 1}")


@check(
    continues=shows_messages_and_people,
    after=puts_its_frames_together,
    points=1,
    needs_terminal=True,
    teaches="What one needs all the time has its own place on the screen; what passes by scrolls.",
    hint="people in a column of their own beside the messages: in 80 columns both have room.",
)
def keeps_people_in_sight(tui):
    """Who is there stays on the screen, however much is said; the last message is seen, too."""
    tui.server().relays_at_once("bob", [f"line {number}" for number in range(1, 41)])
    tui.shows_said("line 40")
    tui.shows("zacharias")


@check(
    continues=says_what_is_typed_at_the_terminal,
    points=1,
    needs_terminal=True,
    teaches="Whoever knows the commands of one face of a program knows those of the other.",
    hint="one function turns a line into what is sent, for --plain and for the terminal.",
)
def knows_the_same_commands(tui):
    """`/nick NAME` and an unknown command work at the terminal as with `--plain`; who comes is shown."""
    server = tui.server()
    tui.types("/nick Alice_2")
    server.hears(type="command", command="nick", name="Alice_2")
    tui.types("/shout aloud", "hello again")
    server.hears(type="say", text="hello again")
    server.heard_nothing_like("shout")
    server.has("friedrich")
    tui.shows("friedrich")


@check(
    after=says_what_is_typed_at_the_terminal,
    points=1,
    needs_terminal=True,
    teaches="A program that takes over the terminal has to give it back.",
    hint='BINDINGS = [("ctrl+q", "quit", "Quit")]; at "/quit" self.exit(); status 0.',
)
def ends_at_ctrl_q_and_quit(tui):
    """Ctrl-Q and `/quit` say `bye`, and end it with status 0; the terminal is as it was."""
    for leave in (tui.presses_ctrl_q, lambda: tui.types("/quit")):
        server = tui.opens("bob")
        tui.shows("bob")
        tui.types("bye")
        server.hears(type="say", text="bye")
        leave()
        server.hears(type="bye")
        tui.ends_with(0)
        tui.leaves_the_terminal_as_it_was()


@check(
    after=(relays_what_is_said, answers_who),
    points=3,
    stretch=True,
    teaches="What carries messages and what they mean are two things: change one, and keep the other.",
    hint="a ROUTER socket: recv_multipart() gives [identity, payload], send_multipart() takes it: the same JSON.",
)
def serves_over_zeromq(server):
    """With `--transport zmq` the server does the same over ZeroMQ: each message is one part, without a header."""
    server.starts_as(ZmqClient, "--transport", "zmq")
    alice, bob = server.entered("alice", "bob")
    alice.says("hello over there", EMOJI)
    bob.hears("alice", "hello over there", EMOJI)
    bob.asks("who")
    bob.finds_names(bob.gets("reply", command="who"), "alice", "bob")
    bob.is_refused(409, HELLO)
    bob.tells(type="bye")
    alice.is_told("left", "bob")


@check(
    after=(prints_the_welcome, says_good_bye_at_the_end),
    points=2,
    stretch=True,
    teaches="ZeroMQ connects when it can, and again when it has to: nobody is told when the other side is gone.",
    hint="a DEALER socket; send(json), recv(); socket.close(linger=1000), so that what was said last is still sent.",
)
def talks_over_zeromq(client):
    """With `--transport zmq` the client does the same over ZeroMQ."""
    server = client.joins("bob", said=("one",), over=ZmqPort)
    client.prints("<bob> one", "* you are alice; here: alice, bob")
    client.types("hello", "last words", "/quit")
    server.hears(type="say", text="last words")
    server.hears(type="bye")
    server.has_heard_just("say", "hello", "last words")
    client.ends_with(0)
