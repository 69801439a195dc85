"""The first page: everybody may read it."""

from typing import Any

from fastapi import APIRouter

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY
from api.audit import log_reads
from api.matching.presenting import partner_out
from api.records.reading import Reader
from api.routes.bodies.home import CountOut, ExampleOut, HomeOut
from api.routes.bodies.showcases import ShowcaseLine
from api.service import CallerDep, ServiceDep
from api.showcases.access import item_counts
from api.showcases.examples import examples
from api.showcases.home import Counted, count_published, newest_published, newest_showcases
from matcher.records import Side

__all__ = ["router"]

router = APIRouter(tags=["home"])


@router.get(
    "/home",
    operation_id="get_home",
    response_model=HomeOut,
    dependencies=[needs(EVERYBODY, Scope.RECORDS_READ)],
    summary="首页 First page",
)
def get_home(service: ServiceDep, caller: CallerDep) -> Any:
    with service.database.reading() as session:
        reader = Reader(session, caller)
        counts = {side: count_published(reader, side) for side in Side}
        newest = {side: newest_published(reader, side) for side in Side}
        showcases = newest_showcases(reader)
        items = item_counts(reader, showcases)
        found = examples(session)
    log_reads(service.database, caller, [seen for side in Side for seen in newest[side]])
    return HomeOut(
        needs=_count(counts[Side.NEED]),
        achievements=_count(counts[Side.ACHIEVEMENT]),
        newest_needs=[partner_out(seen) for seen in newest[Side.NEED]],
        newest_achievements=[partner_out(seen) for seen in newest[Side.ACHIEVEMENT]],
        showcases=[ShowcaseLine.of(item, items.get(item.id, 0)) for item in showcases],
        examples=[ExampleOut(text=item.text, level=item.level) for item in found],
    )


def _count(counted: Counted) -> CountOut:
    return CountOut(side=counted.side, count=counted.count, capped=counted.capped, text=str(counted))
