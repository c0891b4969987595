"""A full screen by hand: at each change it is cleared, and the latest messages are drawn anew, each once."""

import queue
import re
import shutil
import socket
import sys
import threading

CLEAR = "\x1b[2J\x1b[H"


class Screen:
    def __init__(self, title):
        self.title, self.lines, self.lock = title, [], threading.Lock()

    def add(self, line):
        with self.lock:
            self.lines.append(line)
            rows = shutil.get_terminal_size().lines - 3
            shown = "".join(f"{line}\n" for line in self.lines[-rows:])
            sys.stdout.write(f"{CLEAR}\x1b[7m {self.title} \x1b[m\n{shown}> ")
            sys.stdout.flush()


def listen(udp, answers, screen):
    printed = set()
    while True:
        try:
            text = udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            continue
        if match := re.fullmatch(r"MSG ([0-9]+) ([\w-]+) (.+)", text, re.DOTALL):
            if match[1] not in printed:
                printed.add(match[1])
                screen.add(f"{match[2]}: {match[3]}")
            send(udp, f"GOT {match[1]}")
        else:
            answers.put(text)


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def ask(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        send(udp, text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return ""
        except queue.Empty:
            pass
    raise TimeoutError("nobody answers")


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    answers, screen = queue.Queue(), Screen(f"{name} at {host}")
    threading.Thread(target=listen, args=(udp, answers, screen), daemon=True).start()
    if why := ask(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
        raise OSError(why)
    screen.add("-- hello --")
    number = 1
    try:
        while (line := input()) != "/quit":
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                screen.add("-- too long: not sent --")
            elif line:
                screen.add(f"{name}: {line}")
                if why := ask(udp, answers, text, f"OK {number}"):
                    screen.add(f"-- {why} --")
                number += 1
    except (EOFError, KeyboardInterrupt):
        pass
    try:
        ask(udp, answers, "BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    words = sys.argv[1:]
    if (
        len(words) != 3
        or not words[1].isdecimal()
        or not 0 < int(words[1]) < 65536
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2])
    ):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(words[0], int(words[1]), words[2])
    except OSError as error:
        print(f"{CLEAR}{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
