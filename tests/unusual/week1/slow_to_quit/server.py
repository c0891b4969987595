"""Close everything promptly, then tidy up for two seconds before the end."""

import socket
import sys
import time


def main(argv):
    if len(argv) != 3 or not argv[2].isdecimal() or not 1 <= int(argv[2]) <= 65535:
        print(f"usage: {argv[0]} HOST PORT", file=sys.stderr)
        return 2
    try:
        listener = socket.create_server((argv[1], int(argv[2])))
    except OSError as error:
        print(f"{error.strerror}: {argv[1]} {argv[2]}", file=sys.stderr)
        return 1
    connection, peer = listener.accept()
    connection.sendall(connection.recv(1024))
    connection.close()
    listener.close()
    for thing in "the cups", "the lights":
        print("putting away", thing, flush=True)
        time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
