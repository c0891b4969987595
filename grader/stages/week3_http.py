"""Week 3: chat (HTTP)."""

import signal

from grader.check import check
from grader.peers.http.client import HttpClient
from grader.peers.http.connection import CURL, REQUESTS
from grader.peers.http.faults import busy, dropped, dropped_after_it_was_done, page
from grader.peers.http.server import HttpServer
from grader.reference.http_chat import HttpChat

# Where the clock on the wall shows something else than UTC (POSIX.1-2017, section 8.3).
server = HttpServer("week3_http/server.py", environment={"TZ": "LAB-05:30"})
client = HttpClient("week3_http/client.py", lambda heard: HttpChat(heard=heard, stride=7))

ANOTHER_ADDRESS = "127.0.0.2"
EMOJI = "na\u00efve caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"
SPACED = "two  spaces, and a colon: here"
LONGEST = "".join(f"{number:05}" for number in range(200))[:980]
NO_OBJECT = (b"", b"null", b"{", b"name=alice&text=hello", b'{"name": "alice", "text": "hello"', b"\xff\xfe\xfd")
NO_MESSAGES = (
    ["alice", "hello"],
    "hello",
    {},
    {"name": "alice"},
    {"text": "hello"},
    {"name": "alice", "text": ""},
    {"name": "", "text": "hello"},
    {"name": "alice", "text": 7},
    {"name": None, "text": "hello"},
    {"name": ["alice"], "text": {"text": "hello"}},
)
STRANGE = (
    b"[" * 15_000,
    b'{"name": "alice", "text": ' + b"[" * 7_000 + b"]" * 7_000 + b"}",
    b'{"name": "alice", "text": ' + b"9" * 10_000 + b"}",
    b'{"name": "alice", "text": 1e999}',
    b'{"name": "alice", "text": NaN}',
    b'{"name": "alice", "name": "bob", "text": "twice", "text": "two"}',
    b'{"name": "alice", "text": "a\\u0000b"}',
    b'{"name": "alice", "text": "half \\ud83d a character"}',
    b'{"name": "alice", "text": "\xff"}',
    b'{"name": "half \\ud83d a name", "text": "hello"}',
)
STRANGE_TARGETS = (
    f"/messages?after={10**22}",
    "/messages?after=-1",
    "/messages?after=1.5",
    "/messages?after=",
    f"/messages/{10**22}",
    "/messages/abc",
)
ONE_BYTE = {"like": (), "piece": 1, "in_lower_case": True}
NO_HTTP = (b"HELLO alice\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")


@check(
    points=2,
    teaches="A web server answers a method and a path; that it answers at all is the first thing to see.",
    hint='@app.get("/health"), and a function that returns {"status": "ok"}: Flask makes JSON of a dict.',
)
def answers_health(server):
    """`GET /health` gets 200 and `{"status": "ok"}`."""
    server.connect("alice").is_given({"status": "ok"}, at="/health")


@check(
    after=answers_health,
    points=5,
    teaches="POST makes something new on the server; 201 says that it is there.",
    hint="request.get_json() is what came; return jsonify(message), 201 with id, name, text and time.",
)
def stores_a_message(server):
    """`POST /messages` with a name and a text gets 201 and the stored message, with a positive id and a time."""
    alice = server.connect("alice")
    first, second = alice.says("hello everybody"), alice.says("how are you?")
    alice.finds(second["id"] > first["id"], "an id that is greater than the last one", f"{second['id']}")


@check(
    after=stores_a_message,
    points=2,
    teaches="A server says UTC: its clients may be anywhere.",
    hint="datetime.datetime.now(datetime.timezone.utc).isoformat(); datetime.now() is the clock on the wall.",
)
def tells_the_time_in_utc(server):
    """The time of a message is ISO 8601 in UTC, with `Z` or `+00:00` at its end."""
    alice = server.connect("alice")
    alice.tells_the_time(alice.says("what time is it?"))


@check(
    after=stores_a_message,
    points=2,
    teaches="What is stored has a place of its own, a path, by which everybody can ask for it.",
    hint='@app.get("/messages/<int:number>"); abort(404) where there is none.',
)
def gives_one_message(server):
    """`GET /messages/ID` gets 200 and the message, or 404."""
    alice, bob = server.connect("alice"), server.connect("bob")
    message = alice.says("remember this")
    bob.is_given(message, at=f"/messages/{message['id']}")
    bob.is_refused(404, "GET", f"/messages/{message['id'] + 1000}")


