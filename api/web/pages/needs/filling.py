"""Between the form of a need and its body: amounts in 万元, places by name, tiers by group."""

import re
from typing import Any

from api.schemas.record_bodies import NeedBody
from api.schemas.records import NeedOut
from api.web.forms import Form
from api.web.pages.desk.side import NEEDS
from api.web.visit import Visit

__all__ = ["BLANK", "CONTENT", "blank", "read_need", "showing", "titled"]

CONTENT = "content."
"""Before the names of the need's own fields."""
BLANK = "＿＿"
"""What a suggested wording leaves to be filled in."""

_WAN_CNY = 10_000
_AMOUNTS = ("budget_low_cny", "budget_high_cny")
_LONGEST_TITLE = 40
_CLAUSE = re.compile(r"[。！？!?；;\n，,]")


def blank(text: str = "") -> Form:
    """An empty form; `text`, from a search, becomes title and problem."""
    values = NEEDS.blank_tiers()
    if text := text.strip():
        title = titled(text)
        values[f"{CONTENT}title"] = [title]
        values[f"{CONTENT}problem"] = [text if text != title else ""]
    return Form(values)


def titled(text: str) -> str:
    """A title from a longer text: its first clause, of at most 40 characters."""
    first = next((part for raw in _CLAUSE.split(text) if (part := raw.strip())), "")
    return first[:_LONGEST_TITLE]


def showing(need: NeedOut) -> Form:
    """A form with what the need says now."""
    content = need.content.model_dump(mode="json")
    form = Form.showing(content, "content")
    # A record entered without a number has its id for one.
    own_number = need.external_id if need.external_id != need.id else ""
    values = {**blank().values, **form.values, "version": [str(need.version)], "external_id": [own_number]}
    for name in _AMOUNTS:
        if (amount := content[name]) is not None:
            values[f"wan.{name}"] = [f"{amount / _WAN_CNY:.12g}"]
    values["scope[]"] = [place["name"] for place in content["region_scope"]]
    return Form(values)


def read_need(visit: Visit, form: Form) -> NeedBody | None:
    """The body that was filled in, or None where something cannot be used; `form.errors` then say what."""
    more: dict[str, Any] = {"region_scope": [{"name": name} for name in form.nested().get("scope", ())]}
    for name in _AMOUNTS:
        if text := form.text(f"wan.{name}").strip().replace(",", ""):
            more[name] = _amount(visit, form, name, text)
    if form.errors:
        return None
    if not form.text(f"{CONTENT}region.name").strip():
        more["region"] = None
    body = form.read(NeedBody, CONTENT, **more)
    for name in _AMOUNTS:
        if fault := form.errors.get(CONTENT + name):
            form.errors[f"wan.{name}"] = fault
    return body


def _amount(visit: Visit, form: Form, name: str, text: str) -> float | None:
    try:
        return float(text) * _WAN_CNY
    except ValueError:
        form.errors[f"wan.{name}"] = form.errors[""] = visit.say("预算请填数字，单位万元，如 50 或 12.5。")
        return None
