"""A cell has a network of its own, which the grader shares; its programs start, are seen and end as anywhere else."""

import errno
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from grader.check import Disturbed
from grader.sandbox.cell import Cell
from grader.sandbox.isolation import best
from grader.sandbox.limits import Limits
from grader.sandbox.listeners import Listener
from grader.sandbox.ports import lease_port
from grader.sandbox.program import Said
from grader.sandbox.workspace import Workspace

ROOT = Path(__file__).parents[1]
GENEROUS = 20  # seconds until a test gives up
PORT = 8008  # in a cell it is nobody else's
READY = 9000
WAITS = "import signal; signal.alarm(60); signal.pause()"
CALL = f"import socket; line = socket.create_connection(('localhost', {READY}))\n"
SERVES = (
    f"import socket; server = socket.create_server(('127.0.0.1', {PORT}))\n{CALL}server.accept()[0].sendall(b'NAME')"
)
HOLDS_THE_LINE = CALL + "line.recv(1)"  # until the test hangs up
FORKS = "import os; os.fork()\n"
LEAVES_A_DAEMON = """
import os, signal, socket
signal.alarm(60)
reader, writer = os.pipe()
if os.fork():
    os.read(reader, 1)
    {main}
os.setsid()
if os.fork(): os._exit(0)
signal.alarm(60)
line = socket.create_connection(("localhost", 9000))
os.write(writer, b".")
signal.pause()
"""
GRADER = """
import sys
from pathlib import Path
from grader.sandbox.cell import Cell
from grader.sandbox.limits import Limits

cell = Cell(Path(sys.argv[1]), Limits())
cell.open()
ready = cell.make_socket()
ready.bind(("127.0.0.1", 9000))
ready.listen()
cell.start([cell.interpreter, "-c", sys.argv[2], sys.argv[3]], "", {})
line = ready.accept()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module", autouse=True)
def possible():
    """Cells can be made on this machine."""
    isolation, failed = best(Limits())
    if isolation is None or isolation.tier != 1:
        pytest.skip(failed[0].reason if failed else "this system has no namespaces")


@pytest.fixture
def make(tmp_path):
    """Makes cells, each of a folder of its own."""
    with ExitStack() as open_cells:

        def make():
            folder = tmp_path / f"cell-{len(list(tmp_path.iterdir()))}"
            (folder / "lab5").mkdir(parents=True)
            cell = Cell(folder, Limits())
            cell.open()
            open_cells.callback(cell.close)
            return cell

        yield make


@pytest.fixture
def cell(make):
    """A cell with nothing in it."""
    return make()


@pytest.fixture
def ready(cell):
    """Where programs of the cell call when they are ready."""
    with listening(cell, READY) as ready:
        yield ready


@pytest.fixture
def marker(tmp_path):
    """A word by which the programs of one test are known."""
    return f"program-of-{tmp_path.name}"


def listening(cell, port):
    """A socket of the grader's that listens in a cell."""
    server = cell.make_socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(("127.0.0.1", port))
    server.listen()
    server.settimeout(GENEROUS)
    return server


def taken(ready):
    """The next caller's line."""
    line, _ = ready.accept()
    line.settimeout(GENEROUS)
    return line


def start(cell, source, *arguments):
    """Starts Python code in a cell."""
    return cell.start([cell.interpreter, "-c", source, *arguments], "", {})


