"""MODE, of channels and of oneself (RFC 2812 sections 3.1.5 and 3.2.3; RFC 2811 section 4)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import replies
from limits import KEYLEN, LIST_LENGTH, MOST_MODES, USER_MODES
from messages import Message, size
from names import LONGEST_MASK, fold, whole_mask
from network import Channel, Client, Network, Setting
from replies import Refused

KEY = re.compile(f"[!-~]{{1,{KEYLEN}}}")  # what a client can send as one parameter; no comma, JOIN has a list of keys
STATUS = {"o": "@", "v": "+"}
LISTS = {
    "b": (replies.RPL_BANLIST, replies.RPL_ENDOFBANLIST),
    "e": (replies.RPL_EXCEPTLIST, replies.RPL_ENDOFEXCEPTLIST),
}
LINE_LENGTH = 300  # bytes of changes in one MODE that is sent


class Change(NamedTuple):
    """One letter of a mode string."""

    sign: str  # "+" or "-"
    letter: str
    parameter: str | None = None


def mode(network: Network, client: Client, params: list[str]) -> None:
    """MODE target changes: a channel's or one's own."""
    if params[0].startswith("#"):
        mode_of_channel(network, client, network.channel(params[0]), params[1:])
    else:
        mode_of_user(network, client, network.person(params[0]), params[1:])


def changes(params: list[str]) -> Iterator[Change]:
    """The changes in a mode string and its parameters: `+ov-l alice bob` has three."""
    sign, rest = "+", iter(params[1:])
    for letter in params[0]:
        if letter in "+-":
            sign = letter
        elif letter in "bekov" or (letter == "l" and sign == "+"):
            yield Change(sign, letter, next(rest, None))
        else:
            yield Change(sign, letter)


# Channels


def mode_of_channel(network: Network, client: Client, channel: Channel, params: list[str]) -> None:
    if channel.is_hidden_from(client):
        raise Refused(replies.ERR_NOTONCHANNEL, channel.name)
    if not params or not params[0]:
        network.reply(client, replies.RPL_CHANNELMODEIS, channel.name, *modes_of(channel, client))
        network.reply(client, replies.RPL_CREATIONTIME, channel.name, str(channel.created))
        return
    done, listed, refusals, with_parameter = [], set(), set(), 0
    for change in changes(params):
        with_parameter += change.parameter is not None
        if with_parameter > MOST_MODES:
            break
        if change.letter in LISTS and not change.parameter:  # everybody may see it, but +bbbbbb is no reason for six
            if change.letter not in listed:
                tell_list(network, client, channel, change.letter)
            listed.add(change.letter)
            continue
        try:
            done += apply(network, client, channel, change)
        except Refused as refused:
            if refused.args not in refusals:  # that she is no operator is said once, not for each letter
                network.reply(client, *refused.args)
            refusals.add(refused.args)
    for words in lines_of(done):
        network.send(channel.members, Message(client.source, "MODE", channel.name, *words))


def modes_of(channel: Channel, client: Client) -> list[str]:
    """The modes of a channel with their parameters. The key is for members only."""
    letters, parameters = "".join(sorted(channel.flags)), []
    if channel.key:
        letters += "k"
        parameters.append(channel.key if client in channel.members else "*")
    if channel.limit:
        letters += "l"
        parameters.append(str(channel.limit))
    return [f"+{letters}", *parameters]


def apply(network: Network, client: Client, channel: Channel, change: Change) -> list[Change]:
    """Makes a change, and returns it as the members are told of it; nothing if nothing has changed."""
    if change.letter not in "beiklmnostv":
        raise Refused(replies.ERR_UNKNOWNMODE, change.letter)
    if not channel.is_operator(client):
        raise Refused(replies.ERR_CHANOPRIVSNEEDED, channel.name)
    if change.letter in LISTS:
        return change_list(network, client, channel, change)
    if change.letter in STATUS:
        return change_status(network, channel, change)
    if change.letter == "k":
        return change_key(channel, change)
    if change.letter == "l":
        return change_limit(channel, change)
    if (change.sign == "+") == (change.letter in channel.flags):
        return []
    channel.flags ^= {change.letter}
    return [change]


def change_list(network: Network, client: Client, channel: Channel, change: Change) -> list[Change]:
    """Bans and exceptions (RFC 2811 section 4.3)."""
    mask, masks = whole_mask(change.parameter), channel.lists[change.letter]
    known = {fold(each): each for each in masks}.get(fold(mask))
    if (change.sign == "+") == (known is not None):
        return []
    if change.sign == "-":
        del masks[known]
        return [change._replace(parameter=known)]
    if size(mask) > LONGEST_MASK or " " in mask or mask.startswith(":"):
        raise Refused(replies.ERR_INVALIDMODEPARAM, channel.name, change.letter, change.parameter)
    if len(masks) >= LIST_LENGTH:
        raise Refused(replies.ERR_BANLISTFULL, channel.name, change.letter)
    masks[mask] = Setting(client.source, int(network.now))
    return [change._replace(parameter=mask)]


def tell_list(network: Network, client: Client, channel: Channel, letter: str) -> None:
    item, end = LISTS[letter]
    for mask, setting in channel.lists[letter].items():
        network.reply(client, item, channel.name, mask, setting.by, str(setting.at))
    network.reply(client, end, channel.name)


def change_status(network: Network, channel: Channel, change: Change) -> list[Change]:
    """Operators and voice."""
    if not change.parameter:
        raise Refused(replies.ERR_NEEDMOREPARAMS, "MODE")
    person, sign = network.person(change.parameter), STATUS[change.letter]
    if person not in channel.members:
        raise Refused(replies.ERR_USERNOTINCHANNEL, person.nick, channel.name)
    status = channel.members[person]
    if (change.sign == "+") == (sign in status):
        return []
    has = {*status} ^ {sign}
    channel.members[person] = "".join(each for each in "@+" if each in has)  # the highest first, as in PREFIX
    return [change._replace(parameter=person.nick)]


def change_key(channel: Channel, change: Change) -> list[Change]:
    """The key that JOIN needs. To take it away one need not know it: an operator can see it anyway."""
    if change.sign == "-":
        key, channel.key = channel.key, ""
        return [change._replace(parameter=key)] if key else []
    if not change.parameter:
        raise Refused(replies.ERR_NEEDMOREPARAMS, "MODE")
    if not KEY.fullmatch(change.parameter) or "," in change.parameter or change.parameter.startswith(":"):
        raise Refused(replies.ERR_INVALIDKEY, channel.name)
    if channel.key == change.parameter:
        return []
    channel.key = change.parameter
    return [change]


def change_limit(channel: Channel, change: Change) -> list[Change]:
    """The number of members from which on nobody can join."""
    if change.sign == "-":
        limit, channel.limit = channel.limit, 0
        return [change] if limit else []
    if not change.parameter:
        raise Refused(replies.ERR_NEEDMOREPARAMS, "MODE")
    if not re.fullmatch("[0-9]{1,9}", change.parameter) or not int(change.parameter):
        raise Refused(replies.ERR_INVALIDMODEPARAM, channel.name, "l", change.parameter)
    if channel.limit == int(change.parameter):
        return []
    channel.limit = int(change.parameter)
    return [change._replace(parameter=str(channel.limit))]


def lines_of(done: list[Change]) -> Iterator[list[str]]:
    """Changes as mode strings with their parameters, in one MODE or, if they do not fit, in several."""
    letters, parameters, sign = "", [], ""
    for change in done:
        if sum(map(size, parameters)) + size(change.parameter or "") > LINE_LENGTH:
            yield [letters, *parameters]
            letters, parameters, sign = "", [], ""
        letters += change.letter if change.sign == sign else change.sign + change.letter
        sign = change.sign
        if change.parameter is not None:
            parameters.append(change.parameter)
    if letters:
        yield [letters, *parameters]


# Oneself


def mode_of_user(network: Network, client: Client, person: Client, params: list[str]) -> None:
    """RFC 2812 section 3.1.5: others' modes are refused; nobody becomes an operator in this way."""
    if person is not client:
        raise Refused(replies.ERR_USERSDONTMATCH)
    if not params or not params[0]:
        network.reply(client, replies.RPL_UMODEIS, "+" + "".join(sorted(client.modes)))
        return
    done, has_unknown = [], False
    for change in changes(params[:1]):
        if change.letter not in USER_MODES:
            has_unknown = True
        elif (change.sign == "+") != (change.letter in client.modes) and (change.sign, change.letter) != ("+", "o"):
            client.modes ^= {change.letter}
            done.append(Change(change.sign, change.letter))
    if has_unknown:
        network.reply(client, replies.ERR_UMODEUNKNOWNFLAG)
    for words in lines_of(done):
        network.send([client], Message(client.source, "MODE", client.nick, *words))
