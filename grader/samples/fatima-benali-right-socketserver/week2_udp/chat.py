import re
import socket
import socketserver
import sys
import threading


class Mailbox(socketserver.UDPServer):
    """A client is also a little server: datagrams come to it at any time.

    It has the one socket of the program. serve_forever() runs in a thread, the main thread only sends.
    """

    max_packet_size = 2048

    def __init__(self, chat_server):
        super().__init__(("", 0), ChatHandler)
        self.chat_server = chat_server
        self.seen = set()
        self.questions = {}  # answer that I wait for -> Event
        self.error = None

    def verify_request(self, request, client_address):
        # socketserver calls this before the handler, good place to throw strangers away
        return client_address == self.chat_server

    def send(self, text):
        try:
            self.socket.sendto(text.encode(errors="replace"), self.chat_server)
        except OSError:
            pass

    def ask(self, text, answer, tries=20):
        """True: answered. False: the server said ERROR (see self.error). None: nobody answered."""
        came = self.questions[answer] = threading.Event()
        self.error = None
        for _ in range(tries):
            self.send(text)
            if came.wait(0.25):
                return self.error is None
        return None


class ChatHandler(socketserver.BaseRequestHandler):
    """Called for each datagram."""

    def handle(self):
        data, _ = self.request
        try:
            words = data.decode().split(" ")
        except UnicodeDecodeError:
            return
        method = getattr(self, "on_" + words[0], None)
        if method:
            method(words)

    def on_MSG(self, words):
        if len(words) < 4 or not words[1].isdecimal():
            return
        if words[1] not in self.server.seen:
            self.server.seen.add(words[1])
            print(f"{words[2]}: {' '.join(words[3:])}", flush=True)
        self.server.send(f"GOT {words[1]}")

    def on_OK(self, words):
        event = self.server.questions.pop(" ".join(words), None)
        if event:
            event.set()

    on_WELCOME = on_OK
    on_BYE = on_OK

    def on_ERROR(self, words):
        self.server.error = " ".join(words[1:])
        for answer in list(self.server.questions):
            self.server.questions.pop(answer).set()


def usage():
    print("Usage: start.sh HOST PORT NAME", file=sys.stderr)
    print("  HOST  where the chat server runs", file=sys.stderr)
    print("  PORT  number from 1 to 65535", file=sys.stderr)
    print("  NAME  1 to 20 of A-Z a-z 0-9 _ -", file=sys.stderr)
    sys.exit(2)


def chat(mailbox, name):
    welcome = mailbox.ask(f"HELLO {name}", f"WELCOME {name}")
    if welcome is None:
        sys.exit("The chat server does not answer.")
    if not welcome:
        sys.exit(f"The chat server said no: {mailbox.error}")
    number = 0
    while True:
        try:
            line = input()
        except EOFError:
            break
        if line == "/quit":
            break
        text = f"SAY {number + 1} {line}"
        if len(text.encode(errors="replace")) > 1200:
            print("(too long! not sent)")
        elif line:
            number += 1
            ok = mailbox.ask(text, f"OK {number}")
            if ok is None:
                sys.exit("The chat server does not answer any more.")
            if not ok:
                print(f"(the server did not take it: {mailbox.error})")
    mailbox.ask("BYE", "BYE", tries=4)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        usage()
    HOST, PORT, NAME = sys.argv[1:]
    if not PORT.isdecimal() or not 1 <= int(PORT) <= 65535:
        usage()
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", NAME):
        usage()
    try:
        address = socket.gethostbyname(HOST)
    except OSError as error:
        sys.exit(f"I cannot find {HOST}: {error}")

    mailbox = Mailbox((address, int(PORT)))
    threading.Thread(target=mailbox.serve_forever, daemon=True).start()
    try:
        chat(mailbox, NAME)
    except KeyboardInterrupt:
        mailbox.send("BYE")
