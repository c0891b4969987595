import argparse
import asyncio
import re
import signal
import sys


class Member(asyncio.Protocol):
    members = {}

    def connection_made(self, transport):
        self.transport, self.name, self.buffer = transport, None, bytearray()

    def data_received(self, data):
        self.buffer += data
        while not self.transport.is_closing() and (end := self.buffer.find(b"\n")) >= 0:
            line = bytes(self.buffer[: end + 1])
            del self.buffer[: end + 1]
            self.line_received(line)
        if len(self.buffer) >= 64 * 1024:
            self.leave()

    def line_received(self, line):
        if self.name is None:
            found = re.match(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0\n", line)
            if found and found[1] not in Member.members:
                self.name = found[1]
                Member.members[self.name] = self
                self.transport.write(b"200 Registration successful\n")
            else:
                self.transport.write(b"401 Sorry\n" if found else b"400 What?\n")
                self.transport.close()
        elif line.split() == [b"DISCONNECT", self.name, b"CHAT/1.0"]:
            self.leave()
        else:
            for other in list(Member.members.values()):
                if other is not self:
                    other.transport.write(line)
                    if other.transport.get_write_buffer_size() > 1024 * 1024:
                        other.connection_lost(None)
                        other.transport.abort()

    def leave(self):
        self.connection_lost(None)
        self.transport.close()

    def connection_lost(self, exc):
        if Member.members.get(self.name) is self:
            del Member.members[self.name]


async def main(host, port):
    stopped = asyncio.get_running_loop().create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: stopped.done() or stopped.set_result(None))
    try:
        server = await asyncio.get_running_loop().create_server(Member, host, port)
    except OSError as error:
        sys.exit(f"Nothing to listen at: {error}")
    print("Will wait for client messages at port", server.sockets[0].getsockname()[1])
    print("Waiting for incoming client connections ...")
    await stopped
    server.close()
    for member in Member.members.values():
        member.transport.write(b"DISCONNECT CHAT/1.0\n")
        member.transport.close()
    await asyncio.sleep(0.1)


parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
options = parser.parse_args()
asyncio.run(main(options.host, options.port))
