"""A client of the chat-room server under test over UDP. The server is a socket whose datagrams are there before they
are asked for."""

import socket
from contextlib import suppress

import pytest

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers.rooms import datagrams as room_datagrams
from grader.peers.rooms import stream as room_stream
from grader.peers.rooms.channel import Channel
from grader.peers.rooms.datagrams import MUCH_TEXT, DatagramClient
from grader.peers.rooms.stream import Seat
from grader.peers.udp.link import Fate, good
from grader.peers.watch import Watch

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
HELO = "HELO are you there? abcd\nIP:10.1.2.3\nPort:20123\nStudentID:17\n"
WORDS = "HELO are you there? abcd\n"
JOINED = "JOINED_CHATROOM: den_abcd\nSERVER_IP: 127.0.0.1\nPORT: 20123\nROOM_REF: 3\nJOIN_ID: 4\n"
FOUR_LINES = "alice to get the four lines that answer 'HELO are you there? abcd'"


class Peer:
    """The server's end."""

    def __init__(self, bound):
        self.bound = bound
        self.client = None

    def says(self, *datagrams):
        for datagram in datagrams:
            self.bound.sendto(datagram.encode(), self.client)

    def has_heard(self):
        """What has come by now, in its order."""
        heard = []
        with suppress(BlockingIOError):
            while True:
                heard.append(self.bound.recvfrom(65_535)[0].decode())
        return heard


@pytest.fixture
def meet(monkeypatch):
    """Makes a client who finds these datagrams, and the server's end."""
    monkeypatch.setattr(room_stream, "SETTLES", BRIEF)
    monkeypatch.setattr(room_datagrams, "REST", BRIEF)
    watch, sockets = Watch(), []

    def meet(*datagrams, patience=GENEROUS, link=good, starts=0):
        ours, theirs = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for each in (ours, theirs):
            each.bind(("127.0.0.1", 0))
            each.setblocking(False)
            sockets.append(each)
        ours.connect(theirs.getsockname())
        channel = Channel(ours, watch, link=link, flow=1)
        more = {"steps": [], "patience": Patience(patience, patience), "mark": "abcd"}
        client = DatagramClient("alice", ours, channel, watch, Deadline(starts), **more)
        client.server = Peer(theirs)
        client.server.client = ours.getsockname()
        client.server.says(*datagrams)
        return client

    yield meet
    watch.close()
    for each in sockets:
        each.close()


def in_the_den(meet, *datagrams, **more):
    """alice, who is a member of the den, and finds these datagrams."""
    alice = meet(*datagrams, **more)
    alice._seats["den"] = Seat("den_abcd", 3, 4)
    return alice


def chat(number, text, name="bob"):
    return f"SEQ: {number}/{number}\nCHAT: 3\nCLIENT_NAME: {name}\nMESSAGE: {text} abcd\n\n"


def scripted(**fates):
    """A link that does this to the datagrams with these numbers, in either direction, for the first time."""
    table = {f"SEQ: {name[1:]}".encode(): fate for name, fate in fates.items()}
    return lambda flow, sign, header, before: Fate.PASSED if before else table.get(header, Fate.PASSED)


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def test_hello_is_answered_and_acknowledged(meet):
    alice = meet("ACK: 1\n", f"SEQ: 1/1\n{HELO}")
    alice.says_hello()
    alice.has_been_acknowledged()
    assert sorted(alice.server.has_heard()) == ["ACK: 1\n", f"SEQ: 1/1\n{WORDS}"]
    assert alice._steps == [
        r"alice > SEQ: 1/1 \n HELO are you there? abcd \n",
        r"alice < SEQ: 1/1 \n HELO are you there? abcd \n IP:ADDRESS \n Port:20123 \n StudentID:17 \n",
        "alice < ACK: 1",
    ]


def test_the_end_of_a_message_ends_its_last_line(meet):
    meet("ACK: 1\n", f"SEQ: 1/1\n{HELO.removesuffix(chr(10))}").says_hello()


def test_an_answer_in_pieces_comes_in_any_order(meet):
    meet(f"SEQ: 3/3\n{HELO[50:]}", "ACK: 1", f"SEQ: 1/3\n{HELO[:20]}", f"SEQ: 2/3\n{HELO[20:50]}").says_hello()


