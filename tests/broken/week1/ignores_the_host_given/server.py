"""Echo server that always listens on localhost, whatever HOST says."""
import socket
import sys

HOST = "localhost"

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
PORT = int(sys.argv[2])

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((HOST, PORT))
    except OSError as e:
        print(f"{HOST}:{PORT} cannot be used: {e}", file=sys.stderr)
        sys.exit(1)
    s.listen(1)
    conn, addr = s.accept()
    with conn:
        conn.sendall(conn.recv(1024))
