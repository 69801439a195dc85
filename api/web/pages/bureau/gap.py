"""The gap map: for each field of the plan what is wanted, what is there, and which needs nobody can serve."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from api.routes.bodies.statistics import GapMapOut, GapOut, UnservedOut
from api.schemas.base import Page as Listed
from api.web.pages.bureau import figures
from api.web.pages.bureau.charts import BLUE, BROWN, GREY, PALE, bars, series
from api.web.visit import Visit

__all__ = ["gap"]

NO_FIELD = "none"
_ORDERS: Mapping[str, Callable[[GapOut], Any]] = MappingProxyType(
    {
        "unserved": lambda gap: (-gap.unserved, -gap.needs),
        "share": lambda gap: (gap.share is None, -(gap.share or 0), -gap.unserved, -gap.needs),
        "plan": lambda _gap: 0,
    }
)
_WORST = 3


async def gap(visit: Visit) -> Response:
    """The map, and the unserved needs of a field or of all."""
    field, order = visit.query.get("field", ""), visit.query.get("order", "")
    order = order if order in _ORDERS else "unserved"
    found, needs = await asyncio.gather(
        visit.api.get(GapMapOut, "/statistics/gap-map"),
        visit.api.get(
            Listed[UnservedOut],
            "/statistics/unserved",
            field=field,
            cursor=visit.query.get("cursor") or None,
        ),
    )
    fields = sorted(found.fields, key=_ORDERS[order])
    chosen = {**{one.code: one for one in found.fields}, NO_FIELD: found.without_field}.get(field, found.total)
    worst = [one for one in sorted(found.fields, key=_ORDERS["unserved"]) if one.unserved][:_WORST]
    return visit.page(
        "bureau/gap.html",
        found=found,
        fields=fields,
        worst=worst,
        chart=_chart(visit, fields, order),
        needs=needs,
        field=field,
        chosen=chosen,
        order=order,
        figures=figures,
    )


def _chart(visit: Visit, fields: Sequence[GapOut], order: str) -> dict[str, Any]:
    say = visit.say
    return bars(
        [say(one.name) for one in fields],
        [
            series(say("成果"), [one.achievements for one in fields], PALE),
            series(say("没有合适成果的需求"), [one.unserved for one in fields], BROWN),
            series(say("有合适成果的需求"), [one.needs - one.ungraded - one.unserved for one in fields], BLUE),
            series(say("尚未评估的需求"), [one.ungraded for one in fields], GREY),
        ],
        mirrored=say("需求"),
        links=[f"/bureau/gap?field={one.code}&order={order}#unserved" for one in fields],
    )
