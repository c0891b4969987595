"""Takes the ports on which other students' servers are going to be started."""

import contextlib
import random
import socket
import sys
import time

HELD = 200

print("TRIED to take the ports of others", file=sys.stderr, flush=True)
own_port = int(sys.argv[2])
listeners = []
for port in random.sample(range(20_000, 32_000), 12_000):
    if port != own_port and len(listeners) < HELD:
        with contextlib.suppress(OSError):
            listeners.append(socket.create_server(("127.0.0.1", port), reuse_port=True))
time.sleep(5)
