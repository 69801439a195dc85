"""The bureau's figures: a year, the gap map, what nobody can serve, freshness, targets; for staff."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import STAFF
from api.audit import log_reads
from api.days import china_day
from api.db.base import now
from api.records.reading import Reader
from api.routes.bodies.statistics import (
    FreshnessOut,
    GapMapOut,
    OverviewOut,
    TargetsBody,
    TargetsOut,
    UnservedOut,
)
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.schemas.media import XLSX
from api.service import CallerDep, ServiceDep
from api.statistics.fields import PLAN_CODES, gap_map
from api.statistics.freshness import freshness
from api.statistics.overview import overview
from api.statistics.sheet import Sheet
from api.statistics.tables import freshness_sheet, gap_sheet, overview_sheet, unserved_sheet
from api.statistics.targets import put_targets, read_targets
from api.statistics.unserved import NO_FIELD, shown, waiting

__all__ = ["router"]

router = APIRouter(prefix="/statistics", tags=["statistics"])
_STAFF = [needs(STAFF, Scope.ADMIN)]
_FIRST, _LAST = 2000, 2100
_InPath = Annotated[int, Path(ge=_FIRST, le=_LAST)]
_Asked = Annotated[int | None, Query(ge=_FIRST, le=_LAST, description="年份，默认今年")]
_Field = Annotated[
    str,
    Query(
        pattern=f"^({'|'.join((*PLAN_CODES, NO_FIELD))})?$",
        description=f"规划领域代码，{NO_FIELD} 为未归入领域的，空为全部；Code of a plan field",
    ),
]


class Format(StrEnum):
    """How an answer is written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


_Format = Annotated[Format, Query(alias="format", description="json，或下载为 csv、xlsx")]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": _BINARY, XLSX: _BINARY}}}


def _file(sheet: Sheet[Any], written: Format, name: str) -> Response:
    content, media_type = (
        (sheet.to_csv(), "text/csv; charset=utf-8") if written is Format.CSV else (sheet.to_xlsx(), XLSX)
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}.{written.value}"'}
    return Response(content, media_type=media_type, headers=headers)


@router.get(
    "/overview",
    operation_id="get_statistics_overview",
    response_model=OverviewOut,
    dependencies=_STAFF,
    responses=_FILES,
    summary="一年总览 A year at a glance",
)
def get_overview(service: ServiceDep, year: _Asked = None, written: _Format = Format.JSON) -> Any:
    with service.database.reading() as session:
        found = overview(session, year or china_day().year)
    if written is Format.JSON:
        return OverviewOut.of(found)
    return _file(overview_sheet(found), written, f"overview-{found.year}")


@router.get(
    "/gap-map",
    operation_id="get_gap_map",
    response_model=GapMapOut,
    dependencies=_STAFF,
    responses=_FILES,
    summary="供需缺口图 Supply and demand by plan field",
)
def get_gap_map(service: ServiceDep, caller: CallerDep, written: _Format = Format.JSON) -> Any:
    found = gap_map(service.database, service.matching, caller)
    if written is Format.JSON:
        return GapMapOut.of(found)
    return _file(gap_sheet(found), written, "gap-map")


@router.get(
    "/unserved",
    operation_id="list_unserved_needs",
    response_model=Page[UnservedOut],
    dependencies=_STAFF,
    responses=_FILES,
    summary="没有合适成果的需求，等待最久的在前 Needs nobody can serve",
)
def list_unserved(
    service: ServiceDep,
    caller: CallerDep,
    field: _Field = "",
    limit: Limit = 20,
    cursor: Cursor = "",
    written: _Format = Format.JSON,
) -> Any:
    purpose = f"unserved:{field}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        reader = Reader(session, caller)
        every = waiting(reader, field)
        rest = [item for item in every if item.place > after] if written is Format.JSON else every
        items = rest[:limit] if written is Format.JSON else rest
        found = shown(reader, items)
    log_reads(service.database, caller, (need.seen for need in found))
    if written is not Format.JSON:
        return _file(unserved_sheet(found), written, "unserved")
    more = next_cursor(items[-1].place, service.secret, purpose) if len(rest) > limit else ""
    return Page[UnservedOut](items=[UnservedOut.of(need) for need in found], next_cursor=more)


@router.get(
    "/freshness",
    operation_id="get_freshness",
    response_model=FreshnessOut,
    dependencies=_STAFF,
    responses=_FILES,
    summary="数据的新旧 How fresh everything is",
)
def get_freshness(service: ServiceDep, caller: CallerDep, written: _Format = Format.JSON) -> Any:
    moment: dt.datetime = now()
    with service.database.reading() as session:
        found = freshness(session, caller, moment=moment)
    if written is Format.JSON:
        return FreshnessOut.of(found)
    return _file(freshness_sheet(found), written, "freshness")


@router.get(
    "/targets/{year}",
    operation_id="get_targets",
    response_model=TargetsOut,
    dependencies=_STAFF,
    summary="一年的目标 Targets of a year",
)
def get_targets(service: ServiceDep, year: _InPath) -> Any:
    with service.database.reading() as session:
        return TargetsOut.of(read_targets(session, year))


@router.put(
    "/targets/{year}",
    operation_id="put_targets",
    response_model=TargetsOut,
    dependencies=_STAFF,
    summary="设置一年的目标，整体替换 Set them as a whole",
)
def set_targets(service: ServiceDep, caller: CallerDep, year: _InPath, body: TargetsBody) -> Any:
    with service.database.work() as session:
        return TargetsOut.of(put_targets(session, caller, year, body.values()))
