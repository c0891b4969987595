"""Echo server that prints its usage line on standard output."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("Usage: python server.py HOST PORT")
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"Port in use: {error}")
    sys.exit(1)
server.listen(1)
conn, addr = server.accept()
conn.sendall(conn.recv(1024))
conn.close()
server.close()
