"""Which jobs an account may know of, and the files it may have."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Job
from api.errors import NotFoundError
from api.service import Service

__all__ = ["file_of", "find_job", "list_jobs"]


def list_jobs(session: Session, caller: Caller, *, everybody: bool, after: str, most: int) -> Sequence[Job]:
    """Jobs, the newest first: the account's own, or for an administrator everybody's.

    Args:
        session: to read with.
        caller: who asks; signed in.
        everybody: an administrator's wish; of others it is passed over.
        after: id of the last one seen, "" from the newest.
        most: how many at most.
    """
    wanted = select(Job)
    if not (everybody and caller.role is Role.ADMINISTRATOR):
        wanted = wanted.where(Job.account_id == caller.account_id)
    if after:
        wanted = wanted.where(Job.id < after)
    return session.scalars(wanted.order_by(Job.id.desc()).limit(most)).all()


def find_job(session: Session, caller: Caller, job_id: str, *, own_only: bool = False) -> Job:
    """A job the caller may know of.

    Raises:
        NotFoundError: there is none, or it is another account's and the caller no administrator (or `own_only`).
    """
    job = session.get(Job, job_id)
    known = job is not None and (
        job.account_id == caller.account_id or (caller.role is Role.ADMINISTRATOR and not own_only)
    )
    if job is None or not known:
        raise NotFoundError(f"没有编号为“{job_id[:40]}”的任务；请核对编号。", "No such job.")
    return job


def file_of(service: Service, job: Job, name: str) -> tuple[Path, str]:
    """Where a file of a job lies, and its media type.

    Raises:
        NotFoundError: the job has no such file (any more).
    """
    file = job.files.get(name)
    if file is not None:
        folder = (service.results / job.id).resolve()
        path = (folder / str(file["path"])).resolve()
        if path.is_relative_to(folder) and path.is_file():
            return path, str(file["media_type"])
    raise NotFoundError(
        f"任务没有名为“{name[:40]}”的文件，或已过保留期（{service.settings.keep_days} 天）；请重新提交任务。",
        "No such file, or it was removed.",
    )
