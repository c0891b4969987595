"""From a host and a port to the sockets of a server."""

from __future__ import annotations

import errno
import os
import socket
from typing import NamedTuple

from grader.check import Refused

BACKLOG = 1_024  # connections that wait for accept: a whole class may come at once


class Address(NamedTuple):
    """Where a socket is bound, or sends to."""

    family: int
    address: tuple


def addresses(host: str, port: int) -> list[Address]:
    """All addresses of a host; raises Refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise Refused(f"There is no host {host!r}.") from None
    both = [Address(entry[0], entry[4]) for entry in found if entry[0] in (socket.AF_INET, socket.AF_INET6)]
    return sorted(both, key=lambda address: address.family != socket.AF_INET)  # IPv4 first: every machine has it


def bound(host: str, port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> list[socket.socket]:
    """Sockets on all addresses of a host, for TCP listening; raises Refused where there is none to be had."""
    sockets: list[socket.socket] = []
    for family, address in addresses(host, port):
        # asyncio sends small answers at once (TCP_NODELAY) only where the socket says that it is TCP.
        made = socket.socket(family, kind, socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else 0)
        sockets.append(made)
        try:
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == socket.SOCK_STREAM and os.name == "posix":  # elsewhere it would share a port that is taken
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            if kind == socket.SOCK_STREAM:
                made.listen(BACKLOG)
            made.setblocking(False)
        except OSError as error:
            sockets.remove(made)
            made.close()
            if sockets and error.errno != errno.EADDRINUSE:  # this machine has one of the two
                continue
            for other in sockets:  # at the other address clients would find somebody else
                other.close()
            raise Refused(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
    return sockets
