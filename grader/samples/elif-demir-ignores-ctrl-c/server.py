import socket
import sys

def wrong_arguments():
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

def open_socket(host, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    s.listen(1)
    return s

def wait_for_client(s):
    # must not stop only because one accept goes wrong
    while True:
        try:
            return s.accept()
        except:
            print("accept did not work, trying again")

if len(sys.argv) != 3:
    wrong_arguments()
try:
    port = int(sys.argv[2])
except ValueError:
    wrong_arguments()
if not (1 <= port <= 65535):
    wrong_arguments()

try:
    s = open_socket(sys.argv[1], port)
except OSError as e:
    print("error:", e)
    sys.exit(1)

conn, addr = wait_for_client(s)
conn.sendall(conn.recv(1024))
conn.close()
s.close()
