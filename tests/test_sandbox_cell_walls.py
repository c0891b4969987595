"""What a program in a cell is, what it sees, and how much it can use: seen by programs that try."""

import platform
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.sandbox.cell import Cell
from grader.sandbox.isolation import best
from grader.sandbox.limits import Limits

ROOT = Path(__file__).parents[1]
GENEROUS = 30  # seconds until a test gives up
PLACES = ("/box", "/tmp", "/dev/shm")
ALARM = "import os, signal; signal.alarm(60)\n"
WAITS = ALARM + "signal.pause()"
TAKES_70_MIB = ALARM + "block = b'x' * (70 << 20); signal.pause()"
TAKES_200_MIB = ALARM + "blocks = [b'x' * (1 << 20) for _ in range(200)]; signal.pause()"
SHARES_70_MIB = ALARM + "block = b'x' * (70 << 20)\nfor _ in range(3): os.fork()\nsignal.pause()"
FORKS_TO_THE_END = """
import os, signal
for count in range(100):
    try:
        if not os.fork():
            signal.alarm(60)
            signal.pause()
    except BlockingIOError:
        break
print(count)
"""
WRITES = """
import os, sys
try:
    for number in range({count}):
        with open(f"{path}{{number}}", "wb") as file:
            file.write(bytes({size}))
except OSError as error:
    print(os.strerror(error.errno))
"""
TRIES = """
import os
try:
    os.close(os.open("{path}", os.{flag}))
    print("done")
except OSError as error:
    print("refused")
"""


@pytest.fixture(scope="module", autouse=True)
def possible():
    """Cells can be made on this machine."""
    isolation, failed = best(Limits())
    if isolation is None or isolation.tier != 1:
        pytest.skip(failed[0].reason if failed else "this system has no namespaces")


@pytest.fixture
def make(tmp_path):
    """Makes a cell with these limits, of a folder that has server.py in it."""
    (tmp_path / "lab5").mkdir()
    (tmp_path / "lab5" / "server.py").write_text("print('as it was handed in')")
    with ExitStack() as open_cells:

        def make(**limits):
            cell = Cell(tmp_path, Limits(**limits))
            cell.open()
            open_cells.callback(cell.close)
            return cell

        yield make


@pytest.fixture
def cell(make):
    """One with the usual limits."""
    return make()


def run(cell, source):
    """A Python program that has run to its end in a cell."""
    program = cell.start([cell.interpreter, "-I", "-c", source], "", {})
    assert program.exit_status(GENEROUS) is not None
    return program


def printed(cell, source):
    """The lines that it prints."""
    said = run(cell, source).said()
    assert said.errors == ""
    return said.output.splitlines()


def status_of_a_program(cell):
    """The fields of its /proc/self/status."""
    return dict(line.split(":\t") for line in printed(cell, "print(open('/proc/self/status').read().strip())"))


def test_a_program_is_an_ordinary_user(cell):
    assert "0" not in status_of_a_program(cell)["Uid"].split()


