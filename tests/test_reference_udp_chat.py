"""The chat server of week 2, with a clock of the test's own."""

import pickle
import random

import pytest

from grader.reference import udp_chat
from grader.reference.udp_chat import MAX_MEMBERS, MAX_WAITING, NAME_IS_KEPT, REPEAT, WINDOW, Chat
from grader.wire.udp_chat import LONGEST, MOST, Malformed

ALICE, BOB, CAROL, STRANGER = (("127.0.0.1", port) for port in range(50_001, 50_005))
ADDRESSES = {"alice": ALICE, "bob": BOB, "carol": CAROL}
LONGEST_SAID = LONGEST - len(f"MSG {MOST} alice ")  # bytes of a text of alice that fits into every MSG
SENDERS = 5_000  # addresses of the random datagrams
SMALL = {"MAX_MEMBERS": 20, "MAX_WAITING": 100, "WINDOW": 50}  # limits that random datagrams reach
STATE = 100_000  # bytes that all of it may take with these limits; 100,000 datagrams are 20 times as many


@pytest.fixture
def heard():
    """Who came, what was said, and who left, since alice, bob and carol are there."""
    return []


@pytest.fixture
def chat(heard):
    """Chat with alice, bob and carol, who have said HELLO at 0."""
    chat = Chat(lambda name, text: heard.append((name, text)))
    for name, address in ADDRESSES.items():
        chat.receive(f"HELLO {name}".encode(), address, 0)
    heard.clear()
    return chat


def nobody(name, text):
    """Is told who has said what, and forgets it."""


def answer(chat, datagram, sender, now=0):
    """The only datagram that answers this, to whom it came from."""
    [(reply, receiver)] = chat.receive(datagram.encode(), sender, now)
    assert receiver == sender
    return reply.decode()


def repeats(chat):
    """What is sent again, and when, until nothing is due any more."""
    found = []
    while (now := chat.next_due()) is not None:
        found += [(now, *reply) for reply in chat.due(now)]
    return found


def relayed(replies):
    """The texts of the MSGs to bob among these."""
    return [datagram.decode().split(" ", 3)[3] for datagram, to in replies if to == BOB and datagram.startswith(b"MSG")]


@pytest.mark.parametrize("name", ["alice", "A", "-_-", "x" * 20])
def test_hello_is_answered_with_welcome(name):
    assert answer(Chat(), f"HELLO {name}", ALICE) == f"WELCOME {name}"


def test_who_is_there_is_known_in_order():
    chat = Chat()
    for name, sender in (("carol", CAROL), ("alice", ALICE), ("bob", BOB)):
        chat.receive(f"HELLO {name}".encode(), sender, 0)
    assert chat.names() == ["alice", "bob", "carol"]


def test_a_name_that_somebody_has_is_taken(chat):
    assert answer(chat, "HELLO alice", STRANGER) == "ERROR 409 the name alice is taken"


def test_whose_name_was_taken_is_not_there(chat):
    chat.receive(b"HELLO alice", STRANGER, 0)
    assert answer(chat, "SAY 1 hello", STRANGER) == "ERROR 401 say HELLO first"


def test_names_in_capitals_are_other_names(chat):
    assert answer(chat, "HELLO ALICE", STRANGER) == "WELCOME ALICE"


def test_a_repeated_hello_is_welcome_again_and_changes_nothing(chat, heard):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    heard.clear()
    assert answer(chat, "HELLO alice", ALICE, 1) == "WELCOME alice"
    assert answer(chat, "SAY 1 hello", ALICE, 1) == "OK 1"
    assert (chat.names(), heard) == (["alice", "bob", "carol"], [])


def test_a_repeated_hello_keeps_what_waits(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"HELLO bob", BOB, 0)
    assert (b"MSG 1 alice hello", BOB) in chat.due(REPEAT)


