"""What the programs of a submission may use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds for each process, and for all of a submission together; each has its reason in course.toml."""

    memory_mib: int = 1024
    data_mib: int = 4096
    processes: int = 512
    open_files: int = 512
    file_mib: int = 32
    disk_mib: int = 64
    files: int = 10_000
    cpu_seconds: int = 60
    wall_seconds: int = 300

    def of_a_process(self) -> dict[str, tuple[int, int]]:
        """The soft and the hard bound of each resource, by its name in the `resource` module, less RLIMIT_."""
        return {
            "DATA": (self.data_mib * MIB, self.data_mib * MIB),
            "FSIZE": (self.file_mib * MIB, self.file_mib * MIB),
            "NOFILE": (self.open_files, self.open_files),
            "CPU": (self.cpu_seconds, self.cpu_seconds + 1),  # so that the end says why: SIGXCPU comes before SIGKILL
            "CORE": (1, 1),  # 0 would let a program like systemd-coredump have it, see core(5)
        }

    def as_words(self) -> list[str]:
        """The beginning of a command that runs the rest of it within these bounds: prlimit(1)."""
        bounds = self.of_a_process() | {
            "NPROC": (self.processes, self.processes),
            "MEMLOCK": (0, 0),
            "MSGQUEUE": (0, 0),
        }
        return ["prlimit", *(f"--{name.lower()}={soft}:{hard}" for name, (soft, hard) in bounds.items()), "--"]

    def apply(self, pid: int) -> None:
        """Bounds a running process, and whatever it starts from now on (Linux; elsewhere only deadlines bound it)."""
        if not sys.platform.startswith("linux"):
            return
        import resource  # not on Windows

        try:
            for name, bounds in self.of_a_process().items():
                resource.prlimit(pid, getattr(resource, f"RLIMIT_{name}"), bounds)
        except ProcessLookupError:  # it has ended already
            pass


def in_folder(folder: str, command: Sequence[str]) -> list[str]:
    """A command that goes to a folder first. If the folder is in the way, it is the program's own that has failed."""
    return ["sh", "-c", 'cd "$0" && exec "$@"', folder, *command]
