"""Two processes: the child reads the keyboard and writes lines into a pipe, the parent has the network."""

import os
import re
import select
import signal
import socket
import sys
import time


def child(pipe):
    """Ends at the end of the input, or when nobody reads any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    while data := os.read(0, 4096):
        os.write(pipe, data)


class Parent:
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.seen = set()

    def ask(self, request, answer, tries=20):
        for _ in range(tries):
            self.send(request)
            until = time.monotonic() + 0.25
            while (left := until - time.monotonic()) > 0:
                if select.select([self.udp], [], [], left)[0]:
                    came = self.receive()
                    if came == answer or (came or "").startswith("ERROR "):
                        return came
        raise TimeoutError(f"{tries} tries were in vain")

    def send(self, text):
        self.udp.sendto(text.encode(errors="replace"), self.server)

    def receive(self):
        """One datagram: a message is printed, everything else returned."""
        data, sender = self.udp.recvfrom(2048)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return None
        if sender != self.server:
            return None
        fields = text.split(" ", 3)
        if fields[0] == "MSG" and len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in self.seen:
                self.seen.add(fields[1])
                print(f"{fields[2]}: {fields[3]}", flush=True)
            self.send(f"GOT {fields[1]}")
        return text

    def chat(self, pipe):
        number, typed = 1, b""
        while True:
            ready = select.select([self.udp, pipe], [], [])[0]
            if self.udp in ready:
                self.receive()
            if pipe not in ready:
                continue
            data = os.read(pipe, 4096)
            if not data:
                return
            *lines, typed = (typed + data).split(b"\n")
            for line in lines:
                request = f"SAY {number} {line.decode(errors='replace')}"
                if line == b"/quit":
                    return
                if len(request.encode()) > 1200:
                    print("-- Your line is longer than a datagram. --", flush=True)
                elif line:
                    answer = self.ask(request, f"OK {number}")
                    if answer.startswith("ERROR"):
                        print(f"-- {answer} --", flush=True)
                    number += 1


def main(host, port, name):
    parent = Parent((socket.gethostbyname(host), port), name)
    answer = parent.ask(f"HELLO {name}", f"WELCOME {name}")
    if answer.startswith("ERROR"):
        return f"The server says {answer}."
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        child(write)
        os._exit(0)
    os.close(write)
    try:
        parent.chat(read)
    except KeyboardInterrupt:
        pass
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
    try:
        parent.ask("BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    except OSError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(0)
