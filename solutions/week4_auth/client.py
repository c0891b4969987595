"""Week 4: week 3's chat client, for people who have an account.

It is started with: python lab5/week4_auth/client.py URL STUDENT_ID [--register] [--name NAME] [--cacert FILE]

Two threads, as in week 3. New is what they share: the Account, with the token that goes with every request. When the
server takes it no more, one of them logs in again, and the other waits.
"""

import argparse
import contextlib
import getpass
import ipaddress
import json
import os
import re
import ssl
import sys
import threading
import time
import uuid
import warnings
from pathlib import Path

import requests

WAIT = 20  # seconds for which the server may keep a question that it has no answer to
TIMEOUT = WAIT + 10  # seconds without a byte, after which nobody is there
PAUSE = 0.5  # seconds before a request is repeated
GIVE_UP = 40  # seconds of repeating in vain
PASSWORDS = 3  # that may be typed
TOKENS = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "lab5" / "tokens.json"


class Trouble(Exception):
    """There is no chatting with this server; the text says why."""


class Refused(Trouble):
    """The server does not take this one request: `status`, and its sentence as text."""

    def __init__(self, sentence, status):
        super().__init__(sentence)
        self.status = status


def main():
    wanted = arguments()
    sys.stdin.reconfigure(errors="replace")  # what is no UTF-8 should end neither the reading
    sys.stdout.reconfigure(errors="replace")  # nor the printing
    name = wanted.name or wanted.student_id
    account = Account(wanted.url, wanted.student_id, wanted.cacert)
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
            raise Trouble(f"{account.url} is no chat server: it has not stored the message")


def listen(account, name, last):
    """Prints what others say, for ever."""
    try:
        while True:
            messages, last = poll(account, last, WAIT)
            for speaker, text in messages:
                if speaker != name:
                    print(f"{speaker}: {text}", flush=True)
            if not messages:
                time.sleep(PAUSE)  # a server that does not wait would be asked a thousand times a second
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
        raise Trouble(f"{account.url} is no chat server: its answer has no messages") from None


class Account:
    """A student id at a server, the token that proves it, and the password that gets a new one."""

    def __init__(self, url, student_id, cacert):
        self.url, self.student_id, self.cacert = url, student_id, cacert
        self.key = f"{url} {student_id}"  # a token is for the server that gave it, and for no other
        self.token = read_tokens().get(self.key)
        self.password = os.environ.get("CHAT_PASSWORD")
        self.passwords_left = 1 if self.password else PASSWORDS
        self.lock = threading.Condition()  # guards the token; who needs a new one, and cannot get it, waits for it
        self.at_start = True

    def ask(self, method, headers=(), **more):
        """A request to /messages with the token, and again with a new one. Returns its JSON; raises Trouble."""
        token = self.valid_token()
        for _ in range(3):  # a new token may be refused too, if the server was restarted; but not for ever
            bearer = {**dict(headers), "Authorization": f"Bearer {token}"}
            try:
                return self.request(method, "/messages", headers=bearer, **more)
            except Refused as refused:
                if refused.status != 401:
                    raise
            token = self.valid_token(refused=token)
        raise Trouble(f"{self.url} refuses the tokens that it gives")

    def valid_token(self, refused=None):
        """The token, after a login if need be. Both threads come here: one logs in, the other waits."""
        with self.lock:
            if refused and self.token == refused:  # else the other thread has got a new one meanwhile
                self.keep(None)
            while not self.token:
                if self.password:
                    self.log_in()
                elif threading.current_thread() is threading.main_thread():
                    self.password = typed("Password: ")
                else:  # the keyboard is the main thread's: if two read it, nobody knows who gets the password
                    print("Your login has ended. Press Enter to log in again.", file=sys.stderr, flush=True)
                    self.lock.wait()
            return self.token

    def log_in(self):
        """Tries the password that is there."""
        try:
            answer = self.request("POST", "/login", json={"student_id": self.student_id, "password": self.password})
        except Refused as refused:
            self.password = None
            self.passwords_left -= 1
            if refused.status != 401 or not self.passwords_left:
                raise
            print(refused, file=sys.stderr)
            return
        token = answer.get("token")
        if not isinstance(token, str) or not re.fullmatch("[!-~]+", token):  # what fits into a header
            raise Trouble(f"{self.url} is no chat server: a login gives no token")
        self.keep(token)
        self.lock.notify_all()

    def register(self, name):
        """Opens the account; the login follows when a token is needed."""
        if not self.password:
            self.password = typed("Choose a password: ")
            if typed("The same password again: ") != self.password:
                raise Trouble("these were two different passwords; nothing was registered")
        fields = {"student_id": self.student_id, "password": self.password, "name": name}
        self.request("POST", "/register", json=fields)
        self.token = None  # if there was one, it was of an account that is gone

    def log_out(self):
        """Forgets the token, and has the server forget it."""
        self.lock.acquire()  # and never released: the other thread must not log in again
        token = self.token
        self.keep(None)
        if token:
            with contextlib.suppress(Refused):  # it was dead already
                self.request("POST", "/logout", headers={"Authorization": f"Bearer {token}"})

    def keep(self, token):
        """Takes a token, or None, for now and for the next start."""
        self.token = token
        tokens = read_tokens()
        tokens.pop(self.key, None)
        write_tokens({**tokens, self.key: token} if token else tokens)

    def request(self, method, path, **more):
        """A request, again and again until there is an answer. Returns its JSON; raises Trouble."""
        failing_since = None
        while True:
            pause = PAUSE
            try:
                response = send(method, self.url + path, self.cacert, **more)
            except (requests.RequestException, ValueError) as error:  # did it hear us? Nobody knows
                if wrong := about_certificate(error):
                    raise Trouble(f"{self.url} cannot prove who it is: {wrong.verify_message}") from None
                trouble = f"no answer from {self.url}"
                if self.at_start:  # more likely a wrong URL than a server that is being restarted
                    raise Trouble(trouble) from None
            else:
                self.at_start = False
                trouble = f"{self.url} is not available"
                pause = max(PAUSE, seconds(response.headers.get("Retry-After", "")))
                if response.status_code != 503:
                    try:
                        return read(response, self.url)
                    except Refused as refused:
                        if refused.status != 429:
                            raise
                        trouble = str(refused)
                        print(f"{trouble} (waiting for {pause:g} seconds)", file=sys.stderr, flush=True)
            failing_since = failing_since or time.monotonic()
            if time.monotonic() - failing_since > GIVE_UP:
                raise Trouble(f"{trouble}, for {GIVE_UP} seconds")
            time.sleep(pause)


