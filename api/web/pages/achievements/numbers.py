"""The numbers that the engine reads from an achievement's texts, beside the form while it is filled in."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from api.schemas.matching import IndicatorOut, IndicatorsBody
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.achievements.filling import CONTENT
from api.web.visit import Visit

__all__ = ["Numbers", "numbers_of", "reading_numbers"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """`listed` of the field for indicators, `told` of the summary besides; none where the field was left empty."""

    listed: list[IndicatorOut]
    told: list[IndicatorOut]


async def numbers_of(visit: Visit, form: Form) -> Numbers:
    """What is read from what is typed; nothing is stored."""
    listed, told = await asyncio.gather(
        _read(visit, form.text(f"{CONTENT}indicators_text"), listed=True),
        _read(visit, form.text(f"{CONTENT}summary"), listed=False),
    )
    known = {(item.parameter, item.text) for item in listed}
    return Numbers(listed, [item for item in told if (item.parameter, item.text) not in known])


async def _read(visit: Visit, text: str, *, listed: bool) -> list[IndicatorOut]:
    if not text.strip():
        return []
    body = IndicatorsBody.model_construct(text=text, achieved=True, listed=listed)
    try:
        return await visit.api.ask(list[IndicatorOut], "/indicators", body)
    except RefusedError:
        # Too long, for example: saving will say so beside the field.
        return []


async def reading_numbers(visit: Visit) -> Response:
    """The piece of the page, for htmx."""
    form = await visit.form()
    return visit.page("achievements/numbers.html", form=form, numbers=await numbers_of(visit, form))