def test_several_answers_may_be_one_message(meet):
    alice = in_the_den(meet, chat(1, "one") + chat(2, "two").partition("\n")[2])
    alice.hears("bob", "den", "one", "two")


def test_what_comes_again_is_acknowledged_again_and_heard_once(meet):
    alice = in_the_den(meet, chat(1, "one"), chat(1, "one"), chat(2, "two"))
    alice.hears("bob", "den", "two")
    alice.heard_once("one")
    assert alice.server.has_heard() == ["ACK: 1\n", "ACK: 1\n", "ACK: 2\n"]


def test_what_is_not_acknowledged_goes_out_again(meet):
    alice, heard = meet(), []
    alice.sends(WORDS.encode())
    assert alice._watch.until(lambda: heard.extend(alice.server.has_heard()) or len(heard) > 2, Deadline(GENEROUS))
    assert {*heard} == {f"SEQ: 1/1\n{WORDS}"}


def test_a_request_goes_out_in_pieces(meet):
    alice = meet("ACK: 1\n", "ACK: 2\n", "ACK: 3\n", "SEQ: 1/1\n" + HELO)
    alice.sends_pieces(2, 3, 1)
    alice.says_hello()
    pieces = [each for each in alice.server.has_heard() if each.startswith("SEQ")]
    assert pieces == ["SEQ: 2/3\nyou there", "SEQ: 3/3\n? abcd\n", "SEQ: 1/3\nHELO are "]


def test_pieces_in_their_order_wait_for_each_other(meet):
    alice = meet("ACK: 1\n", patience=BRIEF)
    alice.sends_pieces(1, 2, 3)
    assert reason(alice.says_hello) == "alice to get `ACK: 2`, but it did not come"
    assert alice._steps[1:] == ["alice < ACK: 1", r"alice > SEQ: 2/3 \n you there"]


def test_a_client_says_where_she_is(meet):
    alice = meet("ACK: 1\n", f"SEQ: 1/1\n{JOINED}")
    alice.joins("den")
    where = "CLIENT_IP: {}\nPORT: {}\n".format(*alice.server.client)
    assert alice.server.has_heard()[0] == f"SEQ: 1/1\nJOIN_CHATROOM: den_abcd\n{where}CLIENT_NAME: alice\n"


def test_a_client_need_not_say_where_she_is(meet):
    alice = meet("ACK: 1\n", f"SEQ: 1/1\n{JOINED}")
    alice.gives_no_address()
    alice.joins("den")
    assert "\nCLIENT_IP: 0\nPORT: 0\n" in alice.server.has_heard()[0]


def test_each_text_is_a_message_of_its_own(meet):
    alice = in_the_den(meet)
    alice.says("den", "one", "two")
    assert [each.partition("\n")[0] for each in alice.server.has_heard()] == ["SEQ: 1/1", "SEQ: 2/2"]


def test_the_last_datagram_is_acknowledged_again(meet):
    alice = in_the_den(meet, "ACK: 1\n")
    alice.says("den", "one")
    alice.has_been_acknowledged()
    alice.server.says("ACK: 1\n")
    alice.repeats_her_last_datagram(times=1)
    assert len(alice.server.has_heard()) == 2
    assert reason(alice.repeats_her_last_datagram, 1) == "alice to get `ACK: 1` again, but it did not come again"


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ("12", "'three abcd' in its turn, but it did not come"),
        ("132", "'two abcd' in its turn, but 'three abcd' came"),
        ("1233", "each text once, but 'three abcd' came"),
    ],
)
def test_texts_that_are_not_in_order_are_named(meet, numbers, text):
    words = ["one", "two", "three"]
    said = [chat(place, words[int(number) - 1]) for place, number in enumerate(numbers, 1)]
    alice = in_the_den(meet, *said, chat(len(numbers) + 1, "the end"))
    alice.hears("bob", "den", "the end")
    assert reason(alice.has_heard_in_order, *words) == f"alice to get {text}"


def test_a_long_message_comes_whole(meet):
    text = f"CHAT: 3\nCLIENT_NAME: bob\nMESSAGE: {MUCH_TEXT} abcd\n\n"
    alice = in_the_den(meet, *(f"SEQ: {n}/3\n{text[(n - 1) * 900 : n * 900]}" for n in (1, 2, 3)))
    alice.hears_it_all("bob", "den")


