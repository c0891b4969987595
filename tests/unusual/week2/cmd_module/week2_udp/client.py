"""The standard library's cmd.Cmd is the keyboard: it has a prompt, a help page and, at a terminal, readline."""

import cmd
import queue
import re
import socket
import sys
import threading


class Link:
    def __init__(self, host, port):
        self.peer = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("", 0))
        self.inbox = queue.Queue()
        self.ids = set()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            data, peer = self.udp.recvfrom(2048)
            if peer != self.peer:
                continue
            try:
                word, *fields = data.decode().split(" ", 3)
                if word == "MSG":
                    number, name, text = fields
                    number = int(number)
                    if number not in self.ids:
                        print(f"\n{name}: {text}", flush=True)
                        self.ids.add(number)
                    self.send(f"GOT {number}")
                else:
                    self.inbox.put((word, " ".join(fields)))
            except ValueError:  # UnicodeDecodeError is one, too
                pass

    def send(self, text):
        self.udp.sendto(text.encode(errors="replace"), self.peer)

    def ask(self, text, *wanted, tries=20):
        for _ in range(tries):
            self.send(text)
            try:
                while (came := self.inbox.get(timeout=0.25)) != wanted:
                    if came[0] == "ERROR":
                        return came[1]
                return ""
            except queue.Empty:
                pass
        raise TimeoutError(f"{tries} times without an answer")


class Chat(cmd.Cmd):
    intro = "Type what you want to say. /help helps."

    def __init__(self, link, name):
        super().__init__()
        self.link, self.number, self.prompt = link, 1, f"{name}> "

    def onecmd(self, line):
        match line:
            case "EOF" | "/quit":
                return True
            case "/help":
                print("/quit leaves, everything else is said.")
            case "":
                pass
            case _:
                self.say(line)
        return False

    def say(self, line):
        text = f"SAY {self.number} {line}"
        if len(text.encode(errors="replace")) > 1200:
            print(f"Refused: {len(text)} characters.")
            return
        if why := self.link.ask(text, "OK", str(self.number)):
            print(f"The server says {why}")
        self.number += 1


def main(arguments):
    try:
        host, port, name = arguments
        if not 1 <= int(port) <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        link = Link(host, int(port))
        if why := link.ask(f"HELLO {name}", "WELCOME", name):
            print(f"{name} is not let in: {why}", file=sys.stderr)
            return 1
        try:
            Chat(link, name).cmdloop()
        except KeyboardInterrupt:
            pass
    except OSError as error:
        print(f"No chat with {host}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    try:
        link.ask("BYE", "BYE", "", tries=4)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


sys.exit(main(sys.argv[1:]))
