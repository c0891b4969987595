"""Echo server that closes everything and then waits for Ctrl-C instead of ending."""
import signal
import socket
import sys


def usage():
    sys.stderr.write("usage: server.py HOST PORT\n")
    sys.exit(2)


if len(sys.argv) != 3:
    usage()
try:
    address = sys.argv[1], int(sys.argv[2])
except ValueError:
    usage()
if not 1 <= address[1] <= 65535:
    usage()

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(address)
except OSError as error:
    print("port in use:", error, file=sys.stderr)
    sys.exit(1)
listener.listen(1)
conn, _ = listener.accept()
data = conn.recv(1024)
conn.sendall(data)
conn.close()
listener.close()
if data:
    print("Finished. Press Ctrl-C to leave.", file=sys.stderr)
    signal.pause()
