"""A client on a lasting connection: what she sends, in which pieces, and how its end is told. The server is a test."""

import socket
import struct
import threading
from contextlib import suppress

import pytest

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers import stream as stream_module
from grader.peers.stream import Stream

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
MUCH = b"x" * 8_000_000  # bytes: more than the system keeps for who does not read


@pytest.fixture
def server():
    """The other end of alice's connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
        theirs.settimeout(GENEROUS)
        with ours, theirs:
            yield theirs, ours


@pytest.fixture
def meet(server):
    """Makes alice, who may be impatient, and whose bytes the server has read when `unread` says so."""

    def meet(patience=GENEROUS, **more):
        steps = []
        more = {"steps": steps, "patience": Patience(patience, patience), "unread": lambda: 0, **more}
        alice = Stream("alice", server[1], **more)
        alice.steps = steps
        return alice, server[0]

    return meet


def line(came):
    """Takes a line off what has come."""
    end = came.find(b"\n") + 1
    found = bytes(came[:end])
    del came[:end]
    return found or None


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_what_she_sends_comes_at_once(meet):
    alice, server = meet()
    alice.sends(b"hello\n")
    assert server.recv(100) == b"hello\n"
    assert alice.steps == [r"alice > b'hello\n'"]


def test_the_transcript_has_nothing_that_differs_from_run_to_run(meet):
    alice, _ = meet(neutral=lambda text: text.replace("20123", "PORT"))
    alice.sends(b"at 20123")
    assert alice.steps == ["alice > b'at PORT'"]


def test_a_piece_is_sent_when_the_one_before_has_been_read(meet):
    pieces = []

    def read():
        pieces.append(server.recv(100))
        return 0

    alice, server = meet(unread=read)
    alice.sends_cut(b"hello\n", 1, 4)
    assert pieces == [b"h", b"ell", b"o\n"]
    assert alice.steps == [r"alice > b'hello\n'        (3 pieces, cut at 1, 4)"]


def test_byte_by_byte_is_a_piece_for_each(meet):
    pieces = []
    alice, server = meet(unread=lambda: pieces.append(server.recv(100)))
    alice.sends_byte_by_byte(b"abc")
    assert pieces == [b"a", b"b", b"c"]
    assert alice.steps == ["alice > b'abc'        (byte by byte)"]


def test_who_does_not_read_is_not_waited_for_again(meet, monkeypatch):
    monkeypatch.setattr(stream_module, "TAKEN", BRIEF)
    asked = []
    alice, _ = meet(unread=lambda: asked.append(1) or 1)
    alice.sends_byte_by_byte(b"a")
    times = len(asked)
    alice.sends_byte_by_byte(b"bcdef")
    alice.is_read()
    assert len(asked) == times > 1


def test_a_server_that_answers_while_she_sends_keeps_nobody_waiting(meet):
    alice, server = meet()
    threading.Thread(target=echoes, args=(server,), daemon=True).start()
    alice.sends(MUCH + b"\n")
    assert len(alice._take(line)) == len(MUCH) + 1


def echoes(server):
    with suppress(OSError):
        while data := server.recv(1 << 16):
            server.sendall(data)


def test_what_comes_is_taken_piece_by_piece(meet):
    alice, server = meet()
    server.sendall(b"one\ntwo\nthr")
    assert (alice._take(line), alice._take(line)) == (b"one\n", b"two\n")
    server.sendall(b"ee\n")
    assert alice._take(line) == b"three\n"


def test_what_does_not_come_costs_patience(meet):
    patience = Patience(BRIEF, BRIEF)
    alice, _ = meet(patience=BRIEF)
    alice._patience = patience
    assert alice._take(line, costs_patience=False) is None
    assert not patience.is_tried
    assert alice._take(line) is None
    assert patience.is_tried


def test_what_came_instead_is_told(meet):
    alice, server = meet(patience=BRIEF)
    assert alice._take(line) is None
    assert alice._nothing() == "nothing came and the connection is still open"
    server.sendall(b"half a li")
    alice._take(line)
    assert alice._nothing() == "b'half a li' came and no more, although the connection is open"
    server.close()
    alice._take(line)
    assert alice._nothing() == "b'half a li' came and then the connection ended"


def test_a_reset_is_an_end_like_others(meet):
    alice, server = meet()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()
    alice.sees_the_end()
    assert (alice.cut_off, alice.steps) == (True, ["alice's connection ends"])
    assert alice._nothing() == "nothing came before the connection ended"


def test_whatever_comes_before_the_end_does_not_matter(meet):
    alice, server = meet()
    server.sendall(b"goodbye")
    server.close()
    alice.sees_the_end()
    alice.sends(b"into the blue")
    assert alice.steps == ["alice's connection ends", "alice > b'into the blue'"]


def test_a_connection_that_stays_open_is_named(meet):
    alice, _ = meet(patience=BRIEF)
    assert reason(alice.sees_the_end) == "expected the server to end alice's connection, but it stays open"


def test_who_hangs_up_sends_an_end(meet):
    alice, server = meet()
    alice.hangs_up()
    assert server.recv(1) == b""
    assert (alice.is_over, alice.steps) == (True, ["alice hangs up"])


def test_who_is_gone_resets_the_connection(meet):
    alice, server = meet()
    alice.drops()
    with pytest.raises(ConnectionResetError):
        server.recv(1)
    assert alice.steps == ["alice is gone: her connection is reset"]


def test_who_has_finished_still_reads(meet):
    alice, server = meet()
    alice.finishes()
    assert server.recv(1) == b""
    server.sendall(b"last words\n")
    assert alice._take(line) == b"last words\n"
    assert alice.steps == ["alice shuts down her sending side"]


def test_who_closes_lets_the_server_notice_it(meet):
    alice, server = meet()
    server.sendall(b"not asked for")
    noticed = threading.Thread(target=lambda: server.recv(1) == b"" and server.close())
    noticed.start()
    alice.close(Deadline(GENEROUS))
    noticed.join(GENEROUS)
    assert (server.fileno(), alice.is_over) == (-1, True)


def test_a_server_that_never_stops_keeps_nobody_from_closing(meet):
    alice, server = meet()
    flood = threading.Thread(target=floods, args=(server,), daemon=True)
    flood.start()
    alice.close(Deadline(BRIEF))
    flood.join(GENEROUS)
    assert not flood.is_alive()


def floods(server):
    with suppress(OSError):
        while True:
            server.sendall(b"x" * 100_000)
