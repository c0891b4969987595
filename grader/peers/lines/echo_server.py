"""The program under test as an echo server for many clients, each for as long as it likes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.stream import Stream
from grader.peers.stream_server import StreamServer
from grader.sandbox.workspace import Workspace
from grader.wording import difference, shown


@dataclass(frozen=True)
class EchoServer:
    """An echo server that a student wrote, started as `PROGRAM HOST PORT`."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Echo:
        """The live program, for one conversation after another; use it in a `with`."""
        return Echo(self.program, workspace, patience)


class EchoClient(Stream):
    """alice, bob or carol at an echo server."""

    def gets_back(self, data: bytes) -> None:
        """She sends these bytes, and exactly these come back."""
        self.sends(data)
        self.receives(data)

    def receives(self, expected: bytes) -> None:
        """These bytes come next."""

        def parse(came: bytearray) -> bytes | None:
            size = min(len(came), len(expected))
            if size < len(expected) and came == expected[:size]:
                return None
            found = bytes(came[: len(expected)])
            del came[: len(expected)]
            return found

        found = self._take(parse)
        if found is not None:
            self._steps.append(f"{self.name} < {shown(found)}")
        if found != expected:
            came = self._nothing() if found is None else f"{shown(found)} came: {difference(expected, found)}"
            raise Unmet(f"{self.name} to receive {shown(expected)}", came)


class Echo(StreamServer[EchoClient]):
    """What a conversation calls `echo`."""

    speaks = EchoClient
