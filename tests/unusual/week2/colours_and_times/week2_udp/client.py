"""A colour for each name, the time before each message, what one says oneself once more, and a tick when it arrived."""

import datetime
import queue
import re
import socket
import sys
import threading
import zlib

GREY, BOLD, PLAIN = "\x1b[38;5;245m", "\x1b[1m", "\x1b(B\x1b[m"


def colour(name):
    return f"\x1b[38:5:{17 + zlib.crc32(name.encode()) % 200}m"


def show(*parts):
    time = datetime.datetime.now().strftime("%H:%M:%S")
    print(f"{GREY}[{time}]{PLAIN} " + "".join(parts) + PLAIN, flush=True)


def listen(udp, answers):
    shown = set()
    while True:
        try:
            words = udp.recv(1 << 14).decode().split(" ")
        except (OSError, UnicodeDecodeError):
            continue
        match words:
            case ["MSG", id, name, *text] if text and id.isdecimal():
                if id not in shown:
                    shown.add(id)
                    show(colour(name), BOLD, name, PLAIN, ": ", "\x1b[97m", " ".join(text))
                try:
                    udp.send(f"GOT {id}".encode())
                except OSError:
                    pass
            case ["WELCOME" | "OK" | "BYE" | "ERROR", *_]:
                answers.put(" ".join(words))


def insist(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        try:
            udp.send(text.encode(errors="replace"))
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR"):
                    return came
            return None
        except (ConnectionError, queue.Empty):
            pass
    sys.exit(f"\x1b[31m{tries} times nobody has answered.{PLAIN}")


def main(host, port, name):
    info = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    udp = socket.socket(info[0], socket.SOCK_DGRAM)
    udp.connect(info[4])
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
    if why := insist(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
        sys.exit(f"\x1b[31m{why}{PLAIN}")
    show(GREY, f"you are {name}, on {host}")
    number = 0
    try:
        for line in sys.stdin:
            line = line[:-1]
            if line == "/quit":
                break
            text = f"SAY {number + 1} {line}"
            if len(text.encode(errors="replace")) > 1200:
                show("\x1b[33m", f"{line[:20]}... has {len(line)} characters, and was not said")
                continue
            if not line:
                continue
            number += 1
            show(GREY, "me: ", line)
            if why := insist(udp, answers, text, f"OK {number}"):
                show("\x1b[31m", f"\u2717 {why}")
            else:
                show("\x1b[32m", f"\u2713 {line}")
    except KeyboardInterrupt:
        pass
    try:
        udp.send(b"BYE")
        while answers.get(timeout=0.5) != "BYE":
            pass
    except (OSError, queue.Empty, KeyboardInterrupt):
        pass
    print(PLAIN, end="")


if __name__ == "__main__":
    if (
        len(sys.argv) == 4
        and sys.argv[2].isdecimal()
        and 1 <= int(sys.argv[2]) <= 65535
        and re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3])
    ):
        try:
            main(*sys.argv[1:])
        except OSError as error:
            sys.exit(f"\x1b[31m{error}{PLAIN}")
        except KeyboardInterrupt:
            pass
    else:
        print(f"\x1b[1musage:\x1b[0m client.py \x1b[4mHOST\x1b[0m \x1b[4mPORT\x1b[0m \x1b[4mNAME\x1b[0m", file=sys.stderr)
        sys.exit(2)
