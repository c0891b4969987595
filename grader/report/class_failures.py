"""Failures that have one cause: equal once what differs by chance is taken out of their words.

What a check expects is the same for every student, and is kept. Of what came, numbers go, and what a program wrote
is replaced by how it differs from what was expected: its beginning, in another case, another message.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.results import Outcome

# `b'GOT 1'`, `'a line'... (1,024 bytes)`, "`433`": a value as transcripts write it; no apostrophe of a sentence.
VALUE = re.compile(
    r"""(?<![\w'"])(?:b?'((?:[^'\\]|\\.)*)'|b?"((?:[^"\\]|\\.)*)"|`([^`]*)`)"""
    r"""(\.\.\.)?(?:[ ]\([\d,]+[ ](?:byte|character)s?\))?(?!\w)"""
)
# Where a number says more than how much: which status, which signal, which address, which byte is the first wrong one.
TELLING = (
    r"(?:status|signal|error|errno|ERR) -?\d+|byte \d+ is 0x\w\w instead of 0x\w\w|\b[1-5]\d\d (?=[A-Z])"
    r"|(?:0|127)\.\d+\.\d+\.\d+"
)
NUMBER = re.compile(rf"({TELLING})|(?<![\w.])(?:0x[0-9a-f]+|\d[\d,.:]*\d|\d)(?!\w)")
OWN_WORDS = re.compile(r"^(the program [^(]*) \((.*)\)$", re.DOTALL)  # in brackets, what it said at its end
RAISED = re.compile(r"^\s*(?:\w+\.)*(\w+(?:[Ee]rror|Exception|Interrupt|Exit))(?=:|\s*$)")
COMMAND = re.compile(r"\b(?:[A-Z]{2,}|[1-5]\d\d)\b")  # of a protocol: it tells which message it is
DIGITS = re.compile(r"\d{1,18}")
SPACE = re.compile(r"\s|\\[nrt]")
LONGEST = 500  # characters that are looked at: nobody reads more
SHORT = 8  # characters of a value that is kept: `\n` and `\x00` have different causes
# Tracebacks that a program prints or not, as it happens, when the grader hangs up or ends it.
BY_CHANCE = ("BrokenPipeError", "ConnectionResetError", "ConnectionAbortedError", "KeyboardInterrupt")


@dataclass(frozen=True)
class Group:
    """The students who failed one check in one way; `outcome` is that of `example`, in the words that most have."""

    students: tuple[str, ...]
    example: str
    outcome: Outcome

    @property
    def also_raised(self) -> str:
        """The exception of which the programs died, where what came does not name it; else empty."""
        name = raised(self.outcome.said)
        return "" if name in self.outcome.came else name


def groups(failed: Iterable[tuple[str, Outcome]]) -> list[Group]:
    """Students and how each failed one check, put together; the largest group first."""
    alike = defaultdict(list)
    for student, outcome in sorted(failed, key=lambda each: each[0]):
        alike[cause(outcome)].append((student, outcome))
    return sorted(map(_group, alike.values()), key=lambda group: (-len(group.students), group.example))


def cause(outcome: Outcome) -> tuple[str, str, str]:
    """Equal for failures of one check that have one cause: what was expected, what came, the exception raised."""
    expected, came = outcome.expected[:LONGEST], OWN_WORDS.sub(_but_what_was_raised, outcome.came[:LONGEST])
    wanted = VALUE.search(expected)
    came = _rewritten(came, lambda value: _beside(wanted, value))
    return _rewritten(expected, lambda value: value[0]), came, raised(outcome.said)


def raised(said: Sequence[str]) -> str:
    """The exception that a program's last words name, where it is no matter of chance; else empty."""
    names = [match[1] for line in said if (match := RAISED.match(line[:LONGEST]))]
    return next((name for name in reversed(names) if name not in BY_CHANCE), "")


def _group(members: list[tuple[str, Outcome]]) -> Group:
    words = Counter((outcome.expected, outcome.came) for _, outcome in members)
    ((most, _),) = words.most_common(1)  # of as many, the first student's
    example, outcome = next(member for member in members if (member[1].expected, member[1].came) == most)
    return Group(tuple(student for student, _ in members), example, outcome)


def _rewritten(text: str, of_value: Callable[[re.Match], str]) -> str:
    """A text without its numbers, and with something else for each value in it."""
    parts, place = [], 0
    for value in VALUE.finditer(text):
        parts += [_without_numbers(text[place : value.start()]), of_value(value)]
        place = value.end()
    return "".join(parts) + _without_numbers(text[place:])


def _without_numbers(text: str) -> str:
    return NUMBER.sub(lambda number: number[1] or "N", text)


def _but_what_was_raised(match: re.Match) -> str:
    """Of a program's end in its own words, the exception: sentences differ, whatever the cause."""
    name = raised([match[2]])
    return f"{match[1]} ({name})" if name else match[1]


def _beside(wanted: re.Match | None, value: re.Match) -> str:
    """In words, how a value differs from the one that was expected."""
    came = _text(value)
    if wanted is None:
        return f"<{_in_short(came)}>"
    right = _text(wanted)
    if came == right:
        return "<its beginning>" if value[4] or wanted[4] else "<the same>"
    if right.startswith(came) or (value[4] and came.startswith(right)):
        return "<its beginning>" if came else "<nothing>"
    for what, form in (("spaces", _without_spaces), ("case", str.casefold)):
        if form(came) == form(right):
            return f"<the same but for {what}>"
    if _without_numbers(came) == _without_numbers(right):
        return f"<the same with a {'lower' if _numbers(came) < _numbers(right) else 'higher'} number>"
    if right in came:
        return "<more behind it>" if came.startswith(right) else "<more before it>"
    return f"<another, {_in_short(came)}>"


def _in_short(came: str) -> str:
    """What tells one message from another: all of a short one, of others the words of the protocol."""
    return _without_numbers(came) if len(came) <= SHORT else " ".join(COMMAND.findall(came)[:2])


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in DIGITS.findall(text)]


def _text(value: re.Match) -> str:
    return next((text for text in value.groups()[:3] if text is not None), "")


def _without_spaces(text: str) -> str:
    return SPACE.sub("", text)