def running(marker):
    """The processes of this machine that have a word on their command line."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if marker.encode() in command_line(entry)]


def command_line(process):
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has gone
        return b""


def have_ended(pids, seconds=GENEROUS):
    """Whether these processes end within so many seconds."""
    deadline = time.monotonic() + seconds
    handles = []
    for pid in pids:
        with suppress(ProcessLookupError):
            handles.append(os.pidfd_open(pid))
    ended = [select.select([handle], [], [], max(0, deadline - time.monotonic()))[0] for handle in handles]
    for handle in handles:
        os.close(handle)
    return all(ended)


def test_programs_of_two_cells_listen_on_the_same_port_and_the_grader_reaches_each(make):
    for name in (b"alice", b"bob"):
        cell = make()
        with listening(cell, READY) as ready:
            start(cell, SERVES.replace("NAME", name.decode()))
            taken(ready).close()
        with Workspace(Path(), cell, environment={}).connect("127.0.0.1", PORT, GENEROUS) as line:
            assert line.recv(100) == name


def test_the_host_does_not_reach_a_server_in_a_cell(cell):
    with lease_port() as lease, listening(cell, lease.number), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", lease.number))


def test_a_program_does_not_reach_a_server_of_the_host(cell):
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = f"import socket; print(socket.socket().connect_ex({server.getsockname()}))"
        program = start(cell, source)
        program.exit_status(GENEROUS)
    assert program.said() == Said("111\n", "")


def test_a_program_has_no_way_to_the_internet(cell):
    program = start(cell, "import socket; print(socket.socket().connect_ex(('198.51.100.1', 80)))")  # RFC 5737
    program.exit_status(GENEROUS)
    assert program.said() == Said("101\n", "")


def test_a_program_reaches_a_server_of_the_grader_in_its_cell(cell):
    with Workspace(Path(), cell, environment={}).occupy("127.0.0.1", READY) as server:
        start(cell, CALL + "line.sendall(b'hello')")
        server.settimeout(GENEROUS)
        line, _ = server.accept()
        with line:
            assert line.recv(100) == b"hello"


def test_a_port_that_is_occupied_in_a_cell_is_not_a_programs(cell, ready):
    program = start(cell, f"import socket; print(socket.socket().bind(('127.0.0.1', {READY})))")
    program.exit_status(GENEROUS)
    assert program.said().errors.endswith("OSError: [Errno 98] Address already in use\n")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_a_program_can_listen_on(host, cell):
    source = f"import socket; print(socket.create_server(({host!r}, 80), family={10 if ':' in host else 2}).fileno())"
    assert start(cell, source).exit_status(GENEROUS) == 0


def test_it_is_seen_where_a_program_listens(cell, ready):
    program = start(cell, SERVES)
    with taken(ready):
        assert program.listeners() == [Listener("127.0.0.1", PORT)]


def test_a_listener_of_the_grader_is_not_taken_for_the_programs(cell, ready):
    program = start(cell, HOLDS_THE_LINE)
    with taken(ready):
        assert program.listeners() == []


def test_the_network_refuses_what_a_network_refuses(cell):
    with pytest.raises(OSError, match=r"\[Errno 93\] Protocol not supported"):
        cell.make_socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_UDP)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("pass", 0),
        ("raise SystemExit(3)", 3),
        ("import os; os.kill(os.getpid(), 15)", -15),
        ("import os; os.abort()", -6),
    ],
)
def test_the_exit_status_is_the_programs(source, status, cell):
    assert start(cell, source).exit_status(GENEROUS) == status


def test_a_running_program_has_no_exit_status(cell, ready):
    program = start(cell, HOLDS_THE_LINE)
    with taken(ready):
        assert program.exit_status() is None


def test_a_socket_for_which_the_grader_has_no_room_is_no_refusal(cell, monkeypatch):
    monkeypatch.setattr(socket, "recv_fds", lambda *_: (b"0", [], socket.MSG_CTRUNC, None))
    with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
        cell.make_socket()


def test_output_and_errors_are_kept_apart(cell):
    program = start(cell, "import sys; print('one'); print('two', file=sys.stderr)")
    program.exit_status(GENEROUS)
    assert program.said() == Said("one\n", "two\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_program(number, cell, ready):
    program = start(cell, HOLDS_THE_LINE)
    with taken(ready):
        program.interrupt(number)
        assert program.exit_status(GENEROUS) == -number


def test_ctrl_c_reaches_the_children_of_a_program(cell, ready):
    program = start(cell, FORKS + HOLDS_THE_LINE)
    with taken(ready) as one, taken(ready) as two:
        program.interrupt(signal.SIGINT)
        assert (one.recv(1), two.recv(1)) == (b"", b"")


def test_the_process_of_a_program_is_its_own_and_no_keepers(cell, ready):
    program = start(cell, HOLDS_THE_LINE, "marker")
    with taken(ready):
        assert psutil.Process(program.main()).cmdline()[-1] == "marker"
        assert psutil.Process(program.main()).cmdline()[0] == cell.interpreter


def test_a_program_that_cannot_begin_is_no_fault_of_the_submission(cell):
    cell._view = ["--no-such-option"]
    program = cell.start(["true"], "", {})
    with pytest.raises(Disturbed) as disturbed:
        program.exit_status(GENEROUS)
    assert "Unknown option --no-such-option" in str(disturbed.value)


@pytest.mark.usefixtures("many_descriptors")
def test_a_cell_is_made_beside_the_sockets_of_other_gradings(make):
    program = make().start(["true"], "", {})
    assert program.handle > 1023
    assert program.exit_status(GENEROUS) == 0


def test_a_cell_whose_first_process_has_gone_says_so(make, monkeypatch):
    monkeypatch.setattr("grader.sandbox.cell.children", lambda _: [])
    with pytest.raises(OSError, match="^its first process ended at once$"):
        make()


def test_a_folder_that_is_not_there_any_more_is_the_fault_of_the_submission(cell):
    program = cell.start(["true"], "no/such/folder", {"PATH": "/usr/bin:/bin"})
    assert program.exit_status(GENEROUS) == 2


def test_a_daemon_is_gone_when_the_program_has_ended(cell, ready, marker):
    program = start(cell, LEAVES_A_DAEMON.format(main="os._exit(3)"), marker)
    with taken(ready):
        assert program.exit_status(GENEROUS) == 3
        assert running(marker) == []


def test_closing_a_cell_ends_everything_in_it(cell, ready, marker):
    start(cell, LEAVES_A_DAEMON.format(main="signal.pause()"), marker)
    with taken(ready):
        cell.close()
        assert running(marker) == []


def test_closing_a_cell_leaves_its_neighbour(make):
    one, two = make(), make()
    program = start(two, WAITS)
    one.close()
    assert program.exit_status(0.1) is None


def test_closing_twice_is_no_fault(cell):
    start(cell, WAITS)
    cell.close()
    cell.close()


def test_halt_from_another_thread_ends_every_program(cell):
    programs = [start(cell, WAITS) for _ in range(2)]
    threading.Thread(target=cell.halt).start()
    ends = [have_ended([program.pid]) for program in programs]
    assert ends == [True, True]


def test_halting_a_cell_that_is_not_open_yet_is_no_fault(tmp_path):
    Cell(tmp_path, Limits()).halt()


def test_a_cell_that_has_ended_is_no_fault_of_the_submission(cell):
    cell.halt()
    with pytest.raises(Disturbed):
        cell.make_socket()


def test_no_process_outlives_a_program_that_is_ended_while_it_starts(cell, marker):
    for wait_ms in range(20):
        program = start(cell, WAITS, marker)
        program.exit_status(wait_ms / 1000)
        program.end()
        assert running(marker) == []


def test_ending_a_program_leaves_the_others_of_its_cell(cell):
    one, two = start(cell, WAITS), start(cell, WAITS)
    one.end()
    assert two.exit_status(0.1) is None


def test_no_process_outlives_a_grader_that_is_killed(tmp_path, marker):
    (tmp_path / "lab5").mkdir()
    words = [sys.executable, "-c", GRADER, tmp_path, LEAVES_A_DAEMON.format(main="signal.pause()"), marker]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as grader:
        assert grader.stdout.readline() == b"ready\n"
        pids = set(running(marker)) | set(running(str(tmp_path)))
        grader.kill()
        assert have_ended(pids)


def test_there_is_another_machine_that_is_the_graders_too(cell):
    with Workspace(Path(), cell, environment={}).occupy("192.0.2.1", READY) as server:
        start(cell, CALL.replace("localhost", "chat.example") + "line.sendall(b'hello')")
        server.settimeout(GENEROUS)
        line, (host, _) = server.accept()
        with line:
            assert (line.recv(100), host) == (b"hello", "192.0.2.1")


def test_a_server_on_loopback_is_not_at_the_other_machine(cell, ready):
    program = start(cell, f"import socket; print(socket.socket().connect_ex(('chat.example', {READY})))")
    program.exit_status(GENEROUS)
    assert program.said() == Said("111\n", "")


@pytest.mark.parametrize(("host", "address"), [("chat.example", "192.0.2.1"), ("localhost", "127.0.0.1")])
def test_names_have_their_addresses(host, address, cell):
    program = start(cell, f"import socket; print(socket.gethostbyname({host!r}))")
    program.exit_status(GENEROUS)
    assert program.said() == Said(f"{address}\n", "")


def test_the_grader_knows_which_addresses_a_cell_has(cell):
    workspace = Workspace(Path(), cell, environment={})
    found = [workspace.has_address(host) for host in ("192.0.2.1", "127.0.0.2", "192.0.2.2")]
    assert found == [True, True, False]
