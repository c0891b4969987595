"""A program of any language as a sequence of tokens, in which every name is the same name and comments are nothing.

Who renames, comments and lays out anew changes hardly a token; who reorders changes few runs of them. Files are only
read: nothing is run or imported, and hostile ones cost no more than the limits here.
"""

from __future__ import annotations

import signal
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy
from copydetect.utils import winnow
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_for_filename
from pygments.token import Comment, Literal, Name, Text

from grader.wording import count

RUN = 12  # tokens: two lines or so; independent programs share many shorter runs
WINDOW = 4  # of as many runs one is chosen: what is alike over RUN + WINDOW - 1 tokens is found for certain
MAX_FILE = 200_000  # bytes: the longest program of the lab's own has 20,000
MAX_PROGRAM = 500_000  # bytes, of all files of a week
MAX_SECONDS = (
    3.0  # of the processor's time for one file: 200,000 bytes take one; some patterns of a lexer can take hours
)
CROSSES = 1 << 52  # more than any hash: the run goes over the end of a file
LAYOUT = "(), \n"  # formatters set and remove these
NO_PROGRAMS = {"Text only", "Markdown", "reStructuredText", "JSON", "TOML", "INI", "YAML", "XML", "HTML", "CSS", "Diff"}


@dataclass(frozen=True)
class Program:
    """The files of a program, one after the other, and their tokens.

    tokens   the hash of each; `file_of` and `line_of` say where it stands, both counted from 0
    unread   sentences about files that were not read
    """

    names: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    tokens: numpy.ndarray
    file_of: numpy.ndarray
    line_of: numpy.ndarray
    unread: tuple[str, ...]

    @cached_property
    def runs(self) -> numpy.ndarray:
        """The hash of the RUN tokens that begin at each, the same in every process, below CROSSES."""
        long = len(self.tokens) - RUN + 1
        if long < 1:
            return numpy.zeros(0, dtype=numpy.uint64)
        hashes = numpy.zeros(long, dtype=numpy.uint64)
        for place in range(RUN):
            hashes = hashes * numpy.uint64(0x100000001B3) + self.tokens[place : place + long]
        hashes = (hashes ^ (hashes >> numpy.uint64(29))) * numpy.uint64(0xBF58476D1CE4E5B9)
        hashes >>= numpy.uint64(12)  # what remains is exact as the float that `winnow` makes of it
        hashes[self.file_of[:long] != self.file_of[RUN - 1 :]] = CROSSES
        return hashes

    def fingerprint(self) -> numpy.ndarray:
        """The runs that winnowing chooses (Schleimer, Wilkerson, Aiken, SIGMOD 2003), each once, in order."""
        chosen = winnow(self.runs, WINDOW)[0] if len(self.runs) else self.runs
        return chosen[chosen < CROSSES]


def program_of(files: Iterable[tuple[str, Path]]) -> Program:
    """Reads the files, each with the name that people know it by; what is no program is passed over."""
    names, texts, unread = [], [], []
    tokens: list[tuple[int, int, int]] = []
    room = MAX_PROGRAM
    for name, path in files:
        lexer = _lexer(path.name)
        if lexer is None:
            continue
        if (size := path.stat().st_size) > min(MAX_FILE, room):
            why = f"it has {count(size, 'byte')}" if size > MAX_FILE else "the files before it were too much to read"
            unread.append(f"{name} was not read: {why}")
            continue
        text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        try:
            with _limited(MAX_SECONDS):
                found = list(_tokens(text, lexer))
        except Exception as fault:  # a lexer is not written for hostile text, and must not end a class
            unread.append(f"{name} was not read: {type(fault).__name__} in {lexer.name}")
            room = 0 if isinstance(fault, TimeoutError) else room
            continue
        room -= size
        tokens += [(zlib.crc32(word.encode("utf-8", "replace")), len(names), line) for word, line in found]
        names.append(name)
        texts.append(tuple(text.split("\n")))
    columns = numpy.array(tokens, dtype=numpy.uint64).reshape(-1, 3).T
    return Program(tuple(names), tuple(texts), *columns, tuple(unread))


@lru_cache(1000)
def _lexer(name: str) -> type[Lexer] | None:
    """What reads a file of this name; None where it is no program."""
    lexer = find_lexer_class_for_filename(name)
    return None if lexer is None or lexer.name in NO_PROGRAMS else lexer


def _tokens(text: str, lexer: type[Lexer]) -> Iterator[tuple[str, int]]:
    """The tokens that count, each with its line: one name for all names, one text for all texts."""
    line, before = 0, ""
    for kind, written in lexer(stripnl=False, ensurenl=False).get_tokens(text):
        word = _stands_for(kind)
        word = written.strip(LAYOUT) if word is None else word
        if word and not word == before == "a text":  # a text comes in pieces: its quotes, its escapes
            yield word, line
        before = word or before
        line += written.count("\n")


@lru_cache(1000)
def _stands_for(kind: object) -> str | None:
    """The word for all tokens of a kind; empty where they do not count, None where each is what is written."""
    if kind in Text or kind in Comment or kind in Literal.String.Doc:
        return ""
    if kind in Literal:
        return "a text" if kind in Literal.String else "a number"
    own = kind in Name and kind not in Name.Builtin and kind not in Name.Exception
    return "a name" if own else None


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends with TimeoutError what takes more of the processor's time, where the system has a clock for that."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(*_: object) -> None:
    raise TimeoutError
