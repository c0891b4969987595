"""Talk of errors and tracebacks all the time, and never make one."""

import socket
import sys
import warnings

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("Error 0: no Traceback for you, only a USAGE line: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

print("Error: none. Exception: none. Traceback: none. Segmentation fault: none.", flush=True)
warnings.warn("this warning is shown on purpose", stacklevel=1)

try:
    listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"OSError: {error}. Traceback? I know better than that.", file=sys.stderr)
    sys.exit(1)

with listener:
    connection, _ = listener.accept()
    with connection:
        message = connection.recv(1024)
        connection.sendall(message)
print("No Traceback again, well done me. No error, no exception, no failure.", file=sys.stderr)
