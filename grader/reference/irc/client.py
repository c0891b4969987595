"""Somebody who is connected."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.reference.irc.inbox import Inbox
from grader.reference.irc.settings import HOSTLEN
from grader.wire.irc import Source

if TYPE_CHECKING:
    from grader.reference.irc.channel import Channel


@dataclass(eq=False, slots=True)
class Client:
    """A connection, and who is at its other end.

    key            what the caller calls it
    source         nick!user@host
    capabilities   bits
    is_negotiating capabilities, so that registration waits
    signs_in       what SASL has of its credentials so far; None while nobody signs in
    away           why; nothing when here
    invited        to these channels, by operators
    monitored      nicks, as they were written, by their folded form
    heard_at       when something came last, whatever it was; active_at: when it spoke
    pinged_at      when it was asked whether it is there, unless something has come since
    queue          lines that it has not been given yet
    """

    key: Hashable
    host: str
    inbox: Inbox
    opened_at: float
    nick: str = ""
    user: str = ""
    real_name: str = ""
    source: str = ""
    password: str = ""
    account: str = ""
    capabilities: int = 0
    cap_version: int = 301
    is_negotiating: bool = False
    is_registered: bool = False
    is_gone: bool = False
    signs_in: str | None = None
    modes: set[str] = field(default_factory=set)
    away: str = ""
    channels: dict[str, Channel] = field(default_factory=dict)
    invited: dict[str, Channel] = field(default_factory=dict)
    monitored: dict[str, str] = field(default_factory=dict)
    heard_at: float = 0.0
    active_at: float = 0.0
    pinged_at: float | None = None
    queue: list[bytes] = field(default_factory=list)

    def has(self, capability: int) -> bool:
        """Whether it has asked for this capability."""
        return bool(self.capabilities & capability)

    def takes(self) -> bytes:
        """All that waits in its queue."""
        queue = self.queue
        data = queue[0] if len(queue) == 1 else b"".join(queue)
        queue.clear()
        return data

    def is_operator(self) -> bool:
        """Whether it may do what only operators of the server may."""
        return "o" in self.modes

    def shares_channel(self, other: Client) -> bool:
        """Whether both are in some channel, or are the same."""
        return self is other or not self.channels.keys().isdisjoint(other.channels)

    def is_named(self) -> None:
        """Its nick or user has changed, and so has what its messages come from."""
        self.source = str(Source(self.nick, self.user, self.host))


def shown_host(host: str) -> str:
    """A host that can stand in a message: never with a colon first, never too long."""
    return (f"0{host}" if host.startswith(":") else host)[:HOSTLEN]
