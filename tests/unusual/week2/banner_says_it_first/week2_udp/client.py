"""A banner with all that one has to know; the words of a refusal have stood there already."""

import queue
import re
import socket
import sys
import threading

BANNER = """
=== Chat ============================================================
 Type a line, and everybody sees it. /quit or Ctrl-D ends the chat.
 A line of more than 1150 bytes is refused: "line refused, too long".
=====================================================================
"""
REFUSAL = "line refused, too long"
MOST = 1150  # bytes of a line: the number and the verb fit in beside it


def listen(udp, answers):
    known = set()
    while True:
        try:
            text = udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            continue
        if not text.startswith("MSG "):
            answers.put(text)
        elif match := re.match(r"MSG ([0-9]+) ([^ ]+) ", text):
            if match[1] not in known:
                print(f"{match[2]}: {text[match.end() :]}", flush=True)
                known.add(match[1])
            send(udp, f"GOT {match[1]}")


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def ask(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        send(udp, text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return ""
        except queue.Empty:
            pass
    raise TimeoutError("the server does not answer")


def chat(udp, answers):
    number = 1
    while True:
        try:
            line = input("> ")
        except EOFError:
            return
        if line == "/quit":
            return
        if len(line.encode(errors="replace")) > MOST:
            print(REFUSAL, flush=True)
        elif line:
            if why := ask(udp, answers, f"SAY {number} {line}", f"OK {number}"):
                print(why, flush=True)
            number += 1


def main():
    try:
        _, host, port, name = sys.argv
        port = int(port)
        if not 0 < port <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    print(BANNER, flush=True)
    answers = queue.Queue()
    try:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect((host, port))
        threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
        if why := ask(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
            print(f"The server refuses you: {why}", file=sys.stderr)
            return 1
        try:
            chat(udp, answers)
        except KeyboardInterrupt:
            print()
    except OSError as error:
        print(f"{host} port {port}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    try:
        ask(udp, answers, "BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
