"""MODE: of channels and of oneself.

RFC 2812 sections 3.1.5, 3.2.3; RFC 2811 section 4; modern.ircdocs.horse, "MODE message".
"""

from __future__ import annotations

from typing import NamedTuple

from grader.reference.irc import numerics, operating
from grader.reference.irc.channel import STATUS, Channel, Entry
from grader.reference.irc.client import Client
from grader.reference.irc.line import cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied, Numeric
from grader.reference.irc.settings import KEY, KEYLEN, MASKLEN, MAX_MASKS, MAX_MODES, MODE_KINDS, USER_MODES
from grader.wire.irc import Change, Mask, ModeKinds, folded, read_modes, read_source, write_modes

OWN_KINDS = ModeKinds({})  # no mode of oneself takes an argument
MOST_MEMBERS = 1_000_000  # of a limit that somebody sets
ROOM_FOR_CHANGES = 330  # bytes of changes in a line, beside the names in front of them


class MaskList(NamedTuple):
    """How a list is shown."""

    entry: Numeric
    end: Numeric


LISTS = {
    "b": MaskList(numerics.RPL_BANLIST, numerics.RPL_ENDOFBANLIST),
    "e": MaskList(numerics.RPL_EXCEPTLIST, numerics.RPL_ENDOFEXCEPTLIST),
}


def mode(net: Network, client: Client, target: str, *words: str) -> None:
    """MODE: shows or changes how a channel, or the client itself, is set."""
    if target.startswith("#"):
        _channel_mode(net, client, target, words)
    elif net.client(target) is not client:
        raise Denied(numerics.ERR_USERSDONTMATCH)
    else:
        _own_mode(net, client, "".join(words[:1]))


def set_own(net: Network, client: Client, changes: list[Change]) -> None:
    """Changes modes of a client, and tells it those that are not as before."""
    done = []
    for change in changes:
        if (change.sign == "+") != (change.letter in client.modes):
            client.modes ^= {change.letter}
            done.append(change)
    if done:
        net.outbox.send(client, net.line(client, f"MODE {client.nick} :{write_modes(done)[0]}"))


def _own_mode(net: Network, client: Client, letters: str) -> None:
    if not letters:
        net.reply(client, numerics.RPL_UMODEIS, f"+{''.join(sorted(client.modes))}")
        return
    changes = read_modes([letters], OWN_KINDS)
    set_own(net, client, [change for change in changes if change.letter in USER_MODES and change[:2] != ("+", "o")])
    if any(change.letter not in USER_MODES for change in changes):
        net.reply(client, numerics.ERR_UMODEUNKNOWNFLAG)


def _channel_mode(net: Network, client: Client, name: str, words: tuple[str, ...]) -> None:
    channel = net.channel(name)
    if channel.is_hidden_from(client):
        raise Denied(numerics.ERR_NOSUCHCHANNEL, name)
    if not words or not words[0].strip("+-"):
        shown = channel.mode_words(with_key=client in channel.members)
        net.reply(client, numerics.RPL_CHANNELMODEIS, channel.name, *shown)
        net.reply(client, numerics.RPL_CREATIONTIME, channel.name, int(channel.created_at))
        return
    changes = read_modes(words, MODE_KINDS)
    _tell_changes(net, client, channel, _change_all(net, client, channel, changes))


def _change_all(net: Network, client: Client, channel: Channel, changes: list[Change]) -> list[Change]:
    """Makes these changes; gives those after which something is not as before, as others are told."""
    done, with_argument, answered = [], 0, set()
    for change in changes:
        letter, is_question = change.letter, change.letter in LISTS and not change.argument
        with_argument += change.argument is not None
        if with_argument > MAX_MODES:
            break
        if not MODE_KINDS.is_known(letter) or is_question:
            if letter not in answered:  # once, or a short line would have a very long answer
                _answer(net, client, channel, letter)
            answered.add(letter)
        else:
            operating.operated(net, client, channel.name)
            with net.refusing(client):
                done += _change(net, client, channel, change)
    return done


def _change(net: Network, client: Client, channel: Channel, change: Change) -> list[Change]:
    if change.letter in MODE_KINDS.flags:
        return _set_flag(channel, change)
    if change.letter == "k":
        return _set_key(channel, change)
    if change.letter == "l":
        return _set_limit(net, client, channel, change)
    if not change.argument:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "MODE")
    if change.letter in LISTS:
        return _set_mask(net, client, channel, change)
    return _set_status(net, channel, change)


