"""Up to four achievements side by side for one need."""

from pydantic import ValidationError
from starlette.responses import Response

from api.problems import message_of
from api.routes.bodies.comparison import ComparisonBody, ComparisonOut
from api.web.asking import RefusedError
from api.web.page import reading
from api.web.pages.search.showing import waits
from api.web.visit import Visit

__all__ = ["PAGES"]

_MOST = 4


async def _compare(visit: Visit) -> Response:
    text, need_id = visit.query.get("q", "").strip(), visit.query.get("need", "").strip()
    wanted = list(dict.fromkeys(i for i in visit.request.query_params.getlist("id") if i))
    waited, found, fault, status = waits(visit), None, "", 200
    if (text or need_id) and wanted and waited is None:
        # What was typed counts only where no need is named.
        asked = {"need_id": need_id} if need_id else {"text": text}
        try:
            body = ComparisonBody.model_validate({**asked, "achievement_ids": wanted[:_MOST]})
            found = await visit.api.ask(ComparisonOut, "/comparison", body)
        except ValidationError as error:
            fault, status = message_of(error.errors()[0]), 422
        except RefusedError as error:
            fault, status = error.problem.detail, error.status
    return visit.page(
        "compare/compare.html",
        status=status,
        text=text,
        need_id=need_id,
        wanted=wanted[:_MOST],
        left_out=len(wanted[_MOST:]),
        found=found,
        fault=fault,
        waited=waited,
    )


PAGES = (reading("/compare", _compare),)