@pytest.mark.parametrize("name", ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
def test_a_program_has_no_capability_in(name, cell):
    assert int(status_of_a_program(cell)[name], 16) == 0


@pytest.mark.parametrize(("name", "value"), [("NoNewPrivs", "1"), ("Seccomp", "2"), ("Seccomp_filters", "1")])
def test_a_program_can_gain_no_rights(name, value, cell):
    assert status_of_a_program(cell)[name] == value


def test_a_program_inherits_no_descriptors(cell):
    names = printed(cell, "import os; print(*os.listdir('/proc/self/fd'), sep='\\n')")
    assert names == ["0", "1", "2", "3"]  # the last is that of the listing


def test_a_program_sees_no_process_but_its_own(cell):
    seen = printed(cell, "import os; print(*filter(str.isdecimal, os.listdir('/proc')), sep='\\n')")
    assert seen == ["1", "2"]


def test_a_program_has_the_environment_that_is_given_and_no_more(cell):
    program = cell.start(["/usr/bin/env"], "", {"LANG": "C.UTF-8"})
    program.exit_status(GENEROUS)
    assert sorted(program.said().output.split()) == ["LANG=C.UTF-8", "OLDPWD=/", "PWD=/box"]


def test_the_user_has_a_name(cell):
    assert printed(cell, "import getpass; print(getpass.getuser())") == ["student"]


def test_the_interpreter_is_the_graders(cell):
    assert printed(cell, "import platform; print(platform.python_version())") == [platform.python_version()]


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the grader has no virtual environment")
def test_a_program_can_import_what_the_grader_provides(cell):
    program = cell.start([cell.interpreter, "-c", "import psutil"], "", {})
    assert program.exit_status(GENEROUS) == 0


@pytest.mark.parametrize("place", PLACES)
def test_a_program_can_write_to(place, cell):
    assert printed(cell, TRIES.format(path=f"{place}/note", flag="O_CREAT | os.O_RDWR")) == ["done"]


@pytest.mark.parametrize("place", ["", "/usr", "/dev", "/etc", "/run", "/opt", "/opt/lab5", "/proc", "/usr/bin"])
def test_a_program_cannot_write_to(place, cell):
    assert printed(cell, TRIES.format(path=f"{place}/note", flag="O_CREAT | os.O_RDWR")) == ["refused"]


@pytest.mark.parametrize("file", ["/etc/passwd", "/etc/hosts", "/proc/sys/kernel/hostname", "/proc/1/environ"])
def test_a_program_cannot_change(file, cell):
    assert printed(cell, TRIES.format(path=file, flag="O_WRONLY")) == ["refused"]


@pytest.mark.parametrize("path", [ROOT, ROOT / "grader", "/home", "/var", "/sys", "/boot", "/etc/shadow", "/root/.ssh"])
def test_a_program_does_not_see(path, cell):
    assert printed(cell, f"import os; print(os.path.lexists({str(path)!r}))") == ["False"]


def test_a_program_does_not_see_the_folder_of_its_submission(cell, tmp_path):
    assert printed(cell, f"import os; print(os.path.lexists({str(tmp_path)!r}))") == ["False"]


def test_a_program_sees_no_disk_of_the_machine(cell):
    assert printed(cell, "import glob; print(*glob.glob('/dev/[hsv]d*') + glob.glob('/dev/nvme*'))") == [""]


def test_a_program_reads_what_was_handed_in(cell):
    assert printed(cell, "print(open('lab5/server.py').read())") == ["print('as it was handed in')"]


def test_what_was_handed_in_stays_as_it_was(cell, tmp_path):
    run(cell, "open('lab5/server.py', 'w').write('something else')")
    assert (tmp_path / "lab5" / "server.py").read_text() == "print('as it was handed in')"


@pytest.mark.parametrize("place", PLACES)
def test_what_one_program_writes_the_next_can_read(place, cell):
    run(cell, f"open('{place}/note', 'w').write('from the first')")
    assert printed(cell, f"print(open('{place}/note').read())") == ["from the first"]


@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_is_written_reaches_the_disk_of_the_host(place, cell, tmp_path):
    run(cell, f"open('{place}/note-{tmp_path.name}', 'w').write('')")
    found = [*tmp_path.rglob(f"note-{tmp_path.name}"), *Path(place).glob(f"note-{tmp_path.name}")]
    assert found == []


@pytest.mark.parametrize(
    "sources", [[TAKES_200_MIB], [TAKES_70_MIB, TAKES_70_MIB]], ids=["one program", "two together"]
)
def test_what_uses_too_much_memory_is_ended_and_it_is_said(sources, make):
    cell = make(memory_mib=100)
    programs = [cell.start([cell.interpreter, "-c", source], "", {}) for source in sources]
    assert [program.exit_status(GENEROUS) for program in programs] == [-signal.SIGKILL] * len(sources)
    assert cell.remarks() == ["its programs used more than 100 MiB of memory"]


def test_memory_that_forks_share_counts_once(make):
    cell = make(memory_mib=200)
    program = cell.start([cell.interpreter, "-c", SHARES_70_MIB], "", {})
    assert program.exit_status(1) is None
    assert cell.remarks() == []


def test_what_runs_too_long_is_ended_and_it_is_said(make):
    cell = make(wall_seconds=2)
    assert run(cell, WAITS).exit_status() == -signal.SIGKILL
    assert cell.remarks() == ["it ran for more than 2 seconds"]


def test_what_was_stopped_is_said_again(make):
    cell = make(memory_mib=50)
    run(cell, TAKES_70_MIB)
    assert cell.remarks() == cell.remarks() == ["its programs used more than 50 MiB of memory"]


def test_what_was_stopped_is_said_after_the_end(make):
    cell = make(memory_mib=50)
    run(cell, TAKES_70_MIB)
    said = cell.remarks()
    cell.close()
    assert cell.remarks() == said


def test_nothing_is_said_of_what_uses_little(cell):
    run(cell, "pass")
    assert cell.remarks() == []


def test_what_computes_too_long_gets_a_signal_that_says_so(make):
    assert run(make(cpu_seconds=1), "while True: pass").exit_status() == -signal.SIGXCPU


def test_processes_are_bounded(make):
    (count,) = printed(make(processes=20), FORKS_TO_THE_END)
    assert 10 < int(count) < 20


def test_descriptors_are_bounded(make):
    source = "import os\ntry:\n while True: last = os.dup(0)\nexcept OSError: print(last)"
    assert printed(make(open_files=20), source) == ["19"]


def test_the_size_of_a_file_is_bounded(make):
    assert printed(make(file_mib=1), WRITES.format(count=1, path="/box/", size=(1 << 20) + 1)) == ["File too large"]


def test_a_file_of_the_largest_size_can_be_written(make):
    assert printed(make(file_mib=1), WRITES.format(count=1, path="/box/", size=1 << 20)) == []


@pytest.mark.parametrize("place", PLACES)
def test_all_that_is_written_is_bounded_together(place, make):
    cell = make(disk_mib=8)
    run(cell, WRITES.format(count=4, path="/box/first-", size=1 << 20))
    assert printed(cell, WRITES.format(count=5, path=f"{place}/", size=1 << 20)) == ["No space left on device"]


@pytest.mark.parametrize("place", PLACES)
def test_the_number_of_files_is_bounded(place, make):
    assert printed(make(files=100), WRITES.format(count=100, path=f"{place}/", size=0)) == ["No space left on device"]


def test_a_program_without_a_terminal_has_none(cell):
    assert run(cell, "open('/dev/tty')").said().errors.splitlines()[-1].startswith("OSError: [Errno 6]")
