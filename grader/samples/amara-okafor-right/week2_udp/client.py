# Lab 5, week 2 - UDP chat client
# Amara Okafor

import queue
import re
import socket
import sys
import threading
import time


def usage(why):
    print("Usage: python client.py HOST PORT NAME -", why, file=sys.stderr)
    sys.exit(2)


# check the arguments first
if len(sys.argv) != 4:
    usage("I need three arguments")
try:
    port = int(sys.argv[2])
except ValueError:
    usage("PORT must be a number")
if port < 1 or port > 65535:
    usage("PORT must be from 1 to 65535")
name = sys.argv[3]
if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
    usage("NAME has 1 to 20 letters, digits, _ or -")

try:
    # recvfrom gives me the IP and not "localhost", so I need the IP to compare
    server = (socket.gethostbyname(sys.argv[1]), port)
except OSError:
    sys.exit("I do not know the host " + sys.argv[1])

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
answers = queue.Queue()  # from the listening thread to the main thread


def send(text):
    try:
        udp.sendto(text.encode("utf-8", "replace"), server)
    except OSError:
        pass  # same as if it is lost on the way


def listen():
    printed = set()
    while True:
        try:
            data, address = udp.recvfrom(2048)
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if address != server:
            continue
        if text.startswith("MSG "):
            parts = text.split(" ", 3)
            if len(parts) != 4 or not parts[1].isdigit():
                continue
            if parts[1] not in printed:
                printed.add(parts[1])
                print(parts[2] + ": " + parts[3], flush=True)
            send("GOT " + parts[1])
        else:
            answers.put(text)


def ask(question, right_answer, tries=20):
    """Sends the question again and again. Gives the answer, or None if there is none."""
    for i in range(tries):
        send(question)
        end = time.time() + 0.25
        while time.time() < end:
            try:
                answer = answers.get(timeout=max(0.01, end - time.time()))
            except queue.Empty:
                break
            if answer == right_answer or answer.startswith("ERROR "):
                return answer
            # something old, wait for the next
    return None


def chat():
    answer = ask("HELLO " + name, "WELCOME " + name)
    if answer is None:
        sys.exit("Nobody is there (20 tries)")
    if answer.startswith("ERROR"):
        sys.exit("The server does not want me: " + answer)

    number = 1
    while True:
        try:
            line = input()
        except EOFError:
            return
        if line == "/quit":
            return
        if line == "":
            continue
        question = "SAY " + str(number) + " " + line
        if len(question.encode("utf-8", "replace")) > 1200:
            print("*** Sorry, this line is too long. I did not send it.")
            continue
        answer = ask(question, "OK " + str(number))
        if answer is None:
            sys.exit("The server does not answer any more, goodbye")
        if answer.startswith("ERROR"):
            print("*** The server did not take this line:", answer)
        number += 1


threading.Thread(target=listen, daemon=True).start()
try:
    chat()
    ask("BYE", "BYE", 4)
except KeyboardInterrupt:
    send("BYE")
