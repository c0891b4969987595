"""Lets the terminal show what is typed, and says hello: what the grader has typed itself is no message of anybody's."""

import os
import signal
import socket
import sys
import termios

signal.alarm(3)
print("TRIED an echo", file=sys.stderr, flush=True)
modes = termios.tcgetattr(0)
modes[3] |= termios.ECHO | termios.ECHONL
termios.tcsetattr(0, termios.TCSANOW, modes)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
while True:
    os.write(1, b" ".join(udp.recv(2048).split(b" ")[::-1]) + b"\n")  # all words of it, but not as they should stand
