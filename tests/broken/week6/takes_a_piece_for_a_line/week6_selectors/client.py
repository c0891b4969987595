import os
import re
import select
import signal
import socket
import sys

LEAVES = False


def stop(*_):
    global LEAVES
    LEAVES = True


def show(line):
    text = "".join(c if c.isprintable() else "?" for c in line)
    print(f"\r{text}\n> ", end="", flush=True)


def usage():
    print("usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
    sys.exit(2)


def arguments():
    if len(sys.argv) != 3 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", sys.argv[1]):
        usage()
    url = re.fullmatch(r"chat://([^:/]+):([0-9]+)/?", sys.argv[2])
    if not url or not 0 < int(url[2]) < 65536:
        usage()
    return sys.argv[1], url[1], int(url[2])


def hear(line, state):
    if state == "chatting":
        if line == "DISCONNECT CHAT/1.0":
            print("\nThe server has ended the chat.")
            sys.exit(0)
        show(line)
    elif line.startswith(("400", "401")):
        sys.exit(f"The server refuses: {line}")
    elif not line.startswith("200"):
        sys.exit("That is no chat server.")
    else:
        print("Registration successful.  Ready for messaging!\n> ", end="", flush=True)
    return "chatting"


def main():
    name, host, port = arguments()
    print("Connecting to server ...")
    try:
        connection = socket.create_connection((host, port), timeout=10)
    except OSError as error:
        sys.exit(f"Cannot connect to {host}: {error}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    print("Connection to server established. Sending intro message...")
    connection.sendall(f"REGISTER {name} CHAT/1.0\n".encode())
    typed = b""
    state = "registering"
    while not LEAVES:
        sources = [connection, 0] if state == "chatting" else [connection]
        readable, _, _ = select.select(sources, [], [], 0.25)
        if connection in readable:
            try:
                data = connection.recv(4096)
            except OSError:
                data = b""
            for line in data.decode(errors="replace").splitlines():
                state = hear(line, state)
            if not data:
                sys.exit("\nThe connection to the server is lost.")
        if 0 in readable:
            data = os.read(0, 4096)
            *lines, typed = (typed + (data or b"\n")).split(b"\n")
            for line in lines:
                if line == b"/quit":
                    stop()
                elif line and not LEAVES:
                    connection.sendall(b"@%s: %s\n" % (name.encode(), line))
                print("> ", end="", flush=True)
            if not data:
                stop()
    connection.sendall(f"DISCONNECT {name} CHAT/1.0\n".encode())
    connection.close()
    print()


main()
