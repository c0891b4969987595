"""A transcript as a sequence diagram: a column for each who takes part, and steps from one column to another.

The peers write a transcript as sentences, and one table here knows their forms. What it does not know is a note over
the column of the program under test, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SHOWN_STEPS = 40  # the last ones; nobody follows more of them with their eyes
SHOWN_LANES = 5  # as many as stand side by side on a telephone
SHOWN_CHARACTERS = 160  # of a step: four lines
YOU, CLIENT, SERVER, OTHERS = "you", "client", "server", "others"

RUN = re.compile(r"client(?: \d+)?")  # of a client under test: the first, or a later one
PEER = rf"(?P<peer>{RUN.pattern}|\d+ (?:other )?clients|[^\s,:]+)"
# The form of a sentence, who acts, and on whom; a group's name stands for what it has found. Nobody acted upon: a note.
FORMS = tuple(
    (re.compile(form), source, target)
    for form, source, target in (
        (rf"{PEER}, at another address > (?P<other>{RUN.pattern}): (?P<said>.*)", "peer", "other"),
        (rf"{PEER} > (?P<other>another server): (?P<said>.*)", "peer", "other"),
        (rf"{PEER} < (?P<other>another server): (?P<said>.*)", "other", "peer"),
        (rf"{PEER} > (?P<said>.*)", "peer", SERVER),
        (rf"{PEER} < (?P<said>.*)", SERVER, "peer"),
        (rf"{PEER}: (?P<said>connection\..*)", "peer", SERVER),
        (rf"{PEER} (?P<said>sees .*)", SERVER, "peer"),
        (rf"{PEER}'s (?P<said>connection ends)", SERVER, "peer"),
        (
            rf"(?!server )(?!the ){PEER} (?P<said>(?:tries to connect|connects|registers|hangs up|shuts down|is gone"
            rf"|ends the connection)\b.*)",
            "peer",
            SERVER,
        ),
        (r"the server (?P<said>ends the connection)", SERVER, "program"),
        (r"(?:you (?:type|press) |the input ends|the window gets )", YOU, "program"),
        (rf"(?P<peer>{RUN.pattern}) (?:prints|tells the user|shows its prompt)", "peer", YOU),
        (r"the screen shows ", "program", YOU),
        (r"nobody types", YOU, ""),
        (rf"\$ .*\((?P<peer>{RUN.pattern})\)$", "peer", ""),
        (r"the server |\S+ (?:says '|talks and talks|is there already|is registered$)", SERVER, ""),
        (rf"{PEER}: (?P<said>\S.*)", "peer", ""),
        (rf"{PEER}(?= )", "peer", ""),
    )
)
OF_A_CLIENT = re.compile(rf"\$ .*client|you |nobody types|{RUN.pattern} (?:prints|ended|gets|tells|shows)|client [<>] ")
OF_A_PAIR = re.compile(r"(\S+): \$ ")
REMARK = re.compile(r" {8}\(([^()]*(?:\([^()]*\)[^()]*)*)\)$")


@dataclass(frozen=True)
class Step:
    """What `source` did to `target`, or a note over the column of `source` where there is no target.

    lines    what is written there
    remarks  what the transcript says in brackets behind it: `2 times`
    """

    source: str
    target: str
    lines: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether it never arrived."""
        return any(remark.startswith("lost ") for remark in self.remarks)


@dataclass(frozen=True)
class Diagram:
    """Columns from left to right, steps from top to bottom.

    programs  the columns that are the student's work
    left_out  how many steps there were before these
    """

    lanes: tuple[str, ...]
    programs: frozenset[str]
    steps: tuple[Step, ...]
    left_out: int = 0

    def at(self, lane: str) -> float:
        """Where the middle of a column is, in percent of the width."""
        return round((self.lanes.index(lane) + 0.5) * 100 / len(self.lanes), 2)

    def role(self, lane: str) -> str:
        """What a column is, where its name does not say it."""
        if lane in self.programs:
            return "your program"
        return {YOU: "at the keyboard", SERVER: "the lab's"}.get(lane, "")


