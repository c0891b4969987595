"""Step 6: MODE, of channels and of oneself (RFC 2812 sections 3.1.5 and 3.2.3; RFC 2811 section 4)."""


def changes(params: list[str]) -> list[tuple[str, str, str | None]]:
    """The changes in a mode string and its parameters, as sign, letter and parameter: `+ov-l alice bob` has three."""
    return []
