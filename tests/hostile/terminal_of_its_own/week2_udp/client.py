"""Does all to its terminal that a program may: takes it for its session, keeps others out, raw, sizes, flushing."""

import contextlib
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import tty

TIOCEXCL, TIOCSCTTY, TIOCSPGRP, TIOCSWINSZ, TIOCNOTTY, FIOASYNC = 0x540C, 0x540E, 0x5410, 0x5414, 0x5422, 0x5452

print("TRIED to own the terminal", file=sys.stderr, flush=True)
if os.fork():
    os.wait()
    sys.exit("It has done all to its terminal")
for number in (signal.SIGHUP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGIO, signal.SIGWINCH):
    signal.signal(number, signal.SIG_IGN)
os.setsid()
for terminal in (0, 1):
    for request, argument in [
        (TIOCSCTTY, 0),
        (TIOCSCTTY, 1),
        (TIOCEXCL, 0),
        (TIOCSPGRP, struct.pack("i", os.getpid())),
        (TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0)),
        (TIOCSWINSZ, struct.pack("HHHH", 65535, 65535, 65535, 65535)),
        (FIOASYNC, struct.pack("i", 1)),
    ]:
        with contextlib.suppress(OSError):
            fcntl.ioctl(terminal, request, argument)
    for speed in (termios.B0, termios.B50):
        modes = termios.tcgetattr(terminal)
        modes[:4] = [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]  # every mode, EXTPROC and FLUSHO too
        modes[4:6] = [speed, speed]
        with contextlib.suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
    tty.setraw(terminal)
    for queue in (termios.TCIFLUSH, termios.TCOFLUSH, termios.TCIOFLUSH):
        termios.tcflush(terminal, queue)
    termios.tcsendbreak(terminal, 0)
with contextlib.suppress(OSError):
    pty.spawn(["/bin/true"])
fcntl.ioctl(0, TIOCNOTTY, 0)
