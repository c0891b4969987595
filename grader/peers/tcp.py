"""A client of the program under test: one TCP connection, with a name."""

from __future__ import annotations

import socket
from contextlib import suppress

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.wording import count, difference, shown

PROBE_AFTER = 1.5  # seconds without an end after which a second message shows whether the server still reads
REST = 0.5  # seconds to let the rest of a wrong answer arrive, so that it is shown whole


class Client:
    """alice, bob or carol. What she says and hears goes into the steps of the conversation.

    connection   None where the server did not take her
    """

    def __init__(self, name: str, connection: socket.socket | None, steps: list[str], patience: Patience):
        self.name = name
        self.cut_off = False  # whether the server ended the connection
        self._connection = connection
        self._steps = steps
        self._patience = patience
        self._extra = b""

    def sends(self, data: bytes) -> None:
        """Sends it in one piece. A connection that has ended is noticed by what is received next."""
        self._steps.append(f"{self.name} > {shown(data)}")
        if self._connection is not None:
            self._connection.settimeout(self._patience.for_answer().left)
            with suppress(OSError):
                self._connection.sendall(data)

    def receives(self, expected: bytes) -> None:
        """Takes as many bytes as expected: these, and nothing else; what follows them is left for later."""
        came = self._read(expected)
        if came:
            self._steps.append(f"{self.name} < {shown(came)}")
        if came == expected:
            return
        wanted = f"{self.name} to receive {shown(expected)}"
        if not came:
            when = "before the connection ended" if self._is_over() else "and the connection is still open"
            raise Unmet(wanted, f"nothing came {when}")
        then = "and then the connection ended" if self._is_over() else "and no more, although the connection is open"
        wrong = difference(expected, came)
        raise Unmet(wanted, f"{shown(came)} came: {wrong}" + (f" {then}" if wrong.startswith("only") else ""))

    def is_answered(self, expected: bytes) -> bool:
        """Whether exactly these bytes come before the connection ends, where either is right."""
        return self._connection is not None and self._read(expected) == expected

    def is_not_answered(self) -> None:
        """Nothing is sent to her; the end of the connection proves it."""
        deadline = self._patience.for_answer()
        came = self._receive(1 << 16, deadline)
        if came is None:
            self._patience.ran_out(deadline)  # a program that neither serves nor ends is for other checks to name
        if came:
            self._steps.append(f"{self.name} < {shown(came)}")
            raise Unmet(f"nothing to be sent to {self.name}, and the connection to end", f"{self.name} was served, too")

    def sees_the_end(self, probe: bytes = b"") -> None:
        """The server ends the connection, by FIN or by RST. Bytes before it are kept for `received_nothing_more`.

        probe   what is sent if the end is late: an answer to it proves that the server still reads
        """
        deadline = self._patience.for_answer()
        if probe and not self._ends_by(deadline.or_sooner(PROBE_AFTER)):
            before = len(self._extra)
            self.sends(probe)
            self._ends_by(deadline, until=before + len(probe))
            if self._extra[before:] == probe:
                self._steps.append(f"{self.name} < {shown(probe)}")
                raise Unmet("the server to close the connection", "it goes on: a second message is echoed, too")
        if not self._ends_by(deadline):
            self._patience.ran_out(deadline)
            raise Unmet("the server to close the connection", "it stays open")
        self._steps.append("the connection ends")

    def received_nothing_more(self) -> None:
        """Between the last bytes received and the end of the connection there was nothing."""
        if self._extra:
            self._steps.append(f"{self.name} < {shown(self._extra)}  (before the end)")
            came = f"{count(len(self._extra), 'byte')} more came: {shown(self._extra)}"
            raise Unmet("nothing between the echo and the end of the connection", came)

    def leaves(self) -> None:
        """Closes her side."""
        if self._connection is not None:
            self._steps.append(f"{self.name} hangs up")
            self.close()

    def close(self) -> None:
        """Closes her side without a word."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self, expected: bytes) -> bytes:
        """Reads len(expected) bytes; stops early where they are wrong, at the end, or when patience is out."""
        came = b""
        deadline = self._patience.for_answer()
        while len(came) < len(expected):
            if not expected.startswith(came):
                deadline = deadline.or_sooner(REST)
            data = self._receive(len(expected) - len(came), deadline)
            if data is None and expected.startswith(came):
                self._patience.ran_out(deadline)
            if not data:
                break
            came += data
        return came

    def _ends_by(self, deadline: Deadline, until: int = 1 << 20) -> bool:
        """Whether the connection ends in time; stops once `until` bytes have come instead."""
        while len(self._extra) < until:
            data = self._receive(1 << 16, deadline)
            if not data:
                return data is not None
            self._extra += data
            if deadline.is_over:  # a byte now and then must not keep us for ever
                return False
        return False

    def _is_over(self) -> bool:
        return self.cut_off or self._connection is None

    def _receive(self, size: int, deadline: Deadline) -> bytes | None:
        """Some bytes; b"" at the end, where FIN and RST are the same; None when the time is up."""
        if self._is_over():
            return b""
        while True:
            self._connection.settimeout(deadline.turn)
            try:
                data = self._connection.recv(size)
            except TimeoutError:
                if deadline.is_over:
                    return None
                continue
            except OSError:
                data = b""
            self.cut_off = not data
            return data
