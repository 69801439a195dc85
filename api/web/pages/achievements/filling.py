"""Between the form of an achievement and its body: amounts in 万元, readiness from and to, rows of rights."""

from typing import Any

from api.schemas.record_bodies import AchievementBody
from api.schemas.records import AchievementOut
from api.web.forms import Form
from api.web.pages.desk.side import ACHIEVEMENTS
from api.web.visit import Visit
from matcher.records import PriceKind

__all__ = ["CONTENT", "RIGHTS", "blank", "read_achievement", "rows", "showing"]

CONTENT = "content."
"""Before the names of the achievement's own fields."""
RIGHTS = "ip."
"""Before the rows of rights: `ip.0.type`, `ip.0.number`, `ip.0.status`."""
_RIGHT = ("type", "number", "status")
_MOST_RIGHTS = 100
_WAN_CNY = 10_000
_AMOUNTS = ("low_cny", "high_cny")
_KIND = f"{CONTENT}price.kind"


def blank() -> Form:
    """An empty form."""
    return Form(ACHIEVEMENTS.blank_tiers())


def showing(record: AchievementOut) -> Form:
    """A form with what the achievement says now."""
    content = record.content.model_dump(mode="json")
    # A record entered without a number has its id for one.
    own_number = record.external_id if record.external_id != record.id else ""
    shown = Form.showing(content, "content")
    values = {**blank().values, **shown.values, "version": [str(record.version)], "external_id": [own_number]}
    for name in _AMOUNTS:
        if content["price"] and (amount := content["price"][name]) is not None:
            values[f"wan.{name}"] = [f"{amount / _WAN_CNY:.12g}"]
    for at, right in enumerate(content["ip_items"]):
        values |= {f"{RIGHTS}{at}.{name}": [right[name]] for name in _RIGHT}
    return Form(values)


def rows(form: Form) -> int:
    """How many rows of rights there are in a form; a row that was removed by hand in between counts."""
    found = [name.removeprefix(RIGHTS).partition(".")[0] for name in form.values if name.startswith(RIGHTS)]
    return min(_MOST_RIGHTS, max((int(at) + 1 for at in found if at.isascii() and at.isdigit()), default=0))


def read_achievement(visit: Visit, form: Form) -> AchievementBody | None:
    """The body that was filled in, or None where something cannot be used; `form.errors` then say what."""
    more: dict[str, Any] = {
        "ip_items": _rights(visit, form),
        "price": _price(visit, form),
        "trl": _readiness(form),
    }
    if form.errors:
        return None
    if not form.text(f"{CONTENT}region.name").strip():
        more["region"] = None
    body = form.read(AchievementBody, CONTENT, **more)
    for name in ("price", "price.low_cny", "price.high_cny"):
        if fault := form.errors.get(CONTENT + name):
            form.errors.setdefault("wan.high_cny" if name == "price" else f"wan.{name.removeprefix('price.')}", fault)
    return body


def _rights(visit: Visit, form: Form) -> list[dict[str, str]]:
    found = []
    for at in range(rows(form)):
        right = {name: text for name in _RIGHT if (text := form.text(f"{RIGHTS}{at}.{name}").strip())}
        if right and "type" not in right:
            fault = visit.say("请写知识产权的类型，如“发明专利”；整行留空即删去。")
            form.errors[f"{RIGHTS}{at}.type"] = form.errors[""] = fault
        if right:
            found.append(right)
    return found


def _price(visit: Visit, form: Form) -> dict[str, Any] | None:
    price: dict[str, Any] = {}
    for name in _AMOUNTS:
        if text := form.text(f"wan.{name}").strip().replace(",", ""):
            try:
                price[name] = float(text) * _WAN_CNY
            except ValueError:
                form.errors[f"wan.{name}"] = form.errors[""] = visit.say("价格请填数字，单位万元，如 80 或 12.5。")
    kind = form.text(_KIND)
    if not kind and not price:
        return None
    # Numbers without a word on how firm they are: an indication.
    return {**price, "kind": kind or PriceKind.INDICATIVE.value}


def _readiness(form: Form) -> dict[str, str] | None:
    """From and to; one of them alone is both."""
    low, high = form.text(f"{CONTENT}trl.low"), form.text(f"{CONTENT}trl.high")
    return {"low": low or high, "high": high or low} if low or high else None
