"""In a hurry: repeats every 0.1 seconds, and gives up after 10 tries. The handout says that both are fine."""

import re
import sys
from queue import Empty, Queue
from socket import AF_INET, SOCK_DGRAM, socket
from threading import Thread


def listen(udp, server, answers, seen=frozenset()):
    while True:
        data, sender = udp.recvfrom(2048)
        if sender != server:
            continue
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        fields = text.split(" ", 3)
        if fields[0] == "MSG" and len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in seen:
                print(f"{fields[2]}: {fields[3]}", flush=True)
                seen |= {fields[1]}
            udp.sendto(f"GOT {fields[1]}".encode(), server)
        elif fields[0] != "MSG":
            answers.put(text)


def ask(udp, server, answers, text, answer):
    for _ in range(10):
        udp.sendto(text.encode(errors="replace"), server)
        try:
            while (came := answers.get(timeout=0.1)) != answer:
                if came.startswith("ERROR "):
                    return came
            return ""
        except Empty:
            pass
    return None


def main(host, port, name):
    from socket import gethostbyname

    server = (gethostbyname(host), port)
    udp = socket(AF_INET, SOCK_DGRAM)
    udp.bind(("", 0))
    answers = Queue()
    Thread(target=listen, args=(udp, server, answers), daemon=True).start()
    came = ask(udp, server, answers, f"HELLO {name}", f"WELCOME {name}")
    if came is None:
        return "No answer to HELLO."
    if came:
        return came
    number = 1
    try:
        for line in sys.stdin:
            line = line.rstrip("\r\n")
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("Too long!", flush=True)
                continue
            if line:
                came = ask(udp, server, answers, text, f"OK {number}")
                if came is None:
                    return "No answer to SAY."
                number += 1
    except KeyboardInterrupt:
        pass
    ask(udp, server, answers, "BYE", "BYE")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    except KeyboardInterrupt:
        sys.exit(0)
    except OSError as error:
        sys.exit(str(error))
