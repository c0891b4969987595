"""Echo server that adds a str and bytes in the log line after the echo."""
import socket
import sys


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"the port is in use: {error}")
    server.listen(1)
    connection, address = server.accept()
    message = connection.recv(1024)
    if message:
        connection.sendall(message)
        print("Echoed: " + message)
    connection.close()
    server.close()


main()
