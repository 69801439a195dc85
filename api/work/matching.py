"""Two lists matched as `matcher batch` does it, within a job's folder."""

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from api.jobs.context import JobContext
from api.jobs.errors import JobError
from api.service import Service
from matcher.batch.base import Run, read_run
from matcher.batch.folder import Receipt
from matcher.batch.run import Watch, run_batch
from matcher.errors import RunError
from matcher.rank.models import load_models
from matcher.records import Achievement, Need

__all__ = ["match_lists"]


def match_lists(
    service: Service,
    context: JobContext,
    needs: Sequence[Need],
    achievements: Sequence[Achievement],
    *,
    top: int,
    today: dt.date | None,
    rejected: int = 0,
    folder: Path | None = None,
) -> Run:
    """Match all with all in both directions; a run that was cut off goes on.

    Args:
        service: whose models and settings are used.
        context: of the job.
        needs: as the job's account may read them.
        achievements: likewise.
        top: how many matches a record has at most, at least 1.
        today: the day validity is judged on; None is the day the job was asked for.
        rejected: rows of the lists that could not be read.
        folder: of this job and no other; None is `run` in the job's own.

    Raises:
        JobError: a side is empty.
        ModelError: the files of a model are missing or damaged.
        JobCancelledError, JobLostError: as the context says.
    """
    for name, records in (("需求", needs), ("成果", achievements)):
        if not records:
            raise JobError(f"没有可以匹配的{name}；请放宽条件，或先发布{name}。")
    target = folder or context.folder / "run"
    settings = service.engine

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: context.progress(done, total, what)

    def run(out: Path) -> None:
        run_batch(
            out,
            needs=needs,
            achievements=achievements,
            models=load_models(settings),
            settings=settings,
            receipt=Receipt(command=f"job {context.job_id}", inputs=(), rejected=rejected),
            top=top,
            today=today or context.day,
            watch=Watch(encoding=told("正在编码成果"), matching=told("正在匹配需求"), writing=told("正在写入")),
        )

    try:
        run(target)
    except RunError:
        # Finished by a run that was cut off afterwards, and the database has changed since.
        shutil.rmtree(target, ignore_errors=True)
        run(target)
    return read_run(target)
