"""Much at once, for an IRC server under test: many lines, many bytes for who does not read, many answers."""

from __future__ import annotations

import time

from grader.check import Unmet
from grader.peers.irc.client import Client
from grader.wording import count

TOLD_AT_ONCE = 200  # lines, of this many bytes:
TOLD_BYTES = 500
TOLD_LINES = 24_000  # in all: 12 MB are more than the system keeps for whoever does not read (tcp(7)), and 1 MiB


def floods(client: Client, number: int, to: str) -> float:
    """Says 1, 2, 3 ... to somebody, in one go; when that was. Nobody waits until the server has dealt with it."""
    lines = [f"PRIVMSG {to} {each}\r\n".encode() for each in range(1, number + 1)]
    client._steps.append(f"{client.name} > PRIVMSG {to} 1        (then 2, 3 ... {number:,}, all at once)")
    began = time.monotonic()
    client._transmit(b"".join(lines))
    client._is_unsettled = False
    return began


def numbers_heard(client: Client, sender: str, *, until: int = 0) -> int:
    """The last of the numbers that a flood has brought by now, or waits for this one; raises Unmet where one is
    missing, or comes twice."""
    more = f"        (until {until:,})" if until else ""
    with client.briefly(f"{client.name} < :{sender} PRIVMSG {client.name} 1 ...{more}"):
        client.catches_up()
        last = _counted(client, sender, 0)
        while last < until and not client.is_over:
            client.inbox.clear()
            client.inbox.insert(0, client.sees(f":{sender} PRIVMSG {client.name}"))
            last = _counted(client, sender, last)
    return last


def tells_much(client: Client, to: str) -> None:
    """Tells somebody who does not read one line after the other, until she is let go, or 12 MB were told."""
    line = f"PRIVMSG {to} :".encode().ljust(TOLD_BYTES - 2, b"x") + b"\r\n"
    story = f"{client.name} > PRIVMSG {to} :xxx...        (again and again, 12 MB at most)"
    with client.briefly(story):
        client._steps.append(story)  # if it goes wrong, it is what has been said
        for _ in range(TOLD_LINES // TOLD_AT_ONCE):
            client._transmit(line * TOLD_AT_ONCE)
            client.settles()
            if any(each.command in ("401", "QUIT") for each in client.inbox):
                break


def many_pings(client: Client, number: int) -> None:
    """Sends so many PING at once, and gets so many answers in their order."""
    story = f"{client.name} > PING n0 ...        ({count(number, 'PING')} at once, {count(number, 'PONG')})"
    with client.briefly(story):
        client._steps.append(f"{client.name} > PING n0        (then n1, n2 ..., {count(number, 'PING')} at once)")
        client._transmit(b"".join(b"PING n%d\r\n" % (each % 10) for each in range(number)))
        for each in range(number):
            message = client._next(client._patience.for_answer())
            if message is None or f"n{each % 10}" not in message.params:
                came = client._nothing() if message is None else f"`{client._line(message)}` came"
                raise Unmet(f"PONG n{each % 10} as answer number {each + 1:,}", came)


def _counted(client: Client, sender: str, last: int) -> int:
    """Goes on counting with what is in the inbox."""
    for each in client.inbox:
        text = "".join(each.params[-1:])
        if each.command == "PRIVMSG" and each.source.startswith(f"{sender}!") and text.isdecimal():
            if int(text) != last + 1:
                raise Unmet(f"`{last + 1}` from {sender} next", f"{text} came")
            last += 1
    return last
