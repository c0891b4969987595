"""Talk all the time: thousands of lines on both streams, in colour, with emoji."""

import itertools
import socket
import sys

sys.stdout.reconfigure(encoding="utf-8")
sys.stderr.reconfigure(encoding="utf-8")

COLOURS = itertools.cycle(range(31, 37))
FACES = itertools.cycle(["🐍", "🦜", "👩🏽‍🚀", "🇳🇱", "✨", "é̂", "日本語"])


def chatter(about, lines=2000):
    for number in range(lines):
        for stream in sys.stdout, sys.stderr:
            colour, face = next(COLOURS), next(FACES)
            print(f"\x1b[1;{colour}m{face} {number:05} let me tell you about {about}\x1b[0m\a", file=stream)
    sys.stdout.flush()


def main():
    chatter("my arguments")
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or int(sys.argv[2]) not in range(1, 65536):
        print("\x1b[31m👉 Usage: server.py HOST PORT 👈\x1b[0m", file=sys.stderr)
        chatter("good manners")
        return 2
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((sys.argv[1], int(sys.argv[2])))
        except OSError as error:
            print(f"\x1b[35m💔 {error.strerror} 💔\x1b[0m")
            return 1
        chatter("listening")
        listener.listen()
        chatter("waiting")
        connection, address = listener.accept()
        chatter(f"my new friend {address}")
        with connection:
            message = connection.recv(1024)
            chatter(f"those {len(message)} bytes: {message!r}"[:60])
            connection.sendall(message)
            chatter("echoes")
    chatter("saying goodbye")
    return 0


sys.exit(main())
