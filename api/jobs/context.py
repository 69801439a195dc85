"""What a job may say and ask while it runs."""

import datetime as dt
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.days import china_day
from api.db.base import now
from api.db.engine import Database
from api.db.tables import Job
from api.jobs.errors import JobCancelledError, JobLostError

__all__ = ["FILE_NAME", "JobContext"]

FILE_NAME = re.compile(r"(?!\.)[\w.()（）·-]{1,100}")
"""Names of files that can be downloaded: no path, nothing hidden, nothing that a header or a shell reads otherwise."""

_EVERY_S = 0.5
_MOST = 1000


class JobContext:
    """One run of one job; every write says which run it is, so that a run taken for dead changes nothing any more."""

    def __init__(self, database: Database, job: Job, *, folder: Path, caller: Caller) -> None:
        """`job` is running; `folder` is its own; `caller` is its account as it is now."""
        self.job_id = job.id
        self.account_id = job.account_id
        # In China, and the same however often it is begun anew: what has been done must not be another day's.
        self.day = china_day(job.created_at)
        self.folder = folder
        self.caller = caller
        self.saved: dict[str, Any] = dict(job.result)
        self.files: dict[str, dict[str, Any]] = {}
        self._database = database
        self._started_at: dt.datetime | None = job.started_at
        self._written_s = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the job is; written at most twice a second.

        Raises:
            JobCancelledError: it was cancelled.
            JobLostError: another run has taken over.
        """
        if time.monotonic() - self._written_s < _EVERY_S:
            return
        with self._database.work() as session:
            self._write(session, {"done": done, "total": total, "message": message[:_MOST]})
        self._written_s = time.monotonic()

    def save(self, session: Session, done: int, total: int, saved: Mapping[str, Any], message: str = "") -> None:
        """Keep, with what the transaction does, how far the job is; the next run finds it in `saved`.

        Raises:
            JobCancelledError, JobLostError: as for `progress`; the transaction must not be committed.
        """
        values = {"done": done, "total": total, "message": message[:_MOST], "result": dict(saved), "attempts": 0}
        self._write(session, values)
        self._written_s = time.monotonic()

    def add_file(self, name: str, path: Path, media_type: str) -> None:
        """Let the account download a file of the job's folder under that name.

        Raises:
            ValueError: the name is not one of a file, or the file is elsewhere.
        """
        if not FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a download")
        inside = path.resolve().relative_to(self.folder.resolve())
        self.files[name] = {"path": inside.as_posix(), "media_type": media_type, "bytes": path.stat().st_size}

    def end(self, session: Session, values: Mapping[str, Any]) -> None:
        """Write the row's last values. Raises JobLostError where another run has taken over."""
        self._update(session, values)

    def _write(self, session: Session, values: Mapping[str, Any]) -> None:
        self._update(session, {**values, "beat_at": now()})
        if session.scalar(select(Job.cancel_requested).where(Job.id == self.job_id)):
            raise JobCancelledError("任务已按要求取消。")

    def _update(self, session: Session, values: Mapping[str, Any]) -> None:
        mine = (Job.id == self.job_id, Job.state == "running", Job.started_at == self._started_at)
        outcome = session.execute(
            update(Job).where(*mine).values(**values).execution_options(synchronize_session=False)
        )
        if not isinstance(outcome, CursorResult) or outcome.rowcount != 1:
            raise JobLostError(f"任务 {self.job_id} 已由另一次运行接手。")
