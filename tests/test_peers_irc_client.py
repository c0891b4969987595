"""What clients of an IRC server under test say and get. The servers are real, and tiny."""

import pytest

from tests.irc_desk import Desk, reason


@pytest.fixture
def desk(tmp_path):
    """Where a test gets its servers from."""
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def alice(desk):
    """Registers alice with a server that answers WHO with these lines."""

    def registered(*lines, token=""):
        answers = f"if word == 'WHO': answer = {''.join(f'{line}{chr(10)}' for line in lines)!r}"
        (alice,) = desk.serves(answers, token=token).registered("alice")
        alice.says("WHO x")
        return alice

    return registered


def test_others_may_come_between(alice):
    alice(":x NOTICE alice :hello", ":x 353 alice = #a alice", ":x 366 alice #a :End").gets("353 ? #a", "366 #a")


def test_the_order_counts_within_one_question(alice):
    client = alice(":x 366 alice #a :End", ":x 353 alice = #a alice")
    text = "expected `366 alice #a` for alice, but it came before what is to come first"
    assert reason(client.gets, "353 ? #a", "366 #a") == text


def test_another_answer_is_named(alice):
    text = "expected `315 alice bob` for alice, but `:x 401 alice bob :No such nick` came"
    assert reason(alice(":x 401 alice bob :No such nick").gets, "315 bob") == text


def test_what_came_before_she_spoke_is_forgotten(alice):
    client = alice(":x 315 alice bob :End")
    client.says("LUSERS")
    client.gets_no("315")


def test_what_comes_twice_is_named(alice):
    client = alice(":bob!b@h JOIN #a", ":bob!b@h JOIN #a")
    text = "expected no `:bob JOIN #a` for alice, but `:bob!b@h JOIN #a` came"
    assert reason(client.gets_once, ":bob JOIN #a") == text


def test_texts_end_in_the_mark(alice):
    client = alice(":bob!b@h PRIVMSG alice :hi k7", token="k7")
    client.gets(":bob PRIVMSG alice :hi")
    client.says("PRIVMSG bob :hi")
    assert client._steps[-1] == "alice > PRIVMSG bob :hi k7"


def test_rows_of_a_list_are_compared_in_any_order(alice):
    client = alice(":x 353 alice = #a :@alice bob", ":x 353 alice = #a :+carol", ":x 366 alice #a :End")
    client.lists("353 ? #a", -1, "+carol", "@alice", "bob")


def test_a_wrong_list_is_told(alice):
    client = alice(":x 353 alice = #a :alice bob", ":x 366 alice #a :End")
    text = "expected `353 alice ? #a` with @alice bob, but there is alice bob"
    assert reason(client.lists, "353 ? #a", -1, "@alice", "bob") == text


def test_words_of_a_reply_are_compared_in_any_order(alice):
    client = alice(":x 302 alice :bob=-b@h alice=+a@h")
    client.lists_words("302", "alice=+*@*", "bob=-*@*")


@pytest.mark.parametrize("patterns", [("alice=+*@*",), ("alice=+*", "bob=+*"), ("alice=*", "bob=*", "carol=*")])
def test_wrong_words_of_a_reply_are_told(patterns, alice):
    client = alice(":x 302 alice :bob=-b@h alice=+a@h")
    text = f"expected 302 for alice with {' '.join(patterns)}, but with bob=-b@h alice=+a@h came"
    assert reason(client.lists_words, "302", *patterns) == text


@pytest.mark.parametrize("lines", [["MODE #a +ov-m bob carol"], ["MODE #a +o bob", "MODE #a -m+v carol"]])
def test_modes_may_be_told_in_one_line_or_in_several(lines, alice):
    alice(*(f":bob!b@h {line}" for line in lines)).was_told_modes("#a", "+v carol", "-m", "+o bob")


def test_wrong_modes_are_told(alice):
    text = "expected alice to be told of #a: +o bob, but she was told +o carol"
    assert reason(alice(":bob!b@h MODE #a +o carol").was_told_modes, "#a", "+o bob") == text


def test_modes_are_read_also_where_005_makes_no_sense(alice):
    client = alice(":bob!b@h MODE #a +o bob")
    client.supports["PREFIX"] = "@+"
    client.was_told_modes("#a", "+o bob")


def test_a_row_may_be_too_short(alice):
    client = alice(":x 367 alice #a", ":x 368 alice #a :End")
    assert reason(client.lists, "367 #a", 2, "bob!*@*").endswith("but there is nobody")


@pytest.mark.parametrize("lines", [["LS :one two=2"], ["LS * :one", "LS :two=2"]])
def test_what_is_offered_is_read_from_all_lines(lines, alice):
    client = alice(*(f":x CAP alice {line}" for line in lines))
    client.says = lambda *_: None
    assert client.offers("two", "three", "one") == ["two", "one"]


