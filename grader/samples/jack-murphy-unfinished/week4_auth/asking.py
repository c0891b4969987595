"""A request to the server, and to nobody else, repeated until it is answered.

The steps are those of the TODOs in client.py. Nothing here is used before you use it: `from asking import Server`.
"""


class Server:
    """The one that our secrets are for."""

    def ask(self, method, path):
        """Step 3: week 3's repetitions. Returns the JSON of the answer."""

    def send(self, method, path):
        """Step 8: one request; an authority of our own, no redirects, no proxy."""


def read(response):
    """Step 3: the JSON of an answer; an exception for a refusal, another one for what is no chat server's answer."""
