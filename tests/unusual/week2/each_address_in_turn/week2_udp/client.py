"""Tries each address of HOST in turn, ten times each, and stays with the first that answers: IPv6 comes first."""

import re
import socket
import sys
import threading
import time

USAGE = "usage: client.py HOST PORT NAME"


class Refused(Exception):
    pass


def find(host, port, name):
    """The socket and the address at which the server has said WELCOME."""
    found = []
    for family in socket.AF_INET6, socket.AF_INET:
        try:
            found += socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
        except socket.gaierror:
            continue
    for family, kind, proto, _, address in found:
        try:
            udp = socket.socket(family, kind, proto)
        except OSError:
            continue
        udp.settimeout(0.25)
        for _ in range(10):
            try:
                udp.sendto(f"HELLO {name}".encode(), address)
                data, sender = udp.recvfrom(2048)
            except TimeoutError:
                continue
            except OSError:
                break
            if sender != address:
                continue
            if data == f"WELCOME {name}".encode():
                return udp, address
            if data.startswith(b"ERROR "):
                raise Refused(data.decode(errors="replace"))
        udp.close()
    raise Refused("no answer from any address")


class Conversation:
    def __init__(self, udp, address):
        self.udp, self.address = udp, address
        self.changed = threading.Condition()
        self.last_ok = 0
        self.refusal = ""
        self.has_bye = False
        self.printed = set()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        self.udp.settimeout(None)
        while True:
            try:
                data, sender = self.udp.recvfrom(2048)
                if sender == self.address:
                    self.take(data.decode())
            except (OSError, ValueError):
                pass

    def take(self, text):
        verb, _, rest = text.partition(" ")
        if verb == "MSG":
            id, name, said = rest.split(" ", 2)
            if int(id) not in self.printed:
                print(f"{name}: {said}", flush=True)
                self.printed.add(int(id))
            self.udp.sendto(f"GOT {id}".encode(), self.address)
            return
        with self.changed:
            if verb == "OK":
                self.last_ok = max(self.last_ok, int(rest)) if int(rest) <= self.last_ok + 1 else self.last_ok
            elif verb == "ERROR":
                self.refusal = rest
            elif text == "BYE":
                self.has_bye = True
            self.changed.notify()

    def ask(self, text, is_answered, tries):
        with self.changed:
            self.refusal = ""
            for _ in range(tries):
                self.udp.sendto(text.encode(errors="replace"), self.address)
                until = time.monotonic() + 0.25
                while not is_answered() and not self.refusal and time.monotonic() < until:
                    self.changed.wait(max(0, until - time.monotonic()))
                if is_answered() or self.refusal:
                    return True
        return False

    def talk(self):
        number = 0
        for line in iter(sys.stdin.readline, ""):
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number + 1} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print(f"Not sent, {len(text.encode(errors='replace')) - 1200} bytes too many.", flush=True)
                continue
            if not line:
                continue
            number += 1
            if not self.ask(text, lambda: self.last_ok >= number, 20):
                raise Refused("the server has stopped to answer")
            if self.refusal:
                print(f"Not taken: {self.refusal}", flush=True)
                self.last_ok = number

    def bye(self):
        self.ask("BYE", lambda: self.has_bye, 4)


def main():
    if len(sys.argv) != 4 or not re.fullmatch(r"\d{1,5}", sys.argv[2], re.ASCII):
        return usage()
    host, port, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if not 1 <= port <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
        return usage()
    try:
        conversation = Conversation(*find(host, port, name))
        try:
            conversation.talk()
        except KeyboardInterrupt:
            pass
        conversation.bye()
    except KeyboardInterrupt:
        pass
    except (Refused, OSError) as error:
        print(f"{host}:{port}: {error}", file=sys.stderr)
        return 1
    return 0


def usage():
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
