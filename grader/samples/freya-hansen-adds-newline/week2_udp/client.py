"""Chat client by Freya Hansen."""
import queue
import re
import socket
import sys
import threading


def usage():
    print("Usage: python lab5/week2_udp/client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)


def parse_port(text):
    try:
        port = int(text)
    except ValueError:
        usage()
    if port < 1 or port > 65535:
        usage()
    return port


if len(sys.argv) != 4:
    usage()

host, port, name = sys.argv[1], parse_port(sys.argv[2]), sys.argv[3]
if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
    usage()

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((host, port))
answers = queue.SimpleQueue()


def send(text):
    try:
        sock.send(text.encode())
    except ConnectionRefusedError:
        pass


def listen():
    seen = set()
    while True:
        try:
            words = sock.recv(2048).decode().split(" ", 3)
        except (ConnectionRefusedError, UnicodeDecodeError):
            continue
        if words[0] == "MSG" and len(words) == 4:
            if words[1] not in seen:
                seen.add(words[1])
                print(f"{words[2]}: {words[3].rstrip()}", flush=True)
            send("GOT " + words[1])
        elif words[0] in ("WELCOME", "OK", "BYE", "ERROR"):
            answers.put(words)


def repeat(text, answer, tries=20):
    for _ in range(tries):
        send(text)
        try:
            while (words := answers.get(timeout=0.25)) != answer:
                if words[0] == "ERROR":
                    return words
        except queue.Empty:
            continue
        return answer
    return None


def chat():
    answer = repeat(f"HELLO {name}", ["WELCOME", name])
    if answer is None:
        sys.exit("There is no server.")
    if answer[0] == "ERROR":
        sys.exit("Can't chat: " + " ".join(answer[1:]))
    number = 0
    for line in sys.stdin:
        if line.strip() == "":
            continue
        if line.strip() == "/quit":
            break
        if len(line.encode()) > 1190:
            print("That's too long.")
            continue
        number += 1
        if repeat(f"SAY {number} {line}", ["OK", str(number)]) is None:
            sys.exit("The server is gone.")
    repeat("BYE", ["BYE"], 4)


threading.Thread(target=listen, daemon=True).start()
try:
    chat()
except KeyboardInterrupt:
    send("BYE")
