"""Chat client, two threads."""

import os
import queue
import signal
import socket
import sys
import threading

WORDS = {"/tell": "TELL", "/create": "CREATE", "/join": "JOIN", "/part": "PART", "/room": "ROOM", "/rooms": "ROOMS"}
people = set()
answers = queue.Queue()  # to LOGIN


def show(text):
    print("".join(each if each.isprintable() else "?" for each in text) + "\n", end="", flush=True)


def fail(sentence):
    print(sentence, file=sys.stderr)
    os._exit(1)


def listen(server, state):
    came = b""
    try:
        while data := server.recv(65536):
            *lines, came = (came + data).split(b"\n")
            for line in lines:
                obey(line.decode(errors="replace"), state)
    except OSError:
        pass
    if state["leaving"]:
        return
    fail("The connection to the server is lost.")


def obey(line, state):
    word, _, rest = line.partition(" ")
    if not state["name"]:
        if word == "ERR" and rest[:3] in ("400", "409"):
            answers.put(rest[4:])
        elif line.startswith("OK LOGIN "):
            state["name"] = rest[6:]
            answers.put("")
        else:
            fail("That is no chat server: " + repr(line))
    elif word in ("ALL", "FROM"):
        name, _, text = rest.partition(" ")
        private = " (to you alone)" if word == "FROM" else ""
        show(f"{name}: {text}{private}")
    elif word == "ROOM":
        room, name, text = rest.split(" ", 2)
        show(f"{room} {name}: {text}")
    elif word == "+":
        people.add(rest)
        show(f"* {rest} is here")
    elif word == "-":
        show(f"* {rest} has left")
    elif word == "USERS":
        people.clear()
        people.update(rest.split(" "))
        show("* here: " + rest)
    elif word == "ERR":
        show("! " + rest[4:])
    elif word in ("JOINED", "PARTED", "MEMBERS", "ROOMS"):
        show(f"* {word.lower()}: {rest}")


def typed():
    line = sys.stdin.readline()
    if line in ("", "/quit\n"):
        raise EOFError
    return line.rstrip("\n")


def send(server, line):
    data = line.encode(errors="replace") + b"\n"
    if len(data) > 512:
        show("That is too long to be sent.")
        return
    server.sendall(data)


def talk(server):
    while True:
        line = typed()
        word, space, rest = line.partition(" ")
        if word in WORDS:
            send(server, WORDS[word] + space + rest)
        elif word == "/who":
            show("* here: " + " ".join(sorted(people)))
        elif word.startswith("/"):
            show("There is no such command.")
        elif line:
            send(server, "ALL " + line)


def log_in(server):
    refused = "nothing yet"
    while refused:
        print("name: ", end="", flush=True)
        send(server, "LOGIN " + typed())
        if refused := answers.get():
            show("! " + refused)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: client.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    state = {"name": "", "leaving": False}
    try:
        server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"cannot reach the server: {error}")
    listener = threading.Thread(target=listen, args=(server, state), daemon=True)
    listener.start()
    try:
        log_in(server)
        talk(server)
    except (EOFError, KeyboardInterrupt):
        state["leaving"] = True
    except OSError:
        fail("The connection to the server is lost.")
    if state["name"]:
        server.sendall(b"LOGOUT\n")
        listener.join(1)


main()
