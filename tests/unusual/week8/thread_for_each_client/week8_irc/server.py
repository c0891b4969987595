"""An IRC server with two threads for each client, one that hears and one that tells, and one lock for everything.

Lines are bytes, and stay bytes. There are no capabilities; what is optional is not there.
"""

import os
import re
import signal
import socket
import sys
import threading
import time

ME, VERSION = b"irc.lab5.example", b"two-threads-each"
NICK = re.compile(rb"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]{0,29}")
SUPPORT = (
    b"AWAYLEN=100 CASEMAPPING=ascii CHANLIMIT=#:20 CHANMODES=be,k,l,imnst CHANNELLEN=50 CHANTYPES=# EXCEPTS=e KICKLEN=100 "
    b"MAXLIST=be:20 MODES=3 NETWORK=Lab5",
    b"NICKLEN=30 PREFIX=(ov)@+ TARGMAX=PRIVMSG:3,NOTICE:3,KICK:3 TOPICLEN=150",
)
LOCK = threading.RLock()
OPTIONS = {"--password": b"", "--motd": None, "--oper": [], "--ping": 120.0, "--flood": 20.0}
MOTD, CLIENTS, NICKS, CHANNELS, PAST, MOST = [], {}, {}, {}, [], [0]


class Refused(Exception):
    pass


class Channel:
    def __init__(self, name):
        self.name, self.members, self.flags, self.key, self.limit = name, {}, {b"n", b"t"}, b"", 0
        self.topic, self.masks, self.invited, self.made = (b"", b"", 0), {b"b": [], b"e": []}, {}, int(time.time())

    def ops(self, who):
        return b"@" in self.members.get(who, b"")

    def open_to(self, who):
        return b"s" not in self.flags or who in self.members

    def bans(self, who):
        source = who.source()
        return any(fits(m, source) for m in self.masks[b"b"]) and not any(fits(m, source) for m in self.masks[b"e"])


class Client:
    def __init__(self, sock, host):
        self.sock, self.host, self.born, self.spoke = sock, (b"0" + host if host[:1] == b":" else host), int(time.time()), time.time()
        self.nick = self.user = self.real = self.password = self.away = b""
        self.inside = self.gone = self.asks = False
        self.modes, self.channels, self.out, self.size, self.wake = set(), [], [], 0, threading.Condition(LOCK)

    def source(self):
        return b"%b!~%b@%b" % (self.nick, self.user, self.host)

    def near(self):
        return {who for channel in self.channels for who in channel.members} - {self}

    def send(self, line):
        """To be called with LOCK; the other thread sends it."""
        if self.gone:
            return
        self.out.append(line)
        self.size += len(line)
        if self.size > 1 << 20:
            self.out.clear()
            self.size = 0
            leave(self, b"Too slow")
        self.wake.notify()

    def say(self, number, *words):
        *words, text = words
        self.send(cut(b" ".join([b":" + ME, number, self.nick if self.inside else b"*", *words, b":" + text]), 510) + b"\r\n")

    def tell(self, everybody, line):
        line = cut(b":%b %b" % (self.source(), line), 510) + b"\r\n"
        for who in list(everybody):
            who.send(line)


def fold(name):
    return name.lower()  # of bytes: A to Z only


def cut(data, size):
    end = min(size, len(data))
    while end < len(data) and end > size - 4 and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end]


def fits(mask, text):
    """The pieces between the stars, one after the other, each at the first place where it fits."""
    pieces = [b"".join(b"." if c == 63 else re.escape(bytes([c])) for c in piece) for piece in fold(mask).split(b"*")]
    text = fold(text)
    if len(pieces) == 1:
        return bool(re.fullmatch(pieces[0], text, re.DOTALL))
    head, tail = re.match(pieces[0], text, re.DOTALL), len(text) - sum(1 for _ in re.finditer(rb"\\?.", pieces[-1], re.DOTALL))
    if not head or tail < head.end() or not re.fullmatch(pieces[-1], text[tail:], re.DOTALL):
        return False
    at = head.end()
    for piece in pieces[1:-1]:
        found = re.compile(piece, re.DOTALL).search(text, at, tail)
        if not found:
            return False
        at = found.end()
    return True


def safe(word):
    return word if word and b" " not in word and word[:1] != b":" else b"*"


