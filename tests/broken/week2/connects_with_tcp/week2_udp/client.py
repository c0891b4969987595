"""Chat client that opens a TCP connection, as last week."""
import re
import socket
import sys
import threading

if (
    len(sys.argv) != 4
    or not sys.argv[2].isdecimal()
    or not 1 <= int(sys.argv[2]) <= 65535
    or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3])
):
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((sys.argv[1], int(sys.argv[2])))
client.sendall(f"HELLO {sys.argv[3]}".encode())
printed = set()


def listen():
    while True:
        data = client.recv(1200)
        if not data:
            break
        fields = data.decode().split(" ", 3)
        if fields[0] == "MSG":
            if fields[1] not in printed:
                print(f"{fields[2]}: {fields[3]}")
                printed.add(fields[1])
            client.sendall(f"GOT {fields[1]}".encode())


threading.Thread(target=listen, daemon=True).start()
number = 1
for line in sys.stdin:
    if line == "/quit\n":
        break
    client.sendall(f"SAY {number} {line}".strip().encode())
    number += 1
client.sendall(b"BYE")
client.close()
