"""How a connection becomes somebody: PASS, NICK, USER, CAP; and how it stays and goes: PING, PONG, QUIT.

RFC 2812 section 3.1 and 3.7; modern.ircdocs.horse, "Connection Messages"; IRCv3, "Capability Negotiation".
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from grader.reference.irc import about, capabilities, numerics
from grader.reference.irc.capabilities import CAP_NOTIFY
from grader.reference.irc.client import Client
from grader.reference.irc.line import cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import NAMELEN, NICK, NICKLEN, USER_MODES, USERLEN, VERSION
from grader.wire.irc import folded

CAP_302 = 302
NOT_IN_USER = str.maketrans("", "", " !@\r\n\0")


def password(net: Network, client: Client, word: str) -> None:
    """PASS: looked at when the rest has come."""
    if client.is_registered:
        raise Denied(numerics.ERR_ALREADYREGISTERED)
    client.password = word


def nick(net: Network, client: Client, name: str = "") -> None:
    """NICK: the first one, or another."""
    if not name:
        raise Denied(numerics.ERR_NONICKNAMEGIVEN)
    if len(name) > NICKLEN or not NICK.fullmatch(name):
        raise Denied(numerics.ERR_ERRONEUSNICKNAME, name)
    if net.by_nick.get(folded(name), client) is not client:
        raise Denied(numerics.ERR_NICKNAMEINUSE, name)
    if not client.is_registered:
        net.takes_nick(client, name)
        complete(net, client)
    elif name != client.nick:
        _rename(net, client, name)


def user(net: Network, client: Client, name: str, _mode: str, _unused: str, real_name: str) -> None:
    """USER: what it calls itself, and who it is."""
    if client.is_registered:
        raise Denied(numerics.ERR_ALREADYREGISTERED)
    name = cut(name.translate(NOT_IN_USER).lstrip(":"), USERLEN)
    if not name or not real_name:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "USER")
    client.user, client.real_name = name, cut(real_name, NAMELEN)
    client.is_named()
    complete(net, client)


def cap(net: Network, client: Client, subcommand: str, words: str = "") -> None:
    """CAP: what both can do."""
    match subcommand.upper():
        case "LS":
            _list_capabilities(net, client, words)
        case "LIST":
            net.tell(client, f"CAP {client.nick or '*'} LIST :{' '.join(capabilities.names(client.capabilities))}")
        case "REQ":
            _request_capabilities(net, client, words)
        case "END":
            _end_negotiation(net, client)
        case _:
            raise Denied(numerics.ERR_INVALIDCAPCMD, subcommand)


def ping(net: Network, client: Client, token: str | None = None) -> None:
    """PING: is answered."""
    if token is None:
        raise Denied(numerics.ERR_NOORIGIN)
    net.tell(client, f"PONG {net.name} :{token}")


def pong(net: Network, client: Client, *_words: str) -> None:
    """PONG: that something has come is enough."""


def leave(net: Network, client: Client, reason: str = "") -> None:
    """QUIT: the others are told why."""
    net.end(client, f"Quit: {reason}" if reason else "Quit")


def complete(net: Network, client: Client) -> None:
    """Welcomes a client, if all has come that this takes."""
    if client.is_registered or client.is_negotiating or not client.nick or not client.user:
        return
    wanted = net.settings.password
    if wanted and not hmac.compare_digest(client.password.encode(), wanted.encode()):
        net.reply(client, numerics.ERR_PASSWDMISMATCH)
        net.end(client, "Bad password")
        return
    client.is_registered, client.password, client.signs_in = True, "", None
    client.active_at = client.opened_at = net.now
    net.registered += 1
    net.most_registered = max(net.most_registered, net.registered)
    _welcome(net, client)
    net.is_online(client)
    net.heard(client.nick, "is here")


def _welcome(net: Network, client: Client) -> None:
    created = datetime.fromtimestamp(net.started_at, UTC)
    network = net.settings.network
    net.reply(client, numerics.RPL_WELCOME, text=f"Welcome to the {network} IRC Network {client.source}")
    net.reply(client, numerics.RPL_YOURHOST, text=f"Your host is {net.name}, running version {VERSION}")
    net.reply(client, numerics.RPL_CREATED, text=f"This server was created {created:%Y-%m-%d %H:%M:%S} UTC")
    net.reply(client, numerics.RPL_MYINFO, net.name, VERSION, USER_MODES, "beiklmnostv", "beklov")
    about.tokens(net, client)
    about.lusers(net, client)
    about.motd(net, client)


def _rename(net: Network, client: Client, name: str) -> None:
    """Tells itself and all who share a channel, once each."""
    before, is_other = client.nick, folded(name) != folded(client.nick)
    line = net.line(client, f"NICK :{name}")
    net.outbox.send(client, line)
    net.outbox.send_all(net.neighbours(client), line)
    if is_other:
        net.remember(client)
    net.takes_nick(client, name)
    if is_other:
        net.is_offline(before)
        net.is_online(client)


def _list_capabilities(net: Network, client: Client, version: str) -> None:
    if not client.is_registered:
        client.is_negotiating = True
    if version.isascii() and version.isdigit():
        client.cap_version = max(client.cap_version, int(version[:9]))
    if client.cap_version >= CAP_302:
        client.capabilities |= CAP_NOTIFY
    values = capabilities.SINCE_302 if client.cap_version >= CAP_302 else {}
    words = [f"{name}={values[name]}" if name in values else name for name in capabilities.offered(net.settings)]
    net.tell(client, f"CAP {client.nick or '*'} LS :{' '.join(words)}")


def _request_capabilities(net: Network, client: Client, words: str) -> None:
    """All or nothing."""
    if not client.is_registered:
        client.is_negotiating = True
    offered, wanted = capabilities.offered(net.settings), client.capabilities
    for word in words.split():
        bit = offered.get(word.removeprefix("-"))
        if bit is None or (word == "-cap-notify" and client.cap_version >= CAP_302):
            net.tell(client, f"CAP {client.nick or '*'} NAK :{words}")
            return
        wanted = wanted & ~bit if word.startswith("-") else wanted | bit
    net.tell(client, f"CAP {client.nick or '*'} ACK :{words}")
    for channel in client.channels.values():
        channel.regroup(client, wanted)
    client.capabilities = wanted


def _end_negotiation(net: Network, client: Client) -> None:
    if client.signs_in is not None:
        client.signs_in = None
        net.reply(client, numerics.ERR_SASLABORTED)
    client.is_negotiating = False
    complete(net, client)
