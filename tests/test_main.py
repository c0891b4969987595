"""The command line as people and scripts see it: real processes, their output and their exit status."""

import csv
import json
import os
import pty
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import jsonschema
import psutil
import pytest
import requests
import trustme

from grader import stages
from grader.sandbox.ports import lease_port
from tests.corpus import ROOT
from tests.processes import GENEROUS, programs_of

RIGHT = ROOT / "solutions"
STARTER = ROOT / "lab5"
SILENT = ROOT / "tests" / "broken" / "week1" / "waits_for_1024_bytes"
WEEKS = [stages.load(number) for number in stages.numbers()]
ALL_WEEKS = ", ".join(map(str, stages.numbers()))
SOON = 10  # seconds until a test gives up on what takes milliseconds
SCHEMA = json.loads((ROOT / "docs" / "result.schema.json").read_text("utf-8"))
PRESSES_CTRL_C = """
import os, signal, sys
import grader.__main__ as command
from grader.report import terminal

def say_and_press(console, text, *more, **options):
    say(console, text, *more, **options)
    if word in text:
        os.kill(os.getpid(), signal.SIGINT)

say, terminal.say, word = terminal.say, say_and_press, sys.argv.pop(1)
command.main()
"""
WITHOUT_HTTP = "--accounts, --roster, --cert and --key go with --http PORT.\n"
BOTH = pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("serve", "--udp"), "The server has ended.\n"),
        (("link", "--loss", "0", "--to", "localhost:9", "--listen"), "The link has ended.\n"),
    ],
    ids=["serve", "link"],
)


