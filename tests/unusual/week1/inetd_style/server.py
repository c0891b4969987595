"""In the manner of inetd: accept here, and let dd talk with the socket as its stdin and stdout."""

import socket
import subprocess
import sys

COMMAND = ["dd", "bs=1024", "count=1", "status=none"]  # one read, one write


def main(host, port):
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
    with connection:
        return subprocess.run(COMMAND, stdin=connection, stdout=connection).returncode


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"server.py: {error.strerror}")
