"""Echo server that refuses a wrong PORT, but without the usage line."""
import socket
import sys

if len(sys.argv) != 3:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
if not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("This port is wrong.", file=sys.stderr)
    sys.exit(2)

try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
conn, _ = server.accept()
conn.sendall(conn.recv(1024))
conn.close()
server.close()
