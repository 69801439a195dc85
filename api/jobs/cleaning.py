"""Removes what jobs leave behind: uploads when they are read, results after the days the settings say."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from api.chores import Chore
from api.db.base import now
from api.db.tables import Job
from api.service import Service

__all__ = ["CHORES", "clean"]

_HOUR_S = 3600
# Files are stored before their job is written down; what has none after a day never will.
_ORPHAN = dt.timedelta(days=1)
_ENDED = frozenset({"done", "failed", "cancelled"})


def clean(service: Service, *, moment: dt.datetime | None = None) -> int:
    """Remove uploads of jobs that have ended, and results that are older than `keep_days`; how many folders."""
    at = moment or now()
    kept_since = at - dt.timedelta(days=service.settings.keep_days)
    uploads = list(_over(service, service.uploads, ended_before=at, orphan_before=at - _ORPHAN))
    results = list(_over(service, service.results, ended_before=kept_since, orphan_before=at - _ORPHAN))
    with service.database.work() as session:
        # First nobody is told of the files any more, then they go.
        for folder in results:
            if (job := session.get(Job, folder.name)) is not None:
                job.files = {}
    for folder in (*uploads, *results):
        shutil.rmtree(folder, ignore_errors=True)
    return len(uploads) + len(results)


def _over(service: Service, place: Path, *, ended_before: dt.datetime, orphan_before: dt.datetime) -> Iterator[Path]:
    folders = {path.name: path for path in place.iterdir() if path.is_dir()} if place.is_dir() else {}
    names = sorted(folders)
    found: dict[str, tuple[str, dt.datetime | None]] = {}
    with service.database.reading() as session:
        for first in range(0, len(names), 500):
            chosen = select(Job.id, Job.state, Job.finished_at).where(Job.id.in_(names[first : first + 500]))
            found |= {job_id: (state, ended) for job_id, state, ended in session.execute(chosen)}
    for name in names:
        if name in found:
            state, ended = found[name]
            if state in _ENDED and ended is not None and ended < ended_before:
                yield folders[name]
        elif dt.datetime.fromtimestamp(folders[name].stat().st_mtime, dt.UTC) < orphan_before:
            yield folders[name]


CHORES: tuple[Chore, ...] = (Chore("clean-jobs", _HOUR_S, clean),)
