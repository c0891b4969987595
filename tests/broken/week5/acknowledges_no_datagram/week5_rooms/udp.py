"""Answers are acknowledgements enough, somebody thought: there is no ACK."""

import socket
import threading
import time
from contextlib import suppress

PIECE, REPEAT, GIVE_UP = 960, 0.3, 10  # bytes; seconds
LOOK = 0.1  # seconds between two looks at what is to be sent again
LONGEST = 64 * 1024
EARLY = 100  # datagrams that are kept although one before them is missing


class UdpClient:
    """Whoever calls this has the lock in its hand: nothing here waits."""

    def __init__(self, endpoint, address, join_id):
        self.endpoint, self.address, self.join_id = endpoint, address, join_id
        self.where = endpoint.getsockname()
        self.next, self.early, self.message = 1, {}, b""  # of what comes
        self.sent, self.waiting = 0, {}  # number -> [datagram, when it was sent first, when it is sent again]

    def send(self, text):
        data = text.encode()
        pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
        last = self.sent + len(pieces)
        for piece in pieces:
            self.sent += 1
            datagram, now = f"SEQ: {self.sent}/{last}\n".encode() + piece, time.monotonic()
            self.waiting[self.sent] = [datagram, now, now + REPEAT]
            self.transmit(datagram)

    def repeat(self, now):
        """Sends again what is due; whether the client is still there."""
        for entry in self.waiting.values():
            datagram, first, due = entry
            if now > first + GIVE_UP:
                return False
            if now >= due:
                entry[2] = now + REPEAT
                self.transmit(datagram)
        return True

    def transmit(self, datagram):
        with suppress(OSError):  # as good as lost
            self.endpoint.sendto(datagram, self.address)

    def take(self, number, last, piece):
        """The requests that are complete now, in their order."""
        if number >= self.next + EARLY:
            return
        if number >= self.next:
            self.early[number] = (last, piece)
        while self.next in self.early:
            last, piece = self.early.pop(self.next)
            self.message += piece
            if self.next == last or len(self.message) > LONGEST:
                yield self.message
                self.message = b""
            self.next += 1


class Udp:
    def __init__(self, address, join_ids, lock, do, leave):
        self.endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.endpoint.bind(address)
        self.join_ids, self.lock, self.do, self.leave = join_ids, lock, do, leave
        self.clients = {}  # address -> client

    def start(self):
        for work in (self.receive, self.repeat):
            threading.Thread(target=work, daemon=True).start()

    def receive(self):
        while True:
            try:
                datagram, address = self.endpoint.recvfrom(65535)
                with self.lock:
                    self.understand(datagram, address)
            except (OSError, ValueError):  # a datagram that is none of ours
                continue

    def understand(self, datagram, address):
        header, _, piece = datagram.partition(b"\n")
        key, _, value = header.decode().partition(":")
        if key == "ACK" and address in self.clients:
            self.clients[address].waiting.pop(int(value), None)
        if key == "SEQ":
            number, last = map(int, value.split("/"))
            if address not in self.clients:
                self.clients[address] = UdpClient(self.endpoint, address, next(self.join_ids))
            client = self.clients[address]
            for message in client.take(number, last, piece):
                self.do(client, message.decode(errors="replace").split("\n")[:-1] or [""])

    def repeat(self):
        while True:
            time.sleep(LOOK)
            now = time.monotonic()
            with self.lock:
                for client in [client for client in self.clients.values() if not client.repeat(now)]:
                    del self.clients[client.address]
                    self.leave(client)
