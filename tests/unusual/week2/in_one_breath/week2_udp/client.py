"""The whole client in few lines, for those who count them."""
import queue, re, socket, sys, threading
a, q, had = sys.argv[1:], queue.Queue(), set()
if len(a) != 3 or not re.fullmatch("[0-9]{1,5}", a[1]) or not 0 < int(a[1]) < 65536 or not re.fullmatch(r"[\w-]{1,20}", a[2], re.A):
    sys.exit(print("usage: client.py HOST PORT NAME", file=sys.stderr) or 2)
def listen():
    while True:
        try:
            v, *f = (t := u.recv(2048).decode()).split(" ", 3)
            if v != "MSG":
                q.put(t)
            elif len(f) == 3 and f[0].isdecimal():
                f[0] in had or print(f"{f[1]}: {f[2]}", flush=True)
                had.add(f[0])
                u.send(f"GOT {f[0]}".encode())
        except (OSError, ValueError):
            pass
def ask(what, want, tries=20):
    for _ in range(tries):
        try:
            u.send(what)
            while (t := q.get(timeout=0.25)) != want:
                if t[:6] == "ERROR ":
                    return t
            return
        except (OSError, queue.Empty):
            pass
    return what != b"BYE" and sys.exit("no answer")
try:
    (u := socket.socket(type=socket.SOCK_DGRAM)).connect((a[0], int(a[1])))
    threading.Thread(target=listen, daemon=True).start()
    if why := ask(f"HELLO {a[2]}".encode(), f"WELCOME {a[2]}"):
        sys.exit(why)
    n = 1
    for line in iter(sys.stdin.buffer.readline, b""):
        if line == b"/quit\n":
            break
        if len(say := b"SAY %d " % n + line.rstrip(b"\n")) > 1200:
            print("too long", flush=True)
        elif line != b"\n":
            ask(say, f"OK {n}")
            n += 1
except KeyboardInterrupt:
    pass
except OSError as e:
    sys.exit(str(e))
try:
    ask(b"BYE", "BYE", 4)
except KeyboardInterrupt:
    pass
