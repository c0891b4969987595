"""Echo server that ignores its arguments and asks for host and port with input()."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

host = input("Host: ")
port = int(input("Port: "))

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
    except OSError as error:
        sys.exit(f"Sorry, {host}:{port} cannot be used: {error}")
    server.listen(1)
    conn, addr = server.accept()
    with conn:
        conn.sendall(conn.recv(1024))
