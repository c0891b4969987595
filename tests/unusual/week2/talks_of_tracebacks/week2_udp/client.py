"""Talks of errors and tracebacks all the time, and never makes one."""

import queue
import re
import socket
import sys
import threading
import warnings


def listen(udp, answers):
    had = set()
    while True:
        try:
            fields = udp.recv(2048).decode().split(" ", 3)
        except (OSError, UnicodeDecodeError):
            print("UnicodeDecodeError? ConnectionRefusedError? Not in this program.", file=sys.stderr)
            continue
        if fields[0] == "MSG" and len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in had:
                had.add(fields[1])
                print(f"{fields[2]}: {fields[3]}", flush=True)
            try:
                udp.send(f"GOT {fields[1]}".encode())
            except OSError:
                print("OSError: caught, of course. No traceback.", file=sys.stderr)
        else:
            answers.put(" ".join(fields))


def ask(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        try:
            udp.send(text.encode(errors="replace"))
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return ""
        except queue.Empty:
            pass
        except OSError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            threading.Event().wait(0.25)
    return "TimeoutError: no answer"


def main(host, port, name):
    print("Error: none. Exception: none. Traceback: none. Segmentation fault: none.", flush=True)
    warnings.warn("this warning is shown on purpose", stacklevel=1)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
    if error := ask(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
        sys.exit(f"Fatal: {error} (no traceback follows)")
    number = 1
    try:
        while (line := input("error-free> ")) != "/quit":
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                warnings.warn(f"OverflowError: {len(line)} characters. This is a warning only.", stacklevel=2)
            elif line:
                if error := ask(udp, answers, text, f"OK {number}"):
                    if "Timeout" in error:
                        sys.exit(f"Fatal: {error} (and still no traceback)")
                    print(error, flush=True)
                number += 1
    except EOFError:
        print("EOFError: that is all right.", file=sys.stderr)
    except KeyboardInterrupt:
        print("KeyboardInterrupt: that is all right, too.", file=sys.stderr)
    ask(udp, answers, "BYE", "BYE", 4)
    print("No error, no exception, no failure. Traceback (most recent one): never.")


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        assert int(port) in range(1, 65536) and re.fullmatch("[A-Za-z0-9_-]{1,20}", name)
    except (ValueError, AssertionError):
        print("Error 0: no Traceback for you, only a USAGE line: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, int(port), name)
    except OSError as error:
        sys.exit(f"OSError: {error}. Traceback? I know better than that.")
    except KeyboardInterrupt:
        pass
