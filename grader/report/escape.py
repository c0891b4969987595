"""Text of a submission, made harmless at the last moment: one function for each place where it is shown."""

from __future__ import annotations

import re
import unicodedata

LINE = 500  # characters of one line that a person would still look at
# Characters of Markdown anywhere, the middle of `http://` and `www.`, and what begins a list or a heading.
MARKUP = re.compile(r"[\\`*_\[\]<>#|~@!&$]|(?<=\w):(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]", re.IGNORECASE)
COMMAND = re.compile(r"^(?=\s*::)|(?<=#)(?=#\[)")  # what a CI service takes from a log for a command to itself
NO_CHARACTER = re.compile("[\ufffe\uffff]")  # of what for_terminal leaves, XML 1.0 section 2.2 forbids these
# The same behind what some of them split cells at, also inside of quotes: that depends on the user's language.
INNER_FORMULA = re.compile("(?<=[,;|])(?=[ \"']*[=+@\uff1d\uff0b\uff20-])")
NOTHING = "-"  # a cell in which other systems say that there is nothing
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula (OWASP ASVS 1.2.10)


def for_terminal(text: str) -> str:
    """One line without anything that moves the cursor, changes colours, reorders what is read, or commands a CI log."""
    return _cut(COMMAND.sub(r"\\", _visible(text)))


def for_page(text: str) -> str:
    """One line without anything that cannot be seen or reorders what is read; the template escapes what is markup."""
    return _cut(_visible(text))


def for_csv(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = INNER_FORMULA.sub("'", _visible(" ".join(text.split())))
    normal = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if normal.startswith(FORMULA) and text != NOTHING else text


def for_markdown(text: str) -> str:
    """One line of running text in which nothing is markup, a link or a mention."""
    return MARKUP.sub(lambda match: "\\" + match[0], " ".join(for_terminal(text).split()))


def for_xml(text: str) -> str:
    """One line in which nothing is a character that XML 1.0 does not have; markup is for the writer to escape."""
    return NO_CHARACTER.sub(lambda match: _named(match[0]), for_terminal(text))


def fenced(lines: list[str]) -> str:
    """A Markdown code block that its own content cannot close."""
    text = "\n".join(for_terminal(line) for line in lines)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():  # as most is; transcripts can have thousands of lines
        return text
    return "".join(char if _is_plain(char) else _named(char) for char in text.expandtabs(4))


def _cut(shown: str) -> str:
    return shown if len(shown) <= LINE else shown[:LINE] + f" ... ({len(shown):,} characters)"


def _is_plain(char: str) -> bool:
    # Cc: control characters, Cf: bidirectional overrides and invisible ones, Cs: lone surrogates, Zl/Zp: line ends.
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _named(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 1 << 8 else f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"
