"""Prints times and colours; standard input is watched by add_reader."""

import asyncio
import os
import re
import signal
import sys
import time

PROMPT = "\x1b[1;34malice> \x1b[0m".replace("alice", sys.argv[1] if len(sys.argv) > 1 else "")


def show(text):
    print(f"\r\x1b[2K{text}\n{PROMPT}", end="", flush=True)


class Chat(asyncio.Protocol):
    def __init__(self, name):
        self.name, self.buffer, self.typed = name, b"", b""
        self.result = asyncio.get_running_loop().create_future()

    def end(self, status):
        if not self.result.done():
            self.result.set_result(status)

    def connection_made(self, transport):
        self.transport = transport
        self.hear = self.hear_answer
        print("Connection to server established. Sending intro message...")
        transport.write(f"REGISTER {self.name} CHAT/1.0\n".encode())

    def data_received(self, data):
        self.buffer += data
        while b"\n" in self.buffer and not self.result.done():
            line, self.buffer = self.buffer.split(b"\n", 1)
            self.hear(line.decode(errors="replace").rstrip("\r"))

    def hear_answer(self, line):
        if line[:3] != "200":
            self.end(f"Not registered. The server says: {line}")
            return
        self.hear = self.hear_line
        show("Registration successful.  Ready for messaging!")
        asyncio.get_running_loop().add_reader(0, self.keyboard)

    def hear_line(self, line):
        if line == "DISCONNECT CHAT/1.0":
            show("\x1b[31m* the server has closed the chat *\x1b[0m")
            self.end(0)
        elif found := re.fullmatch(r"@([\w-]+): (.*)", line):
            text = re.sub(r"[^ -~\xa0-\U0010ffff]", "\N{SYMBOL FOR ESCAPE}", found[2])
            show(f"\x1b[2m{time.strftime('%H:%M')}\x1b[0m \x1b[32m<{found[1]}>\x1b[0m {text}")
        else:
            show(ascii(line))

    def connection_lost(self, exc):
        self.end("\nThe server has gone without a word.")

    def keyboard(self):
        data = os.read(0, 4096)
        *lines, self.typed = (self.typed + data).split(b"\n")
        for line in lines:
            if line.strip() == b"/quit":
                self.leave()
                return
            if line.strip():
                self.transport.write(b"@" + self.name.encode() + b": " + line + b"\n")
        print(PROMPT, end="", flush=True)
        if not data:
            self.leave()

    def leave(self):
        if not self.result.done():
            self.transport.write(f"DISCONNECT {self.name} CHAT/1.0\n".encode())
            self.end(0)


async def main(name, host, port):
    loop = asyncio.get_running_loop()
    print("Connecting to server ...")
    chat = Chat(name)
    loop.add_signal_handler(signal.SIGINT, chat.leave)
    try:
        await loop.create_connection(lambda: chat, host, port)
    except OSError as error:
        return f"Cannot connect: {error}"
    return await chat.result


words = sys.argv[1:]
url = re.fullmatch(r"chat://([^/:]+):([0-9]{1,5})", words[1]) if len(words) == 2 else None
if not url or not 1 <= int(url[2]) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[0]):
    print("usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
    sys.exit(2)
sys.exit(asyncio.run(main(words[0], url[1], int(url[2]))))
