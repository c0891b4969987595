"""Echo server that speaks UDP instead of TCP."""
import socket
import sys

BUFFER_SIZE = 1024

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    sock.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot use the port: {error}", file=sys.stderr)
    sys.exit(1)
message, client = sock.recvfrom(BUFFER_SIZE)
sock.sendto(message, client)
sock.close()
