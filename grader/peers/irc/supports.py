"""What a server says of itself with 005: what of it cannot be true."""

from __future__ import annotations

from collections.abc import Mapping

from grader.wire import irc

NEEDED = ("CASEMAPPING", "CHANTYPES", "PREFIX", "CHANMODES")
NUMBERS = ("NICKLEN", "CHANNELLEN", "TOPICLEN", "KICKLEN", "AWAYLEN")
GROUPS = {"lists": "b", "always": "k", "when_set": "l", "flags": "imnst"}  # what the handout asks for, by kind
STATUSES = {"o": "@", "v": "+"}


def faults(tokens: Mapping[str, str | None]) -> list[str]:
    """Sentences about tokens that are missing, or are not as the handout has them."""
    missing = [f"{name} is not there" for name in NEEDED if tokens.get(name) is None]
    if missing:
        return missing
    try:
        kinds = irc.ModeKinds.of(tokens)
    except irc.Malformed as why:
        return [str(why)]
    found = [f"{name}={tokens[name]}" for name in ("CASEMAPPING",) if tokens[name] not in irc.CASEMAPPINGS]
    found += [f"CHANTYPES={tokens['CHANTYPES']} has no #"] if "#" not in tokens["CHANTYPES"] else []
    if any(kinds.prefixes.get(letter) != sign for letter, sign in STATUSES.items()):
        found.append(f"PREFIX={tokens['PREFIX']} does not say that o is @ and v is +")
    for kind, letters in GROUPS.items():
        lacking = [letter for letter in letters if letter not in getattr(kinds, kind)]
        found += [f"CHANMODES={tokens['CHANMODES']} does not have {letter} where it belongs" for letter in lacking]
    return found + [f"{name}={tokens[name]}" for name in NUMBERS if not (tokens.get(name) or "1").isdigit()]
