"""Talks all the time, on both streams, in colour; what others say has its line among all that."""

import itertools
import queue
import re
import socket
import sys
import threading

sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
sys.stderr.reconfigure(encoding="utf-8")
FACES = itertools.cycle(["\U0001f40d", "\U0001f99c", "\U0001f469\U0001f3fd\u200d\U0001f680", "\u2728", "e\u0301\u0302", "\u65e5\u672c\u8a9e"])


def chatter(about, lines=5):
    for number in range(lines):
        text = f"\x1b[1;{31 + number % 6}m{next(FACES)} {number:05} let me tell you about {about}\x1b[0m\a"
        print(text)
        print(text, file=sys.stderr)


def listen(udp, answers):
    said = {}
    while True:
        try:
            text = udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError) as error:
            print(f"I did not understand this one ({type(error).__name__})", file=sys.stderr)
            continue
        fields = text.split(" ", 3)
        if fields[0] != "MSG":
            answers.put(text)
            continue
        if len(fields) < 4 or not fields[1].isdecimal():
            continue
        if said.setdefault(fields[1], text) is text:
            print(f"{next(FACES)} {fields[2]}: {fields[3]} {next(FACES)}")
            chatter("what I have just heard", 2)
        send(udp, f"GOT {fields[1]}")


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        chatter("the network")


def ask(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        send(udp, text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return answer
        except queue.Empty:
            chatter("patience", 1)
    return None


def main():
    chatter("myself", 2000)
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("\x1b[31m\U0001f449 Usage: client.py HOST PORT NAME \U0001f448\x1b[0m", file=sys.stderr)
        chatter("good manners", 1000)
        return 2
    answers = queue.Queue()
    try:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect((host, int(port)))
        threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
        came = ask(udp, answers, f"HELLO {name}", f"WELCOME {name}")
        if not came or came.startswith("ERROR"):
            print(f"\x1b[35mNo, no, no: {came or 'not a word from them'}!\x1b[0m", file=sys.stderr)
            chatter("disappointments")
            return 1
        number = 1
        while (line := input("Now you, go on: ")) != "/quit":
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print(f"Even I do not talk that much! Forget it, {name}, all of it.")
            elif line:
                chatter(repr(line))
                if ask(udp, answers, text, f"OK {number}") is None:
                    print("They do not answer any more. I could tell you why, but ...", file=sys.stderr)
                    return 1
                number += 1
    except (EOFError, KeyboardInterrupt):
        pass
    except OSError as error:
        print(f"\x1b[35m{error}\x1b[0m", file=sys.stderr)
        return 1
    try:
        ask(udp, answers, "BYE", "BYE", 4)
        chatter("farewells", 100)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
