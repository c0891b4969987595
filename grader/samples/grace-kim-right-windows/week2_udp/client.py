import datetime
import re
import socket
import sys
import threading
import time

# Lab 5 week 2, Grace Kim
# written on Windows, tested on the lab computers too

PROMPT = "> "

def read_args():
    try:
        host = sys.argv[1]
        port = int(sys.argv[2])
        name = sys.argv[3]
    except (IndexError, ValueError):
        return None
    if port < 1 or port > 65535 or not re.fullmatch("[a-zA-Z0-9_-]{1,20}", name):
        return None
    return host, port, name

args = read_args()
if args is None:
    sys.stderr.write("usage: python client.py HOST PORT NAME\n")
    sys.exit(2)

# state that both threads use, always with the lock
lock = threading.Lock()
state = {"welcome": False, "error": "", "ok": 0, "bye": False}
seen_ids = []

def show(text):
    now = datetime.datetime.now().strftime("%H:%M")
    print("\r" + now + " " + text)
    print(PROMPT, end="", flush=True)

def send(message):
    try:
        sock.sendto(message.encode("utf-8", "ignore"), address)
    except OSError:
        pass

def handle(message):
    words = message.split(" ")
    if words[0] == "WELCOME":
        with lock:
            state["welcome"] = True
    elif words[0] == "BYE":
        with lock:
            state["bye"] = True
    elif words[0] == "OK" and len(words) == 2 and words[1].isdigit():
        with lock:
            # an old OK can come late, so never go back
            if int(words[1]) == state["ok"] + 1:
                state["ok"] = int(words[1])
    elif words[0] == "ERROR":
        with lock:
            state["error"] = message
    elif words[0] == "MSG" and len(words) >= 4 and words[1].isdigit():
        if words[1] not in seen_ids:
            show(words[2] + ": " + " ".join(words[3:]))
            seen_ids.append(words[1])
        send("GOT " + words[1])

def receiver():
    while True:
        try:
            data, sender = sock.recvfrom(65535)
        except ConnectionResetError:
            # Windows only: nobody is listening on the other side
            time.sleep(0.1)
            continue
        if sender != address:
            continue
        try:
            handle(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass

def send_until(message, is_done, tries):
    """returns 'done', 'error' or 'timeout'"""
    with lock:
        state["error"] = ""
    for i in range(tries):
        send(message)
        stop = time.monotonic() + 0.3
        while time.monotonic() < stop:
            with lock:
                if is_done():
                    return "done"
                if state["error"]:
                    return "error"
            time.sleep(0.01)
    return "timeout"

def run():
    result = send_until("HELLO " + args[2], lambda: state["welcome"], 20)
    if result == "error":
        sys.stderr.write("cannot join: " + state["error"] + "\n")
        return 1
    if result == "timeout":
        sys.stderr.write("cannot join: the server does not answer\n")
        return 1
    number = 1
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            break
        if line == "/quit":
            break
        if line == "":
            continue
        message = "SAY " + str(number) + " " + line
        if len(message.encode("utf-8", "ignore")) > 1200:
            show("(this was too long, please write less)")
            continue
        result = send_until(message, lambda: state["ok"] >= number, 20)
        if result == "timeout":
            sys.stderr.write("the server is gone\n")
            return 1
        if result == "error":
            show("(not sent: " + state["error"] + ")")
            with lock:
                state["ok"] = number
        number = number + 1
    send_until("BYE", lambda: state["bye"], 4)
    return 0

try:
    address = (socket.gethostbyname(args[0]), args[1])
except OSError as problem:
    sys.stderr.write("unknown host: " + str(problem) + "\n")
    sys.exit(1)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# Windows wants a bound socket before recvfrom
sock.bind(("", 0))
threading.Thread(target=receiver, daemon=True).start()
try:
    sys.exit(run())
except KeyboardInterrupt:
    send("BYE")
