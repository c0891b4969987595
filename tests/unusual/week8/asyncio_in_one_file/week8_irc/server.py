"""An IRC server in one file, on asyncio: one object for each connection, and a method for each command."""

import argparse
import asyncio
import contextlib
import re
import signal
import sys
import time
from collections import deque
from datetime import datetime, timezone

ME, MAKE = "irc.lab5.example", "one-file-1.0"
FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")  # as RFC 1459 has it
NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]{0,29}")
EARLY = {"CAP", "NICK", "PASS", "USER", "PING", "PONG", "QUIT"}
LEAST = {"PASS": 1, "USER": 4, "CAP": 1, "JOIN": 1, "PART": 1, "TOPIC": 1, "INVITE": 2, "KICK": 2, "MODE": 1,
         "ISON": 1, "USERHOST": 1, "OPER": 2, "KILL": 1, "PING": 1}  # fmt: skip
CAPS = ["echo-message", "multi-prefix", "server-time"]
SUPPORT = (
    "AWAYLEN=120 CASEMAPPING=rfc1459 CHANLIMIT=#:50 CHANMODES=be,k,l,imnst CHANNELLEN=50 CHANTYPES=# EXCEPTS KICKLEN=200 "
    "MAXLIST=be:40 MODES=5 NETWORK=Lab5 NICKLEN=30|PREFIX=(ov)@+ TARGMAX=PRIVMSG:8,NOTICE:8,JOIN:,PART:,KICK: TOPICLEN=300"
)


def fold(name):
    return name.translate(FOLD)


def cut(text, most):
    data = text.encode("utf-8", "surrogateescape")
    if len(data) <= most:
        return text
    end = most
    while end > most - 4 and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end].decode("utf-8", "surrogateescape")


def fits(mask, text):
    """* and ?, without trying anything twice: the place behind the last * moves on, and never goes back."""
    mask, text, m, t, star, mark = fold(mask), fold(text), 0, 0, -1, 0
    while t < len(text):
        if m < len(mask) and mask[m] == "*":
            star, mark, m = m, t, m + 1
        elif m < len(mask) and mask[m] in ("?", text[t]):
            m, t = m + 1, t + 1
        elif star >= 0:
            mark += 1
            m, t = star + 1, mark
        else:
            return False
    return not mask[m:].strip("*")


class No(Exception):
    """A command that is not obeyed: a numeric, and its parameters."""


class Channel:
    def __init__(self, name):
        self.name, self.born, self.members, self.flags = name, int(time.time()), {}, set("nt")
        self.key, self.limit, self.topic, self.topic_by, self.invited = "", 0, "", ("", 0), {}
        self.lists = {"b": {}, "e": {}}

    def is_op(self, who):
        return "o" in self.members.get(who, "")

    def sees(self, who):
        return "s" not in self.flags or who in self.members

    def is_banned(self, who):
        hit = [any(fits(mask, who.source) for mask in self.lists[kind]) for kind in "be"]
        return hit[0] and not hit[1]


