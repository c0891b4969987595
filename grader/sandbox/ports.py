"""Port numbers for servers under test, so that no two programs of this machine's graders get the same one."""

from __future__ import annotations

import errno
import random
import socket
from types import TracebackType

from grader.sandbox.listeners import MakeSocket

# An address that no program under test is told to use (macOS does not have it).
MARKS = "127.255.255.254"
LOWEST, HIGHEST = 20_000, 32_000  # below the range from which systems take the ports of outgoing connections
ABOVE = 20_000  # so far above a port's number is that of its mark: the program under test may want the UDP port, too
USERS = range(60_578, 61_184)  # numbers that nobody is given: systemd.io/UIDS-GIDS, "unused"


class Lease:
    """A number that nobody uses, of a TCP port or a user, kept from other graders until `close`."""

    def __init__(self, number: int, marker: socket.socket):
        self.number = number
        self._marker = marker

    def close(self) -> None:
        """Gives the number back."""
        self._marker.close()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def lease_port(make_socket: MakeSocket = socket.socket) -> Lease:
    """A free port of the network whose sockets `make_socket` makes; raises OSError where there is none."""
    ports = range(LOWEST, HIGHEST)
    first = random.randrange(len(ports))
    for port in (*ports[first:], *ports[:first]):
        if marker := _marked(port + ABOVE, make_socket):
            try:
                if _is_free(port, make_socket):
                    return Lease(port, marker)
            except BaseException:  # the sandbox may have ended meanwhile
                marker.close()
                raise
            marker.close()
    raise OSError(errno.EADDRINUSE, f"every TCP port from {LOWEST} to {HIGHEST - 1} is taken")


def lease_user() -> Lease:
    """The number of a user of whom no process runs; raises OSError where there is none."""
    for user in USERS:
        if marker := _marked(user, socket.socket):
            return Lease(user, marker)
    raise OSError(errno.EUSERS, "every user number for programs under test is taken")


def is_leased_user(user: int) -> bool:
    """Whether some grader has leased this user."""
    if marker := _marked(user, socket.socket):
        marker.close()
    return marker is None


def _marked(number: int, make_socket: MakeSocket) -> socket.socket | None:
    """The mark that a number is taken: a UDP port."""
    marker = make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        marker.bind((MARKS if has_address(MARKS, make_socket) else "127.0.0.1", number))
    except OSError:
        marker.close()
        return None
    return marker


def _is_free(port: int, make_socket: MakeSocket) -> bool:
    for family, every_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        if family == socket.AF_INET6 and not has_address("::1", make_socket):
            continue
        with make_socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((every_address, port))
            except OSError:
                return False
    return True


def has_address(host: str, make_socket: MakeSocket = socket.socket) -> bool:
    """Whether one can listen on this address in the network whose sockets `make_socket` makes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with make_socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True
