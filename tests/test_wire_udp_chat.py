"""A datagram of week 2 is read as what the handout says, or refused in words that its sender can act on."""

import random

import pytest

from grader.wire.udp_chat import (
    LONGEST,
    MOST,
    Bye,
    Got,
    Hello,
    Malformed,
    Say,
    bye,
    error,
    message,
    ok,
    read_request,
    welcome,
)

NO_REQUEST = "a datagram begins with HELLO, SAY, GOT or BYE"
NO_NAME = "a name has 1 to 20 of a-z A-Z 0-9 _ -"
NO_SAY_NUMBER = "write SAY number text, the number from 1 to 2147483647"
NO_GOT_NUMBER = "write GOT id, the number from 1 to 2147483647"
NO_TEXT = "write SAY number text, the text not empty"
CONTROL = "a text has no control characters, newlines among them"
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
REQUESTS = [
    b"HELLO alice",
    b"SAY 17 hello everybody",
    "SAY 1 \N{SMILING FACE WITH SUNGLASSES}".encode(),
    b"GOT 7",
    b"BYE",
]


def refusal(conversation, *arguments):
    """The code and the text of the Malformed that this raises."""
    with pytest.raises(Malformed) as malformed:
        conversation(*arguments)
    assert str(malformed.value) == malformed.value.text
    return malformed.value.code, malformed.value.text


@pytest.mark.parametrize(
    ("datagram", "request_read"),
    [
        (b"HELLO alice", Hello("alice")),
        (b"HELLO a", Hello("a")),
        (b"HELLO -", Hello("-")),
        (b"HELLO HELLO", Hello("HELLO")),
        (b"HELLO abcXYZ_0-9", Hello("abcXYZ_0-9")),
        (b"HELLO " + b"a" * 20, Hello("a" * 20)),
        (b"SAY 1 hello", Say(1, "hello")),
        (b"SAY 2147483647 hello", Say(MOST, "hello")),
        (b"SAY 1 hello everybody", Say(1, "hello everybody")),
        (b"SAY 1  hello  ", Say(1, " hello  ")),
        (b"SAY 1  ", Say(1, " ")),
        (b"SAY 1 SAY 2 hello", Say(1, "SAY 2 hello")),
        ("SAY 1 Grüße \N{FAMILY}\N{ZERO WIDTH JOINER}".encode(), Say(1, "Grüße \N{FAMILY}\N{ZERO WIDTH JOINER}")),
        ("SAY 1 \N{NO-BREAK SPACE}".encode(), Say(1, "\N{NO-BREAK SPACE}")),
        (b"GOT 1", Got(1)),
        (b"GOT 2147483647", Got(MOST)),
        (b"BYE", Bye()),
    ],
)
def test_what_a_client_says_is_read(datagram, request_read):
    assert read_request(datagram) == request_read


@pytest.mark.parametrize("verb", ["WELCOME", "OK", "MSG", "ERROR"])
@pytest.mark.parametrize("rest", ["", " ", " alice", " 1", " 7 bob hi", " 400 no", " \x00", "  "])
def test_what_only_servers_say_is_no_request(verb, rest):
    assert read_request(f"{verb}{rest}".encode()) is None


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b" ",
        b"\n",
        b"\x00",
        b"NICK alice",
        b"hello alice",
        b"Hello alice",
        b" HELLO alice",
        b"HELLOalice",
        b"HELLO\talice",
        b"HELLO\nalice",
        b"SAYS 1 hello",
        b"GOT\n7",
        b"BYE ",
        b"BYE bye",
        b"BYE\n",
        b"bye",
        b"OK\n",
        b"MSGS 1",
        "\N{ZERO WIDTH NO-BREAK SPACE}HELLO alice".encode(),
        "HELLO\N{NO-BREAK SPACE}alice".encode(),
    ],
)
def test_what_begins_otherwise_is_refused(datagram):
    assert refusal(read_request, datagram) == (400, NO_REQUEST)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a" * 21,
        "alice ",
        " alice",
        "alice\n",
        "alice bob",
        "alice.",
        "al:ce",
        "älice",
        "\N{FULLWIDTH DIGIT ONE}",
    ],
)
def test_what_is_no_name_is_refused(name):
    assert refusal(read_request, f"HELLO {name}".encode()) == (400, NO_NAME)


def test_a_hello_without_a_name_is_refused():
    assert refusal(read_request, b"HELLO") == (400, NO_NAME)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "0",
        "-1",
        "+1",
        "1.0",
        "1_0",
        "0x1",
        "one",
        "1\n",
        "2147483648",
        "9" * 10,
        "0" * 11,
        "0" * 10 + "1",
        "\N{SUPERSCRIPT TWO}",
    ],
)
@pytest.mark.parametrize(("form", "text"), [("SAY {} hello", NO_SAY_NUMBER), ("GOT {}", NO_GOT_NUMBER)])
def test_what_is_no_number_is_refused(number, form, text):
    assert refusal(read_request, form.format(number).encode()) == (400, text)


