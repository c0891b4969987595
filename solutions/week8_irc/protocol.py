"""The protocol of week 8, without input and output: lines of a client go in, messages for clients come out.

There is no socket here, no thread and no clock, so that a test can hold all of it in its hand.
"""

from collections.abc import Callable
from typing import NamedTuple

import about
import channels
import modes
import operators
import queries
import registration
import replies
import talking
from messages import parsed
from network import Client, Network
from replies import Refused


class Command(NamedTuple):
    """What obeys a command, and what has to be so before it is asked."""

    obeys: Callable[[Network, Client, list[str]], None]
    least: int = 0  # parameters; with fewer of them the answer is 461
    early: bool = False  # whether it is there for those who are not registered


COMMANDS = {
    "PASS": Command(registration.password, 1, early=True),
    "NICK": Command(registration.nick, early=True),
    "USER": Command(registration.user, 4, early=True),
    "CAP": Command(registration.capabilities, 1, early=True),
    "PING": Command(registration.ping, early=True),
    "PONG": Command(registration.pong, early=True),
    "QUIT": Command(registration.leave, early=True),
    "JOIN": Command(channels.join, 1),
    "PART": Command(channels.part, 1),
    "TOPIC": Command(channels.topic, 1),
    "NAMES": Command(channels.names),
    "LIST": Command(channels.list_channels),
    "INVITE": Command(channels.invite),
    "KICK": Command(channels.kick, 2),
    "AWAY": Command(talking.away),
    "MODE": Command(modes.mode, 1),
    "WHO": Command(queries.who),
    "WHOIS": Command(queries.whois),
    "WHOWAS": Command(queries.whowas),
    "ISON": Command(queries.ison, 1),
    "USERHOST": Command(queries.userhost, 1),
    "LUSERS": Command(about.users),
    "MOTD": Command(about.motd),
    "VERSION": Command(about.version),
    "TIME": Command(about.time),
    "INFO": Command(about.info),
    "ADMIN": Command(about.admin),
    "LINKS": Command(about.links),
    "STATS": Command(about.statistics),
    "HELP": Command(about.help_about),
    "OPER": Command(operators.oper, 2),
    "KILL": Command(operators.kill, 2),
    "WALLOPS": Command(operators.wallops, 1),
}
WITH_TAGS = {"PRIVMSG": talking.privmsg, "NOTICE": talking.notice, "TAGMSG": talking.tagmsg}


def receive(network: Network, client: Client, line: bytes | None) -> None:
    """Does what a line says (None: it was too long). What is to be sent is in the outboxes then."""
    try:
        obey(network, client, line)
    except Refused as refused:
        network.reply(client, *refused.args)


def obey(network: Network, client: Client, line: bytes | None) -> None:
    """The same; raises Refused."""
    if line is None:
        raise Refused(replies.ERR_INPUTTOOLONG)
    command, params, tags = parsed(line)
    if not command:
        return
    if command in WITH_TAGS:
        check_registered(client)
        WITH_TAGS[command](network, client, params, tags)
        return
    if command not in COMMANDS:
        raise Refused(replies.ERR_UNKNOWNCOMMAND, command)
    obeys, least, early = COMMANDS[command]
    if not early:
        check_registered(client)
    if len(params) < least or (least and not params[0]):
        raise Refused(replies.ERR_NEEDMOREPARAMS, command)
    obeys(network, client, params)


def check_registered(client: Client) -> None:
    if not client.registered:
        raise Refused(replies.ERR_NOTREGISTERED)
