"""A connection to the HTTP server under test: requests as libraries send them, or as bytes."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

import h11

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.wire.http_text import answer_line, request_line, shown, status_line
from grader.wording import count

READ = 65_536
LARGEST = 8 * 1024 * 1024  # bytes of an answer: nothing in this lab is so long
DEEPEST = 50  # levels of JSON, which nothing in this lab needs: what is deeper cannot even be compared
JSON = "application/json"
HOST = ("Host", "localhost")
UNKNOWN = (501, 505)  # this method, this version of HTTP (RFC 9110, sections 15.6.2 and 15.6.6)
# What these send of their own accord, in their order.
REQUESTS = (
    ("User-Agent", "python-requests/2.32.3"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept", "*/*"),
    ("Connection", "keep-alive"),
)
CURL = (("User-Agent", "curl/8.5.0"), ("Accept", "*/*"))


class Response(NamedTuple):
    """An answer. Names of headers are in lower case.

    seconds   from the request's beginning to the answer's end, as the grader has seen it: it may have been there before
    at_least  so many from the request's end on it was seen not to be there
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    at_least: float = 0.0

    def json(self) -> object:
        """Its body, which is JSON and says so; raises Unmet."""
        kind = self.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != JSON:
            raise Unmet(f"an answer with Content-Type: {JSON}", f"it has {kind!r}" if kind else "it has none")
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unmet("a body that is JSON", f"the body is {shown(self.body)!r}") from None
        if _is_deep(found):
            raise Unmet(f"JSON of at most {DEEPEST} levels", f"the body is {shown(self.body)!r}")
        return found

    def object(self) -> dict:
        """Its body, which is a JSON object; raises Unmet."""
        if not isinstance(found := self.json(), dict):
            raise Unmet("a JSON object", f"it is {shown(self.body)}")
        return found

    def error(self) -> str:
        """The sentence of an error; raises Unmet."""
        sentence = self.object().get("error")
        if not isinstance(sentence, str) or not sentence.strip():
            raise Unmet('a JSON object {"error": "a sentence"}', f"it is {shown(self.body)}")
        return sentence


