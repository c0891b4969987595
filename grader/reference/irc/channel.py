"""A channel: who is in it, what they may do, and how it is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from grader.reference.irc.capabilities import VARIANTS
from grader.reference.irc.client import Client
from grader.wire.irc import Mask

MEMBER, VOICE, OPERATOR = 0, 1, 2  # bits
STATUS = {"o": OPERATOR, "v": VOICE}
SIGNS = {"@": OPERATOR, "+": VOICE}


class Entry(NamedTuple):
    """A mask in a list of a channel, who has set it, and when."""

    mask: Mask
    by: str
    at: float


class Channel:
    """A channel with its members.

    key        nothing without one
    limit      0: none
    audiences  the members by what makes a difference to how they are told
    lists      of bans and of exceptions, by letter; each by folded mask
    """

    def __init__(self, name: str, created_at: float):
        self.name = name
        self.created_at = created_at
        self.topic, self.topic_by, self.topic_at = "", "", 0.0
        self.members: dict[Client, int] = {}
        self.audiences: dict[int, dict[Client, None]] = {}
        self.flags: set[str] = {"n", "t"}
        self.key = ""
        self.limit = 0
        self.lists: dict[str, dict[str, Entry]] = {"b": {}, "e": {}}

    def add(self, client: Client, status: int) -> None:
        """Somebody enters."""
        self.members[client] = status
        self._group(client, client.capabilities)

    def discard(self, client: Client) -> None:
        """Somebody leaves."""
        del self.members[client]
        self._ungroup(client)

    def regroup(self, client: Client, capabilities: int) -> None:
        """Somebody will have other capabilities."""
        self._ungroup(client)
        self._group(client, capabilities)

    def is_operator(self, client: Client) -> bool:
        """Whether it may change the channel."""
        return bool(self.members.get(client, MEMBER) & OPERATOR)

    def is_hidden_from(self, client: Client) -> bool:
        """Whether it must not know of the channel."""
        return "s" in self.flags and client not in self.members and not client.is_operator()

    def is_banned(self, client: Client) -> bool:
        """Whether a mask keeps it out, and none excepts it."""
        bans, exceptions = self.lists["b"], self.lists["e"]
        return bool(bans) and _is_in(bans, client) and not _is_in(exceptions, client)

    def may_speak(self, client: Client) -> bool:
        """Whether what it says is heard."""
        status = self.members.get(client)
        if status:
            return True
        if status is None and "n" in self.flags:
            return False
        return "m" not in self.flags and not self.is_banned(client)

    def with_status(self, least: int) -> Iterator[Client]:
        """The members of this rank, or a higher one."""
        return (member for member, status in self.members.items() if status >= least)

    def mode_words(self, *, with_key: bool) -> list[str]:
        """How it is set: letters, then their arguments."""
        letters, arguments = "".join(sorted(self.flags)), []
        if self.key:
            letters += "k"
            arguments += [self.key] if with_key else ["*"]
        if self.limit:
            letters += "l"
            arguments.append(str(self.limit))
        return [f"+{letters}", *arguments]

    def _group(self, client: Client, capabilities: int) -> None:
        self.audiences.setdefault(capabilities & VARIANTS, {})[client] = None

    def _ungroup(self, client: Client) -> None:
        variant = client.capabilities & VARIANTS
        del self.audiences[variant][client]
        if not self.audiences[variant]:
            del self.audiences[variant]


def prefix(status: int, *, all_of_them: bool) -> str:
    """The signs in front of a nick: the highest, or all for who can tell them apart."""
    signs = [sign for sign, bit in SIGNS.items() if status & bit]
    return "".join(signs if all_of_them else signs[:1])


def _is_in(entries: dict[str, Entry], client: Client) -> bool:
    return any(entry.mask.matches(client.source) for entry in entries.values())
