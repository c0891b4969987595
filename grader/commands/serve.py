"""The lab's servers, for people to chat on."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from grader.check import Refused
from grader.commands import settings, stopping
from grader.commands.settings import PORT
from grader.commands.stopping import Stop
from grader.reference.addresses import bound
from grader.report import terminal
from grader.sandbox.workspace import Halted

if TYPE_CHECKING:
    from grader.reference.accounts import Accounts

FILE = click.Path(path_type=Path)
LONG_AGO, IDS_A_SECOND = 1_750_000_000, 20  # a class says less than that
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class Server(NamedTuple):
    """One that has its port already.

    says   what it is and where
    run    serves until it is cancelled; takes what is told (name, text)
    """

    says: str
    run: Callable[[Callable[[str, str], None]], Coroutine]


@click.command()
@click.option("--udp", "udp_port", type=PORT, metavar="PORT", help="The chat of week 2.")
@click.option("--http", "http_port", type=PORT, metavar="PORT", help="The chat of week 3; with accounts, of week 4.")
@click.option("--rooms", "room_port", type=PORT, metavar="PORT", help="The chat rooms of week 5.")
@click.option("--relay", "relay_port", type=PORT, metavar="PORT", help="The chat:// server of week 6.")
@click.option("--lines", "line_port", type=PORT, metavar="PORT", help="The line protocol of week 7, for telnet, too.")
@click.option("--irc", "irc_port", type=PORT, metavar="PORT", help="The IRC server of week 8, for any IRC client.")
@click.option("--frames", "frame_port", type=PORT, metavar="PORT", help="The chat of week 9, in binary frames.")
@click.option("--host", default="localhost", show_default=True, help="Where to listen; 0.0.0.0 is everywhere.")
@click.option("--accounts", is_flag=True, help="Who chats over HTTP registers, and logs in.")
@click.option(
    "--roster", type=FILE, metavar="FILE", help="Only these may register: CSV with id and name. Implies --accounts."
)
@click.option("--cert", type=FILE, metavar="FILE", help="HTTPS instead of HTTP, with this certificate (PEM)")
@click.option("--key", type=FILE, metavar="FILE", help="and its private key, if that is in another file.")
def serve(
    host: str, accounts: bool, roster: Path | None, cert: Path | None, key: Path | None, **ports: int | None
) -> None:
    """Runs the lab's servers, on which students chat with each other. Ctrl-C ends them."""
    if not any(ports.values()):
        raise Refused("Name a port, or more: --udp, --http, --rooms, --relay, --lines, --irc, --frames.")
    if not ports["http_port"] and (accounts or roster or cert or key):
        raise Refused("--accounts, --roster, --cert and --key go with --http PORT.")
    if key and not cert:
        raise Refused(f"--key {key}: name its certificate too, --cert FILE.")
    servers = []
    if port := ports["udp_port"]:
        servers.append(_udp(host, port))
    if port := ports["http_port"]:
        servers.append(_http(host, port, _accounts(roster) if accounts or roster else None, _tls(cert, key)))
    if port := ports["room_port"]:
        servers.append(_rooms(host, port))
    if port := ports["relay_port"]:
        servers.append(_relay(host, port))
    if port := ports["line_port"]:
        servers.append(_lines(host, port))
    if port := ports["irc_port"]:
        servers.append(_irc(host, port))
    if port := ports["frame_port"]:
        servers.append(_frames(host, port))
    with suppress(Halted):
        _run(servers)
    terminal.say(settings.console(), "The server has ended.", indent=0)


def _run(servers: Sequence[Server]) -> None:
    """Runs servers until somebody wants them to end, and prints what is said."""
    console = settings.console()
    *others, last = (server.says for server in servers)

    def heard(name: str, text: str) -> None:
        terminal.say(console, f"{time.strftime('%H:%M:%S')} {name}: {text}", indent=0)

    async def until_stopped(stop: Stop) -> None:
        serving = [asyncio.create_task(server.run(stop.guarding(heard))) for server in servers]
        for line in (*others, f"{last} Ctrl-C ends it."):
            terminal.say(console, line, indent=0)
        await stop.wanted()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    stopping.run(until_stopped)