@check(
    after=gives_one_message,
    points=2,
    teaches="201 goes with the header Location: where the new thing is (RFC 9110, section 15.3.2).",
    hint='return jsonify(message), 201, {"Location": f"/messages/{message[\'id\']}"}.',
)
def says_where_a_message_is(server):
    """The answer to a POST has the header `Location: /messages/ID`."""
    alice = server.connect("alice")
    alice.is_told_the_place(alice.says("where is it?"))


@check(
    after=stores_a_message,
    points=5,
    teaches="Who remembers the last id can ask for just what is new: nothing twice, and nothing missed.",
    hint='after = int(request.args.get("after", 0)); {"messages": [those with a greater id], "last": the last id}.',
)
def gives_the_messages_after_an_id(server):
    """`GET /messages?after=ID` gets those with a greater id, oldest first, and the id to go on with."""
    alice, bob = server.connect("alice"), server.connect("bob")
    messages = [alice.says(text) for text in ("one", "two", "three")]
    page = bob.reads(after=messages[0]["id"])
    bob.finds(page.messages == messages[1:], "the second and the third message as they were stored", f"{page.texts}")
    bob.goes_on(page, [])
    bob.goes_on(page, [alice.says("four")])


@check(
    after=gives_the_messages_after_an_id,
    points=1,
    teaches="An answer has a bound, however long the conversation was.",
    hint="found[:100]; `last` is the id of the last message that you give, not of the last one there is.",
)
def gives_at_most_100_at_once(server):
    """An answer has at most 100 messages; the rest comes with the next one."""
    alice, bob = server.connect("alice"), server.connect("bob")
    first = alice.says("the first")
    messages = [alice.says(f"number {number}") for number in range(1, 106)]
    page = bob.reads(after=first["id"])
    came = f"{len(page.messages)}, which begin with {page.texts[:1]},"
    bob.finds(page.messages == messages[:100], "the oldest 100 of 105 messages", came)
    bob.goes_on(page, messages[100:])


@check(
    after=gives_the_messages_after_an_id,
    points=2,
    teaches="JSON is UTF-8, and may write characters as \\u escapes: both are the same text.",
    hint="request.get_json() and jsonify() do it; len(text) counts characters, len(text.encode()) bytes.",
)
def carries_every_text(server):
    """Emoji, quotes, and 1,000 characters that are 4,000 bytes, come back as they were."""
    alice, bob = server.connect("alice"), server.connect("bob")
    last = alice.newest()
    messages = [alice.says(text) for text in (EMOJI, 'he said "\\n" <b>', "\U0001f600" * 990)]
    messages.append(alice.says(f"{EMOJI}!", in_utf_8=True))
    bob.has_the_same(messages, since=last)


@check(
    after=gives_the_messages_after_an_id,
    points=5,
    teaches="A long poll: the server keeps the request, and answers as soon as there is something to say.",
    hint="news = threading.Condition(); with news: news.wait_for(..., min(wait, 30)); who posts calls notify_all().",
)
def waits_for_a_message(server):
    """`GET /messages?after=ID&wait=SECONDS` is answered as soon as somebody posts, or at once."""
    alice, bob = server.connect("alice"), server.connect("bob")
    last = bob.newest()
    bob.begins_to_read(last, wait=30)
    bob.hears_nothing(0.2)
    message = alice.says("here I am")
    bob.gets(message, since=last, soon=True)
    alice.says("once more")
    page = bob.reads(last, wait=30)
    bob.finds(len(page.messages) == 2, "both messages that are there already", f"{len(page.messages)} of them")


@check(
    after=waits_for_a_message,
    points=2,
    teaches="An empty answer in time is better than none: the client knows that the server is still there.",
    hint="wait_for() returns False when the time is up: answer with an empty list, and `last` as it came.",
)
def ends_a_wait_on_time(server):
    """When the time is up, the answer is an empty list; without `wait` it comes at once."""
    alice = server.connect("alice")
    last = alice.says("the last for now")["id"]
    alice.finds_nothing_new(last, wait=0)
    alice.finds_nothing_new(last, wait=1)


