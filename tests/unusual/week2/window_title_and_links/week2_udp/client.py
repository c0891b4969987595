"""The last message stands in the title of the window, too; names are hyperlinks; the cursor has another shape."""

import queue
import re
import socket
import sys
import threading

TITLE = "\x1b]0;{}\x07"
LINK = "\x1b]8;;https://chat.example/{0}\x1b\\{0}\x1b]8;;\x1b\\"
BAR, BLOCK = "\x1b[6 q", "\x1b[2 q"
BELL = "\a"


class Reader(threading.Thread):
    daemon = True

    def __init__(self, udp):
        super().__init__()
        self.udp, self.box, self.ids, self.unread = udp, queue.Queue(), set(), 0

    def run(self):
        while True:
            try:
                self.handle(*self.udp.recv(4000).decode().split(" ", 3))
            except (OSError, ValueError, TypeError):  # nobody there, no text, no number, too few fields
                pass

    def handle(self, verb, first="", second="", rest=None):
        if verb != "MSG":
            self.box.put((verb, first))
            return
        if rest is None:
            raise ValueError(rest)
        if int(first) not in self.ids:
            self.ids.add(int(first))
            self.unread += 1
            title = TITLE.format(f"({self.unread}) {second}: {rest}")
            print(f"{title}{LINK.format(second)}: {rest}{BELL}", flush=True)
        self.udp.send(f"GOT {first}".encode())


def get(reader, text, *wanted, tries=20):
    for _ in range(tries):
        try:
            reader.udp.send(text.encode(errors="replace"))
        except OSError:
            pass
        try:
            while True:
                came = reader.box.get(timeout=0.25)
                if came == wanted or came[0] == "ERROR":
                    return came
        except queue.Empty:
            pass
    return "ERROR", ""


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    reader = Reader(udp)
    reader.start()
    verb, code = get(reader, f"HELLO {name}", "WELCOME", name)
    if verb == "ERROR":
        return f"{name} cannot join: " + (f"the server says {code}" if code else "nobody answers")
    sys.stdout.write(TITLE.format(f"{name} @ {host}") + BAR)
    sys.stdout.flush()
    status, number = 0, 1
    try:
        for line in iter(input, "/quit"):
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("There is a limit of 1,200 bytes, which you have passed.", flush=True)
            elif line:
                verb, code = get(reader, text, "OK", str(number))
                if verb == "ERROR" and not code:
                    status = "the server has gone"
                    break
                number += 1
    except (EOFError, KeyboardInterrupt):
        pass
    if not status:
        get(reader, "BYE", "BYE", "", tries=4)
    print(TITLE.format("") + BLOCK, end="")
    return status


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        if int(port) not in range(1, 65536) or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(host, int(port), name))
    except OSError as error:
        sys.exit(f"{host}: {error}")
    except KeyboardInterrupt:
        sys.exit(0)
