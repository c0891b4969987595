"""Chat client, lab 5 week 2, Noor Haddad"""
import re
import socket
import sys
import threading


def get_arguments():
    if len(sys.argv) == 4 and sys.argv[2].isdigit() and 1 <= int(sys.argv[2]) <= 65535:
        if re.fullmatch(r"[A-Za-z0-9_-]{1,20}", sys.argv[3]):
            return sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)


HOST, PORT, NAME = get_arguments()
server = (socket.gethostbyname(HOST), PORT)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
answered = threading.Event()
expected = None


def listen():
    seen = set()
    while True:
        data, addr = udp.recvfrom(2048)
        if addr != server:
            continue
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if text == expected:
            answered.set()
        elif text.startswith("ERROR"):
            print(text, file=sys.stderr)
        elif text.startswith("MSG ") and text.count(" ") >= 3:
            _, number, name, said = text.split(" ", 3)
            if number not in seen:
                print(f"{name}: {said}", flush=True)
                seen.add(number)
            udp.sendto(f"GOT {number}".encode(), server)


def request(text, answer):
    global expected
    answered.clear()
    expected = answer
    for _ in range(20):
        udp.sendto(text.encode(), server)
        if answered.wait(0.25):
            return
    sys.exit("no answer"


threading.Thread(target=listen, daemon=True).start()
request(f"HELLO {NAME}", f"WELCOME {NAME}")
number = 1
try:
    while (line := input()) != "/quit":
        request(f"SAY {number} {line}", f"OK {number}")
        number += 1
except (EOFError, KeyboardInterrupt):
    pass
udp.sendto(b"BYE", server)
