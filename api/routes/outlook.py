"""The standing matching: ranked leads, needs nobody serves near one's own work, how a need fares."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, STAFF, Role
from api.audit import log_reads
from api.days import china_day
from api.outlook.leads import Wanted, leads
from api.outlook.reading import freshness, own_outlook
from api.outlook.unmet import unmet_needs
from api.problems import problems
from api.records.reading import Reader
from api.routes.bodies.outlook import (
    FreshnessOut,
    LeadOut,
    LeadsOut,
    OutlookOut,
    RegionCode,
    UnmetNeedOut,
    UnmetNeedsOut,
)
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Line
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(tags=["outlook"])
_LEADS = [needs(STAFF | {Role.BROKER}, Scope.MATCHING)]
_INSTITUTIONS = [needs(frozenset({Role.INSTITUTION}), Scope.MATCHING)]
_OWNERS = [needs(OWNERS | STAFF, Scope.MATCHING)]
_Level = Annotated[int, Query(ge=2, le=4, description="最低等级；Least level")]
_Code = Annotated[str, Query(max_length=20, description="需求的规划领域代码，如 G3；Plan field of the need")]
_Region = Annotated[RegionCode, Query(max_length=60, description="任一方所在地，名称或代码；Of either side")]
_Text = Annotated[Line, Query(max_length=100, description="任一方标题中的文字；In either title")]
_Name = Annotated[Line, Query(max_length=100, description="任一方单位名称或其中一部分；Part of either name")]
_Taken = Annotated[bool, Query(description="也列出已有对接的；Also pairs that have an introduction")]


@router.get(
    "/leads",
    operation_id="list_leads",
    response_model=LeadsOut,
    dependencies=_LEADS,
    summary="全部线索，按预计收益排序 All leads, by expected value",
)
def list_leads(
    service: ServiceDep,
    caller: CallerDep,
    field: _Code = "",
    region: _Region = "",
    level_from: _Level = 2,
    text: _Text = "",
    organisation: _Name = "",
    taken: _Taken = False,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    wanted = Wanted(
        field=field, region=region, level_from=level_from, text=text, organisation=organisation, taken=taken
    )
    purpose = "outlook:" + hashlib.sha256(repr((caller.account_id, wanted)).encode()).hexdigest()[:16]
    start = int(read_cursor(cursor, service.secret, purpose) or 0)
    with service.database.reading() as session:
        found = leads(session, caller, wanted, (start, limit), china_day())
        fresh = freshness(session)
    log_reads(service.database, caller, [seen for lead in found.items for seen in (lead.need, lead.achievement)])
    more = next_cursor(str(start + limit), service.secret, purpose) if found.total > start + limit else ""
    return LeadsOut(
        items=[LeadOut.of(lead) for lead in found.items],
        next_cursor=more,
        total=found.total,
        freshness=FreshnessOut.of(fresh),
    )


@router.get(
    "/achievements/unmet-needs",
    operation_id="list_unmet_needs",
    response_model=UnmetNeedsOut,
    dependencies=_INSTITUTIONS,
    summary="还没有合适成果、又接近本单位成果的需求 Needs without a partner near one's own work",
)
def list_unmet_needs(
    service: ServiceDep, caller: CallerDep, limit: Annotated[int, Query(ge=1, le=50, description="至多几条")] = 20
) -> Any:
    found = unmet_needs(service.database, service.matching, caller, limit, china_day())
    log_reads(service.database, caller, [item.need for item in found.items])
    return UnmetNeedsOut.of(found, [UnmetNeedOut.of(item) for item in found.items])


@router.get(
    "/needs/{record_id}/outlook",
    operation_id="get_need_outlook",
    response_model=OutlookOut,
    dependencies=_OWNERS,
    responses=problems(404),
    summary="需求的前景 How a need fares",
)
def get_need_outlook(service: ServiceDep, caller: CallerDep, record_id: str) -> Any:
    with service.database.reading() as session:
        row, outlook = own_outlook(Reader(session, caller), record_id)
    return OutlookOut.of(row, outlook)
