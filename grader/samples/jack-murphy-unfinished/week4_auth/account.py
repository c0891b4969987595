"""Who we are at a server: the password, and the token that stands for it. Both threads share one Account.

The steps are those of the TODOs in client.py. Nothing here is used before you use it: `from account import Account`.
"""


class Account:
    """A student id at a server."""

    def log_in(self):
        """Step 2: gets a token for the password."""

    def ask(self, method):
        """Step 3: makes a request to /messages with the token. Step 6: and again with a new one, if that is refused."""

    def register(self, name):
        """Step 4: opens the account."""

    def valid_token(self):
        """Step 6: the token; logs in if there is none, in one thread while the other waits."""

    def log_out(self):
        """Step 7: forgets the token, here and at the server."""


def typed(prompt):
    """Step 2: a password, typed at the terminal, which does not show it."""
