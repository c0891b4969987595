"""One connection of the HTTP chat server, with h11: requests one after the other, each with its answer.

Everything that a client can do slowly, or too much of, has a limit here.
"""

from __future__ import annotations

import asyncio
import re
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

import h11

from grader.wire.http_chat import LARGEST_BODY, Answer, Request, Wrong

LARGEST_HEAD = 16 * 1024  # bytes of a request line with its headers
CHUNK = 16 * 1024  # bytes that are read at a time
IDLE = 60  # seconds between two requests; a client that types a line later connects again
SLOW = 10  # seconds in which a request has come in full, or an answer has been read
LINGER = 2  # seconds in which what nobody wants to read may still come, so that the answer before is not lost


class Stream:
    """A client's connection. Everything raises OSError when the client has gone, and TimeoutError if it is slow."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        self._is_head = False

    async def request(self) -> Request | None:
        """The next one; None at the end. Raises Wrong for what is none: after that answer there is no other."""
        self._is_head = False
        if not self._http.trailing_data[0]:
            try:
                async with asyncio.timeout(IDLE):
                    self._http.receive_data(await self._reader.read(CHUNK))
            except TimeoutError:
                return None
        try:
            async with asyncio.timeout(SLOW):
                return await self._whole()
        except TimeoutError:
            raise Wrong(408, f"a request has to come within {SLOW} seconds") from None
        except h11.RemoteProtocolError as error:
            raise Wrong(error.error_status_hint, _sentence(error.error_status_hint)) from None

    async def send(self, answer: Answer, *, last: bool) -> bool:
        """Answers the request; whether another one may follow."""
        headers = [("Date", formatdate(usegmt=True)), *answer.headers]
        body = answer.body
        if body:
            headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if last:
            headers.append(("Connection", "close"))
        reason = HTTPStatus(answer.status).phrase
        parts = [h11.Response(status_code=answer.status, headers=headers, reason=reason)]
        parts += [h11.Data(body)] if body and not self._is_head else []
        self._writer.write(b"".join(self._http.send(part) for part in (*parts, h11.EndOfMessage())))
        async with asyncio.timeout(SLOW):
            await self._writer.drain()
        if last or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def refuse(self, wrong: Wrong) -> None:
        """Answers what is no request, or only half of one."""
        await self.send(Answer(wrong.status, {"error": wrong.sentence}, wrong.headers), last=True)
        if self._writer.can_write_eof():
            self._writer.write_eof()
        async with asyncio.timeout(LINGER):
            while await self._reader.read(CHUNK):
                pass

    async def close(self) -> None:
        """Ends the connection, when what is on its way has been read."""
        self._writer.close()
        async with asyncio.timeout(SLOW):
            await self._writer.wait_closed()

    async def _whole(self) -> Request | None:
        head, body = None, bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
                    self._writer.write(self._http.send(go_on))
                self._http.receive_data(await self._reader.read(CHUNK))
            elif isinstance(event, h11.Request):
                head = event
                self._is_head = head.method == b"HEAD"
                _expect_short(int(dict(head.headers).get(b"content-length", b"0")))
            elif isinstance(event, h11.Data):
                body += event.data
                _expect_short(len(body))
            else:
                return _request(head, bytes(body)) if isinstance(event, h11.EndOfMessage) else None


def _expect_short(length: int) -> None:
    if length > LARGEST_BODY:
        raise Wrong(413, f"a body has at most {LARGEST_BODY:,} bytes")


def _request(head: h11.Request, body: bytes) -> Request:
    target = re.sub("^https?://[^/?]*", "", head.target.decode("latin-1"), flags=re.IGNORECASE)  # RFC 9112, 3.2.2
    path, _, query = target.partition("?")
    return Request(
        method=head.method.decode("latin-1"),
        path=unquote(path) or "/",
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )


def _sentence(status: int) -> str:
    """What is wrong with bytes that h11 gives this status."""
    if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return f"the request line and the headers have at most {LARGEST_HEAD:,} bytes"
    if status == HTTPStatus.NOT_IMPLEMENTED:
        return "of transfer encodings, this server knows chunked only"
    return "this is no HTTP/1.1 request: a request line, headers with Host among them, an empty line, the body"
