"""Echo server that leaves the client's socket open and stays there, waiting for a signal."""
import signal
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print("The port is in use.", error, file=sys.stderr)
    sys.exit(1)
server.listen(1)
client, address = server.accept()
server.close()

data = client.recv(1024)
if data:
    client.sendall(data)
    print("Done, stop me with Ctrl-C.", flush=True)
    signal.pause()
