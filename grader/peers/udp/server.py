"""The lab's server as a check sees it, while a client under test talks to it over UDP."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.services import Silence
from grader.peers.udp.datagrams import Datagrams
from grader.peers.udp.link import good
from grader.wording import count, datagram_text, ended, shown

REST = 0.5  # seconds for what else may come, when something wrong has
SOON = 4.0  # seconds, longer than any client waits before it repeats, on a busy machine too
MOST_PATIENT = 6  # times as long as for one answer, for all lines of a client that waits 2 seconds from try to try
STREAM = 0.005  # seconds between two messages of somebody who talks and talks
FEWEST_TRIES, MOST_TRIES = 10, 30  # of a client that gives up after "20 tries"; the handout says that these are fine
FASTEST = 0.5  # seconds for all of them: 10 times 0.1 would be 1.0


class UdpServer(Datagrams):
    """What a conversation calls `server`."""

    def hears(self, text: str, times: int = 1) -> None:
        """The client sends this, so many times in all; each time it may take as long as an answer."""
        wanted = self._marked(text)
        while self._heard[wanted] < times:
            before, known = self._heard[wanted], set(self._heard)
            is_starting = not self._came
            deadline = self._patience.for_start() if before or is_starting else self._patience.for_answer()
            if not self._watch.until(lambda: self._heard[wanted] > before or self._is_wrong(wanted, known), deadline):  # noqa: B023
                self._patience.ran_out(deadline)
            if self._heard[wanted] == before:
                self._watch.until(lambda: self._heard[wanted] > before, Deadline(REST))  # noqa: B023
            if self._heard[wanted] == before:
                raise self._not_heard(wanted, before, known)
        self._log_until(wanted, times)

    def heard_needlessly(self, at_most: int, *texts: str) -> None:
        """After their answers, the client has sent these no more often, all together: some may have crossed them."""
        times = sum(self._needless[self._marked(text)] for text in texts)
        if times > at_most:
            self.log_all()
            wanted = "what has been answered not to be sent again"
            raise self.run.unmet(wanted, f"it was, {count(times, 'time')}: {', '.join(map(repr, texts))}")

    def heard_nothing_like(self, part: str) -> None:
        """The client has sent nothing in which this stands."""
        found = next((datagram for datagram in self._heard if part.encode() in datagram), None)
        if found is not None:
            self.log_all()
            raise Unmet("nothing of it from the client", f"{shown(found)} came")

    def does_not_hear(self, text: str, *, before: str, times: int, unless: Callable[[], bool]) -> None:
        """The client does not send this before it has sent something else so many times, or waits for its screen."""
        unwanted, other = self._marked(text), self._marked(before)
        while not self._heard[unwanted] and self._heard[other] < times:
            known = self._heard[other]
            if not self._watch.until(lambda: self._heard[unwanted] or self._heard[other] > known, self._soon()):  # noqa: B023
                break
        if self._heard[unwanted] and self.run.terminal.is_waited_for and not unless():
            self.log_all()
            raise Unmet(f"no {shown(unwanted)} before the message is on the screen", "it came")

    def has_heard_each_once(self, name: str, texts: Iterable[str]) -> None:
        """The client has said each of these, as the server understands it, and none of them twice."""
        missing = {f"{text} {self._workspace.token}".rstrip() for text in texts}
        last = self._patience.within(MOST_PATIENT * self._patience.answer)
        while missing := {text for text in missing if not self._said[name, text]}:
            came = self._came
            goes_on = lambda: self._came > came or any(self._said[name, text] for text in missing)  # noqa: B023, E731
            deadline = self._patience.for_start()
            if not self._watch.until(goes_on, deadline) or last.is_over:
                self._patience.ran_out(deadline)
                self.log_all()
                raise self.run.unmet(f"each line to arrive, also {sorted(missing)[0]!r}", "it never did")
        twice = next((text for (who, text), times in self._said.items() if who == name and times > 1), None)
        if twice is not None:
            self.log_all()
            raise self.run.unmet(f"{twice!r} once", f"it was said {self._said[name, twice]} times")

    def is_given_up(self, text: str) -> None:
        """The client sends this so many times as it should, gives up, and says so."""
        datagram = self._marked(text)
        wanted = f"{shown(datagram)} 20 times (10 to 30 are fine), then a sentence on standard error and the end"
        self._watch.until(lambda: True, Deadline(0))  # what has come meanwhile counts, too
        while self.run.exit_status() is None:
            tries = self._heard[datagram]
            if tries > MOST_TRIES:
                self.log_all()
                raise self.run.unmet(wanted, f"it came {tries} times, and the program goes on")
            over = lambda: self.run.exit_status() is not None or self._heard[datagram] > tries  # noqa: B023, E731
            deadline = self._patience.for_start()
            if not self._watch.until(over, deadline):
                self._patience.ran_out(deadline)
                self.log_all()
                raise self.run.unmet(wanted, f"it came {count(tries, 'time')}, and the program still runs")
        self._log_until(datagram, self._heard[datagram])
        tries, (first, last) = self._heard[datagram], self._heard_at.get(datagram, (0.0, 0.0))
        if not FEWEST_TRIES <= tries <= MOST_TRIES or last - first < FASTEST:
            quickly = " in less than half a second" if last - first < FASTEST and tries >= FEWEST_TRIES else ""
            raise self.run.unmet(wanted, f"it gave up after {count(tries, 'time')}{quickly}")
        self.run.explains_itself(self.run.since)

    def has(self, name: str) -> None:
        """Somebody else is there by this name."""
        self.steps.append(f"{name} is there already")
        self._service.receive(f"HELLO {name}".encode(), name, time.monotonic())

    def says(self, name: str, text: str) -> None:
        """Somebody else says something, which the server tells the client until it answers."""
        self._send(self._service.say(name, f"{text} {self._workspace.token}".rstrip(), time.monotonic()))

    @contextmanager
    def streaming(self, name: str) -> Iterator[None]:
        """Meanwhile somebody else says one thing after the other."""
        self.steps.append(f"{name} talks and talks")
        numbers, due = itertools.count(1), [time.monotonic()]

        def talk() -> None:
            due[0] = time.monotonic() + STREAM
            self.says(name, f"talk {next(numbers)}")

        timer = self._watch.add_timer(lambda: due[0], talk)
        yield
        self._watch.remove_timer(timer)

    def falls_silent(self) -> None:
        """From now on, nothing is answered."""
        self.steps.append("the server falls silent")
        self._service = Silence(self._note)

    def has_a_good_link_from_now_on(self) -> None:
        """From now on nothing is lost; what was held back arrives."""
        self.steps.append("from now on the link is good")
        incoming, outgoing = self._in, self._out
        self._link(good)
        for datagram in incoming.release():
            self._answer(datagram)
        for datagram in outgoing.release():
            self._transmit(datagram)

    def sends(self, *texts: str | bytes) -> None:
        """Says this to the client, whatever the service would say."""
        for text in texts:
            datagram = self._marked(text) if isinstance(text, str) else text
            self.steps.append(self._line("<", datagram))
            self._transmit(datagram)

    def stranger_sends(self, name: str, *texts: str) -> None:
        """Somebody who is not the server says this to the client, from another port of the same machine."""
        bound, address = self._client
        with self._workspace.datagram_socket(bound.getsockname()[0]) as own:
            for datagram in map(self._marked, texts):
                self.steps.append(f"{name}, at another address > {self.run.subject}: {datagram_text(datagram)}")
                own.sendto(datagram, address)

    def _marked(self, text: str) -> bytes:
        """A datagram; what is said in it ends in the word that no program can know."""
        is_said = text.startswith(("SAY ", "MSG "))
        return (f"{text} {self._workspace.token}".rstrip() if is_said else text).encode()

    def _is_wrong(self, wanted: bytes, known: set[bytes]) -> bool:
        """Whether what is to come cannot come any more: something else has in its place, or the client has ended."""
        if self.is_flooded or self.run.exit_status() is not None:
            return True
        verb = wanted.partition(b" ")[0]
        return any(other.partition(b" ")[0] == verb for other in self._heard if other not in known and other != wanted)

    def _not_heard(self, wanted: bytes, before: int, known: set[bytes]) -> Unmet:
        new = [datagram for datagram in self._heard if datagram not in known]
        self.log_all()
        again = "the same datagram again: " if before else ""
        status = self.run.exit_status()
        if self.is_flooded:
            came = f"{count(self._came, 'datagram')} came, and nobody listens to more"
        elif new:
            came = f"{shown(new[-1])} came"
        elif status is not None:
            came = f"the program {ended(status)}{self.run.reason()}"
        else:
            came = "none came" if before else "nothing came"
        return self.run.unmet(f"{again}{shown(wanted)} from the client", came)

    def _soon(self) -> Deadline:
        """Until when one waits for what may rightly not come: a client may be waiting for its screen."""
        return Deadline(SOON)
