"""What becomes of a job's row, one change a function; each is one statement, so two workers cannot both win."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from api.db.base import now
from api.db.tables import Job
from api.inbox import tell

__all__ = ["MOST_ATTEMPTS", "beat", "broke_down", "cancel", "claim", "put_back", "running", "tell_end", "waiting"]

MOST_ATTEMPTS = 5
"""So often in a row what runs a job may break down without the job getting further."""

_NOTICED_S = 5.0
_LABELS = {"done": "已完成", "failed": "未完成", "cancelled": "已取消"}


def waiting(session: Session) -> list[str]:
    """Ids of the jobs that wait, in the order they were asked for."""
    return list(session.scalars(select(Job.id).where(Job.state == "waiting").order_by(Job.id)))


def running(session: Session) -> dict[str, dt.datetime | None]:
    """When each job began whose row says that it runs."""
    rows = session.execute(select(Job.id, Job.started_at).where(Job.state == "running"))
    return {row.id: row.started_at for row in rows}


def claim(session: Session, job_id: str) -> Job | None:
    """Take a waiting job; None where it does not wait (any more)."""
    moment = now()
    if not _changed(
        session,
        (Job.id == job_id, Job.state == "waiting"),
        {"state": "running", "started_at": moment, "beat_at": moment},
    ):
        return None
    return session.get(Job, job_id, populate_existing=True)


def beat(session: Session, job_id: str) -> bool:
    """Note that what runs a job is alive; whether the job shall stop."""
    _changed(session, (Job.id == job_id, Job.state == "running"), {"beat_at": now()})
    return bool(session.scalar(select(Job.cancel_requested).where(Job.id == job_id)))


def put_back(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Let running jobs wait again, through no fault of theirs; how many."""
    return _changed(session, (Job.state == "running", *conditions), {"state": "waiting", "started_at": None})


def broke_down(session: Session, job_id: str) -> None:
    """What ran a job died under it: it waits again, or has failed where that happened too often."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state != "running":
        return
    job.attempts += 1
    if job.cancel_requested:
        job.state, job.message = "cancelled", "任务已按要求取消。"
    elif job.attempts < MOST_ATTEMPTS:
        job.state, job.started_at = "waiting", None
        return
    else:
        job.state = "failed"
        job.message = (
            f"任务连续 {job.attempts} 次中途异常退出（可能内存不足），已停止重试；请减少一次处理的数量，"
            f"或把任务编号 {job.id} 告诉管理员。"
        )
    job.result, job.finished_at = {}, now()
    tell_end(session, job)


def cancel(session: Session, job: Job) -> None:
    """Ask for a job to stop: one that waits has stopped, one that runs stops where it next says how far it is."""
    job.cancel_requested = True
    session.flush()
    if _changed(
        session,
        (Job.id == job.id, Job.state == "waiting"),
        {"state": "cancelled", "message": "任务已按要求取消。", "finished_at": now()},
    ):
        session.refresh(job)


def tell_end(session: Session, job: Job) -> None:
    """Tell the account what became of a job that took so long that nobody watched it."""
    took: dt.timedelta = (job.finished_at or now()) - job.created_at
    if took.total_seconds() < _NOTICED_S or job.state not in _LABELS:
        return
    from_kind = {
        "import": "导入",
        "batch": "批量匹配",
        "fair": "对接会排期",
        "fair-plan": "对接会排期",
        "fair-books": "对接会打印",
        "reindex": "重建索引",
        "training": "训练",
    }
    subject = f"任务“{from_kind.get(job.kind, job.kind)}”{_LABELS[job.state]}"
    body = {"job_id": job.id, "kind": job.kind, "state": job.state, "message": job.message}
    tell(session, job.account_id, key=f"job:{job.id}", kind="job", subject=subject, body=body)


def _changed(session: Session, conditions: tuple[ColumnElement[bool], ...], values: Mapping[str, Any]) -> int:
    outcome = session.execute(update(Job).where(*conditions).values(**values))
    return outcome.rowcount if isinstance(outcome, CursorResult) else 0
