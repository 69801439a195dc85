"""The year's targets, set on the page that shows them."""

from starlette.responses import Response

from api.routes.bodies.statistics import TargetsBody, TargetsOut
from api.web.amounts import typed_cny
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.bureau.overview import AMOUNT, BODY, draw
from api.web.visit import Visit

__all__ = ["setting"]

_CONFLICT, _INVALID = 409, 422


def _read(visit: Visit, form: Form) -> TargetsBody | None:
    typed = form.text(AMOUNT)
    amount_cny = typed_cny(typed)
    if typed.strip() and amount_cny is None:
        form.errors[AMOUNT] = form.errors[""] = visit.say("成交额请填数字，以万元计；也可以写“20 亿元”。")
        return None
    more = {} if amount_cny is None else {"contracts_cny": float(amount_cny)}
    return form.read(TargetsBody, BODY, **more)


async def setting(visit: Visit) -> Response:
    """Put the targets of the form in the place of the year's."""
    form, year = await visit.form(), visit.path("year")
    body = _read(visit, form)
    if body is None:
        return await draw(visit, year, form, _INVALID)
    before = await visit.api.get(TargetsOut, f"/statistics/targets/{year}")
    if form.text("seen") != (before.changed_at.isoformat() if before.changed_at else ""):
        form.errors[""] = visit.say("目标刚被他人改过，现在的目标见上；您填的还在下面，核对后再保存。")
        return await draw(visit, year, form, _CONFLICT)
    try:
        await visit.api.send("PUT", f"/statistics/targets/{year}", body=body)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, BODY)
        if (said := form.errors.get(f"{BODY}contracts_cny")) is not None:
            form.errors[AMOUNT] = said
        return await draw(visit, year, form, error.status)
    return visit.go("/bureau", said="saved", year=year)