def drawn(transcript: Sequence[str]) -> Diagram:
    """The end of a conversation as columns and steps."""
    sentences = _sentences(transcript)
    pair = {found[1] for line in transcript if (found := OF_A_PAIR.match(line))}
    program = CLIENT if not pair and any(OF_A_CLIENT.match(line) for line in transcript) else SERVER
    steps = list(_steps(sentences[-SHOWN_STEPS:], program, {program, YOU, SERVER} | pair))
    lanes = _lanes(steps, program)
    steps = [_folded(step, lanes) for step in steps]
    return Diagram(lanes, frozenset(pair or {program}), tuple(steps), len(sentences) - len(steps))


def _sentences(transcript: Sequence[str]) -> list[tuple[str, ...]]:
    """The steps; a line that is indented, as those of a file are, belongs to the one before it."""
    sentences: list[tuple[str, ...]] = []
    for line in transcript:
        if line.startswith("    ") and sentences:
            sentences[-1] += (line,)
        else:
            sentences.append((line,))
    return sentences


def _steps(sentences: Sequence[tuple[str, ...]], program: str, known: set[str]) -> Iterator[Step]:
    for first, *more in sentences:
        sentence, remarks = _remarks(first)
        found, source, target = _understood(sentence)
        said = found.get("said", sentence) if target else sentence
        if program == CLIENT and RUN.fullmatch(run := found.get("peer", "")):  # each run of it in the same column
            found["peer"] = CLIENT
            said = f"{run}: {said}" if run != CLIENT and said != sentence else said
        found["program"] = program
        source, target = found.get(source, source), found.get(target, target)
        if target:
            known = known | {source, target}
        yield Step(source if source in known else program, target, (_cut(said), *map(_cut, more)), remarks)


def _understood(sentence: str) -> tuple[dict[str, str], str, str]:
    """What the first form that fits has found in a sentence, who acts in it, and on whom."""
    for form, source, target in FORMS:
        if found := form.match(sentence):
            return {name: text for name, text in found.groupdict().items() if text is not None}, source, target
    return {}, "program", ""


def _remarks(sentence: str) -> tuple[str, tuple[str, ...]]:
    remarks: list[str] = []
    while found := REMARK.search(sentence):
        sentence = sentence[: found.start()]
        remarks.insert(0, found[1])
    return sentence, tuple(remarks)


def _lanes(steps: Sequence[Step], program: str) -> tuple[str, ...]:
    """From left to right: who types, a client, the server, whoever else; left of a server the first of its clients."""
    used = list(dict.fromkeys(lane for step in steps for lane in (step.source, step.target) if lane)) or [program]
    peers = [lane for lane in used if lane not in (YOU, CLIENT, SERVER)]
    room = SHOWN_LANES - (len(used) - len(peers))
    if len(peers) > room:
        latest = dict.fromkeys(lane for step in reversed(steps) for lane in (step.source, step.target) if lane in peers)
        kept = list(latest)[: room - 1]
        peers = [lane for lane in peers if lane in kept] + [OTHERS]
    left = [] if program == CLIENT else peers[:1]
    ends = [lane for lane in (YOU, CLIENT) if lane in used] + left, [lane for lane in (SERVER,) if lane in used]
    return (*ends[0], *ends[1], *peers[len(left) :])


def _folded(step: Step, lanes: Sequence[str]) -> Step:
    """The step of one who has no column, in the column of the others, and with a name."""
    source, target = (lane if lane in lanes or not lane else OTHERS for lane in (step.source, step.target))
    if (source, target) == (step.source, step.target):
        return step
    name = step.source if source == OTHERS else step.target
    return replace(step, source=source, target=target, lines=(f"{name}: {step.lines[0]}", *step.lines[1:]))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} ... ({len(text):,} characters)"
