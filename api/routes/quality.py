"""How well records are filled in, and what would make them easier to find."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, SIGNED_IN
from api.audit import log_reads
from api.problems import problems
from api.quality.listing import Line, Place, survey
from api.quality.looking import look
from api.records.reading import Reader
from api.records.states import State
from api.routes.bodies.quality import GapOut, LackOut, QualityLineOut, QualityListOut, QualityOut, QualityTermOut
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit
from api.service import CallerDep, ServiceDep
from matcher.records import Side

__all__ = ["router"]

router = APIRouter(tags=["quality"])
_ONE = [needs(SIGNED_IN, Scope.RECORDS_READ)]


@router.get(
    "/needs/{record_id}/quality",
    operation_id="need_quality",
    response_model=QualityOut,
    dependencies=_ONE,
    responses=problems(404),
    summary="需求填得怎样 How well a need is filled in",
)
def need_quality(service: ServiceDep, caller: CallerDep, record_id: str) -> Any:
    return _one(service, caller, record_id, Side.NEED)


@router.get(
    "/achievements/{record_id}/quality",
    operation_id="achievement_quality",
    response_model=QualityOut,
    dependencies=_ONE,
    responses=problems(404),
    summary="成果填得怎样 How well an achievement is filled in",
)
def achievement_quality(service: ServiceDep, caller: CallerDep, record_id: str) -> Any:
    return _one(service, caller, record_id, Side.ACHIEVEMENT)


def _one(service: ServiceDep, caller: CallerDep, record_id: str, side: Side) -> QualityOut:
    with service.database.reading() as session:
        reader = Reader(session, caller)
        seen = reader.see(reader.owned(record_id, side))
    log_reads(service.database, caller, [seen])
    found = look(service.matching, seen)
    return QualityOut(
        id=seen.row.id,
        side=side,
        title=seen.record.title,
        state=State(seen.row.state),
        version=seen.row.version,
        filled=found.filling.share,
        count=found.filling.count,
        missing=[
            GapOut(field=field.name, label=field.label, use=field.use, why=field.why) for field in found.filling.missing
        ],
        terms=[QualityTermOut(text=term.text, support=term.support) for term in found.terms],
        need_class=found.need_class,
        questions=list(found.questions),
        closed=list(found.closed),
    )


@router.get(
    "/quality",
    operation_id="list_quality",
    response_model=QualityListOut,
    dependencies=[needs(OWNERS, Scope.RECORDS_READ)],
    summary="本单位记录的填写情况，最差的在前 Own records, worst filled first",
)
def list_quality(
    service: ServiceDep,
    caller: CallerDep,
    side: Annotated[Side, Query(description="need 或 achievement")],
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    purpose = f"quality:{side}:{caller.organisation_id}"
    after = _place(read_cursor(cursor, service.secret, purpose))
    with service.database.reading() as session:
        found = survey(session, caller, side, after=after, limit=limit)
    filled, last = found.lines[-1].place if found.lines else (0, "")
    return QualityListOut(
        side=side,
        count=found.count,
        mean_filled=found.mean,
        lacks=[
            LackOut(
                field=lack.field.name,
                label=lack.field.label,
                use=lack.field.use,
                count=lack.count,
                share=lack.count / found.count,
                why=lack.field.why,
            )
            for lack in found.lacks
        ],
        items=[_line(line) for line in found.lines],
        next_cursor=next_cursor(f"{filled}:{last}", service.secret, purpose) if found.more else "",
    )


def _place(cursor: str) -> Place | None:
    filled, _, record_id = cursor.partition(":")
    return (int(filled), record_id) if cursor else None


def _line(line: Line) -> QualityLineOut:
    return QualityLineOut(
        id=line.place[1],
        title=line.title,
        external_id=line.external_id,
        state=line.state,
        filled=line.share,
        missing=[field.label for field in line.missing],
        updated_at=line.updated_at,
    )
