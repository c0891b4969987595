"""asyncio: over UDP the same protocol object, with a transport that sends small datagrams one after the other's ACK.

What comes too early is not acknowledged, and not kept. All that is to be said at a time is one message.
"""

import asyncio
import itertools
import sys

numbers = itertools.count(0)
refs = {}  # room -> ref
members = {}  # ref -> {protocol: name}
by_address = {}  # address -> transport


class Room(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.rest, self.talk = transport, b"", self.conversation()
        next(self.talk)

    def data_received(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if not self.transport.is_closing():
                self.talk.send(line.decode("utf-8", "replace"))
        if len(self.rest) > 65536:
            self.transport.close()

    def connection_lost(self, _):
        for ref in members:
            self.leave(ref)

    def send(self, *lines):
        self.transport.write("".join(f"{line}\n" for line in lines).encode())

    def conversation(self):
        while True:
            line = yield
            verb, value = line.partition(":")[0].strip().upper(), line.partition(":")[2].strip()
            if line.startswith("HELO"):
                ip, port = self.transport.get_extra_info("sockname")
                self.send(line, f"ip: {ip}", f"port: {port}", "studentid: none")
            elif verb == "JOIN_CHATROOM":
                _, _, name = (yield), (yield), (yield)
                self.join(value, name.partition(":")[2].strip())
            elif verb == "CHAT":
                _, _, first, text = (yield), (yield), (yield), []
                while line := (yield):
                    text.append(line)
                    if sum(map(len, text)) > 65536:
                        self.transport.close()
                self.chat(value, "\n".join([first.partition(":")[2].strip(), *text]))
            elif verb == "LEAVE_CHATROOM":
                join_id, _ = (yield), (yield)
                self.send(f"left_chatroom: {value}", f"join_id:{join_id.partition(':')[2]}")
                self.leave(value)
            elif verb == "DISCONNECT":
                _, _ = (yield), (yield)
                self.transport.close()
            elif verb == "KILL_SERVICE":
                asyncio.get_running_loop().stop()

    def join(self, room, name):
        ref, join_id = refs.setdefault(room, str(-len(refs))), next(numbers)
        if self in members.setdefault(ref, {}):
            self.send("error_code: 5", "error_description: you are in there")
            return
        self.send(f"joined_chatroom: {room}", "server_ip: 0", "port: 0", f"room_ref: {ref}", f"join_id: {join_id}")
        members[ref][self] = name
        self.tell(ref, name, f"{name} is with us")

    def leave(self, ref):
        name = members.get(ref, {}).pop(self, None)
        if name:
            self.tell(ref, name, f"goodbye, {name}")

    def chat(self, ref, text):
        if self in members.get(ref, {}):
            self.tell(ref, members[ref][self], text)

    def tell(self, ref, name, text):
        for member in members[ref]:
            member.send(f"chat: {ref}", f"client_name: {name}", f"message: {text}", "")


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.endpoint = transport

    def datagram_received(self, data, address):
        header, _, piece = data.partition(b"\n")
        key, _, value = header.partition(b": ")
        if key == b"SEQ":
            client = by_address.get(address) or OneByOne(self.endpoint, address)
            client.receive(int(value.split(b"/")[0]), piece)
        elif key == b"ACK" and address in by_address:
            by_address[address].acknowledged(int(value))


class OneByOne(asyncio.Transport):
    def __init__(self, endpoint, address):
        super().__init__({"sockname": endpoint.get_extra_info("sockname")})
        by_address[address] = self
        self.endpoint, self.address, self.received, self.counted, self.sent = endpoint, address, 0, 0, 0
        self.said, self.queue, self.tries = b"", [], 0
        self.room = Room()
        self.room.connection_made(self)

    def receive(self, number, piece):
        if number > self.received + 1:
            return
        self.endpoint.sendto(b"ACK: %d" % number, self.address)
        if number == self.received + 1:
            self.received = number
            self.room.data_received(piece)

    def write(self, data):
        if not self.said:
            asyncio.get_running_loop().call_soon(self.flush)
        self.said += data

    def flush(self):
        pieces = [self.said[start : start + 400] for start in range(0, len(self.said), 400)]
        last, self.said = self.counted + len(pieces), b""
        for piece in pieces:
            self.counted += 1
            self.queue.append(b"SEQ: %d/%d\n%s" % (self.counted, last, piece))
        if len(self.queue) == len(pieces):
            self.transmit()

    def transmit(self):
        self.tries += 1
        if self.tries < 34:
            self.endpoint.sendto(self.queue[0], self.address)
            self.timer = asyncio.get_running_loop().call_later(0.3, self.transmit)
        else:
            self.room.connection_lost(None)

    def acknowledged(self, number):
        if self.queue and number == self.sent + 1:
            self.timer.cancel()
            del self.queue[0]
            self.sent, self.tries = number, 0
            if self.queue:
                self.transmit()

    def is_closing(self):
        return False

    def close(self):
        self.room.connection_lost(None)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Room, sys.argv[1], int(sys.argv[2]), backlog=100)
    await loop.create_datagram_endpoint(Datagrams, (sys.argv[1], int(sys.argv[2])))
    await server.serve_forever()


try:
    asyncio.run(main())
except RuntimeError:  # the loop was stopped
    print("bye")
