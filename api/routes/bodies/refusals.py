"""Why introductions came to nothing, over the wire."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from api.introductions.reasons import Reason
from api.routes.bodies.introductions import IntroductionOut
from matcher.records import Side

__all__ = ["RefusalReasonOut", "RefusalsOut"]


class RefusalReasonOut(BaseModel):
    """One reason, on one side of ours: how often, and what to do about it."""

    side: Annotated[Side, Field(description="本单位是需求方还是成果方；Our side")]
    code: Reason
    label: str
    count: int
    share: Annotated[float, Field(ge=0, le=1, description="占本单位该侧全部未成的比例")]
    last_at: Annotated[dt.datetime, Field(description="最近一次")]
    advice: Annotated[str, Field(description="一句中文：可以怎么做；What to do about it")]


class RefusalsOut(BaseModel):
    """本单位的对接为何未成（自己婉拒的不算）；Not counted: what the organisation itself declined."""

    count: int
    declined: Annotated[int, Field(description="其中对方婉拒的；the rest was given up later")]
    lost: Annotated[int, Field(description="其中联系或洽谈后未成的")]
    reasons: Annotated[list[RefusalReasonOut], Field(description="次数多的在前")]
    items: Annotated[list[IntroductionOut], Field(description="最新的在前，按您可见的内容")]
    next_cursor: str = ""
