"""One connection to the lab's HTTP server in a check: bytes in, requests out; plain or over TLS."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import parse_qsl

import h11

from grader.wire.http_chat import LARGEST_BODY, Request

READ = 65_536
PATIENCE = 2.0  # seconds for a client to take an answer: it has asked for it
LONGEST_BODY = 4 * LARGEST_BODY  # what is kept of a body that is too long anyway
LARGEST_HEAD = 65_536  # bytes


class Malformed(Exception):
    """What the client sent is no HTTP."""


class Channel:
    """A connection that a client has made. `is_over` when it has ended, on either side.

    tls   where the client is to speak TLS
    """

    def __init__(self, connection: socket.socket, tls: ssl.SSLContext | None = None):
        connection.settimeout(PATIENCE)
        with suppress(OSError):  # macOS: it has been reset already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._incoming, self._outgoing, server_side=True) if tls else None
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        self._request: h11.Request | None = None
        self._body = b""
        self.is_over = False
        self.complaint = ""  # of TLS: why the client hung up

    def fileno(self) -> int:
        """The descriptor that is ready to read when something has come."""
        return self._socket.fileno()

    def receive(self) -> int:
        """Takes in what has come: how many bytes."""
        try:
            came = self._socket.recv(READ)
        except OSError:
            came = b""
        if not came:
            self.is_over = True
        elif self._tls:
            self._receive_tls(came)
        else:
            self._parser.receive_data(came)
        return len(came)

    def next_request(self) -> Request | None:
        """The next request that has come in full, while none waits for its answer; raises Malformed."""
        try:
            while (event := self._parser.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Request):
                    self._request, self._body = event, b""
                    if self._parser.they_are_waiting_for_100_continue:
                        self._send(h11.InformationalResponse(status_code=100, headers=[]))
                elif isinstance(event, h11.Data):
                    self._body = (self._body + event.data)[:LONGEST_BODY]
                elif isinstance(event, h11.EndOfMessage):
                    return _request(self._request, self._body)
                else:  # ConnectionClosed
                    self.is_over = True
                    return None
        except h11.RemoteProtocolError as error:
            raise Malformed(str(error)) from None
        return None

    def answer(self, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        """Answers the last request."""
        length = [] if status == 204 else [("Content-Length", str(len(body)))]
        with suppress(h11.LocalProtocolError):  # it has hung up, or was malformed
            self._send(h11.Response(status_code=status, headers=[*headers, *length], reason=_reason(status)))
            if body and not (self._request and self._request.method == b"HEAD"):
                self._send(h11.Data(data=body))
            self._send(h11.EndOfMessage())
            self.is_over |= self._parser.our_state is h11.MUST_CLOSE  # `Connection: close`, RFC 9112, section 9.6
            self._parser.start_next_cycle()

    def close(self) -> None:
        """Ends the connection."""
        self.is_over = True
        self._socket.close()

    def _receive_tls(self, came: bytes) -> None:
        self._incoming.write(came)
        try:
            if not self._tls.version():
                self._tls.do_handshake()
            while plain := self._tls.read(READ):
                self._parser.receive_data(plain)
            self.is_over = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.complaint = error.reason or "the handshake failed"
            self.is_over = True
        self._flush()

    def _send(self, event: h11.Event) -> None:
        data = self._parser.send(event) or b""
        if self._tls:
            self._tls.write(data)
            self._flush()
        else:
            self._transmit(data)

    def _flush(self) -> None:
        self._transmit(self._outgoing.read())

    def _transmit(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError:
            self.is_over = True


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase


def _request(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode("latin-1").partition("?")
    return Request(
        method=head.method.decode("latin-1"),
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )
