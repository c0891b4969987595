"""Who is here, which channels there are, and how a message gets to those who should have it.

No sockets and no clock: what is to be sent is left in the clients' outboxes, and `now` is set by whoever runs this.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from limits import SERVER_NAME
from messages import Message
from names import fold, matches
from options import Options
from replies import ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK, ERR_NOSUCHSERVER, ERR_NOTONCHANNEL, Numeric, Refused

CAPABILITIES = ("away-notify", "echo-message", "message-tags", "multi-prefix", "server-time")
OF_TAGS = frozenset({"message-tags", "server-time"})  # the capabilities on which the bytes of a message depend
LONGEST_MEMORY = 1000  # people whom WHOWAS remembers


class Client:
    """Somebody who is connected."""

    def __init__(self, host: str, now: float) -> None:
        self.host = f"0{host}" if host.startswith(":") else host  # ::1 would look like a last parameter
        self.nick = self.user = self.real_name = ""
        self.password = ""
        self.registered = False
        self.negotiating = False  # between CAP LS or REQ and CAP END
        self.gone = False
        self.capabilities: set[str] = set()
        self.variant: frozenset[str] = frozenset()  # those of them that change the bytes of a message
        self.modes: set[str] = set()
        self.away = ""
        self.channels: dict[str, Channel] = {}
        self.signed_on = self.spoke = now
        self.outbox: list[bytes] = []

    @property
    def source(self) -> str:
        """Who a message is from (RFC 2812 section 2.3.1: prefix)."""
        return f"{self.nick}!{self.user}@{self.host}"

    @property
    def is_operator(self) -> bool:
        return "o" in self.modes


class Setting(NamedTuple):
    """Who set a topic or a ban, and when."""

    by: str
    at: int


class Channel:
    """A channel, from its first member to its last."""

    def __init__(self, name: str, now: float) -> None:
        self.name = name
        self.created = int(now)
        self.members: dict[Client, str] = {}  # and their status: "@" operator, "+" voice, "@+" both, "" neither
        self.flags = {"n", "t"}  # no messages from outside, only operators set the topic
        self.key = ""
        self.limit = 0  # 0: none
        self.lists: dict[str, dict[str, Setting]] = {"b": {}, "e": {}}  # bans and exceptions from them
        self.topic = ""
        self.topic_set = Setting("", 0)
        self.invited: dict[Client, bool] = {}  # and whether an operator did it

    def is_operator(self, client: Client) -> bool:
        return "@" in self.members.get(client, "")

    def is_hidden_from(self, client: Client) -> bool:
        """RFC 2811 section 4.2.6: a secret channel is as none for those outside."""
        return "s" in self.flags and client not in self.members


class Past(NamedTuple):
    """Somebody who was here under this nick."""

    nick: str
    user: str
    host: str
    real_name: str
    at: float  # when they left it


class Network:
    """One server and all its clients."""

    def __init__(self, options: Options, now: float) -> None:
        self.options = options
        self.now = self.started = now
        self.connected = 0  # clients, registered or not
        self.most = 0  # registered clients that were here at the same time
        self.nicks: dict[str, Client] = {}  # by folded nick; also those who have a nick, but are not registered yet
        self.people: dict[Client, None] = {}  # those who are registered
        self.channels: dict[str, Channel] = {}  # by folded name
        self.past: deque[Past] = deque(maxlen=LONGEST_MEMORY)  # the latest is last
        self.unsent: list[Client] = []  # those with something in the outbox

    # Finding

    def person(self, nick: str) -> Client:
        """Whoever has this nick."""
        found = self.nicks.get(fold(nick))
        if found is None or not found.registered:
            raise Refused(ERR_NOSUCHNICK, nick)
        return found

    def channel(self, name: str) -> Channel:
        found = self.channels.get(fold(name))
        if found is None:
            raise Refused(ERR_NOSUCHCHANNEL, name)
        return found

    def own_channel(self, client: Client, name: str) -> Channel:
        """A channel that the client is in."""
        found = self.channel(name)
        if client not in found.members:
            raise Refused(ERR_NOTONCHANNEL, found.name)
        return found

    def can_see(self, client: Client, other: Client) -> bool:
        """Modern IRC: user mode +i hides from those who share no channel."""
        open_to_all = "i" not in other.modes or client.is_operator or client is other
        return open_to_all or not client.channels.keys().isdisjoint(other.channels)

    def check_server(self, params: list[str]) -> None:
        """A first parameter, where there is one, has to mean this server: its name, or somebody who is on it."""
        if params and params[0] and not matches(params[0], SERVER_NAME):
            try:
                self.person(params[0])
            except Refused:
                raise Refused(ERR_NOSUCHSERVER, params[0]) from None

    def peers(self, client: Client) -> dict[Client, None]:
        """Those who share a channel with the client, each once; without itself."""
        found = {member: None for channel in client.channels.values() for member in channel.members}
        found.pop(client, None)
        return found

    # Sending

    def send(self, receivers: Iterable[Client], message: Message, but: Client | None = None) -> None:
        """Leaves a message for all of them. This is where a busy server spends its time: nothing is made for each."""
        variants: dict[frozenset[str], bytes] = {}
        unsent = self.unsent
        for client in receivers:
            if client is but:
                continue
            data = variants.get(client.variant)
            if data is None:
                data = variants[client.variant] = message.encoded(client.variant, self.now)
            if not client.outbox:
                unsent.append(client)
            client.outbox.append(data)

    def reply(self, client: Client, numeric: Numeric, *params: str, text: str | None = None) -> None:
        """A numeric to one client. `*` is its nick before it is registered, and stands for what cannot be repeated."""
        nick = client.nick if client.registered else "*"
        words = [word if word and " " not in word and word[0] != ":" else "*" for word in params]
        text = numeric.text if text is None else text
        self.send([client], Message(SERVER_NAME, numeric.number, nick, *words, text=text))

    def attempt(self, client: Client, does: Callable[..., None], *arguments) -> None:
        """Does one of several things that a command asks for; if it is refused, says so, and the others go on."""
        try:
            does(self, client, *arguments)
        except Refused as refused:
            self.reply(client, *refused.args)

    # Going

    def remember(self, client: Client) -> None:
        """WHOWAS will know who had this nick."""
        self.past.append(Past(client.nick, client.user, client.host, client.real_name, self.now))

    def take_out(self, client: Client, channel: Channel) -> None:
        """A channel goes when its last member does (RFC 2811 section 3.1)."""
        del channel.members[client], client.channels[fold(channel.name)]
        if not channel.members:
            del self.channels[fold(channel.name)]

    def leave(self, client: Client, reason: str) -> None:
        """A client goes, or has gone: those who share a channel are told, once each; the client gets an ERROR.

        It may be called twice: the second time there is nothing to tell.
        """
        if client.gone:
            return
        client.gone = True
        self.connected -= 1
        if self.nicks.get(fold(client.nick)) is client:
            del self.nicks[fold(client.nick)]
        if client.registered:
            self.remember(client)
            del self.people[client]
            self.send(self.peers(client), Message(client.source, "QUIT", text=reason))
        for channel in list(client.channels.values()):
            self.take_out(client, channel)
        for channel in self.channels.values():
            channel.invited.pop(client, None)
        self.send([client], Message("", "ERROR", text=f"Closing link: {client.host} ({reason})"))

    def say_goodbye(self, clients: Iterable[Client], reason: str) -> None:
        """The server ends: everybody gets an ERROR. A QUIT of each to each would be too much to say."""
        staying = [client for client in clients if not client.gone]
        for client in staying:
            client.gone = True
        self.send(staying, Message("", "ERROR", text=f"Closing link: {reason}"))
