import re
import socket
import sys
import threading
from time import time

T0 = time()

def D(*args):
    # debug on stderr, run with 2>/dev/null to switch it off
    print("DEBUG %6.2f [%s]" % (time() - T0, threading.current_thread().name), *args, file=sys.stderr, flush=True)

D("START argv =", sys.argv)

def usage(why):
    D("usage because:", why)
    print("Usage: python lab5/week2_udp/client.py HOST PORT NAME", file=sys.stderr)
    exit(2)

if len(sys.argv) < 4:
    usage("too few arguments")
HOST = sys.argv[1]
try:
    PORT = int(sys.argv[2])
except ValueError as e:
    usage(e)
if not (PORT >= 1 and PORT <= 65535):
    usage("port out of range")
NAME = sys.argv[3]
if not re.match(r"^[A-Za-z0-9_-]{1,20}\Z", NAME):
    usage("name " + repr(NAME))

try:
    SERVER = socket.gethostbyname(HOST), PORT
except Exception as e:
    print("!!!!! NO SUCH HOST !!!!!", repr(e), file=sys.stderr)
    exit(1)
D("SERVER", SERVER)

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
news = threading.Condition()
inbox = []      # answers nobody has looked at yet
printed = {}    # id -> how often it came

def send(b):
    try:
        sock.sendto(b, SERVER)
        D(">>>", b[:60])
    except Exception as e:
        D("SEND FAILED", repr(e))

def one_datagram():
    data, who = sock.recvfrom(4096)
    if who != SERVER:
        D("who is that???", who)
        return
    D("<<<", data[:60])
    s = data.decode()
    f = s.split(" ", 3)
    if f[0] == "MSG":
        id, name, text = int(f[1]), f[2], f[3]
        printed[id] = printed.get(id, 0) + 1
        if printed[id] == 1:
            print(name + ": " + text, flush=True)
        else:
            D("had it", printed[id], "times")
        send(b"GOT %d" % id)
        #sock.sendto(b"GOT %d" % id, SERVER)   # to test twice
        return
    with news:
        inbox.append(s)
        news.notify()

def receive():
    while True:
        try:
            one_datagram()
        except (ValueError, IndexError) as e:   # UnicodeDecodeError is a ValueError!!
            D("garbage", repr(e))
        except OSError as e:
            D("recvfrom", repr(e))

def reliable(what, answer, n=20):
    what = what.encode("utf-8", "replace")
    for i in range(1, n + 1):
        send(what)
        if i > 1:
            D("try", i)
        t = time()
        with news:
            while time() - t < 0.25:
                while inbox:
                    a = inbox.pop(0)
                    if a == answer:
                        return True, a
                    if a.startswith("ERROR"):
                        return False, a
                    D("not for me:", a[:60])
                news.wait(0.25 - (time() - t) if time() - t < 0.25 else 0)
    D("GAVE UP")
    return None, None

def fatal(s):
    print("!!!!! " + s + " !!!!!", file=sys.stderr)
    exit(1)

def main():
    ok, a = reliable("HELLO " + NAME, "WELCOME " + NAME)
    if ok is None:
        fatal("NO ANSWER FROM SERVER")
    if not ok:
        fatal("SERVER SAYS " + a)
    D("I am in")
    n = 0
    for line in sys.stdin:
        line = line[:-1] if line.endswith("\n") else line
        if line == "/quit":
            D("quit")
            break
        if line == "":
            continue
        if len(("SAY %d %s" % (n + 1, line)).encode("utf-8", "replace")) > 1200:
            print("!!!!! LINE TOO LONG, NOT SENT !!!!!", file=sys.stderr)
            continue
        n += 1
        ok, a = reliable("SAY %d %s" % (n, line), "OK %d" % n)
        if ok is None:
            fatal("SERVER IS GONE")
        if not ok:
            print("!!!!! LINE REFUSED !!!!!", a, file=sys.stderr)
    D("end of input, n =", n)
    reliable("BYE", "BYE", 4)

threading.Thread(target=receive, name="recv", daemon=True).start()
try:
    main()
except KeyboardInterrupt:
    D("Ctrl-C")
    send(b"BYE")
D("END", printed)
