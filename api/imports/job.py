"""The import job: read what was uploaded like the command line does, enter it, and leave two reports."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.db.tables import Organisation
from api.imports.entering import Entering, Order
from api.imports.reports import write_reports
from api.jobs.context import JobContext
from api.jobs.errors import JobError
from api.service import Service
from matcher.corpus.load import LoadResult, load
from matcher.corpus.rejected import RejectedRow
from matcher.errors import MatcherError
from matcher.records import Record, Side

__all__ = ["run_import"]

_MB = 1_000_000
_READING = "正在读取文件"


def run_import(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Enter every row of the uploaded files; goes on where an earlier run was cut off.

    Args:
        service: whose uploads and database.
        context: of the job.
        parameters: `files` (names in the upload's folder), `side` ("auto", "need" or "achievement"), `owner_id`,
            `publish`, `mapping` (heading → field, may be empty).

    Returns:
        Counts of rows created, changed, unchanged and rejected, what each table was taken for, and notes.

    Raises:
        JobError: a file cannot be read; its text names the file and the next step.
        JobCancelledError, JobLostError: as the context says.
    """
    context.progress(0, 0, _READING)
    folder = service.uploads / context.job_id
    found = _read(folder, parameters, service.settings.max_upload_mb * _MB)
    with service.database.reading() as session:
        owner = session.get(Organisation, str(parameters["owner_id"]))
    if owner is None or owner.disabled_at is not None:
        raise JobError("这些记录所属的单位已停用，没有导入；请联系管理员。")
    order = Order(owner_id=owner.id, owner_name=owner.name, caller=context.caller, publish=bool(parameters["publish"]))
    records: Sequence[Record] = (*found.needs, *found.achievements)
    entered = Entering(service, context, order).enter(records)
    rejected = (*found.rejected, *entered.rejected_rows())
    write_reports(context, found, rejected, entered)
    return {
        **entered.counts,
        "rejected": len(rejected),
        "tables": [
            {
                "file": table.file,
                "sheet": table.sheet or "",
                "side": table.side.value,
                "rows": table.rows,
                "loaded": table.loaded,
                "merged": table.merged,
                "rejected": table.rejected,
            }
            for table in found.tables
        ],
        "notes": list(found.notes),
    }


def _read(folder: Path, parameters: Mapping[str, Any], max_bytes: int) -> LoadResult:
    """What the files hold, without the server's folders in any text."""
    side = str(parameters["side"])
    try:
        found = load(
            [folder / str(name) for name in parameters["files"]],
            side=None if side == "auto" else Side(side),
            mapping=parameters.get("mapping") or None,
            max_bytes=max_bytes,
        )
    except MatcherError as error:
        raise JobError(_plain(folder, str(error))) from error
    return replace(
        found,
        rejected=tuple(_plain_row(folder, row) for row in found.rejected),
        tables=tuple(
            replace(table, file=Path(table.file).name, notes=tuple(_plain(folder, note) for note in table.notes))
            for table in found.tables
        ),
        notes=tuple(_plain(folder, note) for note in found.notes),
    )


def _plain(folder: Path, text: str) -> str:
    return text.replace(f"{folder}/", "")


def _plain_row(folder: Path, row: RejectedRow) -> RejectedRow:
    return replace(row, file=Path(row.file).name, reason=_plain(folder, row.reason))
