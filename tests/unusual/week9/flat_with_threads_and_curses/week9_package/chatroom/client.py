"""The client: one thread hears, another one reads what is typed."""

import json
import os
import re
import socket
import sys
import threading

from .wire import Bad, pack, receive

HELP = """/who        who is here
/history    what was said
/nick NAME  another name
/help       this
/quit       good bye"""


class Over(Exception):
    """It ends with a status; made with it, and a sentence."""


class Client:
    """What both faces have in common: show(line) and complain(line) are theirs."""

    def __init__(self, host, port, name):
        try:
            self.socket = socket.create_connection((host, port))
        except OSError as error:
            raise Over(1, f"Nobody answers at {host} port {port}: {error.strerror or error}") from None
        self.read = self.socket.makefile("rb").read
        self.name, self.people, self.is_leaving, self.is_in = name, [], False, False
        self.send(type="hello", name=name)

    def send(self, **fields):
        try:
            self.socket.sendall(pack(**fields))
        except OSError:
            pass  # the thread that hears will notice

    def hear(self):
        """Until it is over; raises Over."""
        try:
            while payload := receive(self.read):
                self.take(json.loads(payload))
        except (Bad, ValueError) as error:
            raise Over(1, f"The server talks nonsense: {error}") from None
        except OSError:
            pass
        raise Over(0, "") if self.is_leaving else Over(1, "The server has gone.")

    def take(self, said):
        match said:
            case {"type": "welcome"}:
                self.is_in, self.name, self.people = True, said["name"], said["users"]
                self.take({"type": "reply", "command": "history", "messages": said["history"]})
                self.show(f"* you are {self.name}; here: {', '.join(self.people)}")
            case {"type": "message", "name": name, "text": text}:
                self.show(f"<{name}> {text}")
            case {"type": "joined", "name": name}:
                self.people = sorted({*self.people, name})
                self.show(f"* {name} joined")
            case {"type": "left", "name": name}:
                self.people = sorted({*self.people} - {name})
                self.show(f"* {name} left")
            case {"type": "error", "code": code, "text": text}:
                if not self.is_in:
                    raise Over(1, f"* error {code}: {text}")
                self.complain(f"* error {code}: {text}")
            case {"command": "who", "users": users}:
                self.show(f"* here: {', '.join(users)}")
            case {"command": "history", "messages": messages}:
                for message in messages:
                    self.show(f"<{message['name']}> {message['text']}")
            case {"command": "nick", "name": name}:
                self.people = sorted({*self.people, name} - {self.name})
                self.name = name
                self.show(f"* you are {name}")

    def typed(self, line):
        """Does what a line says: whether that was good bye."""
        word, *rest = line.split() or [""]
        if not word.startswith("/") or word.startswith("//"):
            if word:
                self.say(line.removeprefix("/"))
        elif word in ("/who", "/history"):
            self.send(type="command", command=word[1:])
        elif word == "/nick" and rest:
            self.send(type="command", command="nick", name=rest[0])
        elif word == "/help":
            for help_line in HELP.splitlines():
                self.show(help_line)
        elif word == "/quit":
            self.leave()
            return True
        else:
            self.complain(f"What is {word}? Try /help.")
        return False

    def say(self, text):
        self.send(type="say", text=text)

    def leave(self):
        self.is_leaving = True
        self.send(type="bye")


class Plain(Client):
    def show(self, line):
        print(clean(line), flush=True)

    def complain(self, line):
        print(clean(line), file=sys.stderr, flush=True)

    def run(self):
        hearing = threading.Thread(target=self.listen, daemon=True)
        hearing.start()
        for line in sys.stdin:
            if self.typed(line.rstrip("\r\n")):
                break
        else:
            self.leave()
        hearing.join(10)
        return 0

    def listen(self):
        try:
            self.hear()
        except Over as over:
            status, sentence = over.args
            if sentence:
                self.complain(sentence)
            os._exit(status)


def clean(text):
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", "?", text)


def chat(host, port, name, plain):
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        if plain:
            return Plain(host, port, name).run()
        from .screen import Screen

        return Screen(host, port, name).run()
    except Over as over:
        return over.args[1] or over.args[0]
    except KeyboardInterrupt:
        return 0
