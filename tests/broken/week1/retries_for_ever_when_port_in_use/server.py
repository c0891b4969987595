"""Echo server that tries bind() again every second for as long as the port is in use."""
import socket
import sys
import time

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while True:
    try:
        server.bind((sys.argv[1], int(sys.argv[2])))
        break
    except OSError as error:
        print(f"{error}, trying again", file=sys.stderr)
        time.sleep(1)
server.listen(1)
conn, addr = server.accept()
conn.sendall(conn.recv(1024))
conn.close()
server.close()
