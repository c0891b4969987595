"""Tier 1: a submission's programs have a network, a file system and process numbers of their own.

A cell is three namespaces and their first process, the warden (warden.py), which hands sockets of the cell's network to
the grader: it connects to programs there, and listens for them, as it would anywhere. Each program is started in the
cell by bubblewrap, in further namespaces of its own and as a user of its own. When a namespace's first process ends,
the kernel ends all others and tells the parent only then: that is the proof that nothing is left.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from grader.check import Disturbed, Refused
from grader.sandbox import bubblewrap, seccomp
from grader.sandbox.contained import Contained, Keeper, memory_file, pipe
from grader.sandbox.limits import MIB, Limits, in_folder
from grader.sandbox.ports import Lease, lease_user
from grader.sandbox.processes import children
from grader.sandbox.program import Program
from grader.sandbox.terminal import Terminal

WARDEN = Path(__file__).with_name("warden.py")
ANSWER = 30.0  # seconds for the warden to answer: it takes microseconds
FIRST_OF_ITS_NAMESPACE = Keeper(depth=2, fatal=signal.SIGKILL)  # a child of bubblewrap, a child of nsenter
PAGE = os.sysconf("SC_PAGE_SIZE")
ENDED_AT_ONCE = "its first process ended at once"
RESERVED = 10  # files of the sandbox's own
UNKILLABLE = 60.0  # seconds after which something is wrong with the machine
# $1 folder, $2 MiB, $3 files, $4 user; the rest is the warden's command. Nothing of a submission has run yet.
FURNISH = """
set -e
mount -t tmpfs -o "size=$2m,nr_inodes=$3,mode=755" box "$1/box"
mkdir "$1/box/work" "$1/box/tmp" "$1/box/shm"
cp -r "$1/lab5" "$1/box/work/"
chown -R "$4:$4" "$1/box/work"
chmod 1777 "$1/box/tmp" "$1/box/shm"
shift 4
exec "$@"
"""
SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
NEEDED = ("bwrap", "nsenter", "unshare", "prlimit", "setpriv", "setsid", "mount", "sh")
NEW_SESSION = ["--new-session"]  # of bubblewrap: no terminal
OWN_TERMINAL = ["setsid", "--ctty"]  # a new session as well: standard input is its terminal


class Cell:
    """The site of one submission's programs: `folder/lab5`, copied to a file system that goes with it."""

    home = bubblewrap.BOX
    is_private = True
    is_your_home = False

    def __init__(self, folder: Path, limits: Limits, toolchains: Sequence[Path] = ()):
        self._folder = folder
        self._limits = limits
        self._toolchains = toolchains
        self.interpreter = bubblewrap.interpreter()
        self._as_root = os.geteuid() == 0
        self._programs: list[Program] = []
        self._stops: list[str] = []
        self._control: socket.socket | None = None
        self._user: Lease | None = None

    def open(self) -> None:
        """Makes the namespaces; raises OSError where the machine does not let us, and Refused for what is too large."""
        self._refuse_what_does_not_fit()
        (self._folder / "box").mkdir(exist_ok=True)  # the sandbox of another week was mounted on it
        self._user = lease_user() if self._as_root else None
        user = self._user.number if self._user else bubblewrap.USER
        bubblewrap.write_files(self._folder / "etc", user)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(ANSWER)
        with theirs:
            self._process = subprocess.Popen(
                self._words(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                start_new_session=True,
                env={"PATH": SYSTEM_PATH},
                pass_fds=[theirs.fileno()],
            )
        try:
            if self._control.recv(100) != b"ready":
                self._complaints.seek(0)
                said = self._complaints.read(MIB).decode(errors="backslashreplace")
                raise OSError(" ".join(said.split())[-500:] or ENDED_AT_ONCE)
            if not (first := children(self._process.pid)):
                raise OSError(ENDED_AT_ONCE)
        except BaseException:
            self.close()
            raise
        self._enter = ["nsenter", "-t", str(first[0]), *([] if self._as_root else ["-U", "--preserve-credentials"])]
        self._view = bubblewrap.view(
            self._folder / "box", self._folder / "etc", bubblewrap.visible(self._toolchains), as_root=self._as_root
        )

    def start(
        self, command: Sequence[str], place: str, environment: Mapping[str, str], terminal: Terminal | None = None
    ) -> Program:
        """Starts a command in a folder, which is named from the site's own; at a terminal, if there is to be one."""
        with ExitStack() as descriptors:
            report, theirs = pipe(descriptors)
            if terminal and self._user:
                terminal.belongs_to(self._user.number)
            session = [] if terminal and terminal.is_real else NEW_SESSION
            words = [*self._view, *session, *bubblewrap.environment(environment), "--json-status-fd", str(theirs)]
            passed = [theirs]
            if refused := seccomp.program():
                passed.append(memory_file(refused, descriptors))
                words += ["--seccomp", str(passed[-1])]
            # By a file: a command line can be read by everybody.
            passed.append(memory_file(b"".join(os.fsencode(word) + b"\0" for word in words), descriptors))
            there = in_folder(str(Path(bubblewrap.BOX, place)), command)
            session = OWN_TERMINAL if terminal and terminal.is_real else []
            inside = ["bwrap", "--args", str(passed[-1]), "--", *session, *self._become(), *there]
            program = Contained(
                [*self._enter, "-n", "-m", "-p", "--", *inside],
                {"PATH": SYSTEM_PATH},
                make_socket=self.make_socket,
                pass_fds=passed,
                report=report,
                keeper=FIRST_OF_ITS_NAMESPACE,
                is_gone=self._is_gone,
                terminal=terminal,
            )
        self._programs.append(program)
        return program

    def make_socket(
        self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM, proto: int = 0
    ) -> socket.socket:
        """A socket of the cell's network."""
        try:
            self._control.send(f"socket {int(family)} {int(kind)} {proto}".encode())
            answer, descriptors, _, _ = socket.recv_fds(self._control, 100, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError as error:
            self.halt()  # a late answer would be taken for that to the next question
            raise Disturbed(f"the sandbox does not answer: {error}") from None
        if not answer:
            raise Disturbed("the sandbox has ended")
        if not descriptors:
            number = int(answer) or errno.EMFILE  # it was made, but there is no room for it here: recvmsg(2)
            raise OSError(number, os.strerror(number))
        return socket.socket(family, kind, proto, fileno=descriptors[0])

    def intruder_on(self, port: int) -> bool:
        """Nobody else is in this network."""
        return False

    def remarks(self) -> list[str]:
        """What the warden has stopped, and why."""
        self._stops += self._asked("stops").decode().splitlines()
        return list(dict.fromkeys(self._stops))

    def halt(self) -> None:
        """Ends everything at once; another thread may call it."""
        if self._control is not None:
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends everything; returns when nothing is left."""
        if self._control is None:
            return
        self.halt()
        with self._process:  # which waits for it
            try:
                self._process.wait(UNKILLABLE)
            except subprocess.TimeoutExpired:
                self._process.kill()  # unshare, which takes the warden with it (--kill-child)
        for program in self._programs:
            program.end()
        self._programs.clear()
        self._control.close()
        self._complaints.close()
        if self._user:
            self._user.close()

    def _is_gone(self, report: str) -> bool:
        """Whether the first process of a namespace has ended, and all others with it: bubblewrap itself is quicker."""
        if not (first := re.search(r'"child-pid": (\d+)', report)):
            return True
        return self._asked(f"gone {first[1]}") != b"0"

    def _asked(self, request: str) -> bytes:
        """What the warden answers; nothing where the cell has ended, and with it all that was in it."""
        try:
            self._control.send(request.encode())
            return self._control.recv(1000)
        except OSError:
            self.halt()  # a late answer would be taken for that to the next question
            return b""

    def _refuse_what_does_not_fit(self) -> None:
        """A file takes whole pages, and the folder has only so many files."""
        files, room = 0, 0
        for _, folders, names, descriptor in os.fwalk(self._folder / "lab5"):
            files += len(folders) + len(names)
            room += sum(-(-os.stat(name, dir_fd=descriptor).st_size // PAGE) * PAGE for name in names)
        if files > self._limits.files - RESERVED or room > self._limits.disk_mib * MIB:
            fits = f"{self._limits.disk_mib} MiB and {self._limits.files:,} files"
            raise Refused(f"It does not fit into the folder that it would run in: {fits}.")

    def _words(self, control: int) -> list[str]:
        """The command that makes the cell."""
        ids = [] if self._as_root else ["--user", "--map-root-user"]
        owner = str(self._user.number) if self._user else "0"
        room = [str(self._folder), str(self._limits.disk_mib), str(self._limits.files), owner]
        warden = [os.path.realpath(sys.executable), "-I", "-S", str(WARDEN), str(control)]
        watch = [str(self._limits.memory_mib), str(self._limits.wall_seconds)]
        unshare = ["unshare", *ids, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
        return [*unshare, "sh", "-c", FURNISH, "sh", *room, *warden, *watch]

    def _become(self) -> list[str]:
        """The last steps before a program: another user without any rights, and bounds."""
        if not self._user:
            return self._limits.as_words()
        user = self._user.number
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        return [*words, "--inh-caps=-all", "--bounding-set=-all", "--", *self._limits.as_words()]


def missing() -> list[str]:
    """The commands that a cell needs and this machine lacks."""
    return [name for name in NEEDED if not shutil.which(name, path=SYSTEM_PATH)]
