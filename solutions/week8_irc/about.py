"""What the server tells about itself: the welcome, MOTD, LUSERS, VERSION, TIME, INFO, ADMIN, LINKS, STATS and HELP."""

from datetime import UTC, datetime

import replies
from limits import CHANNEL_MODES, ISUPPORT, NETWORK_NAME, SERVER_NAME, USER_MODES, VERSION, WITH_PARAMETER
from network import Client, Network
from replies import Refused

TOKENS_A_LINE = 13  # RFC 2812 section 2.3: a message has up to 15 parameters; two of them are the nick and the text


def date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S UTC")


def welcome(network: Network, client: Client) -> None:
    """RFC 2812 section 5.1: 001 to 004 after registration. 005, LUSERS and MOTD are what clients wait for as well."""
    network.reply(client, replies.RPL_WELCOME, text=f"Welcome to the {NETWORK_NAME} network, {client.source}")
    network.reply(client, replies.RPL_YOURHOST, text=f"Your host is {SERVER_NAME}, running version {VERSION}")
    network.reply(client, replies.RPL_CREATED, text=f"This server was started {date(network.started)}")
    modes = (USER_MODES, CHANNEL_MODES, WITH_PARAMETER)
    network.reply(client, replies.RPL_MYINFO, SERVER_NAME, VERSION, *modes)
    supported(network, client)
    users(network, client, [])
    motd(network, client, [])


def supported(network: Network, client: Client) -> None:
    for start in range(0, len(ISUPPORT), TOKENS_A_LINE):
        network.reply(client, replies.RPL_ISUPPORT, *ISUPPORT[start : start + TOKENS_A_LINE])


def users(network: Network, client: Client, params: list[str]) -> None:
    """LUSERS. RFC 2812 section 5.1: 252 to 254 only if there are any."""
    network.check_server(params[1:2])  # LUSERS mask server
    total, most = len(network.people), network.most
    invisible = sum("i" in person.modes for person in network.people)
    here = f"There are {total - invisible} users and {invisible} invisible on 1 servers"
    network.reply(client, replies.RPL_LUSERCLIENT, text=here)
    for numeric, number in (
        (replies.RPL_LUSEROP, sum(person.is_operator for person in network.people)),
        (replies.RPL_LUSERUNKNOWN, network.connected - total),
        (replies.RPL_LUSERCHANNELS, len(network.channels)),
    ):
        if number:
            network.reply(client, numeric, str(number))
    network.reply(client, replies.RPL_LUSERME, text=f"I have {total} clients and 0 servers")
    counts = (str(total), str(most))
    network.reply(client, replies.RPL_LOCALUSERS, *counts, text=f"Current local users {total}, max {most}")
    network.reply(client, replies.RPL_GLOBALUSERS, *counts, text=f"Current global users {total}, max {most}")


def motd(network: Network, client: Client, params: list[str]) -> None:
    network.check_server(params[:1])
    if not network.options.motd:
        network.reply(client, replies.ERR_NOMOTD)  # not raised: in the welcome it is no reason to stop
        return
    network.reply(client, replies.RPL_MOTDSTART, text=f"- {SERVER_NAME} message of the day -")
    for line in network.options.motd:
        network.reply(client, replies.RPL_MOTD, text=f"- {line}")
    network.reply(client, replies.RPL_ENDOFMOTD)


def version(network: Network, client: Client, params: list[str]) -> None:
    network.check_server(params[:1])
    network.reply(client, replies.RPL_VERSION, VERSION, SERVER_NAME)
    supported(network, client)


def time(network: Network, client: Client, params: list[str]) -> None:
    network.check_server(params[:1])
    network.reply(client, replies.RPL_TIME, SERVER_NAME, text=date(network.now))


def info(network: Network, client: Client, params: list[str]) -> None:
    network.check_server(params[:1])
    for line in ("An IRC server of one thread, without a library.", f"Running since {date(network.started)}"):
        network.reply(client, replies.RPL_INFO, text=line)
    network.reply(client, replies.RPL_ENDOFINFO)


def admin(network: Network, client: Client, params: list[str]) -> None:
    network.check_server(params[:1])
    network.reply(client, replies.RPL_ADMINME, SERVER_NAME)
    for numeric in (replies.RPL_ADMINLOC1, replies.RPL_ADMINLOC2, replies.RPL_ADMINEMAIL):
        network.reply(client, numeric)


def links(network: Network, client: Client, params: list[str]) -> None:
    """A network of one server has one link: to itself, at distance 0."""
    network.reply(client, replies.RPL_LINKS, SERVER_NAME, SERVER_NAME, text=f"0 {NETWORK_NAME}")
    network.reply(client, replies.RPL_ENDOFLINKS, params[-1] if params else "*")


def statistics(network: Network, client: Client, params: list[str]) -> None:
    """STATS u: for how long we have been up. All other letters have nothing to tell."""
    network.check_server(params[1:2])
    query = params[0][:1] if params else "*"
    if query == "u":
        minutes, seconds = divmod(int(network.now - network.started), 60)
        hours, minutes = divmod(minutes, 60)
        up = f"Server Up {hours // 24} days {hours % 24}:{minutes:02}:{seconds:02}"
        network.reply(client, replies.RPL_STATSUPTIME, text=up)
    network.reply(client, replies.RPL_ENDOFSTATS, query)


def help_about(network: Network, client: Client, params: list[str]) -> None:
    topic = params[0] if params and params[0] else "index"
    if topic.lower() != "index":
        raise Refused(replies.ERR_HELPNOTFOUND, topic)
    network.reply(client, replies.RPL_HELPSTART, topic, text="This server speaks the protocol of RFC 2812.")
    network.reply(client, replies.RPL_HELPTXT, topic, text="The handout of week 8 says which commands it knows.")
    network.reply(client, replies.RPL_ENDOFHELP, topic)
