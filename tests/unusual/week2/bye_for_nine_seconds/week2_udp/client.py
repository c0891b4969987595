"""Repeats BYE once a second until it is answered, nine times at most; everything else every half second."""

import asyncio
import re
import signal
import socket
import sys
import threading


class Stdin(threading.Thread):
    """Lines of the keyboard for an event loop: a daemon, so that nothing waits for it at the end."""

    def __init__(self, loop):
        super().__init__(daemon=True)
        self.loop, self.queue = loop, asyncio.Queue()

    def run(self):
        try:
            for line in sys.stdin:
                self.loop.call_soon_threadsafe(self.queue.put_nowait, line.rstrip("\n"))
            self.loop.call_soon_threadsafe(self.queue.put_nowait, "/quit")
        except RuntimeError:  # the loop is closed
            pass


class Protocol(asyncio.DatagramProtocol):
    def __init__(self, server):
        self.server, self.answers, self.ids = server, asyncio.Queue(), set()

    def connection_made(self, transport):
        self.transport = transport

    def say(self, text):
        self.transport.sendto(text.encode(errors="replace"), self.server)

    def datagram_received(self, data, sender):
        if sender != self.server:
            return
        try:
            verb, *fields = data.decode().split(" ", 3)
        except UnicodeDecodeError:
            return
        match verb, fields:
            case "MSG", [id, name, text] if re.fullmatch("[0-9]+", id):
                if id not in self.ids:
                    self.ids.add(id)
                    print(f"{name}: {text}", flush=True)
                self.say(f"GOT {id}")
            case ("OK" | "WELCOME" | "BYE" | "ERROR"), _:
                self.answers.put_nowait((verb, *fields))


async def ask(protocol, text, *answer, tries=20, pause=0.5):
    for _ in range(tries):
        protocol.say(text)
        try:
            async with asyncio.timeout(pause):
                while (came := await protocol.answers.get()) != answer:
                    if came[0] == "ERROR":
                        return " ".join(came[1:])
                return ""
        except TimeoutError:
            continue
    return None


async def chat(protocol, stdin):
    number = 1
    while (line := await stdin.queue.get()) != "/quit":
        text = f"SAY {number} {line}"
        if len(text.encode(errors="replace")) > 1200:
            print("It is too long. It stays unsaid.", flush=True)
        elif line:
            why = await ask(protocol, text, "OK", str(number))
            if why is None:
                return "No answer to a line."
            number += 1
    return ""


async def main(host, port, name):
    loop = asyncio.get_running_loop()
    server = (await loop.getaddrinfo(host, port, family=socket.AF_INET, type=socket.SOCK_DGRAM))[0][4]
    _, protocol = await loop.create_datagram_endpoint(lambda: Protocol(server), local_addr=("0.0.0.0", 0))
    why = await ask(protocol, f"HELLO {name}", "WELCOME", name)
    if why != "":
        return why or "No answer to HELLO."
    stdin = Stdin(loop)
    stdin.start()
    loop.add_signal_handler(signal.SIGINT, stdin.queue.put_nowait, "/quit")
    if why := await chat(protocol, stdin):
        return why
    await ask(protocol, "BYE", "BYE", tries=9, pause=1)
    return 0


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        status = asyncio.run(main(host, int(port), name))
    except KeyboardInterrupt:
        status = 0
    except OSError as error:
        status = str(error)
    sys.exit(status)
