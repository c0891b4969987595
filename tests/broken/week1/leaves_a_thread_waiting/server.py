"""Echo server whose logging thread waits for ever, so that the program never ends."""
import queue
import socket
import sys
import threading

lines = queue.Queue()


def write_log():
    while True:
        print("log:", lines.get(), file=sys.stderr)


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
with server:
    conn, _ = server.accept()
    with conn:
        data = conn.recv(1024)
        if data:
            threading.Thread(target=write_log).start()
            lines.put(f"echoing {len(data)} bytes")
            conn.sendall(data)
