"""A client against the plain socket of a scripted server: what she takes for right, and what she says of the rest."""

import socket
import struct
import threading

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import tcp
from grader.peers.tcp import Client

GENEROUS = 10  # seconds until a test gives up
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with 0 seconds: close() sends RST instead of FIN


class Conversation:
    """alice, her steps and her patience, and the server's end of her connection."""

    def __init__(self, listener):
        connection = socket.create_connection(listener.getsockname())
        self.server, _ = listener.accept()
        self.steps = []
        self.patience = Patience(answer=0.2, silent=0.1)
        self.alice = Client("alice", connection, self.steps, self.patience)

    def says(self, data):
        """The server sends this."""
        self.server.sendall(data)

    def ends(self):
        """The server closes: FIN."""
        self.server.close()

    def resets(self):
        """The server breaks off: RST."""
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.server.close()


class OneByteAtATime:
    """A connection that hands over one byte of what has come at a time."""

    def __init__(self, data):
        self._bytes = [bytes([value]) for value in data]

    def settimeout(self, seconds):
        """It has everything already."""

    def recv(self, size):
        return self._bytes.pop(0)


@pytest.fixture
def talk(monkeypatch):
    """A conversation whose waiting times are those of a test."""
    monkeypatch.setattr(tcp, "PROBE_AFTER", 0.02)
    monkeypatch.setattr(tcp, "REST", 0.02)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        conversation = Conversation(listener)
        yield conversation
        conversation.alice.close()
        conversation.server.close()


def reason(conversation, *arguments, **options):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **options)
    return str(unmet.value)


END = pytest.mark.parametrize("end", [Conversation.ends, Conversation.resets], ids=["FIN", "RST"])


def test_what_is_sent_arrives_and_is_a_step(talk):
    talk.alice.sends(b"hello")
    assert talk.server.recv(100) == b"hello"
    assert talk.steps == ["alice > b'hello'"]


def test_the_expected_bytes_are_received_and_are_a_step(talk):
    talk.says(b"hello")
    talk.alice.receives(b"hello")
    assert talk.steps == ["alice < b'hello'"]


def test_bytes_that_come_one_by_one_are_one_answer(talk):
    alice = Client("alice", OneByteAtATime(b"hello"), talk.steps, talk.patience)
    alice.receives(b"hello")
    assert talk.steps == ["alice < b'hello'"]


def test_what_follows_the_expected_bytes_is_left_for_later(talk):
    talk.says(b"onetwo")
    talk.alice.receives(b"one")
    talk.alice.receives(b"two")
    assert talk.steps == ["alice < b'one'", "alice < b'two'"]


def test_a_wrong_answer_is_named_at_its_first_wrong_byte(talk):
    talk.says(b"hellO")
    assert reason(talk.alice.receives, b"hello") == (
        "expected alice to receive b'hello', but b'hellO' came: byte 5 is 0x4f instead of 0x6f"
    )


def test_a_wrong_answer_is_shown_as_far_as_it_came(talk):
    talk.says(b"HEL")
    talk.ends()
    reason(talk.alice.receives, b"hello")
    assert talk.steps == ["alice < b'HEL'"]


@END
def test_a_short_answer_before_the_end_says_both(talk, end):
    talk.says(b"hel")
    end(talk)
    assert reason(talk.alice.receives, b"hello") == (
        "expected alice to receive b'hello', but b'hel' came: only 3 of 5 bytes and then the connection ended"
    )


@END
def test_the_end_instead_of_an_answer_is_named(talk, end):
    end(talk)
    assert reason(talk.alice.receives, b"hello") == (
        "expected alice to receive b'hello', but nothing came before the connection ended"
    )


def test_a_short_answer_before_silence_says_that_the_connection_is_open(talk):
    talk.says(b"hel")
    assert reason(talk.alice.receives, b"hello") == (
        "expected alice to receive b'hello', but b'hel' came: "
        "only 3 of 5 bytes and no more, although the connection is open"
    )


def test_silence_instead_of_an_answer_says_that_the_connection_is_open(talk):
    assert reason(talk.alice.receives, b"hello") == (
        "expected alice to receive b'hello', but nothing came and the connection is still open"
    )


def test_silence_shortens_the_next_wait(talk):
    reason(talk.alice.receives, b"hello")
    assert talk.patience.for_answer().left <= talk.patience.silent + 1e-6


