"""Patient: one second between two tries, and thirty of them."""

import concurrent.futures
import os
import re
import socket
import sys
import threading

SECONDS, TRIES, LONGEST = 1.0, 30, 1200


class Wire:
    """Each question is a Future, which the thread that listens makes come true."""

    def __init__(self, host, port):
        family, kind, proto, _, self.server = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[-1]
        self.socket = socket.socket(family, kind, proto)
        self.questions = {}
        self.ids = {}
        threading.Thread(target=self.listen, name="listener", daemon=True).start()

    def put(self, text):
        self.socket.sendto(text.encode("utf-8", "replace"), self.server)

    def ask(self, text, answer, tries=TRIES):
        question = self.questions[answer] = concurrent.futures.Future()
        try:
            for _ in range(tries):
                self.put(text)
                try:
                    return question.result(SECONDS)
                except concurrent.futures.TimeoutError:
                    pass
            return "no answer"
        finally:
            self.questions.pop(answer)

    def listen(self):
        while True:
            try:
                data, sender = self.socket.recvfrom(0xFFFF)
                text = data.decode()
            except (OSError, UnicodeDecodeError):
                continue
            if sender[:2] != self.server[:2]:
                continue
            question = self.questions.get(text)
            if question and not question.done():
                question.set_result("")
            elif text.startswith("ERROR "):
                for question in list(self.questions.values()):
                    if not question.done():
                        question.set_result(text)
            elif m := re.match(r"MSG (?P<id>\d+) (?P<name>[\w-]+) (?P<text>.+)", text, re.ASCII | re.DOTALL):
                if self.ids.setdefault(m["id"], text) is text:
                    print(f"{m['name']}: {m['text']}", flush=True)
                self.put(f"GOT {m['id']}")


def main(host, port, name):
    try:
        wire = Wire(host, port)
    except OSError as error:
        return f"{host}: {error}"
    if trouble := wire.ask(f"HELLO {name}", f"WELCOME {name}"):
        return f"HELLO was in vain: {trouble}"
    number = 0
    try:
        while True:
            line = input()
            if line == "/quit":
                break
            if not line:
                continue
            text = f"SAY {number + 1} {line}"
            if len(text.encode("utf-8", "replace")) > LONGEST:
                print(f"{LONGEST} bytes are the most.", flush=True)
                continue
            number += 1
            trouble = wire.ask(text, f"OK {number}")
            if trouble == "no answer":
                return "The server does not answer any more."
            if trouble:
                print(trouble, flush=True)
    except (EOFError, KeyboardInterrupt):
        pass
    try:
        wire.ask("BYE", "BYE", 3)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    good = len(sys.argv) == 4 and re.fullmatch("0*[1-9][0-9]{0,4}", sys.argv[2]) and int(sys.argv[2]) < 1 << 16
    if not good or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print(f"Usage: python {os.path.basename(__file__)} HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    except KeyboardInterrupt:
        sys.exit(0)
