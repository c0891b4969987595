"""Chat client whose receiver calls sys.exit, which ends only that thread."""
import re
import socket
import sys
import threading
import time


def show_usage():
    print("usage: python3 client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)


if len(sys.argv) != 4:
    show_usage()
host = sys.argv[1]
try:
    port = int(sys.argv[2])
except ValueError:
    show_usage()
name = sys.argv[3]
if port < 1 or port > 65535:
    show_usage()
if re.fullmatch("[a-zA-Z0-9_-]{1,20}", name) is None:
    show_usage()

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((host, port))
welcomed = False
last_ok = 0
old_ids = []


def thread():
    global welcomed, last_ok
    while True:
        try:
            msg = s.recv(2048).decode()
        except ConnectionError:
            continue
        except UnicodeDecodeError:
            continue
        f = msg.split(" ")
        if msg == "WELCOME " + name:
            welcomed = True
        elif f[0] == "OK" and len(f) == 2 and f[1].isdecimal():
            last_ok = max(last_ok, int(f[1]))
        elif f[0] == "ERROR" and not welcomed:
            print("server says no:", msg, file=sys.stderr, flush=True)
            sys.exit(1)
        elif f[0] == "MSG" and len(f) >= 4 and f[1].isdecimal():
            if f[1] not in old_ids:
                print(f[2] + ": " + " ".join(f[3:]))
                old_ids.append(f[1])
            send("GOT " + f[1])


def send(text):
    try:
        s.send(text.encode())
    except ConnectionError:
        pass


def send_until(text, done):
    for i in range(20):
        send(text)
        wait = time.time() + 0.25
        while time.time() < wait:
            if done():
                return
            time.sleep(0.01)
    print("gave up, no answer from", host, file=sys.stderr)
    sys.exit(1)


t = threading.Thread(target=thread)
t.daemon = True
t.start()
try:
    send_until("HELLO " + name, lambda: welcomed or not t.is_alive())
    n = 0
    while True:
        line = input()
        if line == "/quit":
            break
        if line == "":
            continue
        if len(f"SAY {n + 1} {line}".encode()) > 1200:
            print("line too long")
            continue
        n = n + 1
        send_until(f"SAY {n} {line}", lambda: last_ok >= n)
except (EOFError, KeyboardInterrupt):
    pass
send("BYE")
