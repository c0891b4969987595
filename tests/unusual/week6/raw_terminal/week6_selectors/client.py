"""Edits its line itself, key by key, and draws it anew when a message comes."""

import codecs
import os
import re
import selectors
import socket
import sys
import termios
import tty

GREEN, PLAIN, CLEAR = "\x1b[32m", "\x1b[0m", "\r\x1b[K"


class Leave(Exception):
    pass


class Terminal:
    def __init__(self, name):
        self.name, self.line = name, ""
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def draw(self, above=""):
        os.write(1, f"{CLEAR}{above}{GREEN}> {PLAIN}{self.line}".encode())

    def keys(self, data):
        """The lines that are complete with these bytes."""
        for key in self.decoder.decode(data):
            if key in "\r\n":
                line, self.line = self.line, ""
                os.write(1, b"\r\n")
                yield line
            elif key == "\x03" or (key == "\x04" and not self.line):
                raise Leave
            elif key in "\x7f\b":
                self.line = self.line[:-1]
            elif key.isprintable():
                self.line += key


def chat(connection, name):
    terminal, came = Terminal(name), b""
    selector = selectors.DefaultSelector()
    selector.register(connection, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fd == 0:
                data = os.read(0, 1024)
                for line in terminal.keys(data):
                    if line == "/quit":
                        raise Leave
                    if line.strip():
                        connection.sendall(f"@{name}: {line}\n".encode())
                terminal.draw()
                if not data:
                    raise Leave
                continue
            try:
                data = connection.recv(500)
            except OSError:
                data = b""
            if not data:
                raise ConnectionError("The connection has ended.")
            came += data
            while b"\n" in came:
                raw, came = came.split(b"\n", 1)
                line = raw.decode(errors="replace")
                if 0 not in [each.fd for each in selector.get_map().values()]:
                    if not re.match(r"200\b", line):
                        raise ConnectionError(f"The server does not let us in: {line}")
                    selector.register(0, selectors.EVENT_READ)
                    terminal.draw("Registration successful.  Ready for messaging!\r\n")
                elif line == "DISCONNECT CHAT/1.0":
                    os.write(1, b"\r\nThe chat is over, the server has left.\r\n")
                    return
                else:
                    harmless = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
                    terminal.draw(f"{GREEN}{harmless.replace(': ', f'{PLAIN}:', 1)}{PLAIN}\r\n")


def main():
    url = re.fullmatch(r"chat://([^:/]+):([1-9]\d{0,4})", sys.argv[2]) if sys.argv[2:] and not sys.argv[3:] else None
    if not url or int(url[2]) > 65535 or not re.fullmatch(r"[\w-]{1,20}", sys.argv[1], re.ASCII):
        sys.stderr.write("USAGE: client.py USERNAME chat://HOST:PORT\n")
        sys.exit(2)
    try:
        connection = socket.create_connection((url[1], int(url[2])))
    except OSError as error:
        sys.exit(str(error))
    connection.sendall(f"REGISTER {sys.argv[1]} CHAT/1.0\n".encode())
    before = termios.tcgetattr(0)
    problem = None
    try:
        tty.setraw(0)
        chat(connection, sys.argv[1])
    except (Leave, KeyboardInterrupt):
        connection.sendall(f"DISCONNECT {sys.argv[1]} CHAT/1.0\n".encode())
        connection.close()
    except ConnectionError as error:
        problem = str(error)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
    sys.exit(problem)


main()