def grader(*arguments: object, timeout: float = GENEROUS, **options: object) -> subprocess.CompletedProcess:
    """`python -m grader ...`, run to its end."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, **options)


def started(*arguments: object, **options: object) -> subprocess.Popen:
    """`python -m grader ...`, running."""
    return subprocess.Popen([sys.executable, "-m", "grader", *map(str, arguments)], cwd=ROOT, **options)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", RIGHT, "--week", "1"], 0),
        (["check", RIGHT, "--week", "1", "--hidden"], 0),
        (["check", STARTER, "--week", "1"], 1),
        (["check", RIGHT, "--week", "99"], 2),
        (["check", RIGHT, "--week", "1", "--only", "no_such_check"], 2),
        (["check", RIGHT, "--week", "1", "--only"], 2),
        (["check", "no/such/folder", "--week", "1"], 2),
        (["check", RIGHT, "--course", "no/such/file.toml"], 2),
        (["grade", "no/such/folder"], 2),
        (["grade", RIGHT, "--weeks", "one"], 2),
        (["grade", RIGHT, "--jobs", "0"], 2),
        (["progress", "no/such/folder"], 2),
        (["serve"], 2),
        (["serve", "--udp", "0"], 2),
        (["serve", "--http", "65536"], 2),
        (["link", "--listen", "9000"], 2),
        (["link", "--listen", "9000", "--to", "9001"], 2),
        (["link", "--listen", "9000", "--to", "localhost:9001", "--loss", "101"], 2),
        (["link", "--listen", "9000", "--to", "localhost:9001", "--loss", "81"], 2),
        (["no-such-command"], 2),
        (["--help"], 0),
    ],
)
def test_the_exit_status_says_how_it_went(arguments, status, tmp_path):
    if arguments[0] == "grade":
        arguments = [*arguments, "--out", tmp_path]
    assert grader(*arguments).returncode == status


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], "There is no nowhere. Name a folder that looks like lab5, or an archive of one.\n"),
        (["check", RIGHT, "--week", "99"], f"There is no week 99. The grader has: {ALL_WEEKS}.\n"),
        (["grade", RIGHT, "--weeks", "1-x"], "--weeks 1-x: write weeks as 3, 1-4 or 1,2,5.\n"),
        (["progress", "nowhere"], "There is no nowhere. Name a folder that looks like lab5, or an archive of one.\n"),
        (["serve"], "Name a port, or more: --udp, --http, --rooms, --relay, --lines, --irc, --frames.\n"),
        (["serve", "--udp", "9000", "--host", "a..b"], "There is no host 'a..b'.\n"),
        (["serve", "--http", "9000", "--host", "a..b"], "There is no host 'a..b'.\n"),
        (["serve", "--udp", "9000", "--accounts"], WITHOUT_HTTP),
        (["serve", "--udp", "9000", "--cert", "cert.pem"], WITHOUT_HTTP),
        (["serve", "--http", "9000", "--key", "k.pem"], "--key k.pem: name its certificate too, --cert FILE.\n"),
        (["serve", "--http", "9000", "--cert", "no.pem"], "There is no file no.pem.\n"),
        (["serve", "--http", "9000", "--cert", "README.md", "--key", "no.pem"], "There is no file no.pem.\n"),
        (
            ["serve", "--http", "9000", "--cert", "README.md"],
            "README.md has no certificate with its private key, as PEM and without a passphrase.\n",
        ),
        (
            ["serve", "--http", "9000", "--cert", "README.md", "--key", "Makefile"],
            "README.md and Makefile have no certificate with its private key, as PEM and without a passphrase.\n",
        ),
        (["serve", "--http", "9000", "--roster", "no.csv"], "no.csv cannot be read: No such file or directory.\n"),
        (["link", "--listen", "9000", "--to", "a..b:9001"], "There is no host 'a..b'.\n"),
        (
            ["link", "--listen", "9000", "--to", "localhost:9001", "--loss", "60", "--repeat", "30.5"],
            "--loss, --repeat and --reorder are 100.5 percent together: at most 100.\n",
        ),
    ],
)
def test_bad_arguments_get_one_sentence(arguments, sentence):
    done = grader(*arguments)
    assert (done.stdout, done.stderr) == ("", sentence)


@pytest.mark.parametrize("server", ["9001", ":9001", "localhost:", "localhost:nine", "localhost:0", "localhost:65536"])
def test_a_server_of_a_link_is_a_host_and_a_port(server):
    done = grader("link", "--listen", "9000", "--to", server)
    assert (done.stdout, done.stderr) == ("", f"--to {server}: write HOST:PORT, as localhost:9000.\n")


def test_the_help_names_every_command():
    text = grader("--help").stdout
    commands = re.findall(r"^  ([a-z-]+)  ", text.partition("Commands:")[2], re.MULTILINE)
    of_students, of_instructors = (
        ["check", "doctor", "link", "progress", "serve"],
        ["export", "grade", "gradescope-zip", "handout", "replay", "verify"],
    )
    assert commands == sorted(of_students + of_instructors)


def test_a_fault_of_the_grader_ends_with_status_3():
    program = (
        "import grader.runner as runner, grader.__main__ as command, sys\n"
        "def fail(*_): raise ZeroDivisionError('planted')\n"
        "runner.Bench._start_afresh = fail\n"
        f"sys.argv = ['grader', 'check', {str(RIGHT)!r}, '--week', '1']\n"
        "command.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS)
    assert done.returncode == 3
    assert "Traceback" not in done.stdout + done.stderr


def test_json_on_standard_output_is_one_object_that_fits_the_schema():
    done = grader("check", STARTER, "--week", "1", "--json", "-")
    result = json.loads(done.stdout)
    jsonschema.validate(result, SCHEMA)
    assert (result["submission"], result["weeks"][0]["points"], done.stderr) == ("lab5", 0, "")


def test_json_to_a_file_leaves_the_report_on_standard_output(tmp_path):
    done = grader("check", RIGHT, "--week", "1", "--json", tmp_path / "result.json")
    jsonschema.validate(json.loads((tmp_path / "result.json").read_text("utf-8")), SCHEMA)
    assert "week 1  97 of 97 points" in done.stdout


def test_only_reports_that_check_alone():
    done = grader("check", RIGHT, "--week", "1", "--only", "echoes_one_byte", "--json", "-")
    assert [check["name"] for check in json.loads(done.stdout)["weeks"][0]["checks"]] == ["echoes_one_byte"]


def test_the_same_submission_gets_the_same_report():
    wrong = ROOT / "tests" / "broken" / "week1" / "index_error_when_port_missing"
    first, second = (grader("check", wrong, "--week", "1").stdout for _ in range(2))
    assert first == second


def test_a_pipe_gets_plain_text():
    assert "\x1b" not in grader("check", STARTER, "--week", "1").stdout


def test_a_terminal_gets_colours_and_lines_that_fit():
    reader, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "72"}
    process = started("check", STARTER, "--week", "1", stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    text = _read_all(reader)
    process.wait(GENEROUS)
    plain = [_without_colours(line) for line in text.splitlines()]
    assert "\x1b[" in text
    assert max(map(len, plain)) <= 72


def _read_all(reader: int) -> str:
    text = b""
    while True:
        try:
            data = os.read(reader, 1 << 16)
        except OSError:  # Linux: the last writer has closed the terminal
            data = b""
        if not data:
            os.close(reader)
            return text.decode()
        text += data


def _without_colours(line: str) -> str:
    parts = line.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_check_leaves_no_program(number):
    with started("check", SILENT, "--week", "1", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        programs = programs_of(process)
        process.send_signal(number)
        errors = process.stderr.read()
        assert (process.wait(GENEROUS), errors) == (130, b"Interrupted. Nothing is left running.\n")
    assert [program for program in programs if program.is_running()] == []


def test_a_reader_that_goes_away_leaves_no_program():
    with started("check", SILENT, "--week", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        programs = programs_of(process)
        process.stdout.close()
        errors = process.stderr.read()
        assert (process.wait(GENEROUS), errors) == (141, b"")
    assert [program for program in programs if program.is_running()] == []


@pytest.fixture
def class_of_three(tmp_path: Path) -> Path:
    """A right, an unfinished and a silent submission."""
    for name, path in (("ann", RIGHT), ("ben", STARTER), ("cem", SILENT)):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / name).symlink_to(path)
    return tmp_path / "class"


def test_a_class_gets_gradebook_results_feedback_and_report(class_of_three, tmp_path):
    (tmp_path / "impatient.toml").write_text("[deadlines]\nanswer = 1\nsilent = 1\n")
    options = ("--weeks", "1", "--out", tmp_path / "out", "--course", tmp_path / "impatient.toml")
    done = grader("grade", class_of_three, *options)
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert (done.returncode, done.stderr) == (0, "")
    weeks = [f"week{number}" for number in stages.numbers()]
    assert head == ["student", "name", "id", "email", *weeks, "total", "days_late", "isolation", "remarks"]
    assert [(row[0], row[4]) for row in rows] == [("ann", "105"), ("ben", "0"), ("cem", "27")]
    for name in ("ann", "ben", "cem"):
        jsonschema.validate(json.loads((tmp_path / "out" / "results" / f"{name}.json").read_text("utf-8")), SCHEMA)
        assert (tmp_path / "out" / "feedback" / f"{name}.md").read_text("utf-8").startswith("# Lab 5: Chat Room")
    assert "<dt>students</dt><dd>3</dd>" in (tmp_path / "out" / "report" / "index.html").read_text("utf-8")


def test_an_interrupted_class_goes_on_where_it_was(class_of_three, tmp_path):
    arguments = ("grade", class_of_three, "--weeks", "1", "--out", tmp_path / "out", "--jobs", "1")
    with started(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert any("] ben" in line for line in process.stdout)
        programs = programs_of(process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=GENEROUS)
    assert process.returncode == 130
    progress = "2 of 3 are graded and stored. Run the same command to go on.\n"
    assert errors == f"{progress}Interrupted. Nothing is left running.\n"
    assert [program for program in programs if program.is_running()] == []
    again = grader(*arguments, timeout=3 * GENEROUS).stdout  # cem's silence is long where others want the processors
    assert again.count("(as before)") == 2


def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = grader("grade", STARTER, "--out", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/file/out/results cannot be made: Not a directory.\n"


def test_results_among_the_submissions_are_refused(class_of_three):
    done = grader("grade", class_of_three, "--out", class_of_three / "grades")
    says = "is among the submissions, and would be taken for one. Name another place with --out."
    assert (done.returncode, done.stderr) == (2, f"{class_of_three}/grades {says}\n")


def rows(text: str) -> list[tuple[str, ...]]:
    """The week, points, and what is to be done next, of each row in a table of progress."""
    found = [re.fullmatch(r" *(\d+)  .*?  +(\d+) +(\d+)  (.*?) *", line) for line in text.splitlines()[1:]]
    return [row.groups() for row in found]


def test_progress_of_starter_code_is_none_and_names_the_first_check_of_each_week():
    done = grader("progress", STARTER)
    with_points = [next(check for check in week.checks if check.points) for week in WEEKS]  # starter code installs
    firsts = [(str(week.number), "0", check.title) for week, check in zip(WEEKS, with_points, strict=True)]
    assert [(week, points, following) for week, points, _, following in rows(done.stdout)] == firsts
    assert (done.returncode, done.stderr) == (0, "")


def test_progress_of_a_solution_is_all_points_of_its_week(tmp_path):
    shutil.copy(RIGHT / "server.py", tmp_path)
    done = grader("progress", tmp_path)
    points = str(sum(check.points for check in WEEKS[0].checks if not check.hidden))
    assert rows(done.stdout)[0] == ("1", points, points, "done")
    assert (done.returncode, done.stderr) == (0, "")


@contextmanager
def bounded(process: subprocess.Popen):
    """It ends with this, or after a while: nobody waits for ever for its next line."""
    late = threading.Timer(GENEROUS, process.kill)
    late.start()
    try:
        yield
    finally:
        late.cancel()
        process.kill()


@contextmanager
def running(*arguments: object, **options: object):
    """`python -m grader ...`, meanwhile, and its first line."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with started(*arguments, **pipes, **options) as process, bounded(process):
        yield process, process.stdout.readline()