def person(nick):
    who = NICKS.get(fold(nick))
    if who is None or not who.inside:
        raise Refused(b"401", safe(nick), b"Nobody has that nick")
    return who


def place(client, name, inside=True):
    channel = CHANNELS.get(fold(name))
    if channel is None:
        raise Refused(b"403", safe(name), b"There is no such channel")
    if inside and client not in channel.members:
        raise Refused(b"442", channel.name, b"You are not there")
    return channel


def rank(client, channel):
    if not channel.ops(client):
        raise Refused(b"482", channel.name, b"You are no operator there")


def here(words):
    if words and not fits(words[0], ME) and fold(words[0]) not in NICKS:
        raise Refused(b"402", safe(words[0]), b"There is no such server")


def drop(client, channel):
    del channel.members[client]
    client.channels.remove(channel)
    if not channel.members:
        del CHANNELS[fold(channel.name)]


def leave(client, why):
    """To be called with LOCK. The connection is closed when its last line is out."""
    if client.gone:
        return
    client.send(b"ERROR :Closing link: %b (%b)\r\n" % (client.host, cut(why, 300)))
    client.gone = True
    if NICKS.get(fold(client.nick)) is client:
        del NICKS[fold(client.nick)]
    near = client.near()
    for channel in list(client.channels):
        drop(client, channel)
    for channel in CHANNELS.values():
        channel.invited.pop(client, None)
    if client.inside:
        PAST.insert(0, (client.nick, client.user, client.host, client.real))
        del PAST[300:]
        client.tell(near, b"QUIT :" + why)
    client.wake.notify()


def several(client, does, words):
    for word in dict.fromkeys(words.split(b",")):
        try:
            does(word)
        except Refused as refused:
            client.say(*refused.args)


# Commands


def enter(client):
    if client.inside or client.asks or not client.nick or not client.user:
        return
    if OPTIONS["--password"] not in (b"", client.password):
        client.say(b"464", b"That is not the password")
        return leave(client, b"Wrong password")
    client.inside = True
    MOST[0] = max(MOST[0], sum(who.inside for who in CLIENTS))
    client.say(b"001", b"Welcome to the Lab5 network, " + client.source())
    client.say(b"002", b"You are on " + ME)
    client.say(b"003", b"It has just been started")
    client.say(b"004", ME, VERSION, b"io", b"beiklmnostv", b"")
    for line in SUPPORT:
        client.say(b"005", *line.split(), b"are supported here")
    lusers(client)
    motd(client)


def cap(client, what, *words):
    what = what.upper()
    if what in (b"LS", b"REQ") and not client.inside:
        client.asks = True
    if what == b"END":
        client.asks = False
        enter(client)
    elif what in (b"LS", b"LIST", b"REQ"):
        text = b"NAK :" + b" ".join(words) if what == b"REQ" else what + b" :"
        client.send(b":%b CAP %b %b\r\n" % (ME, client.nick if client.inside else b"*", text))
    else:
        raise Refused(b"410", safe(what), b"There is no such command of CAP")


def password(client, word, *_):
    if client.inside:
        raise Refused(b"462", b"You are in already")
    client.password = word


def user(client, name, mode, star, real, *_):
    if client.inside:
        raise Refused(b"462", b"You are in already")
    if not real:
        raise Refused(b"461", b"USER", b"Not enough parameters")
    client.user, client.real = re.sub(rb"[^!-?A-~]|!", b"", name)[:10] or b"user", cut(real, 100)
    enter(client)


def nick(client, wanted=b"", *_):
    if not wanted:
        raise Refused(b"431", b"No nick was given")
    if not NICK.fullmatch(wanted):
        raise Refused(b"432", safe(wanted), b"That can be no nick")
    if NICKS.get(fold(wanted), client) is not client:
        raise Refused(b"433", wanted, b"Somebody has it")
    if client.inside:
        client.tell({client} | client.near(), b"NICK " + wanted)
        PAST.insert(0, (client.nick, client.user, client.host, client.real))
    NICKS.pop(fold(client.nick), None)
    NICKS[fold(wanted)], client.nick = client, wanted
    enter(client)


def ping(client, token=b"", *_):
    if not token:
        raise Refused(b"409", b"No token")
    client.send(b":%b PONG %b :%b\r\n" % (ME, ME, token))


def quits(client, why=b"", *_):
    leave(client, b"Quit: " + why)


