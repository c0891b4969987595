"""What a program of tier 1 sees: the command line of bubblewrap.

Everything that is mounted is the system's own, read-only; or one of three folders of a tmpfs, each mounted as a whole.
No mount point is ever made below a folder that a submission can write to: bubblewrap up to 0.11 follows symbolic links
there, out of the sandbox (CVE-2026-87766).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

BOX = "/box"  # the working folder of every program
TOOLS = "/opt/lab5"  # the virtual environment of the grader: its interpreter and what it provides to programs
FOLDERS = {"work": BOX, "tmp": "/tmp", "shm": "/dev/shm"}  # of the tmpfs: the only ones a program can write to
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")  # beside /usr: links into it, or folders of their own
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone", "mime.types",
            "services", "protocols", "os-release", "ssl", "pki", "crypto-policies",
            "ca-certificates", "java*", "maven*", "perl", "php*", "mono", "R", "erlang")  # fmt: skip
# Without these `localhost` is no address, and a user has no name. chat.example is what warden.py calls ELSEWHERE.
FILES = {
    "hosts": "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 sandbox\n192.0.2.1 chat.example\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
    "passwd": "student:x:{user}:{user}:student:/box:/bin/sh\n",
    "group": "student:x:{user}:\n",
}
OURS = ("/box", "/tmp", "/dev", "/proc", "/opt/lab5")  # where nothing of the host's is shown
# As root: no user namespace, and just what it takes to become another user (setpriv) and lose all rights.
AS_ROOT = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP")
AS_USER = ("--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns", "--cap-drop", "ALL")
USER = 1000  # the number of an ordinary user's programs, as they see it


def write_files(folder: Path, user: int) -> None:
    """Writes the files of /etc to a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.format(user=user))


def view(box: Path, etc: Path, visible: Iterable[Path], *, as_root: bool) -> list[str]:
    """The arguments that make namespaces and mounts; of this network, whatever starts bubblewrap.

    box      the tmpfs
    etc      what `write_files` has written
    visible  folders of toolchains, to be read and run at the same path
    """
    words = [
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-uts",
        "--unshare-cgroup-try",
        *(AS_ROOT if as_root else AS_USER),
    ]
    words += ["--die-with-parent", "--hostname", "sandbox"]
    words += [
        "--perms",
        "0755",
        "--dir",
        "/etc",
        "--perms",
        "0755",
        "--dir",
        "/run",
        "--perms",
        "0755",
        "--dir",
        "/opt",
    ]
    words += ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM:
        place = Path("/", name)
        if place.is_symlink():
            words += ["--symlink", str(place.readlink()), str(place)]
        elif place.is_dir():
            words += ["--ro-bind", str(place), str(place)]
    for pattern in SETTINGS:
        for place in sorted(Path("/etc").glob(pattern)):
            words += ["--ro-bind", str(place), str(place)]
    for name in FILES:
        words += ["--ro-bind", str(etc / name), f"/etc/{name}"]
    made: set[Path] = {Path("/"), Path("/usr"), Path("/etc"), Path("/opt")}
    for place in visible:
        words += _at_the_same_path(place, made)
    if sys.prefix != sys.base_prefix:
        words += ["--ro-bind", sys.prefix, TOOLS]
    # Without /dev/pts nobody makes terminals: there are 4,096 on a machine, and in a container all share them.
    words += ["--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts"]
    for name, place in FOLDERS.items():
        words += ["--bind", str(box / name), place]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def environment(variables: Mapping[str, str]) -> list[str]:
    """The arguments that make these the only variables of the environment."""
    words = ["--clearenv"]
    for name, value in variables.items():
        words += ["--setenv", name, value]
    return words


def interpreter() -> str:
    """The grader's own interpreter, where programs find it."""
    inside = Path(sys.executable).relative_to(sys.prefix) if sys.prefix != sys.base_prefix else None
    return str(Path(TOOLS, inside)) if inside else os.path.realpath(sys.executable)


def visible(toolchains: Iterable[Path]) -> list[Path]:
    """What programs need that is not in /usr: the interpreter's own files, and the toolchains that exist."""
    candidates = [Path(sys.base_prefix), *toolchains]
    return [place for place in candidates if place.is_dir() and not _is_below(place, ("/usr", *OURS))]


def _is_below(place: Path, folders: Iterable[str]) -> bool:
    return any(place.is_relative_to(folder) for folder in folders)


def _at_the_same_path(place: Path, made: set[Path]) -> list[str]:
    """Read-only, with parents that everybody may pass: bubblewrap's own have mode 0700."""
    words = []
    for parent in reversed(place.parents):
        if parent not in made:
            made.add(parent)
            words += ["--perms", "0755", "--dir", str(parent)]
    made.add(place)
    return [*words, "--ro-bind", str(place), str(place)]
