"""AUTHENTICATE: who somebody is, by name and password.

IRCv3, "SASL Authentication"; the mechanism PLAIN is RFC 4616. Only what the settings' `accounts` says is known.
"""

from __future__ import annotations

import base64
import binascii

from grader.reference.irc import numerics
from grader.reference.irc.capabilities import ACCOUNT_NOTIFY, SASL
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied

MECHANISM = "PLAIN"
CHUNK = 400  # characters of base64 in a line; a line with as many is not the last
LONGEST = 4 * CHUNK


def authenticate(net: Network, client: Client, word: str) -> None:
    """AUTHENTICATE: a mechanism, then credentials in pieces, or * to give up."""
    if not client.has(SASL) or not net.settings.accounts:
        raise Denied(numerics.ERR_SASLFAIL)
    if client.account:
        raise Denied(numerics.ERR_SASLALREADY)
    if word == "*":
        client.signs_in = None
        raise Denied(numerics.ERR_SASLABORTED)
    if client.signs_in is None:
        _begin(net, client, word)
    else:
        _take(net, client, word)


def _begin(net: Network, client: Client, mechanism: str) -> None:
    if mechanism.upper() != MECHANISM:
        net.reply(client, numerics.RPL_SASLMECHS, MECHANISM)
        raise Denied(numerics.ERR_SASLFAIL)
    client.signs_in = ""
    net.outbox.send(client, net.plain("AUTHENTICATE +"))


def _take(net: Network, client: Client, word: str) -> None:
    if len(word) > CHUNK or len(client.signs_in) > LONGEST:
        client.signs_in = None
        raise Denied(numerics.ERR_SASLTOOLONG)
    client.signs_in += "" if word == "+" else word
    if len(word) == CHUNK:
        return
    credentials, client.signs_in = client.signs_in, None
    name = _account(net, credentials)
    if not name:
        raise Denied(numerics.ERR_SASLFAIL)
    _sign_in(net, client, name)


def _account(net: Network, credentials: str) -> str:
    """The account whose name and password these are; nothing if there is none, or on whose behalf is another."""
    try:
        behalf, name, password = base64.b64decode(credentials, validate=True).decode().split("\0")
    except (binascii.Error, ValueError):
        return ""
    is_word = name and not name.startswith(":") and name.isprintable() and " " not in name
    return name if is_word and behalf in ("", name) and net.settings.accounts(name, password) else ""


def _sign_in(net: Network, client: Client, name: str) -> None:
    client.account = name
    source = client.source or "*"
    net.reply(client, numerics.RPL_LOGGEDIN, source, name, text=f"You are now logged in as {name}")
    net.reply(client, numerics.RPL_SASLSUCCESS)
    told = net.neighbours(client, ACCOUNT_NOTIFY)
    if client.is_registered and client.has(ACCOUNT_NOTIFY):
        told.append(client)
    net.outbox.send_all(told, net.line(client, f"ACCOUNT {name}"))
