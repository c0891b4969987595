"""Echo server with a colon missing, so that Python cannot even read it."""
import socket
import sys


def main()
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    try:
        server = socket.create_server((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print(f"cannot listen: {error}", file=sys.stderr)
        return 1
    conn, _ = server.accept()
    conn.sendall(conn.recv(1024))
    conn.close()
    server.close()
    return 0


sys.exit(main())
