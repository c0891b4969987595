# echo server - Luca Rossi
import socket, sys

def usage():
    print("usage: python server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

def main():
    if len(sys.argv) != 3:
        usage()
    host = sys.argv[1]
    try:
        port = int(sys.argv[2])
    except ValueError:
        usage()
    if port < 1 or port > 65535:
        usage()

    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
        server.listen()
    except OSError as e:
        print("cannot listen:", e)
        sys.exit(1)

    served = False
    while True:
        conn, addr = server.accept()
        if served:
            # only one client is allowed, so the next ones get nothing
            print("no thanks,", addr)
            conn.close()
            continue
        data = conn.recv(1024)
        if data:
            conn.sendall(data)
            served = True
        conn.close()

main()
