"""Takes two seconds before it says anything, and one more before it looks at the keyboard."""

import re
import socket
import sys
import threading
import time

time.sleep(2)


class Box:
    """The latest answer, and a lock for it."""

    def __init__(self):
        self.condition, self.wanted, self.came = threading.Condition(), None, None


def listen(udp, box):
    ids = []
    while True:
        try:
            text = udp.recv(3000).decode()
        except (OSError, UnicodeDecodeError):
            continue
        if text.startswith("MSG ") and text.count(" ") >= 3:
            _, id, name, said = text.split(" ", 3)
            if not id.isdecimal():
                continue
            if id not in ids:
                ids.insert(0, id)
                print(f"{name}: {said}", flush=True)
            send(udp, f"GOT {id}")
        with box.condition:
            if box.wanted and (text == box.wanted or text.startswith("ERROR ")):
                box.came, box.wanted = text, None
                box.condition.notify()


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def ask(udp, box, text, wanted, tries=20):
    with box.condition:
        box.wanted, box.came = wanted, None
        for _ in range(tries):
            send(udp, text)
            if box.condition.wait_for(lambda: box.came, 0.25):
                return box.came
        box.wanted = None
    return ""


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    box = Box()
    threading.Thread(target=listen, args=(udp, box), daemon=True).start()
    came = ask(udp, box, f"HELLO {name}", f"WELCOME {name}")
    if not came.startswith("WELCOME"):
        return came or "no answer"
    number = 1
    try:
        time.sleep(1)
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("That was a very long line; now it is gone.", flush=True)
            elif line:
                if not ask(udp, box, text, f"OK {number}"):
                    return "no answer any more"
                number += 1
    except KeyboardInterrupt:
        pass
    try:
        ask(udp, box, "BYE", "BYE", 4)
        time.sleep(1)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 0 < int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except OSError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(0)
