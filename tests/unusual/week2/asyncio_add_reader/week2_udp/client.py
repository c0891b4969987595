"""Asyncio without transports or tasks: callbacks for two descriptors, call_later for what is to be repeated."""

import asyncio
import os
import re
import signal
import socket
import sys

SAY, HELLO, BYE = "SAY", "HELLO", "BYE"


class Client:
    def __init__(self, loop, udp, name):
        self.loop, self.udp, self.name = loop, udp, name
        self.done = loop.create_future()
        self.ids = set()
        self.typed = b""
        self.lines = []
        self.current = None  # (verb, datagram, answer)
        self.timer = None
        self.number = 0
        self.joined = self.leaving = False
        loop.add_reader(udp, self.on_datagram)
        loop.add_signal_handler(signal.SIGINT, self.leave)
        self.ask(HELLO, f"HELLO {name}", f"WELCOME {name}")

    def ask(self, verb, datagram, answer):
        self.current = (verb, datagram.encode(errors="replace"), answer)
        self.repeat(1)

    def repeat(self, tries):
        verb, datagram, _ = self.current
        if tries > (5 if verb == BYE else 20):
            if verb == BYE:
                self.end(0)
            else:
                print(f"Gave up: no answer to {verb} after 20 tries.", file=sys.stderr)
                self.end(1)
            return
        self.send(datagram)
        self.timer = self.loop.call_later(0.2, self.repeat, tries + 1)

    def send(self, datagram):
        try:
            self.udp.send(datagram)
        except OSError:
            pass

    def end(self, status):
        if not self.done.done():
            self.done.set_result(status)

    def leave(self):
        if not self.joined:
            self.end(0)
        if not self.leaving:
            self.leaving = True
            self.loop.remove_reader(0)
            self.next()

    def next(self):
        if self.current:
            return
        if self.lines:
            line = self.lines.pop(0)
            datagram = f"SAY {self.number + 1} {line}"
            if len(datagram.encode(errors="replace")) > 1200:
                print("*** too long, not sent ***")
                self.next()
            else:
                self.number += 1
                self.ask(SAY, datagram, f"OK {self.number}")
        elif self.leaving:
            self.ask(BYE, "BYE", "BYE")

    def on_datagram(self):
        try:
            text = self.udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            return
        if text.startswith("MSG "):
            parts = text.split(" ", 3)
            if len(parts) == 4 and parts[1].isdecimal():
                if parts[1] not in self.ids:
                    self.ids.add(parts[1])
                    print(f"{parts[2]}: {parts[3]}", flush=True)
                self.send(f"GOT {parts[1]}".encode())
        elif self.current and (text == self.current[2] or text.startswith("ERROR ")):
            verb, self.current = self.current[0], None
            self.timer.cancel()
            if verb == HELLO and text.startswith("ERROR "):
                print(f"Not welcome: {text}", file=sys.stderr)
                self.end(1)
            elif verb == BYE:
                self.end(0)
            else:
                if verb == HELLO:
                    self.joined = True
                    self.loop.add_reader(0, self.on_keyboard)
                self.next()

    def on_keyboard(self):
        try:
            data = os.read(0, 4096)
        except OSError:
            data = b""
        if not data:
            self.leave()
            return
        *lines, self.typed = (self.typed + data).split(b"\n")
        for line in lines:
            if line == b"/quit":
                self.leave()
                return
            if line:
                self.lines.append(line.decode(errors="replace"))
        self.next()


async def main(host, port, name):
    loop = asyncio.get_running_loop()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.connect((host, port))
    return await Client(loop, udp, name).done


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        port = int(port)
        if not 0 < port < 65536 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(asyncio.run(main(host, port, name)))
    except OSError as error:
        sys.exit(str(error))
