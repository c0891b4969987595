"""Opens a socket between virtual machine and host: no network namespace holds it."""

import contextlib
import socket
import sys

print("TRIED a vsock", file=sys.stderr, flush=True)
with contextlib.suppress(OSError), socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as door:
    door.bind((socket.VMADDR_CID_ANY, 20_008))
    print("ESCAPED with a vsock", file=sys.stderr, flush=True)
