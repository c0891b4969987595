"""The capabilities of IRCv3 that this server has, each a bit of what a client has asked for."""

from __future__ import annotations

from grader.reference.irc.settings import Settings

SERVER_TIME = 1
MESSAGE_TAGS = 2
ACCOUNT_TAG = 4
EXTENDED_JOIN = 8
ECHO_MESSAGE = 16
MULTI_PREFIX = 32
AWAY_NOTIFY = 64
ACCOUNT_NOTIFY = 128
INVITE_NOTIFY = 256
USERHOST_IN_NAMES = 512
SETNAME = 1024
BATCH = 2048
LABELED_RESPONSE = 4096
STANDARD_REPLIES = 8192
CAP_NOTIFY = 16384
SASL = 32768

VARIANTS = SERVER_TIME | MESSAGE_TAGS | ACCOUNT_TAG | EXTENDED_JOIN  # those by which a line for many differs
BITS = {
    "account-notify": ACCOUNT_NOTIFY,
    "account-tag": ACCOUNT_TAG,
    "away-notify": AWAY_NOTIFY,
    "batch": BATCH,
    "cap-notify": CAP_NOTIFY,
    "echo-message": ECHO_MESSAGE,
    "extended-join": EXTENDED_JOIN,
    "invite-notify": INVITE_NOTIFY,
    "labeled-response": LABELED_RESPONSE,
    "message-tags": MESSAGE_TAGS,
    "multi-prefix": MULTI_PREFIX,
    "sasl": SASL,
    "server-time": SERVER_TIME,
    "setname": SETNAME,
    "standard-replies": STANDARD_REPLIES,
    "userhost-in-names": USERHOST_IN_NAMES,
}
SINCE_302 = {"sasl": "PLAIN"}  # values, which clients of 301 do not know


def offered(settings: Settings) -> dict[str, int]:
    """What this server has: without accounts, no login."""
    return {name: bit for name, bit in BITS.items() if name != "sasl" or settings.accounts}


def names(capabilities: int) -> list[str]:
    """What these bits are called."""
    return [name for name, bit in BITS.items() if bit & capabilities]