def join(client, names, keys=b"", *_):
    if names == b"0":
        for channel in list(client.channels):
            part(client, channel.name, b"All at once")
        return
    keys = dict(zip(names.split(b","), keys.split(b",")))
    several(client, lambda name: enters(client, name, keys.get(name, b"")), names)


def enters(client, name, key):
    if not re.fullmatch(rb"#[^ ,\x07]{1,49}", name):
        raise Refused(b"403", safe(name), b"That can be no channel")
    channel = CHANNELS.get(fold(name))
    if channel in client.channels:
        return
    if len(client.channels) >= 20:
        raise Refused(b"405", name, b"That would be too many")
    if channel is not None:
        asked = channel.invited.get(client)
        for number, bad in (
            (b"475", channel.key not in (b"", key)),
            (b"473", b"i" in channel.flags and asked is None),
            (b"471", 0 < channel.limit <= len(channel.members)),
            (b"474", not asked and channel.bans(client)),
        ):
            if bad:
                raise Refused(number, channel.name, b"You cannot join it")
    channel = CHANNELS.setdefault(fold(name), channel or Channel(name))
    channel.invited.pop(client, None)
    channel.members[client] = b"" if channel.members else b"@"
    client.channels.append(channel)
    client.tell(channel.members, b"JOIN " + channel.name)
    if channel.topic[0]:
        topic(client, name)
    shows(client, name)


def part(client, names, why=None, *_):
    def one(name):
        channel = place(client, name)
        client.tell(channel.members, b"PART " + channel.name + (b"" if why is None else b" :" + cut(why, 100)))
        drop(client, channel)

    several(client, one, names)


def topic(client, name, text=None, *_):
    channel = place(client, name)
    if text is not None:
        if b"t" in channel.flags:
            rank(client, channel)
        channel.topic = (cut(text, 150), client.nick, int(time.time()))
        client.tell(channel.members, b"TOPIC %b :%b" % (channel.name, channel.topic[0]))
    elif channel.topic[0]:
        client.say(b"332", channel.name, channel.topic[0])
        client.say(b"333", channel.name, channel.topic[1], b"%d" % channel.topic[2])
    else:
        client.say(b"331", channel.name, b"It has none")


def names(client, words=None, *_):
    if words is None:
        client.say(b"366", b"*", b"End of names")
    else:
        several(client, lambda name: shows(client, name), words)


def shows(client, name):
    channel = CHANNELS.get(fold(name))
    if channel and channel.open_to(client):
        for who, sign in channel.members.items():  # a line for each: nobody has said that it has to be one
            if client in channel.members or sees(client, who):
                client.say(b"353", b"@" if b"s" in channel.flags else b"=", channel.name, sign[:1] + who.nick)
    client.say(b"366", channel.name if channel else safe(name), b"End of names")


def sees(client, who):
    return b"i" not in who.modes or who is client or any(channel in who.channels for channel in client.channels)


def lists(client, words=b"", *_):
    for name in words.split(b",") if words else list(CHANNELS):
        channel = CHANNELS.get(fold(name))
        if channel and channel.open_to(client):
            client.say(b"322", channel.name, b"%d" % len(channel.members), channel.topic[0])
    client.say(b"323", b"End of the list")


def invite(client, name=b"", where=None, *_):
    if where is None:
        raise Refused(b"461", b"INVITE", b"Not enough parameters")
    channel, guest = place(client, where), person(name)
    if guest in channel.members:
        raise Refused(b"443", guest.nick, channel.name, b"is there already")
    if b"i" in channel.flags:
        rank(client, channel)
    channel.invited[guest] = channel.ops(client)
    client.say(b"341", guest.nick, channel.name)
    client.tell([guest], b"INVITE %b :%b" % (guest.nick, channel.name))


def kick(client, where, who, why=b"Out", *_):
    places, whom = where.split(b","), who.split(b",")
    for name, word in zip(places * len(whom) if len(places) == 1 else places, whom):
        several(client, lambda word, name=name: throws(client, name, word, why), word)


def throws(client, name, word, why):
    channel = place(client, name)
    rank(client, channel)
    victim = person(word)
    if victim not in channel.members:
        raise Refused(b"441", victim.nick, channel.name, b"is not there")
    client.tell(channel.members, b"KICK %b %b :%b" % (channel.name, victim.nick, cut(why, 100)))
    drop(victim, channel)


