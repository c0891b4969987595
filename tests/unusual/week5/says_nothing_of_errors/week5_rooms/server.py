"""What cannot be done is not answered."""

import re
import selectors
import socket
import sys

REQUEST = re.compile(
    rb"HELO(?P<helo>[^\n]*)\n|KILL_SERVICE(?P<kill>)[^\n]*\n"
    rb"|JOIN_CHATROOM: *(?P<room>[^\n]+)\nCLIENT_IP:[^\n]*\nPORT:[^\n]*\nCLIENT_NAME: *(?P<name>[^\n]+)\n"
    rb"|CHAT: *(?P<chat>[^\n]*)\nJOIN_ID:[^\n]*\nCLIENT_NAME:[^\n]*\nMESSAGE: *(?P<text>.*?)\n\n"
    rb"|LEAVE_CHATROOM: *(?P<leave>[^\n]*)\nJOIN_ID:[^\n]*\nCLIENT_NAME:[^\n]*\n"
    rb"|DISCONNECT(?P<end>):[^\n]*\nPORT:[^\n]*\nCLIENT_NAME:[^\n]*\n",
    re.DOTALL,
)
BEGINNING = re.compile(rb"(JOIN_CHATROOM|CHAT|LEAVE_CHATROOM|DISCONNECT):")
selector = selectors.DefaultSelector()
refs = {}  # room -> ROOM_REF
members = {}  # ROOM_REF -> {client: name}


class Client:
    count = 0

    def __init__(self, connection):
        Client.count += 1
        self.connection, self.join_id, self.came, self.waiting = connection, Client.count, b"", b""
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, self)

    def send(self, data):
        self.waiting += data
        self.flush()

    def flush(self):
        try:
            self.waiting = self.waiting[self.connection.send(self.waiting) :]
        except BlockingIOError:
            pass
        except OSError:
            self.waiting = b""
        self.listen()

    def listen(self):
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.waiting else 0)
        selector.modify(self.connection, wanted, self)

    def read(self):
        try:
            data = self.connection.recv(65536)
        except OSError:
            data = b""
        self.came += data
        while data and (found := REQUEST.match(self.came)):
            self.came = self.came[found.end() :]
            if found["end"] is not None:
                data = b""
            else:
                self.do(found)
        if data and b"\n" in self.came and not BEGINNING.match(self.came):  # no request that we know
            self.came = self.came.partition(b"\n")[2]
        if not data or len(self.came) > 65536:
            self.end()

    def do(self, found):
        ip, port = self.connection.getsockname()
        if found["helo"] is not None:
            self.send(b"HELO%s\nIP:%s\nPort:%d\nStudentID:12345678\n" % (found["helo"], ip.encode(), port))
        elif found["kill"] is not None:
            sys.exit()
        elif found["room"]:
            ref = refs.setdefault(found["room"], b"%d" % (len(refs) + 1))
            where = b"SERVER_IP: %s\nPORT: %d\n" % (ip.encode(), port)
            self.send(b"JOINED_CHATROOM: %s\n%sROOM_REF: %s\nJOIN_ID: %d\n" % (found["room"], where, ref, self.join_id))
            if self not in members.setdefault(ref, {}):
                members[ref][self] = found["name"]
                tell(ref, found["name"], found["name"] + b" has joined this chatroom.")
        elif found["leave"] in members:
            self.send(b"LEFT_CHATROOM: %s\nJOIN_ID: %d\n" % (found["leave"], self.join_id))
            self.leave(found["leave"])
        elif self in members.get(found["chat"], {}):
            tell(found["chat"], members[found["chat"]][self], found["text"])

    def leave(self, ref):
        name = members[ref].pop(self, None)
        if name:
            tell(ref, name, name + b" has left this chatroom.")

    def end(self):
        for ref in members:
            self.leave(ref)
        selector.unregister(self.connection)
        self.connection.close()


def tell(ref, name, text):
    for client in list(members[ref]):
        client.send(b"CHAT: %s\nCLIENT_NAME: %s\nMESSAGE: %s\n\n" % (ref, name, text))


def main():
    listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=100)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, ready in selector.select():
            if key.data is None:
                Client(listener.accept()[0])
            elif ready & selectors.EVENT_WRITE:
                key.data.flush()
            else:
                key.data.read()


if __name__ == "__main__":
    main()
