"""Step 3: coming and going: PASS, NICK, USER, PING, PONG and QUIT. Step 9: CAP.

A client is registered when it has given a nick and a user name, and has ended its questions about capabilities.
"""


def nick(network, client, params: list[str]) -> None:
    """NICK, for the first nick and for another one. All commands look like this."""


def register(network, client) -> None:
    """Lets a client in if all is there."""
