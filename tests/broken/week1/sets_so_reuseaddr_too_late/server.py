"""Echo server that sets SO_REUSEADDR after bind()."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    try:
        server.bind((sys.argv[1], int(sys.argv[2])))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.listen(1)
    except OSError as error:
        sys.exit(f"Could not listen. {error}")
    client, address = server.accept()
    with client:
        client.sendall(client.recv(1024))
