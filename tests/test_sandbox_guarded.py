"""Without namespaces: programs of a user of their own (as root) or of yours, with few rights; and all of them end.

The sites are made by an interpreter that every user of this machine can run, in a process of its own.
"""

import os
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from grader.sandbox import landlock
from grader.sandbox.guarded import _ports_in
from grader.sandbox.ports import lease_user

ROOT = Path(__file__).parents[1]
GENEROUS = 60  # seconds until a test gives up
DRIVER = """
import os, signal, socket, sys
from grader.sandbox.guarded import Guarded
from grader.sandbox.limits import Limits
from grader.sandbox.scratch import scratch

def start(source, *arguments):
    return site.start([site.interpreter, "-I", "-c", "import os, signal; signal.alarm(50)\\n" + source, *arguments],
                      "", {"PATH": "/usr/bin:/bin"})

def run(source, *arguments):
    program = start(source, *arguments)
    program.exit_status(40)
    return program

def line(pid):
    try:
        return open(f"/proc/{pid}/cmdline").read()
    except OSError:  # it has gone
        return ""

def running(word):  # the other processes that have it on their command line
    pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    return [pid for pid in pids if word in line(pid) and pid != os.getpid()]

def word_of(program):  # the first line that it prints, as soon as it is there
    while not program.said().output.endswith("\\n"):
        program.exit_status(0.01)
    return program.said().output.strip()

with scratch() as folder, socket.create_server(("127.0.0.1", 0)) as server:
    port = str(server.getsockname()[1])
    (folder / "lab5").mkdir()
    (folder / "lab5" / "server.py").write_text("as it was handed in")
    limits = Limits(memory_mib=100, file_mib=1, open_files=20, processes=20, wall_seconds=int(sys.argv[3]))
    site = Guarded(folder, limits)
    site.open()
    try:
        exec(sys.argv[1])
    finally:
        site.close()
exec(sys.argv[2])
"""
TRIES = """
def tries(call, *arguments):
    try:
        call(*arguments)
        print("done")
    except OSError as error:
        print(os.strerror(error.errno))
"""
LEAVES_A_DAEMON = """
reader, writer = os.pipe()
if os.fork():
    os.read(reader, 1)
    {main}
os.setsid()
if os.fork(): os._exit(0)
signal.alarm(50)
print(os.getpid(), flush=True)
os.write(writer, b".")
signal.pause()
"""
HOLDS_THE_LINE = """
import socket, sys
signal.signal(2, signal.SIG_DFL)
socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)
"""
HAS_A_DAEMON = f"""
program = start({LEAVES_A_DAEMON.format(main="signal.pause()")!r})
daemon = word_of(program)
"""


def interpreter():
    """An interpreter that every user can run, and that takes the grader's packages."""
    for name in ("python3", f"python3.{sys.version_info.minor}"):
        found = shutil.which(name, path="/usr/bin:/bin:/usr/local/bin")
        is_other = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        if found and subprocess.run([found, "-I", "-c", is_other], check=False).returncode == 0:
            return found
    return None


@pytest.fixture(scope="module", params=["as root", "as a user"])
def grader(request):
    """Starts a grader with these pieces of code: for a site that is open, and for after it was closed."""
    is_root = os.geteuid() == 0
    python = interpreter() if is_root else sys.executable
    if request.param == "as root" and not is_root:
        pytest.skip("only root can become another user")
    if request.param == "as a user" and not landlock.version():
        pytest.skip("this kernel has no Landlock")
    if python is None:
        pytest.skip("no Python of this version is where every user can run it")
    with lease_user() as lease, tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o1777)
        ids = [f"--reuid={lease.number}", f"--regid={lease.number}", "--clear-groups"]
        prefix = ["setpriv", *ids, "--"] if is_root and request.param == "as a user" else []
        packages = os.pathsep.join([str(ROOT), str(Path(psutil.__file__).parents[1])])
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": packages,
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": temporary,
        }
        probe = subprocess.run([*prefix, python, "-c", "import grader, psutil"], env=environment, capture_output=True)
        if probe.returncode:
            pytest.skip(f"other users cannot read this folder, or its packages: {probe.stderr.decode()[-200:]}")

        def grader(opened, closed="", wall_seconds=30):
            words = [*prefix, python, "-c", DRIVER, opened, closed, str(wall_seconds)]
            return subprocess.Popen(words, cwd="/", env=environment, stdout=subprocess.PIPE, text=True)

        yield grader


