"""Week 4: week 3's chat client, for people who have an account.

It is started with: python lab5/week4_auth/client.py URL STUDENT_ID [--register] [--name NAME] [--cacert FILE]

client.py    the chat (this file): week 3's two threads, which share an account now
account.py   who we are: the password, the token, and the login that makes one of the other
tokens.py    the file in which tokens are kept for the next start
asking.py    a request to the server, and to nobody else, repeated until it is answered
"""

import argparse
import os
import re
import ssl
import sys
import threading
import time
import uuid

from account import Account
from asking import Refused, Server, Trouble

WAIT = 20  # seconds for which the server may keep a question that it has no answer to
EMPTY_PAUSE = 0.5  # seconds after an answer with no messages
LOOPBACK = r"localhost|127(\.[0-9]{1,3}){3}|\[::1\]"  # our own machine: what goes there passes no network


def main():
    wanted = arguments()
    sys.stdin.reconfigure(errors="replace")  # what is no UTF-8 should end neither the reading
    sys.stdout.reconfigure(errors="replace")  # nor the printing
    name = wanted.name or wanted.student_id
    account = Account(Server(wanted.url, wanted.cacert), wanted.student_id)
    try:
        if wanted.register:
            account.register(name)
        last = newest(account)
        threading.Thread(target=listen, args=(account, name, last), daemon=True).start()
        chat(account)
    except KeyboardInterrupt:
        pass
    except Trouble as trouble:
        sys.exit(str(trouble))


def chat(account):
    """Says each line of the keyboard, until there are no more."""
    for line in sys.stdin:
        line = line.rstrip("\r\n")
        if line == "/quit":
            return
        if line == "/logout":
            account.log_out()
            return
        if line.strip():
            say(account, line)
        else:
            account.valid_token()  # the other thread may wait for somebody who types the password


def say(account, text):
    """Posts a message. All repetitions have the same key, also those with a new token."""
    try:
        message = account.ask("POST", json={"text": text}, headers={"Idempotency-Key": str(uuid.uuid4())})
    except Refused as refused:
        print(f"not sent: {refused}", file=sys.stderr)
    else:
        if "id" not in message:
            raise Trouble("this is no chat server: it has not stored the message")


def listen(account, name, last):
    """Prints what others say, for ever."""
    try:
        while True:
            messages, last = poll(account, last, WAIT)
            for speaker, text in messages:
                if speaker != name:
                    print(f"{speaker}: {text}", flush=True)
            if not messages:
                time.sleep(EMPTY_PAUSE)  # a server that does not wait would be asked a thousand times a second
    except Trouble as trouble:
        with account.lock:  # not while a password is being typed: the terminal would stay without echo
            print(trouble, file=sys.stderr)
            os._exit(1)  # sys.exit() would end this thread alone, and the other is waiting for the keyboard


def newest(account):
    """The id of the last message so far: what was said before we came is not shown."""
    messages, last = poll(account, 0, 0)
    while messages:
        messages, last = poll(account, last, 0)
    return last


def poll(account, last, wait):
    """What came after a message: pairs of name and text, and the id to ask with next time."""
    answer = account.ask("GET", params={"after": last, "wait": wait})
    try:
        return [(message["name"], message["text"]) for message in answer["messages"]], int(answer["last"])
    except (KeyError, TypeError, ValueError):
        raise Trouble("this is no chat server: its answer has no messages") from None


def arguments():
    """What stands on the command line; ends the program with a usage line if it makes no sense."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url", type=server_url, metavar="URL", help="as https://chat.example.org:8443")
    parser.add_argument("student_id", metavar="STUDENT_ID", help="4 to 16 letters and digits")
    parser.add_argument("--register", action="store_true", help="open an account first")
    parser.add_argument("--name", help="what others see (default: the student id)")
    parser.add_argument("--cacert", metavar="FILE", help="the only authority whose certificates are good enough")
    wanted = parser.parse_args()
    if not re.fullmatch("[A-Za-z0-9]{4,16}", wanted.student_id):
        parser.error("STUDENT_ID has 4 to 16 letters and digits")
    if wanted.cacert is not None:
        try:
            ssl.create_default_context().load_verify_locations(wanted.cacert)
        except OSError as error:
            sys.exit(f"cannot use the certificate {wanted.cacert}: {error.strerror}")
    return wanted


def server_url(text):
    """A URL of nothing but scheme, host and port; ends the program if no password may go there."""
    url = text.lower().rstrip("/")
    parts = re.fullmatch(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?", url)
    if not parts:
        raise argparse.ArgumentTypeError("it looks like https://chat.example.org:8443")
    scheme, host = parts[1], parts[2]
    if scheme == "http" and not re.fullmatch(LOOPBACK, host):
        sys.exit(f"everybody on the way to {host} could read your password: use https://")
    return url


if __name__ == "__main__":
    main()
