"""Step 7: questions about people: WHO, WHOIS, WHOWAS, ISON and USERHOST (RFC 2812 sections 3.6 and 4)."""


def who(network, client, params: list[str]) -> None:
    """WHO mask o."""
