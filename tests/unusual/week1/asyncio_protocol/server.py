"""Echo one message with an asyncio protocol, all in callbacks."""

import asyncio
import sys


class EchoOnce(asyncio.Protocol):
    guest = None  # the one and only, shared by all the instances

    def __init__(self, finished: asyncio.Future):
        self.finished = finished

    def connection_made(self, transport):
        self.transport = transport
        if EchoOnce.guest is None:
            EchoOnce.guest = self
        else:
            transport.abort()

    def data_received(self, data):
        if EchoOnce.guest is self and not self.transport.is_closing():
            self.transport.write(data)
            self.transport.close()

    def connection_lost(self, exc):
        if EchoOnce.guest is self:
            self.finished.set_result(None)


async def main(host: str, port: int):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    server = await loop.create_server(lambda: EchoOnce(finished), host, port)
    await finished
    server.close()


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 2**16:
    sys.stderr.write("Usage: python server.py HOST PORT\n")
    raise SystemExit(2)
try:
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(error.strerror)
    raise SystemExit(1) from None
