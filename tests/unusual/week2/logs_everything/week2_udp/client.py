"""Logs each datagram and each thought to standard error, in time and thread; the screen has only what must be there."""

import logging
import queue
import re
import socket
import sys
import threading

log = logging.getLogger("chat")


def usage(why):
    log.critical("%s; usage: client.py HOST PORT NAME", why)
    sys.exit(2)


class Udp:
    def __init__(self, server):
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("", 0))
        log.info("my address is %s, the server's %s", self.socket.getsockname(), server)

    def send(self, text):
        log.debug("> %s", text)
        self.socket.sendto(text.encode(errors="replace"), self.server)

    def receive(self):
        while True:
            data, sender = self.socket.recvfrom(2048)
            if sender != self.server:
                log.warning("a stranger at %s says %r", sender, data)
                continue
            try:
                text = data.decode()
            except UnicodeDecodeError as error:
                log.warning("< %r: %s", data, error)
                continue
            log.debug("< %s", text)
            yield text


def listener(udp, answers):
    had = set()
    for text in udp.receive():
        fields = text.split(" ", 3)
        if fields[0] in ("WELCOME", "OK", "BYE", "ERROR"):
            answers.put(text)
        elif fields[0] != "MSG" or len(fields) != 4 or not fields[1].isdecimal():
            log.warning("makes no sense: %r", text)
        else:
            if fields[1] in had:
                log.info("%s again", fields[1])
            else:
                had.add(fields[1])
                print(f"{fields[2]}: {fields[3]}", flush=True)
            udp.send(f"GOT {fields[1]}")


def ask(udp, answers, text, answer, tries=20):
    for attempt in range(1, tries + 1):
        log.debug("try %d of %d", attempt, tries)
        udp.send(text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                log.debug("%r is not %r", came, answer)
                if came.startswith("ERROR "):
                    return came
            return ""
        except queue.Empty:
            pass
    log.error("I give up")
    sys.exit(1)


def main():
    if len(sys.argv) != 4:
        usage("three arguments are wanted")
    _, host, port, name = sys.argv
    if not re.fullmatch("[0-9]+", port) or not 1 <= int(port) <= 65535:
        usage("this is no port")
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
        usage("this is no name")
    udp = Udp((socket.gethostbyname(host), int(port)))
    answers = queue.Queue()
    threading.Thread(target=listener, args=(udp, answers), name="listener", daemon=True).start()
    if why := ask(udp, answers, f"HELLO {name}", f"WELCOME {name}"):
        log.error("not let in: %s", why)
        sys.exit(1)
    number = 1
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            log.debug("typed: %.40r", line)
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            size = len(text.encode(errors="replace"))
            if size > 1200:
                log.error("%d bytes are more than a datagram holds", size)
            elif line:
                if why := ask(udp, answers, text, f"OK {number}"):
                    log.error("refused: %s", why)
                number += 1
    except KeyboardInterrupt:
        log.info("interrupted")
    try:
        ask(udp, answers, "BYE", "BYE", 4)
    except (SystemExit, KeyboardInterrupt):
        log.info("without a goodbye, then")
    log.info("the end")


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(threadName)s %(levelname)s %(message)s")
    try:
        main()
    except KeyboardInterrupt:
        pass
    except OSError as error:
        log.critical("%s", error)
        sys.exit(1)