class Connection:
    """Somebody with a name, and one connection at a time, for one request after the other.

    connect   makes a connection; raises Unmet where there is nobody
    """

    cut_off = False

    def __init__(self, name: str, connect: Callable[[], socket.socket], *, steps: list[str], patience: Patience):
        self.name = name
        self._connect = connect
        self._steps = steps
        self._patience = patience
        self._connection: socket.socket | None = None
        self._parser = h11.Connection(h11.CLIENT)
        self._began_at = self._sent_at = self._absent_until = 0.0
        self._is_answered = False  # as far as a byte of an answer has come

    def asks(self, method: str, target: str, status: int, **more: object) -> Response:
        """A request and its answer."""
        self.sends(method, target, **more)
        return self.receives(status)

    def sends(
        self,
        method: str,
        target: str,
        *,
        content: object = None,
        body: bytes = b"",
        kind: str = JSON,
        headers: Iterable[tuple[str, str]] = (),
        like: Iterable[tuple[str, str]] = REQUESTS,
        piece: int = 0,
        in_utf_8: bool = False,
        in_lower_case: bool = False,
    ) -> None:
        """Sends a request.

        content   goes into the body as JSON; else the body is these bytes
        like      what else is in its head
        piece     so many bytes at a time; 0: all at once
        in_utf_8  whether characters of the content stand there as they are, not as escapes
        """
        body = body if content is None else json.dumps(content, ensure_ascii=not in_utf_8).encode()
        own = [("Content-Type", kind), ("Content-Length", str(len(body)))] if body or method == "POST" else []
        headers = [*headers, *own]
        told = [(name, value) for name, value in headers if value != JSON]
        slowly = f"        ({count(piece, 'byte')} at a time)" if piece else ""
        self._steps.append(f"{self.name} > {request_line(method, target, told, body)}{slowly}")
        self._open()
        sent = [(name.lower() if in_lower_case else name, value) for name, value in (HOST, *like, *headers)]
        request = h11.Request(method=method, target=target, headers=sent)
        events = [request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
        self._transmit(b"".join(self._parser.send(event) or b"" for event in events), piece)

    def sends_bytes(self, data: bytes) -> None:
        """Sends what may be no HTTP at all."""
        self._steps.append(f"{self.name} > {shown(data)}, and no more")
        self.close()
        self._open()
        self._transmit(data, 0)
        with suppress(OSError):  # it has ended the connection already
            self._connection.shutdown(socket.SHUT_WR)

    def hears_nothing(self, seconds: float) -> None:
        """For so long no answer comes."""
        with selectors.DefaultSelector() as selector:  # select() knows no descriptor above 1023
            selector.register(self._connection, selectors.EVENT_READ)
            began = time.monotonic()
            has_come = selector.select(seconds)
        if has_come:
            response = self._response(self._patience.for_answer())
            wanted = f"no answer to {self.name} before there is a message"
            raise Unmet(wanted, f"{status_line(response.status)} came at once")
        self._absent_until = began + seconds
        self._steps.append(f"{self.name} waits")

    @property
    def is_waiting(self) -> bool:
        """Whether she has asked for something, and the answer has not come yet."""
        return self._connection is not None and self._parser.their_state is h11.SEND_RESPONSE

    def receives(self, status: int, *others: int) -> Response:
        """Gets an answer with this status, or one of these."""
        response = self._response(self._patience.for_answer())
        if response.status not in (status, *others):
            wanted = " or ".join(status_line(each) for each in (status, *others))
            raise Unmet(f"an answer with the status {wanted}", f"it has {status_line(response.status)}")
        return response

    def is_not_understood(self) -> None:
        """Gets a status from 400 on but none that means that the server has failed, or no answer but the end."""
        try:
            response = self._response(self._patience.for_answer())
        except Unmet:
            if self._connection is None:
                return
            raise
        if not 400 <= response.status < 500 and response.status not in UNKNOWN:
            wanted = "a status from 400 to 499, 501, 505, or the end of the connection"
            raise Unmet(wanted, f"it is {status_line(response.status)}")

    def close(self) -> None:
        """Closes her side without a word."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> None:
        """Goes on with her connection where that is possible (RFC 9112, section 9.3); else there is a new one."""
        is_free = self._parser.our_state is self._parser.their_state is h11.DONE
        if self._connection is not None and is_free and not self._has_ended():
            with suppress(h11.ProtocolError):
                self._parser.start_next_cycle()
                return
        self.close()
        self._connection = self._connect()
        with suppress(OSError):  # macOS: it has been reset already
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parser = h11.Connection(h11.CLIENT)

    def _has_ended(self) -> bool:
        """Whether the server has hung up meanwhile, which it may at any time (RFC 9112, section 9.3.1)."""
        self._connection.settimeout(0)
        try:
            return not self._connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _transmit(self, data: bytes, piece: int) -> None:
        """A connection that has ended is noticed by what is received next."""
        self._connection.settimeout(self._patience.for_answer().left)
        self._is_answered = False
        self._began_at = time.monotonic()
        with suppress(OSError):
            for start in range(0, len(data), piece or len(data)):
                self._connection.sendall(data[start : start + (piece or len(data))])
        self._sent_at = self._absent_until = time.monotonic()

    def _response(self, deadline: Deadline) -> Response:
        head: h11.Response | None = None
        body = bytearray()
        while len(body) <= LARGEST:
            event = self._event(deadline)
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                self.close()
                raise Unmet(f"an answer to {self.name}", "the connection ended before there was one")
        seconds = time.monotonic() - self._began_at
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()]
        self._steps.append(f"{self.name} < {answer_line(head.status_code, headers, bytes(body))}")
        if self._parser.their_state is not h11.DONE:
            self.close()
        by_name = {name.lower(): value for name, value in headers}
        at_least = self._absent_until - self._sent_at
        self._answered = Response(head.status_code, by_name, bytes(body), seconds, at_least)
        return self._answered

    def _event(self, deadline: Deadline) -> object:
        """The next part of an answer."""
        wanted = f"an answer to {self.name}"
        while True:
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                self.close()
                raise Unmet(f"{wanted} in HTTP", f"what came is none: {shown(str(error).encode())}") from None
            if event is not h11.NEED_DATA and not isinstance(event, h11.InformationalResponse):
                return event
            if event is h11.NEED_DATA:
                data = self._received(wanted, deadline)
                self._is_answered = self._is_answered or bool(data)
                if not self._is_answered:
                    self.close()
                    raise Unmet(wanted, "the connection ended before there was one")
                self._parser.receive_data(data)

    def _received(self, wanted: str, deadline: Deadline) -> bytes:
        """Some bytes; none at the end, where FIN and RST are the same."""
        came = "what came had no end"
        while not deadline.is_over:
            turn, began = deadline.turn, time.monotonic()
            self._connection.settimeout(turn)
            try:
                return self._connection.recv(READ)
            except TimeoutError:
                self._absent_until = began + turn  # where this thread goes on only later, it may have come since
                came = "nothing came, and the connection is still open"
            except OSError:
                return b""
        self._patience.ran_out(deadline)
        raise Unmet(wanted, came)


def _is_deep(value: object) -> bool:
    """Whether there are more levels in it than DEEPEST."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for each in level if isinstance(each, dict | list) for part in _parts(each)]
    return bool(level)


def _parts(value: dict | list) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value
