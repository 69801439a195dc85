"""Moving a meeting by hand."""

from pydantic import ValidationError
from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fair_boards import MoveBody
from api.web.asking import RefusedError
from api.web.page import writing
from api.web.pages.fairs.asking import CHANGED, REFUSED, number, root, version_of
from api.web.pages.fairs.board import Wanted, draw_board
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _moving(visit: Visit) -> Response:
    """Move, or show what stands against it on the newest board; what was chosen stays chosen."""
    form = await visit.form()
    # A place that was offered is one value: `slot-table`.
    slot_text, _, table_text = form.text("place").partition("-")
    slot, table = number(slot_text or form.text("slot")), number(table_text or form.text("table"))
    code, note = form.text("code"), form.text("note")
    if slot is None or table is None:
        return await draw_board(visit, code=code, status=422, fault=visit.say("请先选择时段和桌位。"))
    wanted = Wanted(slot, table, note)
    try:
        body = MoveBody(code=code, slot=slot, table=table, swap=form.text("do") == "swap", note=note)
    except ValidationError:
        fault = visit.say("没有这场会面，或备注超过 200 字；请改正后再移。")
        return await draw_board(visit, code=code, wanted=wanted, status=422, fault=fault)
    try:
        await visit.api.send("POST", f"{root(visit)}/moves", body=body, version=await version_of(visit, form))
    except RefusedError as error:
        if error.status == CHANGED:
            fault = visit.say("排期刚刚被别人改过，您的调整没有执行。下面已是最新的排期，请核对后再移一次。")
        elif error.status == REFUSED:
            fault = visit.say("没有移动：有冲突，都列在右边的“核对”里。")
        else:
            fault = error.problem.detail
        return await draw_board(visit, code=code, wanted=wanted, status=error.status, fault=fault)
    kept = {name: form.text(name) for name in ("day", "hall", "who")}
    # The day and hall may be others now: those of the meeting's new place are shown.
    kept = {"who": kept["who"]} if form.text("follow") else kept
    return visit.go(f"{root(visit)}/board", said="moved", meeting=code, **kept)


PAGES = (writing("/fairs/{id}/board", _moving, STAFF),)
