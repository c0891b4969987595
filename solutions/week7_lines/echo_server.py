"""Week 7, the first step: an echo server for any number of clients at once.

It is started with: python lab5/week7_lines/echo_server.py HOST PORT

One thread for each client. This is the simplest program that can wait for many: a thread that waits holds up nobody.
"""

import re
import signal
import socket
import sys
import threading

LARGEST_PIECE = 64 * 1024  # bytes that are received at a time
BACKLOG = 256  # clients that may wait to be accepted: a class comes all at once


def main() -> None:
    host, port = arguments(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())  # SystemExit in the main thread: status 0, no traceback
    with listening(host, port) as listener:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # the client has gone again, or there are too many: neither is a reason to end
                continue
            # A daemon thread does not keep the program alive when the main thread ends.
            threading.Thread(target=echo, args=(connection,), daemon=True).start()


def echo(connection: socket.socket) -> None:
    """Sends back what a client says, until it hangs up."""
    with connection:
        try:
            while data := connection.recv(LARGEST_PIECE):  # b"": the client will send no more, but may still receive
                connection.sendall(data)  # waits if the client does not read; then we do not read either, nor does TCP
        except OSError:  # the connection was reset: nobody is there to be told
            pass


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at HOST and PORT; ends the program with a sentence if they cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # old connections in TIME_WAIT keep nobody out
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        sys.exit(f"cannot listen on {host} port {port}: {error}")
    return listener


def arguments(words: list[str]) -> tuple[str, int]:
    """HOST and PORT from the command line; ends the program with a usage line if they are not there."""
    if len(words) != 2 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 1 <= int(words[1]) <= 65535:
        print(f"usage: {sys.argv[0]} HOST PORT    (PORT: 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    return words[0], int(words[1])


if __name__ == "__main__":
    main()
