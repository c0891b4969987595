"""Step 4: names of people and channels: which are possible, when two are the same, and which of them a mask means."""

CASEMAPPING = "ascii"


def fold(name: str) -> str:
    """What all spellings of a name have in common; names are kept and compared by this."""
    return name


def is_nick(name: str) -> bool:
    return False


def is_channel(name: str) -> bool:
    return False


def matches(mask: str, text: str) -> bool:
    """Step 6: whether a mask means this: `*` is any text, `?` any one character."""
    return False
