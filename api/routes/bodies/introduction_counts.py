"""How many introductions there are, over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.introductions.stages import Stage

__all__ = ["IntroductionCountsOut", "StageCountOut"]


class StageCountOut(BaseModel):
    """One stage of the pipeline."""

    stage: Stage
    label: str
    count: int


class IntroductionCountsOut(BaseModel):
    """我的对接各有多少，供看板和导航上的数字；Numbers for boards and badges."""

    stages: Annotated[list[StageCountOut], Field(description="五个阶段，按先后次序，没有的为 0")]
    waiting: Annotated[int, Field(description="等本方答复的；To be answered by the caller's side")]
    due: Annotated[int, Field(description="下一步今天到期或已逾期的；Due today or late")]
    unclaimed: Annotated[int, Field(description="等经纪人认领的，仅对经纪人计数；To be claimed, for brokers only")]
