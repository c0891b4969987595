"""Port numbers for servers under test, so that no two programs of this machine's graders get the same one."""

from __future__ import annotations

import random
import socket
from types import TracebackType

# An address that no program under test is told to use (macOS does not have it).
MARKS = "127.255.255.254"
LOWEST, HIGHEST = 20_000, 32_000  # below the range from which systems take the ports of outgoing connections


class Lease:
    """A TCP port that nobody uses, kept from other graders until `close`."""

    def __init__(self, port: int, marker: socket.socket):
        self.port = port
        self._marker = marker

    def close(self) -> None:
        """Gives the port back."""
        self._marker.close()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def lease_port() -> Lease:
    """A free port. The same number in UDP is bound as the mark that it is taken: TCP and UDP ports do not collide."""
    marks = MARKS if has_address(MARKS) else "127.0.0.1"
    for port in random.sample(range(LOWEST, HIGHEST), HIGHEST - LOWEST):
        marker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            marker.bind((marks, port))
            if _is_free(port):
                return Lease(port, marker)
        except OSError:
            pass
        marker.close()
    raise RuntimeError(f"every TCP port from {LOWEST} to {HIGHEST - 1} of this machine is taken")


def _is_free(port: int) -> bool:
    for family, every_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        if family == socket.AF_INET6 and not has_address("::1"):
            continue
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((every_address, port))
            except OSError:
                return False
    return True


def has_address(host: str) -> bool:
    """Whether this machine can listen on this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True