def _set_flag(channel: Channel, change: Change) -> list[Change]:
    if (change.sign == "+") == (change.letter in channel.flags):
        return []
    channel.flags ^= {change.letter}
    return [change]


def _set_key(channel: Channel, change: Change) -> list[Change]:
    """Any word takes the key away: clients do not always know it."""
    before = channel.key
    if change.sign == "-":
        channel.key = ""
        return [Change("-", "k", before)] if before else []
    if change.argument is None:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "MODE")
    if len(change.argument.encode()) > KEYLEN or not KEY.fullmatch(change.argument):
        raise Denied(numerics.ERR_INVALIDKEY, channel.name)
    channel.key = change.argument
    return [change] if channel.key != before else []


def _set_limit(net: Network, client: Client, channel: Channel, change: Change) -> list[Change]:
    before, word = channel.limit, change.argument
    if change.sign == "-":
        channel.limit = 0
        return [change] if before else []
    if word is None:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "MODE")
    if not (word.isascii() and word.isdigit() and 0 < int(word[:9]) <= MOST_MEMBERS):
        text = f"A limit is a number from 1 to {MOST_MEMBERS:,}"
        net.reply(client, numerics.ERR_INVALIDMODEPARAM, channel.name, "l", word, text=text)
        return []
    channel.limit = int(word)
    return [Change("+", "l", str(channel.limit))] if channel.limit != before else []


def _set_mask(net: Network, client: Client, channel: Channel, change: Change) -> list[Change]:
    entries, text = channel.lists[change.letter], full_mask(change.argument)
    if change.sign == "-":
        entry = entries.pop(folded(text), None)
        return [change._replace(argument=entry.mask.text)] if entry else []
    if folded(text) in entries:
        return []
    if len(entries) >= MAX_MASKS:
        raise Denied(numerics.ERR_BANLISTFULL, channel.name, change.letter)
    entries[folded(text)] = Entry(Mask(text), client.source, net.now)
    return [change._replace(argument=text)]


def _set_status(net: Network, channel: Channel, change: Change) -> list[Change]:
    member = net.client(change.argument)
    before = channel.members.get(member)
    if before is None:
        raise Denied(numerics.ERR_USERNOTINCHANNEL, member.nick, channel.name)
    bit = STATUS[change.letter]
    channel.members[member] = before | bit if change.sign == "+" else before & ~bit
    return [change._replace(argument=member.nick)] if channel.members[member] != before else []


def _answer(net: Network, client: Client, channel: Channel, letter: str) -> None:
    """Shows the list of a mode, or says that there is no such mode."""
    if letter not in LISTS:
        net.reply(client, numerics.ERR_UNKNOWNMODE, letter)
        return
    for entry in channel.lists[letter].values():
        net.reply(client, LISTS[letter].entry, channel.name, entry.mask.text, entry.by, int(entry.at))
    net.reply(client, LISTS[letter].end, channel.name)


def _tell_changes(net: Network, client: Client, channel: Channel, changes: list[Change]) -> None:
    """All members are told, in as few lines as have room for it."""
    told: list[Change] = []
    for change in changes:
        if told and len(" ".join(write_modes([*told, change])).encode()) > ROOM_FOR_CHANGES:
            _tell(net, client, channel, told)
            told = []
        told.append(change)
    if told:
        _tell(net, client, channel, told)


def _tell(net: Network, client: Client, channel: Channel, changes: list[Change]) -> None:
    words = " ".join(write_modes(changes))
    net.outbox.tell_channel(channel, net.line(client, f"MODE {channel.name} {words}"))


def full_mask(text: str) -> str:
    """nick!user@host of what may be a part of it: `bob` is `bob!*@*`, `example.net` is `*!*@example.net`."""
    text = cut(text.partition(" ")[0].lstrip(":"), MASKLEN) or "*"
    if "!" not in text and ("@" in text or "." in text or ":" in text):
        text = f"*!{text}" if "@" in text else f"*!*@{text}"
    source = read_source(text)
    return f"{source.nick or '*'}!{source.user or '*'}@{source.host or '*'}"
