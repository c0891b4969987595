"""Week 6: a chat client that watches the keyboard and the network from one thread.

It is started with: python lab5/week6_selectors/client.py USERNAME chat://HOST:PORT
"""

import os
import re
import selectors
import signal
import socket
import sys
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
KEYBOARD = 0  # the file descriptor of standard input
LONGEST_LINE = 64 * 1024  # bytes, with its end
ANSWER, LINGER = 10, 1  # seconds that the server has, at most, to answer us, and to let us go
TICK = 0.25  # seconds after which the loop looks up in any case: at the clock, and whether it should stop
REGISTERING, CHATTING, LEAVING = "registering", "chatting", "leaving"
REFUSALS = {"400": "The server does not take this registration.", "401": "Somebody else has this name."}


class Chat:
    """A conversation. `run` says in each turn what it waits for, waits, and does what has come; no other line waits."""

    def __init__(self, name, connection):
        self.name, self.connection = name, connection
        self.state, self.latest, self.stopping = REGISTERING, time.monotonic() + ANSWER, False
        self.typed = self.incoming = b""  # beginnings of lines whose ends have not come yet
        self.outgoing = bytearray(f"REGISTER {name} CHAT/1.0\n".encode())  # what the connection has not taken yet

    def run(self):
        while time.monotonic() < self.latest:
            with selectors.SelectSelector() as selector:  # the default one, on Linux, takes no files: ... < lines.txt
                selector.register(self.connection, READ | WRITE if self.outgoing else READ)
                if self.state == CHATTING and len(self.outgoing) < LONGEST_LINE:  # else the lines wait where they are
                    selector.register(KEYBOARD, READ)
                for key, events in selector.select(TICK):
                    if key.fileobj == KEYBOARD:
                        self.read_keyboard()
                    elif events & READ:
                        self.receive()
                    if events & WRITE:
                        self.flush()
            if self.stopping and self.state != LEAVING:
                self.state, self.latest = LEAVING, time.monotonic() + LINGER
                self.outgoing += f"DISCONNECT {self.name} CHAT/1.0\n".encode()  # behind all that was typed before
        if self.state == REGISTERING:
            sys.exit("The server does not answer.")

    def stop(self, *_):
        self.stopping = True  # and no more: a signal may come after any line of this program

    def read_keyboard(self):
        """Takes what is typed: a line, or from a file or a pipe half of one, or a hundred."""
        try:
            data = os.read(KEYBOARD, LONGEST_LINE)  # sys.stdin would keep lines back that the selector cannot see
        except OSError:  # the terminal has been closed
            data = b""
        *lines, self.typed = (self.typed + (data or b"\n")).split(b"\n")  # the last line of a file may have no end
        for line in lines:
            self.say(line.decode(errors="replace").rstrip("\r"))
        if not data:
            self.stop()

    def say(self, line):
        message = f"@{self.name}: {line}\n".encode()
        if line == "/quit" or self.stopping:  # what comes behind it is not said
            self.stop()
        elif len(message) > LONGEST_LINE:
            self.show("This line is too long. It was not sent.")
        else:
            self.outgoing += message if line.strip() else b""
            print("> ", end="", flush=True)

    def flush(self):
        try:
            del self.outgoing[: self.connection.send(self.outgoing)]  # it takes all, or a part,
            if self.state == LEAVING and not self.outgoing:
                self.connection.shutdown(socket.SHUT_WR)  # close() might destroy what is on its way: see the README
        except BlockingIOError:  # or nothing
            pass
        except OSError:  # nobody is there: receive() will find what they said before they left, and then the end
            self.outgoing.clear()

    def receive(self):
        try:
            data = self.connection.recv(LONGEST_LINE)
        except BlockingIOError:  # the selector may be wrong
            return
        except OSError:  # the connection was reset
            data = b""
        *lines, self.incoming = (self.incoming + data).split(b"\n")
        for line in lines:
            self.hear(line.decode(errors="replace").rstrip("\r"))
        if len(self.incoming) > LONGEST_LINE:
            sys.exit("\nThis is no chat server: it sends a line without end.")
        if not data and self.state != LEAVING:
            sys.exit("\nThe connection to the server is lost.")
        self.latest = self.latest if data else 0

    def hear(self, line):
        if self.state == REGISTERING:
            number = line.split(" ")[0]
            if number != "200":
                sys.exit(REFUSALS.get(number, f"This is no chat server: it answers {line[:48]!a}."))
            self.state, self.latest = CHATTING, float("inf")
            print("Registration successful.  Ready for messaging!\n> ", end="", flush=True)
        elif line == "DISCONNECT CHAT/1.0":
            print("\nThe server has ended the chat.")
            self.latest = 0
        elif line:
            self.show(line)

    def show(self, line):
        """Prints a line, and the prompt again. Control characters could rewrite the screen: they are spelt out."""
        harmless = re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda match: ascii(match[0])[1:-1], line)
        fresh = "\r\x1b[K" if sys.stdout.isatty() else "\n"  # a terminal clears the line in which the prompt stands
        print(f"{fresh}{harmless}\n> ", end="", flush=True)


def main():
    name, host, port = arguments(sys.argv[1:])
    sys.stdout.reconfigure(errors="replace")  # not every terminal can show everything
    print("Connecting to server ...", flush=True)
    signal.signal(signal.SIGINT, lambda *_: sys.exit())  # connecting may take a while; nothing is lost yet
    try:
        connection = socket.create_connection((host, port), timeout=ANSWER)
    except (OSError, UnicodeError) as error:
        sys.exit(f"Cannot connect to {host} port {port}: {error}")
    connection.setblocking(False)  # from now on recv() and send() raise BlockingIOError rather than wait
    chat = Chat(name, connection)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, chat.stop)
    print("Connection to server established. Sending intro message...", flush=True)
    chat.run()
    print()


def arguments(words):
    """USERNAME, HOST and PORT from the command line; ends the program with a usage line if they are not there."""
    url = len(words) == 2 and re.fullmatch(r"chat://([^\s/:@[\]]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})/?", words[1])
    if not url or not 1 <= int(url[2]) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[0]):
        print("usage: client.py USERNAME chat://HOST:PORT    (USERNAME: 1 to 20 of a-z A-Z 0-9 _ -)", file=sys.stderr)
        sys.exit(2)
    return words[0], url[1].strip("[]"), int(url[2])


if __name__ == "__main__":
    main()
