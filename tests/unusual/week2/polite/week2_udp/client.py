"""Polite: says at most two lines in a second, and takes its time with everything, the keyboard and the goodbye."""

import queue
import re
import socket
import sys
import threading
import time

BETWEEN_LINES = 0.5


class Conversation:
    def __init__(self, udp, server):
        self.udp, self.server = udp, server
        self.answers, self.outgoing = queue.Queue(), queue.Queue()
        self.got = set()
        self.outcome = queue.Queue()

    def listen(self):
        while True:
            data, sender = self.udp.recvfrom(2048)
            if sender != self.server:
                continue
            try:
                text = data.decode()
                if text.startswith("MSG "):
                    _, id, name, said = text.split(" ", 3)
                    if int(id) not in self.got:
                        print(f"{name}: {said}", flush=True)
                        self.got.add(int(id))
                    time.sleep(0.001)
                    self.send(f"GOT {int(id)}")
                else:
                    self.answers.put(text)
            except ValueError:
                pass

    def type(self):
        """A daemon, which waits for the keyboard as long as it likes."""
        time.sleep(0.5)
        while (line := sys.stdin.readline()) and line != "/quit\n":
            self.outgoing.put(line[:-1])
        self.outgoing.put(None)

    def talk(self, name):
        if why := self.ask(f"HELLO {name}", f"WELCOME {name}"):
            return why
        threading.Thread(target=self.type, daemon=True).start()
        number = 1
        while (line := self.outgoing.get()) is not None:
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("You should be shorter. Nothing was sent.", flush=True)
            elif line:
                why = self.ask(text, f"OK {number}")
                if why.startswith("ERROR "):
                    print(f"The server would rather not: {why}", flush=True)
                elif why:
                    return why
                number += 1
                time.sleep(BETWEEN_LINES)
        return ""

    def leave(self):
        time.sleep(0.5)
        self.ask("BYE", "BYE", 3)
        time.sleep(0.5)

    def ask(self, text, answer, tries=20):
        for _ in range(tries):
            self.send(text)
            try:
                while (came := self.answers.get(timeout=0.25)) != answer:
                    if came.startswith("ERROR "):
                        return came
                return ""
            except queue.Empty:
                continue
        return f"nobody has answered, {tries} times"

    def send(self, text):
        self.udp.sendto(text.encode(errors="replace"), self.server)


def main():
    if len(sys.argv) != 4 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Please note the usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("Please note the usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    time.sleep(1)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", 0))
    conversation = Conversation(udp, (socket.gethostbyname(sys.argv[1]), int(sys.argv[2])))
    threading.Thread(target=conversation.listen, daemon=True).start()
    try:
        if why := conversation.talk(sys.argv[3]):
            time.sleep(0.5)
            print(f"I am sorry: {why}.", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        pass
    conversation.leave()
    return 0


if __name__ == "__main__":
    status = 0
    try:
        status = main()
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print(f"I am sorry: {error}.", file=sys.stderr)
        status = 1
    sys.exit(status)
