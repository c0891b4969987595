"""Asyncio from end to end: a DatagramProtocol, the keyboard as a stream, a future for each answer."""

import asyncio
import os
import re
import signal
import sys


class Chat(asyncio.DatagramProtocol):
    def __init__(self):
        self.transport = None
        self.waiting = {}
        self.seen = set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return
        if message := re.fullmatch(r"MSG ([0-9]+) ([\w-]+) (.*)", text, re.ASCII | re.DOTALL):
            number, name, said = message.groups()
            if number not in self.seen:
                self.seen.add(number)
                print(f"{name}: {said}", flush=True)
            self.transport.sendto(b"GOT " + number.encode())
        elif text.startswith("ERROR "):
            for future in self.waiting.values():
                if not future.done():
                    future.set_result(text)
        elif (future := self.waiting.get(text)) and not future.done():
            future.set_result(text)

    def error_received(self, exc):
        """Somebody says that nobody is there; the silence says it, too."""

    async def ask(self, request, answer, tries=20):
        future = self.waiting[answer] = asyncio.get_running_loop().create_future()
        try:
            for _ in range(tries):
                self.transport.sendto(request.encode(errors="replace"))
                done, _ = await asyncio.wait([future], timeout=0.25)
                if done:
                    return future.result()
        finally:
            del self.waiting[answer]
        raise TimeoutError


async def keyboard():
    reader = asyncio.StreamReader()
    stdin = os.fdopen(os.dup(0), "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    return reader


async def talk(chat, interrupted):
    lines, number = await keyboard(), 0
    while not interrupted.is_set():
        reading = asyncio.ensure_future(lines.readline())
        stopping = asyncio.ensure_future(interrupted.wait())
        await asyncio.wait([reading, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not reading.done():
            reading.cancel()
            return
        line = reading.result()
        text = line.decode(errors="replace").rstrip("\n")
        if not line or text == "/quit":
            return
        if not text:
            continue
        request = f"SAY {number + 1} {text}"
        if len(request.encode()) > 1200:
            print("Sorry, that line does not fit into a datagram.", flush=True)
            continue
        number += 1
        if (answer := await chat.ask(request, f"OK {number}")).startswith("ERROR"):
            print(f"(the server: {answer})", file=sys.stderr)


async def main(host, port, name):
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()
    try:
        _, chat = await loop.create_datagram_endpoint(Chat, remote_addr=(host, port))
        answer = await chat.ask(f"HELLO {name}", f"WELCOME {name}")
        loop.add_signal_handler(signal.SIGINT, interrupted.set)  # before, Ctrl-C ends asyncio.run
        if answer.startswith("ERROR"):
            return f"the server says: {answer}"
        await talk(chat, interrupted)
    except TimeoutError:
        return f"{host}:{port} does not answer"
    except OSError as error:
        return f"{host}:{port}: {error}"
    try:
        await chat.ask("BYE", "BYE", 4)
    except TimeoutError:
        pass
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case [host, port, name] if (
            re.fullmatch("[0-9]{1,5}", port)
            and 0 < int(port) < 65536
            and re.fullmatch("[A-Za-z0-9_-]{1,20}", name)
        ):
            try:
                sys.exit(asyncio.run(main(host, int(port), name)))
            except KeyboardInterrupt:
                sys.exit(0)
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)
