"""The screen of a program that draws all of it: what stands where, after all that was printed (pyte, a terminal)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache

import pyte

# ECMA-48: control sequences (5.4), strings (5.6, ended by BEL in practice), other escapes; and the beginning of each.
SEQUENCE = re.compile(
    rb"\x1b(?:\[(?P<private>[<=>?]?)[0-9:;]*(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])"
)
BEGINNING = re.compile(rb"\x1b(?:\[[<=>?]?[0-9:;]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)")
LONGEST = 65_536  # bytes of a sequence that has no end yet
PRIVATE_ONES = b"hlJKcn"  # final bytes of what is understood with a question mark
# What borders and bars are drawn with: box drawing, blocks, shapes (Unicode 2500 to 25FF), and what stands in for it.
GAPS = re.compile("[\\s|\u2500-\u25ff]")


class Screen(pyte.Screen):
    """A terminal that also knows what terminfo promises of xterm: repeated characters, scrolling without the cursor."""

    replies: Callable[[str], None] = staticmethod(lambda text: None)
    _last = ""

    def draw(self, data: str) -> None:
        """Characters, of which the last may be repeated."""
        super().draw(data)
        self._last = data[-1:]

    def repeat(self, times: int = 1) -> None:
        """The last character once more, or more often (8.3.103 REP)."""
        super().draw(self._last * min(times or 1, self.columns * self.lines))

    def scroll_up(self, times: int = 1) -> None:
        """The text moves up (8.3.147 SU)."""
        self._scroll(times, bottom=True)

    def scroll_down(self, times: int = 1) -> None:
        """The text moves down (8.3.113 SD)."""
        self._scroll(times, bottom=False)

    def write_process_input(self, data: str) -> None:
        """What a terminal answers to a question of the program: where the cursor is, what it is."""
        self.replies(data)

    def _scroll(self, times: int, *, bottom: bool) -> None:
        margins, before = self.margins or pyte.screens.Margins(0, self.lines - 1), self.cursor.y
        for _ in range(min(times or 1, self.lines)):
            self.cursor.y = margins.bottom if bottom else margins.top
            (self.index if bottom else self.reverse_index)()
        self.cursor.y = before


class Stream(pyte.ByteStream):
    """What is printed, on its way to a screen."""

    csi = pyte.Stream.csi | {"b": "repeat", "S": "scroll_up", "T": "scroll_down"}
    events = frozenset(itertools.chain(pyte.Stream.events, ["repeat", "scroll_up", "scroll_down"]))

    def __init__(self, screen: Screen):
        super().__init__(screen)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Takes this in; what terminals other than pyte understand, and colours, are left out."""
        data, place, plain = self._rest + data, 0, bytearray()
        self._rest = b""
        while (at := data.find(b"\x1b", place)) >= 0:
            plain += data[place:at]
            place = at + 1
            if found := SEQUENCE.match(data, at):
                plain += found[0] if _is_understood(found) else b""
                place = found.end()
            elif len(data) - at < LONGEST and BEGINNING.fullmatch(data, at):
                self._rest = data[at:]
                break
        else:
            plain += data[place:]
        super().feed(bytes(plain))


def _is_understood(found: re.Match[bytes]) -> bool:
    final = found["final"]
    if final is None:
        return found[0][1:2] not in b"]PX^_" and len(found[0]) == 2
    if found["between"] or b":" in found[0] or final == b"m":
        return False
    return not found["private"] or (found["private"] == b"?" and final in PRIVATE_ONES)


def stands(text: str, rows: list[str]) -> bool:
    """Whether a text stands somewhere on these rows: in one, or wrapped in a column of several. Blanks, borders and
    where a line was wrapped do not matter."""
    wanted = GAPS.sub("", text)
    cells = [[place for place, character in enumerate(row) if not GAPS.match(character)] for row in rows]

    @cache  # what has been looked at once need not be again: lines may be alike
    def goes_on(row: int, done: int) -> bool:
        """Whether the rest of the text begins in this row."""
        places = cells[row] if row < len(rows) else []
        return any(
            (not done or _begins(rows[row], place)) and goes_on_at(row, index, done)
            for index, place in enumerate(places)
        )

    def goes_on_at(row: int, index: int, done: int) -> bool:
        places, ends = cells[row], []
        for number in range(index, len(places)):
            if rows[row][places[number]] != wanted[done]:
                break
            done += 1
            if done == len(wanted):
                return True
            if places[number] + 1 not in places[number + 1 : number + 2]:  # a gap is behind it
                ends.append(done)
        return any(goes_on(row + 1, end) for end in reversed(ends))

    return not wanted or any(goes_on(row, 0) for row in range(len(rows)))


def _begins(row: str, place: int) -> bool:
    """Whether what stands here begins a column: a gap is before it."""
    return place == 0 or GAPS.match(row[place - 1]) is not None
