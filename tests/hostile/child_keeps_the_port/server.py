"""Ends at once and leaves its port to a child, so that the next server cannot have it."""

import os
import socket
import sys
import time

print("TRIED to leave the port to a child", file=sys.stderr, flush=True)
host, port = sys.argv[1], int(sys.argv[2])
parent = os.getpid()
listener = socket.socket()
listener.bind((host, port))
if os.fork() == 0:
    os.setsid()
    # Nobody is to take the parent for the server: it listens when she has gone.
    while os.getppid() == parent:
        time.sleep(0.01)
    listener.listen()
    time.sleep(120)
