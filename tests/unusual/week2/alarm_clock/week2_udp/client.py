"""One thread, and the oldest clock of Unix: SIGALRM comes four times a second, and its handler repeats."""

import os
import re
import select
import signal
import socket
import sys


class Waiting:
    """What has been said and not answered."""

    text = answer = ""
    tries = most = 0


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    udp.setblocking(False)
    waiting, printed = Waiting(), set()
    number, typed, lines, leaving = 1, b"", [], False

    def send(text):
        try:
            udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def on_alarm(signum, frame):
        if waiting.tries == waiting.most:
            raise TimeoutError
        waiting.tries += 1
        send(waiting.text)

    def ask(text, answer, most=20):
        waiting.text, waiting.answer, waiting.tries, waiting.most = text, answer, 1, most
        send(text)
        signal.setitimer(signal.ITIMER_REAL, 0.25, 0.25)

    signal.signal(signal.SIGALRM, on_alarm)
    try:
        ask(f"HELLO {name}", f"WELCOME {name}")
        while True:
            try:
                joined = not waiting.answer.startswith("WELCOME")
                ready = select.select([udp, 0] if joined and not leaving else [udp], [], [])[0]
                if udp in ready:
                    try:
                        text = udp.recv(2048).decode()
                    except (OSError, UnicodeDecodeError):
                        continue
                    if waiting.answer and (text == waiting.answer or text.startswith("ERROR ")):
                        signal.setitimer(signal.ITIMER_REAL, 0)
                        if text.startswith("ERROR "):
                            if not joined:
                                return f"The server does not want {name}: {text}"
                            print(text, flush=True)
                        if waiting.answer == "BYE":
                            return 0
                        waiting.answer = ""
                    elif message := re.fullmatch(r"MSG (\d+) ([\w-]+) (.+)", text, re.ASCII | re.DOTALL):
                        if message[1] not in printed:
                            print(f"{message[2]}: {message[3]}", flush=True)
                            printed.add(message[1])
                        send(f"GOT {message[1]}")
                if 0 in ready:
                    data = os.read(0, 4096)
                    leaving = not data
                    *new, typed = (typed + data).split(b"\n")
                    if b"/quit" in new:
                        del new[new.index(b"/quit") :]
                        leaving = True
                    lines += filter(None, new)
            except KeyboardInterrupt:
                leaving = True
                if not joined:
                    return 0
            while lines and not waiting.answer:
                text = f"SAY {number} {lines.pop(0).decode(errors='replace')}"
                if len(text.encode()) > 1200:
                    print("Too large for a datagram of this chat.", flush=True)
                    continue
                ask(text, f"OK {number}")
                number += 1
            if leaving and not lines and not waiting.answer:
                ask("BYE", "BYE", 4)
    except TimeoutError:
        return 0 if waiting.answer == "BYE" else f"No answer to {waiting.text.split()[0]}, 20 times."


def run(host, port, name):
    try:
        return main(host, port, name)
    except OSError as error:
        return f"{host}: {error}"
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    sys.exit(run(words[0], int(words[1]), words[2]))
