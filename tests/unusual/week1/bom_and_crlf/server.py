"""Written on another system: UTF-8 with a byte order mark, and CRLF at the end of each line."""

import socket
import sys

GRUSS = "Grüß Gott, ich höre zu."


def main(argv):
    if len(argv) != 3 or not argv[2].isdecimal() or not 1 <= int(argv[2]) <= 65535:
        print("Usage: server.py HOST PORT\r", file=sys.stderr)
        return 2
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((argv[1], int(argv[2])))
        except OSError:
            print("Der Port ist belegt.", end="\r\n")
            return 1
        s.listen()
        print(ascii(GRUSS), end="\r\n")
        conn, addr = s.accept()
        with conn:
            conn.sendall(conn.recv(1024))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
