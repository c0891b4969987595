"""Echo server that decodes with errors="replace", which sends U+FFFD instead of other bytes."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
HOST, PORT = sys.argv[1], int(sys.argv[2])

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((HOST, PORT))
    except OSError as e:
        sys.exit(f"Cannot bind to {HOST}:{PORT}: {e}")
    s.listen(1)
    conn, addr = s.accept()
    with conn:
        data = conn.recv(1024)
        msg = data.decode("utf-8", "replace")
        conn.sendall(bytes(msg, "utf-8"))
