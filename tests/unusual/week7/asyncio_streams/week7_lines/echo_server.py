"""An echo server with asyncio streams."""

import asyncio
import signal
import sys


async def echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(host, port):
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, sys.exit, 0)
    server = await asyncio.start_server(echo, host, port, backlog=500)
    async with server:
        await server.serve_forever()


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("Usage: echo_server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