def privmsg(client, targets=b"", text=b"", *_, kind=b"PRIVMSG"):
    if not targets:
        raise Refused(b"411", b"To whom?")
    if not text:
        raise Refused(b"412", b"There is no text")
    if targets.count(b",") >= 3:
        raise Refused(b"407", safe(targets.split(b",")[3]), b"Three at most")
    client.spoke = time.time()
    several(client, lambda target: speaks(client, kind, target, text), targets)


def speaks(client, kind, target, text):
    try:
        if target[:1] != b"#":
            who = person(target)
            client.tell([who], b"%b %b :%b" % (kind, who.nick, text))
            if who.away and kind == b"PRIVMSG":
                client.say(b"301", who.nick, who.away)
            return
        channel = place(client, target, inside=False)
        mute = b"m" in channel.flags or channel.bans(client)
        if (client not in channel.members and b"n" in channel.flags) or (mute and not channel.members.get(client)):
            raise Refused(b"404", channel.name, b"You cannot speak there")
        client.tell([who for who in channel.members if who is not client], b"%b %b :%b" % (kind, channel.name, text))
    except Refused:
        if kind == b"PRIVMSG":
            raise


def notice(client, targets=b"", text=b"", *_):
    if targets and text and targets.count(b",") < 3:
        privmsg(client, targets, text, kind=b"NOTICE")


def away(client, text=b"", *_):
    client.away = cut(text, 100)
    client.say(b"306" if text else b"305", b"You are away" if text else b"You are back")


def mode(client, target, letters=b"", *words):
    if target[:1] != b"#":
        return own(client, person(target), letters)
    channel, words, sign, with_word = place(client, target, inside=False), list(words), b"+", 0
    if not channel.open_to(client):
        raise Refused(b"442", channel.name, b"You are not there")
    if not letters:
        more = [(b"k", channel.key if client in channel.members else b"*")] * bool(channel.key)
        more += [(b"l", b"%d" % channel.limit)] * bool(channel.limit)
        shown = [b"+" + b"".join(sorted(channel.flags)) + b"".join(c for c, _ in more), *(word for _, word in more)]
        return client.send(b":%b 324 %b %b %b\r\n" % (ME, client.nick, channel.name, b" ".join(shown)))
    for letter in (letters[i : i + 1] for i in range(len(letters))):
        if letter in b"+-":
            sign = letter
            continue
        word = words.pop(0) if words and (letter in b"beovk" or sign + letter == b"+l") else b""
        with_word += bool(word)
        if with_word > 3:
            break
        try:
            told = changes(client, channel, sign, letter, word)
            if told is not None:
                client.tell(channel.members, b" ".join([b"MODE", channel.name, sign + letter, *told]))
        except Refused as refused:
            client.say(*refused.args)
    return None


def changes(client, channel, sign, letter, word):
    """The parameters to tell, or None if there is nothing to tell."""
    on = sign == b"+"
    if letter in b"be" and not word:
        for mask in channel.masks[letter]:
            client.say(b"367" if letter == b"b" else b"348", channel.name, mask, b"")
        return client.say(b"368" if letter == b"b" else b"349", channel.name, b"End of masks")
    if letter not in b"beovklimnst":
        raise Refused(b"472", safe(letter), b"is unknown here")
    rank(client, channel)
    if letter in b"imnst":
        (channel.flags.add if on else channel.flags.discard)(letter)  # told again if it was so: allowed
        return []
    if letter in b"ov":
        if not word:
            return None
        who, sign = person(word), b"@" if letter == b"o" else b"+"
        if who not in channel.members:
            raise Refused(b"441", who.nick, channel.name, b"is not there")
        has = channel.members[who].replace(sign, b"") + (sign if on else b"")
        channel.members[who] = b"".join(c for c in (b"@", b"+") if c in has)
        return [who.nick]
    if letter in b"be":
        first, _, host = word.partition(b"@") if b"!" in word or b"@" not in word else (b"*!" + word.split(b"@")[0], b"", word.split(b"@", 1)[1])
        mask = cut((first if b"!" in first else first + b"!*") + b"@" + (host or b"*"), 100)
        found = [each for each in channel.masks[letter] if fold(each) == fold(mask)]
        if on == bool(found):
            return None
        if on and len(channel.masks[letter]) >= 20:
            raise Refused(b"478", channel.name, letter, b"The list is full")
        channel.masks[letter] = channel.masks[letter] + [mask] if on else [each for each in channel.masks[letter] if each not in found]
        return [mask]
    if letter == b"k":
        if on and not re.fullmatch(rb"[!-+\--9;-~][!-+\--~]{0,20}", word):
            raise Refused(b"696", channel.name, b"k", safe(word), b"That can be no key")
        channel.key = word if on else b""
        return [word or b"*"]
    if on and not re.fullmatch(rb"[1-9][0-9]{0,5}", word):
        raise Refused(b"696", channel.name, b"l", safe(word), b"That is no number")
    channel.limit = int(word) if on else 0
    return [word] if on else []


