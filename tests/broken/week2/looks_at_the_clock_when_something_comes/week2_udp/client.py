"""Chat client whose select has no timeout: it repeats only when a datagram or a line has come."""
import re
import select
import socket
import sys
import time

if len(sys.argv) != 4 or not re.fullmatch(r"[\w-]{1,20}", sys.argv[3], re.ASCII):
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)
try:
    PORT = int(sys.argv[2])
    if not 1 <= PORT <= 65535:
        raise ValueError
except ValueError:
    print("usage: client.py HOST PORT NAME, PORT is 1 to 65535", file=sys.stderr)
    sys.exit(2)

me = sys.argv[3]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server = (socket.gethostbyname(sys.argv[1]), PORT)
open_requests = {}  # answer that is waited for -> [datagram, next time, tries]
shown = set()
count = 0
welcome = False
leaving = False


def ask(text, answer):
    sock.sendto(text.encode(), server)
    open_requests[answer] = [text, time.monotonic() + 0.25, 1]


def repeat():
    for request in list(open_requests.values()):
        text, when, tries = request
        if time.monotonic() < when:
            continue
        if text == "BYE" and tries == 4:
            sys.exit(0)
        if tries == 20:
            sys.exit("no answer from the server, giving up")
        sock.sendto(text.encode(), server)
        request[1:] = [time.monotonic() + 0.25, tries + 1]


def incoming():
    global welcome
    data, sender = sock.recvfrom(65535)
    if sender != server:
        return
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if text in open_requests:
        del open_requests[text]
        welcome = True
        if text == "BYE":
            sys.exit(0)
    elif text.startswith("ERROR ") and not welcome:
        sys.exit("cannot join: " + text[6:])
    elif text.startswith("ERROR "):
        print("!", text, file=sys.stderr)
    elif match := re.fullmatch(r"MSG (\d+) (\S+) (.*)", text, re.ASCII | re.DOTALL):
        number, name, said = match.groups()
        if number not in shown:
            shown.add(number)
            print(f"{name}: {said}")
        sock.sendto(f"GOT {number}".encode(), server)


def typed(line):
    global count, leaving
    if line == "" or line == "/quit\n":
        leaving = True
        return
    text = f"SAY {count + 1} " + line.rstrip("\n")
    if len(text.encode()) > 1200:
        print("your line has more than 1200 bytes, it is not sent")
    elif line != "\n":
        count += 1
        ask(text, f"OK {count}")


ask("HELLO " + me, "WELCOME " + me)
try:
    while True:
        sources = [sock, sys.stdin] if welcome and not leaving else [sock]
        ready, _, _ = select.select(sources, [], [], None if welcome and not leaving else 0.05)
        if sock in ready:
            incoming()
        if sys.stdin in ready:
            typed(sys.stdin.readline())
        repeat()
        if leaving and not open_requests:
            ask("BYE", "BYE")
except KeyboardInterrupt:
    sock.sendto(b"BYE", server)
