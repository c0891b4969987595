"""The chat server of weeks 3 and 4, with a clock of the test's own and without HTTP."""

import json
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from grader.reference import http_chat
from grader.reference.accounts import Accounts
from grader.reference.http_chat import HttpChat
from grader.wire.http_chat import Answer, Request, Wait

NOON = "2026-11-21T12:00:00.250Z"
JSON = (("content-type", "application/json"),)
PASSWORD = "correct horse"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LOG_IN = Answer(
    401, {"error": "log in first: the token is missing, unknown or expired"}, (("WWW-Authenticate", "Bearer"),)
)


def at_noon():
    """A clock that stands."""
    return datetime(2026, 11, 21, 12, 0, 0, 250_999, tzinfo=UTC)


@pytest.fixture
def heard():
    """What was said."""
    return []


@pytest.fixture
def chat(heard):
    """A conversation of everybody."""
    return HttpChat(heard=lambda name, text: heard.append((name, text)), clock=at_noon)


@pytest.fixture
def class_chat():
    """One with accounts."""
    return HttpChat(Accounts({"alice1": "Alice", "bob22": "Bob"}, hasher=CHEAP), clock=at_noon)


def message(number, name="alice", text="hello"):
    """A message as the server tells it."""
    return {"id": number, "name": name, "text": text, "time": NOON}


def post(chat, content, path="/messages", key=None, token=None):
    """Posts JSON; the answer."""
    more = {"idempotency-key": key, "authorization": token and f"Bearer {token}"}
    headers = {**dict(JSON), **{name: value for name, value in more.items() if value}}
    return chat.answer(Request("POST", path, headers=headers, body=json.dumps(content).encode()))


def says(chat, text="hello", name="alice", **options):
    """Posts a message."""
    return post(chat, {"name": name, "text": text}, **options)


