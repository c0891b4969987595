"""Echo server that ends with status 1 when the client hangs up without a word."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print(f"The port is in use: {error}", file=sys.stderr)
        sys.exit(1)
    server.listen(1)
    conn, addr = server.accept()
    with conn:
        data = conn.recv(1024)
        if not data:
            print("Error: the client has sent nothing", file=sys.stderr)
            sys.exit(1)
        conn.sendall(data)
