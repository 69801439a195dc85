"""Removes what fairs leave on the medium: folders of fairs that were deleted, lists that were replaced, results."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from api.chores import Chore
from api.db.base import now
from api.db.tables import Account, Fair, FairPlan
from api.fairs.files import FOLDER
from api.service import Service

__all__ = ["CHORES", "sweep_fairs"]

_DAY_S = 86_400
# Files are stored before a row names them, and whoever read a row before it changed may still be at its files.
_APART = dt.timedelta(days=1)
_OURS = re.compile(r"(run-)?[0-9a-z]{26}")


def sweep_fairs(service: Service, *, moment: dt.datetime | None = None) -> int:
    """Remove folders of fairs, lists and match results that no row names; how many.

    None that is younger than a day goes, nor anything of a fair that was changed within a day, nor anything at
    all where nobody has an account: that is a database other than the one the folders belong to.
    """
    before = (moment or now()) - _APART
    # Looked at before the rows are: a fair has its row before its first folder.
    folders = _ours(service.settings.data_dir / FOLDER)
    kept = _kept(service)
    if not kept and _empty(service):
        return 0
    gone = 0
    for folder in folders:
        for path in _over(folder, kept.get(folder.name), before):
            shutil.rmtree(path, ignore_errors=True)
            gone += not path.exists()
    return gone


def _empty(service: Service) -> bool:
    with service.database.reading() as session:
        return session.scalar(select(Account.id).limit(1)) is None


def _kept(service: Service) -> dict[str, tuple[dt.datetime, frozenset[str]]]:
    """Of each fair: when it was changed last, and the names of the folders within its own that its rows name."""
    named: dict[str, tuple[dt.datetime, set[str]]] = {}
    with service.database.reading() as session:
        for fair_id, at, lists, run, job_id in session.execute(
            select(Fair.id, Fair.updated_at, Fair.lists, Fair.run, Fair.job_id)
        ):
            # The run of a planning that is not done is named by nothing else.
            named[fair_id] = (at, {run, f"run-{job_id}", *(str(told["file"]).split("/")[0] for told in lists.values())})
        for fair_id, run in session.execute(select(FairPlan.fair_id, FairPlan.run).distinct()):
            if fair_id in named:
                named[fair_id][1].add(run)
    return {fair_id: (at, frozenset(names)) for fair_id, (at, names) in named.items()}


def _over(folder: Path, kept: tuple[dt.datetime, frozenset[str]] | None, before: dt.datetime) -> Iterator[Path]:
    """What of a fair's folder nothing names."""
    within = [*_ours(folder), *_ours(folder / "lists")]
    if kept is None:
        if all(_changed(path) < before for path in (folder, *within)):
            yield folder
    elif kept[0] < before:
        yield from (path for path in within if path.name not in kept[1] and _changed(path) < before)


def _ours(place: Path) -> list[Path]:
    """Folders whose names are of our making."""
    paths = sorted(place.iterdir()) if place.is_dir() else []
    return [path for path in paths if _OURS.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]


def _changed(folder: Path) -> dt.datetime:
    """When something came into a folder or left it; now where it is being removed by somebody else."""
    try:
        return dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)
    except FileNotFoundError:
        return now()


CHORES: tuple[Chore, ...] = (Chore("clean-fairs", _DAY_S, sweep_fairs),)