@contextmanager
def at_a_client(name: str, port: int):
    """The solution's client of week 2, meanwhile."""
    command = [sys.executable, RIGHT / "week2_udp" / "client.py", "localhost", str(port), name]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process, bounded(process):
        yield process


@contextmanager
def asking(port: int):
    """A socket that asks for something on this port."""
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(GENEROUS)
        client.connect(("127.0.0.1", port))
        yield client


@contextmanager
def interrupted_at(word: str, *arguments: object):
    """`python -m grader ...`, which gets Ctrl-C as soon as it has printed this word."""
    command = [sys.executable, "-c", PRESSES_CTRL_C, word, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process, bounded(process):
        yield process


@pytest.fixture
def port():
    """A port that no other program uses."""
    with lease_port() as lease:
        yield lease.number


@pytest.fixture
def other_port():
    """Another one."""
    with lease_port() as lease:
        yield lease.number


def say(process: subprocess.Popen, line: str) -> None:
    """Types a line."""
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def has_nothing_to_do(process: subprocess.Popen) -> None:
    """Waits until it waits for what comes from outside."""
    deadline = time.monotonic() + GENEROUS
    while psutil.Process(process.pid).status() != psutil.STATUS_SLEEPING:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the system sends no event for it


def test_two_clients_chat_through_a_bad_link(port, other_port):
    bad = ("--to", f"localhost:{port}", "--loss", "20", "--repeat", "20", "--reorder", "20", "--seed", "7")
    with (
        running("serve", "--udp", port) as (server, _),
        running("link", "--listen", other_port, *bad),
        at_a_client("alice", other_port) as alice,
        at_a_client("bob", other_port) as bob,
    ):
        assert {server.stdout.readline()[9:] for _ in "ab"} == {"alice: is here\n", "bob: is here\n"}
        say(alice, "hello bob")
        assert bob.stdout.readline() == "alice: hello bob\n"
        say(bob, "hello alice, how are you?")
        assert alice.stdout.readline() == "bob: hello alice, how are you?\n"


def test_a_server_says_where_it_is_and_who_says_what(port):
    with running("serve", "--udp", port) as (server, first), asking(port) as alice:
        assert first == f"UDP chat (week 2) on localhost port {port}. Ctrl-C ends it.\n"
        for request, line in (("HELLO alice", "alice: is here"), ("SAY 1 hi", "alice: hi"), ("BYE", "alice: leaves")):
            alice.send(request.encode())
            assert re.fullmatch(rf"\d\d:\d\d:\d\d {line}\n", server.stdout.readline())


def test_an_irc_server_says_where_it_is_and_who_is_there(port):
    with running("serve", "--irc", port) as (server, first):
        assert first == f"IRC (week 8) on localhost port {port}. Ctrl-C ends it.\n"
        with socket.create_connection(("localhost", port), GENEROUS) as alice:
            alice.sendall(b"NICK alice\r\nUSER alice 0 * :Alice\r\nQUIT\r\n")
            for line in ("alice: is here", "alice: leaves"):
                assert re.fullmatch(rf"\d\d:\d\d:\d\d {line}\n", server.stdout.readline())


def test_a_chat_over_http_says_where_it_is_and_who_says_what(port):
    with running("serve", "--http", port) as (server, first):
        assert first == f"HTTP chat (week 3) on http://localhost:{port}. Ctrl-C ends it.\n"
        message, url = {"name": "alice", "text": "a\nb"}, f"http://localhost:{port}/messages"
        first_id, second_id = (requests.post(url, json=message, timeout=SOON).json()["id"] for _ in range(2))
        assert 0 < first_id < second_id
        assert re.fullmatch(r"\d\d:\d\d:\d\d alice: a\\x0ab\n", server.stdout.readline())


def test_the_ids_of_a_chat_go_on_growing_when_its_server_starts_again(port):
    ids = []
    for _ in range(2):
        with running("serve", "--http", port):
            message = {"name": "alice", "text": "hello"}
            posted = requests.post(f"http://localhost:{port}/messages", json=message, timeout=SOON)
            ids.append(posted.json()["id"])
    assert 0 < ids[0] < ids[1]


def test_one_server_has_two_chats(port, other_port):
    with running("serve", "--http", port, "--udp", other_port) as (server, first), asking(other_port) as alice:
        assert first == f"UDP chat (week 2) on localhost port {other_port}.\n"
        assert server.stdout.readline() == f"HTTP chat (week 3) on http://localhost:{port}. Ctrl-C ends it.\n"
        assert requests.get(f"http://localhost:{port}/health", timeout=SOON).json() == {"status": "ok"}
        alice.send(b"HELLO alice")
        assert server.stdout.readline()[9:] == "alice: is here\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,name\na b,Alice\n", "a student id has 4 to 16 letters and digits, not 'a b', the id of 'Alice'."),
        ("login\nalice\n", "a student id has 4 to 16 letters and digits, not ''."),
    ],
)
def test_who_may_register_has_a_student_id(tmp_path, content, reason):
    (tmp_path / "roster.csv").write_text(content)
    done = grader("serve", "--http", "9000", "--roster", tmp_path / "roster.csv")
    assert (done.stdout, done.stderr) == ("", f"{tmp_path / 'roster.csv'}: {reason}\n")


