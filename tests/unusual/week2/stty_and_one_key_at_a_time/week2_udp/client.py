"""stty makes the terminal give each key (cbreak, no echo), before HELLO; the line is edited and echoed here."""

import os
import queue
import re
import select
import socket
import subprocess
import sys
import threading

CTRL_D, DELETE = b"\x04", (b"\x7f", b"\b")


class Editor:
    def __init__(self):
        self.saved = subprocess.run(["stty", "-g"], stdin=0, capture_output=True, text=True).stdout.strip()
        subprocess.run(["stty", "-icanon", "-echo", "min", "1"], stdin=0)
        self.line = b""
        self.lock = threading.Lock()

    def restore(self):
        if self.saved:
            subprocess.run(["stty", self.saved], stdin=0)

    def show(self, text):
        with self.lock:
            print(f"\r\x1b[K{text}", flush=True)
            self.echo(self.line)

    def echo(self, data):
        while data:
            data = data[os.write(1, data) :]

    def read(self):
        """The next line; None at the end of the input."""
        while True:
            select.select([0], [], [])
            key = os.read(0, 1)
            with self.lock:
                if key == b"" or (key == CTRL_D and not self.line):
                    return None
                if key in (b"\r", b"\n"):
                    line, self.line = self.line, b""
                    self.echo(b"\n")
                    return line
                if key in DELETE:
                    self.line = self.line[:-1]
                    self.echo(b"\b \b")
                else:
                    self.line += key
                    self.echo(key)


def send(udp, data):
    try:
        udp.send(data)
    except OSError:
        pass


def listen(udp, editor, answers):
    known = set()
    while True:
        try:
            data = udp.recv(2048)
            if not data.startswith(b"MSG "):
                answers.put(data)
                continue
            _, id, name, text = data.decode().split(" ", 3)
            if int(id) not in known:
                editor.show(f"{name}: {text}")
                known.add(int(id))
            send(udp, b"GOT " + id.encode())
        except (OSError, ValueError):
            pass


def ask(udp, answers, data, answer, tries=20):
    for _ in range(tries):
        send(udp, data)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith(b"ERROR "):
                    return came.decode(errors="replace")
            return ""
        except queue.Empty:
            pass
    raise TimeoutError("The server says nothing.")


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    editor, answers = Editor(), queue.Queue()
    try:
        threading.Thread(target=listen, args=(udp, editor, answers), daemon=True).start()
        if why := ask(udp, answers, b"HELLO " + name, b"WELCOME " + name):
            raise OSError(why)
        number = 1
        try:
            while (line := editor.read()) not in (None, b"/quit"):
                data = b"SAY %d " % number + line
                if len(data) > 1200:
                    editor.show("[a line has fewer bytes]")
                elif line:
                    if why := ask(udp, answers, data, b"OK %d" % number):
                        editor.show(f"[{why}]")
                    number += 1
        except KeyboardInterrupt:
            pass
        try:
            ask(udp, answers, b"BYE", b"BYE", 4)
        except TimeoutError:
            pass
    finally:
        editor.restore()


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(words[0], int(words[1]), words[2].encode())
    except OSError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        pass