def _udp(host: str, port: int) -> Server:
    from grader.reference import udp_port  # here, so that no other command waits for it; below, too

    sockets = bound(host, port)
    return Server(f"UDP chat (week 2) on {host} port {port}.", lambda heard: udp_port.serve(sockets, heard))


def _http(host: str, port: int, accounts: Accounts | None, tls: ssl.SSLContext | None) -> Server:
    from grader.reference import http_port

    sockets = bound(host, port, socket.SOCK_STREAM)
    where = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    says = f"HTTP chat (week {4 if accounts else 3}) on {where}."
    if accounts and not tls and host not in THIS_MACHINE:
        says += " Clients on other machines send no passwords to it: that takes --cert and --key."
    return Server(says, lambda heard: http_port.serve(sockets, heard, accounts=accounts, tls=tls, first=_next_id()))


def _rooms(host: str, port: int) -> Server:
    from grader.reference import room_chat, stream_port

    sockets = bound(host, port, socket.SOCK_STREAM)
    says = f"Chat rooms (week 5) on {host} port {port}."
    return Server(says, lambda heard: stream_port.serve(sockets, room_chat.RoomChat(heard, address=host, port=port)))


def _relay(host: str, port: int) -> Server:
    from grader.reference import relay_chat, stream_port

    sockets = bound(host, port, socket.SOCK_STREAM)

    def run(heard: Callable[[str, str], None]) -> Coroutine:
        chat = relay_chat.RelayChat(heard)
        return stream_port.serve(sockets, chat, chat.closes)

    return Server(f"Chat (week 6) on chat://{f'[{host}]' if ':' in host else host}:{port}.", run)


def _lines(host: str, port: int) -> Server:
    from grader.reference import line_chat, stream_port

    sockets = bound(host, port, socket.SOCK_STREAM)
    says = f"Chat in lines (week 7) on {host} port {port}."
    return Server(says, lambda heard: stream_port.serve(sockets, line_chat.LineChat(heard)))


def _irc(host: str, port: int) -> Server:
    from grader.reference import irc_port
    from grader.reference.irc.chat import IrcChat

    sockets = bound(host, port, socket.SOCK_STREAM)
    says = f"IRC (week 8) on {host} port {port}."
    return Server(says, lambda heard: irc_port.serve(sockets, IrcChat(heard, now=time.time())))


def _frames(host: str, port: int) -> Server:
    from grader.reference import frame_chat, stream_port
    from grader.wire.frame_chat import now

    sockets = bound(host, port, socket.SOCK_STREAM)
    says = f"Chat in frames (week 9) on {host} port {port}."
    chat = lambda heard: frame_chat.FrameChat(heard, now=now, first=_next_id())  # noqa: E731
    return Server(says, lambda heard: stream_port.serve(sockets, chat(heard)))


def _next_id() -> int:
    """A greater id than any that a server here has given before: clients go on asking after the last that they know."""
    return int((time.time() - LONG_AGO) * IDS_A_SECOND)


def _accounts(roster: Path | None) -> Accounts:
    from grader.reference.accounts import Accounts

    return Accounts(_names(roster) if roster else None)


def _names(path: Path) -> dict[str, str]:
    """The names by student id of those who may register; raises Refused."""
    from grader.roster import load
    from grader.wire.http_chat import STUDENT_ID

    names = {person.id: person.name for person in load(path).people}
    for student_id, name in names.items():
        if not re.fullmatch(STUDENT_ID, student_id):
            whose = f", the id of {name[:48]!r}" if name else ""
            raise Refused(f"{path}: a student id has 4 to 16 letters and digits, not {student_id[:48]!r}{whose}.")
    return names


def _tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What HTTPS takes; raises Refused."""
    if not cert:
        return None
    for path in (cert, key):
        if path and not path.is_file():
            raise Refused(f"There is no file {path}.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password=bytes)  # none: nobody is there to type it
    except OSError:
        files = f"{cert} and {key} have" if key else f"{cert} has"
        raise Refused(f"{files} no certificate with its private key, as PEM and without a passphrase.") from None
    return context