def own(client, who, letters):
    if who is not client:
        raise Refused(b"502", b"Those are not yours")
    if not letters:
        return client.say(b"221", b"+" + b"".join(sorted(client.modes)))
    sign = b"+"
    for letter in (letters[i : i + 1] for i in range(len(letters))):
        if letter in b"+-":
            sign = letter
        elif letter not in b"io":
            client.say(b"501", b"There is no such mode")
        elif (sign == b"+") != (letter in client.modes) and sign + letter != b"+o":
            client.modes ^= {letter}
            client.tell([client], b"MODE %b %b" % (client.nick, sign + letter))
    return None


def who(client, mask=b"*", only=b"", *_):
    channel = CHANNELS.get(fold(mask)) if mask[:1] == b"#" else None
    if mask[:1] == b"#":
        found = list(channel.members) if channel and channel.open_to(client) else []
    else:
        found = [w for w in CLIENTS if w.inside and not w.gone and (mask == b"0" or any(fits(mask, t) for t in (w.nick, w.user, w.host, ME, w.real)))]
    for w in found:
        if (sees(client, w) or fold(w.nick) == fold(mask)) and (only != b"o" or b"o" in w.modes):
            flags = (b"G" if w.away else b"H") + b"*" * (b"o" in w.modes) + (channel.members[w][:1] if channel else b"")
            client.say(b"352", channel.name if channel else b"*", b"~" + w.user, w.host, ME, w.nick, flags, b"0 " + w.real)
    client.say(b"315", safe(mask), b"End of who")


def whois(client, *words):
    if not words or not words[-1]:
        raise Refused(b"431", b"Who?")
    here(words[:-1])

    def one(name):
        w = person(name)
        client.say(b"311", w.nick, b"~" + w.user, w.host, b"*", w.real)
        shown = [c for c in w.channels if client in c.members or (b"s" not in c.flags and sees(client, w))]
        for channel in shown:
            client.say(b"319", w.nick, channel.members[w][:1] + channel.name)
        client.say(b"312", w.nick, ME, b"Lab5")
        if w.away:
            client.say(b"301", w.nick, w.away)
        if b"o" in w.modes:
            client.say(b"313", w.nick, b"is an operator")
        client.say(b"317", w.nick, b"%d" % (time.time() - w.spoke), b"%d" % w.born, b"idle, here since")

    several(client, one, words[-1].split(b",")[0])
    client.say(b"318", safe(words[-1]), b"End of whois")


def whowas(client, name=b"", number=b"", *_):
    if not name:
        raise Refused(b"431", b"Who?")
    found = [past for past in PAST if fold(past[0]) == fold(name)]
    for nick, user, host, real in found[: int(number) if re.fullmatch(b"[1-9][0-9]{0,5}", number) else None]:
        client.say(b"314", nick, b"~" + user, host, b"*", real)
        client.say(b"312", nick, ME, b"once")
    if not found:
        client.say(b"406", safe(name), b"Nobody was called that")
    client.say(b"369", safe(name), b"End of whowas")


def present(words):
    found = [NICKS.get(fold(word)) for word in words]
    return [who for who in found if who and who.inside]


def ison(client, *words):
    client.say(b"303", b" ".join(who.nick for who in present(b" ".join(words).split())))


def userhost(client, *words):
    found = [(w.nick, b"*" * (b"o" in w.modes), b"-" if w.away else b"+", w.user, w.host) for w in present(words[:5])]
    client.say(b"302", b" ".join(b"%b%b=%b~%b@%b" % one for one in found))