@check(
    after=waits_for_a_message,
    points=4,
    teaches="Whoever waits must not hold up anybody else: each request has a thread of its own.",
    hint="app.run(host, port, threaded=True); wait on a Condition, which lets go of its lock meanwhile.",
)
def serves_others_while_50_wait(server):
    """While 50 clients wait, others are served; and when somebody posts, all 50 get it."""
    alice, crowd = server.connect("alice"), server.crowd(50)
    last = alice.newest()
    for client in crowd:
        client.begins_to_read(last, wait=30)
    alice.is_given({"status": "ok"}, at="/health")
    message = alice.says("good morning")
    for client in crowd:
        client.gets(message, since=last)


@check(
    after=gives_the_messages_after_an_id,
    points=3,
    teaches="Threads that share a list and a number need a lock, or two of them take the same number.",
    hint="with lock: number = len(messages) + 1; messages.append(...): counting and storing are one step.",
)
def stores_what_20_post_at_once(server):
    """When 20 clients post at the same time, nothing is lost, nothing is there twice, and each id is used once."""
    alice, crowd = server.connect("alice"), server.crowd(20)
    last = alice.newest()
    messages = [message for _ in range(5) for message in server.all_say(crowd, "me first")]
    alice.has_ids_of_their_own(messages)
    alice.has_the_same(messages, since=last)


@check(
    after=gives_the_messages_after_an_id,
    points=4,
    teaches="A client that got no answer has to ask again; the key tells you that it is the same request.",
    hint='keep a dict: request.headers.get("Idempotency-Key") -> the message; look there before you store.',
)
def stores_a_repeated_key_once(server):
    """The same `Idempotency-Key` again, whatever the body, gets the first answer; without a key each POST is new."""
    alice, bob = server.connect("alice"), server.connect("bob")
    last = alice.newest()
    first = alice.says("once", key="a")
    other = alice.says("once", key="b")
    again = alice.says_again(first, key="a")
    alice.finds(again == first, "the first answer again", f"a message with the id {again['id']}")
    stored = [first, other, alice.says("more"), alice.says("more")]
    bob.has_the_same(stored, since=last)


@check(
    after=(stores_a_repeated_key_once, stores_what_20_post_at_once),
    points=1,
    teaches="Looking whether a key is there, and storing, is one step; between two steps another thread gets in.",
    hint="with lock: look for the key, store the message, note the key.",
)
def stores_a_key_once_that_comes_20_times_at_once(server):
    """When 20 requests come at the same time with the same `Idempotency-Key`, one message is stored."""
    alice, crowd = server.connect("alice"), server.crowd(20)
    last = alice.newest()
    messages = server.all_say(crowd, "only once", key="c", name="alice")
    alice.has_the_same(messages[:1], since=last)


@check(
    after=(stores_a_message, gives_the_messages_after_an_id),
    points=3,
    teaches="Whatever comes from outside is looked at before it is used; 400 says that the request is at fault.",
    hint="request.get_json(silent=True) gives None for what is no JSON; isinstance(value, str) and value.",
)
def refuses_what_is_no_message(server):
    """What is no JSON, no object, or lacks a name or a text (or it is empty, or no text) gets 400 and says why."""
    alice = server.connect("alice")
    last = alice.newest()
    for body in NO_OBJECT:
        alice.is_refused(400, "POST", "/messages", body=body)
    for content in NO_MESSAGES:
        alice.is_refused(400, "POST", "/messages", content=content)
    alice.finds_nothing_new(last)


@check(
    after=gives_the_messages_after_an_id,
    points=1,
    teaches="int() raises ValueError for what is no number; a crash of yours is 500, a mistake of theirs 400.",
    hint='try: int(request.args.get("after", 0)), except ValueError: abort(400, "after is a number").',
)
def refuses_what_is_no_number(server):
    """An `after` or `wait` that is no number gets 400 and says why."""
    alice = server.connect("alice")
    for query in ("after=yesterday", "wait=long", "after=1&wait=1x"):
        alice.is_refused(400, "GET", f"/messages?{query}")


