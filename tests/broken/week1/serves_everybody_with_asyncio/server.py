"""Echo server that serves every client at once, for ever, with asyncio."""
import asyncio
import sys


async def echo(reader, writer):
    data = await reader.read(1024)
    writer.write(data)
    await writer.drain()
    writer.close()


async def main(host, port):
    try:
        server = await asyncio.start_server(echo, host, port)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    async with server:
        await server.serve_forever()
    return 0


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]))))
