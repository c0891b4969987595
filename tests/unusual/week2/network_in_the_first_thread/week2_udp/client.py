"""The other way round: the keyboard has the daemon thread, and the first thread has the network."""

import argparse
import os
import queue
import re
import signal
import socket
import sys
import threading
import time


def port(text):
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("it must be from 1 to 65535")
    return number


def name(text):
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", text):
        raise argparse.ArgumentTypeError("a name has 1 to 20 of a-z, A-Z, 0-9, _ and -")
    return text


def arguments():
    parser = argparse.ArgumentParser(description="Chat over UDP.", epilog="Ctrl-D or /quit ends the chat.")
    parser.add_argument("host", metavar="HOST")
    parser.add_argument("port", metavar="PORT", type=port)
    parser.add_argument("name", metavar="NAME", type=name)
    parser.add_argument("-v", "--verbose", action="count", default=0)
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two tries (default: %(default)s)")
    return parser.parse_args()


class State:
    def __init__(self, udp, options):
        self.udp, self.options = udp, options
        self.typed = queue.Queue()
        self.requests = [("HELLO " + options.name, "WELCOME " + options.name)]
        self.tries, self.due = 0, 0.0
        self.number = 0
        self.ids = set()
        self.ending = False

    def keyboard(self):
        while True:
            try:
                line = input()
            except EOFError:
                line = "/quit"
            self.typed.put(line)
            if line == "/quit":
                return

    def interrupted(self, number, frame):
        if self.number == 0 and self.requests:
            os._exit(0)
        self.typed.put("/quit")

    def loop(self):
        while True:
            now = time.monotonic()
            if self.requests and now >= self.due:
                request = self.requests[0][0]
                if self.tries == (4 if request == "BYE" else 20):
                    return 0 if request == "BYE" else "There is no answer."
                self.send(request)
                self.tries, self.due = self.tries + 1, now + self.options.pause
            try:
                result = self.receive(self.udp.recv(2048).decode())
                if result is not None:
                    return result
            except (OSError, UnicodeDecodeError):
                pass
            while not self.typed.empty() and not self.ending:
                self.say(self.typed.get())

    def send(self, text):
        if self.options.verbose:
            print(">", text, file=sys.stderr)
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            time.sleep(0.02)

    def receive(self, text):
        if message := re.fullmatch(r"MSG (\d{1,10}) (\S+) (.*)", text, re.ASCII | re.DOTALL):
            if message[1] not in self.ids:
                self.ids.add(message[1])
                print(f"{message[2]}: {message[3]}", flush=True)
            self.send(f"GOT {message[1]}")
        elif self.requests and (text == self.requests[0][1] or text.startswith("ERROR ")):
            request, _ = self.requests.pop(0)
            self.tries, self.due = 0, 0.0
            if request.startswith("HELLO"):
                if text.startswith("ERROR"):
                    return f"{self.options.name} is not welcome: {text}"
                threading.Thread(target=self.keyboard, daemon=True).start()
            elif text.startswith("ERROR"):
                print(text, flush=True)
            elif request == "BYE":
                return 0
        return None

    def say(self, line):
        text = f"SAY {self.number + 1} {line}"
        if line == "/quit":
            self.ending = True
            self.requests.append(("BYE", "BYE"))
        elif len(text.encode(errors="replace")) > 1200:
            print("(too long)", flush=True)
        elif line:
            self.number += 1
            self.requests.append((text, f"OK {self.number}"))


def main():
    options = arguments()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.connect((options.host, options.port))
    except OSError as error:
        return f"{options.host}: {error}"
    udp.settimeout(0.02)
    state = State(udp, options)
    signal.signal(signal.SIGINT, state.interrupted)
    return state.loop()


if __name__ == "__main__":
    status = main()
    if isinstance(status, str):
        print(status, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if status else 0)
