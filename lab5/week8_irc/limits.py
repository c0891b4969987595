"""Step 3: what holds on this server, and RPL_ISUPPORT, which tells it to programs: each token has to be true."""

SERVER_NAME = "irc.lab5.example"
NETWORK_NAME = "Lab5"
ISUPPORT: tuple[str, ...] = ()
