"""Why an organisation's introductions came to nothing."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS
from api.introductions.parts import part_of
from api.introductions.reasons import Reason
from api.introductions.refusals import After, ReasonCount, advice, newest_refusals, reason_counts
from api.introductions.showing import Shower
from api.records.reading import Reader
from api.routes.bodies.introductions import IntroductionOut
from api.routes.bodies.refusals import RefusalReasonOut, RefusalsOut
from api.routes.introduction_lists import log_shown
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter()


@router.get(
    "/refusals",
    operation_id="list_refusals",
    response_model=RefusalsOut,
    dependencies=[needs(OWNERS, Scope.INTRODUCTIONS)],
    summary="对接未成的原因和对策 Why introductions came to nothing",
)
def list_refusals(
    service: ServiceDep,
    caller: CallerDep,
    reason: Annotated[Reason | None, Query(description="只列此原因的；Only with this reason")] = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    purpose = f"refusals:{caller.organisation_id}:{reason}"
    after = _after(read_cursor(cursor, service.secret, purpose))
    with service.database.reading() as session:
        counts = reason_counts(session, caller)
        rows = newest_refusals(session, caller, reason=reason, after=after, limit=limit + 1)
        shower = Shower(Reader(session, caller), rows[:limit])
        shown = [shower.show(row, part) for row in rows[:limit] if (part := part_of(row, caller)) is not None]
    log_shown(service, caller, shower, shown)
    more = ""
    if len(rows) > limit:
        last = rows[limit - 1]
        more = next_cursor(f"{last.updated_at.isoformat()}|{last.id}", service.secret, purpose)
    count, declined = sum(item.count for item in counts), sum(item.declined for item in counts)
    return RefusalsOut(
        count=count,
        declined=declined,
        lost=count - declined,
        reasons=[_reason(item, counts) for item in counts],
        items=[IntroductionOut.of(item) for item in shown],
        next_cursor=more,
    )


def _after(cursor: str) -> After | None:
    at, _, record_id = cursor.partition("|")
    return (dt.datetime.fromisoformat(at), record_id) if cursor else None


def _reason(item: ReasonCount, counts: list[ReasonCount]) -> RefusalReasonOut:
    of_side = sum(other.count for other in counts if other.side is item.side)
    return RefusalReasonOut(
        side=item.side,
        code=item.reason,
        label=item.reason.label,
        count=item.count,
        share=item.count / of_side,
        last_at=item.last_at,
        advice=advice(item.side, item.reason),
    )
