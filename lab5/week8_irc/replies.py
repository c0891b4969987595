"""The numerics, each with its name in the RFC, and the exception with which a command is refused."""

RPL_WELCOME = "001"
ERR_NOSUCHNICK = "401"
ERR_NEEDMOREPARAMS = "461"


class Refused(Exception):
    """A command that is not obeyed; it is made with a numeric and its parameters."""
