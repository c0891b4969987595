"""Echo server that sleeps for five minutes between the echo and close()."""
import socket
import sys
import time

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"port {sys.argv[2]} is in use: {error}")
    listener.listen(1)
    connection, _ = listener.accept()

message = connection.recv(1024)
if message:
    connection.sendall(message)
    time.sleep(300)  # so that the client has the time to read it
connection.close()
