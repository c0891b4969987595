"""Says to the server what only servers say, so that it takes itself for answered, or answers without end."""

import signal
import socket
import sys

SAYINGS = [b"WELCOME alice", b"OK 1", b"MSG 1 bob hello alice", b"ERROR 409 taken", b"GOT 1", b"GOT 0", b"GOT -1",
           b"BYE", b"HELLO bob", b"SAY 99999999999999999999 x", b"SAY 2147483647 x", b"SAY 1 " + b"x" * 1194,
           b"HELLO \xff"]  # fmt: skip

signal.alarm(3)
print("TRIED to talk like the server", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
for saying in SAYINGS * 20:
    udp.send(saying)
while True:
    udp.send(udp.recv(65_535))
