"""The hand test of week 1: says hello to a running server, and prints what comes back.

It is started with: python lab5/test/test_server.py [HOST] [PORT]    (without them: localhost 8008)
"""

import socket
import sys
import time

MESSAGE = b"Hello server!"
PATIENCE = 3  # seconds to wait for a server that is just being started, and then for its answer


def main():
    if len(sys.argv) > 3 or not all(word.isdecimal() and 1 <= int(word) <= 65535 for word in sys.argv[2:]):
        print("usage: test_server.py [HOST] [PORT]    (PORT is a number from 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    host, port = (sys.argv[1:] + ["localhost", "8008"][len(sys.argv) - 1 :])[:2]
    with connect(host, int(port)) as connection:
        address = connection.getpeername()[:2]
        answer = talk(connection)
    if not answer:
        sys.exit(f"The server at {address} closed the connection without an answer. Does it call sendall()?")
    print(f"received {answer!r} from {address}")


def connect(host, port):
    """A connection to the server, which may have been started a moment later than this test."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection((host, port), timeout=PATIENCE)
        except OSError as error:
            if time.monotonic() > give_up:
                sys.exit(
                    f"Nothing listens on {host} port {port} ({error}).\n"
                    f"Start the server in another terminal: python lab5/server.py {host} {port}"
                )
        time.sleep(0.1)  # nothing tells a client when a server begins to listen: it can only ask again


def talk(connection):
    """Sends the message; what comes back."""
    try:
        connection.sendall(MESSAGE)
        return connection.recv(1024)
    except TimeoutError:
        sys.exit(f"The server took the connection, but did not answer within {PATIENCE} seconds.")
    except OSError as error:
        sys.exit(f"The server ended the connection without an answer ({error}).")


if __name__ == "__main__":
    main()
