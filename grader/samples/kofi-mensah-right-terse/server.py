import socket, sys

try:
    host, port = sys.argv[1:]
    assert 0 < int(port) < 1 << 16
except (ValueError, AssertionError):
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

try:
    s = socket.create_server((host, int(port)))
except OSError as e:
    sys.exit(f"{host}:{port}: {e}")

c, _ = s.accept()
c.sendall(c.recv(1024))
c.close()
