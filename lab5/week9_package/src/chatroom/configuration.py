"""What the programs are told: by the command line, else by a file, else by nobody."""

from dataclasses import dataclass

# TODO 7: take options from the command line, and the others from the file that counts.


@dataclass(frozen=True)
class ServerSettings:
    host: str = "127.0.0.1"
    port: int = 9009
    database: str = "chatroom.db"
    transport: str = "tcp"


@dataclass(frozen=True)
class ClientSettings:
    host: str = "127.0.0.1"
    port: int = 9009
    name: str = ""  # the server will not take this: the login name is the default
    transport: str = "tcp"
    plain: bool = False  # on the command line only


def server_settings(words: list[str]) -> ServerSettings:
    """From the words of the command line; raises Unusable. Wrong options end the program with status 2."""
    return ServerSettings()


def client_settings(words: list[str]) -> ClientSettings:
    """The same for the client, which may have a file in the user's own folder as well."""
    return ClientSettings()
