"""Step 5: PRIVMSG and NOTICE, to people and channels; and AWAY (RFC 2812 sections 3.3 and 4.1)."""


def privmsg(network, client, params: list[str]) -> None:
    """PRIVMSG targets :text."""