def send(method, url, cacert, **more):
    """One request, straight to the server and nowhere else."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the environment, which could read the token, and no ~/.netrc
        more |= {"verify": cacert or True, "timeout": TIMEOUT, "allow_redirects": False}
        return session.request(method, url, **more)


def about_certificate(error):
    """What was wrong with the server's certificate, if that is behind this exception; else None."""
    while error and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__context__  # the exception that led to this one
    return error


def read(response, url):
    """The JSON of an answer; raises Refused, or Trouble if it is nothing that a chat server says."""
    if response.is_redirect:
        raise Trouble(f"{url} sends us to {response.headers['Location']}, and we take neither password nor token there")
    try:
        answer = response.json() if response.content else {}
    except (ValueError, RecursionError):
        answer = None
    if response.ok and isinstance(answer, dict):
        return answer
    what = f"{response.status_code} {response.reason}"
    if 400 <= response.status_code < 500 and isinstance(answer, dict) and "error" in answer:
        raise Refused(f"{url} answers {what}: {answer['error']}", response.status_code)
    raise Trouble(f"{url} is no chat server: it answers {what}, and not as agreed")


def seconds(text):
    """The number in a Retry-After, 0 if there is none; it may also be a date, which we do not read."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def typed(prompt):
    """A password, typed at the terminal, which does not show it."""
    warnings.simplefilter("error", getpass.GetPassWarning)  # where echo cannot be turned off, getpass only warns
    try:
        return getpass.getpass(prompt)
    except (EOFError, getpass.GetPassWarning):
        raise Trouble("no password: type it at a terminal, or set CHAT_PASSWORD") from None


def read_tokens():
    """The tokens that are kept; none if the file is not there, or not one of ours."""
    try:
        tokens = json.loads(TOKENS.read_bytes())
        return {key: token for key, token in tokens.items() if re.fullmatch("[!-~]+", token)}
    except (OSError, ValueError, RecursionError, AttributeError, TypeError):
        return {}


def write_tokens(tokens):
    """Replaces the file by a new one, which nobody else can read at any moment."""
    new = TOKENS.with_name(f"{uuid.uuid4()}.new")
    try:
        TOKENS.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(tokens, file)
        new.replace(TOKENS)
    except OSError as error:
        print(f"the token cannot be kept: {error}", file=sys.stderr)
        with contextlib.suppress(OSError):  # it may not be there
            new.unlink()


def arguments():
    """What stands on the command line; ends the program with a usage line if it makes no sense."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url", type=server, metavar="URL", help="as https://chat.example.org:8443")
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


def server(url):
    """Scheme, host and port of a URL, always written the same way; ends the program if no password may go there."""
    parts = re.fullmatch(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", url.lower())
    if not parts:
        raise argparse.ArgumentTypeError("it looks like https://chat.example.org:8443")
    scheme, host, port = parts[1], parts[2], int(parts[3] or {"http": 80, "https": 443}[parts[1]])
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("its port is a number from 1 to 65535")
    if scheme == "http" and not is_loopback(host):
        sys.exit(f"everybody on the way to {host} could read your password: use https://")
    return f"{scheme}://{host}:{port}"


def is_loopback(host):
    """Whether this is our own machine: what goes there passes no network."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        return False


if __name__ == "__main__":
    main()
