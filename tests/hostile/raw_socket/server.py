"""Opens a raw socket, to forge packets in the name of other programs."""

import contextlib
import socket
import sys

print("TRIED a raw socket", file=sys.stderr, flush=True)
for family, protocol in [(socket.AF_INET, socket.IPPROTO_ICMP), (socket.AF_INET6, socket.IPPROTO_ICMPV6)]:
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_RAW, protocol):
        print("ESCAPED with a raw socket", file=sys.stderr, flush=True)
