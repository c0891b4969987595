"""Coming and going: PASS, NICK, USER, CAP, PING, PONG and QUIT.

A client is registered, that is, in, when it has given a nick and a user name, and has ended its questions about
capabilities if it had any (RFC 2812 section 3.1; IRCv3: capability negotiation).
"""

import about
import replies
from limits import QUITLEN, REALLEN, SERVER_NAME
from messages import Message, shortened_text
from names import fold, is_nick, user_name
from network import CAPABILITIES, OF_TAGS, Client, Network
from operators import is_same
from replies import Refused


def password(network: Network, client: Client, params: list[str]) -> None:
    """PASS. Whether it is the right one is seen when the client registers."""
    if client.registered:
        raise Refused(replies.ERR_ALREADYREGISTERED)
    client.password = params[0]


def user(network: Network, client: Client, params: list[str]) -> None:
    """USER name mode unused :real name. Mode and unused are of old times (RFC 2812 section 3.1.3)."""
    if client.registered:
        raise Refused(replies.ERR_ALREADYREGISTERED)
    if not params[0] or not params[3]:  # modern IRC, USER: an empty one counts as none
        raise Refused(replies.ERR_NEEDMOREPARAMS, "USER")
    if not user_name(params[0]):
        raise Refused(replies.ERR_INVALIDUSERNAME)
    client.user, client.real_name = user_name(params[0]), shortened_text(params[3], REALLEN)
    register(network, client)


def nick(network: Network, client: Client, params: list[str]) -> None:
    """NICK, for the first nick and for another one."""
    if not params or not params[0]:
        raise Refused(replies.ERR_NONICKNAMEGIVEN)
    wanted = params[0]
    if not is_nick(wanted):
        raise Refused(replies.ERR_ERRONEUSNICKNAME, wanted)
    if network.nicks.get(fold(wanted), client) is not client:  # one's own may be spelled anew: alice, Alice
        raise Refused(replies.ERR_NICKNAMEINUSE, wanted)
    if wanted == client.nick:
        return
    if client.registered:
        if fold(wanted) != fold(client.nick):
            network.remember(client)
        network.send([client, *network.peers(client)], Message(client.source, "NICK", text=wanted))
    network.nicks.pop(fold(client.nick), None)
    network.nicks[fold(wanted)] = client  # taken from now on, registered or not: two who come at once never share it
    client.nick = wanted
    register(network, client)


def register(network: Network, client: Client) -> None:
    """Lets a client in if all is there."""
    if client.registered or client.negotiating or not client.nick or not client.user:
        return
    needed = network.options.password
    if needed and not is_same(needed, client.password):
        network.reply(client, replies.ERR_PASSWDMISMATCH)
        network.leave(client, "Wrong password")
        return
    client.registered = True
    client.spoke = client.signed_on = network.now
    network.people[client] = None
    network.most = max(network.most, len(network.people))
    about.welcome(network, client)


def capabilities(network: Network, client: Client, params: list[str]) -> None:
    """CAP LS, LIST, REQ and END (IRCv3: capability negotiation)."""
    command = fold(params[0])
    if command in ("ls", "req") and not client.registered:
        client.negotiating = True  # registration waits for CAP END
    if command == "ls":
        answer(network, client, "LS", " ".join(CAPABILITIES))
    elif command == "list":
        answer(network, client, "LIST", " ".join(sorted(client.capabilities)))
    elif command == "req":
        request(network, client, " ".join(params[1:]))
    elif command == "end":
        client.negotiating = False
        register(network, client)
    else:
        raise Refused(replies.ERR_INVALIDCAPCMD, params[0])


def request(network: Network, client: Client, asked: str) -> None:
    """Switches capabilities on, and those after a "-" off: all that were asked for, or none of them."""
    words = asked.split()
    if any(word.removeprefix("-") not in CAPABILITIES for word in words):
        answer(network, client, "NAK", asked)
        return
    for word in words:
        client.capabilities.add(word)
        if word.startswith("-"):
            client.capabilities -= {word, word[1:]}
    client.variant = OF_TAGS & client.capabilities
    answer(network, client, "ACK", asked)


def answer(network: Network, client: Client, command: str, text: str) -> None:
    nick = client.nick if client.registered else "*"
    network.send([client], Message(SERVER_NAME, "CAP", nick, command, text=text))


def ping(network: Network, client: Client, params: list[str]) -> None:
    if not params or not params[0]:
        raise Refused(replies.ERR_NOORIGIN)
    network.send([client], Message(SERVER_NAME, "PONG", SERVER_NAME, text=params[0]))


def pong(network: Network, client: Client, params: list[str]) -> None:
    """That something came is all that matters, and has been noted."""


def leave(network: Network, client: Client, params: list[str]) -> None:
    """QUIT. The "Quit: " shows that the words are the user's own; nobody can pretend to have been killed."""
    text = params[0] if params else ""
    network.leave(client, f"Quit: {shortened_text(text, QUITLEN)}" if text else "Quit")
