"""Why one's introductions came to nothing, and what to do about each reason."""

from starlette.responses import Response

from api.introductions.reasons import Reason
from api.routes.bodies.refusals import RefusalsOut
from api.web.visit import Visit

__all__ = ["refusals"]


async def refusals(visit: Visit) -> Response:
    """The reasons, the most frequent first, and the newest introductions, of one reason or of all."""
    given = visit.query.get("reason", "")
    reason = Reason(given) if given in {item.value for item in Reason} else None
    found = await visit.api.get(RefusalsOut, "/introductions/refusals", reason=reason, cursor=visit.query.get("cursor"))
    return visit.page("achievements/refusals.html", found=found, reason=reason)