def test_a_message_that_lacks_something_is_shown(meet, monkeypatch):
    monkeypatch.setattr(room_stream, "REST", BRIEF)
    alice = in_the_den(meet, chat(1, MUCH_TEXT[:500]))
    wanted = "alice to get `CHAT: 3` with all 2,496 characters of bob's MESSAGE"
    assert reason(alice.hears_it_all, "bob", "den").startswith(
        f"{wanted}, but CHAT: 3 \\n CLIENT_NAME: bob \\n MESSAGE: 1 "
    )


@pytest.mark.parametrize(
    ("datagrams", "text"),
    [
        ([], f"{FOUR_LINES}, but nothing came, not even an ACK"),
        (["ACK: 1\n"], f"{FOUR_LINES}, but nothing came, although each of her datagrams was acknowledged"),
        (["ACK: 1\n", f"SEQ: 2/2\n{HELO}"], f"{FOUR_LINES}, but `SEQ: 2/2` came, and nothing with the number 1"),
        (
            [HELO],
            "alice to get datagrams that are `ACK: n`, or begin with a line `SEQ: n/of`, but HELO are you there? ",
        ),
        (
            ["ACK: 1/1\n"],
            "alice to get datagrams that are `ACK: n`, or begin with a line `SEQ: n/of`, but ACK: 1/1 \\n came",
        ),
        (["SEQ: 1/1\n" + "x" * 1000], "alice to get datagrams of at most 1,000 bytes, but `SEQ: 1/1` has 1,009"),
        (["SEQ: 1/2\nHELO", "SEQ: 2/1\n"], "alice to get `SEQ: n/of`, where `of` is the n of the last datagram of"),
    ],
)
def test_what_came_instead_of_an_answer_is_named(meet, datagrams, text):
    assert reason(meet(*datagrams, patience=BRIEF).says_hello).startswith(text)


def test_an_answer_without_an_acknowledgement_is_named(meet):
    alice = meet(f"SEQ: 1/1\n{HELO}")
    alice.says_hello()
    assert reason(alice.has_been_acknowledged) == "alice to get `ACK: 1`, but it did not come"


def test_a_port_that_nobody_has_is_not_waited_for(meet):
    alice = meet()
    alice.server.bound.close()
    assert reason(alice.says_hello) == f"{FOUR_LINES}, but no program has this port for UDP"
    assert not alice._patience.is_tried
    assert alice.is_over


def test_a_server_may_take_its_port_a_moment_later(meet):
    alice = meet(starts=GENEROUS)
    address = alice.server.bound.getsockname()
    alice.server.bound.close()
    alice.sends(WORDS.encode())
    assert alice._watch.until(lambda: alice._channel.is_refused, Deadline(GENEROUS))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(address)
        late.settimeout(GENEROUS)
        assert alice._watch.until(lambda: not alice._channel.is_refused, Deadline(GENEROUS))
        assert late.recv(1000) == f"SEQ: 1/1\n{WORDS}".encode()


def test_what_the_link_has_lost_is_told(meet):
    alice = in_the_den(meet, chat(1, "one"), chat(1, "one"), link=scripted(n1=Fate.LOST))
    alice.says("den", "two")
    alice.hears("bob", "den", "one")
    assert [step.partition("        (")[2] for step in alice._steps] == [
        "lost on purpose)",
        "lost on purpose, and came again)",
    ]


def test_what_is_lost_and_does_not_come_again_is_named(meet):
    alice = in_the_den(meet, chat(1, "one"), chat(2, "two"), link=scripted(n2=Fate.LOST), patience=BRIEF)
    wanted = "alice to get `CHAT: 3` with `MESSAGE: two abcd`"
    assert reason(alice.hears, "bob", "den", "one", "two") == (
        f"{wanted}, but `SEQ: 2/2` was lost on purpose, and did not come again"
    )


def test_a_goodbye_is_said_once_and_nothing_is_acknowledged_after_it(meet):
    alice = in_the_den(meet)
    alice.says_goodbye()
    alice.close(Deadline(GENEROUS))
    alice.server.says(chat(1, "one"))
    alice._watch.until(lambda: False, Deadline(BRIEF))
    assert alice.server.has_heard() == ["SEQ: 1/1\nDISCONNECT: 0\nPORT: 0\nCLIENT_NAME: alice\n"]
    assert alice.is_over
