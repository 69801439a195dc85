"""What a first visitor sees, over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.routes.bodies.showcases import ShowcaseLine
from api.schemas.matching import PartnerOut
from matcher.records import Side

__all__ = ["CountOut", "ExampleOut", "HomeOut"]


class CountOut(BaseModel):
    """How many published records of a side the caller may see; counting ends at a bound."""

    side: Side
    count: int
    capped: Annotated[bool, Field(description="只数到 count 为止，实际更多；There are more")]
    text: Annotated[str, Field(description="给人看的写法，如“318”或“10000+”")]


class ExampleOut(BaseModel):
    """A search known to have a level-3 answer among what is published."""

    text: str
    level: Annotated[int, Field(ge=3, le=4, description="试搜时最好的成果的等级；Level of the best answer then")]


class HomeOut(BaseModel):
    """首页：数量、最新、展示和示例搜索。Records as the caller may read them, newest first, at most six a side."""

    needs: CountOut
    achievements: CountOut
    newest_needs: list[PartnerOut]
    newest_achievements: list[PartnerOut]
    showcases: Annotated[list[ShowcaseLine], Field(description="已发布的展示，最新的在前，至多 6 个")]
    examples: Annotated[list[ExampleOut], Field(description="至多 3 个；还没有试出来时为空")]