def test_a_class_registers_and_chats_over_https(port, tmp_path):
    authority, files = trustme.CA(), [tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem", "roster.csv")]
    cert, key, trusted, roster = files
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    roster.write_text("student_id,name\nalice1,Alice\n", "utf-8")
    url, account = f"https://localhost:{port}", {"student_id": "alice1", "password": "correct horse", "name": "Alice"}
    with running("serve", "--http", port, "--roster", roster, "--cert", cert, "--key", key) as (server, first):
        assert first == f"HTTP chat (week 4) on {url}. Ctrl-C ends it.\n"
        with requests.Session() as session:
            session.trust_env, session.verify = False, trusted  # what the machine trusts would win
            assert session.post(f"{url}/register", json=account, timeout=SOON).status_code == 201
            token = session.post(f"{url}/login", json=account, timeout=SOON).json()["token"]
            session.headers["Authorization"] = f"Bearer {token}"
            session.post(f"{url}/messages", json={"text": "hi"}, timeout=SOON)
            stranger = session.post(f"{url}/register", json=account | {"student_id": "bob22"}, timeout=SOON)
        assert stranger.json() == {"error": "bob22 is not on the roster of this class"}
        assert server.stdout.readline()[9:] == "Alice: hi\n"


def test_who_lets_passwords_travel_unencrypted_is_told(port):
    with running("serve", "--http", port, "--accounts", "--host", "127.0.0.2") as (_, first):
        warning = "Clients on other machines send no passwords to it: that takes --cert and --key."
        assert first == f"HTTP chat (week 4) on http://127.0.0.2:{port}. {warning} Ctrl-C ends it.\n"


def test_a_chat_over_http_asks_the_system_for_the_descriptors_that_it_needs(port):
    few = (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    with running("serve", "--http", port, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, few)) as (
        server,
        _,
    ):
        requests.get(f"http://localhost:{port}/health", timeout=SOON)
        assert psutil.Process(server.pid).rlimit(psutil.RLIMIT_NOFILE)[0] >= min(5_000, few[1])


def test_ctrl_c_ends_a_server_whose_clients_wait(port):
    with running("serve", "--http", port) as (server, _), ThreadPoolExecutor(20) as pool:
        poll = f"http://localhost:{port}/messages?wait=30"
        polls = [pool.submit(requests.get, poll, timeout=GENEROUS) for _ in range(20)]
        while len(psutil.Process(server.pid).net_connections()) < 1 + len(polls):
            time.sleep(0.01)  # the system sends no event for it
        requests.get(f"http://localhost:{port}/health", timeout=SOON)
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=SOON) == ("The server has ended.\n", "")
        assert [poll.result().json() for poll in polls] == [{"messages": [], "last": 0}] * 20


