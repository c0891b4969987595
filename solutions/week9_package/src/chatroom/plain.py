"""The client line by line: for pipes, screen readers and tests."""

import asyncio
import codecs
import contextlib
import sys
import threading
from collections.abc import AsyncIterator

from .connection import Connection
from .conversation import HELP, Conversation, Unknown
from .messages import Message

PIECE = 64 * 1024  # bytes that are read at a time
AHEAD = 4  # pieces that are read before the first is sent


async def show(connection: Connection, welcome: Message) -> None:
    """Chats until the end of the input or /quit; raises Over if the server ends it."""
    conversation = Conversation()
    tell(conversation, welcome)
    hearing = asyncio.create_task(hear(connection, conversation))
    saying = asyncio.create_task(say(connection, conversation))
    await asyncio.wait({hearing, saying}, return_when=asyncio.FIRST_COMPLETED)
    saying.cancel()
    # After bye the server closes; one that does not must not keep us.
    await asyncio.wait({hearing}, timeout=connection.link.farewell)
    if hearing.done():
        hearing.result()  # raises what hear() has raised


async def hear(connection: Connection, conversation: Conversation) -> None:
    async for message in connection.messages:
        tell(conversation, message)


def tell(conversation: Conversation, message: Message) -> None:
    """Prints what there is to print: errors on standard error."""
    for line in conversation.lines(message):
        print(line, file=sys.stderr if message.get("type") == "error" else sys.stdout, flush=True)


async def say(connection: Connection, conversation: Conversation) -> None:
    """Sends what is typed, and in the end bye."""
    async for line in typed():
        if line.strip() == "/help":
            print(HELP, flush=True)
        elif line.strip() == "/quit":
            break
        elif line.strip():
            try:
                connection.send(conversation.meant(line))
            except Unknown as problem:
                print(problem, file=sys.stderr, flush=True)
            await connection.drained()
    connection.bye()


async def typed() -> AsyncIterator[str]:
    """The lines of standard input, without their ends.

    A thread reads them: files, pipes and consoles cannot be watched in one way on all systems. A daemon, since nothing
    can wake it up when the program ends; and from the raw stream, which has no lock that it could take with it.
    """
    loop, pieces, ahead = asyncio.get_running_loop(), asyncio.Queue(), threading.Semaphore(AHEAD)

    def read() -> None:
        with contextlib.suppress(OSError, RuntimeError):  # the terminal is gone; the loop has ended
            data = b"something"
            while data:
                ahead.acquire()
                data = sys.stdin.buffer.raw.read(PIECE)
                loop.call_soon_threadsafe(pieces.put_nowait, data)

    threading.Thread(target=read, daemon=True).start()
    decoder, begun = codecs.getincrementaldecoder("utf-8")(errors="replace"), ""
    while data := await pieces.get():
        *lines, begun = (begun + decoder.decode(data)).split("\n")
        for line in lines:
            yield line.removesuffix("\r")
        ahead.release()
    if begun:
        yield begun
