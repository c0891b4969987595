"""A threading.Timer for each line that has no answer yet: as many are in flight as have been typed."""

import os
import re
import signal
import socket
import sys
import threading


class Repeated:
    """A datagram that sends itself until it is stopped."""

    def __init__(self, udp, text, give_up, tries=20):
        self.udp, self.data, self.give_up, self.left = udp, text.encode(errors="replace"), give_up, tries
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.fire()

    def fire(self):
        with self.lock:
            if self.stopped.is_set():
                return
            if not self.left:
                self.stopped.set()
                self.give_up()
                return
            self.left -= 1
            try:
                self.udp.send(self.data)
            except OSError:
                pass
            self.timer = threading.Timer(0.25, self.fire)
            self.timer.daemon = True
            self.timer.start()

    def stop(self):
        with self.lock:
            self.stopped.set()
            self.timer.cancel()


class Client:
    def __init__(self, address, name):
        self.udp = socket.socket(address[0], socket.SOCK_DGRAM)
        self.udp.connect(address[4])
        self.name = name
        self.open = {}
        self.lock = threading.RLock()
        self.idle = threading.Condition(self.lock)
        self.trouble = None
        threading.Thread(target=self.listen, daemon=True).start()

    def request(self, key, text, tries=20):
        with self.lock:
            self.open[key] = Repeated(self.udp, text, lambda: self.fail("no answer, although it was said 20 times"), tries)

    def answered(self, key):
        with self.idle:
            if key in self.open:
                self.open.pop(key).stop()
                self.idle.notify_all()

    def say_bye(self):
        try:
            self.udp.send(b"BYE")
        except OSError:
            pass

    def fail(self, why):
        threading.Thread(target=self.fail_now, args=(why,), daemon=True).start()

    def fail_now(self, why):
        with self.idle:
            self.trouble = self.trouble or why
            self.idle.notify_all()

    def wait(self, *keys):
        """Waits until these are answered, or all are."""
        with self.idle:
            self.idle.wait_for(lambda: self.trouble or not (set(keys or self.open) & set(self.open)))
            if self.trouble:
                raise ConnectionError(self.trouble)

    def listen(self):
        had = set()
        while True:
            try:
                text = self.udp.recv(65507).decode()
            except (OSError, UnicodeDecodeError):
                continue
            word, _, rest = text.partition(" ")
            if word == "WELCOME" and rest == self.name:
                self.answered("HELLO")
            elif word == "OK":
                self.answered(rest)
            elif text == "BYE":
                self.answered("BYE")
            elif word == "ERROR" and "HELLO" in self.open:
                self.fail(f"refused, {rest}")
            elif word == "ERROR":
                print(f"[server: {rest}]", file=sys.stderr)
            elif word == "MSG":
                id, _, more = rest.partition(" ")
                name, space, said = more.partition(" ")
                if space and id.isdecimal():
                    if id not in had:
                        print(name, said, sep=": ", flush=True)
                        had.add(id)
                    try:
                        self.udp.send(b"GOT " + id.encode())
                    except OSError:
                        pass


def interrupted(client):
    """Ctrl-C: no exception, for it could come in the midst of a timer that is being made."""
    client.say_bye()
    os._exit(0)


def chat(client):
    client.request("HELLO", f"HELLO {client.name}")
    client.wait("HELLO")
    number = 1
    threading.Thread(target=watch_for_trouble, args=(client,), daemon=True).start()
    while True:
        try:
            line = input()
        except EOFError:
            break
        if line == "/quit":
            break
        text = f"SAY {number} {line}"
        if len(f"MSG 2147483647 {client.name} {line}".encode(errors="replace")) > 1200:
            print("That line is longer than a datagram, with its sender; it stays here.", flush=True)
        elif re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", line):
            print("There are control characters in that line; it stays here.", flush=True)
        elif line:
            client.request(str(number), text)
            number += 1
    client.wait()


def watch_for_trouble(client):
    with client.idle:
        client.idle.wait_for(lambda: client.trouble)
    print(f"The end: {client.trouble}", file=sys.stderr, flush=True)
    os._exit(1)


def main():
    try:
        host, port, name = sys.argv[1:]
        assert 1 <= int(port) < 2**16 and re.fullmatch(r"[a-zA-Z0-9_-]{1,20}", name)
    except (ValueError, AssertionError):
        print("USAGE: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        client = Client(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0], name)
        signal.signal(signal.SIGINT, lambda number, frame: interrupted(client))
        chat(client)
        client.say_bye()
    except ConnectionError as error:
        print(f"The end: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{host}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