@pytest.fixture
def lines(grader):
    """The lines that a grader with this code prints; it ends well."""

    def lines(*code, **limits):
        with grader(*code, **limits) as process:
            output, _ = process.communicate(timeout=GENEROUS)
        assert process.returncode == 0
        return output.splitlines()

    return lines


def printed(source, *arguments):
    """Code for a grader: prints what a program of this source prints."""
    return f"said = run({TRIES + source!r}, {', '.join(arguments)}).said(); print(said.errors + said.output, end='')"


@pytest.mark.parametrize(
    ("source", "status"),
    [("", 0), ("raise SystemExit(3)", 3), ("os.kill(os.getpid(), 15)", -15), ("os.kill(os.getpid(), 9)", -9)],
)
def test_the_exit_status_is_the_programs(source, status, lines):
    assert lines(f"print(run({source!r}).exit_status())") == [str(status)]


def test_output_and_errors_are_kept_apart(lines):
    assert lines("print(run('import sys; print(1); print(2, file=sys.stderr)').said())") == [
        r"Said(output='1\n', errors='2\n')"
    ]


@pytest.mark.parametrize("number", [2, 15])
def test_a_signal_reaches_the_program(number, lines):
    opened = f"program = start({HOLDS_THE_LINE!r}, port); line = server.accept()"
    opened += f"; program.interrupt(signal.Signals({number}))"
    assert lines(f"{opened}; print(program.exit_status(40))") == [str(-number)]


def test_a_program_works_on_a_copy(lines):
    opened = (
        "run('open(\"lab5/server.py\", \"w\").write(\"changed\")'); print((folder / 'lab5' / 'server.py').read_text())"
    )
    assert lines(opened) == ["as it was handed in"]


def test_what_one_program_writes_the_next_can_read(lines):
    opened = 'run(\'open("note", "w").write("from the first")\'); ' + printed("print(open('note').read())")
    assert lines(opened) == ["from the first"]


def test_the_next_site_of_a_submission_has_a_folder_as_it_was_handed_in(lines):
    spoils = "open('lab5/server.py', 'w').write('changed'); os.mkdir('left'); os.chmod('lab5', 0); os.chmod('.', 0)"
    opened = f"run({spoils!r}); site.close(); site = Guarded(folder, limits); site.open(); "
    found = "print(sorted(os.listdir()), open('lab5/server.py').read())"
    assert lines(opened + printed(found)) == ["['lab5', 'tmp'] as it was handed in"]


@pytest.mark.parametrize(("name", "value"), [("NoNewPrivs", "1"), ("Seccomp", "2"), ("CapEff", "0" * 16)])
def test_a_program_has_few_rights(name, value, lines):
    status = "dict(line.split(':\\t') for line in open('/proc/self/status').read().strip().splitlines())"
    assert lines(printed(f"print({status}[{name!r}])")) == [value]


def test_a_program_of_root_is_another_users(grader, lines, request):
    ours, theirs = lines("print(os.getuid(), flush=True); " + printed("print(os.getuid())"))
    assert (ours == "0", theirs == "0") == ("as root" in request.node.name, False)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        (f"tries(os.listdir, {str(ROOT)!r})", "Permission denied"),
        ("tries(os.listdir, os.path.expanduser('~root'))", "Permission denied"),
        ("tries(os.listdir, '/tmp')", "Permission denied"),
        ("tries(os.open, '/tmp/note', os.O_CREAT | os.O_WRONLY)", "Permission denied"),
        ("tries(os.open, '/var/tmp/note', os.O_CREAT | os.O_WRONLY)", "Permission denied"),
        ("tries(os.kill, os.getppid(), 0)", "Operation not permitted"),
        ("tries(os.open, f'/proc/{os.getppid()}/environ', os.O_RDONLY)", "Permission denied"),
        ("import socket; tries(socket.socket, socket.AF_VSOCK)", "Address family not supported by protocol"),
        ("import socket; tries(socket.create_connection, ('127.0.0.1', 9))", "Permission denied"),
    ],
)
def test_a_program_is_refused(source, refusal, lines):
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    assert lines(printed(source)) == [refusal]


