"""What is said goes through the logging module, with a handler and a format of its own: `name: text`."""

import logging
import queue
import re
import socket
import sys
import threading

said = logging.getLogger("said")
notes = logging.getLogger("notes")


def set_up_logging():
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(who)s: %(message)s"))
    said.addHandler(handler)
    said.setLevel(logging.INFO)
    said.propagate = False
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)


class Line:
    def __init__(self, host, port):
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        self.udp = socket.socket(family, kind)
        self.udp.connect(address)
        self.answers = queue.Queue()
        self.logged = set()
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def listen(self):
        while True:
            try:
                text = self.udp.recv(2048).decode()
            except (OSError, UnicodeDecodeError):
                continue
            fields = text.split(" ", 3)
            if fields[0] != "MSG":
                self.answers.put(text)
            elif len(fields) == 4 and fields[1].isdecimal():
                if fields[1] not in self.logged:
                    said.info("%s", fields[3], extra={"who": fields[2]})
                    self.logged.add(fields[1])
                self.send(f"GOT {fields[1]}")

    def ask(self, text, answer, tries=20):
        for _ in range(tries):
            self.send(text)
            try:
                while (came := self.answers.get(timeout=0.25)) != answer:
                    if came.startswith("ERROR "):
                        return came
                return ""
            except queue.Empty:
                pass
        raise TimeoutError(f"no answer to {text.split()[0]} after {tries} tries")


def main(host, port, name):
    line = Line(host, port)
    if why := line.ask(f"HELLO {name}", f"WELCOME {name}"):
        raise OSError(why)
    number = 1
    try:
        while (typed := input()) != "/quit":
            text = f"SAY {number} {typed}"
            if len(text.encode(errors="replace")) > 1200:
                notes.warning("not sent: more than 1200 bytes")
            elif typed:
                if why := line.ask(text, f"OK {number}"):
                    notes.error("%s", why)
                number += 1
    except (EOFError, KeyboardInterrupt):
        pass
    try:
        line.ask("BYE", "BYE", 4)
    except (OSError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    set_up_logging()
    try:
        main(host, int(port), name)
    except OSError as error:
        notes.critical("%s", error)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
