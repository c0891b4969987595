"""A real client of an IRC server under test: Python's `irc` library, as its users see it.

It runs in the grader's own process. What it is sent nobody has looked at, so whatever it raises is the server's doing.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from typing import NamedTuple

from grader.check import Unmet
from grader.patience import Patience

LIBRARY = "Python's irc library"


class Event(NamedTuple):
    """What the library makes of a line: `pubmsg`, `topic`, `namreply`."""

    kind: str
    nick: str  # of who it is from; nothing for a server
    target: str
    words: tuple[str, ...]


class LibraryClient:
    """carol, who uses the library. Its words for events are in the library's events.py."""

    def __init__(
        self, name: str, make: Callable[[], socket.socket], *, steps: list[str], patience: Patience, mark: str
    ):
        import irc.client  # the library takes a fifth of a second to import: only where it is used

        self.name = name
        self._steps = steps
        self._patience = patience
        self._mark = mark
        self._events: list[Event] = []
        reactor = irc.client.Reactor()
        reactor.add_global_handler("all_events", self._hears)
        self._connection = reactor.server()
        self._steps.append(f"{name} connects with {LIBRARY}")
        self._does(lambda: self._connection.connect("localhost", 6667, name, connect_factory=lambda _: make()))

    def does(self, command: str, *words: str) -> None:
        """Calls this method of the library: does("join", "#den"). A text with a space ends in the mark."""
        words = tuple(self._marked(word) for word in words)
        self._steps.append(f"{self.name}: connection.{command}({', '.join(map(repr, words))})")
        self._does(lambda: getattr(self._connection, command)(*words))

    def sees(self, kind: str, nick: str, *words: str) -> None:
        """The library tells of such an event, by this nick, with these words among its arguments."""
        wanted = tuple(self._marked(word) for word in words)
        found = self._await(lambda event: self._is(event, kind, nick, wanted))
        if found is None:
            seen = [event for event in self._events if event.kind == kind]
            came = f"there was {self._told(seen[-1])}" if seen else "there was none"
            expected = f"an event {kind!r} by {nick or 'the server'} with {', '.join(map(repr, wanted)) or 'anything'}"
            raise Unmet(f"{expected} in {LIBRARY}", came)
        self._events.remove(found)
        self._steps.append(f"{self.name} sees {self._told(found)}")

    def knows(self, **features: object) -> None:
        """The library has learnt this from 005: knows(casemapping="ascii")."""
        for name, value in features.items():
            found = getattr(self._connection.features, name, None)
            if found != value:
                raise Unmet(f"{LIBRARY} to know from 005 that {name} is {value!r}", f"it is {found!r}")

    def close(self) -> None:
        """Hangs up."""
        if self._connection.socket is not None:
            self._connection.socket.close()

    def _await(self, is_wanted: Callable[[Event], bool]) -> Event | None:
        deadline, looked_at = self._patience.for_answer(), 0
        while True:
            for event in self._events[looked_at:]:
                if is_wanted(event):
                    return event
            looked_at = len(self._events)
            if deadline.is_over or not self._connection.connected:
                return None
            with selectors.DefaultSelector() as selector:  # the library's own select() knows no number above 1,023
                selector.register(self._connection.socket, selectors.EVENT_READ)
                if selector.select(deadline.turn):
                    self._does(self._connection.process_data)
            if deadline.is_over:
                self._patience.ran_out(deadline)

    def _does(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except Exception as error:  # what else than the server could be to blame?
            last = next((event.words[0] for event in reversed(self._events) if event.kind == "all_raw_messages"), "")
            raise Unmet(f"lines that {LIBRARY} understands", f"it raised {error!r} at {last!r}") from None

    def _hears(self, _: object, event: object) -> None:
        nick = getattr(event.source, "nick", "") if "!" in (event.source or "") else ""
        self._events.append(Event(event.type, nick, str(event.target or ""), tuple(event.arguments)))

    def _is(self, event: Event, kind: str, nick: str, words: tuple[str, ...]) -> bool:
        return event.kind == kind and event.nick == nick and all(w in (event.target, *event.words) for w in words)

    def _marked(self, word: str) -> str:
        return f"{word} {self._mark}".strip() if " " in word else word

    @staticmethod
    def _told(event: Event) -> str:
        by = f" by {event.nick}" if event.nick else ""
        return f"{event.kind}{by}: {', '.join(map(repr, (event.target, *event.words)[:4]))}"
