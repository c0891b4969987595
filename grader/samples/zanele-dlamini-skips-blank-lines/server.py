# Zanele Dlamini - lab 5 - echo
import socket
import sys

def main():
    args = sys.argv[1:]
    if len(args) != 2:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        return 2
    host, port = args
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        print("Usage: server.py HOST PORT - the port is a number from 1 to 65535", file=sys.stderr)
        return 2

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, int(port)))
            listener.listen()
        except OSError as e:
            print("Sorry, that did not work:", e.strerror)
            return 1
        conn, addr = listener.accept()
        with conn:
            message = conn.recv(1024)
            if message.strip():
                conn.sendall(message)
            else:
                # somebody just pressed enter, there is nothing to echo
                print("empty message from", addr[0])
    return 0

if __name__ == "__main__":
    sys.exit(main())
