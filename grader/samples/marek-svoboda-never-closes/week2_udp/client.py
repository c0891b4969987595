# lab 5 week 2, Marek Svoboda
import queue
import re
import socket
import sys
import threading

USAGE = "Usage: python lab5/week2_udp/client.py HOST PORT NAME"

if len(sys.argv) != 4:
    print(USAGE, file=sys.stderr)
    sys.exit(2)

host = sys.argv[1]
try:
    port = int(sys.argv[2])
except ValueError:
    print(USAGE, file=sys.stderr)
    sys.exit(2)
if port < 1 or port > 65535:
    print(USAGE, file=sys.stderr)
    sys.exit(2)
name = sys.argv[3]
if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
    print(USAGE, file=sys.stderr)
    sys.exit(2)

udp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server = (socket.gethostbyname(host), port)
answers = queue.Queue()


def listen():
    while True:
        data, addr = udp_socket.recvfrom(2048)
        if addr != server:
            continue
        try:
            text = data.decode()
            if text.startswith("MSG"):
                word, number, who, what = text.split(" ", 3)
                print(who + ": " + what)
                sys.stdout.flush()
                udp_socket.sendto(("GOT " + number).encode(), server)
            else:
                answers.put(text)
        except ValueError:
            pass  # garbage


def ask(question, right_answer):
    for i in range(20):
        udp_socket.sendto(question.encode(), server)
        try:
            answer = answers.get(timeout=0.25)
            while answer != right_answer:
                if answer.startswith("ERROR "):
                    print("server:", answer, file=sys.stderr)
                    return False
                answer = answers.get(timeout=0.25)
            return True
        except queue.Empty:
            pass
    print("no answer from", host, port, file=sys.stderr)
    sys.exit(1)


try:
    threading.Thread(target=listen, daemon=True).start()
    if not ask("HELLO " + name, "WELCOME " + name):
        sys.exit(1)
    number = 1
    for line in sys.stdin:
        line = line.rstrip("\r\n")
        if line == "/quit":
            break
        question = "SAY " + str(number) + " " + line
        if len(question.encode()) > 1200:
            print("too long, sorry")
        elif line:
            ask(question, "OK " + str(number))
            number = number + 1
except KeyboardInterrupt:
    pass

# the system closes the socket by itself when the program ends
