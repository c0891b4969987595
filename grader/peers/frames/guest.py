"""alice, bob or carol in the chat of week 9: what they say, and what they take for an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from grader.check import Unmet
from grader.peers.frames.stream import FrameStream
from grader.peers.frames.text import told
from grader.wire import frame_chat as wire
from grader.wording import count

CLOSE = timedelta(minutes=10)  # of two clocks on one machine, in whatever virtual one it is
MUCH = "\U0001f600" * wire.LONGEST_TEXT  # 16,000 bytes
MUCH_AT_ONCE, MUCH_TIMES = 10, 400  # 6.4 MB are more than a system keeps for whoever does not read (tcp(7)), and 1 MiB
PRESENCE = ("joined", "left")
STORED = 0.7  # seconds in which a server that does not store first has relayed


class Client(FrameStream):
    """Somebody who chats. What she says ends in a word that no program can know."""

    def enters(self, name: str = "") -> dict:
        """Says hello, and is welcomed: that welcome."""
        self.tells(type="hello", name=name or self.name)
        return self.gets("welcome", name=name or self.name)

    def gets(self, kind: str, **fields: object) -> dict:
        """The object that comes next is of this type, with these in it. News (who said what, who comes and goes) is
        passed over, unless it is what is waited for."""
        wanted = {"type": kind, **fields}
        while (came := self._next()) is not None:
            if came["type"] in wire.NEWS and not _has(came, wanted):
                continue
            if not _has(came, wanted):
                break
            return came
        raise Unmet(f"{self.name} to get {told(wanted)}", self._instead(came))

    def hears(self, name: str, *texts: str) -> list[dict]:
        """What somebody says comes next, apart from who comes and goes: these texts, in this order. That her own words
        come back is another check's business."""
        heard = []
        for text in texts:
            wanted = {"type": "message", "name": name, "text": self._marked(text)}
            while (came := self._next()) is not None and (came["type"] in PRESENCE or self._is_own(came, name)):
                pass
            if came is None or not _has(came, wanted):
                raise Unmet(f"{self.name} to get {told(wanted)}", self._instead(came))
            heard.append(came)
        return heard

    def hears_of_length(self, name: str, character: str, number: int) -> None:
        """The same for a text of so many characters."""
        came = self.gets("message", name=name)
        if came["text"] != self._of_length(character, number):
            what = f"a text of {count(len(came['text']), 'character')} came"
            raise Unmet(f"{self.name} to get all {number:,} characters as they were sent", what)

    def is_told(self, kind: str, name: str) -> None:
        """This has come to her, or comes: who has joined, or left; again, where a check asks again."""
        while self._news[kind, name] <= self._used[kind, name]:
            if (came := self._next()) is None:
                raise Unmet(f"{self.name} to get {told({'type': kind, 'name': name})}", self._instead(None))
            if came["type"] in ("error", "reply", "welcome"):
                raise Unmet(f"{self.name} to get {told({'type': kind, 'name': name})}", self._instead(came))
        self._used[kind, name] += 1

    def finds(self, history: list[dict], name: str, *texts: str) -> None:
        """The last messages of a history are these, which somebody has said."""
        wanted = [(name, self._marked(text)) for text in texts]
        came = [(said["name"], said["text"]) for said in history][-len(wanted) :]
        for place, (expected, found) in enumerate(zip(wanted, [*came, *[None] * len(wanted)], strict=False)):
            if expected != found:
                last = "the last message" if place == len(wanted) - 1 else f"message {place - len(wanted)} from the end"
                instead = f"it is <{found[0]}> {found[1][:60]!r}" if found else f"there are only {len(came)}"
                raise Unmet(f"{last} of the history to be <{expected[0]}> {expected[1][:60]!r}", instead)

    def finds_all(self, history: list[dict], heard: list[dict]) -> None:
        """What anybody has heard is in the history."""
        kept = {(said["id"], said["name"], said["text"]) for said in history}
        lost = [said for said in heard if (said["id"], said["name"], said["text"]) not in kept]
        if lost:
            raise Unmet("the history to have every message that was seen before", f"{lost[0]['text']!r} is not there")

    def finds_names(self, came: Mapping[str, object], *names: str) -> None:
        """The users in an answer are these, in this order."""
        if came.get("users") != [*names]:
            raise Unmet(f"the users {[*names]!r} in {told({'type': came['type']})}", f"{told(came)} came")

    def counts(self, history: list[dict], number: int) -> None:
        """A history has so many messages."""
        if len(history) != number:
            raise Unmet(f"a history of {count(number, 'message')}", f"it has {len(history)}")

    def sees_ids_grow(self, heard: list[dict]) -> None:
        """Each of these messages has a greater id than the one before."""
        ids = [said["id"] for said in heard]
        if any(second <= first for first, second in pairwise(ids)):
            raise Unmet("the id of each message to be greater than the one before", f"they are {ids}")

    def sees_the_same(self, others: list[dict], mine: list[dict]) -> None:
        """What somebody else has got has the same ids and times."""
        for other, own in zip(others, mine, strict=True):
            for key in ("id", "time"):
                if other[key] != own[key]:
                    wanted = f"{self.name} to get the same {key} of {other['text']!r} as others did"
                    raise Unmet(wanted, "it is another one")

    def sees_the_time(self, heard: list[dict]) -> None:
        """The time of these messages is the present one, in UTC."""
        for said in heard:
            if fault := wire.fault_of_time(said["time"], datetime.now(UTC), CLOSE):
                form = re.sub(r"[0-9]", "0", said["time"])[:40]
                raise Unmet("the present time, in UTC and ISO 8601", f"{fault}: {form!r}, with other digits, came")

    def was_told(self, times: int, kind: str, name: str) -> None:
        """This has come to her so many times by now."""
        if (found := self._news[kind, name]) != times:
            wanted = f"{self.name} to get {told({'type': kind, 'name': name})} {count(times, 'time')}"
            raise Unmet(wanted, f"it came {count(found, 'time')}")

    def is_refused(self, code: int, *objects: Mapping[str, object]) -> None:
        """Each of these objects is answered by an error with this code."""
        for said in objects:
            self.tells(**said)
            self.gets_error(code)

    def gets_error(self, code: int) -> None:
        """The answer that comes next is an error with this code, and a sentence."""
        if not str(self.gets("error", code=code)["text"]).strip():
            raise Unmet(f"a sentence in the error {code} that says why", "its text is empty")

    def is_shown_out(self, code: int) -> None:
        """An error with this code comes, and the connection ends."""
        self.gets_error(code)
        self.sees_the_end()

    def settles(self) -> None:
        """Whatever the server owed her has come by the answer to this; that it is refused is an answer, too."""
        self.asks("who")
        while (came := self._next()) is not None and came["type"] in wire.NEWS:
            pass
        if came is None:
            raise Unmet(f"{self.name} to get an answer to the command who", self._instead(None))

    def has_heard_nothing_of(self, text: str) -> None:
        """This has not come to her, nor does it before the answer to a question."""
        self.asks("who")
        wanted = self._marked(text)
        while (came := self._next()) is not None and came["type"] in wire.NEWS:
            if came.get("text") == wanted:
                raise Unmet(f"{wanted!r} not to come to {self.name}", "it did")
        if came is None:
            raise Unmet(f"{self.name} to get an answer to the command who", self._instead(None))

    def does_not_hear_yet(self, text: str) -> None:
        """For a moment this does not come: it is to be stored first, which nobody can just now."""
        deadline, wanted = self._patience.within(STORED), self._marked(text)
        while (came := self._next(deadline)) is not None:
            if came.get("text") == wanted:
                raise Unmet("a message to be stored before it is relayed", "it was relayed while nobody could store it")

    def hears_until_the_end(self) -> list[dict]:
        """Messages that come until the connection ends."""
        heard = []
        while (came := self._next(quietly=True)) is not None:
            heard += [came] if came["type"] == "message" else []
        return heard

    def says_much_to(self, reader: Client) -> None:
        """Says one long text after the other, which `reader` hears, until 400 were said or `reader` is told that
        somebody has left: more than a system keeps for whoever does not read. In the end there are 50 short ones, for
        the history is to fit into a message."""
        said = {"type": "say", "text": MUCH}
        self._log(said, f"        (again and again, {count(MUCH_TIMES, 'time')} at most)")
        for _ in range(MUCH_TIMES // MUCH_AT_ONCE):
            self._transmit(self._pack(said) * MUCH_AT_ONCE)
            reader.hears_texts(self.name, MUCH, MUCH_AT_ONCE)
            if any(kind == "left" for kind, _ in reader.news):
                break
        self._transmit(self._pack({"type": "say", "text": "enough"}) * wire.REMEMBERED)
        reader.hears_texts(self.name, "enough", wire.REMEMBERED)

    def hears_texts(self, name: str, text: str, times: int) -> None:
        """What somebody says is this, so many times; not all of it is worth a line."""
        left = times
        while left:
            if (came := self._next(quietly=True)) is None or came["type"] in ("error", "reply"):
                raise Unmet(f"{self.name} to get what {name} says", self._instead(came))
            left -= came["type"] == "message" and came["text"] == text

    def _is_own(self, came: Mapping[str, object], wanted: str) -> bool:
        """Whether this has come back to whoever said it, and is not waited for."""
        return came["type"] == "message" and came["name"] == self.name != wanted

    @property
    def news(self) -> set[tuple[str, str]]:
        """Who has come and gone, as (type, name)."""
        return {*+self._news}


def _has(came: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    """Whether all of this is in it; what else is there does not matter."""
    return all(key in came and came[key] == value for key, value in wanted.items())
