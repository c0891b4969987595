"""One start of a program, whatever it is: how it ends, and what is said of it. The programs are real, and tiny."""

import os
import socket
from contextlib import closing
from signal import SIGINT, SIGTERM

import pytest

from grader.check import Unmet
from grader.clock import FairClock
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.run import Run
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace

GENEROUS = 10  # seconds until a test gives up
COMMAND = "$ python lab5/program.py localhost PORT"
WAITS = "import signal\nwhile True: signal.pause()\n"
CALL = "import socket, sys\nline = socket.create_connection(('127.0.0.1', int(sys.argv[2])))\n"  # it is ready
SIGNALS = "import signal\nfor number in (2, 15): signal.signal(number, signal.{action})\n"
USAGE = "import sys; print('usage: program.py HOST PORT', file={file}); sys.exit({status})"
ERRORS = "import sys; sys.stdout.write({output!r}); sys.stderr.write({errors!r}); sys.exit({status})"
SENTENCE_WANTED = "expected a sentence that says why it cannot go on, and a status that is not 0, but "
SENTENCE_ON_ERRORS_WANTED = (
    "expected a sentence on standard error that says why it cannot go on, and a status that is not 0, but "
)
USAGE_WANTED = (
    "expected `python lab5/program.py localhost PORT` to print a usage line on standard error "
    "and to end with status 2, but "
)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and asks again at once, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(run_module, "AGAIN", 0.1)


