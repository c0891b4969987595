"""Step 3: the welcome. Step 7: what else the server tells about itself: LUSERS, MOTD, VERSION, TIME, INFO and ADMIN."""


def welcome(network, client) -> None:
    """001 to 005, LUSERS and MOTD: what clients wait for."""
