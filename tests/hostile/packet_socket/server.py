"""Opens a packet socket, to listen to what the grader and other programs say to each other."""

import contextlib
import socket
import sys

EVERY_PROTOCOL = socket.htons(3)

print("TRIED a packet socket", file=sys.stderr, flush=True)
with contextlib.suppress(OSError), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, EVERY_PROTOCOL):
    print("ESCAPED with a packet socket", file=sys.stderr, flush=True)