def test_ctrl_c_ends_a_chat_over_http(port):
    with running("serve", "--http", port) as (server, _):
        has_nothing_to_do(server)
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=GENEROUS) == ("The server has ended.\n", "")
        assert server.returncode == 0


def test_ctrl_c_ends_a_chat_over_http_that_has_just_begun(port):
    with interrupted_at("Ctrl-C ends it", "serve", "--http", port) as server:
        output, errors = server.communicate(timeout=GENEROUS)
        assert (output.splitlines(keepends=True)[1:], errors) == (["The server has ended.\n"], "")


def test_ctrl_c_ends_a_chat_over_http_that_is_at_work_on_a_message(port):
    with interrupted_at("alice", "serve", "--http", port) as server:
        server.stdout.readline()
        message = {"name": "alice", "text": "hi"}
        assert requests.post(f"http://localhost:{port}/messages", json=message, timeout=SOON).status_code == 201
        output, errors = server.communicate(timeout=GENEROUS)
        assert (output.splitlines(keepends=True)[1:], errors) == (["The server has ended.\n"], "")


def test_a_chat_over_http_ends_when_its_reader_goes_away(port):
    with running("serve", "--http", port) as (server, _):
        server.stdout.close()
        message = {"name": "alice", "text": "hi"}
        with suppress(requests.ConnectionError):
            requests.post(f"http://localhost:{port}/messages", json=message, timeout=SOON)
        assert server.wait(SOON) == 141
        assert server.stderr.read() == ""


