"""A class is graded by real workers of a real scheduler as it is graded here, whatever becomes of some of them."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import psutil
import pytest

from grader import elsewhere, stages
from grader.check import Refused
from grader.elsewhere import Cluster
from grader.sandbox.workspace import Halted
from tests.corpus import ROOT

GENEROUS = 120  # seconds until a test gives up
COURSE = "[deadlines]\nanswer = 4\nsilent = 1\n"
NEVER_ENDS = "import time\nwhile True: time.sleep(1)"
NO_SCHEDULER = "No Dask scheduler answers at {}. Start one there: dask scheduler."
GONE = "The Dask scheduler at {} has gone. What is graded is stored: the same command goes on."
NO_WORKER = (
    "{0} has no worker. Start some, for instance: dask worker {0} --nthreads 16. "
    "What is graded is stored: the same command goes on."
)


class Started:
    """A process of Dask's, in a folder of its own where no grader can be imported from."""

    def __init__(self, folder, *words, **variables):
        folder.mkdir(parents=True)
        self._log = (folder / "log").open("wb")
        command = [sys.executable, "-m", *words, "--no-dashboard", "--host", "127.0.0.1"]
        environment = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder), **variables}
        self.process = psutil.Popen(command, cwd=folder, env=environment, stdout=self._log, stderr=self._log)
        self._said = folder / "log"

    def said(self, words):
        """The first line with these words; waits until it has been said."""
        deadline = time.monotonic() + GENEROUS
        while not (lines := [line for line in self._said.read_text().splitlines() if words in line]):
            assert time.monotonic() < deadline, self._said.read_text()
            psutil.wait_procs([self.process], 0.05)
        return lines[0]

    def jobs(self):
        """The graders that it has started for a submission; waits until there is one."""
        deadline = time.monotonic() + GENEROUS
        while not (found := [child for child in self.process.children() if "--weeks" in _words(child)]):
            assert time.monotonic() < deadline
        return found

    def end(self, number=signal.SIGKILL):
        """Ends it."""
        self.process.send_signal(number)
        self.process.wait(GENEROUS)
        self._log.close()


