"""TCP echo server with a small log (lab 5, Ravi Sharma)."""

import argparse
import socket
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    args = parser.parse_args()
    if args.port < 1 or args.port > 65535:
        parser.error("port must be between 1 and 65535")

    try:
        server = socket.create_server((args.host, args.port))
    except OSError as e:
        print("cannot use this port:", e, file=sys.stderr)
        sys.exit(1)

    client, peer = server.accept()
    message = client.recv(1024)
    # log the first and the last byte, so I can see that nothing got lost
    print(f"{peer[0]}: {len(message)} bytes, first {message[0]:#04x}, last {message[-1]:#04x}")
    client.sendall(message)
    client.close()
    server.close()


if __name__ == "__main__":
    main()
