"""Step 7: operators of the server: OPER and KILL (RFC 2812 sections 3.1.4 and 3.7.1)."""


def oper(network, client, params: list[str]) -> None:
    """OPER name password."""
