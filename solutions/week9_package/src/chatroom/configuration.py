"""What the programs are told: by the command line, else by a file, else by nobody."""

import argparse
import getpass
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from .messages import NAME
from .toml_file import Rule, read_table

FILE = "chatroom.toml"
TRANSPORTS = ("tcp", "zmq")


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
    name: str = ""  # the server will not take this: login_name() is the default
    transport: str = "tcp"
    plain: bool = False  # on the command line only


def is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def is_port(value: object) -> bool:
    return type(value) is int and 0 <= value <= 65535  # isinstance(True, int) is true, and True is no port


def is_name(value: object) -> bool:
    return isinstance(value, str) and bool(NAME.fullmatch(value))


HOST = Rule("a name or an address of a host", is_text)
PORT = Rule("a whole number from 0 to 65535", is_port)
TRANSPORT = Rule('"tcp" or "zmq"', lambda value: value in TRANSPORTS)
DATABASE = Rule("the name of a file", is_text)
WHO = Rule("1 to 20 of A-Z a-z 0-9 _ -", is_name)
RULES = {
    "server": {"host": HOST, "port": PORT, "database": DATABASE, "transport": TRANSPORT},
    "client": {"host": HOST, "port": PORT, "name": WHO, "transport": TRANSPORT},
}


def server_settings(words: list[str]) -> ServerSettings:
    """From the words of the command line; raises Unusable. Wrong options end the program with status 2."""
    parser = options("chatroom-server", "A chat room that forgets nothing.")
    parser.add_argument("--database", metavar="FILE", help="where the messages are kept (chatroom.db)")
    given = vars(parser.parse_args(words))
    file = from_file("server", given.pop("config", None), [Path(FILE)])
    return ServerSettings(**file | given)  # on the right of | is who wins


def client_settings(words: list[str]) -> ClientSettings:
    """The same for the client, which may have a file in the user's own folder as well."""
    parser = options("chatroom-client", "Comes into a chat room.")
    parser.add_argument("--name", help="who you are (your login name)")
    parser.add_argument("--plain", action="store_true", help="line by line, for pipes and screen readers")
    given = vars(parser.parse_args(words))
    # The folder has another place on each system, and platformdirs knows it.
    file = from_file("client", given.pop("config", None), [Path(FILE), user_config_path("chatroom") / FILE])
    return ClientSettings(**{"name": login_name()} | file | given)


def options(program: str, description: str) -> argparse.ArgumentParser:
    """What both understand. SUPPRESS: what was not given is not there, and so hides nothing of the file."""
    parser = argparse.ArgumentParser(program, description=description, argument_default=argparse.SUPPRESS)
    parser.add_argument("--host", help="name or address (127.0.0.1)")
    parser.add_argument("--port", type=port, metavar="N", help="0 to 65535 (9009)")
    parser.add_argument("--transport", choices=TRANSPORTS, help="what carries the messages (tcp)")
    parser.add_argument("--config", metavar="FILE", help=f"a configuration in TOML ({FILE})")
    return parser


def port(word: str) -> int:
    """For argparse, which makes a sentence of the exception."""
    if not re.fullmatch("[0-9]{1,5}", word) or not is_port(int(word)):
        raise argparse.ArgumentTypeError(f"{word!r} is not {PORT.words}")
    return int(word)


def from_file(table: str, given: str | None, places: list[Path]) -> dict[str, object]:
    """This program's table of the one file that counts: what was given, else the first that is there."""
    if given is not None:
        return read_table(Path(given), table, RULES)
    for path in places:
        if path.is_file():
            return read_table(path, table, RULES)
    return {}


def login_name() -> str:
    """The user's name on this machine, as far as it can be a name here."""
    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):  # there is none
        name = ""
    return re.sub("[^A-Za-z0-9_-]", "", name)[:20] or "guest"