def test_a_program_reaches_the_port_that_it_is_told(lines):
    source = "import socket, sys; tries(socket.create_connection, ('127.0.0.1', int(sys.argv[1])))"
    assert lines(printed(source, "port")) == ["done"]


def test_what_uses_too_much_memory_is_ended_and_it_is_said(lines):
    opened = "print(run('blocks = [b\"x\" * (1 << 20) for _ in range(200)]; signal.pause()').exit_status())"
    assert lines(opened + "; print(*site.remarks())") == ["-9", "its programs used more than 100 MiB of memory"]


def test_what_runs_too_long_is_ended_and_it_is_said(lines):
    opened = "print(run('signal.pause()').exit_status()); print(*site.remarks())"
    assert lines(opened, wall_seconds=2) == ["-9", "it ran for more than 2 seconds"]


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("import pathlib; tries(pathlib.Path('file').write_bytes, bytes((1 << 20) + 1))", "File too large"),
        ("tries(lambda: [os.dup(0) for _ in range(20)])", "Too many open files"),
    ],
)
def test_a_program_is_bounded(source, bound, lines):
    assert lines(printed(source)) == [bound]


def test_a_daemon_is_gone_when_the_program_has_ended(lines, tmp_path):
    source = LEAVES_A_DAEMON.format(main="os._exit(3)")
    assert lines(f"print(run({source!r}, {tmp_path.name!r}).exit_status(), running({tmp_path.name!r}))") == ["3 []"]


def test_closing_a_site_ends_everything(lines):
    assert lines(HAS_A_DAEMON, "print(os.path.exists(f'/proc/{daemon}'))") == ["False"]


def test_no_process_outlives_a_program_that_is_ended_while_it_starts(lines, tmp_path):
    loop = "for wait_ms in range(0, 80, 4):\n {start}\n program.exit_status(wait_ms / 1000)\n program.end()\n {look}"
    begin = f"program = start('signal.pause()', {tmp_path.name!r})"
    assert set(lines(loop.format(start=begin, look=f"print(running({tmp_path.name!r}))"))) == {"[]"}


def test_no_process_outlives_a_grader_that_is_killed(grader):
    with grader(HAS_A_DAEMON + "print(daemon, program.pid, program.main(), flush=True); signal.pause()") as process:
        handles = [os.pidfd_open(int(pid)) for pid in process.stdout.readline().split()]
        process.kill()
        ended = [bool(select.select([handle], [], [], GENEROUS / 3)[0]) for handle in handles]
    assert ended == [True, True, True]


def test_a_program_inherits_no_descriptors(lines):
    assert lines(printed("print(*os.listdir('/proc/self/fd'))")) == ["0 1 2 3"]


def test_only_of_a_user_of_its_own_nothing_is_left_in_dev_shm(lines, tmp_path, request):
    left = "False" if "as root" in request.node.name else "True"  # which docs/isolation.md says
    note = f"/dev/shm/{tmp_path.name}"
    try:
        assert lines(printed(f"tries(os.mkdir, {note!r})"), f"print(os.path.exists({note!r}))") == ["done", left]
    finally:
        shutil.rmtree(note, ignore_errors=True)


@pytest.mark.parametrize(
    ("words", "ports"),
    [
        (["python", "server.py", "localhost", "8008"], [8008]),
        (["http://localhost:8008"], [8008]),
        (["https://[::1]:8443/messages", "http://chat.example:1/"], [8443, 1]),
        (["http://localhost:8008", "alice", "9"], [8008, 9]),
        (["0", "65536", "99999", "-1", "8008x", "x8008", "", "123456", "http://localhost", "http://localhost:"], []),
        (["http://localhost/:8008", "localhost:8008", "--port=8008", "import x; y(8008)"], []),
        (["http://alice:secret@localhost:8008/x:9"], [8008]),
    ],
)
def test_ports_are_those_that_a_command_line_names(words, ports):
    assert _ports_in(words) == ports


def test_a_program_reaches_the_port_of_its_url(lines):
    source = "import socket, sys; tries(socket.create_connection, ('127.0.0.1', int(sys.argv[1].split(':')[2])))"
    assert lines(printed(source, "f'http://localhost:{port}'")) == ["done"]