class Dask:
    """A scheduler, and the workers that a test starts."""

    def __init__(self, folder, **variables):
        self._folder = folder
        self._variables = variables
        self.workers = []
        self.scheduler = Started(folder / "scheduler", "distributed.cli.dask_scheduler", "--port", "0", **variables)
        self.address = self.scheduler.said("Scheduler at:").split()[-1]
        self.url = self.address.replace("tcp", "dask")

    def start(self, number=1, **variables):
        """Starts so many workers."""
        words = ("distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "2")
        started = [
            Started(self._folder / f"worker{len(self.workers) + each}", *words, **self._variables, **variables)
            for each in range(number)
        ]
        self.workers += started
        for worker in started:
            worker.said("Registered to:")
        return self

    def end(self):
        """Ends all that runs."""
        for started in (*self.workers, self.scheduler):
            if started.process.is_running():
                started.end()


def _words(process):
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended
        return []


@contextmanager
def dask(folder, **variables):
    """A scheduler without workers; what runs at the end is ended."""
    pytest.importorskip("distributed", reason="Dask is not here: pip install -r requirements-extra.txt")
    started = Dask(folder, **variables)
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A cluster of two workers, for the tests that leave it as it is."""
    with dask(tmp_path_factory.mktemp("two")) as started:
        yield started.start(2)


@pytest.fixture
def own(tmp_path):
    """A scheduler of one test; of what dies with a worker, the first death is too much."""
    with dask(tmp_path / "dask", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as started:
        yield started


@pytest.fixture
def course(tmp_path):
    """A course file with short deadlines."""
    (tmp_path / "course.toml").write_text(COURSE)
    return tmp_path / "course.toml"


@pytest.fixture
def staged(tmp_path):
    """A staged submission that never answers."""
    (tmp_path / "staged" / "lab5").mkdir(parents=True)
    (tmp_path / "staged" / "lab5" / "server.py").write_text(NEVER_ENDS)
    return tmp_path / "staged"


@contextmanager
def connected(dask, course):
    """The cluster as the grader sees it."""
    with Cluster(dask.url, course, "partial", allow_unsafe=True) as cluster:
        yield cluster


@contextmanager
def grading(dask, course, staged):
    """A cluster, and the future result of a submission that a worker is grading just now."""
    with connected(dask, course) as cluster, ThreadPoolExecutor(1) as pool:
        future = pool.submit(cluster.grade, staged, [stages.load(1)])
        dask.workers[0].jobs()
        yield cluster, future


def grade(tmp_path, name, *options):
    """Grades a class by the command; gives what it says, and the files that it writes."""
    words = [sys.executable, "-m", "grader", "grade", str(tmp_path / "class"), "--weeks", "1", "--allow-unsafe"]
    out = tmp_path / name
    done = subprocess.run(
        [*words, "--course", str(tmp_path / "course.toml"), "--out", str(out), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = [out / "gradebook.csv", *sorted((out / "results").iterdir())]
    return done.stdout, {file.name: file.read_bytes() for file in files}


@pytest.fixture
def class_of(tmp_path, course):
    """A class: a wrong submission, an empty one and a damaged one."""
    (tmp_path / "class" / "alice").mkdir(parents=True)
    (tmp_path / "class" / "alice" / "server.py").write_text("print('hello')")
    (tmp_path / "class" / "bob").mkdir()
    (tmp_path / "class" / "carol.zip").write_bytes(b"PK")
    return tmp_path


@pytest.mark.parametrize(
    "url",
    ["", "dask://", "dask://host", "dask://host:0", "dask://host:x", "dask://host:99999", "http://host:1", "host:1"]
    + ["dask://host:1/path", "dask://me@host:1", "tcp://host:1"],
)
def test_a_wrong_url_is_told_the_right_form(url, course):
    with pytest.raises(Refused) as refusal:
        Cluster(url, course, "partial", allow_unsafe=False)
    right = "write dask://HOST:PORT, with what `dask scheduler` says that it listens at."
    assert str(refusal.value) == f"--executor {url}: {right}"


def test_without_dask_it_says_what_to_install(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refused) as refusal:
        Cluster("dask://127.0.0.1:1", course, "partial", allow_unsafe=False)
    assert str(refusal.value) == elsewhere.NOT_HERE


def expect_no_scheduler(port, course):
    """It is said that none answers at this port."""
    with pytest.raises(Refused) as refusal:
        Cluster(f"dask://127.0.0.1:{port}", course, "partial", allow_unsafe=False)
    assert str(refusal.value) == NO_SCHEDULER.format(f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize("listens", [False, True], ids=["nobody", "somebody silent"])
def test_where_no_scheduler_answers_it_says_so(listens, course, monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not here: pip install -r requirements-extra.txt")
    monkeypatch.setattr(elsewhere, "CONNECTED", 0.5)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        if listens:
            other.listen()
        expect_no_scheduler(other.getsockname()[1], course)


@pytest.mark.parametrize("says", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(64)])
def test_somebody_who_says_something_else_is_no_scheduler(says, course, monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not here: pip install -r requirements-extra.txt")
    monkeypatch.setattr(elsewhere, "CONNECTED", 2)
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: other.accept()[0].sendall(says))
        expect_no_scheduler(other.getsockname()[1], course)


def test_other_versions_there_are_named():
    def packages(python):
        return {"packages": {"python": f"{python}.final.0", "distributed": "2026.1.0"}}

    versions = {"client": packages("3.11.9"), "scheduler": packages("3.11.2"), "workers": {"w": packages("3.12.1")}}
    with pytest.raises(Refused) as refusal:
        elsewhere._expect_same_versions(SimpleNamespace(get_versions=lambda: versions))
    assert str(refusal.value) == (
        "The cluster must have what is here, Python 3.11 and distributed 2026.1.0, "
        "but w has Python 3.12 and distributed 2026.1.0."
    )


def test_a_cluster_gives_what_this_machine_gives(two, class_of):
    _, here = grade(class_of, "here")
    assert grade(class_of, "there", "--executor", two.url)[1] == here


def test_what_a_cluster_has_graded_is_not_graded_again_here(two, class_of):
    grade(class_of, "out", "--executor", two.url)
    said, _ = grade(class_of, "out")
    assert [line.endswith("(as before)") for line in said.splitlines() if "alice" in line and "[" in line] == [True]


def test_as_many_jobs_are_sent_as_there_are_threads_times_8(two, course):
    with connected(two, course) as cluster:
        assert cluster.jobs == 8 * 4


def test_halted_nothing_is_left_with_the_workers(own, course, staged):
    with grading(own.start(), course, staged) as (cluster, future):
        jobs = own.workers[0].jobs()
        cluster.halt()
        assert isinstance(future.exception(GENEROUS), Halted)
        assert psutil.wait_procs(jobs, 0)[1] == []


def test_a_worker_that_dies_changes_nothing(two, course, staged):
    with connected(two, course) as cluster:
        whole = cluster.grade(staged, [stages.load(1)])
    third = two.start().workers[-1]
    others = {worker.process.pid for worker in two.workers} - {third.process.pid}
    with connected(two, course) as cluster, ThreadPoolExecutor(6) as pool:
        results = [pool.submit(cluster.grade, staged, [stages.load(1)]) for _ in range(6)]
        third.jobs()
        third.end()
        assert [future.result(GENEROUS) for future in results] == [whole] * 6
    assert all(psutil.pid_exists(other) for other in others)


def test_what_dies_with_workers_again_and_again_is_a_row_with_a_sentence(own, course, staged):
    with grading(own.start(), course, staged) as (_, future):
        own.workers[0].end()
        assert future.result(GENEROUS).fault == (
            "Given up after 1 worker had died with it. The same command tries again."
        )


def test_a_cluster_without_workers_says_what_to_type(own, course, monkeypatch):
    monkeypatch.setattr(elsewhere, "ARRIVED", 0.5)
    with pytest.raises(Refused) as refusal, connected(own, course):
        pass
    assert str(refusal.value) == NO_WORKER.format(own.address)


def test_a_scheduler_that_goes_away_ends_the_run(own, course, staged, monkeypatch):
    monkeypatch.setattr(elsewhere, "CONNECTED", 0.5)
    monkeypatch.setattr(elsewhere, "TURN", 0.5)
    with grading(own.start(), course, staged) as (_, future):
        own.scheduler.end()
        assert str(future.exception(GENEROUS)) == GONE.format(own.address)


def test_a_worker_that_cannot_grade_is_named_and_the_others_do_its_work(own, course, staged, tmp_path):
    (tmp_path / "rich.py").write_text("raise ImportError('no rich')")
    own.start().start(PYTHONPATH=str(tmp_path))
    with connected(own, course) as cluster:
        (remark,) = cluster.remarks[-1:]
        assert remark.startswith("1 worker cannot help (tcp://127.0.0.1:")
        assert remark.endswith("): ImportError: no rich")
        assert not cluster.grade(staged, [stages.load(1)]).fault
