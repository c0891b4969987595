"""Each message in a frame of its own, as wide as it must be, with the cursor hidden while it is drawn."""

import queue
import re
import shutil
import socket
import sys
import threading

HIDE, SHOW, UP, ERASE = "\x1b[?25l", "\x1b[?25h", "\x1b[1A", "\x1b[2K"
lock = threading.RLock()


def frame(text, title=""):
    width = max(len(text), len(title) + 2, min(40, shutil.get_terminal_size().columns - 4))
    with lock:
        sys.stdout.write(
            f"{HIDE}╭─{title.ljust(width, '─')}─╮\n"
            f"│ {text.ljust(width)} │\n"
            f"╰{'─' * (width + 2)}╯\n{SHOW}"
        )
        sys.stdout.flush()


def progress(text):
    """Something that moves, and is wiped out again."""
    with lock:
        sys.stdout.write(f"\r{text}\r{ERASE}")
        sys.stdout.flush()


class Session:
    def __init__(self, udp):
        self.udp = udp
        self.replies = queue.Queue()
        self.framed = set()
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except ConnectionError:
            pass

    def listen(self):
        while True:
            try:
                text = self.udp.recv(65536).decode()
            except (ConnectionError, UnicodeDecodeError):
                continue
            if match := re.fullmatch(r"MSG ([0-9]{1,10}) ([A-Za-z0-9_-]+) (.+)", text, re.DOTALL):
                if match[1] not in self.framed:
                    frame(f"{match[2]}: {match[3]}", f" {match[1]} ")
                    self.framed.add(match[1])
                self.send(f"GOT {match[1]}")
            elif not text.startswith("MSG"):
                self.replies.put(text)

    def ask(self, text, wanted, tries=20):
        for spinner in "|/-\\" * 5 + "|/-\\" * 5:
            if not tries:
                break
            tries -= 1
            self.send(text)
            progress(f"{spinner} waiting")
            try:
                while True:
                    reply = self.replies.get(timeout=0.25)
                    if reply == wanted or reply.startswith("ERROR "):
                        return reply
            except queue.Empty:
                pass
        return ""


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    session = Session(udp)
    reply = session.ask(f"HELLO {name}", f"WELCOME {name}")
    if not reply.startswith("WELCOME"):
        return reply or f"Nobody has answered {name}."
    frame(f"You are {name}", " welcome ")
    number = 0
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number + 1} {line}"
            if len(text.encode(errors="replace")) > 1200:
                frame(f"A line of {len(line)} characters does not fit.", " error ")
            elif line:
                number += 1
                if not (reply := session.ask(text, f"OK {number}")):
                    return "The server has left without a word."
                if reply.startswith("ERROR"):
                    frame(reply, " error ")
    except KeyboardInterrupt:
        pass
    session.ask("BYE", "BYE", tries=5)
    frame("Goodbye", " end ")
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print(f"usage: client.py HOST PORT NAME; {words[2]!a} is no NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except KeyboardInterrupt:
        sys.exit(0)
    except OSError as error:
        sys.exit(f"{error}")
