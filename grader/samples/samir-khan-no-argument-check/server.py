import socket
import sys

host = sys.argv[1]
port = int(sys.argv[2])

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((host, port))
except OSError:
    print("this port is already used by another program")
    sys.exit(1)
s.listen()

c, addr = s.accept()
msg = c.recv(1024)
c.sendall(msg)
c.close()
s.close()