def get(chat, path="/messages", token=None, may_wait=True, **query):
    """Asks for something."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    query = {name: str(value) for name, value in query.items()}
    return chat.answer(Request("GET", path, query, headers), may_wait=may_wait)


def logged_in(chat, student_id="alice1", name="Alice"):
    """Registers and logs in: the token."""
    post(chat, {"student_id": student_id, "password": PASSWORD, "name": name}, "/register")
    return post(chat, {"student_id": student_id, "password": PASSWORD}, "/login").content["token"]


def test_a_message_is_stored_and_told(chat, heard):
    assert says(chat) == Answer(201, message(1), (("Location", "/messages/1"),))
    assert get(chat) == Answer(200, {"messages": [message(1)], "last": 1})
    assert heard == [("alice", "hello")]


def test_ids_grow_in_the_order_of_the_posts(chat):
    for number in range(1, 4):
        assert says(chat, text=f"text {number}").content["id"] == number
    assert [found["text"] for found in get(chat).content["messages"]] == ["text 1", "text 2", "text 3"]


@pytest.fixture
def with_gaps():
    """A conversation whose ids are 100, 107 and 114 so far."""
    chat = HttpChat(clock=at_noon, first=100, stride=7)
    for number in range(1, 4):
        says(chat, text=f"text {number}")
    return chat


@pytest.mark.parametrize(
    ("after", "ids", "last"),
    [(0, [100, 107, 114], 114), (99, [100, 107, 114], 114), (100, [107, 114], 114), (103, [107, 114], 114),
     (106, [107, 114], 114), (107, [114], 114), (113, [114], 114), (114, [], 114), (115, [], 115), (900, [], 900)],
)  # fmt: skip
def test_what_comes_after_an_id_comes_also_where_ids_have_gaps(after, ids, last, with_gaps):
    found = get(with_gaps, after=after).content
    assert ([message["id"] for message in found["messages"]], found["last"]) == (ids, last)


@pytest.mark.parametrize(("number", "text"), [(100, "text 1"), (107, "text 2"), (114, "text 3")])
def test_a_message_with_any_id_can_be_asked_for(number, text, with_gaps):
    assert get(with_gaps, f"/messages/{number}") == Answer(200, message(number, text=text))


@pytest.mark.parametrize("number", [0, 1, 93, 99, 101, 106, 108, 113, 115, 121])
def test_between_two_ids_there_is_no_message(number, with_gaps):
    assert get(with_gaps, f"/messages/{number}") == Answer(404, {"error": f"there is no message {number}"})


def test_the_first_id_is_the_one_that_was_given():
    chat = HttpChat(clock=at_noon, first=905_961_540)
    assert get(chat).content == {"messages": [], "last": 0}
    assert [says(chat).headers for _ in range(2)] == [
        (("Location", f"/messages/{number}"),) for number in (905_961_540, 905_961_541)
    ]


def test_ids_with_gaps_are_right_when_the_oldest_messages_are_gone(with_gaps, monkeypatch):
    monkeypatch.setattr(http_chat, "MAX_MESSAGES", 3)
    monkeypatch.setattr(http_chat, "SPARE", 1)
    says(with_gaps, text="text 4")
    assert [found["id"] for found in get(with_gaps, after=0).content["messages"]] == [107, 114, 121]
    assert [get(with_gaps, f"/messages/{number}").status for number in (100, 107, 121)] == [404, 200, 200]


def test_what_the_client_adds_is_not_stored(chat):
    assert post(chat, {"name": "alice", "text": "hello", "id": 7, "time": "now", "more": []}).content == message(1)


@pytest.mark.parametrize("text", ["a\0b", "two\nlines", "é🎉", "x" * 1_000])
def test_a_text_comes_back_as_it_was(text, chat):
    says(chat, text)
    assert get(chat).content["messages"] == [message(1, text=text)]


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ([], 400, "send a JSON object"),
        ({"text": "hello"}, 400, "name is a text, and not empty"),
        ({"name": "alice"}, 400, "text is a text, and not empty"),
        ({"name": "", "text": "hello"}, 400, "name is a text, and not empty"),
        ({"name": "alice", "text": 1}, 400, "text is a text, and not empty"),
        ({"name": "x" * 101, "text": "hello"}, 400, "a name has at most 100 characters"),
        ({"name": "alice", "text": "x" * 1_001}, 413, "a text has at most 1,000 characters"),
        ({"name": "alice", "text": "x" * 16_384}, 413, "a body has at most 16,384 bytes"),
    ],
)
def test_what_is_refused_is_not_stored(content, status, sentence, chat, heard):
    assert post(chat, content) == Answer(status, {"error": sentence})
    assert (heard, get(chat).content) == ([], {"messages": [], "last": 0})


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
def test_a_message_that_is_not_called_json_is_refused(headers, chat):
    answer = chat.answer(Request("POST", "/messages", headers=headers, body=b'{"name": "alice", "text": "hi"}'))
    assert answer == Answer(415, {"error": "send JSON, with Content-Type: application/json"})


@pytest.mark.parametrize(
    ("method", "path", "status", "allow", "sentence"),
    [
        ("GET", "/nowhere", 404, None, "there is no /nowhere"),
        ("POST", "/messages/", 404, None, "there is no /messages/"),
        ("GET", "/messages/one", 404, None, "there is no /messages/one"),
        ("GET", "/messages/-1", 404, None, "there is no /messages/-1"),
        ("GET", "/messages/" + "1" * 20, 404, None, "there is no /messages/" + "1" * 20),
        ("GET", "/" + "x" * 200, 404, None, "there is no /" + "x" * 99),
        ("POST", "/login", 404, None, "there is no /login"),
        ("GET", "/messages/1", 404, None, "there is no message 1"),
        ("GET", "/messages/0", 404, None, "there is no message 0"),
        ("PUT", "/messages", 405, "GET, HEAD, OPTIONS, POST", "/messages takes GET and POST only"),
        ("get", "/messages", 405, "GET, HEAD, OPTIONS, POST", "/messages takes GET and POST only"),
        ("POST", "/messages/1", 405, "GET, HEAD, OPTIONS", "/messages/1 takes GET only"),
        ("DELETE", "/health", 405, "GET, HEAD, OPTIONS", "/health takes GET only"),
    ],
)
def test_other_paths_and_methods_are_refused(method, path, status, allow, sentence, chat):
    headers = (("Allow", allow),) if allow else ()
    assert chat.answer(Request(method, path)) == Answer(status, {"error": sentence}, headers)


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/messages", "GET, HEAD, OPTIONS, POST"),
        ("/messages/1", "GET, HEAD, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_says_what_can_be_done(path, allow, chat):
    assert chat.answer(Request("OPTIONS", path)) == Answer(204, headers=(("Allow", allow),))


def test_head_is_answered_as_get_and_does_not_wait(chat):
    assert chat.answer(Request("HEAD", "/health")) == Answer(200, {"status": "ok"})
    assert chat.answer(Request("HEAD", "/messages", {"wait": "30"})) == Answer(200, {"messages": [], "last": 0})


@pytest.mark.parametrize(
    ("path", "content"), [("/health", {"status": "ok"}), ("/", {"messages": "/messages", "health": "/health"})]
)
def test_what_is_always_there(path, content, chat):
    assert get(chat, path) == Answer(200, content)


def test_one_message_can_be_asked_for(chat):
    says(chat), says(chat, "again")
    assert get(chat, "/messages/2") == Answer(200, message(2, text="again"))


@pytest.mark.parametrize(
    ("after", "ids", "last"),
    [(0, range(1, 101), 100), (1, range(2, 102), 101), (150, range(151, 251), 250), (249, [250], 250), (250, [], 250)],
)
def test_at_most_100_messages_are_given_oldest_first(after, ids, last, chat):
    for _ in range(250):
        says(chat)
    answer = get(chat, after=after).content
    assert ([found["id"] for found in answer["messages"]], answer["last"]) == (list(ids), last)


@pytest.mark.parametrize("after", [7, 10**12, 10**19 - 1])
def test_after_the_last_message_there_is_nothing(after, chat):
    says(chat)
    assert get(chat, after=after) == Answer(200, {"messages": [], "last": min(after, 2**63 - 1)})


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": ""}, {"after": "-1"}, {"after": "0", "wait": "1.5"}])
def test_what_is_no_number_is_refused(query, chat):
    name = [*query][-1]
    assert get(chat, **query) == Answer(400, {"error": f"{name} is a whole number, as in ?{name}=20"})


@pytest.mark.parametrize(("wait", "seconds"), [(1, 1), (30, 30), (31, 30), (10**12, 30)])
def test_who_wants_to_wait_waits_at_most_30_seconds(wait, seconds, chat):
    assert get(chat, wait=wait) == Wait(seconds)


def test_who_waits_gets_what_comes_and_no_more_wait(chat):
    says(chat)
    assert get(chat, after=1, wait=20) == Wait(20)
    says(chat, "news")
    assert get(chat, after=1, wait=20) == Answer(200, {"messages": [message(2, text="news")], "last": 2})


def test_who_wants_no_wait_or_has_waited_gets_an_empty_list(chat):
    for answer in (get(chat, wait=0), get(chat, wait=20, may_wait=False)):
        assert answer == Answer(200, {"messages": [], "last": 0})


def test_the_same_key_stores_nothing_new_and_gets_the_first_answer(chat, heard):
    first = says(chat, key="one")
    assert [says(chat, text, key="one") for text in ("hello", "something else", "")] == [first] * 3
    assert (first.status, heard) == (201, [("alice", "hello")])


def test_the_same_key_gets_the_first_answer_whatever_the_body_is(chat):
    first = says(chat, key="one")
    assert chat.answer(Request("POST", "/messages", headers={"idempotency-key": "one"}, body=b"{")) == first


def test_other_keys_and_none_are_other_messages(chat):
    assert [says(chat, key=key).content["id"] for key in ("one", "two", "ONE", None, None, "one")] == [1, 2, 3, 4, 5, 1]


def test_a_key_that_was_refused_is_still_free(chat):
    assert says(chat, "", key="one").status == 400
    assert says(chat, "hello", key="one") == Answer(201, message(1), (("Location", "/messages/1"),))


def test_a_bounded_number_of_keys_is_remembered(chat, monkeypatch):
    monkeypatch.setattr(http_chat, "MAX_KEYS", 2)
    assert [says(chat, key=key).content["id"] for key in ("one", "two", "three", "two", "one")] == [1, 2, 3, 2, 4]
    assert len(chat.by_key) == 2


def test_a_long_key_takes_no_more_memory_than_a_short_one(chat):
    says(chat, key="x" * 16_000)
    assert [len(key) for _, key in chat.by_key] == [32]


def test_a_bounded_number_of_messages_is_kept(chat, monkeypatch):
    monkeypatch.setattr(http_chat, "MAX_MESSAGES", 20)
    monkeypatch.setattr(http_chat, "SPARE", 5)
    for number in range(1, 101):
        assert says(chat, f"text {number}").content["id"] == number
        assert len(chat.messages) < 25
    assert [found["id"] for found in get(chat).content["messages"]] == list(range(81, 101))
    assert [found["id"] for found in get(chat, after=97).content["messages"]] == [98, 99, 100]
    assert [get(chat, f"/messages/{number}").status for number in (80, 81, 100, 101)] == [404, 200, 200, 404]


def test_somebody_who_is_no_client_is_heard(chat, heard):
    assert chat.say("carol", "hi") == message(1, "carol", "hi")
    assert (get(chat).content["messages"], heard) == ([message(1, "carol", "hi")], [("carol", "hi")])


def test_who_registers_and_logs_in_chats_by_the_name_of_the_account(class_chat):
    registered = post(class_chat, {"student_id": "alice1", "password": PASSWORD, "name": "Ali"}, "/register")
    assert registered == Answer(201, {"student_id": "alice1", "name": "Ali"})
    answer = post(class_chat, {"student_id": "alice1", "password": PASSWORD}, "/login")
    token = answer.content["token"]
    assert answer == Answer(200, {"token": token, "expires_in": 43_200}, (("Cache-Control", "no-store"),))
    assert says(class_chat, name="bob", token=token).content == message(1, "Ali")
    assert post(class_chat, {"text": "hi"}, token=token).content == message(2, "Ali", "hi")
    assert get(class_chat, token=token).content["last"] == 2


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ({}, 400, "student_id is a text, and not empty"),
        ({"student_id": "a"}, 400, "a student id has 4 to 16 letters and digits"),
        ({"student_id": "alice1"}, 400, "password is a text, and not empty"),
        ({"student_id": "alice1", "password": "short"}, 400, "a password has 8 to 128 characters"),
        ({"student_id": "alice1", "password": PASSWORD}, 400, "name is a text, and not empty"),
        ({"student_id": "carol3", "password": PASSWORD, "name": "C"}, 403, "carol3 is not on the roster of this class"),
        ({"student_id": "bob22", "password": PASSWORD, "name": "alice"}, 409, "the name alice is somebody else's"),
    ],
)
def test_who_cannot_register_is_told_why(content, status, sentence, class_chat):
    assert post(class_chat, content, "/register") == Answer(status, {"error": sentence})


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ({"student_id": "alice1"}, 400, "password is a text, and not empty"),
        ({"student_id": "alice1", "password": "wrong"}, 401, "the student id or the password is wrong"),
        ({"student_id": "x", "password": "wrong"}, 401, "the student id or the password is wrong"),
    ],
)
def test_who_cannot_log_in_is_told_why(content, status, sentence, class_chat):
    logged_in(class_chat)
    assert post(class_chat, content, "/login") == Answer(status, {"error": sentence})


def test_who_guesses_has_to_wait(class_chat):
    guess = {"student_id": "alice1", "password": "wrong"}
    assert [post(class_chat, guess, "/login").status for _ in range(6)] == [401] * 5 + [429]
    assert post(class_chat, guess, "/login").headers == (("Retry-After", "60"),)


@pytest.mark.parametrize("token", ["", "unknown", "\udc80"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/messages"), ("GET", "/messages"), ("GET", "/messages/1"), ("POST", "/logout")]
)
def test_without_a_valid_token_nothing_can_be_done(method, path, token, class_chat):
    logged_in(class_chat)
    headers = {"authorization": f"Bearer {token}"}
    assert class_chat.answer(Request(method, path, headers=headers)) == LOG_IN
    assert class_chat.answer(Request(method, path)) == LOG_IN


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_the_scheme_of_a_token_is_not_case_sensitive(scheme, class_chat):
    headers = {"authorization": scheme + logged_in(class_chat)}
    assert class_chat.answer(Request("GET", "/messages", headers=headers)).status == 200


@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer"])
def test_another_scheme_is_no_token(scheme, class_chat):
    headers = {"authorization": scheme + logged_in(class_chat)}
    assert class_chat.answer(Request("GET", "/messages", headers=headers)) == LOG_IN


def test_after_the_logout_the_token_is_dead_and_another_is_not(class_chat):
    first, second = (logged_in(class_chat) for _ in range(2))
    assert post(class_chat, {}, "/logout", token=first) == Answer(204)
    assert (get(class_chat, token=first), get(class_chat, token=second).status) == (LOG_IN, 200)


def test_a_token_that_dies_while_somebody_waits_ends_the_wait(class_chat):
    token = logged_in(class_chat)
    assert get(class_chat, token=token, wait=20) == Wait(20)
    class_chat.accounts.revoke_all()
    assert get(class_chat, token=token, wait=20) == LOG_IN


def test_everybody_has_keys_of_their_own(class_chat):
    alice, bob = logged_in(class_chat), logged_in(class_chat, "bob22", "Bob")
    posted = [says(class_chat, key="one", token=token).content for token in (alice, bob, alice)]
    assert [(found["id"], found["name"]) for found in posted] == [(1, "Alice"), (2, "Bob"), (1, "Alice")]


def test_health_needs_no_token(class_chat):
    assert get(class_chat, "/health") == Answer(200, {"status": "ok"})
