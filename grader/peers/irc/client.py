"""alice, bob or carol, clients of an IRC server under test: what they say, and what they are to get."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.irc.pattern import marked, parsed
from grader.peers.irc.stream import GRACE, REFUSED, IrcStream, matches
from grader.peers.irc.supports import faults
from grader.wire import irc
from grader.wording import count

LONGEST = 512  # bytes of a line
NO_BLANK = re.compile(r"\w")  # what no empty line has, whatever is before it: "- "
MOST_TEXT = 440  # bytes of a text in a line of 512, with a channel and a long nick before it
POLL = 0.02  # seconds between two questions about who is here
SMALL = 4096  # bytes of a buffer for what comes
DATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")  # IRCv3: server-time
LIST_END = {"353": "366", "322": "323", "352": "315", "367": "368", "348": "349"}


class Client(IrcStream):
    """What a conversation calls `alice`.

    password   what she says with PASS before she registers
    """

    password = ""

    def says(self, *lines: str | bytes) -> None:
        """Sends these lines, in one segment, when all that was said before has been dealt with, and forgets what came
        before. A text behind a colon ends in the mark."""
        self.catches_up()
        self.inbox.clear()
        data = [line if isinstance(line, bytes) else marked(line, self._mark).encode() for line in lines]
        self._is_asking = any(line.startswith(b"PING") for line in data)
        self._steps += [f"{self.name} > {self._told(line)}" for line in data]
        self._transmit(b"".join(line + b"\r\n" for line in data))

    def registers(self, nick: str = "") -> None:
        """Says who she is, and is welcome."""
        with self.briefly(f"{self.name} registers" + (f" as {nick}" if nick else "")):
            password = (f"PASS {self.password}",) if self.password else ()
            self.says(*password, f"NICK {nick or self.name}", f"USER {self.name} 0 * :{self.name} at the lab")
            self.is_welcome()
            self.inbox.clear()

    def takes_back(self, nick: str) -> None:
        """Registers under a nick that may not be free for a moment yet."""
        deadline = self._patience.for_answer().or_sooner(GRACE)
        self.says(f"USER {nick} 0 * :{nick} at the lab", f"NICK {nick}")
        while self.sees("001|433").command == "433":
            if deadline.is_over:
                raise Unmet(f"the nick {nick} to be free again", f"433 came for {GRACE:g} seconds")
            time.sleep(POLL)  # nobody tells that a nick is free
            self.says(f"NICK {nick}")
        self.catches_up()

    def is_welcome(self) -> None:
        """001 has come, or comes, and the rest of the welcome with it."""
        self.gets("001")
        self.catches_up()

    def offers(self, *capabilities: str) -> list[str]:
        """Those of these capabilities that CAP LS names."""
        self.says("CAP LS 302")
        found = [self.gets("CAP ? LS"), *(each for each in self.inbox if each.command == "CAP")]  # a list may be long
        named = {word.partition("=")[0] for each in found for word in each.params[-1].split()}
        return [each for each in capabilities if each in named]

    def is_given(self, capability: str) -> bool:
        """Whether CAP LS has it, and then she is given it."""
        if not self.offers(capability):
            return False
        self.does(f"CAP REQ {capability}", f"CAP ? ACK *{capability}*")
        return True

    def has_enabled(self, *capabilities: str) -> None:
        """CAP LIST names these, and no others."""
        self.says("CAP LIST")
        found = {*self.gets("CAP ? LIST").params[-1].split()} - {"cap-notify"}
        if found != {*capabilities}:
            wanted = " ".join(capabilities) or "no capability"
            raise Unmet(f"`CAP LIST` to name {wanted}", f"it names {' '.join(sorted(found)) or 'none'}")

    def does(self, line: str, *patterns: str) -> None:
        """Says this, and gets these, in their order; without any, what she says herself."""
        self.says(line)
        self.gets(*(patterns or (f":{self.name} {line}",)))

    def is_refused(self, pattern: str, *lines: str | bytes) -> None:
        """Each of these lines is answered by this numeric."""
        for line in lines:
            self.says(line)
            self.gets(pattern)

    def quits(self, text: str = "bye") -> None:
        """Quits, and the server ends the connection."""
        self.says(f"QUIT :{text}")
        self.sees_the_end()

    def hangs_up(self) -> None:
        """Ends the connection without a word."""
        self._unproven()
        super().hangs_up()

    def drops(self) -> None:
        """Is gone from one moment to the next: the connection is reset."""
        self._unproven()
        super().drops()

    def falls_silent(self) -> None:
        """From now on she says nothing, not even PONG."""
        self.catches_up()
        self._unproven()
        self._steps.append(f"{self.name} falls silent")
        self.answers_pings = False

    def is_pinged(self) -> None:
        """The server asks whether she is still there."""
        self.is_patient, before = True, self.pings
        while self.pings == before:
            if (message := self._next(self._patience.for_answer())) is None:
                raise Unmet(f"PING for {self.name}", self._nothing())
            self._keeps(message)
        self._steps.append(f"{self.name} < PING")

    def stops_reading(self) -> None:
        """From now on she takes nothing of what she is sent."""
        self.catches_up()
        self._unproven()
        self._steps.append(f"{self.name} does not read any more")
        self._is_deaf = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)

    def gets(self, *patterns: str) -> irc.Message:
        """These have come since she spoke last, or come now, in this order; others may be between. The last of them."""
        self.catches_up()
        place, found = 0, None
        for pattern in self._patterns(patterns):
            place = self._place(pattern, place)
            found = self.inbox.pop(place)
        return found

    def gets_about(self, words: str, pattern: str) -> None:
        """This has come, with these words and the mark in its text; others may be around them."""
        found = self.gets(pattern)
        wanted = f"{words} {self._mark}".strip()
        if wanted not in "".join(found.params[-1:]):
            raise Unmet(f"{wanted!r} in its text", f"`{self._line(found)}` came")

    def gets_from(self, nick: str, user: str, pattern: str) -> None:
        """This has come, from `nick!user@host`; a ~ may stand before the user."""
        found = self.gets(pattern)
        source = irc.read_source(found.source)
        if (source.nick, source.user.lstrip("~")) != (nick, user) or not source.host:
            raise Unmet(f"a message from {nick}!{user}@host", f"`{self._line(found)}` came")

    def gets_at_most(self, size: int, pattern: str) -> None:
        """This has come, and its text has no more bytes than this."""
        found = self.gets(pattern)
        text = found.params[-1].encode("utf-8", "surrogateescape")
        if len(text) > size:
            raise Unmet(f"a text of {count(size, 'byte')} at most", f"it has {count(len(text), 'byte')}")

    def begins(self, line: str) -> None:
        """Sends this, and no end of a line yet."""
        self.sends(line.encode())
        self._is_unsettled = False  # PING would become a part of that line

    def gets_text(self, words: str, pattern: str) -> None:
        """This has come, with these words in its text, in any case."""
        found = self.gets(pattern)
        if words.lower() not in "".join(found.params[-1:]).lower():
            raise Unmet(f"{words!r} in its text", f"`{self._line(found)}` came")

    def gets_lines(self, numeric: str, lines: Iterable[str], *, end: str) -> None:
        """Replies with these texts have come, in this order, and then this end; what is before a text is free."""
        self.gets(end)
        texts = iter(["".join(each.params[-1:]) for each in self.inbox if each.command == numeric])
        for line in lines:
            if not any(text.endswith(line) if line else not NO_BLANK.search(text) for text in texts):
                raise Unmet(
                    f"`{numeric} {self.name} :- {line}` for {self.name}", "it is not there, or not in its place"
                )

    def gets_unchanged_if_at_all(self, data: bytes, pattern: str) -> None:
        """If this has come, then with this text, byte by byte."""
        self.catches_up()
        for each in [each for each in self.inbox if matches(parsed(pattern), each)]:
            self.inbox.remove(each)
            if (came := each.params[-1].encode("utf-8", "surrogateescape")) != data:
                raise Unmet(f"{data!r} to arrive unchanged, or not at all", f"{came!r} came")

    def had_lines_of_at_most(self, size: int) -> None:
        """No line that came had more bytes, with its end and without its tags."""
        self.catches_up()
        if self.longest > size:
            wanted = f"lines of {count(size, 'byte')} at most, with \\r\\n"
            raise Unmet(wanted, f"one of {count(self.longest, 'byte')} came")

    def gets_once(self, *patterns: str) -> None:
        """Each of these has come once, in any order."""
        for pattern in patterns:
            self.gets(pattern)
            self.gets_no(pattern)

    def gets_no(self, *patterns: str) -> None:
        """None of these has come since she spoke last, except those that were asked for."""
        self.catches_up()
        for pattern in self._patterns(patterns):
            found = next((each for each in self.inbox if matches(pattern, each)), None)
            if found is not None:
                raise Unmet(f"no `{pattern.told(self.name)}` for {self.name}", f"`{self._line(found)}` came")

    def gets_no_error(self, but: str = "") -> None:
        """Nothing since she spoke last says no, neither a numeric nor ERROR; but this numeric may."""
        self.catches_up()
        for each in self.inbox:
            if each.command == "ERROR" or (REFUSED.fullmatch(each.command) and each.command != but):
                raise Unmet(f"no error for {self.name}", f"`{self._line(each)}` came")

    def rows(self, pattern: str) -> list[irc.Message]:
        """The rows of a list, whose end has come."""
        (wanted,) = self._patterns([pattern])
        self.gets(LIST_END[wanted.commands[0]])
        return [each for each in self.inbox if matches(wanted, each)]

    def lists(self, pattern: str, place: int, *wanted: str) -> None:
        """In the rows of a list, this parameter (-1: the last one) is these words, in any order, and no others."""
        found = sorted(word for row in self.rows(pattern) for words in row.params[place:][:1] for word in words.split())
        if found != sorted(wanted):
            (of_what,) = self._patterns([pattern])
            came = " ".join(found) or "nobody"
            raise Unmet(f"`{of_what.told(self.name)}` with {' '.join(sorted(wanted)) or 'nobody'}", f"there is {came}")

    def finds(self, channel: str, *names: str) -> None:
        """NAMES lists these, whatever their rank, and no others; no line that came was too long."""
        self.says(f"NAMES {channel}")
        found = sorted(word.lstrip("@+") for row in self.rows(f"353 ? {channel}") for word in row.params[-1].split())
        if found != sorted(names):
            raise Unmet(f"NAMES of {channel} to list {count(len(names), 'member')}", f"it lists {len(found):,}")
        self.had_lines_of_at_most(LONGEST)

    def is_addressed_as(self, nick: str, *patterns: str) -> None:
        """These numerics have come, from the server, and their first parameter is this nick."""
        for each in map(self.gets, patterns):
            if each.params[:1] != (nick,) or not each.source or "!" in each.source:
                wanted = f"`:server {each.command} {nick} ...` for {self.name}"
                raise Unmet(wanted, f"`{self._line(each)}` came")

    def takes_for_one(self, *names: str) -> bool:
        """Whether all these are the same name for a server that compares as this one says."""
        casemapping = self.supports.get("CASEMAPPING") or "rfc1459"
        if casemapping not in irc.CASEMAPPINGS:
            raise Unmet("CASEMAPPING=ascii or CASEMAPPING=rfc1459 in 005", f"CASEMAPPING={casemapping} came")
        return len({irc.folded(name, casemapping) for name in names}) == 1

    def limit(self, token: str) -> int:
        """The number that 005 announces."""
        value = self.supports.get(token) or ""
        if not value.isdecimal() or int(value) < 1:
            raise Unmet(
                f"{token}=number in 005", f"{token}={value} came" if token in self.supports else "it is not there"
            )
        return int(value)

    def too_much(self, token: str) -> str:
        """A text that is longer than this token announces, as far as that fits into a line."""
        return "x" * min(self.limit(token) + 20, MOST_TEXT)

    def was_told_what_is_supported(self) -> None:
        """005 has come, and what it says of this week's modes and names is so."""
        if found := faults(self.supports):
            raise Unmet("005 with CASEMAPPING, CHANTYPES, PREFIX and CHANMODES=b,k,l,imnst (and more)", found[0])

    def counts(self) -> dict[str, int]:
        """What LUSERS counts: the users of 251, the channels of 254, the clients of 255; 0 where there is no 254."""
        self.says("LUSERS")
        users = [int(number) for number in re.findall(r"\d+", self.gets("251").params[-1])]
        clients = [int(number) for number in re.findall(r"\d+", self.gets("255").params[-1])]
        channels = [each.params[1] for each in self.inbox if each.command == "254"]
        return {
            "users in 251": sum(users[:2]),  # visible ones, and invisible ones (or services)
            "channels in 254": int(channels[0]) if channels and channels[0].isdecimal() else 0,
            "clients in 255": sum(clients[:1]),
        }

    def counts_differ(self, before: dict[str, int], *differences: int) -> None:
        """LUSERS counts so many users, channels and clients more than before, now or soon: who has seen the end of her
        connection may be counted for a moment yet."""
        wanted = {what: number + more for (what, number), more in zip(before.items(), differences, strict=True)}
        place, soon = len(self._steps), Deadline(GRACE)
        while (now := self.counts()) != wanted:
            if soon.is_over:
                what = next(each for each in wanted if now[each] != wanted[each])
                raise Unmet(f"{wanted[what]} {what}, after {before[what]} before", f"there were {now[what]}")
            del self._steps[place:]
            time.sleep(POLL)

    def is_dated(self, pattern: str) -> None:
        """This comes with the time that the server has seen it: @time=YYYY-MM-DDThh:mm:ss.sssZ."""
        found = self.gets(pattern)
        if not DATED.fullmatch(came := found.tags.get("time", "")):
            form = re.sub("[0-9]", "0", f"@time={came} came")  # the same text in each run; a line has TIME for any time
            raise Unmet("@time=YYYY-MM-DDThh:mm:ss.sssZ before it", form if came else f"`{self._line(found)}` came")

    def is_tagged(self, pattern: str, tag: str, value: str) -> None:
        """This comes, with this tag, and no other that a client could have made up."""
        found = self.gets(pattern)
        made_up = {name: text for name, text in found.tags.items() if name.lstrip("+") == tag.lstrip("+")}
        if made_up != {tag: value}:
            raise Unmet(f"@{tag}={value} before it, and no other tag of the client's", f"`{self._line(found)}` came")

    def is_untagged(self, pattern: str) -> None:
        """This comes without any tag."""
        found = self.gets(pattern)
        if found.tags:
            raise Unmet(f"`{parsed(pattern, self._mark).told(self.name)}` without tags", f"`{self._line(found)}` came")

    def was_told_modes(self, channel: str, *changes: str) -> None:
        """MODE has come, once or several times, and told these changes (`+o bob`), each once, and no others."""
        self.catches_up()
        kinds = _kinds(self.supports)
        modes = [each.params[1:] for each in self.inbox if matches(parsed(f"MODE {channel}"), each)]
        found = [each for words in modes for each in irc.read_modes(words, kinds)]
        told = sorted(f"{each.sign}{each.letter} {each.argument or ''}".strip() for each in found)
        if told != sorted(changes):
            came = " ".join(told) or "nothing"
            raise Unmet(f"{self.name} to be told of {channel}: {' '.join(sorted(changes))}", f"she was told {came}")

    def lists_words(self, numeric: str, *patterns: str) -> None:
        """The words of this reply's text are such ones, in any order, and no others; * stands for anything."""
        words = self.gets(numeric).params[-1].split()
        fit = [word for pattern, word in product(patterns, words) if irc.Mask(pattern).matches(word)]
        if sorted(fit) != sorted(words) or len(words) != len(patterns):
            came = f"with {' '.join(words) or 'nothing'} came"
            raise Unmet(f"{numeric} for {self.name} with {' '.join(patterns) or 'nothing'}", came)

    @contextmanager
    def briefly(self, story: str) -> Iterator[None]:
        """What happens in this `with` is one line of the transcript, if it goes well."""
        place = len(self._steps)
        yield
        self._steps[place:] = [story]


def _kinds(tokens: Mapping[str, str | None]) -> irc.ModeKinds:
    """What 005 says of modes; where that cannot be understood, which another check is about, as RFC 1459 has them."""
    try:
        return irc.ModeKinds.of(tokens)
    except irc.Malformed:
        return irc.ModeKinds.of({})
