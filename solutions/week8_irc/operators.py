"""Operators of the server: OPER, KILL and WALLOPS (RFC 2812 sections 3.1.4, 3.7.1 and 4.7)."""

import hmac

import replies
from limits import KICKLEN
from messages import Message, shortened_text
from network import Client, Network
from replies import Refused


def oper(network: Network, client: Client, params: list[str]) -> None:
    """OPER name password."""
    if not network.options.operators:
        raise Refused(replies.ERR_NOOPERHOST)
    needed = network.options.operators.get(params[0])
    if needed is None or not is_same(needed, params[1]):
        raise Refused(replies.ERR_PASSWDMISMATCH)
    client.modes.add("o")
    network.reply(client, replies.RPL_YOUREOPER)
    network.send([client], Message(client.source, "MODE", client.nick, "+o"))


def is_same(password: str, given: str) -> bool:
    """Compares in a time that does not tell how much of a wrong password was right."""
    return hmac.compare_digest(password.encode(errors="surrogateescape"), given.encode(errors="surrogateescape"))


def check_operator(client: Client) -> None:
    if not client.is_operator:
        raise Refused(replies.ERR_NOPRIVILEGES)


def kill(network: Network, client: Client, params: list[str]) -> None:
    """KILL nick :reason."""
    check_operator(client)
    victim = network.person(params[0])
    network.leave(victim, f"Killed ({client.nick} ({shortened_text(params[1], KICKLEN)}))")


def wallops(network: Network, client: Client, params: list[str]) -> None:
    """WALLOPS :text, to all who have user mode w."""
    check_operator(client)
    if not params[0]:
        raise Refused(replies.ERR_NEEDMOREPARAMS, "WALLOPS")
    receivers = [person for person in network.people if "w" in person.modes]
    network.send(receivers, Message(client.source, "WALLOPS", text=params[0]))