@pytest.fixture
def patience():
    """More than any program here needs, where a test does not say otherwise."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def steps():
    """The transcript."""
    return []


@pytest.fixture
def ready():
    """Where programs call when they are ready; its port is what they are told as PORT."""
    with socket.create_server(("127.0.0.1", 0)) as ready:
        ready.settimeout(GENEROUS)
        yield ready


@pytest.fixture
def start(tmp_path, steps, patience, ready):
    """Starts the submission in lab5/, a program.py of this source."""
    (tmp_path / "lab5").mkdir()
    port = ready.getsockname()[1]
    fixed = {"names": {port: "PORT"}, "steps": steps, "patience": patience}

    def start(source, kind=Run, **more):
        (tmp_path / "lab5" / "program.py").write_text(source)
        return kind(workspace, "program.py", ("localhost", str(port)), **{**fixed, **more})

    with Workspace(tmp_path, Bare(tmp_path, Limits()), environment={"PATH": os.environ["PATH"]}) as workspace:
        yield start


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


class Proof(Run):
    """The start of a program of which is known how it proves that it goes on."""

    def goes_on(self):
        return "it hums"


class Dog(Run):
    """The start of a program that reports call otherwise."""

    subject = "dog"
    mark = "    (it barks)"


def test_the_command_is_the_first_step(start, steps):
    start("")
    assert steps == [COMMAND]


def test_a_start_sh_is_the_command_in_the_transcript(start, steps, tmp_path):
    script = tmp_path / "lab5" / "start.sh"
    script.write_text("exit 0")
    script.chmod(0o755)
    start("")
    assert steps == ["$ lab5/start.sh localhost PORT"]


def test_a_program_can_be_started_at_a_terminal(start):
    with closing(Terminal()) as terminal:
        run = start("import sys; sys.exit(40 + sys.stdin.isatty() + sys.stdout.isatty())", terminal=terminal)
        assert run.ends() == 42


def test_the_end_of_a_program_gives_its_status(start):
    assert start("raise SystemExit(3)").ends() == 3


def test_a_program_that_does_not_end_still_runs(start, patience):
    patience.answer = 0.1
    assert reason(start(WAITS).ends) == "expected the program to end, but it still runs"


def test_a_program_that_does_not_end_uses_up_patience(start, patience):
    patience.answer = 0.1
    reason(start(WAITS).ends)
    assert patience.is_tried


def test_a_running_program_has_no_exit_status(start):
    assert start(WAITS).exit_status() is None


def test_the_exit_status_is_waited_for(start):
    assert start("import time; time.sleep(0.1); raise SystemExit(3)").exit_status(GENEROUS) == 3


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_signal_stops_a_program(number, start, steps, ready):
    run = start(SIGNALS.format(action="SIG_DFL") + CALL + WAITS)
    ready.accept()[0].close()
    run.stops(number)
    assert steps == [COMMAND, f"program gets {number.name}", "program ends"]


def test_a_signal_that_had_no_effect_is_sent_again(start, steps, ready):
    second = "def first(*_): signal.signal(2, signal.SIG_DFL)\nimport signal\nsignal.signal(2, first)\n"
    run = start(second + CALL + WAITS)
    ready.accept()[0].close()
    run.stops(SIGINT)
    assert steps == [COMMAND, "program gets SIGINT", "program gets SIGINT again", "program ends"]


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_program_that_ignores_a_signal_still_runs(number, start, patience, ready):
    run = start(SIGNALS.format(action="SIG_IGN") + CALL + WAITS)
    ready.accept()[0].close()
    patience.answer = 0.1
    assert reason(run.stops, number) == "expected the program to end, but it still runs"


def test_who_ignores_a_signal_on_an_idle_machine_is_in_no_doubt(start, monkeypatch, ready):
    for name, seconds in {"clock.STALL": 0.25, "patience.LATEST": 5.0, "peers.run.AGAIN": 1.0}.items():
        monkeypatch.setattr(f"grader.{name}", seconds)
    patient = Patience(answer=2, silent=2, clock=FairClock(crowd=lambda: 1.0))
    run = start(SIGNALS.format(action="SIG_IGN") + CALL + WAITS, patience=patient)
    ready.accept()[0].close()
    assert reason(run.stops, SIGINT) == "expected the program to end, but it still runs"
    assert (patient.is_tried, patient.in_doubt) == (True, False)


@pytest.mark.parametrize("status", [1, 98])
def test_a_sentence_and_a_status_explain_a_program(status, start, steps):
    start(f"import sys; print('the port is taken'); sys.exit({status})").explains_itself()
    assert steps == [COMMAND, f"program ended with status {status}"]


@pytest.mark.parametrize(
    ("source", "came"),
    [
        ("1 / 0", "it printed a traceback"),
        ("raise SystemExit(1)", "it printed nothing"),
        ("print('the port is taken')", "it ended with status 0"),
        ("pass", "it ended with status 0 and it printed nothing"),
        (ERRORS.format(output="> ", errors="", status=1), "it printed nothing"),
        (ERRORS.format(output="", errors="> ", status=1), "it printed nothing"),
    ],
)
def test_a_program_that_does_not_explain_itself_is_told_how(source, came, start):
    assert reason(start(source).explains_itself) == SENTENCE_WANTED + came


def test_a_program_that_goes_on_is_not_waited_for(start):
    assert reason(start(WAITS, kind=Proof).explains_itself) == SENTENCE_WANTED + "it hums"


def test_a_program_that_went_too_far_before_it_ended_is_named(start, steps):
    run = start("raise SystemExit('the port is taken')", kind=Proof)
    run.ends()
    assert reason(run.explains_itself) == SENTENCE_WANTED + "it hums"
    assert steps == [COMMAND, "program ended with status 1"]


def test_a_sentence_on_standard_error_explains_a_program(start, steps):
    start(ERRORS.format(output="", errors="the name is taken", status=1)).explains_itself(since=0)
    assert steps == [COMMAND, "program ended with status 1"]


def test_a_sentence_after_what_was_there_before_explains_a_program(start, steps):
    start(ERRORS.format(output="", errors="> the name is taken", status=1)).explains_itself(since=len("> "))
    assert steps == [COMMAND, "program ended with status 1"]


@pytest.mark.parametrize(
    ("output", "errors", "status", "came"),
    [
        ("the name is taken", "", 1, "it printed nothing on standard error"),
        ("", "welcome", 1, "it printed nothing on standard error"),
        ("", "welcome\n> ", 1, "it printed nothing on standard error"),
        ("", "welcomeTraceback (most recent call last)", 1, "it printed a traceback"),
        ("", "welcome, and goodbye", 0, "it ended with status 0"),
        ("", "welcome", 0, "it ended with status 0 and it printed nothing on standard error"),
    ],
)
def test_only_new_words_on_standard_error_count_where_it_is_asked_for_these(output, errors, status, came, start):
    run = start(ERRORS.format(output=output, errors=errors, status=status))
    assert reason(run.explains_itself, len("welcome")) == SENTENCE_ON_ERRORS_WANTED + came


def test_a_traceback_from_before_does_not_count(start, steps):
    before = "Traceback (most recent call last)\n"
    start(ERRORS.format(output=before, errors=f"{before}the name is taken", status=1)).explains_itself(len(before))
    assert steps == [COMMAND, "program ended with status 1"]


def test_a_usage_line_on_standard_error_and_status_2_are_right(start, steps):
    start(USAGE.format(file="sys.stderr", status=2)).shows_usage()
    assert steps == [COMMAND, "program ended with status 2"]


@pytest.mark.parametrize(
    ("source", "came"),
    [
        (USAGE.format(file="sys.stderr", status=1), "it ended with status 1"),
        (USAGE.format(file="sys.stdout", status=2), "its usage line is on standard output"),
        (USAGE.format(file="sys.stdout", status=0), "it ended with status 0 and its usage line is on standard output"),
        ("raise SystemExit(2)", "it printed no usage line"),
        ("import sys; sys.argv[3]", "it ended with status 1 and it printed a traceback"),
    ],
)
def test_a_program_without_a_right_usage_line_is_told_what_is_wrong(source, came, start):
    assert reason(start(source).shows_usage) == USAGE_WANTED + came


def test_a_program_that_does_not_give_up_still_runs(start, patience):
    patience.answer = 0.1
    assert reason(start(WAITS).shows_usage) == USAGE_WANTED + "it still runs"


def test_steps_call_the_program_by_its_subject(start, steps):
    start(USAGE.format(file="sys.stderr", status=2), kind=Dog).shows_usage()
    assert steps[1:] == ["dog ended with status 2"]


def test_a_mark_stands_behind_the_command(start, steps):
    start("", kind=Dog)
    assert steps == [f"{COMMAND}    (it barks)"]


def test_a_run_that_fails_is_at_fault(start, patience):
    patience.answer = 0.1
    run = start(WAITS)
    reason(run.ends)
    assert run.at_fault


def test_a_run_that_does_as_it_should_is_not_at_fault(start):
    run = start("raise SystemExit(3)")
    run.ends()
    assert not run.at_fault


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("pass", []),
        ("print('out')", ["out"]),
        ("import sys; print('out'); print('err', file=sys.stderr)", ["err"]),
        ("import sys; print('out'); print('> ', file=sys.stderr)", ["out"]),
        ("for number in range(100): print(number)", [str(number) for number in range(90, 100)]),
        ("print('x' * 600)", ["x" * 500 + " ... (100 more characters)"]),
        ("import sys; print('listening on port', sys.argv[2])", ["listening on port PORT"]),
        ("import sys; print(('127.0.0.1', int(sys.argv[2])))", ["('127.0.0.1', PORT)"]),
        ("import os; print(os.path.realpath('lab5/log'))", ["lab5/log"]),
    ],
)
def test_the_last_words_are_the_last_lines_without_folder_and_port(source, words, start):
    run = start(source)
    run.ends()
    assert run.last_words(cut_off=False) == words


def test_a_traceback_in_the_last_words_names_the_students_file(start):
    run = start("1 / 0")
    run.ends()
    assert run.last_words(cut_off=False)[1] == '  File "lab5/program.py", line 1, in <module>'


@pytest.mark.parametrize("name", ["lab5_has_no_such_thing", "lab5_has.no_such_thing"])
def test_a_module_that_is_not_there_is_named_in_the_last_words(name, start):
    run = start(f"import {name}")
    run.ends()
    first = name.partition(".")[0]
    assert run.last_words(cut_off=False)[-3:] == [
        f"ModuleNotFoundError: No module named {first!r}",
        f"(The module {first} is neither in the submission nor among what the handout provides.",
        "What requirements.txt names is not installed at grading.)",
    ]


def test_another_error_at_an_import_is_told_as_it_is(start):
    run = start("from socket import no_such_thing")
    run.ends()
    assert run.last_words(cut_off=False)[-1].startswith("ImportError: cannot import name 'no_such_thing' from 'socket'")


def test_what_the_grader_ended_has_the_reason_in_its_last_words(start, monkeypatch):
    run = start("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(Bare, "remarks", lambda site: ["it used too much"])
    run.ends()
    assert run.last_words(cut_off=False) == ["(The grader ended it: it used too much.)"]


def test_who_was_cut_off_gets_a_moment_to_say_why(start, ready):
    run = start(CALL + "import time; time.sleep(0.2); sys.exit('why')")
    ready.accept()[0].close()
    assert run.last_words(cut_off=True) == ["why"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("pass", ""),
        ("print('out')", ""),
        ("1 / 0", " (ZeroDivisionError: division by zero)"),
        ("import sys; sys.exit('no port ' + sys.argv[2] + '\\n')", " (no port PORT)"),
    ],
)
def test_the_reason_is_the_last_line_of_standard_error(source, text, start):
    run = start(source)
    run.ends()
    assert run.reason() == text


@pytest.mark.parametrize(
    ("names", "text", "neutral"),
    [
        ({}, "port 9000", "port 9000"),
        ({9000: "PORT", 51234: "A_PORT"}, "from 51234 to 9000", "from A_PORT to PORT"),
        ({9000: "PORT"}, "19000 90001 9000.", "19000 90001 PORT."),
    ],
)
def test_a_report_has_names_for_what_differs_from_run_to_run(names, text, neutral, start):
    assert start("", names=names).neutral(text) == neutral


def test_a_name_may_become_known_while_it_runs(start):
    run = start("", names={})
    run.names[51234] = "A_PORT"
    assert run.neutral("from port 51234") == "from port A_PORT"


def test_names_that_become_known_stay_with_the_run(start):
    names = {9000: "PORT"}
    start("", names=names).names[51234] = "A_PORT"
    assert names == {9000: "PORT"}
