"""How a server ends: by a signal, or because nobody reads what it prints."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stop:
    """The wish to end, which an exception raised in a callback of asyncio would not be."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._reader_gone: BrokenPipeError | None = None

    async def wanted(self) -> None:
        """Returns when somebody wants to end it; raises BrokenPipeError when its reader has gone."""
        await self._event.wait()
        if self._reader_gone:
            raise self._reader_gone

    def listens(self) -> None:
        """From now on, signals are such a wish."""
        loop = asyncio.get_running_loop()
        for number in STOPS:
            with suppress(NotImplementedError):  # Windows, where the handler that is there raises Halted
                loop.add_signal_handler(number, self._event.set)

    def guarding(self, heard: Callable[[str, str], None]) -> Callable[[str, str], None]:
        """What prints, so that it ends the server when nobody reads it."""

        def guarded(name: str, text: str) -> None:
            try:
                heard(name, text)
            except BrokenPipeError as gone:
                self._reader_gone = gone
                self._event.set()

        return guarded


def run(serving: Callable[[Stop], Awaitable[None]]) -> None:
    """Runs a server until it has stopped."""

    async def listening() -> None:
        stop = Stop()
        stop.listens()
        await serving(stop)

    asyncio.run(listening())