def test_a_chat_over_http_on_a_port_in_use_is_a_sentence(port):
    with socket.create_server(("127.0.0.1", port)):
        done = grader("serve", "--http", port)
    assert done.stderr == f"Cannot listen on localhost port {port}: Address already in use.\n"
    assert (done.stdout, done.returncode) == ("", 2)


def test_a_link_says_what_it_does_to_each_datagram(port, other_port):
    good = ("--loss", "0", "--repeat", "0", "--reorder", "0", "--seed", "1")
    with (
        running("serve", "--udp", port),
        running("link", "--listen", other_port, "--to", f"localhost:{port}", *good) as (link, first),
        asking(other_port) as alice,
    ):
        assert first == f"From localhost port {other_port} to localhost:{port}, --seed 1. Ctrl-C ends it.\n"
        alice.send(b"HELLO alice")
        shown = [link.stdout.readline() for _ in range(2)]
        assert shown == ["client 1 > HELLO alice\n", "client 1 < WELCOME alice\n"]


@pytest.mark.parametrize(("option", "fate"), [("--loss", "lost"), ("--repeat", "repeated"), ("--reorder", "held back")])
def test_a_link_that_is_always_bad_says_how(option, fate, port, other_port):
    rates = {"--loss": 0, "--repeat": 0, "--reorder": 0, option: 100}
    options = [word for rate in rates.items() for word in rate]
    with (
        running("link", "--listen", other_port, "--to", f"localhost:{port}", *options) as (link, _),
        asking(other_port) as alice,
    ):
        alice.send(b"HELLO alice")
        assert link.stdout.readline() == f"{'client 1 > HELLO alice':<60}  {fate}\n"


@BOTH
def test_ctrl_c_ends_what_runs_for_long(arguments, sentence, port):
    with running(*arguments, port) as (process, _):
        has_nothing_to_do(process)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=GENEROUS) == (sentence, "")
        assert process.returncode == 0


@BOTH
def test_ctrl_c_ends_what_has_just_begun(arguments, sentence, port):
    with interrupted_at("Ctrl-C ends it", *arguments, port) as process:
        output, errors = process.communicate(timeout=GENEROUS)
        assert (output.splitlines(keepends=True)[1:], errors, process.returncode) == ([sentence], "", 0)


@BOTH
def test_ctrl_c_ends_what_is_at_work_on_a_datagram(arguments, sentence, port):
    with interrupted_at("alice", *arguments, port) as process, asking(port) as alice:
        process.stdout.readline()
        alice.send(b"HELLO alice")
        output, errors = process.communicate(timeout=SOON)
        assert (output.splitlines(keepends=True)[1:], errors, process.returncode) == ([sentence], "", 0)


@BOTH
def test_what_runs_for_long_ends_when_its_reader_goes_away(arguments, sentence, port):
    with running(*arguments, port) as (process, _), asking(port) as alice:
        process.stdout.close()
        alice.send(b"HELLO alice")
        assert process.wait(SOON) == 141
        assert process.stderr.read() == ""


@BOTH
def test_a_port_in_use_is_a_sentence(arguments, sentence, port):
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        done = grader(*arguments, port)
    assert done.stderr == f"Cannot listen on localhost port {port}: Address already in use.\n"
    assert (done.stdout, done.returncode) == ("", 2)
