"""A client's connection: a stream of bytes, which becomes requests on the way in, and texts on the way out.

The steps are those of the TODOs in server.py. Nothing here is used before you use it: `from stream import Client`.
"""


class Client:
    """A connection, and what waits to be sent on it."""

    def requests(self):
        """Step 3: yields each request, as a list of lines, as soon as its last line has come."""

    def send(self, text):
        """Step 8: leaves a text for the sender thread, and does not wait for the client."""

    def send_what_waits(self):
        """Step 8: the sender thread."""


def is_complete(lines):
    """Step 3: whether these are all the lines of a request."""


def values(lines, *keys):
    """Step 4: the values of a request's fields, in the order of the keys."""
