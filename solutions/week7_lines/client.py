"""Week 7: the client of the chat server, at a terminal.

It is started with: python lab5/week7_lines/client.py HOST PORT

Two threads share one socket. The first reads the keyboard, and is the only one that sends; the second is the only one
that receives. It prints what others say, and hands the answers to LOGIN over to the first in a queue.
"""

import os
import queue
import signal
import socket
import sys
import threading

from echo_server import arguments
from protocol import LONGEST_LINE, Lines
from screen import Screen, text_of

LONGEST_ANSWER = 64 * 1024  # bytes; a line of the server may be longer than ours: USERS has all names
FAREWELL = 1  # seconds in which the server should close the connection after LOGOUT
COMMANDS = {"/tell": "TELL", "/create": "CREATE", "/join": "JOIN", "/part": "PART", "/room": "ROOM", "/rooms": "ROOMS"}


class Client:
    """A connection to the server, and both threads that use it."""

    def __init__(self, server: socket.socket) -> None:
        self.server = server
        self.screen = Screen()
        self.answers: queue.Queue[str] = queue.Queue()  # to LOGIN: why not, or nothing
        self.logged_in = False
        self.leaving = False
        self.listener = threading.Thread(target=self.listen, daemon=True)

    def chat(self) -> None:
        """Logs in, and sends what is typed, until typed() ends it."""
        self.listener.start()
        self.log_in()
        while True:
            line = typed()
            word, space, rest = line.partition(" ")
            if word == "/who":
                show(self.screen.who())  # the server tells us of every change: no need to ask
            elif word in COMMANDS:
                self.send(COMMANDS[word] + space + rest)
            elif word.startswith("/"):
                show(f"There is no {word}. There are: /who /quit {' '.join(COMMANDS)}")
            elif line:
                self.send(f"ALL {line}")

    def log_in(self) -> None:
        """Asks for a name until the server takes it."""
        while not self.logged_in:
            show("name: ", end="")
            name = typed()
            if name and self.send(f"LOGIN {name}") and (refusal := self.answers.get()):
                show(refusal)

    def send(self, line: str) -> bool:
        """Sends a line, if it is not too long."""
        data = line.encode(errors="replace") + b"\n"
        if len(data) > LONGEST_LINE:
            show(f"Not sent: with its command, a line has at most {LONGEST_LINE} bytes.")
            return False
        try:
            self.server.sendall(data)
        except OSError:
            give_up("the connection to the server is lost")
        return True

    def say_goodbye(self) -> None:
        """Logs out. Our lines have arrived when the server closes; a close of ours might reset them away."""
        if not self.logged_in:
            return
        self.leaving = True
        self.server.settimeout(FAREWELL)  # also a server that does not read any more should not keep us
        try:
            self.server.sendall(b"LOGOUT\n")
            self.listener.join(FAREWELL)
        except OSError:
            pass

    def listen(self) -> None:
        """Receives until the end, and takes each line when the whole of it is there."""
        lines = Lines(LONGEST_ANSWER)
        try:
            while data := self.server.recv(LONGEST_ANSWER):
                for line in lines.cut(data):
                    self.take(text_of(line or b""))
        except OSError:  # the connection was reset; or the server lets us wait for the end
            pass
        if not self.leaving:
            give_up("the connection to the server is lost")

    def take(self, line: str) -> None:
        """Shows a line. Before we are logged in, it is the answer to LOGIN, for the other thread."""
        if self.logged_in:
            if words := self.screen.in_words(line):
                show(words)
            return
        match line.split(" "):
            case ["OK", "LOGIN", _]:
                self.logged_in = True
                self.answers.put("")
            case ["ERR", "400" | "409", *sentence]:  # another name may do
                self.answers.put(f"* refused: {' '.join(sentence)}")
            case ["ERR", _, *sentence]:
                give_up(f"the server refuses: {' '.join(sentence)}")
            case _:
                give_up(f"this is no chat server of week 7: it says {line[:48]!r}")


def main() -> None:
    host, port = arguments(sys.argv[1:])
    sys.stdin.reconfigure(errors="replace")  # what is no UTF-8 should end neither the reading
    sys.stdout.reconfigure(errors="replace")  # nor the printing
    signal.signal(signal.SIGINT, lambda *_: sys.exit())  # Ctrl-C: status 0, no traceback
    try:
        client = Client(socket.create_connection((host, port)))
    except (OSError, UnicodeError) as error:
        sys.exit(f"cannot reach {host} port {port}: {error}")
    try:
        client.chat()
    finally:
        client.say_goodbye()


def typed() -> str:
    """The next line of the keyboard; its end and /quit end the program, with status 0."""
    line = sys.stdin.readline()
    if line.rstrip("\r\n") == "/quit" or not line:
        sys.exit()
    return line.rstrip("\r\n")


def show(text: str, end: str = "\n") -> None:
    """Prints in one piece: print() writes the end of a line by itself, and the other thread may come between."""
    print(text + end, end="", flush=True)


def give_up(why: str) -> None:
    """Ends the program from either thread: sys.exit() would end only the one that calls it."""
    print(why, file=sys.stderr)
    os._exit(1)


if __name__ == "__main__":
    main()
