import re
import socket
import sys


class ChatClient:
    def __init__(self, host, port, name):
        self.server = (socket.gethostbyname(host), port)
        self.name = name
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def hello(self):
        self.sock.settimeout(0.25)
        for _ in range(20):
            self.sock.sendto(f"HELLO {self.name}".encode(), self.server)
            try:
                answer, _ = self.sock.recvfrom(2048)
            except TimeoutError:
                continue
            if answer == f"WELCOME {self.name}".encode():
                return
            if answer.startswith(b"ERROR"):
                sys.exit("server says " + answer.decode())
        sys.exit("server does not answer")

    def run(self):
        self.hello()
        print("connected as", self.name)
        # TODO 3: start a thread that receives; it prints each MSG as `name: text`, and then answers with GOT.
        # TODO 4: send each line that is typed as SAY
        # TODO 5 ...


def main():
    try:
        host, port, name = sys.argv[1:]
        port = int(port)
        if not 0 < port < 65536:
            raise ValueError
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    ChatClient(host, port, name).run()


if __name__ == "__main__":
    main()
