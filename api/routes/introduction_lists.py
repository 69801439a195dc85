"""Lists of introductions: a broker's worklist, what waits to be claimed, the register of contracts, the codes."""

import datetime as dt
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN, STAFF, Role
from api.days import china_day
from api.introductions.register import register
from api.introductions.register_files import to_csv, to_xlsx
from api.introductions.showing import Shower, Shown, log_reads
from api.introductions.worklist import Worklist, leads, worklist
from api.routes.bodies.introductions import CodesOut, ItemOut, RegisterOut
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.schemas.media import XLSX
from api.service import CallerDep, Service, ServiceDep

__all__ = ["log_shown", "router"]

router = APIRouter()
_ANY = [needs(SIGNED_IN, Scope.INTRODUCTIONS)]
_BROKERS = [needs(frozenset({Role.BROKER}), Scope.INTRODUCTIONS)]
_STAFF = [needs(STAFF, Scope.INTRODUCTIONS)]
_Day = Annotated[dt.date, Query(ge=dt.date(1985, 1, 1), le=dt.date(2100, 12, 31))]


class RegisterFormat(StrEnum):
    """How the register comes."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    RegisterFormat.CSV: "text/csv; charset=utf-8",
    RegisterFormat.XLSX: XLSX,
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "台账，按 format 为 JSON、CSV 或 Excel；The register",
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            _MEDIA_TYPES[RegisterFormat.XLSX]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def log_shown(
    service: Service, caller: Caller, shower: Shower, shown: Sequence[Shown], *, amounts: bool = False
) -> None:
    """Write into the audit log what was shown and is closed to most; nothing is written where there is nothing.

    `amounts`: the answer tells budget and price, if only as what a pair is worth.
    """
    if reads := shower.reads(shown, amounts=amounts):
        with service.database.work() as session:
            log_reads(session, caller, reads)


@router.get(
    "/codes",
    operation_id="list_introduction_codes",
    response_model=CodesOut,
    dependencies=_ANY,
    summary="阶段、原因和合同类别 Codes",
)
def codes() -> Any:
    return CodesOut.of()


def _page(
    service: Service,
    caller: Caller,
    wanted: Callable[[Session, Caller, tuple[int, int], dt.date], Worklist],
    name: str,
    limit: int,
    cursor: str,
) -> Page[ItemOut]:
    purpose = f"{name}:{caller.account_id}"
    start = int(read_cursor(cursor, service.secret, purpose) or 0)
    with service.database.reading() as session:
        found = wanted(session, caller, (start, limit), china_day())
    log_shown(service, caller, found.shower, [item.shown for item in found.items], amounts=True)
    more = next_cursor(str(start + limit), service.secret, purpose) if found.total > start + limit else ""
    return Page[ItemOut](items=[ItemOut.of(item) for item in found.items], next_cursor=more)


@router.get(
    "/worklist",
    operation_id="list_worklist",
    response_model=Page[ItemOut],
    dependencies=_BROKERS,
    summary="工作清单，先做收益最大的 What pays most next",
)
def list_worklist(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    return _page(service, caller, worklist, "worklist", limit, cursor)


@router.get(
    "/leads",
    operation_id="list_leads_to_claim",
    response_model=Page[ItemOut],
    dependencies=_BROKERS,
    summary="待认领的对接 Introductions without a broker",
)
def list_leads(service: ServiceDep, caller: CallerDep, limit: Limit = 20, cursor: Cursor = "") -> Any:
    return _page(service, caller, leads, "leads", limit, cursor)


@router.get(
    "/contracts",
    operation_id="list_contracts",
    response_model=RegisterOut,
    dependencies=_STAFF,
    responses=_FILES,
    summary="已签技术合同台账 Signed contracts",
)
def list_contracts(
    service: ServiceDep,
    caller: CallerDep,
    first: Annotated[_Day | None, Query(description="签约日期起，默认今年 1 月 1 日")] = None,
    last: Annotated[_Day | None, Query(description="签约日期止，默认今天")] = None,
    format: RegisterFormat = RegisterFormat.JSON,  # noqa: A002
) -> Any:
    day = china_day()
    with service.database.work() as session:
        found = register(session, caller, first or day.replace(month=1, day=1), last or day)
    if format is RegisterFormat.JSON:
        return RegisterOut.of(found)
    content = to_csv(found) if format is RegisterFormat.CSV else to_xlsx(found)
    headers = {"Content-Disposition": f'attachment; filename="contracts.{format.value}"'}
    return Response(content, media_type=_MEDIA_TYPES[format], headers=headers)
