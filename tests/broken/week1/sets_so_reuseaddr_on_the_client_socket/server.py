"""Echo server that sets SO_REUSEADDR on the accepted socket instead of the listening one."""
import socket
import sys


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    listener = socket.socket()
    try:
        listener.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as problem:
        print(f"bind: {problem}", file=sys.stderr)
        return 1
    listener.listen(1)
    connection, _ = listener.accept()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    message = connection.recv(1024)
    connection.sendall(message)
    connection.close()
    listener.close()
    return 0


sys.exit(main())
