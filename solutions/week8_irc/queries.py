"""Questions about people: WHO, WHOIS, WHOWAS, ISON and USERHOST (RFC 2812 sections 3.6 and 4)."""

import re

import replies
from about import date
from channels import each, packed
from limits import MOST_TARGETS, NETWORK_NAME, SERVER_NAME
from names import fold, matches
from network import Channel, Client, Network
from replies import Refused

LINE_LENGTH = 400  # bytes of a list in one answer


def who(network: Network, client: Client, params: list[str]) -> None:
    """WHO mask o: a channel, or whoever's nick, user, host, server or real name fits; with o, operators only."""
    mask = params[0] if params and params[0] else "*"
    only_operators = params[1:2] == ["o"]
    if mask.startswith("#"):
        channel = network.channels.get(fold(mask))
        visible = channel and not channel.is_hidden_from(client)
        found = list(channel.members) if visible else []
    else:
        channel, everybody = None, mask in ("0", "*")  # RFC 2812 section 3.6.1: without a mask, or with 0, all
        found = [person for person in network.people if everybody or is_meant(mask, person)]
    for person in found:
        asked_by_name = fold(mask) == fold(person.nick)
        if (asked_by_name or network.can_see(client, person)) and (person.is_operator or not only_operators):
            tell_who(network, client, person, channel)
    network.reply(client, replies.RPL_ENDOFWHO, mask)


def is_meant(mask: str, person: Client) -> bool:
    texts = (person.nick, person.user, person.host, SERVER_NAME, person.real_name)
    return any(matches(mask, text) for text in texts)


def tell_who(network: Network, client: Client, person: Client, channel: Channel | None) -> None:
    """RPL_WHOREPLY: H is here, G is gone (away), * is an operator of the server, @ and + are of the channel."""
    flags = ("G" if person.away else "H") + ("*" if person.is_operator else "")
    if channel:
        flags += channel.members[person][: None if "multi-prefix" in client.capabilities else 1]
    place = channel.name if channel else "*"
    words = (place, person.user, person.host, SERVER_NAME, person.nick, flags)
    network.reply(client, replies.RPL_WHOREPLY, *words, text=f"0 {person.real_name}")


def whois(network: Network, client: Client, params: list[str]) -> None:
    """WHOIS nicks, or WHOIS server nicks."""
    if not params or not params[-1]:
        raise Refused(replies.ERR_NONICKNAMEGIVEN)
    if len(params) > 1:
        network.check_server(params[:1])
        params = params[1:]
    for nick in each(params[0])[:MOST_TARGETS]:
        network.attempt(client, whois_one, nick)
        network.reply(client, replies.RPL_ENDOFWHOIS, nick)


def whois_one(network: Network, client: Client, nick: str) -> None:
    person = network.person(nick)
    about = (person.nick, person.user, person.host, "*")
    network.reply(client, replies.RPL_WHOISUSER, *about, text=person.real_name)
    visible = [channel for channel in person.channels.values() if is_shown(network, client, person, channel)]
    shown = [f"{channel.members[person][:1]}{channel.name}" for channel in visible]
    for line in packed(shown, LINE_LENGTH):
        network.reply(client, replies.RPL_WHOISCHANNELS, person.nick, text=line)
    network.reply(client, replies.RPL_WHOISSERVER, person.nick, SERVER_NAME, text=NETWORK_NAME)
    if person.away:
        network.reply(client, replies.RPL_AWAY, person.nick, text=person.away)
    if person.is_operator:
        network.reply(client, replies.RPL_WHOISOPERATOR, person.nick)
    idle = (str(int(network.now - person.spoke)), str(int(person.signed_on)))
    network.reply(client, replies.RPL_WHOISIDLE, person.nick, *idle)


def is_shown(network: Network, client: Client, person: Client, channel: Channel) -> bool:
    """Which channels of somebody are nobody's business: secret ones, and all of those who are invisible."""
    return client in channel.members or ("s" not in channel.flags and network.can_see(client, person))


def whowas(network: Network, client: Client, params: list[str]) -> None:
    """WHOWAS nicks count: the latest first; a count that is not above 0 means all (RFC 2812 section 3.6.3)."""
    if not params or not params[0]:
        raise Refused(replies.ERR_NONICKNAMEGIVEN)
    count = int(params[1]) if len(params) > 1 and re.fullmatch("[0-9]{1,9}", params[1]) else 0
    for nick in each(params[0])[:MOST_TARGETS]:
        found = [past for past in reversed(network.past) if fold(past.nick) == fold(nick)]
        if not found:
            network.reply(client, replies.ERR_WASNOSUCHNICK, nick)
        for past in found[: count or None]:
            about = (past.nick, past.user, past.host, "*")
            network.reply(client, replies.RPL_WHOWASUSER, *about, text=past.real_name)
            network.reply(client, replies.RPL_WHOISSERVER, past.nick, SERVER_NAME, text=date(past.at))
        network.reply(client, replies.RPL_ENDOFWHOWAS, nick)


def ison(network: Network, client: Client, params: list[str]) -> None:
    """ISON nicks: those of them who are here, in one answer."""
    nicks = [nick for param in params for nick in param.split(" ")]
    found = [network.nicks[fold(nick)] for nick in nicks if fold(nick) in network.nicks]
    here = packed([person.nick for person in found if person.registered], LINE_LENGTH)
    network.reply(client, replies.RPL_ISON, text=next(iter(here), ""))  # one answer, whatever fits into it


def userhost(network: Network, client: Client, params: list[str]) -> None:
    """USERHOST, up to 5 nicks: `nick=+user@host`, with `*` for an operator and `-` for who is away."""
    found = [network.nicks.get(fold(nick)) for nick in params[:5]]
    words = [
        f"{person.nick}{'*' * person.is_operator}={'-' if person.away else '+'}{person.user}@{person.host}"
        for person in found
        if person and person.registered
    ]
    network.reply(client, replies.RPL_USERHOST, text=" ".join(words))
