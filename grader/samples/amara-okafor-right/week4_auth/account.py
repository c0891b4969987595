"""Who we are at a server: a student id, the password that proves it once, and the token that does so from then on."""

import contextlib
import getpass
import os
import sys
import threading
import warnings

import tokens
from asking import Refused, Trouble

PASSWORDS = 3  # that may be typed


class Account:
    """What the two threads share. A request that gets 401 is made again, after a login."""

    def __init__(self, server, student_id):
        self.server, self.student_id = server, student_id
        self.key = f"{server.url} {student_id}"  # a token is for the server that gave it, and for no other
        self.token = tokens.find(self.key)
        self.password = os.environ.get("CHAT_PASSWORD")
        self.passwords_left = 1 if self.password else PASSWORDS
        self.lock = threading.Condition()  # guards the token; who needs a new one, and cannot get it, waits for it

    def ask(self, method, headers=None, **more):
        """A request to /messages with the token, and again with a new one. Returns its JSON; raises Trouble."""
        token = self.valid_token()
        for _ in range(3):  # a new token may be refused too, if the server was restarted; but not for ever
            shown = {**(headers or {}), "Authorization": f"Bearer {token}"}
            try:
                return self.server.ask(method, "/messages", headers=shown, **more)
            except Refused as refused:
                if refused.status != 401:
                    raise
            token = self.valid_token(refused=token)
        raise Trouble("the server refuses the tokens that it gives")

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
        fields = {"student_id": self.student_id, "password": self.password}
        try:
            answer = self.server.ask("POST", "/login", json=fields)
        except Refused as refused:
            self.password = None
            self.passwords_left -= 1
            if refused.status != 401 or not self.passwords_left:
                raise
            print(refused, file=sys.stderr)
            return
        if not tokens.is_token(answer.get("token")):
            raise Trouble("this is no chat server: a login gives no token")
        self.keep(answer["token"])
        self.lock.notify_all()

    def register(self, name):
        """Opens the account; the login follows when a token is needed."""
        if not self.password:
            self.password = typed("Choose a password: ")
            if typed("The same password again: ") != self.password:
                raise Trouble("these were two different passwords; nothing was registered")
        fields = {"student_id": self.student_id, "password": self.password, "name": name}
        self.server.ask("POST", "/register", json=fields)
        self.token = None  # if there was one, it was of an account that is gone

    def log_out(self):
        """Forgets the token, and has the server forget it."""
        self.lock.acquire()  # and never released: the other thread must not log in again
        token = self.token
        self.keep(None)
        if token:
            with contextlib.suppress(Refused):  # it was dead already
                self.server.ask("POST", "/logout", headers={"Authorization": f"Bearer {token}"})

    def keep(self, token):
        """Takes a token, or None, for now and for the next start."""
        self.token = token
        tokens.keep(self.key, token)


def typed(prompt):
    """A password, typed at the terminal, which does not show it."""
    warnings.simplefilter("error", getpass.GetPassWarning)  # where echo cannot be turned off, getpass only warns
    try:
        return getpass.getpass(prompt)
    except (EOFError, getpass.GetPassWarning):
        raise Trouble("no password: type it at a terminal, or set CHAT_PASSWORD") from None
