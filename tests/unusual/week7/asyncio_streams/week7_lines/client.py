"""A client with asyncio: commands in lower case that end in a carriage return, too; at /who it asks the server."""

import asyncio
import signal
import sys


class Chat:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.name, self.candidate, self.left = None, None, False

    def say(self, line):
        data = (line + "\r\n").encode("utf-8", "replace")
        if len(data) > 512:
            print("sorry, that is more than the server takes", flush=True)
        else:
            self.writer.write(data)

    async def keyboard(self, lines):
        print("name: ", end="", flush=True)
        while typed := await lines.readline():
            line = typed.decode("utf-8", "replace").rstrip("\n")
            if line == "/quit":
                break
            self.typed(line)
        self.left = True
        if self.name:
            self.say("logout")
            await asyncio.wait_for(self.writer.drain(), 1)

    def typed(self, line):
        word, _, rest = line.partition(" ")
        if not self.name:
            self.candidate = line
            self.say("login " + line)
        elif word in ("/tell", "/create", "/join", "/part", "/room", "/rooms", "/who"):
            self.say(line[1:])
        elif word.startswith("/"):
            print("no such command:", word, flush=True)
        elif line:
            self.say("all " + line)

    async def network(self):
        while (line := await self.reader.readline()).endswith(b"\n"):
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if why := self.comes("".join(c if c.isprintable() else f"<{ord(c)}>" for c in text)):
                return why
        return "" if self.left else "the server has gone"

    def comes(self, text):
        word, _, rest = text.partition(" ")
        if not self.name:
            if text == f"OK LOGIN {self.candidate}":
                self.name = self.candidate
            elif text[:8] in ("ERR 400 ", "ERR 409 "):
                print(text[8:] + "\nname: ", end="", flush=True)
            else:
                return "unexpected: " + text
        elif word in ("ALL", "FROM"):
            print("[private] " * (word == "FROM") + rest.replace(" ", ": ", 1), flush=True)
        elif word == "ROOM":
            print(rest.replace(" ", "\0", 1).replace(" ", ": ", 1).replace("\0", " "), flush=True)
        elif word != "OK":
            print({"+": "->", "-": "<-", "ERR": "!"}.get(word, word.lower()), rest, flush=True)


async def main(host, port):
    chat = Chat(*await asyncio.open_connection(host, port))
    loop, lines = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    keyboard, network = asyncio.create_task(chat.keyboard(lines)), asyncio.create_task(chat.network())
    loop.add_signal_handler(signal.SIGINT, lines.feed_eof)
    await asyncio.wait([keyboard, network], return_when=asyncio.FIRST_COMPLETED)
    if chat.left and not network.done():
        await asyncio.wait([network], timeout=1)
    return network.result() if network.done() and not chat.left else None


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("Usage: client.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]))))
    except OSError as error:
        sys.exit(f"no server: {error}")
