"""The worker: takes jobs that wait, two at a time of which one may be heavy, and does the chores."""

import importlib
import threading
from collections.abc import Mapping, Sequence

import structlog
from filelock import FileLock, Timeout
from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError

from api.chores import Chore
from api.db.tables import Job
from api.jobs.chores import ChoreRunner
from api.jobs.claims import claim, put_back, running, waiting
from api.jobs.kind import JobKind
from api.jobs.queue import JobQueue
from api.jobs.runner import Ending, run_in_child
from api.ops.beat import Beat
from api.service import Service

__all__ = ["LOCK", "run_worker"]

LOCK = "jobs.lock"
"""In the data folder: whoever holds it is the worker."""

_AT_ONCE = 2
_SWEEP_S = 5.0
_LOCK_S = 0.5
_POLL_S = 0.5
_PAUSE_S = 1.0


def run_worker(service: Service, stop: threading.Event, *, chores: Sequence[Chore], kinds: str) -> None:
    """Do jobs and chores until `stop` is set; what runs then goes on at the next start.

    There is one worker a data folder: a second one waits until the first has ended. It sets no signal handlers, and
    may be killed at any moment: what it was doing is begun again by the next one.

    Args:
        service: its database must have its tables.
        stop: ends it.
        chores: what to do every so often.
        kinds: name of the module that has `KINDS`.
    """
    if not _alone(lock := FileLock(service.settings.data_dir / LOCK), stop):
        return
    try:
        found: Mapping[str, JobKind] = importlib.import_module(kinds).KINDS
        _Worker(service, stop, found, kinds).work(chores)
    finally:
        lock.release()


def _alone(lock: FileLock, stop: threading.Event) -> bool:
    lock_folder = lock.lock_file
    told = False
    while not stop.is_set():
        try:
            lock.acquire(timeout=_LOCK_S)
        except Timeout:
            if not told:
                structlog.get_logger("jobs").info("waiting_for_other_worker", lock=lock_folder)
                told = True
        else:
            return True
    return False


class _Worker:
    """What one worker knows of what it is doing."""

    def __init__(self, service: Service, stop: threading.Event, kinds: Mapping[str, JobKind], module: str) -> None:
        self._service = service
        self._stop = stop
        self._kinds = kinds
        self._module = module
        self._heavy = threading.Semaphore(1)
        self._mine: set[str] = set()
        self._changing = threading.Lock()
        self._queue = JobQueue(service.settings.data_dir, self._take)

    def work(self, chores: Sequence[Chore]) -> None:
        """Until told to stop."""
        # Nobody else works, so whatever is said to run was cut off.
        with self._service.database.work() as session:
            if lost := put_back(session):
                structlog.get_logger("jobs").warning("begun_again", jobs=lost)
        runner = ChoreRunner(self._service, chores, self._stop)
        runner.start()
        consumer = _QuietConsumer(
            self._queue.huey, workers=_AT_ONCE, periodic=False, initial_delay=0.05, max_delay=_POLL_S
        )
        consumer.start()
        alive = Beat(self._service.settings.data_dir, "worker")
        while not self._stop.is_set():
            alive.touch()
            self._mend()
            self._sweep()
            self._stop.wait(_SWEEP_S)
        # The consumer's threads end when the jobs they watch are put back.
        consumer.stop(graceful=True)
        runner.join()
        self._queue.close()

    def _mend(self) -> None:
        """Let jobs wait again that are said to run and that nothing runs: the database was away when that ended."""
        try:
            with self._service.database.reading() as session:
                found = running(session)
            # Looked at later than the rows, and noted before a row is claimed: what runs is never missed.
            lost = {job_id: began for job_id, began in found.items() if job_id not in self._mine}
            if not lost:
                return
            with self._service.database.work() as session:
                # One that ended meanwhile, or was claimed anew, has another state or moment.
                count = sum(put_back(session, Job.id == key, Job.started_at == began) for key, began in lost.items())
            if count:
                structlog.get_logger("jobs").warning("begun_again", jobs=count)
        except SQLAlchemyError as error:
            structlog.get_logger("jobs").warning("not_mended", error=str(error))

    def _sweep(self) -> None:
        """Find the jobs of which no word came."""
        try:
            if not self._queue.is_empty():
                return
            with self._service.database.reading() as session:
                ids = waiting(session)
            for job_id in ids:
                self._queue.put(job_id)
        except (OSError, SQLAlchemyError) as error:
            structlog.get_logger("jobs").warning("no_sweep", error=str(error))

    def _take(self, job_id: str) -> None:
        """What comes of a word: the job is run where it still waits and there is room for its kind."""
        if self._stop.is_set():
            return
        with self._service.database.reading() as session:
            job = session.get(Job, job_id)
        if job is None or job.state != "waiting":
            return
        kind = self._kinds.get(job.kind)
        if kind is None or not kind.heavy:
            self._run(job_id)
        elif self._heavy.acquire(blocking=False):
            try:
                self._run(job_id)
            finally:
                self._heavy.release()
            # Words of heavy jobs that came meanwhile were let go.
            self._sweep()

    def _run(self, job_id: str) -> None:
        with self._changing:
            if job_id in self._mine:
                return
            self._mine.add(job_id)
        try:
            ending = self._claimed(job_id)
        finally:
            with self._changing:
                self._mine.discard(job_id)
        if ending in {Ending.AGAIN, Ending.BROKE}:
            self._stop.wait(_PAUSE_S)
            self._queue.put(job_id)

    def _claimed(self, job_id: str) -> Ending | None:
        """How the run of a job ended; None where another one has it."""
        log = structlog.get_logger("jobs")
        with self._service.database.work() as session:
            job = claim(session, job_id)
        if job is None:
            return None
        log.info("job_begins", job=job_id, kind=job.kind)
        ending = run_in_child(self._service, job_id, self._module, self._stop.is_set)
        log.info("job_ends", job=job_id, kind=job.kind, ending=ending.value)
        return ending


class _QuietConsumer(Consumer):  # type: ignore[misc]
    """Signals are the business of whoever runs the worker, which may not even be the main thread."""

    def _set_signal_handlers(self) -> None:
        """None are set."""