class Client(asyncio.Protocol):
    def __init__(self, world):
        self.world, self.nick, self.user, self.real, self.password = world, "", "", "", ""
        self.inside = self.bargains = self.gone = self.skips = self.full = self.pinged = False
        self.channels, self.modes, self.caps, self.away, self.rest, self.lines, self.size = {}, set(), set(), "", b"", deque(), 0
        self.since = self.spoke = self.heard = time.monotonic()
        self.born = int(time.time())
        self.budget, self.counted, self.waiting = max(1, 10 * world.args.flood), self.since, None

    source = property(lambda self: f"{self.nick}!~{self.user}@{self.host}")

    # What asyncio calls

    def connection_made(self, transport):
        self.out, self.host = transport, transport.get_extra_info("peername")[0].replace("::1", "0::1")
        self.world.clients.add(self)

    def connection_lost(self, error):
        self.leave("Connection lost" if error else "Connection closed")
        self.world.clients.discard(self)

    def pause_writing(self):
        self.full = True

    def resume_writing(self):
        self.full = False
        if not self.gone:
            self.out.resume_reading()
            self.work()

    def data_received(self, data):
        if self.gone:
            return
        self.heard, self.pinged = time.monotonic(), False
        *ended, self.rest = (self.rest + data).split(b"\n")
        for line in ended:
            if not self.skips:
                self.lines.append(line)
                self.size += len(line) + 1
            self.skips = False
        if self.skips or len(self.rest) > 511:
            if not self.skips:
                self.lines.append(self.rest)
            self.rest, self.skips = b"", True
        self.work()

    def work(self):
        """Obeys what waits, as far as it may be obeyed now."""
        rate, now = self.world.args.flood, time.monotonic()
        self.budget, self.counted = min(10 * rate, self.budget + (now - self.counted) * rate), now
        while self.lines and not self.gone and not self.full and (not rate or self.budget >= 1):
            self.budget -= 1
            line = self.lines.popleft()
            self.size -= len(line) + 1
            self.obey(line)
        if self.lines and not self.gone and not self.full and not self.waiting:
            self.waiting = asyncio.get_running_loop().call_later(max(1, 1 - self.budget) / rate, self.again)
        if self.size > 65536 and not self.full:
            self.leave("Excess Flood")
        elif self.full and self.size > 4096:
            self.out.pause_reading()

    def again(self):
        self.waiting = None
        self.work()

    # Out

    def send(self, line):
        if "server-time" in self.caps:
            stamp = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            self.out.write(f"@time={stamp}Z ".encode() + line)
        else:
            self.out.write(line)
        if self.out.get_write_buffer_size() > 1 << 20:
            self.out.abort()  # who does not read goes: connection_lost() tells the others

    def tell(self, who, *words):
        """A message from this client (or from the server): its last word may have spaces."""
        line = cut(" ".join([*words[:-1], f":{words[-1]}"]), 510 - len(self.source) - 2)
        line = f":{self.source} {line}\r\n".encode("utf-8", "surrogateescape")
        for each in who:
            each.send(line)

    def say(self, number, *words):
        line = " ".join([f":{ME} {number} {self.nick if self.inside else '*'}", *words[:-1], f":{words[-1]}"])
        self.send(f"{cut(line, 510)}\r\n".encode("utf-8", "surrogateescape"))

    def neighbours(self):
        return {each for channel in self.channels.values() for each in channel.members} - {self}

    def leave(self, why):
        if self.gone:
            return
        self.gone = True
        if self.world.nicks.get(fold(self.nick)) is self:
            del self.world.nicks[fold(self.nick)]
        if self.inside:
            self.world.past.appendleft((self.nick, self.user, self.host, self.real))
            self.tell(self.neighbours(), "QUIT", why)
        for channel in list(self.channels.values()):
            self.drop(channel)
        for channel in self.world.channels.values():
            channel.invited.pop(self, None)
        self.out.write(f"ERROR :Closing link: {self.host} ({cut(why, 300)})\r\n".encode("utf-8", "surrogateescape"))
        self.out.close()

    def drop(self, channel):
        del channel.members[self], self.channels[fold(channel.name)]
        if not channel.members:
            del self.world.channels[fold(channel.name)]

    # In

    def obey(self, line):
        line = line.removesuffix(b"\r")
        if len(line) > 510 and not line.startswith(b"@"):
            return self.say("417", "Input line was too long")
        text = line.decode("utf-8", "surrogateescape").replace("\0", "").replace("\r", "")
        text = text.partition(" ")[2] if text.startswith("@") else text
        text = text.lstrip(" ").partition(" ")[2] if text.lstrip(" ").startswith(":") else text
        head, colon, last = f" {text}".partition(" :")
        words = [word for word in head.split(" ") if word] + ([last] if colon else [])
        if not words:
            return None
        name, params = words[0].upper(), words[1:]
        try:
            if not re.fullmatch("[A-Z]+", name) or not (method := getattr(self, f"on_{name}", None)):
                raise No("421", words[0].replace(":", "") or "?", "Unknown command")
            if not self.inside and name not in EARLY:
                raise No("451", "You have not registered")
            if len(params) < LEAST.get(name, 0) or (name in LEAST and not params[0]):
                raise No("461", name, "Not enough parameters")
            method(*params) if name == "MODE" else method(params)
        except No as no:
            self.say(*no.args)
        return None

    def each(self, does, names):
        for name in dict.fromkeys(names.split(",")):
            try:
                does(name)
            except No as no:
                self.say(*no.args)

    def person(self, nick):
        found = self.world.nicks.get(fold(nick))
        if not found or not found.inside:
            raise No("401", self.safe(nick), "No such nick")
        return found

    def channel(self, name, member=True):
        found = self.world.channels.get(fold(name))
        if not found:
            raise No("403", self.safe(name), "No such channel")
        if member and self not in found.members:
            raise No("442", found.name, "You're not on that channel")
        return found

    @staticmethod
    def safe(word):
        return word if word and " " not in word and word[0] != ":" else "*"

    # Registration

    def on_CAP(self, params):
        what, words = params[0].upper(), " ".join(params[1:])
        if what in ("LS", "REQ") and not self.inside:
            self.bargains = True
        if what == "LS":
            answer = ["LS", " ".join(CAPS)]
        elif what == "LIST":
            answer = ["LIST", " ".join(sorted(self.caps))]
        elif what == "REQ" and all(word.lstrip("-") in CAPS for word in words.split()):
            answer = ["ACK", words]
        elif what == "REQ":
            answer = ["NAK", words]
        elif what == "END":
            self.bargains = False
            return self.enter()
        else:
            raise No("410", self.safe(params[0]), "Invalid CAP command")
        self.send(f":{ME} CAP {self.nick if self.inside else '*'} {answer[0]} :{answer[1]}\r\n".encode("utf-8", "replace"))
        for word in words.split() if answer[0] == "ACK" else []:
            (self.caps.discard if word[0] == "-" else self.caps.add)(word.lstrip("-"))
        return None

    def on_PASS(self, params):
        if self.inside:
            raise No("462", "You may not reregister")
        self.password = params[0]

    def on_USER(self, params):
        if self.inside:
            raise No("462", "You may not reregister")
        if not params[3]:
            raise No("461", "USER", "Not enough parameters")
        self.user, self.real = re.sub(r"[^!-?A-~]|!", "", params[0])[:9] or "user", cut(params[3], 100)
        self.enter()

    def on_NICK(self, params):
        nick = params[0] if params else ""
        if not nick:
            raise No("431", "No nickname given")
        if not NICK.fullmatch(nick):
            raise No("432", self.safe(nick), "Erroneous nickname")
        if self.world.nicks.get(fold(nick), self) is not self:
            raise No("433", nick, "Nickname is already in use")
        if self.inside and nick != self.nick:
            self.world.past.appendleft((self.nick, self.user, self.host, self.real))
            self.tell([self, *self.neighbours()], "NICK", nick)
        self.world.nicks.pop(fold(self.nick), None)
        self.world.nicks[fold(nick)], self.nick = self, nick
        self.enter()

    def enter(self):
        if self.inside or self.bargains or not self.nick or not self.user:
            return
        if self.world.args.password not in ("", self.password):
            self.say("464", "Password incorrect")
            return self.leave("Bad password")
        self.inside = True
        self.world.most = max(self.world.most, sum(each.inside for each in self.world.clients))
        self.say("001", f"Welcome to the Lab5 network, {self.source}")
        self.say("002", f"Your host is {ME}, running {MAKE}")
        self.say("003", "This server was created today")
        self.say("004", ME, MAKE, "io", "beiklmnostv", "")
        self.supported()
        self.on_LUSERS([])
        self.on_MOTD([])

    def supported(self):
        for part in SUPPORT.split("|"):
            self.say("005", *part.split(), "are supported by this server")

    def on_PING(self, params):
        self.send(f":{ME} PONG {ME} :{params[0]}\r\n".encode("utf-8", "surrogateescape"))

    def on_PONG(self, params):
        pass

    def on_QUIT(self, params):
        self.leave(f"Quit: {params[0]}" if params else "Client quit")

    # Channels

    def on_JOIN(self, params):
        if params[0] == "0":
            return self.on_PART([",".join(self.channels), "Left all channels"]) if self.channels else None
        keys = params[1].split(",") if params[1:] else []
        keys = dict(zip(params[0].split(","), keys))
        return self.each(lambda name: self.join(name, keys.get(name, "")), params[0])

    def join(self, name, key):
        if not re.fullmatch(r"#[^ ,\x07]+", name) or cut(name, 50) != name:
            raise No("403", self.safe(name), "No such channel")
        channel = self.world.channels.get(fold(name))
        if fold(name) in self.channels:
            return
        if len(self.channels) >= 50:
            raise No("405", name, "You have joined too many channels")
        if channel:
            for number, bad in (
                ("471", channel.limit and len(channel.members) >= channel.limit),
                ("473", "i" in channel.flags and self not in channel.invited),
                ("474", channel.is_banned(self) and not channel.invited.get(self)),
                ("475", channel.key and key != channel.key),
            ):
                if bad:
                    raise No(number, channel.name, "Cannot join channel")
        else:
            channel = self.world.channels[fold(name)] = Channel(name)
        channel.invited.pop(self, None)
        channel.members[self] = "" if channel.members else "o"
        self.channels[fold(name)] = channel
        self.tell(channel.members, "JOIN", channel.name)
        if channel.topic:
            self.on_TOPIC([name])
        self.names(name)

    def on_PART(self, params):
        def part(name):
            channel = self.channel(name)
            self.tell(channel.members, "PART", channel.name, *[cut(each, 200) for each in params[1:2]])
            self.drop(channel)

        self.each(part, params[0])

    def on_TOPIC(self, params):
        channel = self.channel(params[0])
        if len(params) > 1:
            if "t" in channel.flags and not channel.is_op(self):
                raise No("482", channel.name, "You're not channel operator")
            channel.topic, channel.topic_by = cut(params[1], 300), (self.nick, int(time.time()))
            self.tell(channel.members, "TOPIC", channel.name, channel.topic)
        elif channel.topic:
            self.say("332", channel.name, channel.topic)
            self.say("333", channel.name, *map(str, channel.topic_by))
        else:
            self.say("331", channel.name, "No topic is set")

    def on_NAMES(self, params):
        if not params:
            return self.say("366", "*", "End of NAMES list")
        return self.each(self.names, params[0])

    def names(self, name):
        channel = self.world.channels.get(fold(name))
        words = []
        if channel and channel.sees(self):
            words = [
                self.signs(rank) + who.nick
                for who, rank in channel.members.items()
                if self in channel.members or "i" not in who.modes or who is self
            ]
        for start in range(0, len(words), 12):
            self.say("353", "@" if "s" in channel.flags else "=", channel.name, " ".join(words[start : start + 12]))
        self.say("366", channel.name if channel else self.safe(name), "End of NAMES list")

    def signs(self, rank):
        both = "@" * ("o" in rank) + "+" * ("v" in rank)
        return both if "multi-prefix" in self.caps else both[:1]

    def on_LIST(self, params):
        asked = map(fold, params[0].split(",")) if params else list(self.world.channels)
        for channel in filter(None, map(self.world.channels.get, asked)):
            if channel.sees(self):
                self.say("322", channel.name, str(len(channel.members)), channel.topic)
        self.say("323", "End of LIST")

    def on_INVITE(self, params):
        guest, channel = self.person(params[0]), self.channel(params[1])
        if guest in channel.members:
            raise No("443", guest.nick, channel.name, "is already on channel")
        if "i" in channel.flags and not channel.is_op(self):
            raise No("482", channel.name, "You're not channel operator")
        channel.invited[guest] = channel.is_op(self)
        self.say("341", guest.nick, channel.name)
        self.tell([guest], "INVITE", guest.nick, channel.name)

    def on_KICK(self, params):
        names, nicks = params[0].split(","), params[1].split(",")
        for name, nick in zip(names if len(names) > 1 else names * len(nicks), nicks):
            self.each(lambda nick, name=name: self.kick(name, nick, cut(params[2] if params[2:] else nick, 200)), nick)

    def kick(self, name, nick, why):
        channel = self.channel(name)
        if not channel.is_op(self):
            raise No("482", channel.name, "You're not channel operator")
        victim = self.world.nicks.get(fold(nick))
        if victim not in channel.members:
            raise No("441", self.safe(nick), channel.name, "They aren't on that channel")
        self.tell(channel.members, "KICK", channel.name, victim.nick, why)
        victim.drop(channel)

    # Messages

    def on_PRIVMSG(self, params, kind="PRIVMSG"):
        if not params or not params[0]:
            raise No("411", "No recipient given")
        if not params[1:] or not params[1]:
            raise No("412", "No text to send")
        if params[0].count(",") > 7:
            raise No("407", params[0].split(",")[8], "Too many targets")
        self.spoke = time.monotonic()
        self.each(lambda name: self.message(kind, name, params[1]), params[0])

    def on_NOTICE(self, params):
        say, self.say = self.say, lambda *_: None
        with contextlib.suppress(No):
            self.on_PRIVMSG(params, "NOTICE")
        self.say = say

    def message(self, kind, name, text):
        if name.startswith("#"):
            channel = self.channel(name, member=False)
            mute = "m" in channel.flags or channel.is_banned(self)
            if ("n" in channel.flags and self not in channel.members) or (mute and not channel.members.get(self)):
                raise No("404", channel.name, "Cannot send to channel")
            name, who = channel.name, [each for each in channel.members if each is not self]
        else:
            who = [self.person(name)]
            if who[0].away:
                self.say("301", who[0].nick, who[0].away)
            name = who[0].nick
        self.tell([*who, self] if "echo-message" in self.caps else who, kind, name, text)

    def on_AWAY(self, params):
        self.away = cut(params[0], 120) if params else ""
        self.say(*("306", "You have been marked as away") if self.away else ("305", "You are no longer away"))

    # Modes

    def on_MODE(self, target, letters="", *words):
        if not target.startswith("#"):
            return self.own_modes(self.person(target), letters)
        channel, words, sign, done, asked = self.channel(target, member=False), list(words), "+", [], set()
        if not channel.sees(self):
            raise No("442", channel.name, "You're not on that channel")
        if not letters:
            has = [channel.key if self in channel.members else "*"] * bool(channel.key) + [str(channel.limit)] * bool(channel.limit)
            shown = "".join(sorted(channel.flags)) + "k" * bool(channel.key) + "l" * bool(channel.limit)
            self.send(f":{ME} 324 {self.nick} {channel.name} +{' '.join([shown, *has])}\r\n".encode("utf-8", "surrogateescape"))
            return self.say("329", channel.name, str(channel.born))
        for letter in letters:
            if letter in "+-":
                sign = letter
                continue
            word = words.pop(0) if words and (letter in "beovk" or sign + letter == "+l") else ""
            if letter in "be" and not word:
                if letter not in asked:
                    self.masks(channel, letter)
                asked.add(letter)
                continue
            try:
                if letter not in "beklovimnst":
                    raise No("472", letter, "is unknown mode char to me")
                if not channel.is_op(self):
                    raise No("482", channel.name, "You're not channel operator")
                if (new := self.change(channel, sign, letter, word)) is not None and len(done) < 20:
                    done.append((sign + letter, new))
            except No as no:
                self.say(*no.args)
                if no.args[0] == "482":
                    break
        for change, word in done:  # a MODE for each: simple, and right
            self.tell(channel.members, "MODE", *filter(None, [channel.name, change, word]))
        return None

    def masks(self, channel, letter):
        for mask in channel.lists[letter]:
            self.say("367" if letter == "b" else "348", channel.name, mask)
        self.say("368" if letter == "b" else "349", channel.name, "End of list")

    def change(self, channel, sign, letter, word):
        """Changes one mode; the parameter to tell the members of, or None if nothing is new."""
        on = sign == "+"
        if letter in "ov":
            if not word:
                raise No("461", "MODE", "Not enough parameters")
            who = self.world.nicks.get(fold(word))
            if who not in channel.members:
                raise No("441", self.safe(word), channel.name, "They aren't on that channel")
            rank = channel.members[who]
            channel.members[who] = (rank + letter) if on and letter not in rank else rank if on else rank.replace(letter, "")
            return who.nick if channel.members[who] != rank else None
        if letter in "be":
            word = word if "!" in word else f"*!{word}" if "@" in word else f"{word}!*"
            word, known = cut(word if "@" in word else f"{word}@*", 120), channel.lists[letter]
            same = next((mask for mask in known if fold(mask) == fold(word)), None)
            if on and not same and len(known) >= 40:
                raise No("478", channel.name, letter, "List is full")
            known.update({word: 1} if on and not same else {})
            known.pop(same, None) if not on else None
            return word if on and not same else same if not on else None
        if letter == "k":
            if on and not re.fullmatch(r"[!-+\--9;-~][!-+\--~]{0,22}", word):
                raise No("525" if word else "461", channel.name if word else "MODE", "Key is not well-formed")
            old, channel.key = channel.key, word if on else ""
            return (word or old) if old != channel.key else None
        if letter == "l":
            if on and not re.fullmatch("[1-9][0-9]{0,5}", word):
                raise No("461", "MODE", "Not enough parameters")
            old, channel.limit = channel.limit, int(word) if on else 0
            return word if old != channel.limit else None
        old = letter in channel.flags
        (channel.flags.add if on else channel.flags.discard)(letter)
        return "" if old != on else None

    def own_modes(self, who, letters):
        if who is not self:
            raise No("502", "Cannot change mode for other users")
        if not letters:
            return self.say("221", "+" + "".join(sorted(self.modes)))
        sign = "+"
        for letter in letters:
            if letter in "+-":
                sign = letter
            elif letter not in "io":
                self.say("501", "Unknown MODE flag")
            elif (sign == "+") != (letter in self.modes) and sign + letter != "+o":
                self.modes ^= {letter}
                self.tell([self], "MODE", self.nick, sign + letter)
        return None

    # Queries

    def can_see(self, who):
        return "i" not in who.modes or who is self or not self.channels.keys().isdisjoint(who.channels)

    def on_WHO(self, params):
        mask, channel = (params[0] if params else "*") or "*", None
        if mask.startswith("#"):
            channel = self.world.channels.get(fold(mask))
            found = channel.members if channel and channel.sees(self) else ()
        else:
            found = [
                who
                for who in self.world.clients
                if who.inside and any(fits(mask, text) for text in (who.nick, who.user, who.host, ME, who.real)) or mask == "0"
            ]
        for who in found:
            if who.inside and (self.can_see(who) or fold(who.nick) == fold(mask)) and (params[1:2] != ["o"] or "o" in who.modes):
                flags = ("G" if who.away else "H") + "*" * ("o" in who.modes) + (self.signs(channel.members[who]) if channel else "")
                self.say("352", channel.name if channel else "*", f"~{who.user}", who.host, ME, who.nick, flags, f"0 {who.real}")
        self.say("315", self.safe(mask), "End of WHO list")

    def on_WHOIS(self, params):
        if not params or not params[-1]:
            raise No("431", "No nickname given")
        if params[1:]:
            self.here(params[0])
        self.each(self.whois, params[1] if params[1:] else params[0])
        self.say("318", self.safe((params[1:] or params)[0]), "End of WHOIS list")

    def whois(self, nick):
        who = self.person(nick)
        self.say("311", who.nick, f"~{who.user}", who.host, "*", who.real)
        shown = [c for c in who.channels.values() if self in c.members or (c.sees(self) and self.can_see(who))]
        if shown:
            self.say("319", who.nick, " ".join(self.signs(c.members[who])[:1] + c.name for c in shown))
        self.say("312", who.nick, ME, "Lab5")
        if who.away:
            self.say("301", who.nick, who.away)
        if "o" in who.modes:
            self.say("313", who.nick, "is an IRC operator")
        self.say("317", who.nick, str(int(time.monotonic() - who.spoke)), str(who.born), "seconds idle, signon time")

    def on_WHOWAS(self, params):
        if not params or not params[0]:
            raise No("431", "No nickname given")
        most = int(params[1]) if params[1:] and re.fullmatch("[0-9]{1,5}", params[1]) else 0
        found = [past for past in self.world.past if fold(past[0]) == fold(params[0])]
        for nick, user, host, real in found[: most or None]:
            self.say("314", nick, f"~{user}", host, "*", real)
            self.say("312", nick, ME, "some time ago")
        if not found:
            self.say("406", self.safe(params[0]), "There was no such nickname")
        self.say("369", self.safe(params[0]), "End of WHOWAS")

    def present(self, words):
        found = [self.world.nicks.get(fold(word)) for word in words]
        return [who for who in found if who and who.inside]

    def on_ISON(self, params):
        self.say("303", " ".join(who.nick for who in self.present(" ".join(params).split(" "))))

    def on_USERHOST(self, params):
        found = self.present(params[:5])
        words = [f"{w.nick}{'*' * ('o' in w.modes)}={'-' if w.away else '+'}~{w.user}@{w.host}" for w in found]
        self.say("302", " ".join(words))

    def here(self, server):
        if not fits(server, ME) and fold(server) not in self.world.nicks:
            raise No("402", self.safe(server), "No such server")

    def on_LUSERS(self, params):
        people = [who for who in self.world.clients if who.inside and not who.gone]
        hidden, opers = (sum(letter in who.modes for who in people) for letter in "io")
        strangers = sum(not who.inside and not who.gone for who in self.world.clients)
        self.say("251", f"There are {len(people) - hidden} users and {hidden} invisible on 1 servers")
        for number, much in (("252", opers), ("253", strangers), ("254", len(self.world.channels))):
            if much:
                self.say(number, str(much), "of them")
        self.say("255", f"I have {len(people)} clients and 0 servers")
        for number in ("265", "266"):
            self.say(number, str(len(people)), str(self.world.most), f"{len(people)} users, max {self.world.most}")

    def on_MOTD(self, params):
        self.here(params[0]) if params else None
        if self.world.motd is None:
            return self.say("422", "MOTD File is missing")
        self.say("375", f"- {ME} Message of the day - ")
        for line in self.world.motd:
            self.say("372", f"- {line}")
        return self.say("376", "End of MOTD command")

    def on_VERSION(self, params):
        self.here(params[0]) if params else None
        self.say("351", MAKE, ME, "in one file")

    def on_TIME(self, params):
        self.here(params[0]) if params else None
        self.say("391", ME, time.ctime())

    def on_INFO(self, params):
        self.here(params[0]) if params else None
        self.say("371", "An IRC server")
        self.say("374", "End of INFO list")

    def on_ADMIN(self, params):
        self.here(params[0]) if params else None
        self.say("423", ME, "No administrative info available")

    # Operators

    def on_OPER(self, params):
        if tuple(params[:2]) not in self.world.args.oper:
            raise No("464", "Password incorrect")
        self.modes.add("o")
        self.say("381", "You are now an IRC operator")
        self.tell([self], "MODE", self.nick, "+o")

    def on_KILL(self, params):
        if "o" not in self.modes:
            raise No("481", "You're not an IRC operator")
        self.person(params[0]).leave(f"Killed ({self.nick} ({params[1] if params[1:] else 'no reason'}))")


