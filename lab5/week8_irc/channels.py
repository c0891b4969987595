"""Step 4: channels: JOIN, PART, TOPIC, NAMES, LIST, INVITE and KICK (RFC 2812 section 3.2; RFC 2811)."""


def join(network, client, params: list[str]) -> None:
    """JOIN channels keys. What goes wrong with one of the channels is said, and the others are joined."""