@check(
    after=stores_a_message,
    points=2,
    teaches="A server bounds what it takes, or anybody can fill its memory.",
    hint='app.config["MAX_CONTENT_LENGTH"] = 16 * 1024; len(text) > 1000: abort(413).',
)
def refuses_what_is_too_long(server):
    """A text of more than 1,000 characters, or a body of more than 16 KiB, gets 413 and says why."""
    alice = server.connect("alice")
    alice.asks("POST", "/messages", 201, content={"name": "alice", "text": "x" * 1000})
    alice.is_refused(413, "POST", "/messages", content={"name": "alice", "text": "x" * 1001})
    alice.is_refused(413, "POST", "/messages", content={"name": "alice", "text": "short", "more": "x" * 17_000})


@check(
    after=stores_a_message,
    points=1,
    teaches="Content-Type says what a body is; 415 says that the server does not take that.",
    hint='if request.mimetype != "application/json": abort(415). The mimetype leaves charset=... out.',
)
def refuses_what_does_not_say_that_it_is_json(server):
    """A body whose Content-Type is not `application/json` gets 415 and says why; with a charset it is fine."""
    alice, content = server.connect("alice"), {"name": "alice", "text": "hello"}
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        alice.is_refused(415, "POST", "/messages", content=content, kind=kind)
    alice.asks("POST", "/messages", 201, content=content, kind="application/json; charset=utf-8")


@check(
    after=answers_health,
    points=1,
    teaches="Programs read errors, too: they get JSON like everything else, not a page for people.",
    hint='@app.errorhandler(HTTPException): return {"error": error.description}, error.code.',
)
def says_that_a_path_is_unknown(server):
    """An unknown path gets 404 and JSON that says why."""
    server.connect("alice").is_refused(404, "GET", "/nothing/here")


@check(
    after=stores_a_message,
    points=1,
    teaches="A path that is there may still not take every method: 405.",
    hint="@app.get and @app.post take one method each; Flask answers 405, your errorhandler makes JSON of it.",
)
def says_that_a_method_is_not_taken(server):
    """A method that a path does not take gets 405 and JSON that says why."""
    alice = server.connect("alice")
    alice.is_refused(405, "DELETE", "/messages")
    alice.is_refused(405, "POST", "/health", content={})


@check(
    after=(gives_the_messages_after_an_id, gives_one_message),
    points=1,
    teaches="Bytes come in pieces, and headers are the client's choice: the request is the same.",
    hint="Flask reads requests for you. Do not look at User-Agent, and read headers with any case.",
)
def answers_every_client_alike(server):
    """requests, curl and a socket that sends one byte after the other get the same answers."""
    for name, how in (("alice", {"like": REQUESTS}), ("bob", {"like": CURL}), ("carol", ONE_BYTE)):
        each = server.connect(name)
        message = each.says("the same to you", **how)
        each.is_given(message, at=f"/messages/{message['id']}", **how)
        each.gets(message, since=message["id"] - 1, **how)


@check(
    points=1,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint="look at len(sys.argv) and at the port before app.run(); print the usage line to sys.stderr, sys.exit(2).",
)
def wants_a_host_and_a_port(server):
    """Without HOST and PORT, or with a PORT that is none, it prints a usage line and ends with status 2."""
    usages = ((), ("localhost",), ("localhost", "http"), ("localhost", "0"), ("localhost", "70000"))
    for words in usages:
        server.given(*words).shows_usage()


