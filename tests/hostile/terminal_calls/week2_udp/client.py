"""Calls the terminal's driver: types at it, gives it another discipline, takes the console, hangs it up."""

import contextlib
import fcntl
import os
import struct
import sys

PULLS = {
    "TIOCSTI": (0x5412, b"x"),
    "TIOCSTI with a long number": (0x7FFFFFFF00005412 & 0xFFFFFFFF, b"x"),
    "TIOCLINUX": (0x541C, b"\x03"),
    "TIOCCONS": (0x541D, b""),
    "TIOCVHANGUP": (0x5437, b""),
    "TIOCSLCKTRMIOS": (0x5457, b"\xff" * 64),
    "TIOCSSERIAL": (0x541F, b"\0" * 72),
    "TIOCGPTPEER": (0x5441, b""),
    "TIOCPKT": (0x5420, b"\1\0\0\0"),
    "TIOCSPTLCK": (0x40045431, b"\1\0\0\0"),
    **{f"TIOCSETD {number}": (0x5423, struct.pack("i", number)) for number in range(31)},
}

print("TRIED to call the driver", file=sys.stderr, flush=True)
if os.fork() == 0:  # a new process can have a session of its own, and this terminal for it
    os.setsid()
    with contextlib.suppress(OSError):
        fcntl.ioctl(0, 0x540E, 0)  # TIOCSCTTY
else:
    os.wait()
terminals = [0, 1]
with contextlib.suppress(OSError):
    terminals.append(os.open("/dev/tty", os.O_RDWR))
for terminal in terminals:
    for name, (request, argument) in PULLS.items():
        with contextlib.suppress(OSError):
            fcntl.ioctl(terminal, request, argument)
            print(f"ESCAPED: {name}", file=sys.stderr, flush=True)
