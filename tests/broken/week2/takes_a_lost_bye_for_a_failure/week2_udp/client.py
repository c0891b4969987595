"""Chat client that ends with status 1 when BYE has no answer."""
import re
import socket
import sys
import threading
from dataclasses import dataclass, field


@dataclass
class State:
    news: threading.Condition = field(default_factory=threading.Condition)
    answers: set = field(default_factory=set)
    refusal: str = ""
    had: set = field(default_factory=set)


def read_network(sock, state):
    while True:
        try:
            text = sock.recv(1500).decode()
        except (ConnectionError, UnicodeDecodeError):
            continue
        fields = text.split(" ", 3)
        if fields[0] == "MSG":
            if len(fields) < 4 or not fields[1].isdecimal():
                continue
            _, number, name, words = fields
            if number not in state.had:
                print(f"{name}: {words}")
                state.had.add(number)
            tell(sock, f"GOT {number}")
        elif fields[0] in ("OK", "WELCOME", "BYE"):
            with state.news:
                state.answers.add(text)
                state.news.notify_all()
        elif fields[0] == "ERROR" and len(fields) > 1:
            with state.news:
                state.refusal = text
                state.news.notify_all()


def tell(sock, text):
    try:
        sock.send(text.encode())
    except ConnectionError:
        pass


def insist(sock, state, text, answer, tries=20):
    """True when the answer has come; False when an ERROR has."""
    for _ in range(tries):
        tell(sock, text)
        with state.news:
            state.news.wait_for(lambda: answer in state.answers or state.refusal, timeout=0.25)
            if answer in state.answers:
                return True
            if state.refusal:
                print(state.refusal, file=sys.stderr)
                state.refusal = ""
                return False
    raise TimeoutError("the server is silent")


def read_keyboard(sock, state):
    number = 1
    for line in iter(sys.stdin.readline, ""):
        line = line.rstrip("\r\n")
        if line == "/quit":
            return
        request = f"SAY {number} {line}"
        if len(request.encode()) > 1200:
            print("(not sent: too long)", file=sys.stderr)
        elif line:
            insist(sock, state, request, f"OK {number}")
            number += 1


def main():
    match sys.argv[1:]:
        case [host, port, name] if port.isdecimal() and 0 < int(port) < 65536 and re.fullmatch(r"[\w-]{1,20}", name, re.A):
            pass
        case _:
            print("usage: client.py HOST PORT NAME", file=sys.stderr)
            return 2
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((host, int(port)))
    state = State()
    threading.Thread(target=read_network, args=(sock, state), daemon=True).start()
    try:
        if not insist(sock, state, f"HELLO {name}", f"WELCOME {name}"):
            return 1
        read_keyboard(sock, state)
    except KeyboardInterrupt:
        pass
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        insist(sock, state, "BYE", "BYE", tries=4)
    except TimeoutError:
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
