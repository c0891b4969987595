# chat client - Luca Rossi
import queue
import re
import socket, sys
import threading

def usage():
    print("usage: python client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)

class Receiver(threading.Thread):
    def __init__(self, sock, answers):
        super().__init__()
        self.sock = sock
        self.answers = answers

    def run(self):
        known = set()
        while True:
            try:
                text = self.sock.recv(2048).decode("utf-8")
            except (UnicodeDecodeError, ConnectionError):
                continue
            part = text.split(" ", 3)
            if part[0] == "MSG":
                if len(part) < 4:
                    continue
                if part[1] not in known:
                    print("%s: %s" % (part[2], part[3]), flush=True)
                    known.add(part[1])
                self.sock.send(("GOT " + part[1]).encode())
            elif part[0] == "OK":
                self.answers.put(text)

def say(sock, answers, number, line):
    for i in range(20):
        try:
            sock.send(("SAY %d %s" % (number, line)).encode("utf-8"))
        except ConnectionError:
            pass
        try:
            while answers.get(timeout=0.25) != "OK %d" % number:
                pass
            return True
        except queue.Empty:
            pass
    return False

def hello(sock, name):
    sock.settimeout(0.25)
    for i in range(20):
        try:
            sock.send(("HELLO " + name).encode())
            answer = sock.recv(2048).decode("utf-8")
        except (TimeoutError, ConnectionError):
            continue
        if answer.startswith("WELCOME"):
            sock.settimeout(None)
            return
        if answer.startswith("ERROR"):
            print("the server does not let me in:", answer, file=sys.stderr)
            sys.exit(1)
    print("no server there", file=sys.stderr)
    sys.exit(1)

def main():
    if len(sys.argv) != 4:
        usage()
    try:
        port = int(sys.argv[2])
    except ValueError:
        usage()
    name = sys.argv[3]
    if port < 1 or port > 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
        usage()

    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((sys.argv[1], port))
    hello(sock, name)

    answers = queue.Queue()
    receiver = Receiver(sock, answers)
    receiver.start()

    number = 0
    try:
        for line in sys.stdin:
            line = line.strip("\n")
            if line == "/quit":
                break
            if line == "":
                continue
            if len(line.encode("utf-8")) > 1190:
                print("line too long:", len(line))
                continue
            number += 1
            if not say(sock, answers, number, line):
                print("the server does not answer", file=sys.stderr)
                break
    except KeyboardInterrupt:
        pass
    # say goodbye
    try:
        sock.send(b"BYE")
    except ConnectionError:
        pass

main()
