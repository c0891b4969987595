import socket
import sys

# Lab 5, Grace Kim
# written on Windows, tested on the lab computers too

def read_args():
    try:
        host = sys.argv[1]
        port = int(sys.argv[2])
    except (IndexError, ValueError):
        return None
    if port < 1 or port > 65535:
        return None
    return host, port

args = read_args()
if args is None:
    sys.stderr.write("usage: python server.py HOST PORT\n")
    sys.exit(2)

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind(args)
        server.listen(1)
    except OSError as problem:
        print("Port is not free? " + str(problem))
        sys.exit(1)
    print("Waiting for a client on", args)
    client, address = server.accept()
    with client:
        client.sendall(client.recv(1024))
        print("Done with", address)
