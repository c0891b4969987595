"""Step 2: the protocol, without input and output: lines of a client go in, messages for clients come out.

A table says which function obeys a command, how many parameters it needs (461), and whether it is there for those who
are not registered (451).
"""

COMMANDS: dict = {}


def receive(network, client, line: bytes | None) -> None:
    """Does what a line says (None: it was too long). What is to be sent is in the outboxes then."""
