"""The keyboard is a stream, too: connect_read_pipe makes one of standard input."""

import asyncio
import signal
import sys
from urllib.parse import urlsplit


async def listen(reader):
    while line := await reader.readline():
        if line == b"DISCONNECT CHAT/1.0\n":
            print("\nThe server has gone home.")
            return 0
        text = line.decode(errors="backslashreplace").rstrip("\r\n")
        print("\n" + "".join(c for c in text if c.isprintable()))
        print("> ", end="", flush=True)
    print("\nThe connection is lost.", file=sys.stderr)
    return 1


async def talk(name, keyboard, writer):
    while line := await keyboard.readline():
        text = line.decode(errors="replace").strip()
        if text == "/quit":
            return 0
        if text:
            writer.write(f"@{name}: {text}\n".encode())
        print("> ", end="", flush=True)
    return 0


async def interrupted(event):
    await event.wait()
    return 0


async def main(name, host, port):
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    print("Connecting to server ...", flush=True)
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return f"Nobody is there: {error}"
    loop.add_signal_handler(signal.SIGINT, event.set)
    writer.write(f"REGISTER {name} CHAT/1.0\n".encode())
    answer = (await reader.readline()).decode(errors="replace").strip()
    if not answer.startswith("200 "):
        return f"The server says no: {answer or 'nothing at all'}"
    print("Registration successful.  Ready for messaging!\n> ", end="", flush=True)
    keyboard = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(keyboard), sys.stdin)
    tasks = [asyncio.create_task(each) for each in (listen(reader), talk(name, keyboard, writer), interrupted(event))]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if tasks[0] not in done:
        writer.write(f"DISCONNECT {name} CHAT/1.0\n".encode())
        await writer.drain()
        writer.close()
    return max(task.result() for task in done)


def arguments():
    try:
        name, url = sys.argv[1:]
        parts = urlsplit(url)
        good = name.replace("-", "_").replace("_", "a").isalnum() and name.isascii() and len(name) <= 20
        if good and parts.scheme == "chat" and parts.hostname and parts.port:
            return name, parts.hostname, parts.port
    except ValueError:
        pass
    print("Usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
    sys.exit(2)


sys.exit(asyncio.run(main(*arguments())))
