"""Week 2: a chat client over UDP, which loses, repeats and reorders datagrams.

It is started with: python lab5/week2_udp/client.py HOST PORT NAME

Two threads share one socket. The first reads the keyboard, and is the only one that asks the server for something; the
second is the only one that receives. It prints messages, and hands the server's answers over to the first in a queue.
"""

import queue
import re
import socket
import sys
import threading
import time

LONGEST = 1200  # bytes of a datagram
REPEAT = 0.25  # seconds without an answer, after which a datagram is sent again
TRIES = 20
TRIES_AT_THE_END = 4  # for BYE: nothing is lost with it
ANSWERS = ("WELCOME", "OK", "BYE", "ERROR")


def main():
    host, port, name = arguments(sys.argv[1:])
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except socket.gaierror as error:
        sys.exit(f"cannot find {host}: {error.strerror}")
    udp = socket.socket(family, kind)  # open until the program ends: the second thread uses it until then
    udp.connect(address)  # sends nothing: from now on only datagrams of this address come in
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
    try:
        if error := ask(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
            sys.exit(f"the server refuses: {error}")
        chat(udp, answers)
    except KeyboardInterrupt:
        pass
    except TimeoutError:
        sys.exit(f"no answer from {host} port {port}, after {TRIES} tries")
    try:
        ask(udp, answers, "BYE", "BYE", TRIES_AT_THE_END)
    except (KeyboardInterrupt, TimeoutError):
        pass


def chat(udp, answers):
    """Says each line of the keyboard, until there are no more."""
    number = 1
    for line in sys.stdin:
        line = line.rstrip("\r\n")
        if line == "/quit":
            return
        if not line:
            continue
        request = f"SAY {number} {line}"
        if len(request.encode(errors="replace")) > LONGEST:
            print("This line is too long for a datagram. It was not sent.", file=sys.stderr)
            continue
        if error := ask(udp, answers, request, f"OK {number}"):
            print(f"The server refuses: {error}", file=sys.stderr)
        number += 1


def ask(udp, answers, request, answer, tries=TRIES):
    """Sends the request until its answer comes. Returns what the server says against it, if that comes instead; raises
    TimeoutError after so many tries.
    """
    for _ in range(tries):
        send(udp, request)
        again = time.monotonic() + REPEAT
        while (left := again - time.monotonic()) > 0:
            try:
                came = answers.get(timeout=left)
            except queue.Empty:
                break
            if came == answer:
                return None
            if came.startswith("ERROR "):
                return came.removeprefix("ERROR ")
            # Else it is a late answer to something older: UDP may deliver it twice.
    raise TimeoutError


def listen(udp, answers):
    """Receives for ever: prints each message once, and hands over answers."""
    printed = set()
    while True:
        try:
            text = udp.recv(65535).decode()
        except (ConnectionError, UnicodeDecodeError):  # nobody has the port just now; or it is no text
            continue
        verb, *fields = text.split(" ", 3)
        if verb in ANSWERS:
            answers.put(text)
        elif verb == "MSG" and len(fields) == 3 and fields[0].isdecimal():
            number, name, said = fields
            if number not in printed:
                print(f"{name}: {said}", flush=True)
                printed.add(number)
            send(udp, f"GOT {number}")  # also for a repeated one: the last GOT may have been lost


def send(udp, text):
    """Sends a datagram. That nobody is there is noticed when no answer comes."""
    try:
        udp.send(text.encode(errors="replace"))
    except ConnectionError:
        pass


def arguments(words):
    """HOST, PORT and NAME from the command line; ends the program with a usage line if they are not there."""
    if (
        len(words) != 3
        or not (words[1].isdecimal() and 1 <= int(words[1]) <= 65535)
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2])
    ):
        print(
            "usage: client.py HOST PORT NAME    (PORT: 1 to 65535; NAME: 1 to 20 of a-z A-Z 0-9 _ -)", file=sys.stderr
        )
        sys.exit(2)
    return words[0], int(words[1]), words[2]


if __name__ == "__main__":
    main()
