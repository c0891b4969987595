"""asyncio.Protocol: a generator gets the lines of each client. Every join has a JOIN_ID of its own; small letters."""

import asyncio
import itertools
import sys

numbers = itertools.count(0)
refs = {}  # room -> ref
members = {}  # ref -> {protocol: (name, join_id)}


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


async def main():
    server = await asyncio.get_running_loop().create_server(Room, sys.argv[1], int(sys.argv[2]), backlog=100)
    await server.serve_forever()


try:
    asyncio.run(main())
except RuntimeError:  # the loop was stopped
    print("bye")