def test_an_empty_line_is_a_line(alice):
    lines = [f":x 372 alice :- {line}" for line in ("one", "", "two")]
    alice(*lines, ":x 376 alice :End").gets_lines("372", ("one", "", "two"), end="376")
    client = alice(lines[0], lines[2], ":x 376 alice :End")
    text = "expected `372 alice :- ` for alice, but it is not there, or not in its place"
    assert reason(client.gets_lines, "372", ("one", "", "two"), end="376") == text


def test_numerics_name_the_client(alice):
    text = "expected `:server 315 alice ...` for alice, but `:x 315 bob nobody End` came"
    assert reason(alice(":x 315 bob nobody :End").is_addressed_as, "alice", "315") == text


@pytest.mark.parametrize("source", ["alice!a@h", "alice!~a@h"])
def test_a_message_is_from_nick_user_and_host(source, alice):
    alice(f":{source} PRIVMSG alice :hi").gets_from("alice", "a", "PRIVMSG alice :hi")


@pytest.mark.parametrize("source", ["alice", "alice!b@h", "alice!a"])
def test_a_message_from_less_is_told(source, alice):
    text = f"expected a message from alice!a@host, but `:{source} PRIVMSG alice hi` came"
    assert reason(alice(f":{source} PRIVMSG alice hi").gets_from, "alice", "a", "PRIVMSG alice :hi") == text


def test_a_number_of_005_is_known(alice):
    client = alice()
    assert (client.limit("NICKLEN"), len(client.too_much("NICKLEN"))) == (9, 29)
    assert reason(client.limit, "TOPICLEN") == "expected TOPICLEN=number in 005, but it is not there"


def test_names_are_compared_as_the_server_says(alice):
    client = alice()
    assert client.takes_for_one("Den", "dEN")
    assert not client.takes_for_one("den[", "den{")


def test_an_error_is_told(alice):
    client = alice(":x 417 alice :Too long")
    client.gets_no_error(but="417")
    assert reason(client.gets_no_error) == "expected no error for alice, but `:x 417 alice :Too long` came"


@pytest.mark.parametrize("tag", ["", "@time=2026-01-31T12:00:00Z ", "@time=now "])
def test_a_message_without_its_time_is_told(tag, alice):
    client = alice(f"{tag}:bob!b@h JOIN #a")
    assert reason(client.is_dated, ":bob JOIN #a").startswith("expected @time=YYYY-MM-DDThh:mm:ss.sssZ before it")


def test_the_form_of_a_time_is_told(alice):
    client = alice("@time=2026-01-31T12:00:00Z :bob!b@h JOIN #a")
    assert reason(client.is_dated, ":bob JOIN #a").endswith("but @time=0000-00-00T00:00:00Z came")


def test_a_clients_tag_is_known_from_others(alice):
    alice("@time=x;+a=b :bob!b@h JOIN #a").is_tagged(":bob JOIN #a", "+a", "b")
    wanted = "expected @+a=b before it, and no other tag of the client's"
    assert reason(alice("@a=b;+a=b :bob!b@h JOIN #a").is_tagged, ":bob JOIN #a", "+a", "b").startswith(wanted)


def test_bytes_arrive_unchanged_or_not_at_all(alice):
    client = alice(":bob!b@h PRIVMSG #a :\udcff")
    client.gets_unchanged_if_at_all(b"\xff", ":bob PRIVMSG #a")
    client.gets_unchanged_if_at_all(b"\xfe", ":bob PRIVMSG #a")


def test_lines_that_are_too_long_are_told(alice):
    client = alice(":x NOTICE alice :" + "x" * 600)
    assert reason(client.had_lines_of_at_most, 512) == (
        "expected lines of 512 bytes at most, with \\r\\n, but one of 619 bytes came"
    )


def test_lines_of_a_file_come_in_their_order(alice):
    client = alice(":x 372 alice :- one", ":x 372 alice :- ", ":x 372 alice :- two", ":x 376 alice :End")
    client.gets_lines("372", ("one", "", "two"), end="376")


LUSERS = """if word == 'LUSERS': answer = (f':x 251 {nick} :There are {len(everybody)} users, 1 invisible\\n'
                f':x 254 {nick} 2 :channels\\n:x 255 {nick} :I have {len(everybody) + 1} clients\\n')"""


def test_users_and_channels_are_counted(desk):
    server = desk.serves(LUSERS)
    (alice,) = server.registered("alice")
    before = alice.counts()
    assert before == {"users in 251": 2, "channels in 254": 2, "clients in 255": 2}
    server.registered("bob")
    alice.counts_differ(before, 1, 0, 1)
    assert reason(alice.counts_differ, before, 2, 0, 1) == "expected 4 users in 251, after 2 before, but there were 3"
