"""Clients of an IRC server for tests: their server is a table of what to answer to each line."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.irc.server import IrcServer, Server
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
PROGRAM = """\
import socket, sys, threading
everybody = []
def serve(connection):
    nick = '*'
    everybody.append(connection)
    for line in connection.makefile('rb'):
        line = line.decode('utf-8', 'surrogateescape').rstrip('\\r\\n')
        word, _, rest = line.partition(' ')
        answer = ''
        if word == 'NICK':
            nick = rest
        elif word == 'USER':
            answer = f':x 001 {nick} :hello\\n:x 005 {nick} CASEMAPPING=ascii NICKLEN=9 :are supported\\n'
        elif word == 'PING':
            answer = f':x PONG x {rest}\\n'
        elif word == 'QUIT':
            break
        {answers}
        connection.sendall(answer.encode('utf-8', 'surrogateescape'))
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()
print('IRC server on ' + ' port '.join(sys.argv[1:3]), flush=True)
server = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=50)
while True:
    connection, _ = server.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
"""


class Desk:
    """Starts servers, each in a folder of its own, and ends them."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._kept = ExitStack()
        self.patience = Patience(answer=GENEROUS, silent=GENEROUS)

    def serves(self, answers: str = "pass", token: str = "", **declared: object) -> Server:
        """A server that makes its `answer` of a `line` so, which is `word` and `rest`."""
        (self._folder / "lab5").mkdir(exist_ok=True)
        program = PROGRAM.replace("{answers}", answers)
        (self._folder / "lab5" / "server.py").write_text(program)
        site = Bare(self._folder, Limits())
        more = {"environment": {"PATH": os.environ["PATH"]}, "token": token}
        workspace = self._kept.enter_context(Workspace(self._folder, site, **more))
        return self._kept.enter_context(IrcServer("server.py", **declared).meet(workspace, self.patience))

    def impatient(self) -> None:
        """From now on nothing is waited for long."""
        self.patience.answer = self.patience.silent = BRIEF

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)
