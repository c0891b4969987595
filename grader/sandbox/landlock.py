"""Landlock: a process gives up files, ports and signals, for itself and all that it starts. landlock(7), Linux 5.13."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # linux/landlock.h; the same numbers on all machines
ASK_VERSION = 1
PATH_BENEATH, NET_PORT = 1, 2  # kinds of rules
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15  # with truncate and ioctl: what applies to a file
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}  # by version
CONNECT_TCP = 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2  # scopes
READ = EXECUTE | READ_FILE | READ_DIR

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def version() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    return max(0, _libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)) if _libc else 0


def restrict(readable: Iterable[str], writable: Iterable[str], ports: Iterable[int]) -> None:
    """Leaves this process only these folders and files, TCP connections to these ports, and signals to its own.

    What the kernel's version does not know stays free. Needs PR_SET_NO_NEW_PRIVS. Raises OSError.
    """
    have = version()
    files = RIGHTS[min(have, max(RIGHTS))]
    net = CONNECT_TCP if have >= 4 else 0
    scopes = ABSTRACT_SOCKETS | SIGNALS if have >= 6 else 0
    attributes = struct.pack("=QQQ", files, net, scopes)[: 24 if have >= 6 else 16 if have >= 4 else 8]
    ruleset = _call(CREATE_RULESET, attributes, len(attributes), 0)
    for rights, places in ((READ & files, readable), (files, writable)):
        for place in places:
            _allow_below(ruleset, place, rights)
    if net:
        for port in ports:
            _call(ADD_RULE, ruleset, NET_PORT, struct.pack("=QQ", CONNECT_TCP, port), 0)
    _call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow_below(ruleset: int, place: str, rights: int) -> None:
    try:
        beneath = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rights &= -1 if Path(place).is_dir() else OF_FILES
    _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0)
    os.close(beneath)


def _call(number: int, *arguments: object) -> int:
    result = _libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"landlock: {os.strerror(ctypes.get_errno())}")
    return result
