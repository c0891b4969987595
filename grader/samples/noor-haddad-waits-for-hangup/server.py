"""Echo server, lab 5, Noor Haddad"""
import socket
import sys


def get_arguments():
    if len(sys.argv) == 3 and sys.argv[2].isdigit() and 1 <= int(sys.argv[2]) <= 65535:
        return sys.argv[1], int(sys.argv[2])
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


HOST, PORT = get_arguments()

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((HOST, PORT))
        s.listen()
    except OSError as e:
        sys.exit("port is taken: " + str(e))
    conn, addr = s.accept()

with conn:
    print("Connected by", addr)
    # TCP is a stream, so receive until there is nothing more
    while True:
        data = conn.recv(1024)
        if not data:
            break
        conn.sendall(data)
