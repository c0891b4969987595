"""One thread: a selector looks after the keyboard and the chat."""

import os
import re
import selectors
import signal
import socket
import sys

leaving = []


def arguments():
    if len(sys.argv) == 3 and re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[1]):
        url = re.fullmatch(r"chat://([^/:\s]+):(\d{1,5})/?", sys.argv[2])
        if url and 0 < int(url[2]) < 65536:
            return sys.argv[1], url[1], int(url[2])
    print("usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
    sys.exit(2)


def lines_of(read):
    """Yields lists of the lines that have come, until there is no more."""
    rest = b""
    while True:
        try:
            data = read()
        except OSError:
            data = b""
        *lines, rest = (rest + data).split(b"\n")
        yield [line.decode(errors="replace").rstrip("\r") for line in lines]
        if not data:
            return


def show(line):
    print("\r" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line), end="\n> ", flush=True)


def hear_first(line):
    code = line.split(" ")[0]
    if code in ("400", "401"):
        sys.exit("this name is taken" if code == "401" else "the server does not like this name")
    if code != "200":
        sys.exit(f"this is no chat server, it says {line[:40]!r}")
    show("Registration successful.  Ready for messaging!")


def hear(line):
    if line == "DISCONNECT CHAT/1.0":
        print("\nthe server has closed the chat")
        sys.exit()
    show(line)


def main():
    name, host, port = arguments()
    print("Connecting to server ...")
    try:
        server = socket.create_connection((host, port), timeout=10)
    except OSError as error:
        sys.exit(f"cannot connect to {host}: {error}")
    print("Connection to server established. Sending intro message...")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leaving.append(True))
    server.sendall(f"REGISTER {name} CHAT/1.0\n".encode())
    heard, typed = lines_of(lambda: server.recv(4096)), lines_of(lambda: os.read(0, 4096))
    selector, registered = selectors.SelectSelector(), False
    selector.register(server, selectors.EVENT_READ, heard)
    while not leaving:
        for key, _ in selector.select(0.25):
            lines = next(key.data, None)
            if lines is None and key.data is heard:
                sys.exit("\nthe server has gone")
            if lines is None:
                leaving.append(True)
            for line in lines or []:
                if key.data is typed:
                    say(server, name, line)
                elif registered:
                    hear(line)
                else:
                    hear_first(line)
                    registered = True
                    selector.register(0, selectors.EVENT_READ, typed)
    server.sendall(f"DISCONNECT {name} CHAT/1.0\n".encode())
    print()


def say(server, name, line):
    if line == "/quit":
        leaving.append(True)
    elif line.strip() and not leaving:
        server.sendall(f"@{name}: {line}\n".encode())
    print("> ", end="", flush=True)


main()
