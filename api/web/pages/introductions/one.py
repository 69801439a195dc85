"""One introduction: what both sides and the broker work on."""

import asyncio
from decimal import Decimal
from typing import Any

from starlette.responses import HTMLResponse, Response

from api.days import china_day
from api.introductions.contracts import ContractKind
from api.introductions.parts import Part
from api.introductions.reasons import Reason
from api.introductions.stages import OPEN, Stage
from api.routes.bodies.introductions import EventOut, IntroductionOut, MessageOut
from api.schemas.base import Page
from api.web.forms import Form
from api.web.pages.introductions.asking import explained
from api.web.pages.introductions.phones import dialled
from api.web.pages.introductions.standing import LEVELS, LINE, moves, my_answer, waits_for
from api.web.visit import Visit
from matcher.records import Side

__all__ = ["WAN", "draw", "one", "thread"]

WAN = 10_000
"""元 in 万元: what people write amounts in."""


async def one(visit: Visit) -> Response:
    """The page as it is opened."""
    return await draw(visit)


async def draw(visit: Visit, form: Form | None = None, failed: str = "", status: int = 200) -> HTMLResponse:
    """The page, also again after a refusal.

    Args:
        visit: the request; its path has the id.
        form: what was typed, with its faults; None as first opened.
        failed: the part of the page the form belongs to.
        status: of the answer.
    """
    path = f"/introductions/{visit.path('id')}"
    item = await visit.api.get(IntroductionOut, path)
    # Questions are for the other side; a broker begins with the holder of the achievement.
    other = Side.NEED if item.part is Part.ACHIEVEMENT else Side.ACHIEVEMENT
    events, messages, match = await asyncio.gather(
        visit.api.get(list[EventOut], f"{path}/events"),
        _messages(visit, item),
        explained(visit, item.need.id, item.achievement.id, other),
    )
    return visit.page(
        "introductions/one.html",
        status=status,
        **_shown(visit, item, form, failed),
        events=list(reversed(events)),
        messages=messages,
        match=match,
    )


async def thread(visit: Visit, form: Form, status: int = 200) -> HTMLResponse:
    """The messages alone, for a browser that keeps the page."""
    item = await visit.api.get(IntroductionOut, f"/introductions/{visit.path('id')}")
    return visit.page(
        "introductions/thread.html",
        status=status,
        **_shown(visit, item, form, "message"),
        messages=await _messages(visit, item),
    )


async def _messages(visit: Visit, item: IntroductionOut) -> Page[MessageOut]:
    # Staff sees the course of an introduction, not what is said in it.
    if item.part is Part.STAFF:
        return Page[MessageOut](items=[])
    cursor = visit.query.get("messages")
    found = await visit.api.get(
        Page[MessageOut], f"/introductions/{visit.path('id')}/messages", limit=50, cursor=cursor
    )
    found.items.reverse()
    return found


def _shown(visit: Visit, item: IntroductionOut, form: Form | None, failed: str) -> dict[str, Any]:
    filled = Form.showing(_filled(item))
    if form is not None:
        # Of a part that was sent nothing is filled in from what is stored: a box that was unticked stays so.
        sent = {name.partition(".")[0] for name in form.values}
        kept = {name: texts for name, texts in filled.values.items() if name.partition(".")[0] not in sent}
        filled = Form({**kept, **form.values}, form.errors)
    return {
        "item": item,
        "form": filled,
        "failed": failed,
        "open": item.stage in OPEN,
        "levels": LEVELS,
        "line": LINE,
        "moves": moves(item),
        "waits": waits_for(item),
        "mine": my_answer(item),
        "inside": item.part is Part.BROKER or my_answer(item) == "accepted",
        "reasons": tuple(Reason),
        "reason_names": {reason.value: reason.label for reason in Reason},
        "stage_names": {stage.value: stage.label for stage in Stage},
        "kind_options": [(kind.value, visit.say(kind.value)) for kind in ContractKind],
        "dialled": dialled,
        "today": china_day(),
    }


def _filled(item: IntroductionOut) -> dict[str, Any]:
    """What the forms show before anything is typed."""
    contract: dict[str, Any] = {"signed_on": china_day().isoformat()}
    if item.contract is not None:
        contract = item.contract.model_dump(mode="json")
        amount = Decimal(str(contract.pop("amount_cny"))) / WAN
        contract["amount_wan"] = f"{amount.normalize():f}"
    due = item.due_on.isoformat() if item.due_on else None
    return {"next": {"text": item.next_action, "due_on": due}, "contract": contract}
