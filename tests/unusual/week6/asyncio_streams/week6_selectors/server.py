"""One thread by asyncio. Its streams have their own buffers, and their own limit for a line."""

import asyncio
import contextlib
import re
import signal
import sys

LIMIT, MOST = 64 * 1024, 1024 * 1024
writers = {}  # by name


def send(name, data):
    writers[name].write(data)
    if writers[name].transport.get_write_buffer_size() > MOST:
        writers.pop(name).transport.abort()


async def chat(name, reader):
    while (line := await reader.readuntil(b"\n")) != b"DISCONNECT %s CHAT/1.0\n" % name:
        for other in list(writers):
            if other != name:
                send(other, line)


async def serve(reader, writer):
    name = None
    try:
        found = re.fullmatch(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0\n", await reader.readuntil(b"\n"))
        if not found:
            writer.write(b"400 I do not understand you\n")
        elif found[1] in writers:
            writer.write(b"401 There is one already\n")
        else:
            name = found[1]
            writers[name] = writer
            writer.write(b"200 Hello\n")
            await chat(name, reader)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        pass
    finally:
        if writers.get(name) is writer:
            del writers[name]
        writer.close()


async def main():
    if sys.argv[1:]:
        print("usage: server.py (without arguments)", file=sys.stderr)
        return 2
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await asyncio.start_server(serve, "localhost", 0, family=2, limit=LIMIT - 1, backlog=200)
    print(f"Will wait for client messages at port {server.sockets[0].getsockname()[1]}", flush=True)
    print("Waiting for incoming client connections ...", flush=True)
    await stopped.wait()
    server.close()
    for writer in writers.values():
        writer.write(b"DISCONNECT CHAT/1.0\n")
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(writer.drain() for writer in writers.values())), 1)
    return 0


sys.exit(asyncio.run(main()))
