"""Asking for a job, and waking the worker.

The row is the truth. The queue (huey on a SQLite file of its own) only carries the word that a job waits; a word that
is lost is found again from the rows (docs/decisions/0114).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Any

import structlog
from huey import SqliteHuey
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import new_id
from api.db.tables import Job
from api.errors import ConflictError
from api.service import Service

__all__ = ["JobQueue", "ask", "asked_before", "wake"]


class JobQueue:
    """The word that jobs wait, from any process of the service to the worker. Safe for several threads."""

    def __init__(self, folder: Path, run: Callable[[str], None] = lambda _: None) -> None:
        """`run` is what the worker does with a job's id; only the worker gives it."""
        folder.mkdir(parents=True, exist_ok=True)
        # What it holds can be lost without harm, so nothing is forced to the medium.
        self.huey = SqliteHuey("jobs", filename=str(folder / "jobs.sqlite"), results=False, fsync=False)
        self._task = self.huey.task(name="run_job")(_calling(run))

    def put(self, job_id: str) -> None:
        """Send the word."""
        self._task(job_id)

    def is_empty(self) -> bool:
        """Whether no word is under way."""
        return int(self.huey.pending_count()) == 0

    def close(self) -> None:
        """Let go of this thread's connection."""
        self.huey.storage.close()


def _calling(run: Callable[[str], None]) -> Callable[[str], None]:
    def run_job(job_id: str) -> None:
        run(job_id)

    return run_job


def asked_before(session: Session, caller: Caller, kind: str, key: str | None) -> Job | None:
    """The job the caller asked for under that key.

    Raises:
        ConflictError: it was another kind of job.
    """
    if key is None:
        return None
    job = session.scalars(select(Job).where(Job.account_id == caller.account_id, Job.key == key)).one_or_none()
    if job is not None and job.kind != kind:
        raise ConflictError(
            "这个 Idempotency-Key 已用于另一种任务；请为每个任务换一个新的。", "This key was used for another job."
        )
    return job


def ask(
    session: Session,
    caller: Caller,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    key: str | None = None,
    job_id: str | None = None,
) -> tuple[Job, bool]:
    """Write down a job; it will be done once the transaction is committed. False: it had been asked for before.

    Args:
        session: of the transaction.
        caller: signed in; the job is its account's.
        kind: a name of `api.work.kinds.KINDS`.
        parameters: JSON.
        key: the same key of the same account asks for the same job.
        job_id: where files were stored for it already.

    Raises:
        ConflictError: the key was used for another kind of job, or by another request at this moment.
    """
    before = asked_before(session, caller, kind, key)
    if before is not None:
        return before, False
    job = Job(id=job_id or new_id(), kind=kind, account_id=str(caller.account_id), parameters=dict(parameters), key=key)
    session.add(job)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("同一个请求正在处理；请稍后用同一个 Idempotency-Key 重试。", "Try again.") from error
    return job, True


def wake(service: Service, job_id: str) -> None:
    """Tell the worker of a job whose row is committed. Where that fails, the worker finds it by itself."""
    try:
        queue = JobQueue(service.settings.data_dir)
        queue.put(job_id)
        queue.close()
    except (OSError, SqliteError) as error:
        structlog.get_logger("jobs").warning("not_woken", job=job_id, error=str(error))
