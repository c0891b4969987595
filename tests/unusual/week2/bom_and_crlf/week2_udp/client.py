"""Written with an editor of Windows: a byte order mark first, and \r\n at the end of each line."""

import queue
import re
import socket
import sys
import threading

class Chat:
    def __init__(self, host, port, name):
        self.server = (socket.gethostbyname(host), port)
        self.name = name
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("0.0.0.0", 0))
        self.answers = queue.Queue()
        self.old = []

    def receive(self):
        while True:
            try:
                data, address = self.socket.recvfrom(2048)
            except OSError:  # Windows: nobody has the port
                continue
            if address != self.server:
                continue
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            fields = text.split(" ", 3)
            if fields[0] in ["OK", "WELCOME", "BYE", "ERROR"]:
                self.answers.put(fields)
            if fields[0] == "MSG" and len(fields) == 4 and fields[1].isdecimal():
                if not fields[1] in self.old:
                    self.old.append(fields[1])
                    print("%s: %s" % (fields[2], fields[3]))
                    sys.stdout.flush()
                self.send("GOT %s" % fields[1])

    def send(self, text):
        self.socket.sendto(text.encode("utf-8", "replace"), self.server)

    def ask(self, text, answer, tries = 20):
        while tries > 0:
            tries = tries - 1
            self.send(text)
            try:
                while True:
                    fields = self.answers.get(timeout = 0.25)
                    if fields == answer:
                        return True
                    if fields[0] == "ERROR":
                        print("Server error:", *fields[1:], file = sys.stderr)
                        return text.startswith("SAY")
            except queue.Empty:
                pass
        if text != "BYE":
            print("The server is not answering.", file = sys.stderr)
            sys.exit(1)

    def run(self):
        threading.Thread(target = self.receive, daemon = True).start()
        if not self.ask("HELLO " + self.name, ["WELCOME", self.name]):
            sys.exit(1)
        number = 1
        try:
            while True:
                line = input()
                if line == "/quit":
                    break
                text = "SAY %d %s" % (number, line)
                if len(text.encode("utf-8", "replace")) > 1200:
                    print("Line is too long (%d)" % len(text))
                elif line:
                    self.ask(text, ["OK", str(number)])
                    number = number + 1
        except (EOFError, KeyboardInterrupt):
            pass
        self.ask("BYE", ["BYE"], 4)

if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[2].isdigit() or not 1 <= int(sys.argv[2]) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("Usage: python client.py HOST PORT NAME", file = sys.stderr)
        sys.exit(2)
    try:
        Chat(sys.argv[1], int(sys.argv[2]), sys.argv[3]).run()
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print("Error:", error, file = sys.stderr)
        sys.exit(1)
