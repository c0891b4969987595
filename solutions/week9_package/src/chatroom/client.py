"""The client: settings, the connection, and one of the two faces."""

import os
import sys

from . import plain
from .configuration import ClientSettings, client_settings
from .connection import Connection, Over
from .toml_file import Unusable
from .transport import chosen, reason, run


async def chat(settings: ClientSettings) -> None:
    """Connects, comes in, and lets a face do the rest; raises Over."""
    try:
        link = await chosen(settings.transport).connect(settings.host, settings.port)
    except (OSError, UnicodeError) as problem:
        raise Over(f"cannot reach {settings.host} port {settings.port}: {reason(problem)}") from None
    try:
        connection = Connection(link)
        welcome = await connection.hello(settings.name)
        if settings.plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
            await plain.show(connection, welcome)
        else:
            from . import tui  # not above: Textual takes a third of a second, and not everybody needs it

            await tui.show(connection, welcome, f"{settings.host} port {settings.port}")
    finally:
        link.abort()


def main() -> None:
    try:
        settings = client_settings(sys.argv[1:])
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # also in a pipe, also on Windows
    try:
        run(chat(settings), settings.transport)
    except Over as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells count: 128 and the number of SIGINT
    except BrokenPipeError:  # as in `chatroom-client | head -1`: nobody reads any more what we print
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python would still print at its end
        sys.exit(1)
