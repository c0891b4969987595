import re
import selectors
import signal
import socket
import sys


class Client:
    def __init__(self, name, connection):
        self.name, self.connection = name, connection
        self.buffer, self.is_registered = "", False
        self.selector = selectors.DefaultSelector()
        self.selector.register(connection, selectors.EVENT_READ, self.receive)

    def run(self):
        self.send(f"REGISTER {self.name} CHAT/1.0")
        while True:
            for key, _ in self.selector.select():
                key.data()

    def send(self, line):
        self.connection.sendall(line.encode() + b"\n")

    def receive(self):
        try:
            data = self.connection.recv(4096)
        except ConnectionError:
            data = b""
        if not data:
            sys.exit("\nThe server has gone.")
        self.buffer += data.decode()
        while "\n" in self.buffer:
            line, self.buffer = self.buffer.split("\n", 1)
            self.hear(line)

    def hear(self, line):
        if not self.is_registered:
            self.read_answer(line)
        elif line == "DISCONNECT CHAT/1.0":
            print("\nThe server says goodbye.", flush=True)
            sys.exit(0)
        else:
            self.show(line)

    def read_answer(self, line):
        code = line.split(" ")[0]
        if code == "400":
            sys.exit("The server does not understand us.")
        if code == "401":
            sys.exit(f"Somebody else is {self.name}.")
        if code != "200":
            sys.exit(f"No chat server: it says {line!r}.")
        self.is_registered = True
        print("Registration successful.  Ready for messaging!")
        self.prompt()
        self.selector.register(sys.stdin, selectors.EVENT_READ, self.type)

    def show(self, line):
        harmless = re.sub(r"[\x00-\x1f\x7f-\x9f]", ".", line)
        print(f"\r{harmless}")
        self.prompt()

    def prompt(self):
        print("> ", end="", flush=True)

    def type(self):
        line = sys.stdin.readline()
        if line in ("", "/quit\n"):
            self.leave()
        if text := line.rstrip("\n"):
            self.send(f"@{self.name}: {text}")
        self.prompt()

    def leave(self, *_):
        self.send(f"DISCONNECT {self.name} CHAT/1.0")
        self.connection.close()
        sys.exit(0)


def arguments():
    url = re.fullmatch(r"chat://([\w.-]+):(\d{1,5})", sys.argv[2]) if len(sys.argv) == 3 else None
    if not url or not 1 <= int(url[2]) <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", sys.argv[1]):
        print("Usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
        sys.exit(2)
    return sys.argv[1], (url[1], int(url[2]))


def main():
    name, address = arguments()
    print("Connecting to server ...")
    try:
        connection = socket.create_connection(address)
    except OSError as error:
        sys.exit(f"There is no chat: {error}")
    print("Connection to server established. Sending intro message...")
    client = Client(name, connection)
    signal.signal(signal.SIGINT, client.leave)
    signal.signal(signal.SIGTERM, client.leave)
    client.run()


main()
