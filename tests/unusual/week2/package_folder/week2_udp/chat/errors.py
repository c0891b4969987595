"""What can go wrong."""


class ChatError(Exception):
    """The conversation cannot go on."""


class NoAnswer(ChatError):
    """Too many tries."""


class NotWelcome(ChatError):
    """An ERROR came."""
