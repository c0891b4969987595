"""HTTP as a transcript shows it: one line, of a bounded length, without what differs from run to run."""

import pytest

from grader.wire.http_text import LONGEST, answer_line, request_line, shown, status_line

JSON = ("Content-Type", "application/json")
USUAL = [("Host", "localhost"), ("USER-AGENT", "x"), ("Content-Length", "2"), ("date", "today"), ("Server", "mine")]
REQUESTS = [
    (("GET", "/health"), "GET /health"),
    (("GET", "/messages?after=3&wait=20", USUAL), "GET /messages?after=3&wait=20"),
    (("POST", "/messages", [("Idempotency-Key", "7")]), "POST /messages  Idempotency-Key: 7"),
    (("POST", "/messages", [("X-A", "1"), ("X-B", "2")], b"{}"), "POST /messages  X-A: 1  X-B: 2  {}"),
    (("POST", "/", [("Content-Type", "text/plain")], b"hi"), "POST /  Content-Type: text/plain  hi"),
    (("GET", "/" + "x" * 200), "GET /" + "x" * 135 + "... (205 characters)"),
]
ANSWERS = [
    ((204,), "204 No Content"),
    ((200, [JSON], b'{"status": "ok"}'), '200 OK  {"status": "ok"}'),
    ((200, [("content-type", "Application/JSON; charset=utf-8")], b"{}"), "200 OK  {}"),
    ((201, [JSON, ("Location", "/messages/1")], b"{}"), "201 Created  Location: /messages/1  {}"),
    ((404, [("Content-Type", "text/html"), ("Allow", "GET")], b"<h1>"), "404 Not Found  text/html  Allow: GET  <h1>"),
    ((500, [("Content-Type", "text/html")]), "500 Internal Server Error"),
    ((200, [], b"hello"), "200 OK  hello"),
    ((200, [("X-Long", "x" * 1000)]), "200 OK  X-Long: " + "x" * 132 + "... (1,008 characters)"),
]
BODIES = [
    (b"", ""),
    (b'{"a": 1}', '{"a": 1}'),
    ("naïve café 😀 日本語".encode(), "naïve café 😀 日本語"),
    (b"one\ntwo\r\n\tthree\x00", r"one\ntwo\r\n\tthree\x00"),
    (b"\x1b[31mred\x7f", r"\x1b[31mred\x7f"),
    (b"caf\xe9", r"caf\xe9"),
    ("right\u202eleft".encode(), r"right\u202eleft"),
    (b"x" * LONGEST, "x" * LONGEST),
    (b"x" * (LONGEST + 1), "x" * 140 + "... (161 bytes)"),
    (b"\n" * 1_000_000, r"\n" * 70 + "... (1,000,000 bytes)"),
]
TIMES = [
    ('{"time": "2030-01-31T12:00:00Z"}', '{"time": "TIME"}'),
    ("2030-01-31T12:00:00.123Z, 2031-01-31T12:00:00+00:00", "TIME, TIME"),
    ("2030-01-31T12:00:00+05:30", "2030-01-31T12:00:00+05:30"),
    ("2030-01-31 12:00:00Z", "2030-01-31 12:00:00Z"),
]


@pytest.mark.parametrize(("parts", "line"), REQUESTS)
def test_a_request_is_a_line(parts, line):
    assert request_line(*parts) == line


@pytest.mark.parametrize(("parts", "line"), ANSWERS)
def test_an_answer_is_a_line(parts, line):
    assert answer_line(*parts) == line


@pytest.mark.parametrize(
    ("status", "line"), [(200, "200 OK"), (429, "429 Too Many Requests"), (299, "299"), (999, "999")]
)
def test_a_status_has_its_phrase_where_there_is_one(status, line):
    assert status_line(status) == line


@pytest.mark.parametrize(("body", "text"), BODIES, ids=range(len(BODIES)))
def test_a_body_is_one_line_that_can_be_seen(body, text):
    assert shown(body) == text


@pytest.mark.parametrize(("body", "text"), TIMES)
def test_only_times_in_utc_are_called_time(body, text):
    assert shown(body.encode()) == text


def test_only_the_first_headers_of_very_many_are_shown():
    line = request_line("GET", "/", [(f"X-{number}", "y") for number in range(1000)])
    assert line == "GET /" + "".join(f"  X-{number}: y" for number in range(8)) + "  ... (and 992 more)"


@pytest.mark.parametrize("body", [b"\xff" * 8_000_000, b"2030-01-31T" + b"0" * 8_000_000, "😀".encode() * 2_000_000])
def test_a_body_of_8_megabytes_is_a_short_line(body):
    assert len(answer_line(200, [JSON], body)) < 2 * LONGEST
