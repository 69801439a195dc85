"""The wizard's third step: how many tables and how many meetings at most, offered by the rule of the trade."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fairs import DraftBody, DraftOut, FairOut, PartyChoice
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import fair_of, number, put_settings, root, version_of
from api.web.pages.fairs.simple import UNDECIDED, simple_of
from api.web.visit import Visit

__all__ = ["PAGES"]

_EACH = 3
_WHOLE = ("min_level", "floor")
_LIMITS = ("per_enterprise", "per_team", "per_person")


async def _tables(visit: Visit) -> Response:
    fair = await fair_of(visit)
    if fair.current_plan is not None:
        return visit.go(f"{root(visit)}/settings")
    offered = await _offer(visit, fair)
    return _draw(visit, fair, _filled(fair, offered[0]), offered)


def _draw(
    visit: Visit, fair: FairOut, form: Form, offered: tuple[DraftOut | None, Mapping[str, int]], status: int = 200
) -> Response:
    offer, counts = offered
    return visit.page("fairs/tables.html", status=status, fair=fair, form=form, offer=offer, counts=counts)


async def _offer(visit: Visit, fair: FairOut) -> tuple[DraftOut | None, dict[str, int]]:
    """Tables for as many enterprises as the lists hold, or as were typed; and how many of each side there are."""
    counts: dict[str, int] = {}
    try:
        people = await visit.api.get(list[PartyChoice], f"{root(visit)}/parties")
        counts = {kind: sum(one.kind == kind for one in people) for kind in ("enterprise", "team")}
    except RefusedError:
        # A list that cannot be read is told where it was sent; tables can be counted from what is typed.
        pass
    counts["asked"] = number(visit.query.get("enterprises", ""), least=1, most=5000) or counts.get("enterprise", 0)
    counts["each"] = number(visit.query.get("each", ""), least=1, most=20) or _EACH
    simple = simple_of(fair.settings)
    if simple is None or len(simple.dates) > 10 or not counts["asked"]:
        return None, counts
    body = DraftBody.model_validate(
        {
            **{name: text or None for name, text in simple.texts().items() if name != "place"},
            "dates": list(simple.dates),
            "minutes": simple.minutes,
            "enterprises": min(counts["asked"], 5000),
            "meetings_each": counts["each"],
        }
    )
    try:
        return await visit.api.ask(DraftOut, "/fairs/drafts", body), counts
    except RefusedError:
        return None, counts


def _filled(fair: FairOut, offer: DraftOut | None) -> Form:
    settings = fair.settings
    group = settings["table"][0]
    decided: int = group.get("count", 1)
    tables = offer.tables if offer is not None and decided == UNDECIDED else decided
    limits = settings.get("limits", {})
    each = offer.settings.get("limits", {}).get("per_enterprise", 6) if offer is not None else 6
    if decided == UNDECIDED:
        limits = {**limits, "per_enterprise": each}
    values = {
        "tables": str(tables),
        "hall": group.get("hall", ""),
        "version": str(fair.version),
        "team_members": settings.get("team_members", "all"),
        **{name: str(settings[name]) for name in _WHOLE},
        **{name: str(limits[name]) for name in _LIMITS},
    }
    return Form({name: [text] for name, text in values.items()})


async def _deciding(visit: Visit) -> Response:
    form = await visit.form()
    fair = await fair_of(visit)
    try:
        await put_settings(visit, _changed(fair.settings, form), await version_of(visit, form))
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail)
        return _draw(visit, fair, form, await _offer(visit, fair), error.status)
    return visit.go(f"{root(visit)}/confirm")


def _changed(settings: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The settings with what was filled in; a text that is no number is left for the API to refuse."""

    def whole(name: str) -> int | str:
        text = form.text(name).strip()
        return int(text) if text.isdecimal() else text

    changed = {**settings, "team_members": form.text("team_members") or "all"}
    changed |= {name: whole(name) for name in _WHOLE}
    changed["limits"] = {**settings.get("limits", {}), **{name: whole(name) for name in _LIMITS}}
    if len(settings["table"]) == 1:
        changed["table"] = [{**settings["table"][0], "count": whole("tables"), "hall": form.text("hall").strip()}]
    return changed


PAGES = (
    reading("/fairs/{id}/tables", _tables, STAFF),
    writing("/fairs/{id}/tables", _deciding, STAFF),
)