def lusers(client, *_):
    people = [who for who in CLIENTS if who.inside and not who.gone]
    hidden, opers = (sum(letter in who.modes for who in people) for letter in (b"i", b"o"))
    strangers = sum(not who.inside and not who.gone for who in CLIENTS)
    client.say(b"251", b"There are %d users and %d invisible on 1 servers" % (len(people) - hidden, hidden))
    for number, much in ((b"252", opers), (b"253", strangers), (b"254", len(CHANNELS))):
        if much:
            client.say(number, b"%d" % much, b"there are")
    client.say(b"255", b"I have %d clients and 0 servers" % len(people))
    for number in (b"265", b"266"):
        client.say(number, b"%d of %d" % (len(people), MOST[0]))


def motd(client, *words):
    here(words)
    if OPTIONS["--motd"] is None:
        return client.say(b"422", b"There is none")
    client.say(b"375", b"Today")
    for line in MOTD:
        client.say(b"372", b"- " + line)
    return client.say(b"376", b"That is all")


def about(*lines):
    def tells(client, *words):
        here(words)
        for line in lines:
            client.say(*line)

    return tells


def oper(client, name, word, *_):
    if (name, word) not in OPTIONS["--oper"]:
        raise Refused(b"464", b"No")
    client.modes.add(b"o")
    client.say(b"381", b"You are an operator now")
    client.tell([client], b"MODE %b :+o" % client.nick)


def kill(client, name, why=b"no reason", *_):
    if b"o" not in client.modes:
        raise Refused(b"481", b"You are no operator")
    leave(person(name), b"Killed (%b (%b))" % (client.nick, why))


COMMANDS = {
    b"CAP": (1, cap), b"PASS": (1, password), b"NICK": (0, nick), b"USER": (4, user), b"PING": (0, ping), b"PONG": (0, about()),
    b"QUIT": (0, quits), b"JOIN": (1, join), b"PART": (1, part), b"TOPIC": (1, topic), b"NAMES": (0, names), b"LIST": (0, lists),
    b"INVITE": (0, invite), b"KICK": (2, kick), b"PRIVMSG": (0, privmsg), b"NOTICE": (0, notice), b"AWAY": (0, away),
    b"MODE": (1, mode), b"WHO": (0, who), b"WHOIS": (0, whois), b"WHOWAS": (0, whowas), b"ISON": (1, ison),
    b"USERHOST": (1, userhost), b"LUSERS": (0, lusers), b"MOTD": (0, motd), b"OPER": (2, oper), b"KILL": (1, kill),
    b"VERSION": (0, about((b"351", VERSION, ME, b"Python"))), b"TIME": (0, about((b"391", ME, b"now"))),
    b"INFO": (0, about((b"371", b"Two threads for each"), (b"374", b"End"))), b"ADMIN": (0, about((b"423", ME, b"Nobody"))),
}  # fmt: skip
EARLY = (b"CAP", b"PASS", b"NICK", b"USER", b"PING", b"PONG", b"QUIT")


def obey(client, line):
    """One line, with LOCK."""
    line = line.translate(None, b"\0\r")
    for sign in (b"@", b":"):
        line = line.lstrip(b" ")
        if line.startswith(sign):
            line = line.partition(b" ")[2]
    head, colon, last = (b" " + line).partition(b" :")
    words = [word for word in head.split(b" ") if word] + [last] * bool(colon)
    if not words:
        return
    name = words.pop(0)
    least, does = COMMANDS.get(name.upper(), (0, None))
    try:
        if does is None:
            raise Refused(b"421", safe(name), b"There is no such command")
        if not client.inside and name.upper() not in EARLY:
            raise Refused(b"451", b"Who are you?")
        if len(words) < least or (least and not words[0]):
            raise Refused(b"461", name.upper(), b"Not enough parameters")
        does(client, *words)
    except Refused as refused:
        client.say(*refused.args)


# Threads


