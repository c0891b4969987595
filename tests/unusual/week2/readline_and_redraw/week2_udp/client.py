"""import readline, and input() in the first thread; a message goes above the line that is being typed."""

import queue
import re
import readline
import socket
import sys
import threading

PROMPT = "you> "
answers = queue.Queue()
is_typing = False


def above(text):
    """Prints above the line of input(), which readline has on the screen."""
    if is_typing:
        sys.stdout.write(f"\r\x1b[K{text}\n{PROMPT}{readline.get_line_buffer()}")
    else:
        sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def listen(udp):
    seen = set()
    while True:
        try:
            data = udp.recv(1500)
        except OSError:
            continue
        message = re.fullmatch(rb"MSG ([0-9]{1,10}) ([A-Za-z0-9_-]{1,20}) (.*)", data, re.DOTALL)
        if message is None:
            answers.put(data)
            continue
        try:
            text = message[3].decode()
        except UnicodeDecodeError:
            continue
        if message[1] not in seen:
            seen.add(message[1])
            above(f"{message[2].decode()}: {text}")
        send(udp, b"GOT " + message[1])


def send(udp, data):
    try:
        udp.send(data)
    except OSError:
        pass


def ask(udp, request, answer, tries=20):
    for _ in range(tries):
        send(udp, request)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith(b"ERROR "):
                    return came.decode(errors="replace")
            return None
        except queue.Empty:
            continue
    raise TimeoutError


def chat(udp):
    global is_typing
    number = 1
    while True:
        is_typing = True
        try:
            line = input(PROMPT)
        except EOFError:
            return
        finally:
            is_typing = False
        if line == "/quit":
            return
        request = f"SAY {number} {line}".encode(errors="replace")
        if len(request) > 1200:
            above("(Nobody has seen this: it is too long for one datagram.)")
        elif line:
            if why := ask(udp, request, b"OK %d" % number):
                above(f"({why})")
            number += 1


def main():
    if len(sys.argv) != 4 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("usage: the NAME has up to 20 letters, digits, _ and -", file=sys.stderr)
        return 2
    name = sys.argv[3].encode()
    readline.parse_and_bind("tab: complete")
    try:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect((sys.argv[1], int(sys.argv[2])))
        threading.Thread(target=listen, args=(udp,), daemon=True).start()
        if why := ask(udp, b"HELLO " + name, b"WELCOME " + name):
            return why
        chat(udp)
    except KeyboardInterrupt:
        print()
    except TimeoutError:
        return "The server has not answered."
    except OSError as error:
        return str(error)
    try:
        ask(udp, b"BYE", b"BYE", 3)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
