"""Listen at once, but let the guest wait two seconds in the queue before accepting."""

import socket
import sys
import time

try:
    [host, port] = sys.argv[1:]
    address = host, range(65536)[int(port)]
    if address[1] <= 0 or int(port) < 0:
        raise IndexError
except (ValueError, IndexError):
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    try:
        listener.bind(address)
        listener.listen(5)
    except OSError as error:
        print("This address is busy or not mine.", error)
        sys.exit(1)
    time.sleep(2)
    connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(1024))
