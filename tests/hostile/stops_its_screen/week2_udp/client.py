"""Stops its own screen, so that whoever looks or cleans up there might wait for ever."""

import contextlib
import signal
import socket
import sys
import termios
import threading

for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGTTOU, signal.SIGTTIN):
    signal.signal(number, signal.SIG_IGN)
signal.alarm(3)
print("TRIED to stop the screen", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
for terminal in (0, 1):
    for action in (termios.TCIOFF, termios.TCION, termios.TCIOFF, termios.TCOOFF):
        with contextlib.suppress(termios.error):
            termios.tcflow(terminal, action)
threading.Thread(target=lambda: termios.tcdrain(1), daemon=True).start()
while True:
    print("nobody sees this", flush=True)
