"""Everything that is decided about a fair, on one page; what is rare is folded away."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fairs import FairOut, PartyChoice
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import CHANGED, fair_of, put_settings, root, version_of
from api.web.pages.fairs.rows import DAYS, LISTS, read_days, read_rows, show_days, show_rows
from api.web.visit import Visit

__all__ = ["PAGES"]

_TEXTS = ("name", "place", "team_members")
_NUMBERS = ("min_level", "floor", "floor_level", "walking_minutes", "seed")
_FRACTIONS = ("team_share", "time_limit_s")
_PARTS = {
    "slots": ("minutes", "gap_minutes"),
    "limits": ("per_enterprise", "per_team", "per_person"),
    "weights": ("want", "floor"),
}
_LABELS = {
    "min_level": "最低等级",
    "floor_level": "保证会面的等级",
    "team_share": "一个团队最多占的比例",
    "table_closed": "停用的桌位",
    "per_enterprise": "每家企业最多",
    "per_person": "每个人最多",
    "per_team": "每个团队最多",
    "walking_minutes": "步行分钟",
    "gap_minutes": "间隔分钟",
    "time_limit_s": "最多算几秒",
    "team_members": "团队来谁",
    "kind_wanted": "桌位种类",
    "same_person": "同一个人",
    "absent": "不在场",
    "blocked": "不能见面",
}


async def _settings(visit: Visit) -> Response:
    fair = await fair_of(visit)
    return await _draw(visit, fair, _showing(fair))


async def _draw(visit: Visit, fair: FairOut, form: Form, status: int = 200) -> Response:
    try:
        people = await visit.api.get(list[PartyChoice], f"{root(visit)}/parties")
    except RefusedError:
        # A list that cannot be read is told where it was sent; names can be typed all the same.
        people = []
    return visit.page("fairs/settings.html", status=status, fair=fair, form=form, people=people, days=DAYS, lists=LISTS)


def _showing(fair: FairOut) -> Form:
    settings = fair.settings
    values: dict[str, list[str]] = {"version": [str(fair.version)], **show_days(settings)}
    for rows in LISTS.values():
        values |= show_rows(rows, settings)
    for name in (*_TEXTS, *_NUMBERS, *_FRACTIONS):
        values[name] = [f"{settings[name]:g}" if name in _FRACTIONS else str(settings.get(name, ""))]
    for part, names in _PARTS.items():
        values |= {f"{part}.{name}": [f"{settings[part][name]}"] for name in names}
    return Form(values)


async def _changing(visit: Visit) -> Response:
    form = await visit.form()
    fair = await fair_of(visit)
    try:
        await put_settings(visit, _filled_in(fair.settings, form), await version_of(visit, form))
    except RefusedError as error:
        form.refused((), _in_words(error.problem.detail))
        if error.status == CHANGED:
            # Sent again it is meant: whoever sends it has been told.
            form.values = {**form.values, "version": [str(fair.version)]}
            form.errors[""] = visit.say(
                "设置刚刚被别人改过，您填的还没有保存。再按一次“保存”，就以您填的为准；或重新打开这一页看对方改了什么。"
            )
        return await _draw(visit, fair, form, error.status)
    return visit.go(f"{root(visit)}/settings", said="saved")


def _filled_in(before: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Settings as the form says; what the form does not show stays."""
    changed: dict[str, Any] = {**before, "day": read_days(form)}
    for key, rows in LISTS.items():
        changed[key] = read_rows(rows, form, before.get(key, ()))
    for name in (*_TEXTS, *_NUMBERS, *_FRACTIONS):
        if name in form.values:
            changed[name] = _number(form.text(name).strip()) if name not in _TEXTS else form.text(name).strip()
    for part, names in _PARTS.items():
        told = {name: _number(form.text(f"{part}.{name}").strip()) for name in names if f"{part}.{name}" in form.values}
        changed[part] = {**before.get(part, {}), **told}
    return changed


def _number(text: str) -> float | int | str:
    """A number; what is none is left for the API to refuse by its name."""
    if text.isdecimal():
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _in_words(detail: str) -> str:
    """A refusal with the names of the page for those of the settings."""
    for name, label in _LABELS.items():
        detail = detail.replace(name, label)
    return detail


PAGES = (
    reading("/fairs/{id}/settings", _settings, STAFF),
    writing("/fairs/{id}/settings", _changing, STAFF),
)