def hears(client):
    """What comes from a client; the thread ends with the connection."""
    ping, rate = OPTIONS["--ping"], OPTIONS["--flood"]
    budget, counted, rest, came, pinged, heard, why = max(1, rate * 10), time.monotonic(), b"", time.monotonic(), 0, time.monotonic(), b"Closed"
    lines, waiting = [], 0
    try:
        while not client.gone:
            now = time.monotonic()
            budget, counted = min(rate * 10, budget + (now - counted) * rate), now
            done = 0
            while done < len(lines) and not client.gone and (not rate or budget >= 1):
                with LOCK:
                    while client.size > 200_000 and not client.gone:  # it is to read its answers first
                        client.wake.wait(1)
                    obey(client, lines[done])
                waiting -= len(lines[done])
                budget, done = budget - 1, done + 1
            del lines[:done]
            if rate and waiting > 65536:
                why = b"Excess Flood"
                break
            end = min([(pinged or heard) + ping, came + ping if not client.inside else 1e12, now + (1 / rate if lines else 1e12)])
            client.sock.settimeout(max(0.001, min(end - now, 1e6)))
            try:
                data = client.sock.recv(65536)
            except TimeoutError:
                now = time.monotonic()
                if not client.inside and now >= came + ping:
                    why = b"Registration timed out"
                    break
                if pinged and now >= pinged + ping:
                    why = b"Ping timeout: %g seconds" % ping
                    break
                if not pinged and now >= heard + ping:
                    pinged = now
                    with LOCK:
                        client.send(b"PING :%b\r\n" % ME)
                continue
            if not data:
                break
            heard, pinged = time.monotonic(), 0
            *ended, rest = (rest + data).split(b"\n")
            rest = rest[:510]  # longer lines lose their end
            lines += [line.removesuffix(b"\r")[:510] for line in ended]
            waiting += sum(map(len, ended))
    except OSError:
        why = b"Reset"
    with LOCK:
        leave(client, why)


def tells(client):
    """What goes to a client; this thread closes the connection, when the last line is out."""
    try:
        while True:
            with LOCK:
                while not client.out and not client.gone:
                    client.wake.wait()
                data, last = b"".join(client.out), client.gone
                client.out.clear()
            for start in range(0, len(data), 65536):
                os_send(client, data[start : start + 65536])
            if last:
                break
    except OSError:
        pass
    with LOCK:
        leave(client, b"Reset")
        CLIENTS.pop(client, None)
    try:
        client.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    client.sock.close()


def os_send(client, data):
    """sendall(), which gives up when the client is gone and does not read."""
    while data:
        try:
            sent = os.write(client.sock.fileno(), data)
        except BlockingIOError:
            if client.gone:
                raise
            time.sleep(0.01)  # its own thread: nobody else waits
            continue
        data = data[sent:]
        with LOCK:
            client.size -= sent
            client.wake.notify_all()


def usage(why):
    print(f"usage: server.py HOST PORT [--password P] [--motd FILE] [--oper NAME:PASSWORD] [--ping S] [--flood N]\n{why}", file=sys.stderr)
    sys.exit(2)


def arguments(words):
    place = []
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            place.append(word)
            continue
        if word not in OPTIONS or not words:
            usage(f"what is {word}?")
        value = words.pop(0)
        try:
            OPTIONS[word] = {
                "--ping": float, "--flood": float, "--motd": str, "--password": os.fsencode,
                "--oper": lambda pair: [*OPTIONS["--oper"], tuple(os.fsencode(pair).split(b":", 1))],
            }[word](value)  # fmt: skip
        except ValueError:
            usage(f"{word} {value}?")
    if len(place) != 2 or not place[1].isdecimal() or not 0 < int(place[1]) < 65536:
        usage("a host and a port")
    return place[0], int(place[1])


def main():
    host, port = arguments(sys.argv[1:])
    try:
        if OPTIONS["--motd"] is not None:
            with open(OPTIONS["--motd"], "rb") as file:
                MOTD.extend(file.read().splitlines())
        listener = socket.create_server((host, port), backlog=1024)
    except OSError as error:
        sys.exit(f"cannot start: {error}")
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    except (ImportError, OSError, ValueError):
        pass
    threading.stack_size(256 * 1024)

    def ends(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, ends)
    signal.signal(signal.SIGINT, ends)
    print(f"IRC server on {host} port {port}", flush=True)
    try:
        while True:
            try:
                sock, address = listener.accept()
            except OSError:
                time.sleep(0.1)
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client = Client(sock, address[0].encode())
            sock.settimeout(10)
            with LOCK:
                CLIENTS[client] = None
            for does in (hears, tells):
                threading.Thread(target=does, args=(client,), daemon=True).start()
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with LOCK:
        for client in list(CLIENTS):
            client.inside = False
            leave(client, b"The server ends")
    end = time.monotonic() + 1
    while CLIENTS and time.monotonic() < end:
        time.sleep(0.01)
    os._exit(0)


main()