def test_a_wrong_answer_is_not_silence(talk):
    talk.says(b"HEL")
    reason(talk.alice.receives, b"hello")
    assert talk.patience.for_answer().left > talk.patience.silent


def test_the_rest_of_a_wrong_answer_is_not_waited_for_long(talk):
    talk.patience.answer = GENEROUS
    deadline = talk.patience.for_answer()
    talk.says(b"HEL")
    reason(talk.alice.receives, b"hello")
    assert deadline.left > GENEROUS / 2


@END
def test_fin_and_rst_are_both_the_end(talk, end):
    end(talk)
    talk.alice.sees_the_end()
    assert talk.steps == ["the connection ends"]
    assert talk.alice.cut_off


@END
def test_sending_after_the_end_is_noticed_by_what_is_received(talk, end):
    end(talk)
    talk.alice.sends(b"one")
    talk.alice.sends(b"two")
    talk.alice.sees_the_end()
    assert talk.steps == ["alice > b'one'", "alice > b'two'", "the connection ends"]


def test_a_connection_that_stays_open_is_unmet(talk):
    assert reason(talk.alice.sees_the_end) == "expected the server to close the connection, but it stays open"


def test_an_answer_to_the_probe_shows_that_the_server_goes_on(talk):
    talk.patience.answer = GENEROUS
    echo = threading.Thread(target=lambda: talk.says(talk.server.recv(100)))
    echo.start()
    assert reason(talk.alice.sees_the_end, b"?") == (
        "expected the server to close the connection, but it goes on: a second message is echoed, too"
    )
    echo.join()
    assert talk.steps == ["alice > b'?'", "alice < b'?'"]


def test_a_probe_that_gets_no_answer_leaves_the_connection_open(talk):
    assert reason(talk.alice.sees_the_end, b"?") == "expected the server to close the connection, but it stays open"
    assert talk.steps == ["alice > b'?'"]


def test_no_probe_is_sent_where_the_end_comes_in_time(talk):
    talk.ends()
    talk.alice.sees_the_end(probe=b"?")
    assert talk.steps == ["the connection ends"]


def test_nothing_between_the_echo_and_the_end_is_right(talk):
    talk.says(b"echo")
    talk.ends()
    talk.alice.receives(b"echo")
    talk.alice.sees_the_end()
    talk.alice.received_nothing_more()


@pytest.mark.parametrize(
    ("extra", "came"), [(b"\n", "1 byte more came: b'\\n'"), (b"\r\n", "2 bytes more came: b'\\r\\n'")]
)
def test_extra_bytes_before_the_end_are_unmet(talk, extra, came):
    talk.says(b"echo" + extra)
    talk.ends()
    talk.alice.receives(b"echo")
    talk.alice.sees_the_end()
    assert reason(talk.alice.received_nothing_more) == (
        f"expected nothing between the echo and the end of the connection, but {came}"
    )
    assert talk.steps[-1] == f"alice < {extra!r}  (before the end)"


@pytest.mark.parametrize(("came", "right"), [(b"echo", True), (b"ECHO", False), (b"ech", False), (b"", False)])
@END
def test_an_answer_is_exactly_the_expected_bytes(talk, end, came, right):
    talk.says(came)
    end(talk)
    assert talk.alice.is_answered(b"echo") is right


@END
def test_the_end_proves_that_nothing_was_answered(talk, end):
    end(talk)
    talk.alice.is_not_answered()
    assert talk.alice.cut_off


def test_an_answer_that_must_not_come_is_unmet(talk):
    talk.says(b"echo")
    assert reason(talk.alice.is_not_answered) == (
        "expected nothing to be sent to alice, and the connection to end, but alice was served, too"
    )
    assert talk.steps == ["alice < b'echo'"]


def test_silence_is_no_answer(talk):
    talk.alice.is_not_answered()
    assert not talk.alice.cut_off


def test_who_leaves_ends_the_connection(talk):
    talk.alice.leaves()
    assert talk.server.recv(1) == b""
    assert talk.steps == ["alice hangs up"]


def test_who_has_left_leaves_no_second_time(talk):
    talk.alice.leaves()
    talk.alice.leaves()
    assert talk.steps == ["alice hangs up"]


def test_who_was_not_taken_is_neither_heard_nor_answered():
    bob = Client("bob", None, steps := [], Patience(answer=0.2, silent=0.1))
    bob.sends(b"hello")
    bob.is_not_answered()
    assert (bob.is_answered(b"hello"), steps) == (False, ["bob > b'hello'"])
