import os, re, socket, sys, threading, time

try:
    host, port, name = sys.argv[1:]
    assert 0 < int(port) < 1 << 16 and re.fullmatch("[A-Za-z0-9_-]{1,20}", name)
except (ValueError, AssertionError):
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
came, seen = set(), set()


def tell(t):
    try:
        s.send(t.encode(errors="replace"))
    except OSError:
        pass


def die(why):
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


def ask(t, answer, tries=20):
    for _ in range(tries):
        tell(t)
        for _ in range(25):
            if answer in came:
                return
            time.sleep(0.01)
    tries == 20 and die(f"no answer from {host}:{port}")


def listen():
    while True:
        try:
            t = s.recv(9999).decode()
        except (OSError, ValueError):
            continue
        if m := re.match(r"MSG (\d+) (\S+) ", t):
            if m[1] not in seen:
                print(f"{m[2]}: {t[m.end():]}", flush=True)
            seen.add(m[1])
            tell(f"GOT {m[1]}")
        elif t[:6] == "ERROR ":
            die(t)
        came.add(t)


try:
    s.connect((host, int(port)))
    threading.Thread(target=listen, daemon=True).start()
    ask(f"HELLO {name}", f"WELCOME {name}")
    n = 1
    while (line := input()) != "/quit":
        t = f"SAY {n} {line}"
        if len(t.encode(errors="replace")) > 1200:
            print("too long")
        elif line:
            ask(t, f"OK {n}")
            n += 1
except OSError as e:
    sys.exit(f"{host}:{port}: {e}")
except (EOFError, KeyboardInterrupt):
    pass
ask("BYE", "BYE", 3)
