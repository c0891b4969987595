"""The terminal gives each key at once (cbreak); Ctrl-C remains a signal, and Enter a newline."""

import os
import queue
import re
import socket
import sys
import termios
import threading
import tty

printing = threading.Lock()
typed = ""


def show(text):
    with printing:
        sys.stdout.write(f"\r\033[2K{text}\n{typed}")
        sys.stdout.flush()


def keys():
    """The lines that are typed, until Ctrl-D."""
    global typed
    rest = b""
    while data := os.read(0, 256):
        rest += data
        try:
            text, rest = rest.decode(), b""
        except UnicodeDecodeError as error:
            if len(rest) - error.start < 4:  # the beginning of a character
                text, rest = rest[: error.start].decode(), rest[error.start :]
            else:
                text, rest = rest.decode(errors="replace"), b""
        for key in text:
            if key == "\x04" and not typed:
                return
            with printing:
                if key in "\r\n":
                    line, typed = typed, ""
                    print()
                elif key == "\x7f":
                    typed, line = typed[:-1], None
                    sys.stdout.write("\b \b")
                else:
                    typed, line = typed + key, None
                    sys.stdout.write(key)
                sys.stdout.flush()
            if line is not None:
                yield line


def listen(udp, answers):
    ids = set()
    while True:
        try:
            verb, _, rest = udp.recv(2000).decode().partition(" ")
        except (OSError, UnicodeDecodeError):
            continue
        if verb in ("OK", "WELCOME", "BYE", "ERROR"):
            answers.put((verb, rest))
        fields = rest.split(" ", 2)
        if verb == "MSG" and len(fields) == 3 and fields[0].isdecimal():
            if fields[0] not in ids:
                show(f"{fields[1]}: {fields[2]}")
                ids.add(fields[0])
            send(udp, f"GOT {fields[0]}")


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def ask(udp, answers, text, *answer, tries=25):
    for _ in range(tries):
        send(udp, text)
        try:
            while True:
                came = answers.get(timeout=0.2)
                if came == answer or came[0] == "ERROR":
                    return came
        except queue.Empty:
            pass
    raise TimeoutError("no answer after all these tries")


def chat(udp, name):
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
    verb, why = ask(udp, answers, f"HELLO {name}", "WELCOME", name)
    if verb == "ERROR":
        raise PermissionError(why)
    number = 1
    try:
        for line in keys():
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                show(f"-- {len(line)} characters are too many --")
            elif line:
                verb, why = ask(udp, answers, text, "OK", str(number))
                if verb == "ERROR":
                    show(f"-- {why} --")
                number += 1
    except KeyboardInterrupt:
        pass
    try:
        ask(udp, answers, "BYE", "BYE", "", tries=5)
    except TimeoutError:
        pass


def main():
    _, host, port, name = sys.argv
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, int(port)))
    former = termios.tcgetattr(0)
    tty.setcbreak(0)
    try:
        chat(udp, name)
    except KeyboardInterrupt:
        pass
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, former)


if __name__ == "__main__":
    try:
        if len(sys.argv) != 4 or not 1 <= int(sys.argv[2]) <= 65535:
            raise ValueError
        if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
            raise ValueError
    except ValueError:
        print("Usage: python client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main()
    except OSError as error:
        print("client.py:", error, file=sys.stderr)
        sys.exit(1)
