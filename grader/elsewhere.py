"""Other machines that grade: the workers of a Dask cluster get submissions, and give results.

Dask carries bytes there and back, and sees that nothing is lost with a worker; what is carried is said in `job`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader import job
from grader.check import Refused
from grader.job import Answer, done
from grader.results import Result
from grader.sandbox.workspace import Halted
from grader.stages import Week
from grader.wording import count

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECTED = 10  # seconds until a scheduler has answered
ARRIVED = 30  # seconds until there is a worker
SURVEYED = 120  # seconds until all have said what they can do: each starts a program in a sandbox
TURN = 15  # seconds between two looks at whether there still is a worker
STOPPED = 20  # seconds that jobs get to end by themselves, when nobody wants their results any more
TRIES = 3  # answers of no use until a submission is given up
JOBS_PER_THREAD = 8  # so many are sent: what waits at the scheduler is there for workers that come later
MOST_JOBS = 256  # sent at once, because each takes a thread here
LARGE = {"distributed.admin.large-graph-warning-threshold": "1GB"}  # a submission has up to 50 MB
NOT_HERE = "--executor takes Dask, which is not here: .venv/bin/python -m pip install -r requirements-extra.txt"
GOES_ON = "What is graded is stored: the same command goes on."


class WorkersDied(Exception):
    """So many workers died with a submission that Dask gives it to no other; the text is the sentence to show."""


class Cluster:
    """The workers of a Dask scheduler that can grade, all with the same isolation.

    isolation  theirs
    remarks    in sentences: which cannot grade, and why; what a better isolation takes
    """

    def __init__(self, url: str, course_file: Path, required: str, *, allow_unsafe: bool):
        """Raises Refused where there is no scheduler, or no worker that can grade as it is `required`."""
        self._address = _address(url)
        self._course = course_file.read_bytes()
        self._options = ["--require-isolation", required, *(["--allow-unsafe"] if allow_unsafe else [])]
        self._over = f"lab5-over-{uuid.uuid4()}"
        self._halted = threading.Event()
        self._futures: set[Future] = set()
        self._client = _connected(self._address)
        try:
            self._expect_workers()
            _expect_same_versions(self._client)
            self._grader = self._client.submit(bytes, job.grader(), pure=False)
            self.isolation, self.remarks, self._unfit = job.agreed(self._survey())
        except BaseException:
            self._client.close()
            raise
        self._options += ["--tier", str(self.isolation.tier)]

    @property
    def jobs(self) -> int:
        """How many submissions are sent at once."""
        return min(MOST_JOBS, JOBS_PER_THREAD * sum(self._threads().values()))

    def grade(self, folder: Path, weeks: Sequence[Week]) -> Result:
        """The result of the submission that is staged in a folder; raises Refused where the cluster has gone."""
        numbers = [week.number for week in weeks]
        options = [*self._options, "--weeks", ",".join(map(str, numbers))]
        packed = job.submission(folder, self._course)
        failed: dict[str, str] = {}
        for _ in range(TRIES):
            try:
                answer = self._answer(packed, options, self._unfit | failed.keys())
            except WorkersDied as deaths:
                return self._given_up(str(deaths))
            if (result := answer.result(numbers)) is not None:
                return result
            failed[answer.worker] = answer.why
        return self._given_up(f"The workers could not grade it: {'; '.join(dict.fromkeys(failed.values()))}.")

    def halt(self) -> None:
        """Ends what runs on the workers and what waits for them."""
        from distributed import Event

        self._halted.set()
        with suppress(Exception):  # the cluster may be what has gone
            Event(self._over, client=self._client).set()
            _wait(list(self._futures), STOPPED)
        with suppress(Exception):
            self._client.cancel(list(self._futures), force=True)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _given_up(self, why: str) -> Result:
        return Result("", self.isolation.says, fault=why)

    def _answer(self, packed: bytes, options: list[str], avoid: set[str]) -> Answer:
        """What comes back from a worker, if possible from another one than these."""
        workers = [worker for worker in self._threads() if worker not in avoid] if avoid else []
        future = self._sent(packed, options, workers=workers or None, allow_other_workers=bool(workers))
        self._futures.add(future)
        try:
            return self._come_back(future)
        finally:
            self._futures.discard(future)

    def _sent(self, packed: bytes, options: list[str], **where: object) -> Future:
        if self._halted.is_set():
            raise Halted
        if self._client.status == "closed":
            raise self._gone()
        return self._client.submit(_shipped(), self._grader, packed, options, self._over, pure=False, **where)

    def _come_back(self, future: Future) -> Answer:
        """Waits for an answer as long as there is a worker; raises Refused."""
        while True:
            try:
                fault = future.exception(timeout=TURN)
                answer = _of_dask(fault) if fault else Answer(*future.result(timeout=TURN))
                break
            except TimeoutError:
                self._expect_workers()
            except CancelledError:  # by `halt`, or by Dask where it has lost its scheduler
                raise Halted if self._halted.is_set() else self._gone() from None
        if self._halted.is_set():
            raise Halted
        return answer

    def _threads(self) -> dict[str, int]:
        """How many threads each worker has; raises Refused."""
        with suppress(OSError, AttributeError):  # the latter is what a client says that has closed itself
            return self._client.nthreads()
        raise self._gone()

    def _gone(self) -> Refused:
        return Refused(f"The Dask scheduler at {self._address} has gone. {GOES_ON}")

    def _expect_workers(self) -> None:
        try:
            if not self._threads():
                self._client.wait_for_workers(1, timeout=ARRIVED)
        except TimeoutError:
            start = f"dask worker {self._address} --nthreads 16"
            raise Refused(f"{self._address} has no worker. Start some, for instance: {start}. {GOES_ON}") from None

    def _survey(self) -> list[Answer]:
        """What each worker answers to a job without a submission: how it keeps programs apart."""
        packed = job.packed({job.COURSE: self._course})
        sent = {worker: self._sent(packed, self._options, workers=[worker]) for worker in self._threads()}
        _wait(list(sent.values()), SURVEYED)
        answers = []
        for worker, future in sent.items():
            if future.status == "finished":
                answers.append(Answer(*future.result()))
            else:
                fault = repr(future.exception()) if future.status == "error" else "it does not answer"
                answers.append(Answer(worker, -1, "", fault))
        return answers


def _wait(futures: Sequence[Future], seconds: float) -> None:
    """Waits until all have come back, and so long at most."""
    deadline = time.monotonic() + seconds
    for future in futures:
        with suppress(TimeoutError):
            future.exception(timeout=max(0.01, deadline - time.monotonic()))


def _of_dask(fault: BaseException) -> Answer:
    """What Dask itself says of a job; raises WorkersDied."""
    from distributed import KilledWorker

    if isinstance(fault, KilledWorker):
        died = count(fault.allowed_failures + 1, "worker")
        raise WorkersDied(f"Given up after {died} had died with it. The same command tries again.")
    return Answer("a worker", -1, "", repr(fault))


def _shipped() -> Callable[..., tuple]:
    """What a worker does: a function within a function travels as a whole, where one of a module would be imported."""

    def at_worker(grader: bytes, packed: bytes, options: list[str], over: str) -> tuple:
        from distributed import Event, get_worker

        worker = get_worker()
        try:
            answer = done(Path(worker.local_directory), grader, packed, options, Event(over).is_set)
        except Exception as fault:  # so that it is known whose it was
            answer = (-1, "", repr(fault))
        return (worker.address, *answer)

    return at_worker


def _address(url: str) -> str:
    """`tcp://HOST:PORT` for `dask://HOST:PORT`."""
    with suppress(ValueError):
        parts = urlsplit(url)
        rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if parts.scheme == "dask" and parts.hostname and parts.port and not rest:
            return f"tcp://{parts.netloc}"
    raise Refused(f"--executor {url}: write dask://HOST:PORT, with what `dask scheduler` says that it listens at.")


def _connected(address: str) -> Client:
    try:
        import cloudpickle
        import dask
        from distributed import Client
    except ImportError:
        raise Refused(NOT_HERE) from None
    for name in ("distributed", "distributed.client", "distributed.core"):  # what has to be said, is said by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    dask.config.set(LARGE)
    cloudpickle.register_pickle_by_value(job)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about other versions there: we look at them, too
            asyncio.run(asyncio.wait_for(_greeted(address), CONNECTED))
            return Client(address, timeout=CONNECTED, set_as_default=False)
    except (OSError, TimeoutError):
        raise Refused(f"No Dask scheduler answers at {address}. Start one there: dask scheduler.") from None


async def _greeted(address: str) -> None:
    """Connects once: a `Client` waits for ever for the greeting of somebody who is no scheduler. Raises OSError."""
    from distributed.comm import connect

    try:
        connection = await connect(address)
    except Exception as fault:  # what somebody else says is read as lengths: then memory is what there is too little of
        raise OSError(str(fault)) from None
    await connection.close()


def _expect_same_versions(client: Client) -> None:
    """Raises Refused: functions do not travel between versions of Python, nor graphs between those of Dask."""
    found = client.get_versions()
    here = _versions(found["client"])
    for name, there in {"the scheduler": found["scheduler"], **found["workers"]}.items():
        if _versions(there) != here:
            raise Refused(f"The cluster must have what is here, {here}, but {name} has {_versions(there)}.")


def _versions(found: dict) -> str:
    packages = found["packages"]
    return f"Python {'.'.join(packages['python'].split('.')[:2])} and distributed {packages['distributed']}"
