"""What goes with a record when it is entered, moved or renewed, and a line of its history."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from api.records.states import State
from api.schemas.base import Body, Line

__all__ = ["Entry", "Move", "Renewal", "VersionOut"]


class Entry(Body):
    """What goes with a record when it is entered."""

    external_id: Annotated[Line, Field(description="本单位自己的编号，可空；The owner's own number")] = ""
    owner_id: Annotated[
        str | None,
        Field(max_length=26, description="单位编号，仅管理员和组织者可代填；Staff only: for which organisation"),
    ] = None
    publish: Annotated[
        bool, Field(description="直接发布（需审核时为提交审核）；Publish at once, or submit for review")
    ] = False


class Move(Body):
    """To which state a record goes. A note of staff reaches the owner: why it was sent back."""

    state: State
    note: Annotated[Line, Field(description="给本单位的说明，如退回的原因；For the owner, where staff moves it")] = ""


class Renewal(Body):
    """Until when a record is valid."""

    valid_until: Annotated[dt.date, Field(le=dt.date(2100, 12, 31))]


class VersionOut(BaseModel):
    """One version in a record's history."""

    version: int
    action: str
    state: str
    changed_at: dt.datetime
    changed_by: str | None
    changed_fields: list[str]
