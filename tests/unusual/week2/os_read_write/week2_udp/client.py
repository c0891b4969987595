"""As near to the system as Python goes: os.read and os.write, poll, and Ctrl-C through the wake-up descriptor."""

import os
import re
import select
import signal
import socket
import sys
import time

KEYBOARD, SCREEN, COMPLAINTS = 0, 1, 2


def write(descriptor, text):
    data = memoryview(text.encode(errors="replace"))
    while data:
        data = data[os.write(descriptor, data) :]


def fail(text, status=1):
    write(COMPLAINTS, text + "\n")
    os._exit(status)


class Poll:
    def __init__(self):
        self.poll = select.poll()

    def watch(self, *descriptors):
        for descriptor in descriptors:
            self.poll.register(descriptor, select.POLLIN)

    def ignore(self, descriptor):
        try:
            self.poll.unregister(descriptor)
        except KeyError:
            pass

    def wait(self, seconds):
        return {descriptor for descriptor, _ in self.poll.poll(None if seconds is None else max(0, seconds) * 1000 + 1)}


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    udp.connect((host, port))
    interrupts, wake = os.pipe2(os.O_NONBLOCK)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGINT, lambda number, frame: None)
    poll = Poll()
    poll.watch(udp.fileno(), interrupts)
    todo = [(b"HELLO " + name, b"WELCOME " + name)]
    tries, due, number, ids, typed, joined, leaving = 0, 0.0, 1, set(), b"", False, False
    while True:
        if todo and time.monotonic() >= due:
            if tries == (4 if todo[0][0] == b"BYE" else 20):
                return 0 if todo[0][0] == b"BYE" else fail("no answer from the other side")
            try:
                os.write(udp.fileno(), todo[0][0])
            except OSError:
                pass
            tries, due = tries + 1, time.monotonic() + 0.25
        ready = poll.wait(due - time.monotonic() if todo else None)
        end = interrupts in ready
        if interrupts in ready:
            os.read(interrupts, 100)
            if not joined:
                return 0
        if udp.fileno() in ready:
            try:
                data = os.read(udp.fileno(), 2048)
            except OSError:
                data = b""
            if message := re.fullmatch(rb"MSG ([0-9]+) ([A-Za-z0-9_-]{1,20}) (.*)", data, re.DOTALL):
                if message[1] not in ids:
                    ids.add(message[1])
                    line = message[2] + b": " + message[3] + b"\n"
                    while line:
                        line = line[os.write(SCREEN, line) :]
                try:
                    os.write(udp.fileno(), b"GOT " + message[1])
                except OSError:
                    pass
            elif todo and data == todo[0][1]:
                if not joined:
                    joined = True
                    poll.watch(KEYBOARD)
                elif data == b"BYE":
                    return 0
                todo.pop(0)
                tries, due = 0, 0.0
            elif todo and data.startswith(b"ERROR "):
                if not joined:
                    fail(f"refused: {data.decode(errors='replace')}")
                todo.pop(0)
                tries, due = 0, 0.0
                write(SCREEN, "a line was refused\n")
        if KEYBOARD in ready:
            data = os.read(KEYBOARD, 512)
            end = end or not data
            *lines, typed = (typed + data).split(b"\n")
            for line in lines:
                request = b"SAY %d " % number + line
                if line == b"/quit":
                    end = True
                    break
                if len(request) > 1200:
                    write(SCREEN, f"{len(request) - 1200} bytes too many\n")
                elif line:
                    todo.append((request, b"OK %d" % number))
                    number += 1
        if end and not leaving:
            leaving = True
            poll.ignore(KEYBOARD)
            todo.append((b"BYE", b"BYE"))


if __name__ == "__main__":
    words = [os.fsencode(word) for word in sys.argv[1:]]
    if (
        len(words) != 3
        or not re.fullmatch(rb"[0-9]{1,5}", words[1])
        or not 1 <= int(words[1]) <= 65535
        or not re.fullmatch(rb"[A-Za-z0-9_-]{1,20}", words[2])
    ):
        fail("usage: client.py HOST PORT NAME", 2)
    try:
        os._exit(main(words[0].decode(), int(words[1]), words[2]))
    except OSError as error:
        fail(str(error))
