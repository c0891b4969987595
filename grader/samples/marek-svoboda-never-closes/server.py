# lab 5, Marek Svoboda
import socket
import sys
import time

USAGE = "Usage: python lab5/server.py HOST PORT"

if len(sys.argv) != 3:
    print(USAGE, file=sys.stderr)
    sys.exit(2)

host = sys.argv[1]
try:
    port = int(sys.argv[2])
except ValueError:
    print(USAGE, file=sys.stderr)
    sys.exit(2)
if port < 1 or port > 65535:
    print(USAGE, file=sys.stderr)
    sys.exit(2)

server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server_socket.bind((host, port))
    server_socket.listen(1)
except OSError as err:
    print("could not open port", port, err)
    sys.exit(1)

client_socket, addr = server_socket.accept()
server_socket.close()  # close the connection, no more clients after this one

data = client_socket.recv(1024)
if not data:
    print("client left without saying anything")
    sys.exit(0)
client_socket.sendall(data)
print("sent", len(data), "bytes back to", addr)

# otherwise the window is gone before I can read what it says
time.sleep(60 * 60)