@pytest.mark.parametrize(
    ("datagram", "text"),
    [
        (b"SAY", NO_SAY_NUMBER),
        (b"SAY hello", NO_SAY_NUMBER),
        (b"SAY  1 hello", NO_SAY_NUMBER),
        (b"SAY 1", NO_TEXT),
        (b"SAY 1 ", NO_TEXT),
        (b"GOT", NO_GOT_NUMBER),
        (b"GOT  7", NO_GOT_NUMBER),
        (b"GOT 7 ", NO_GOT_NUMBER),
        (b"GOT 7 8", NO_GOT_NUMBER),
    ],
)
def test_a_missing_field_is_named(datagram, text):
    assert refusal(read_request, datagram) == (400, text)


@pytest.mark.parametrize(
    "control", [*sorted(set(CONTROLS) - {"\t"}), "\u2028", "\u2029", "\u202d", "\u202e"], ids=ascii
)
@pytest.mark.parametrize("text", ["{}", "{}hello", "hello{}", "good{}bye"])
def test_a_control_character_in_a_text_is_refused(control, text):
    assert refusal(read_request, f"SAY 1 {text.format(control)}".encode()) == (400, CONTROL)


def test_a_tab_in_a_text_is_fine():
    assert read_request(b"SAY 1 hello\talice") == Say(1, "hello\talice")


@pytest.mark.parametrize(
    "datagram",
    [b"\xff", b"HELLO \xe4lice", b"SAY 1 \xe2\x82", b"SAY 1 \xed\xa0\x80", b"SAY 1 \xc0\x80", b"BYE\x80", b"NICK \xff"],
)
def test_what_is_not_utf_8_is_refused(datagram):
    assert refusal(read_request, datagram) == (400, "this is not UTF-8")


def test_a_datagram_of_1200_bytes_is_read():
    assert read_request(b"SAY 1 " + b"x" * 1194) == Say(1, "x" * 1194)


@pytest.mark.parametrize("beginning", [b"SAY 1 ", b"HELLO ", b"BYE", b"\xff", "SAY 1 €".encode()])
def test_a_datagram_of_1201_bytes_is_too_long_whatever_it_says(beginning):
    datagram = beginning.ljust(1201, b"x")
    assert refusal(read_request, datagram) == (413, "1,201 bytes are too long, 1,200 are allowed")


def test_bytes_count_and_not_characters():
    datagram = b"SAY 1 " + "ü".encode() * 598
    assert refusal(read_request, datagram) == (413, "1,202 bytes are too long, 1,200 are allowed")


def test_the_longest_datagram_of_udp_is_too_long():
    assert refusal(read_request, bytes(65_507)) == (413, "65,507 bytes are too long, 1,200 are allowed")


@pytest.mark.parametrize(
    ("written", "datagram"),
    [
        (welcome("alice"), b"WELCOME alice"),
        (ok(17), b"OK 17"),
        (message(7, "bob", "hi  alice "), b"MSG 7 bob hi  alice "),
        (message(MOST, "bob", "Grüße"), "MSG 2147483647 bob Grüße".encode()),
        (bye(), b"BYE"),
        (error(409, "the name bob is taken"), b"ERROR 409 the name bob is taken"),
    ],
)
def test_an_answer_is_written_as_the_handout_says(written, datagram):
    assert written == datagram


@pytest.mark.parametrize("text", ["x" * 1190, "ü" * 595, "\N{SMILING FACE WITH SUNGLASSES}" * 297 + "xx"])
def test_a_message_has_up_to_1200_bytes(text):
    assert len(message(7, "bob", text)) == LONGEST


@pytest.mark.parametrize(
    ("number", "text", "size"), [(7, "x" * 1191, "1,201"), (10, "x" * 1190, "1,201"), (7, "ü" * 600, "1,210")]
)
def test_a_message_that_does_not_fit_is_refused(number, text, size):
    words = f"as MSG this text is too long: {size} bytes, 1,200 are allowed"
    assert refusal(message, number, "bob", text) == (413, words)


@pytest.mark.parametrize("datagram", REQUESTS)
def test_a_datagram_that_is_cut_or_damaged_is_read_or_refused(datagram):
    chance = random.Random(2)
    cut = [datagram[:end] for end in range(len(datagram))]
    damaged = [
        bytes(value if chance.random() < 0.9 else chance.randrange(256) for value in datagram) for _ in range(500)
    ]
    for broken in cut + damaged:
        try:
            assert read_request(broken) is None or isinstance(read_request(broken), Hello | Say | Got | Bye)
        except Malformed as malformed:
            assert malformed.code == 400