@check(
    after=waits_for_a_message,
    points=1,
    teaches="A server that ends in good order can be started again at once, on the same port.",
    hint="app.run() ends on Ctrl-C by itself. A thread that is not a daemon keeps a program alive.",
)
def ends_and_starts_again(server):
    """Ctrl-C and SIGTERM end it within 2 seconds, although a client waits; its port is free at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        bob = server.connect("bob")
        bob.begins_to_read(bob.newest(), wait=30)
        bob.hears_nothing(0.2)
        server.stops(number)
        server.starts_again()
    server.connect("alice").is_given({"status": "ok"}, at="/health")


@check(
    after=answers_health,
    points=1,
    teaches="A port belongs to one program at a time.",
    hint="app.run() says so and ends. If your server is another one: except OSError, sys.exit with a sentence.",
)
def says_so_when_the_port_is_taken(server):
    """When another program has the port, it says so and ends with a status that is not 0."""
    with server.on_a_taken_port() as run:
        run.explains_itself()


@check(
    after=answers_health,
    points=1,
    needs_address=ANOTHER_ADDRESS,
    teaches="A server that listens on one address only cannot be reached at the others.",
    hint="app.run(host, port), with the HOST of the command line; 0.0.0.0 means every address.",
    hidden=True,
)
def listens_on_its_host_only(server):
    """It listens on HOST only: at another address of the same machine nobody is there."""
    server.connect("alice").is_given({"status": "ok"}, at="/health")
    server.refuses("bob", at=ANOTHER_ADDRESS)


@check(
    after=(gives_one_message, refuses_what_is_no_message, refuses_what_is_no_number, says_that_a_path_is_unknown),
    points=1,
    teaches="Whatever a stranger sends, a server answers it or refuses it, and goes on for everybody else.",
    hint="RecursionError is no ValueError; half a surrogate pair cannot be encoded: try value.encode(), answer 400.",
    hidden=True,
)
def survives_strange_requests(server):
    """JSON that nests deeply, huge numbers, duplicate keys, NUL and what is no HTTP: never 500, and it goes on."""
    alice = server.connect("alice")
    last = alice.newest()
    alice.says("a message to be read")
    for body in STRANGE:
        alice.is_stored_or_refused(body)
    for target in STRANGE_TARGETS:
        alice.is_answered_or_refused(target)
    for data in NO_HTTP:
        alice.sends_bytes(data)
        alice.is_not_understood()
    message = alice.says("still there?")
    alice.reads_until(message, since=last)


@check(
    points=3,
    teaches="An HTTP server speaks only when it is asked: who wants to hear has to ask.",
    hint='requests.get(f"{url}/messages", params={"after": last, "wait": 20}) in a thread of its own, in a loop.',
)
def asks_for_messages(client):
    """It asks the server at URL for messages: `GET /messages`."""
    client.starts("alice").is_asked("GET /messages")


@check(
    continues=asks_for_messages,
    points=5,
    teaches="A form or a JSON body carries what a client has to say; requests makes it of a dict.",
    hint='requests.post(f"{url}/messages", json={"name": name, "text": line}), the line without its newline.',
)
def posts_what_is_typed(client):
    """A line that is typed is posted, with the NAME of the command line."""
    server = client.server()
    client.types("hello everybody")
    server.hears("hello everybody")
    server.has_stored("alice", "hello everybody")


@check(
    continues=posts_what_is_typed,
    points=2,
    teaches="One request after the other keeps the order; side by side, they overtake each other.",
    hint="post a line, wait for its answer, then read the next line.",
)
def posts_each_line_once_in_order(client):
    """Each line is stored once, in the order in which it was typed; one that is typed twice, twice."""
    server = client.server()
    lines = [*(f"line {number}" for number in range(1, 9)), "the same", "the same"]
    client.types(*lines)
    server.has_stored_in_order("alice", "hello everybody", *lines)


@check(
    after=asks_for_messages,
    points=5,
    teaches="A program that waits for the keyboard does not hear the server, unless a second thread asks it.",
    hint="threading.Thread(target=listen, daemon=True).start(); it asks, prints, and asks for what comes after `last`.",
)
def prints_a_message_while_nobody_types(client):
    """What others say appears on the screen as `name: text`, also while nobody types."""
    server = client.joins()
    server.says("bob", "hello alice")
    client.prints("bob: hello alice")
    server.says("carol", "how are you?")
    client.prints("carol: how are you?")


@check(
    after=posts_what_is_typed,
    continues=prints_a_message_while_nobody_types,
    points=4,
    teaches="`last` is where to go on: from too early on, things come twice; from too late on, things are missed.",
    hint='last = answer["last"] after each answer; leave out messages whose name is yours.',
)
def prints_each_message_once(client):
    """Each message of others is printed once, the same text said twice is printed twice; your own not twice."""
    server = client.server()
    client.types("my own words")
    server.hears("my own words")
    server.says("bob", "one", "the same", "the same", "two")
    client.prints("bob: two")
    server.says("carol", "the end")
    client.prints("carol: the end")
    client.printed_times(1, "bob: one", "bob: two")
    client.printed_times(2, "bob: the same")
    client.printed_at_most_once("alice: my own words")


@check(
    after=prints_each_message_once,
    points=3,
    teaches="A long poll costs nothing while nothing happens; asking again and again keeps everybody busy.",
    hint='params={"after": last, "wait": 20}, and timeout=25 for the request: longer than the server may wait.',
)
def waits_with_long_polls(client):
    """It waits with `wait` (5 seconds at least), and makes at most 2 requests a second while nothing happens."""
    server = client.joins()
    server.says("bob", "good morning")
    client.prints("bob: good morning")
    server.has_an_open_poll()
    server.is_asked_seldom()
    server.has_an_open_poll()


@check(
    after=(posts_what_is_typed, prints_a_message_while_nobody_types),
    points=4,
    teaches="503 means not now: the same request, a little later, may well be answered.",
    hint="if response.status_code == 503: time.sleep(0.5), and the same again: a loop around both of your requests.",
)
def tries_again_after_503(client):
    """A request that gets 503 is made again after a moment, until it is answered: nothing is lost or there twice."""
    server = client.joins()
    server.says("bob", "one")
    client.prints("bob: one")
    server.fails("GET /messages", busy(), busy())
    server.fails("POST /messages", busy(), busy())
    client.types("hello")
    server.says("bob", "two")
    server.hears("hello", times=3)
    server.says("bob", "three")
    client.prints("bob: two", "bob: three")
    server.has_stored_in_order("alice", "hello")
    client.printed_times(1, "bob: one", "bob: two", "bob: three")
    server.was_not_pressed()


@check(
    after=tries_again_after_503,
    points=3,
    teaches="A connection that breaks says nothing about what was done: the key makes it safe to ask again.",
    hint="make one key for each line, str(uuid.uuid4()), and send it as the header Idempotency-Key with every try.",
)
def tries_again_after_a_dropped_connection(client):
    """When the connection ends before the answer, stored or not, the line is posted again, with the same key."""
    server = client.joins()
    server.says("bob", "one")
    client.prints("bob: one")
    server.fails("GET /messages", dropped)
    server.fails("POST /messages", dropped, dropped_after_it_was_done)
    client.types("hello", "hello again")
    server.says("bob", "two")
    server.hears("hello", times=3)
    server.has_stored_in_order("alice", "hello", "hello again")
    server.says("bob", "three")
    client.prints("bob: two", "bob: three")
    client.printed_times(1, "bob: one", "bob: two", "bob: three")


@check(
    after=(posts_what_is_typed, prints_a_message_while_nobody_types),
    points=3,
    teaches="Servers are restarted while people use them; a client that goes on by itself makes that nobody's problem.",
    hint="except requests.ConnectionError: wait a moment, and try again, for at least 30 seconds, in both threads.",
)
def outlives_a_restart(client):
    """It goes on when the server has been away for a moment: lines typed meanwhile arrive, nothing is printed twice."""
    server = client.joins()
    server.says("bob", "before")
    client.prints("bob: before")
    with server.is_down():
        client.types("meanwhile")
    server.has_stored("alice", "meanwhile")
    server.says("bob", "after")
    client.prints("bob: after")
    client.printed_times(1, "bob: before", "bob: after")
    server.has_stored_in_order("alice", "meanwhile")


@check(
    after=tries_again_after_503,
    points=2,
    teaches="A busy server says when it wants to hear from you again; who comes earlier keeps it busy.",
    hint='time.sleep(int(response.headers.get("Retry-After", 1))) before you try again.',
)
def waits_as_long_as_it_is_told(client):
    """A 503 with `Retry-After: 3` is not asked again before 3 seconds are over."""
    server = client.joins()
    server.fails("POST /messages", busy(retry_after=3))
    server.fails("GET /messages", busy(retry_after=3))
    client.types("hello")
    server.says("bob", "one")
    server.hears("hello", times=2)
    server.says("bob", "two")
    client.prints("bob: one", "bob: two")
    server.was_not_pressed()


@check(
    after=asks_for_messages,
    points=3,
    teaches="Nobody there, no chat there, or something else there: each is an answer that a user should get in words.",
    hint="ask once before you read the keyboard; requests.ConnectionError, 404, and response.json() failing: say so.",
)
def says_so_when_there_is_no_chat(client):
    """Nobody at URL, 404, or a web page instead of JSON: it says so on standard error, and ends by itself."""
    nobody, nowhere = client.meets_nobody(), client.starts(path="/wrong")
    elsewhere = client.starts(always=page)
    for run in (nobody, nowhere.run, elsewhere.run):
        run.explains_itself(since=0)


@check(
    after=tries_again_after_a_dropped_connection,
    points=1,
    teaches="The key is for one request of one client: who uses the same for another is taken for the same.",
    hint="str(uuid.uuid4()) is a number that nobody has ever used; 1, 2, 3 and the text itself are not.",
)
def has_keys_that_nobody_else_has(client):
    """Two clients that talk to the same server never use the same Idempotency-Key."""
    server = client.joins("alice")
    client.types("hello")
    server.has_stored("alice", "hello")
    client.joins_too("carol")
    client.types("hello", "and good morning")
    server.has_stored_in_order("carol", "hello", "and good morning")


@check(
    after=posts_what_is_typed,
    points=1,
    teaches="An error has a sentence in it: who has to act on it should get to read it.",
    hint='if response.status_code >= 400: print(response.json()["error"], file=sys.stderr); then the next line.',
)
def tells_the_user_what_was_refused(client):
    """A line that the server refuses (413) is given up: the user reads why, and the next line is said."""
    server = client.joins()
    client.types("before")
    server.hears("before")
    client.types("x" * 1001)
    client.tells("1,000 characters")
    client.types("after")
    server.has_stored_in_order("alice", "before", "after")


@check(
    after=posts_what_is_typed,
    points=1,
    teaches="What a user has said is a promise, also when she is about to leave.",
    hint="the thread that reads the keyboard posts a line and waits for its answer, before it reads the next.",
)
def delivers_the_last_line_before_it_ends(client):
    """At the end of the input (Ctrl-D), what was typed is delivered first; then it ends with status 0."""
    server = client.joins()
    server.fails("POST /messages", busy())
    client.types("last words")
    client.presses_ctrl_d()
    server.has_stored("alice", "last words")
    client.ends_with(status=0)


@check(
    after=(posts_what_is_typed, waits_with_long_polls),
    points=2,
    teaches="A thread that waits for a server must not keep the program alive.",
    hint="Thread(..., daemon=True); the first thread returns from main() at /quit.",
)
def ends_at_quit(client):
    """The line `/quit` is not said: it ends the client at once, with status 0, although it waits for messages."""
    server = client.joins()
    server.has_an_open_poll()
    with server.keeps_its_polls():
        client.types("/quit")
        client.ends_with(status=0)
    server.has_stored_in_order("alice")


@check(
    after=posts_what_is_typed,
    points=1,
    teaches="Ctrl-C sends SIGINT, which Python turns into KeyboardInterrupt in the first thread.",
    hint="except KeyboardInterrupt around all that the first thread does.",
)
def ends_on_ctrl_c(client):
    """Ctrl-C ends the client, with status 0 and no traceback."""
    server = client.joins()
    client.types("hello")
    server.hears("hello")
    client.presses_ctrl_c()
    client.ends_with(status=0)


@check(
    after=asks_for_messages,
    points=1,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint='if len(sys.argv) != 3 or not url.startswith(("http://", "https://")) or not name: usage, sys.exit(2).',
)
def wants_a_url_and_a_name(client):
    """Without URL and NAME, or with a URL that is none: a usage line and status 2. A slash at its end is fine."""
    usages = ((), ("http://localhost:9",), ("localhost:9", "alice"), ("http://localhost:9", ""))
    for words in usages:
        client.given(*words).shows_usage()
    client.joins(path="/")


@check(
    after=(posts_each_line_once_in_order, prints_each_message_once),
    points=1,
    teaches="Long and foreign texts, and a backlog of messages, go the same way as everything else.",
    hint="an answer has at most 100 messages: ask again at once, with its `last`, not with an id of your own.",
    hidden=True,
)
def carries_long_texts_and_long_conversations(client):
    """Emoji, 1,000 characters and 250 messages at once come through as they are."""
    server = client.joins()
    for text in (SPACED, EMOJI, LONGEST):
        client.types(text)
        server.has_stored("alice", text)
        server.says("bob", text)
        client.prints(f"bob: {text}")
    numbers = [f"number {number:03}" for number in range(1, 251)]
    server.says("carol", *numbers)
    client.prints(*(f"carol: {number}" for number in numbers))
    client.printed_times(1, *(f"carol: {number}" for number in numbers[::50]))
