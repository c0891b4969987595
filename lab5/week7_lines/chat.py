"""Who is logged in, which rooms there are, and what each command does to them. No input and output here either.

The steps are those of the TODOs in server.py. Nothing here is used before you use it: `from chat import Chat`.
"""


class Refused(Exception):
    """Step 3: a command that is not obeyed; it is made with a code, and a sentence for its sender."""


class Client:
    """Somebody who is connected. Step 4: has a name after LOGIN."""


class Chat:
    """A method for each command: it changes what is here, and returns what is to be delivered, the answer first."""

    def login(self, client: Client, name: str) -> list[tuple[Client, str]]:
        """Step 4, as WHO and LOGOUT. Step 5: TELL and ALL. Step 6: the rooms. All look like this."""
        return []
