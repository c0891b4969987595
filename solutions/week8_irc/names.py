"""Names of people and channels: which are possible, when two are the same, and which of them a mask means."""

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

from messages import size

CASEMAPPING = "ascii"
CHANTYPES = "#"
NICKLEN = 30
CHANNELLEN = 50
USERLEN = 10
LONGEST_MASK = 128  # bytes of a mask; longer ones would not fit into a line together with who set them

# RFC 2812 section 2.3.1: nickname = ( letter / special ) *8( letter / digit / special / "-" ); here it may be longer.
NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*")
# RFC 2812 section 1.3: no space, no BELL (control G), no comma.
CHANNEL = re.compile(r"#[^\x00\x07\r\n ,]+")
NOT_OF_A_USER = re.compile(r"[^!-?A-~]|!")  # what would confuse nick!user@host; the range leaves out "@" and space
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def fold(name: str) -> str:
    """What all spellings of a name have in common; names are kept and compared by this.

    RFC 2812 section 2.2 has {}|^ as lower case of []\\~, too. Each server says with CASEMAPPING what holds there.
    """
    return name.translate(_LOWER)  # lower() would make two people of "K" and the Kelvin sign one


def is_nick(name: str) -> bool:
    return len(name) <= NICKLEN and bool(NICK.fullmatch(name))


def is_channel(name: str) -> bool:
    return size(name) <= CHANNELLEN and bool(CHANNEL.fullmatch(name))


def user_name(name: str) -> str:
    """The user name that somebody gave, without what cannot be in one."""
    return NOT_OF_A_USER.sub("", name)[:USERLEN]


def whole_mask(mask: str) -> str:
    """A mask for nick!user@host, of one in which parts were left out: `bob` is `bob!*@*`, `*@host` is `*!*@host`."""
    if "!" not in mask and "@" in mask:
        mask = f"*!{mask}"
    nick, _, rest = mask.partition("!")
    user, _, host = rest.partition("@")
    return f"{nick or '*'}!{user or '*'}@{host or '*'}"


def matches(mask: str, text: str) -> bool:
    """Whether a mask means this: `*` is any text, `?` any one character (RFC 2812 section 2.5)."""
    return bool(_pattern(fold(mask)).fullmatch(fold(text)))


@lru_cache(1000)
def _pattern(mask: str) -> re.Pattern:
    """A mask as a regular expression.

    (?>...) takes the first place that fits and never looks for another. With a plain .* for each star, the mask
    *a*a*a*a*a*a*a*a*b would try all ways to share out the text among them, and everybody would wait.
    """
    first, *rest = ["".join("." if sign == "?" else re.escape(sign) for sign in part) for part in mask.split("*")]
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    return re.compile(first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}", re.DOTALL)


if __name__ == "__main__":
    for mask, text in (("bob", "BOB"), ("b?b", "bob"), ("*!*@10.0.*", "bob!b@10.0.0.7"), ("*a*a*b", "a" * 500)):
        print(f"{mask:12} {text[:20]:20} {matches(mask, text)}")
