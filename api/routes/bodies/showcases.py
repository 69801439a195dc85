"""Showcases over the wire."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from api.db.tables import Showcase
from api.schemas.base import Body, Line
from api.schemas.records import AchievementOut
from api.showcases.access import SeenItem

__all__ = ["ItemBody", "NewShowcase", "OrderBody", "PublishedBody", "ShowcaseBody", "ShowcaseLine", "ShowcaseOut"]

_Slug = Annotated[
    str,
    StringConstraints(min_length=2, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    Field(description="网址中的名称，小写字母、数字和连字符；Its name in addresses", examples=["new-materials-2026"]),
]
_Remark = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$"), Field(description="推荐语；Remark")]


class ShowcaseBody(Body):
    """What a showcase says of itself; everybody reads it."""

    title: Annotated[Line, Field(min_length=2, max_length=200, description="标题；Title")]
    introduction: Annotated[
        str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$"), Field(description="导语；Introduction")
    ] = ""


class NewShowcase(ShowcaseBody):
    """A showcase to be made; its address stays."""

    slug: _Slug


class ItemBody(Body):
    """An achievement on the list."""

    note: _Remark = ""
    place: Annotated[int | None, Field(ge=1, le=200, description="位置，从 1 起，空为末尾或不变；From 1")] = None


class OrderBody(Body):
    """The items of the list in their order, each once."""

    record_ids: Annotated[list[Annotated[str, Field(max_length=26)]], Field(max_length=200)]


class PublishedBody(Body):
    """Whether everybody may read the list."""

    published: bool


class ShowcaseLine(BaseModel):
    """A showcase in a list of showcases."""

    slug: str
    title: str
    introduction: str
    published: bool
    published_at: dt.datetime | None
    items: Annotated[int, Field(description="您能看到的成果数；How many items the caller sees")]

    @classmethod
    def of(cls, shown: Showcase, items: int) -> Self:
        """What is shown of it."""
        return cls(
            slug=shown.slug,
            title=shown.title,
            introduction=shown.introduction,
            published=shown.published_at is not None,
            published_at=shown.published_at,
            items=items,
        )


class ItemOut(BaseModel):
    """An achievement at its place, as the caller may see it."""

    place: int
    note: str
    achievement: AchievementOut


class ShowcaseOut(BaseModel):
    """A showcase with its items, as far as the caller may see them."""

    slug: str
    title: str
    introduction: str
    published: bool
    published_at: dt.datetime | None
    items: list[ItemOut]

    @classmethod
    def of(cls, shown: Showcase, items: Sequence[SeenItem]) -> Self:
        """What is shown of it."""
        return cls(
            slug=shown.slug,
            title=shown.title,
            introduction=shown.introduction,
            published=shown.published_at is not None,
            published_at=shown.published_at,
            items=[
                ItemOut(place=item.place, note=item.note, achievement=AchievementOut.of(item.seen)) for item in items
            ],
        )
