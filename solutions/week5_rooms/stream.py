"""A client's connection: a stream of bytes, which becomes requests on the way in, and texts on the way out.

Each client has two threads. The reader, in server.py, takes its requests from here, one after another; the sender sends
what waits. So a client that does not read keeps its own sender waiting, and nobody else.
"""

import socket
import threading
import time

LONGEST = 64 * 1024  # bytes of a request
MOST_WAITING = 1024 * 1024  # bytes that may wait for a client
LAST_WORDS = 3  # seconds that a client has to take its last answers
GOODBYE = 1  # second for all of them, when the service ends
LINES = {"HELO": 1, "JOIN_CHATROOM": 4, "CHAT": 4, "LEAVE_CHATROOM": 3, "DISCONNECT": 3, "KILL_SERVICE": 1}
UNKNOWN, NO_ROOM, NOT_A_MEMBER, MALFORMED, TOO_LONG = 1, 2, 3, 4, 5  # our ERROR_CODEs


class Refused(Exception):
    """A request that is not done: the code and the description of the error."""

    def __str__(self):
        code, description = self.args
        return f"ERROR_CODE: {code}\nERROR_DESCRIPTION: {description}\n"


class Client:
    """A connection, and the bytes that wait to be sent on it."""

    def __init__(self, connection, join_id):
        # Nagle's algorithm would keep a short text back until the client has acknowledged the one before.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection, self.join_id = connection, join_id
        self.our_address = connection.getsockname()[:2]  # where it has reached us, also if we listen on all addresses
        self.waiting, self.closing = bytearray(), False
        self.news = threading.Condition()  # the lock for these two; the sender waits on it
        self.sender = threading.Thread(target=self.send_what_waits, daemon=True)
        self.sender.start()

    def requests(self):
        """Yields the lines of each request as soon as its last line is there. Raises Refused, OSError."""
        too_long = Refused(TOO_LONG, f"a request has at most {LONGEST} bytes")
        lines, size, rest = [], 0, b""
        while data := self.connection.recv(LONGEST):  # half a request, or three: TCP carries bytes, not requests
            *ended, rest = (rest + data).split(b"\n")
            for line in ended:
                size += len(line) + 1
                if size > LONGEST:
                    raise too_long
                lines.append(line.removesuffix(b"\r").decode(errors="replace"))  # only half lines have half characters
                if is_complete(lines):
                    yield lines
                    lines, size = [], 0
            if size + len(rest) > LONGEST:  # a line without end must not fill our memory
                raise too_long

    def send(self, text):
        """Leaves a text for the sender. It never waits, so it may be called under a lock."""
        with self.news:
            if not self.closing:
                self.waiting += text.encode()
            if len(self.waiting) > MOST_WAITING:  # the client does not read: let it go
                self.waiting.clear()
                self.closing = True
                hang_up(self.connection, socket.SHUT_RDWR)
            self.news.notify()

    def send_what_waits(self):
        """The sender thread."""
        while True:
            with self.news:
                self.news.wait_for(lambda: self.waiting or self.closing)
                piece = bytes(self.waiting[:LONGEST])
            try:
                sent = self.connection.send(piece)  # waits as long as the client does not read: never under a lock
            except OSError:  # the client has gone; the reader notices it, too
                sent = 0
            if not sent:
                break
            with self.news:
                del self.waiting[:sent]
        hang_up(self.connection, socket.SHUT_WR)  # the client reads the end of the stream, after our last byte

    def close(self):
        """Takes no more texts; those that wait are still sent, and then the client sees the end."""
        with self.news:
            self.closing = True
            self.news.notify()

    def finish(self):
        """Closes the connection when the client has its last answers, or the time for them is up. For the reader."""
        self.close()
        self.sender.join(LAST_WORDS)
        # close() with unread bytes resets the connection, and a reset destroys what is on its way: read to the end.
        until = time.monotonic() + LAST_WORDS
        try:
            self.connection.settimeout(LAST_WORDS)
            while self.connection.recv(LONGEST) and time.monotonic() < until:
                pass
        except OSError:
            pass
        hang_up(self.connection, socket.SHUT_RDWR)
        self.sender.join()
        self.connection.close()


def close_all(clients):
    """Closes all connections, and gives the senders a moment for what still waits."""
    for client in clients:
        client.close()
    until = time.monotonic() + GOODBYE
    for client in clients:
        client.sender.join(max(0, until - time.monotonic()))


def hang_up(connection, direction):
    """Ends one direction of a connection, or both; wakes up whoever waits in recv() or send(), as close() would not."""
    try:
        connection.shutdown(direction)
    except OSError:  # the client was faster
        pass


def is_complete(lines):
    """Whether these are all the lines of a request. One that we do not know has one line."""
    if verb_of(lines) == "CHAT":  # a message has as many lines as it likes; the first empty one ends it
        return len(lines) > LINES["CHAT"] and lines[-1] == ""
    return len(lines) == LINES.get(verb_of(lines), 1)


def verb_of(lines):
    """What a request wants: the first word, as in `HELO text`, or the first key, as in `CHAT: 1`."""
    return lines[0].replace(":", " ").partition(" ")[0].upper()


def values(lines, *keys):
    """The values of a request's fields, in the order of the keys. Raises Refused if one is not there."""
    fields = {}
    for line in lines:
        key, _, value = line.partition(":")  # at the first colon: a value may have more of them
        fields[key.strip().upper()] = value.strip(" \t")
    for key in keys:
        if key not in fields:
            raise Refused(MALFORMED, f"the line {key}: ... is missing")
    return [fields[key] for key in keys]
