"""The queue, the oldest first, and publishing several at once."""

import re

from starlette.responses import Response

from api.access.roles import STAFF
from api.records.states import State
from api.routes.bodies.records import Move
from api.routes.bodies.statistics import OverviewOut
from api.web.asking import RefusedError
from api.web.page import reading, writing
from api.web.pages.admin.overview import in_review
from api.web.pages.review.sides import LISTS, SIDES, move
from api.web.visit import Visit

__all__ = ["PAGES"]

_A_PAGE = 20
_PICK = re.compile(r"(needs|achievements):([0-9A-Za-z]{1,40}):(\d{1,9})", re.ASCII)


async def _queue(visit: Visit) -> Response:
    return await _draw(visit, visit.query.get("side", ""))


async def _draw(visit: Visit, many: str, done: int = 0, faults: tuple[str, ...] = (), status: int = 200) -> Response:
    """The queue; after publishing several, how many were and why others were not."""
    needs, achievements = in_review(await visit.api.get(OverviewOut, "/statistics/overview"))
    if many not in SIDES:
        many = "achievements" if achievements and not needs else "needs"
    found = await visit.api.get(
        LISTS[many],
        f"/{many}",
        state=State.REVIEW.value,
        oldest_first=True,
        limit=_A_PAGE,
        cursor=visit.query.get("cursor"),
    )
    return visit.page(
        "review/queue.html",
        status=status,
        found=found,
        many=many,
        needs=needs,
        achievements=achievements,
        done=done,
        faults=faults,
    )


async def _publishing(visit: Visit) -> Response:
    form = await visit.form()
    picked = [found for text in form.texts("pick")[:_A_PAGE] if (found := _PICK.fullmatch(text))]
    many = form.text("side")
    if not picked:
        return await _draw(visit, many, faults=(visit.say("请先勾选要发布的记录。"),), status=422)
    done, faults = 0, []
    for pick in picked:
        side, record_id, version = pick.groups()
        try:
            await move(visit.api, side, record_id, Move(state=State.PUBLISHED), int(version))
        except RefusedError as error:
            title = form.text(f"title-{record_id}") or record_id
            faults.append(f"{title}：{error.problem.detail}")
        else:
            done += 1
    return await _draw(visit, many, done, tuple(faults))


PAGES = (reading("/review", _queue, STAFF), writing("/review/publish", _publishing, STAFF))