def test_another_name_from_the_same_address_frees_the_first(chat, heard):
    assert answer(chat, "HELLO ann", ALICE) == "WELCOME ann"
    assert (chat.names(), heard) == (["ann", "bob", "carol"], [("alice", "leaves"), ("ann", "is here")])


def test_who_cannot_have_another_name_keeps_the_first(chat, heard):
    assert answer(chat, "HELLO bob", ALICE) == "ERROR 409 the name bob is taken"
    assert (chat.names(), heard) == (["alice", "bob", "carol"], [])


def test_what_is_said_under_another_name_is_new(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"HELLO ann", ALICE, 0)
    assert (b"MSG 2 ann hello", BOB) in chat.receive(b"SAY 1 hello", ALICE, 0)


def test_the_name_of_who_was_silent_for_a_minute_is_free(chat, heard):
    assert NAME_IS_KEPT == 60
    assert answer(chat, "HELLO alice", STRANGER, 60) == "WELCOME alice"
    assert (chat.names(), heard) == (["alice", "bob", "carol"], [("alice", "leaves"), ("alice", "is here")])


def test_who_was_silent_and_lost_the_name_is_not_there(chat):
    chat.receive(b"HELLO alice", STRANGER, 60)
    assert answer(chat, "SAY 1 hello", ALICE, 60) == "ERROR 401 say HELLO first"


def test_who_was_silent_and_comes_back_has_the_name_still(chat):
    assert answer(chat, "HELLO alice", ALICE, 1000) == "WELCOME alice"


@pytest.mark.parametrize("datagram", [b"HELLO alice", b"SAY 1 hello", b"GOT 7"])
def test_who_says_something_keeps_the_name(datagram, chat):
    chat.receive(datagram, ALICE, 1)
    assert answer(chat, "HELLO alice", STRANGER, 60.5) == "ERROR 409 the name alice is taken"


def test_somebody_silent_gives_the_name_to_who_is_already_there(chat, heard):
    assert answer(chat, "HELLO alice", BOB, 60) == "WELCOME alice"
    assert chat.names() == ["alice", "carol"]
    assert heard == [("alice", "leaves"), ("bob", "leaves"), ("alice", "is here")]


def test_there_is_room_for_1000_and_no_more():
    chat = Chat()
    answers = [answer(chat, f"HELLO name{number}", number) for number in range(1_001)]
    assert answers[MAX_MEMBERS - 1 :] == [
        "WELCOME name999",
        "ERROR 503 there are 1,000 people here, and no room for more",
    ]


@pytest.mark.parametrize("datagram", ["HELLO name7", "HELLO another"])
def test_who_is_there_has_room_also_among_1000(datagram):
    chat = Chat()
    for number in range(MAX_MEMBERS):
        chat.receive(f"HELLO name{number}".encode(), number, 0)
    assert answer(chat, datagram, 7).startswith("WELCOME")


def test_who_leaves_makes_room_for_somebody_else():
    chat = Chat()
    for number in range(MAX_MEMBERS):
        chat.receive(f"HELLO name{number}".encode(), number, 0)
    chat.receive(b"BYE", 7, 0)
    assert answer(chat, "HELLO alice", ALICE) == "WELCOME alice"


def test_what_is_said_gets_ok_and_goes_to_all_others(chat):
    assert chat.receive(b"SAY 1 hello everybody", ALICE, 0) == [
        (b"OK 1", ALICE),
        (b"MSG 1 alice hello everybody", BOB),
        (b"MSG 1 alice hello everybody", CAROL),
    ]


def test_who_is_alone_gets_ok():
    chat = Chat()
    chat.receive(b"HELLO alice", ALICE, 0)
    assert answer(chat, "SAY 1 hello", ALICE) == "OK 1"


def test_no_two_messages_have_the_same_id(chat):
    said = [(sender, number) for number in range(1, 51) for sender in (ALICE, BOB)]
    replies = [chat.receive(f"SAY {number} hello".encode(), sender, 0) for sender, number in said]
    ids = [
        datagram.split()[1] for each in replies for datagram, to in each if datagram.startswith(b"MSG") and to == CAROL
    ]
    assert len(set(ids)) == len(ids) == 100


