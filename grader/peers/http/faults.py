"""What the lab's HTTP server does wrong on purpose, for one request each."""

from __future__ import annotations

from typing import NamedTuple

HTML = b"<!DOCTYPE html>\n<title>Welcome</title>\n<h1>This is some other web site.</h1>\n"


class Fault(NamedTuple):
    """What becomes of a request.

    is_done   whether what it asks for is done all the same
    status    of the answer; 0: there is none, the connection ends
    """

    is_done: bool = False
    status: int = 0
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    body: bytes = b""

    @property
    def in_words(self) -> str:
        """What the server does where it does not answer."""
        return "the server does what it is asked, and hangs up" if self.is_done else "the server hangs up"


def busy(retry_after: int | None = None) -> Fault:
    """503, with or without a word of when to come again (RFC 9110, sections 15.6.4 and 10.2.3)."""
    more = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
    return Fault(False, 503, (*Fault().headers, *more), b'{"error": "too busy just now"}')


def too_many(retry_after: int) -> Fault:
    """429: too many tries, come again after so many seconds (RFC 6585, section 4)."""
    return Fault(False, 429, (*Fault().headers, ("Retry-After", str(retry_after))), b'{"error": "too many tries"}')


def redirect(url: str) -> Fault:
    """307: the same request, please, but there (RFC 9110, section 15.4.8)."""
    return Fault(False, 307, (("Location", url),))


dropped = Fault()
dropped_after_it_was_done = Fault(is_done=True)
page = Fault(False, 200, (("Content-Type", "text/html; charset=utf-8"),), HTML)
