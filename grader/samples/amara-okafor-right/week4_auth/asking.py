"""One request to the server, and to nobody else, repeated until it is answered: week 3's `ask`, with TLS."""

import re
import ssl
import sys
import time

import requests

TIMEOUT = 30  # seconds without a byte, after which nobody is there; longer than a poll may wait
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2  # seconds before a request is repeated: each time twice as long
GIVE_UP = 40  # seconds of repeating in vain
LATER = (429, 503)  # too many tries; not available: the same request may be fine in a while


class Trouble(Exception):
    """There is no chatting with this server; the text says why."""


class Refused(Trouble):
    """The server does not take this one request: `status`, and its sentence as text."""

    def __init__(self, sentence, status):
        super().__init__(sentence)
        self.status = status


class Server:
    """The one that our secrets are for: scheme, host and port, and the authority (or None) that vouches for it."""

    def __init__(self, url, cacert):
        self.url, self.cacert = url, cacert
        self.has_answered = False

    def ask(self, method, path, **more):
        """A request, again and again until there is an answer. Returns its JSON; raises Trouble."""
        pause, failing_since = FIRST_PAUSE, None
        while True:
            told = 0
            try:
                response = self.send(method, path, **more)
            except (requests.RequestException, ValueError) as error:  # did it hear us? Nobody knows
                if wrong := about_certificate(error):
                    raise Trouble(f"{self.url} cannot prove who it is: {wrong.verify_message}") from None
                trouble = f"no answer from {self.url}"
                if not self.has_answered:  # more likely a wrong URL than a server that is being restarted
                    raise Trouble(trouble) from None
            else:
                self.has_answered = True
                if response.status_code not in LATER:
                    return read(response, self.url)
                trouble = f"{self.url} answers {response.status_code} {response.reason}"
                told = seconds(response.headers.get("Retry-After", ""))
                if told:
                    print(f"{trouble}: asking again in {told} s", file=sys.stderr, flush=True)
            failing_since = failing_since or time.monotonic()
            if time.monotonic() - failing_since > GIVE_UP:
                raise Trouble(f"{trouble}, for {GIVE_UP} seconds")
            time.sleep(max(pause, told))
            pause = min(2 * pause, LONGEST_PAUSE)

    def send(self, method, path, **more):
        """One request, straight to the server and nowhere else."""
        with requests.Session() as session:
            session.trust_env = False  # no proxy of the environment, which could read the token, and no ~/.netrc
            more |= {"verify": self.cacert or True, "timeout": TIMEOUT, "allow_redirects": False}
            return session.request(method, self.url + path, **more)


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
