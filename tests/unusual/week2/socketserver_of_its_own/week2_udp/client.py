"""A client that is a server inside: socketserver.UDPServer receives, a handler class answers."""

import re
import socket
import socketserver
import sys
import threading


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        if self.client_address != self.server.peer:
            return
        data, udp = self.request
        try:
            verb, _, rest = data.decode().partition(" ")
        except UnicodeDecodeError:
            return
        handler = getattr(self, f"on_{verb.lower()}", None) if verb.isupper() else None
        if handler:
            handler(rest)

    def on_msg(self, rest):
        id, _, message = rest.partition(" ")
        name, _, text = message.partition(" ")
        if id.isdecimal() and name and text:
            if id not in self.server.printed:
                self.server.printed.add(id)
                print(name, text, sep=": ", flush=True)
            self.server.say(f"GOT {id}")

    def on_welcome(self, rest):
        self.server.answered(f"WELCOME {rest}")

    def on_ok(self, rest):
        self.server.answered(f"OK {rest}")

    def on_bye(self, rest):
        self.server.answered("BYE")

    def on_error(self, rest):
        self.server.answered(None, rest)


class Inbox(socketserver.UDPServer):
    def __init__(self, peer):
        super().__init__(("", 0), Handler)
        self.peer = peer
        self.printed = set()
        self.lock = threading.Lock()
        self.wanted, self.error, self.event = None, "", threading.Event()

    def handle_error(self, request, client_address):
        print("(something is wrong with a datagram)", file=sys.stderr)

    def say(self, text):
        self.socket.sendto(text.encode(errors="replace"), self.peer)

    def answered(self, text, error=""):
        with self.lock:
            if self.wanted and (text is None or text == self.wanted):
                self.wanted, self.error = None, error
                self.event.set()

    def ask(self, text, wanted, tries=20):
        with self.lock:
            self.wanted, self.error = wanted, ""
            self.event.clear()
        for _ in range(tries):
            self.say(text)
            if self.event.wait(0.25):
                return self.error
        raise TimeoutError("no answer to " + text.split()[0])


def chat(inbox):
    number = 1
    for line in sys.stdin:
        text = f"SAY {number} " + line.rstrip("\n")
        if line == "/quit\n":
            return
        if len(text.encode(errors="replace")) > 1200:
            print("Too long! Please say it in parts.", flush=True)
        elif line.rstrip("\n"):
            if error := inbox.ask(text, f"OK {number}"):
                print(f"Not said: {error}", flush=True)
            number += 1


def main(host, port, name):
    with Inbox((socket.gethostbyname(host), port)) as inbox:
        threading.Thread(target=inbox.serve_forever, args=(0.05,), daemon=True).start()
        if error := inbox.ask(f"HELLO {name}", f"WELCOME {name}"):
            sys.exit(f"Not let in: {error}")
        try:
            chat(inbox)
        except KeyboardInterrupt:
            pass
        try:
            inbox.ask("BYE", "BYE", 4)
        except TimeoutError:
            pass
        inbox.shutdown()


if __name__ == "__main__":
    if (
        len(sys.argv) != 4
        or not re.fullmatch("[0-9]{1,5}", sys.argv[2])
        or int(sys.argv[2]) not in range(1, 65536)
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3])
    ):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    except KeyboardInterrupt:
        pass
