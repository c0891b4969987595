import re
import select
import signal
import socket
import sys


def usage():
    print("usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
    sys.exit(2)


if len(sys.argv) != 3:
    usage()
name = sys.argv[1]
url = re.fullmatch(r"chat://([A-Za-z0-9.-]+):([0-9]+)", sys.argv[2])
if not url or not 1 <= int(url[2]) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
    usage()

print("Connecting to server ...")
try:
    connection = socket.create_connection((url[1], int(url[2])))
except OSError as error:
    sys.exit(f"I cannot connect to the server: {error}")


def send(text):
    connection.sendall((text + "\n").encode())


def leave(*_):
    send(f"DISCONNECT {name} CHAT/1.0")
    connection.close()
    sys.exit(0)


def show(text):
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", text)
    print(f"\r{text}\n> ", end="", flush=True)


signal.signal(signal.SIGINT, leave)
print("Connection to server established. Sending intro message...")
send(f"REGISTER {name} CHAT/1.0")
buffer, inputs = b"", [connection]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if connection in ready:
        try:
            data = connection.recv(4096)
        except OSError:
            data = b""
        if not data:
            sys.exit("The server hung up.")
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            line = line.decode(errors="replace")
            if line == "DISCONNECT CHAT/1.0":
                print("\nThe server says bye.")
                sys.exit(0)
            if sys.stdin in inputs:
                show(line)
            elif line.startswith("200"):
                inputs.append(sys.stdin)
                show("Registration successful.  Ready for messaging!")
            else:
                sys.exit(f"The server does not let me in: {line}")
    if sys.stdin in ready:
        line = sys.stdin.readline()
        if line == "" or line == "/quit\n":
            leave()
        if line != "\n":
            send(f"@{name}: {line}")
        print("> ", end="", flush=True)
