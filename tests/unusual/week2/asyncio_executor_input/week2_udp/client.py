"""Asyncio with input() in an executor's thread; that thread is never joined, for the program ends by os._exit."""

import asyncio
import os
import re
import socket
import sys

TRIES = 15
PAUSE = 0.3


class Client:
    def __init__(self, name):
        self.name = name
        self.answers = asyncio.Queue()
        self.printed = {}

    async def hear(self, loop, udp):
        while True:
            try:
                data = await loop.sock_recv(udp, 4096)
            except ConnectionError:
                continue
            words = data.decode("utf-8", "replace").split(" ")
            if "\ufffd" in words[0]:
                continue
            if words[0] == "MSG" and len(words) > 3 and words[1].isdigit():
                number = int(words[1])
                if number not in self.printed:
                    self.printed[number] = True
                    print(words[2] + ": " + " ".join(words[3:]))
                await self.send(loop, udp, f"GOT {number}")
            else:
                await self.answers.put(words)

    async def send(self, loop, udp, text):
        try:
            await loop.sock_sendall(udp, text.encode("utf-8", "replace"))
        except ConnectionError:
            pass

    async def until(self, *wanted):
        while True:
            words = await self.answers.get()
            if words in wanted or words[0] == "ERROR":
                return words

    async def ask(self, loop, udp, text, wanted, tries=TRIES):
        for _ in range(tries):
            await self.send(loop, udp, text)
            try:
                return await asyncio.wait_for(self.until(wanted), PAUSE)
            except asyncio.TimeoutError:
                continue
        return None


def leave(status):
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


async def main(host, port, name):
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    udp = socket.socket(infos[0][0], socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.connect(infos[0][4])
    client = Client(name)
    hearing = asyncio.create_task(client.hear(loop, udp))
    answer = await client.ask(loop, udp, f"HELLO {name}", ["WELCOME", name])
    if answer is None or answer[0] == "ERROR":
        print("Cannot join:", " ".join(answer or ["no answer"]), file=sys.stderr)
        return 1
    number = 1
    try:
        while True:
            try:
                line = await loop.run_in_executor(None, input)
            except EOFError:
                break
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode("utf-8", "replace")) > 1200:
                print("! 1200 bytes are the limit; nothing was sent")
            elif line:
                answer = await client.ask(loop, udp, text, ["OK", str(number)])
                if answer is None:
                    print("The server has stopped answering.", file=sys.stderr)
                    leave(1)
                number += 1
    except asyncio.CancelledError:
        pass  # Ctrl-C
    await client.ask(loop, udp, "BYE", ["BYE"], 3)
    hearing.cancel()
    leave(0)  # the thread that waits in input() would keep asyncio.run waiting, too


if __name__ == "__main__":
    arguments = sys.argv[1:]
    good = len(arguments) == 3 and arguments[1].isascii() and arguments[1].isdigit()
    good = good and 1 <= int(arguments[1]) <= 65535 and re.fullmatch(r"[A-Za-z0-9_-]{1,20}", arguments[2])
    if not good:
        print("Usage: client.py HOST PORT NAME", file=sys.stderr)
        os._exit(2)
    status = 0
    try:
        status = asyncio.run(main(arguments[0], int(arguments[1]), arguments[2]))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print(error, file=sys.stderr)
        status = 1
    leave(status)
