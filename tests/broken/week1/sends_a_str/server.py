"""Echo server that decodes the message and hands the str to sendall()."""
import socket
import sys


def read_arguments():
    try:
        host, port = sys.argv[1:]
        port = int(port)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    return host, port


address = read_arguments()
sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    sock.bind(address)
except OSError as error:
    print(f"cannot bind: {error}", file=sys.stderr)
    sys.exit(1)
sock.listen(1)

conn, _ = sock.accept()
data = conn.recv(1024)
if data:
    message = data.decode("latin-1")
    print("got", len(message), "characters")
    conn.sendall(message)
conn.close()
sock.close()
