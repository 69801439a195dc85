"""The two sides as addresses name them, and moving a record of either."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from starlette.exceptions import HTTPException

from api.routes.bodies.records import Move
from api.schemas.base import Page as Listed
from api.schemas.records import AchievementOut, NeedOut, RecordOut
from api.web.asking import Api
from api.web.visit import Visit
from matcher.records import Side

__all__ = ["LISTS", "OUT", "SIDES", "move", "side_of"]

SIDES: Mapping[str, Side] = MappingProxyType({"needs": Side.NEED, "achievements": Side.ACHIEVEMENT})
"""By the word in addresses, ours and the API's."""
OUT: Mapping[str, Any] = MappingProxyType({"needs": NeedOut, "achievements": AchievementOut})
"""The model of a record."""
LISTS: Mapping[str, Any] = MappingProxyType({"needs": Listed[NeedOut], "achievements": Listed[AchievementOut]})
"""The model of a list of records."""


def side_of(visit: Visit) -> str:
    """The word of the address, one of SIDES.

    Raises:
        HTTPException: it is none; answered like any address that does not exist.
    """
    many = str(visit.request.path_params["many"])
    if many not in SIDES:
        raise HTTPException(404)
    return many


async def move(api: Api, many: str, record_id: str, wanted: Move, version: int) -> RecordOut:
    """Publish a record or send it back, from the version that was read. Raises RefusedError."""
    answer = await api.send("POST", f"/{many}/{record_id}/state", body=wanted, version=version)
    found: RecordOut = OUT[many].model_validate_json(answer.content)
    return found
