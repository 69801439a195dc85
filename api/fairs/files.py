"""Where the files of fairs lie: `fairs/<fair>/lists/<upload>/<name>` and `fairs/<fair>/run-<job>/`."""

import shutil
from collections.abc import Collection
from pathlib import Path

from api.db.tables import Fair
from api.service import Service

__all__ = ["FOLDER", "clear_runs", "fair_folder", "list_file", "remove_folder", "run_folder"]

FOLDER = "fairs"
"""In the data folder; part of a backup (`api.ops.archive`)."""

_RUN = "run-"


def fair_folder(service: Service, fair_id: str) -> Path:
    """Of one fair; its id is one of ours."""
    return service.settings.data_dir / FOLDER / fair_id


def list_file(service: Service, fair: Fair, part: str) -> Path | None:
    """An uploaded list, None where there is none."""
    told = fair.lists.get(part)
    return fair_folder(service, fair.id) / "lists" / str(told["file"]) if told else None


def run_folder(service: Service, fair_id: str, run: str) -> Path:
    """Match results by the name that rows have for them."""
    return fair_folder(service, fair_id) / run


def clear_runs(service: Service, fair_id: str, wanted: Collection[str]) -> None:
    """Remove match results that nothing speaks of: those of jobs that were cancelled or failed."""
    folder = fair_folder(service, fair_id)
    for path in folder.glob(f"{_RUN}*") if folder.is_dir() else ():
        if path.name not in wanted:
            shutil.rmtree(path, ignore_errors=True)


def remove_folder(service: Service, fair_id: str) -> None:
    """Everything of a fair that is no more."""
    shutil.rmtree(fair_folder(service, fair_id), ignore_errors=True)
