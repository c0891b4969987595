"""The program is two modules: what a datagram means is in protocol.py, and help.txt lies beside it."""

import sys
from pathlib import Path

import protocol

try:
    host, port, name = protocol.arguments(sys.argv)
except ValueError as error:
    print(error, Path(__file__).with_name("help.txt").read_text("utf-8"), sep="\n", file=sys.stderr)
    sys.exit(2)

try:
    client = protocol.Client(host, port, lambda name, text: print(f"{name}: {text}", flush=True))
    client.join(name)
    try:
        for line in sys.stdin:
            if line == "/quit\n":
                break
            try:
                client.say(line.rstrip("\n"))
            except (protocol.TooLong, protocol.Refused) as error:
                print(error, flush=True)
    except KeyboardInterrupt:
        pass
    client.leave()
except protocol.Refused as error:
    sys.exit(f"{name}: {error}")
except OSError as error:
    sys.exit(f"{host}:{port}: {error}")
except KeyboardInterrupt:
    pass
