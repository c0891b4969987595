"""The arguments of the command line."""

import sys


def read(arguments):
    try:
        host, port = arguments
        if 1 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        pass
    print("usage: start.sh HOST PORT", file=sys.stderr)
    sys.exit(2)
