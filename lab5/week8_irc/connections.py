"""Step 8: a client's socket, with what has come and must wait, and what must go out and has to wait."""


class Connection:
    """One client and its socket."""

    def delay(self, now: float) -> float:
        """For how long the next line has to wait yet, in seconds: the flood limit."""
        return 0.0

    def send(self) -> None:
        """Sends as much as the system takes without waiting."""