class World:
    """Who is here, and which channels there are."""

    def __init__(self, args, motd):
        self.args, self.motd, self.clients, self.nicks, self.channels = args, motd, set(), {}, {}
        self.past, self.most = deque(maxlen=500), 0

    async def watch(self):
        """Looks for those who say nothing."""
        limit = self.args.ping
        while True:
            await asyncio.sleep(min(1, limit / 8))
            now = time.monotonic()
            for who in list(self.clients):
                if not who.inside and now - who.since > limit:
                    who.leave("Registration timeout")
                elif who.pinged and now - who.pinged > limit:
                    who.leave(f"Ping timeout: {limit:g} seconds")
                elif not who.pinged and now - who.heard > limit and not who.gone:
                    who.pinged = now
                    who.send(f"PING :{ME}\r\n".encode())


async def main(args, motd):
    stop, loop, world = asyncio.Event(), asyncio.get_running_loop(), World(args, motd)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        server = await loop.create_server(lambda: Client(world), args.host, args.port, backlog=1024)
    except OSError as error:
        sys.exit(f"cannot listen on port {args.port}: {error.strerror}")
    print(f"IRC server on {args.host} port {args.port}", flush=True)
    watching = loop.create_task(world.watch())
    await stop.wait()
    watching.cancel()
    server.close()
    for client in list(world.clients):
        client.inside = False
        client.leave("Server is going down")
    await asyncio.sleep(0.2)  # for the last words


def number(low, high, make=float):
    def parse(word):
        if not low <= make(word) <= high:
            raise ValueError(word)
        return make(word)

    return parse


def pair(word):
    name, password = word.split(":", 1)
    return name, password


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=number(1, 65535, int))
    parser.add_argument("--password", default="")
    parser.add_argument("--motd")
    parser.add_argument("--oper", type=pair, action="append", default=[])
    parser.add_argument("--ping", type=number(0.01, 1e6), default=120)
    parser.add_argument("--flood", type=number(0, 1e6), default=20)
    arguments, lines = parser.parse_args(), None
    if arguments.motd:
        try:
            with open(arguments.motd, encoding="utf-8", errors="surrogateescape") as file:
                lines = file.read().splitlines()
        except OSError as error:
            sys.exit(f"cannot read {arguments.motd}: {error.strerror}")
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(main(arguments, lines))
