"""What a request of weeks 3 and 4 may carry: every limit from both sides, every refusal with its sentence."""

import json

import pytest

from grader.wire.http_chat import (
    LARGEST_BODY,
    LARGEST_ID,
    Answer,
    Wrong,
    as_json,
    read_message,
    read_name,
    read_number,
    read_object,
    read_password,
    read_student_id,
    read_text,
)

JSON = "application/json"
LONGEST_BODY = b'{"text": "' + b"x" * (LARGEST_BODY - 12) + b'"}'


def refusal(function, *arguments):
    """The status and the sentence with which this is refused."""
    with pytest.raises(Wrong) as refused:
        function(*arguments)
    return refused.value.status, refused.value.sentence


@pytest.mark.parametrize(
    "content_type",
    [
        JSON,
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        " application/json ",
    ],
)
def test_json_is_told_by_its_type(content_type):
    assert read_object(content_type, b'{"text": "hi"}') == {"text": "hi"}


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/ld+json"]
)
def test_other_types_are_refused(content_type):
    assert refusal(read_object, content_type, b"{}") == (415, "send JSON, with Content-Type: application/json")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'text': 'hi'}", b'{"text": "\xff"}', b"[" * 16_000, b'{"a":' * 3_000, b"1" * 5_000, b"\x00", b"hi"],
    ids=lambda body: repr(body[:10]),
)
def test_what_is_no_json_is_refused(body):
    assert refusal(read_object, JSON, body) == (400, "this is not JSON")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true", b"NaN", b"1e999"])
def test_json_that_is_no_object_is_refused(body):
    assert refusal(read_object, JSON, body) == (400, "send a JSON object")


def test_the_largest_body_is_read_and_a_larger_one_refused():
    assert len(LONGEST_BODY) == LARGEST_BODY == 16_384
    assert read_object(JSON, LONGEST_BODY) == json.loads(LONGEST_BODY)
    assert refusal(read_object, JSON, LONGEST_BODY + b" ") == (413, "a body has at most 16,384 bytes")


def test_of_a_key_that_is_there_twice_the_last_counts():
    assert read_object(JSON, b'{"text": "a", "text": "b"}') == {"text": "b"}


@pytest.mark.parametrize("text", ["hi", "a\nb", "\0", "déjà vu 🎉", " x "])
def test_a_text_is_read_as_it_is(text):
    assert read_text({"text": text}, "text") == text


@pytest.mark.parametrize("value", ["", " ", "\n\t", None, 1, 1.5, True, [], {}, ["hi"]])
def test_what_is_no_text_or_empty_is_refused(value):
    assert refusal(read_text, {"text": value}, "text") == (400, "text is a text, and not empty")


def test_what_is_missing_is_refused():
    assert refusal(read_text, {}, "name") == (400, "name is a text, and not empty")


@pytest.mark.parametrize("text", ["\ud800", "hi \udfff"])
def test_half_a_character_is_refused(text):
    assert refusal(read_text, {"text": text}, "text") == (400, "text has half a character in it")


@pytest.mark.parametrize(
    ("function", "field", "most", "refused"),
    [
        (read_message, "text", 1_000, (413, "a text has at most 1,000 characters")),
        (read_name, "name", 100, (400, "a name has at most 100 characters")),
        (read_password, "password", 128, (400, "a password has 8 to 128 characters")),
        (read_student_id, "student_id", 16, (400, "a student id has 4 to 16 letters and digits")),
    ],
)
def test_the_longest_is_read_and_a_longer_one_refused(function, field, most, refused):
    assert function({field: "x" * most}) == "x" * most
    assert refusal(function, {field: "x" * (most + 1)}) == refused


def test_characters_are_counted_and_not_bytes():
    assert read_message({"text": "🎉" * 1_000}) == "🎉" * 1_000


@pytest.mark.parametrize("password", ["12345678", "correct horse", "pässwörd"])
def test_a_password_is_read(password):
    assert read_password({"password": password}) == password


def test_a_short_password_is_refused():
    assert refusal(read_password, {"password": "1234567"}) == (400, "a password has 8 to 128 characters")


@pytest.mark.parametrize("student_id", ["1234", "abcd", "A1b2C3d4E5f6G7h8"])
def test_a_student_id_is_read(student_id):
    assert read_student_id({"student_id": student_id}) == student_id


@pytest.mark.parametrize("student_id", ["abc", "ab-d", "ab d", "abcd\n", "äbcd", "١٢٣٤"])
def test_another_form_of_student_id_is_refused(student_id):
    refused = refusal(read_student_id, {"student_id": student_id})
    assert refused == (400, "a student id has 4 to 16 letters and digits")


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("30", 30), ("31", 30), ("9" * 19, 30)], ids=str
)
def test_a_number_is_read_up_to_the_largest(text, number):
    assert read_number({"wait": text}, "wait", 30) == number


def test_a_number_that_is_not_there_is_0():
    assert read_number({}, "after", LARGEST_ID) == 0


@pytest.mark.parametrize("text", ["", "x", "-1", "+1", " 1", "1.5", "1e3", "٣", "²", "0x10", "1_000", "9" * 20, "NaN"])
def test_what_is_no_number_is_refused(text):
    assert refusal(read_number, {"after": text}, "after", 30) == (400, "after is a whole number, as in ?after=20")


def test_json_is_utf_8_and_never_fails():
    assert as_json({"text": "é\ud800"}) == '{"text": "é?"}'.encode()


@pytest.mark.parametrize(("content", "body"), [(None, b""), ({}, b"{}"), ({"last": 1}, b'{"last": 1}')])
def test_an_answer_has_its_content_as_body(content, body):
    assert Answer(200, content).body == body
