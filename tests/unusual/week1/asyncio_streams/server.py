"""Echo one message with asyncio streams."""

import asyncio
import sys


async def serve_one(host, port):
    first_guest = asyncio.get_running_loop().create_future()

    def welcome(reader, writer):
        if first_guest.done():
            writer.transport.abort()
        else:
            first_guest.set_result((reader, writer))

    server = await asyncio.start_server(welcome, host, port)
    reader, writer = await first_guest
    server.close()
    writer.write(await reader.read(1024))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def main():
    try:
        host, port = sys.argv[1], int(sys.argv[2])
        if not 1 <= port <= 65535:
            raise ValueError
    except (IndexError, ValueError):
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        asyncio.run(serve_one(host, port))
    except OSError as error:
        sys.exit(f"could not serve: {error}")


if __name__ == "__main__":
    main()
