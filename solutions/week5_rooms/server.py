"""Week 5: a chat server with rooms.

It is started with: python lab5/week5_rooms/server.py IP PORT

A thread for each client reads its requests (stream.py has the bytes) and does them here. The clients share the rooms:
only the thread that holds the lock touches them, and it never waits for a network while it does.
"""

import itertools
import signal
import socket
import sys
import threading

from stream import MALFORMED, NO_ROOM, NOT_A_MEMBER, UNKNOWN, Client, Refused, close_all, values, verb_of

STUDENT_ID = "12345678"
LOOK = 0.5  # seconds between two looks whether somebody has said KILL_SERVICE


class Service:
    """The rooms, and what clients do with them."""

    def __init__(self):
        self.lock = threading.Lock()  # for these two dicts, and for those in the second
        self.refs = {}  # name of a room -> ROOM_REF; it stays when the last member has left
        self.rooms = {}  # ROOM_REF -> the members: client -> its name in this room
        self.killed = threading.Event()

    def serve(self, client):
        """A client's reader thread: does one request after another."""
        try:
            for lines in client.requests():
                if verb_of(lines) == "DISCONNECT":
                    break
                self.answer(client, lines)
        except Refused as refused:  # it is too long to find its end
            client.send(str(refused))
        except OSError:  # a connection that is lost is at its end, too
            pass
        with self.lock:
            for ref in self.rooms:
                self.leave(client, ref)
        client.finish()

    def answer(self, client, lines):
        """Does a request, or says why not."""
        verb = verb_of(lines)
        try:
            with self.lock:  # until all are told: so every member of a room hears everything in the same order
                if verb == "HELO":
                    ip, port = client.our_address
                    client.send(f"{lines[0]}\nIP:{ip}\nPort:{port}\nStudentID:{STUDENT_ID}\n")
                elif verb == "JOIN_CHATROOM":
                    self.join(client, *values(lines, "JOIN_CHATROOM", "CLIENT_NAME"))
                elif verb == "CHAT":  # only four lines are fields: the others are text, whatever they look like
                    self.chat(client, *values(lines[:4], "CHAT", "JOIN_ID", "MESSAGE"), lines[4:-1])
                elif verb == "LEAVE_CHATROOM":
                    self.leave_and_say(client, *values(lines, "LEAVE_CHATROOM"))
                elif verb == "KILL_SERVICE":
                    self.killed.set()
                elif verb:  # an empty line between two requests does no harm
                    raise Refused(UNKNOWN, f"unknown message: {lines[0][:40]}")
        except Refused as refused:
            client.send(str(refused))

    def join(self, client, room, name):
        if not room or not name:
            raise Refused(MALFORMED, "JOIN_CHATROOM and CLIENT_NAME need a value")
        ref = self.refs.setdefault(room, str(len(self.refs) + 1))
        members = self.rooms.setdefault(ref, {})
        ip, port = client.our_address
        client.send(f"JOINED_CHATROOM: {room}\nSERVER_IP: {ip}\nPORT: {port}\nROOM_REF: {ref}\n")
        client.send(f"JOIN_ID: {client.join_id}\n")
        if client not in members:  # who joins twice is a member once
            members[client] = name
            self.tell(ref, name, f"{name} has joined this chatroom.")

    def chat(self, client, ref, join_id, message, more):
        members = self.members_of(ref)
        if client not in members or join_id != str(client.join_id):
            raise Refused(NOT_A_MEMBER, f"you are not in room {ref} with this JOIN_ID")
        self.tell(ref, members[client], "\n".join([message, *more]))

    def leave_and_say(self, client, ref):
        self.members_of(ref)
        client.send(f"LEFT_CHATROOM: {ref}\nJOIN_ID: {client.join_id}\n")
        self.leave(client, ref)

    def leave(self, client, ref):
        """Takes a client out of a room, if it is in there, and tells those who stay."""
        name = self.rooms[ref].pop(client, None)
        if name is not None:
            self.tell(ref, name, f"{name} has left this chatroom.")

    def tell(self, ref, name, message):
        """Sends a message to each member of a room."""
        for client in self.rooms[ref]:
            client.send(f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {message}\n\n")

    def members_of(self, ref):
        if ref not in self.rooms:
            raise Refused(NO_ROOM, f"there is no room {ref[:40]}")
        return self.rooms[ref]


def accept_clients(listener, service, clients):
    """Starts a thread for each client, until one of them says KILL_SERVICE."""
    join_ids = itertools.count(1)
    listener.settimeout(LOOK)
    while not service.killed.is_set():
        try:
            connection, _ = listener.accept()
            client = Client(connection, next(join_ids))
            threading.Thread(target=service.serve, args=(client,), daemon=True).start()
            clients[:] = [client, *(other for other in clients if other.sender.is_alive())]
        except TimeoutError:
            continue
        except (OSError, RuntimeError):  # no more files or threads: when somebody leaves, there are some again
            service.killed.wait(0.1)


def main():
    ip, port = arguments(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` raises KeyboardInterrupt, as Ctrl-C does
    family, clients = socket.AF_INET6 if ":" in ip else socket.AF_INET, []
    try:
        listener = socket.create_server((ip, port), family=family, backlog=256)
    except OSError as problem:
        sys.exit(f"cannot listen on {ip} port {port}: {problem.strerror}")
    try:
        with listener:
            accept_clients(listener, Service(), clients)
    except KeyboardInterrupt:
        pass
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # we are going
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    close_all(clients)


def arguments(words):
    """IP and PORT from the command line; ends the program with a usage line if they are not there."""
    if len(words) != 2 or not (words[1].isdecimal() and 1 <= int(words[1]) <= 65535):
        print("usage: server.py IP PORT    (PORT: 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    return words[0], int(words[1])


if __name__ == "__main__":
    main()
