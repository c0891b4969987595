"""makefile().readline() as text, a class for each request, a queue for each client. It listens on ::, for IPv4 as well."""

import queue
import signal
import socket
import sys
import threading
from dataclasses import dataclass, field

LOCK = threading.RLock()
ROOMS = {}


@dataclass(eq=False)
class Room:
    name: str
    ref: int
    people: dict = field(default_factory=dict)

    def tell(self, name, text):
        for person in self.people:
            person.outbox.put(f"CHAT: {self.ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n")


class Person(threading.Thread):
    def __init__(self, connection, number):
        super().__init__(daemon=True)
        self.connection, self.number, self.outbox = connection, number, queue.SimpleQueue()
        self.lines = connection.makefile("r", encoding="utf-8", errors="replace", newline="\n")

    def run(self):
        threading.Thread(target=self.write, daemon=True).start()
        try:
            while self.request(self.read()):
                pass
        except OSError:
            pass
        with LOCK:
            for room in ROOMS.values():
                self.leave(room)
        self.outbox.put("")

    def write(self):
        try:
            while text := self.outbox.get():
                self.connection.sendall(text.encode())
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def read(self):
        line = self.lines.readline(65536)
        if not line.endswith("\n"):
            raise ConnectionError("the end, or a long line")
        return line[:-1]

    def request(self, line):
        kind = {"HELO": Helo, "JOIN_CHATROOM": Join, "LEAVE_CHATROOM": Leave, "CHAT": Chat}
        kind = kind | {"DISCONNECT": Disconnect, "KILL_SERVICE": Kill}
        verb = line.split(":")[0].split(" ")[0].upper()
        if verb not in kind:
            self.outbox.put("ERROR_CODE: 400\nERROR_DESCRIPTION: \n")
            return True
        lines = [line, *(self.read() for _ in range(kind[verb].more))]
        return kind[verb]().do(self, lines, [each.partition(":")[2].strip() for each in lines])

    def leave(self, room):
        name = room.people.pop(self, None)
        if name is not None:
            room.tell(name, f"{name} has left this chatroom.")


class Helo:
    more = 0

    def do(self, person, lines, values):
        ip, port, *_ = person.connection.getsockname()
        person.outbox.put(f"{lines[0]}\nIP:{ip}\nPort:{port}\nStudentID:\n")
        return True


class Join:
    more = 3

    def do(self, person, lines, values):
        room_name, _, _, name = values
        with LOCK:
            room = ROOMS.setdefault(room_name, Room(room_name, len(ROOMS)))
            numbers = f"ROOM_REF: {room.ref}\nJOIN_ID: {person.number}\n"
            person.outbox.put(f"JOINED_CHATROOM: {room_name}\nSERVER_IP: ::\nPORT: {sys.argv[2]}\n{numbers}")
            room.people[person] = name
            room.tell(name, f"{name} has joined this chatroom.")
        return True


class Leave:
    more = 2

    def do(self, person, lines, values):
        person.outbox.put(f"LEFT_CHATROOM: {values[0]}\nJOIN_ID: {values[1]}\n")
        with LOCK:
            for room in ROOMS.values():
                if str(room.ref) == values[0]:
                    person.leave(room)
        return True


class Chat:
    more = 3

    def do(self, person, lines, values):
        text = values[3:]
        while line := person.read():
            text.append(line)
            if sum(map(len, text)) > 65536:
                return False
        with LOCK:
            for room in ROOMS.values():
                if str(room.ref) == values[0] and person in room.people:
                    room.tell(values[2], "\n".join(text))
        return True


class Disconnect:
    more = 2

    def do(self, person, lines, values):
        return False


class Kill:
    more = 0

    def do(self, person, lines, values):
        signal.raise_signal(signal.SIGKILL)


def main():
    listener = socket.create_server(("::", int(sys.argv[2])), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
    number = 0
    while True:
        number -= 1
        Person(listener.accept()[0], number).start()


main()
