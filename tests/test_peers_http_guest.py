"""A client of an HTTP server under test: what she says, and what she makes of the answers."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest

from grader.check import Disturbed, Unmet
from grader.patience import Patience
from grader.peers.http import guest as http
from grader.peers.http.guest import Client, Page

GENEROUS = 10  # seconds until a test gives up
HELLO = {"id": 1, "name": "alice", "text": "hello abcd", "time": "2030-01-31T12:00:00Z"}
WANTED = 'a message {"id", "name", "text", "time"}'
NO_MESSAGES = [
    (7, f"{WANTED}, but 7 came"),
    (["x" * 50_000], f"{WANTED}, but ['{'x' * 46}... (50,004 characters) came"),
    ({"id": 1, "name": "alice"}, f"{WANTED}, but it has no text"),
    ({**HELLO, "id": "1"}, "an id that is a positive integer, but it is '1'"),
    ({**HELLO, "id": True}, "an id that is a positive integer, but it is True"),
    ({**HELLO, "id": 0}, "an id that is a positive integer, but it is 0"),
    ({**HELLO, "id": 1.0}, "an id that is a positive integer, but it is 1.0"),
    ({**HELLO, "id": "9" * 99}, f"an id that is a positive integer, but it is '{'9' * 48}'... (99 characters)"),
    ({**HELLO, "name": None}, "a name that is a text, but it is None"),
    ({**HELLO, "text": {"x": 1}}, "a text that is a text, but it is {'x': 1}"),
]
OTHER_MESSAGES = [
    ({**HELLO, "text": "hello"}, "text 'hello abcd', but 'hello' came"),
    ({**HELLO, "text": "x" * 99}, f"text 'hello abcd', but '{'x' * 48}'... (99 characters) came"),
    ({**HELLO, "name": "bob"}, "name 'alice', but 'bob' came"),
]
NO_PAGES = [
    ({"messages": []}, 'a JSON object {"messages": [...], "last": ID}, but it is {"messages": []}'),
    (
        {"messages": {}, "last": 3},
        'a JSON object {"messages": [...], "last": ID}, but it is {"messages": {}, "last": 3}',
    ),
    (
        {"messages": [], "last": True},
        'a JSON object {"messages": [...], "last": ID}, but it is {"messages": [], "last": t',
    ),
    ({"messages": [7], "last": 3}, f"{WANTED}, but 7 came"),
    ({"messages": [HELLO], "last": 1}, "messages with ids over 3 that grow, but the ids are 1"),
    (
        {"messages": [{**HELLO, "id": 5}, {**HELLO, "id": 4}], "last": 5},
        "messages with ids over 3 that grow, but the ids are 5, 4",
    ),
    ({"messages": [{**HELLO, "id": 5}] * 2, "last": 5}, "messages with ids over 3 that grow, but the ids are 5, 5"),
]
NOTHING_NEW = [
    ({"messages": [{**HELLO, "id": 4}], "last": 4}, 0, "alice to get an empty list of messages, but 1 message came"),
    ({"messages": [], "last": 3}, 1, "the empty list after 1 second, but it came earlier"),
    ({"messages": [], "last": 0}, 0, "`last` to be 3 again, where there is nothing new, but it is 0"),
]
NOW = datetime(2030, 1, 31, 12, tzinfo=UTC)
TIMES = [
    ("2030-01-31T12:00:00Z", ""),
    ("2030-01-31T12:00:00.123456+00:00", ""),
    ("2030-01-31 12:09:59-00:00", ""),
    ("20300131T115001Z", ""),
    ("2030-01-31T17:30:00Z", "it is +5.5 hours from UTC: is it the local time?"),
    ("2030-01-31T12:00:00", "it does not say that it is UTC"),
    ("2030-01-31", "it does not say that it is UTC"),
    ("2030-01-31T17:30:00+05:30", "it is not in UTC"),
    ("Thu, 31 Jan 2030 12:00:00 GMT", "it is no time in ISO 8601"),
    ("", "it is no time in ISO 8601"),
    ("9" * 100_000, "it is no time in ISO 8601"),
    (1896091200, "it is no time in ISO 8601"),
    (None, "it is no time in ISO 8601"),
]
PLACES = [
    ([("Location", "/messages/1")], None),
    ([("LOCATION", "http://localhost:8008/messages/1")], None),
    ([], "the header Location: /messages/1, but there is none"),
    ([("Location", "/messages/2")], "the header Location: /messages/1, but it is '/messages/2'"),
    ([("Location", "x" * 999)], f"the header Location: /messages/1, but it is '{'x' * 48}'... (999 characters)"),
]


@pytest.fixture
def meet():
    """Has alice meet a server that has all its answers ready: (status, content) or (status, content, headers)."""
    ends = []

    def meet(*answers):
        ours, servers = socket.socketpair()
        servers.settimeout(GENEROUS)
        servers.sendall(b"".join(each if isinstance(each, bytes) else answer(*each) for each in answers))
        ends.extend((ours, servers))
        return Client("alice", lambda: ours, steps=[], patience=Patience(GENEROUS, GENEROUS), mark="abcd")

    yield meet
    for end in ends:
        end.close()


def answer(status, content, headers=()):
    """An answer with this JSON."""
    body = json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    return (
        "\r\n".join([*lines, "Content-Type: application/json", f"Content-Length: {len(body)}\r\n\r\n"]).encode() + body
    )


def page(*messages, last):
    """What GET /messages gives."""
    return 200, {"messages": messages, "last": last}


def numbered(*ids):
    """Messages with these ids."""
    return [{**HELLO, "id": number} for number in ids]


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def test_what_she_says_has_her_name_and_the_word_that_nobody_knows(meet):
    alice = meet((201, HELLO))
    assert alice.says("hello", key="one") == HELLO
    said = 'POST /messages  Idempotency-Key: one-abcd  {"name": "alice", "text": "hello abcd"}'
    assert alice._steps == [
        f"alice > {said}",
        f"alice < 201 Created  {json.dumps(HELLO).replace(HELLO['time'], 'TIME')}",
    ]


@pytest.mark.parametrize(("message", "text"), NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_what_is_no_message_is_named(message, text, meet):
    assert reason(meet(page(message, last=1)).reads, 0) == text


@pytest.mark.parametrize(("message", "text"), OTHER_MESSAGES)
def test_a_message_comes_back_as_it_was_posted(message, text, meet):
    assert reason(meet((201, message)).says, "hello") == f"the message as posted, with the {text}"


def test_a_page_has_messages_and_the_last_id(meet):
    alice = meet(page(*numbered(4, 9), last=9))
    found = alice.reads(3, wait=20)
    assert (found.texts, found.last) == (["hello abcd"] * 2, 9)
    assert alice._steps[0] == "alice > GET /messages?after=3&wait=20"


@pytest.mark.parametrize(("content", "text"), NO_PAGES, ids=range(len(NO_PAGES)))
def test_what_is_no_page_is_named(content, text, meet):
    assert reason(meet((200, content)).reads, 3).startswith(text)


def test_a_page_of_very_many_messages_in_disorder_has_a_short_reason(meet):
    assert len(reason(meet(page(*numbered(*range(500, 0, -1)), last=1)).reads, 0)) < 300


def test_nothing_new_is_an_empty_page(meet):
    meet(page(last=3)).finds_nothing_new(after=3)


@pytest.mark.parametrize(("content", "wait", "text"), NOTHING_NEW)
def test_what_is_not_nothing_new_is_named(content, wait, text, meet):
    assert reason(meet((200, content)).finds_nothing_new, 3, wait) == text


@pytest.fixture
def polled(meet, monkeypatch):
    """alice, who wanted to wait 30 seconds and gets these messages; and `known` seconds after she asked they were."""

    def polled(*messages, at_least, known, seconds=60.0):
        alice = meet()
        alice._wait, alice._sent_at, alice._stored[1] = 30, 1000.0, 1000.0 + known
        monkeypatch.setattr(Client, "is_waiting", True)
        monkeypatch.setattr(Client, "gets_page", lambda *_: Page([*messages], 1, seconds, at_least))
        monkeypatch.setattr(Client, "_soon", lambda _: 4.0)
        return alice

    return polled


@pytest.mark.parametrize(("at_least", "known", "soon"), [(0.0, 0.1, True), (2.0, 0.1, True), (9.0, 0.1, False)])
def test_a_grader_that_reads_an_answer_late_blames_nobody(at_least, known, soon, polled):
    polled(HELLO, at_least=at_least, known=known).gets(HELLO, since=0, soon=soon)


def test_a_message_may_come_at_the_end_of_a_wait_if_it_was_posted_then(polled):
    polled(HELLO, at_least=30.0, known=25.0).gets(HELLO, since=0)


@pytest.mark.parametrize("at_least", [30.0, 0.0], ids=["seen", "not seen"])
def test_a_wait_that_was_over_before_the_machine_let_anybody_post_is_no_fault(at_least, polled):
    with pytest.raises(Disturbed, match="alice had waited before anybody could post"):
        polled(at_least=at_least, known=25.0).gets(HELLO, since=0)


@pytest.mark.parametrize(
    ("messages", "at_least", "soon", "came"),
    [
        ([HELLO], 29.75, False, "nothing came until the 30 seconds that she would wait were over"),
        ([HELLO], 5.0, True, "it came seconds later"),
        ([], 29.75, False, "an empty list came"),
        ([], 0.0, False, "an empty list came"),
        ([{**HELLO, "text": "others"}], 0.0, False, "1 message, ['others'], came"),
    ],
)
def test_who_knew_a_message_for_long_has_to_tell_it(messages, at_least, soon, came, polled):
    assert reason(polled(*messages, at_least=at_least, known=0.1).gets, HELLO, since=0, soon=soon).endswith(came)


@pytest.mark.parametrize(
    ("ids", "text"), [((4, 5), None), ((4,), "1 message came"), ((4, 5, 6), "3 messages came"), ((4, 6), "others came")]
)
def test_what_comes_after_last_is_what_is_wanted(ids, text, meet):
    alice = meet(page(last=3), page(*numbered(*ids), last=9))
    tried = lambda: alice.goes_on(alice.reads(0), numbered(4, 5))  # noqa: E731
    assert (reason(tried) if text else tried()) == (text and f"alice to get 2 messages after `last`, 3, but {text}")


def test_a_path_gives_an_object(meet):
    meet((200, {"status": "ok"})).is_given({"status": "ok"}, at="/health")
    text = '{"status": "ok"}, but {"status": 7} came'
    assert reason(meet((200, {"status": 7})).is_given, {"status": "ok"}, at="/health") == text


@pytest.mark.parametrize(("headers", "text"), PLACES)
def test_the_place_of_a_message_is_in_location(headers, text, meet):
    alice = meet((201, HELLO, headers))
    alice.says("hello")
    tried = lambda: alice.is_told_the_place(HELLO)  # noqa: E731
    assert (reason(tried) if text else tried()) == text


@pytest.mark.parametrize(("time", "fault"), TIMES, ids=range(len(TIMES)))
def test_a_time_is_right_or_it_is_said_what_is_wrong(time, fault):
    assert http._wrong_time(time, NOW) == fault


def test_a_time_that_is_wrong_is_quoted_without_what_differs_from_run_to_run(meet):
    past = {**HELLO, "time": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    text = "a time in UTC, as 2030-01-31T12:00:00Z, but it is -24 hours from UTC: is it the local time? ('TIME')"
    assert reason(meet().tells_the_time, past) == text
    assert len(reason(meet().tells_the_time, {"time": ["x"] * 50_000})) < 300


def test_all_messages_are_there_whatever_their_order(meet):
    one, two, three = numbered(1, 2, 3)
    meet(page(one, two, last=2), page(three, last=3), page(last=3)).has_the_same([three, one, two], since=0)


@pytest.mark.parametrize(
    ("ids", "came"), [((1, 3), "as many, but with something else,"), ((1,), "1 message"), ((1, 2, 3), "3 messages")]
)
def test_a_message_that_is_not_there_as_it_was_posted_is_named(ids, came, meet):
    alice = meet(page(*numbered(*ids), last=3), page(last=3))
    text = f"alice to get 2 messages that were stored, but {came} came"
    assert reason(alice.has_the_same, numbered(1, 2), since=0) == text


def test_an_id_that_is_given_twice_is_named(meet):
    meet().has_ids_of_their_own(numbered(1, 2))
    text = "an id of its own for each message, but the id 1 was given more than once"
    assert reason(meet().has_ids_of_their_own, numbered(1, 1)) == text


@pytest.mark.parametrize("status", [201, 400, 413, 499])
def test_what_can_be_read_in_two_ways_may_be_stored_or_refused(status, meet):
    meet((status, {"error": "no"})).is_stored_or_refused(b"[")


@pytest.mark.parametrize(
    ("status", "content", "text"),
    [(200, {}, "201, or a status from 400 to 499, but it is 200 OK"),
     (500, {"error": "no"}, "201, or a status from 400 to 499, but it is 500 Internal Server Error"),
     (400, {}, 'a JSON object {"error": "a sentence"}, but it is {}'),
     (201, [], "a JSON object, but it is []")],
)  # fmt: skip
def test_what_is_neither_stored_nor_refused_is_named(status, content, text, meet):
    assert reason(meet((status, content)).is_stored_or_refused, b"[") == text


def test_the_last_message_is_found_on_a_later_page(meet):
    one, two = numbered(1, 2)
    meet(page(one, last=1), page(two, last=2), page(last=2)).reads_until(two, since=0)
    alice = meet(page(one, last=1), page(last=1), page(last=1))
    assert reason(alice.reads_until, two, since=0) == "alice to get the message that was posted last, but others came"


@pytest.mark.parametrize(("pages", "newest"), [([[]], 0), ([[1, 2], [7], []], 7)])
def test_the_newest_id_is_at_the_end_of_all_pages(pages, newest, meet):
    assert meet(*(page(*numbered(*ids), last=9) for ids in pages)).newest() == newest


def test_a_refusal_is_a_status_and_a_sentence(meet):
    meet((404, {"error": "there is no message 7"})).is_refused(404, "GET", "/messages/7")
    text = "an answer with the status 404 Not Found, but it has 200 OK"
    assert reason(meet((200, {})).is_refused, 404, "GET", "/messages/7") == text


@pytest.mark.parametrize("field", ["time", "id", "more"])
def test_json_of_too_many_levels_in_a_message_is_no_fault_of_the_grader(field, meet):
    deep = answer(201, {**HELLO, field: "[" * 450}).replace(b'"' + b"[" * 450 + b'"', b"[" * 226 + b"]" * 226)
    assert reason(meet(deep).says, "hello").startswith("JSON of at most 50 levels, but the body is ")
