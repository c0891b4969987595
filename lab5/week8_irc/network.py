"""Step 4: who is here, which channels there are, and how a message gets to those who should have it.

No sockets and no clock: what is to be sent is left in the clients' outboxes, and `now` is set by whoever runs this.
"""


class Client:
    """Somebody who is connected."""


class Channel:
    """A channel, from its first member to its last."""


class Network:
    """One server and all its clients."""

    def send(self, receivers: list[Client], message) -> None:
        """Leaves a message for all of them."""

    def leave(self, client: Client, reason: str) -> None:
        """A client goes, or has gone: those who share a channel are told, once each. May be called twice."""
