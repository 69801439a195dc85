"""One record in review: as staff and as strangers read it, what the check-up says, what is like it; yes or no."""

import asyncio
from collections.abc import Sequence

from pydantic import ValidationError
from starlette.responses import Response

from api.access.groups import Group
from api.access.roles import STAFF
from api.records.states import State
from api.routes.bodies.records import Move, VersionOut
from api.schemas.matching import CheckupBody, CheckupOut, SimilarOut
from api.schemas.record_bodies import NeedBody
from api.schemas.records import NeedOut, RecordOut
from api.web.asking import RefusedError
from api.web.page import reading, writing
from api.web.pages.admin.showcases import version_of
from api.web.pages.review.fields import shown
from api.web.pages.review.sides import OUT, SIDES, move, side_of
from api.web.visit import Visit
from matcher.records import Tier

__all__ = ["PAGES"]

_MISSING, _CHANGED = 404, 412
_NOTE_CHARS = 400
_STRANGERS = (Tier.PUBLIC, Tier.REGISTERED)
_SIMILAR = 3
# Two texts that are as near as this are, as a rule, one thing entered twice.
_SAME = 0.95


async def _record(visit: Visit) -> Response:
    return await _draw(visit)


async def _draw(visit: Visit, fault: str = "", status: int = 200) -> Response:
    many, record_id = side_of(visit), visit.path("id")
    path = f"/{many}/{record_id}"
    whole, history, *strangers = await asyncio.gather(
        visit.api.get(OUT[many], path),
        visit.api.get(list[VersionOut], f"{path}/history"),
        *(_as_stranger(visit, many, path, tier) for tier in _STRANGERS),
    )
    seen_as = visit.query.get("seen_by", "")
    read_as = next(
        (found for tier, found in zip(_STRANGERS, strangers, strict=True) if seen_as == str(int(tier))), whole
    )
    return visit.page(
        "review/record.html",
        status=status,
        record=whole,
        read_as=read_as,
        seen_as=seen_as,
        fields=list(shown(read_as, visit.say)) if read_as else [],
        readers=_readers(whole, strangers),
        many=many,
        side=SIDES[many],
        history=history,
        fault=fault,
    )


async def _as_stranger(visit: Visit, many: str, path: str, tier: Tier) -> RecordOut | None:
    """The record as strangers will read it, None where they will not see it at all."""
    try:
        found: RecordOut = await visit.api.get(OUT[many], path, seen_by=int(tier))
    except RefusedError as error:
        if error.status == _MISSING:
            return None
        raise
    return found


def _readers(whole: RecordOut, strangers: Sequence[RecordOut | None]) -> dict[Group, Tier]:
    """The lowest tier that reads each group."""
    found = dict.fromkeys(Group, Tier.SECRET)
    for tier, read in zip((Tier.RESTRICTED, *reversed(_STRANGERS)), (whole, *reversed(strangers)), strict=True):
        if read is not None:
            found |= {group: tier for group in Group if group not in read.closed}
    return found


async def _similar(visit: Visit) -> Response:
    many = side_of(visit)
    found = await visit.api.get(list[SimilarOut], f"/{many}/{visit.path('id')}/similar", limit=_SIMILAR)
    place = "/need/" if many == "needs" else "/achievement/"
    return visit.page("review/similar.html", found=found, same=_SAME, place=place, back=_back(visit, many))


async def _checkup(visit: Visit) -> Response:
    if side_of(visit) != "needs":
        return visit.page("errors/missing.html", status=404)
    need = await visit.api.get(NeedOut, f"/needs/{visit.path('id')}")
    values = {name: value for name, value in need.content.model_dump().items() if name in NeedBody.model_fields}
    try:
        body = CheckupBody(content=NeedBody.model_validate({**values, "tiers": {}}))
    except ValidationError:
        # Read from a file, a need may hold more than a form may send.
        return visit.page("review/checkup.html", found=None, back=_back(visit, "needs"))
    found = await visit.api.ask(CheckupOut, "/checkup", body)
    return visit.page("review/checkup.html", found=found, back=_back(visit, "needs"))


def _back(visit: Visit, many: str) -> str:
    return f"/review/{many}/{visit.path('id')}"


async def _publishing(visit: Visit) -> Response:
    return await _moving(visit, State.PUBLISHED, "published")


async def _returning(visit: Visit) -> Response:
    return await _moving(visit, State.DRAFT, "returned")


async def _moving(visit: Visit, state: State, said: str) -> Response:
    many, form = side_of(visit), await visit.form()
    try:
        wanted = Move(state=state, note=" ".join(form.text("note").split())[:_NOTE_CHARS])
        await move(visit.api, many, visit.path("id"), wanted, version_of(form))
    except RefusedError as error:
        if error.status != _CHANGED:
            raise
        return await _draw(visit, visit.say("记录刚刚被修改，下面是最新的内容；请重新阅读后再决定。"), _CHANGED)
    return visit.go("/review", said=said, side=many)


PAGES = (
    reading("/review/{many}/{id}", _record, STAFF),
    reading("/review/{many}/{id}/similar", _similar, STAFF),
    reading("/review/{many}/{id}/checkup", _checkup, STAFF),
    writing("/review/{many}/{id}/publish", _publishing, STAFF),
    writing("/review/{many}/{id}/return", _returning, STAFF),
)
