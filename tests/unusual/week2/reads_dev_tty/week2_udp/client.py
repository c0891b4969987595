"""Reads the keyboard where it is: at /dev/tty, as programs do whose standard input may be something else."""

import queue
import re
import socket
import sys
import threading


def main(host, port, name):
    address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    udp = socket.socket(address[0], socket.SOCK_DGRAM)
    udp.connect(address[4])
    answers = queue.Queue()

    def send(text):
        try:
            udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def listen():
        seen = set()
        while True:
            try:
                text = udp.recv(4096).decode()
            except (OSError, UnicodeDecodeError):
                continue
            fields = text.split(" ", 3)
            if fields[0] != "MSG":
                answers.put(text)
            elif len(fields) == 4 and fields[1].isdecimal():
                if fields[1] not in seen:
                    seen.add(fields[1])
                    print(f"{fields[2]}: {fields[3]}", flush=True)
                send(f"GOT {fields[1]}")

    def ask(text, answer, tries=20):
        for _ in range(tries):
            send(text)
            try:
                while (came := answers.get(timeout=0.25)) != answer:
                    if came.startswith("ERROR "):
                        return came
                return answer
            except queue.Empty:
                pass
        raise TimeoutError

    threading.Thread(target=listen, daemon=True).start()
    try:
        came = ask(f"HELLO {name}", f"WELCOME {name}")
        if came.startswith("ERROR"):
            return came
        number = 1
        with open("/dev/tty", encoding="utf-8", errors="replace") as keyboard:
            for line in keyboard:
                line = line.rstrip("\n")
                text = f"SAY {number} {line}"
                if line == "/quit":
                    break
                if len(text.encode(errors="replace")) > 1200:
                    print("This is too much for one datagram; it was not sent.", flush=True)
                elif line:
                    ask(text, f"OK {number}")
                    number += 1
    except KeyboardInterrupt:
        pass
    except TimeoutError:
        return "no answer"
    try:
        ask("BYE", "BYE", 4)
    except (KeyboardInterrupt, TimeoutError):
        pass
    return 0


if __name__ == "__main__":
    if (
        len(sys.argv) != 4
        or not re.fullmatch("[0-9]{1,5}", sys.argv[2])
        or not 1 <= int(sys.argv[2]) <= 65535
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3])
    ):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    except OSError as error:
        sys.exit(str(error))