@pytest.mark.parametrize("again", [b"SAY 1 hello", b"SAY 1 something else"])
def test_a_repeated_number_gets_ok_and_is_not_said_again(again, chat, heard):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert [chat.receive(again, ALICE, 0) for _ in range(3)] == [[(b"OK 1", ALICE)]] * 3
    assert heard == [("alice", "hello")]


def test_the_same_text_with_another_number_is_said_again(chat):
    assert relayed(chat.receive(b"SAY 1 hello", ALICE, 0) + chat.receive(b"SAY 2 hello", ALICE, 0)) == ["hello"] * 2


def test_everybody_has_numbers_of_their_own(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert relayed(chat.receive(b"SAY 1 hello", CAROL, 0)) == ["hello"]


@pytest.mark.parametrize("seed", range(5))
def test_what_comes_in_another_order_is_said_once(seed, chat):
    numbers = list(range(1, 101)) * 2
    random.Random(seed).shuffle(numbers)
    replies = [reply for number in numbers for reply in chat.receive(f"SAY {number} {number}".encode(), ALICE, 0)]
    assert relayed(replies) == [str(number) for number in dict.fromkeys(numbers)]


@pytest.mark.parametrize(("number", "texts"), [(4_000, []), (1, []), (4_001, ["hello"]), (4_999, ["hello"])])
def test_what_is_below_the_window_is_taken_for_said(number, texts, chat):
    assert WINDOW == 1_000
    chat.receive(b"SAY 5000 first", ALICE, 0)
    replies = chat.receive(f"SAY {number} hello".encode(), ALICE, 0)
    assert (replies[0], relayed(replies)) == ((f"OK {number}".encode(), ALICE), texts)


def test_the_window_is_below_the_highest_number_and_not_the_last(chat):
    for number in (5_000, 4_500):
        chat.receive(f"SAY {number} hello".encode(), ALICE, 0)
    assert relayed(chat.receive(b"SAY 3600 hello", ALICE, 0)) == []


def test_in_a_long_conversation_nothing_is_said_twice():
    said = []
    chat = Chat(lambda name, text: said.append(text))
    chat.receive(b"HELLO alice", ALICE, 0)
    for number in range(1, 3 * WINDOW):
        for again in {number, max(1, number - WINDOW + 1), max(1, number - 2 * WINDOW)}:
            chat.receive(f"SAY {again} {again}".encode(), ALICE, 0)
    assert said == ["is here", *(str(number) for number in range(1, 3 * WINDOW))]


def test_the_highest_number_is_one_like_others(chat):
    assert relayed(chat.receive(f"SAY {MOST} hello".encode(), ALICE, 0)) == ["hello"]


def test_the_longest_text_is_said(chat):
    assert relayed(chat.receive(b"SAY 1 " + b"x" * LONGEST_SAID, ALICE, 0)) == ["x" * LONGEST_SAID]


def test_a_text_that_would_not_fit_into_a_msg_is_refused(chat, heard):
    came = answer(chat, "SAY 1 " + "x" * (LONGEST_SAID + 1), ALICE)
    assert came == "ERROR 413 as MSG this text is too long: 1,201 bytes, 1,200 are allowed"
    assert heard == []


def test_what_was_refused_has_not_been_said(chat):
    chat.receive(b"SAY 1 " + b"x" * (LONGEST_SAID + 1), ALICE, 0)
    assert relayed(chat.receive(b"SAY 1 hello", ALICE, 0)) == ["hello"]


def test_somebody_who_is_no_client_is_heard_by_all(chat, heard):
    assert chat.say("dave", "hello", 0) == [(b"MSG 1 dave hello", address) for address in ADDRESSES.values()]
    assert heard == [("dave", "hello")]


def test_what_somebody_says_who_is_no_client_has_to_fit_and_uses_up_no_id(chat, heard):
    with pytest.raises(Malformed):
        chat.say("dave", "x" * LONGEST, 0)
    assert heard == []
    assert chat.say("dave", "hello", 0)[0] == (b"MSG 1 dave hello", ALICE)


def test_where_nothing_was_said_nothing_is_due(chat):
    assert (chat.next_due(), chat.due(1_000)) == (None, [])


def test_a_message_is_due_after_a_quarter_of_a_second(chat):
    chat.receive(b"SAY 1 hello", ALICE, 10)
    assert (chat.due(10.24), chat.next_due()) == ([], 10.25)


def test_what_is_due_is_sent_once(chat):
    chat.receive(b"SAY 1 hello", ALICE, 10)
    assert chat.due(10.25) == [(b"MSG 1 alice hello", BOB), (b"MSG 1 alice hello", CAROL)]
    assert (chat.due(10.25), chat.next_due()) == ([], 10.5)


def test_a_message_is_sent_20_times_every_quarter_of_a_second(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    to_bob = [(now, datagram) for now, datagram, to in repeats(chat) if to == BOB]
    assert to_bob == [(0.25 * tries, b"MSG 1 alice hello") for tries in range(1, 20)]


def test_who_does_not_answer_20_tries_is_dropped(chat, heard):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    repeats(chat)
    assert heard == [("alice", "hello"), ("bob", "does not answer"), ("carol", "does not answer")]
    assert chat.names() == ["alice"]


def test_who_is_dropped_is_a_stranger(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    repeats(chat)
    assert answer(chat, "SAY 1 hello", BOB, 5) == "ERROR 401 say HELLO first"


def test_who_is_dropped_can_come_back_and_what_waited_is_forgotten(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    repeats(chat)
    assert answer(chat, "HELLO bob", BOB, 5) == "WELCOME bob"
    assert repeats(chat) == []


def test_got_stops_the_repeats(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert chat.receive(b"GOT 1", BOB, 0) == []
    assert {to for _, _, to in repeats(chat)} == {CAROL}
    assert chat.names() == ["alice", "bob"]


def test_when_all_have_got_it_nothing_is_due(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"GOT 1", BOB, 0)
    chat.receive(b"GOT 1", CAROL, 0)
    assert (chat.next_due(), chat.due(REPEAT)) == (None, [])


def test_got_stops_only_the_message_that_it_names(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"SAY 2 everybody", ALICE, 0.125)
    chat.receive(b"GOT 1", BOB, 0.125)
    chat.receive(b"GOT 1", CAROL, 0.125)
    assert (chat.next_due(), relayed(chat.due(0.375))) == (0.375, ["everybody"])


@pytest.mark.parametrize("datagram", [b"GOT 2", f"GOT {MOST}".encode(), b"GOT 0", b"GOT one"])
def test_another_id_stops_nothing(datagram, chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(datagram, BOB, 0)
    assert relayed(chat.due(REPEAT)) == ["hello"]


def test_got_comes_a_second_time_without_effect(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert [chat.receive(b"GOT 1", BOB, 0) for _ in range(3)] == [[]] * 3


def test_got_of_a_stranger_is_ignored(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert chat.receive(b"GOT 1", STRANGER, 0) == []
    assert relayed(chat.due(REPEAT)) == ["hello"]


def test_what_is_late_is_sent_once_and_not_for_each_time_it_was_due(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    assert relayed(chat.due(100)) == ["hello"]
    assert chat.next_due() == 100.25


def test_as_many_as_may_wait_for_got_do(chat, heard):
    for number in range(1, MAX_WAITING + 1):
        chat.receive(f"SAY {number} hello".encode(), ALICE, 0)
    assert ("bob", "does not read") not in heard
    assert len(relayed(chat.due(REPEAT))) == 1_000


def test_who_lets_more_wait_is_dropped(chat, heard):
    for number in range(1, MAX_WAITING + 2):
        replies = chat.receive(f"SAY {number} hello".encode(), ALICE, 0)
        chat.receive(f"GOT {number}".encode(), CAROL, 0)
    assert heard[-2:] == [("alice", "hello"), ("bob", "does not read")]
    assert {to for _, to in replies} == {ALICE, CAROL}
    assert (chat.names(), chat.next_due()) == (["alice", "carol"], None)


def test_bye_is_answered_with_bye(chat, heard):
    assert answer(chat, "BYE", ALICE) == "BYE"
    assert (chat.names(), heard) == (["bob", "carol"], [("alice", "leaves")])


def test_a_repeated_bye_is_answered_again(chat, heard):
    assert [answer(chat, "BYE", ALICE) for _ in range(3)] == ["BYE"] * 3
    assert heard == [("alice", "leaves")]


def test_bye_of_a_stranger_is_not_answered(chat, heard):
    assert chat.receive(b"BYE", STRANGER, 0) == []
    assert heard == []


def test_when_there_is_no_room_who_was_silent_for_a_minute_makes_some(monkeypatch):
    monkeypatch.setattr(udp_chat, "MAX_MEMBERS", 2)
    chat = Chat()
    for number, name in enumerate(["alice", "bob"]):
        chat.receive(f"HELLO {name}".encode(), number, number)
    assert answer(chat, "HELLO carol", 3, NAME_IS_KEPT) == "WELCOME carol"
    assert chat.names() == ["bob", "carol"]


def test_who_has_left_is_sent_nothing_more(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"BYE", BOB, 0)
    assert {to for _, _, to in repeats(chat)} == {CAROL}
    assert relayed(chat.receive(b"SAY 2 hello", ALICE, 1)) == []


def test_the_name_of_who_has_left_is_free_at_once(chat):
    chat.receive(b"BYE", ALICE, 0)
    assert answer(chat, "HELLO alice", STRANGER) == "WELCOME alice"


def test_what_was_said_before_bye_still_comes(chat):
    chat.receive(b"SAY 1 hello", ALICE, 0)
    chat.receive(b"BYE", ALICE, 0)
    assert relayed(chat.due(REPEAT)) == ["hello"]


def test_who_comes_back_counts_from_1(chat):
    for datagram in (b"SAY 1 hello", b"BYE", b"HELLO alice"):
        chat.receive(datagram, ALICE, 0)
    assert relayed(chat.receive(b"SAY 1 hello", ALICE, 0)) == ["hello"]


def test_who_has_not_said_hello_is_told_to(chat, heard):
    assert answer(chat, "SAY 1 hello", STRANGER) == "ERROR 401 say HELLO first"
    assert heard == []


@pytest.mark.parametrize("sender", [ALICE, STRANGER])
@pytest.mark.parametrize(
    ("datagram", "came"),
    [
        ("", "ERROR 400 a datagram begins with HELLO, SAY, GOT or BYE"),
        ("HELLO bob smith", "ERROR 400 a name has 1 to 20 of a-z A-Z 0-9 _ -"),
        ("SAY 0 hello", "ERROR 400 write SAY number text, the number from 1 to 2147483647"),
        ("SAY 1 good\nbye", "ERROR 400 a text has no control characters, newlines among them"),
        ("x" * 1201, "ERROR 413 1,201 bytes are too long, 1,200 are allowed"),
    ],
)
def test_what_is_malformed_is_answered_with_an_error(datagram, came, sender, chat, heard):
    assert answer(chat, datagram, sender) == came
    assert (chat.names(), heard) == (["alice", "bob", "carol"], [])


@pytest.mark.parametrize("sender", [ALICE, STRANGER])
@pytest.mark.parametrize(
    "datagram", ["WELCOME alice", "OK 1", "MSG 7 bob hi", "ERROR 400 no", "OK", "MSG", "ERROR \x00"]
)
def test_what_only_servers_say_is_not_answered(datagram, sender, chat, heard):
    assert chat.receive(datagram.encode(), sender, 0) == []
    assert heard == []


@pytest.mark.parametrize("first", [b"HELLO bob", b"SAY 1 hello", b"GOT 1", b"BYE", b"OK 1", b"", b"\xff", b"x" * 1201])
def test_two_servers_do_not_keep_each_other_busy(first):
    here, there, datagrams = Chat(), Chat(), [first]
    for _ in range(10):
        datagrams = [reply for datagram in datagrams for reply, _ in here.receive(datagram, "the other server", 0)]
        here, there = there, here
    assert datagrams == []


def random_datagrams(seed, number):
    """Datagrams and their senders, half of which are always the same few: right, nearly right and wrong ones."""
    chance = random.Random(seed)
    for _ in range(number):
        sender = chance.randrange(SENDERS if chance.random() < 0.5 else 50)
        small, large = chance.randrange(300), chance.choice((10, 10_000, 2**31, 2**40))
        kinds = (f"HELLO name{small % 60}", f"SAY {small} hello", f"SAY {chance.randrange(large)} {'x' * small * 5}")
        more = (f"GOT {chance.randrange(large)}", "BYE" if small < 30 else "GOT 1", f"MSG {small} bob hi", "OK 1", "")
        datagram = bytearray(chance.choice(kinds * 3 + more).encode())
        if datagram and chance.random() < 0.2:
            datagram[chance.randrange(len(datagram))] = chance.randrange(256)
        yield (bytes(datagram) if chance.random() < 0.95 else chance.randbytes(small * 5)), sender


def fuzzed(chat, datagrams):
    """Gives the chat these, a millisecond from one to the next, and its repeats as `serve` does: when each came."""
    for number, (datagram, sender) in enumerate(datagrams):
        now = number / 1_000
        due = chat.next_due()
        if due is not None and due <= now:
            chat.due(now)
        chat.receive(datagram, sender, now)
        yield now


def test_nothing_that_comes_raises_or_takes_more_than_bounded_memory(monkeypatch):
    for name, limit in SMALL.items():
        monkeypatch.setattr(udp_chat, name, limit)
    chat, most = Chat(nobody), 0
    for number, _ in enumerate(fuzzed(chat, random_datagrams(2, 100_000))):
        assert len(chat.names()) <= SMALL["MAX_MEMBERS"]
        if number % 500 == 0:
            most = max(most, len(pickle.dumps(chat)))
    assert most < STATE


def test_a_long_conversation_takes_no_more_memory_than_a_short_one():
    chat, sizes = Chat(nobody), []
    chat.receive(b"HELLO alice", ALICE, 0)
    for number in range(1, 10 * WINDOW + 1):
        chat.receive(f"SAY {number} hello".encode(), ALICE, 0)
        sizes.append(len(pickle.dumps(chat)) if number % WINDOW == 0 else 0)
    assert max(sizes) < 3 * sizes[WINDOW - 1]


def test_when_all_have_left_only_a_bounded_number_of_addresses_is_kept(monkeypatch):
    monkeypatch.setattr(udp_chat, "MAX_LEFT", 0)
    chat = Chat(nobody)
    [*_, now] = fuzzed(chat, random_datagrams(3, 5_000))
    for sender in range(SENDERS):
        chat.receive(b"BYE", sender, now)
    assert chat.next_due() is None
    assert len(pickle.dumps(chat)) <= len(pickle.dumps(Chat(nobody))) + 8  # the next id is a longer number


def test_nothing_that_comes_gets_an_answer_that_is_too_long():
    chat = Chat(nobody)
    for datagram, sender in random_datagrams(4, 5_000):
        assert all(len(reply) <= LONGEST for reply, _ in chat.receive(datagram, sender, 0))
