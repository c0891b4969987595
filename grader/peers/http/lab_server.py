"""The lab's HTTP server as a check sees it, while a client under test talks to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.http.port import HttpPort
from grader.wire.http_text import shown
from grader.wording import count, ended

REST = 2.0  # seconds for what else may come, when something wrong has
DOWN = 0.7  # seconds without a server: who waits for messages has noticed at once
LEAST_WAIT = 5  # seconds, says the handout
AT_ONCE = 4.0  # seconds that a client may take to end; 2, says the handout
IDLE, MOST_IDLE = 1.5, 4  # seconds, and requests in them: 2 a second, and one on the edge


class LabServer(HttpPort):
    """What a conversation calls `server`.

    typed   what the user of the client has typed
    """

    typed: Sequence[str] = ()

    def says(self, name: str, *texts: str) -> None:
        """Somebody else says something."""
        for text in map(self._marked, texts):
            self._service.say(name, text)
        spoken = shown(repr(self._marked(texts[0])).encode())
        self._log(f"{name} says {spoken}" + (f", and {count(len(texts) - 1, 'more message')}" if texts[1:] else ""))
        self._answer_polls()

    def is_asked(self, what: str = "GET /messages", times: int = 1) -> None:
        """The client has made so many requests of this method and path."""
        wanted = f"{what} from the client" + (f", {count(times, 'time')} in all" if times > 1 else "")
        if not self._comes(lambda: self.counts(what) >= times, self._patience.for_start):
            others = [f"{request.method} {request.path}" for _, request in self._requests]
            seen = self.counts(what)
            came = f"it came {count(seen, 'time')}" if seen else "nothing came"
            if others and not seen:
                came = f"the last request was {others[-1]}"
            raise self._unmet(wanted, came)

    def hears(self, text: str, times: int = 1) -> None:
        """The client posts this, so many times in all."""
        wanted = self._marked(text)
        while (before := self._heard(wanted)) < times:
            deadline = self._patience.for_start if before else self._patience.for_answer
            comes = self._comes(lambda: self._heard(wanted) > before or self._strange(), deadline)  # noqa: B023
            if comes and self._heard(wanted) == before:
                self._watch.until(lambda: self._heard(wanted) > before, Deadline(REST))  # noqa: B023
            if self._heard(wanted) == before:
                raise self._not_heard(wanted, before)

    def has_stored(self, name: str, *texts: str) -> None:
        """The client has said each of these, as the server understands it, as often as it stands here."""
        wanted = Counter(map(self._marked, texts))
        for text, times in wanted.items():
            said = lambda: self._said.count((name, text))  # noqa: B023, E731
            if not self._comes(lambda: said() >= times, self._patience.for_start):  # noqa: B023
                others = [who for who, what in self._said if what == text and who != name]
                came = f"it was said by {others[0]}" if others else self._instead(_times(said()))
                again = f", {count(times, 'time')}" if times > 1 else ""
                raise self._unmet(f"{text!r} to be stored{again}, said by {name}", came)
        for text, times in wanted.items():
            if (found := self._said.count((name, text))) > times:
                raise self._unmet(
                    f"{text!r} {'once' if times == 1 else f'{times} times'}", f"it was stored {found} times"
                )

    def has_stored_in_order(self, name: str, *texts: str) -> None:
        """These are all that the client has said, in this order."""
        self.has_stored(name, *texts)
        came = [text for who, text in self._said if who == name]
        if came != (wanted := [*map(self._marked, texts)]):
            lines = ", ".join(wanted) or "nothing"
            raise self._unmet(f"these to be stored, in this order: {lines}", f"{shown(', '.join(came).encode())} came")

    def has_an_open_poll(self) -> None:
        """The client waits for messages by a request that is not answered yet, and may stay so for a while."""
        long_ones = lambda: [poll for poll in self._polls if int(poll.request.query["wait"]) >= LEAST_WAIT]  # noqa: E731
        if not self._comes(lambda: bool(long_ones()), self._patience.for_start):
            asked = [request.query.get("wait") for _, request in self._requests if request.path == "/messages"]
            wanted = "a request for messages that waits: GET /messages?after=ID&wait=SECONDS"
            if waits := [wait for wait in asked if wait and wait != "0"]:
                if waits[-1].isdecimal() and int(waits[-1]) >= LEAST_WAIT:
                    raise self._unmet(
                        wanted, "there are always messages after its ID, which does not go on with `last`"
                    )
                raise self._unmet(f"{wanted}, at least {LEAST_WAIT}", f"it has wait={shown(waits[-1].encode())}")
            raise self._unmet(wanted, "it asked without `wait`" if asked else "it never asked")

    @contextmanager
    def keeps_its_polls(self) -> Iterator[None]:
        """What the client does meanwhile does not wait until its request for messages is answered."""
        deadline, answered = self._patience.on_the_wall(AT_ONCE), self._empty_answers
        yield
        if self._empty_answers > answered and deadline.is_over:
            self._patience.was_late(deadline)
            wanted = "the client not to wait for an answer to its request for messages"
            raise self._unmet(wanted, "it waited until that was answered")

    def is_asked_seldom(self) -> None:
        """While nothing happens, the client makes at most two requests a second."""
        before = len(self._requests)
        self.steps.append(f"nothing happens, for {IDLE} seconds")
        many = lambda: len(self._requests) - before > MOST_IDLE  # noqa: E731
        if self._watch.until(many, Deadline(IDLE)):
            came = f"more than {MOST_IDLE} came in less than {IDLE} seconds"
            raise self._unmet("at most 2 requests a second while nothing happens", came)

    def was_not_pressed(self) -> None:
        """The client never came again before it was told to."""
        if self._hasty:
            raise self._unmet(f"no {self._hasty}", "it came earlier")

    @contextmanager
    def is_down(self) -> Iterator[None]:
        """Meanwhile, and for a moment more, there is no server; then it is there again, with all that it knew."""
        self.steps.append("the server stops")
        self._stop_listening()
        up_again = Deadline(DOWN)
        yield
        self._watch.until(lambda: False, up_again)
        self._listen()
        self.steps.append("the server starts again")

    def _marked(self, text: str) -> str:
        return f"{text} {self._workspace.token}".rstrip()

    def _heard(self, text: str) -> int:
        return sum(post.get("text") == text for post in self._posts)

    def counts(self, what: str) -> int:
        """How many requests of this method and path have come."""
        return sum(f"{request.method} {request.path}" == what for _, request in self._requests)

    def _comes(self, condition: Callable[[], bool], patience: Callable[[], Deadline]) -> bool:
        """Whether it comes to hold, before the deadline or the end of the client."""
        over = lambda: condition() or self.run.exit_status() is not None or self._is_flooded  # noqa: E731
        deadline = patience()
        if not self._watch.until(over, deadline):
            self._patience.ran_out(deadline)
        return condition()

    def _unmet(self, expected: str, came: str) -> Unmet:
        return self.run.unmet(expected, came)

    def _strange(self) -> list[dict]:
        """What was posted and is nothing that was typed."""
        return [post for post in self._posts if post.get("text") not in self.typed]

    def _not_heard(self, wanted: str, before: int) -> Unmet:
        expected = f"the client to POST {wanted!r}" + (", again" if before else "")
        if strange := self._strange():
            if "text" not in strange[-1]:
                return self._unmet(expected, 'a POST came whose body is no JSON object with a "text" in it')
            text = strange[-1]["text"]
            seen = shown(repr(text).encode("utf-8", "backslashreplace"))
            return self._unmet(expected, f"{seen} came" if isinstance(text, str) else f"its text is {seen}")
        return self._unmet(expected, self._instead("it came no more" if before else "nothing came"))

    def _instead(self, otherwise: str) -> str:
        """Why something did not come, as far as one can see it."""
        if (status := self.run.exit_status()) is not None:
            return f"the program {ended(status)}{self.run.reason()}"
        posts = [request.path for _, request in self._requests if request.method == "POST"]
        if posts and posts[-1] != "/messages" and not self._posts:
            return f"POST {shown(posts[-1].encode())} came"
        return otherwise


def _times(found: int) -> str:
    return f"it was, {count(found, 'time')}" if found else "it never was"
