"""What all bodies share."""

import datetime as dt
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["Body", "Cursor", "Limit", "Line", "LongText", "Page", "Text"]

T = TypeVar("T")


class Body(BaseModel):
    """A request body: nothing unknown is accepted, so that a misspelt field is told and not lost."""

    model_config = ConfigDict(extra="forbid")


# NUL cannot be stored by PostgreSQL.
Line = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1F\x7F]*$", strip_whitespace=True)]
"""One line of text."""
Text = Annotated[str, StringConstraints(max_length=5_000, pattern=r"^[^\x00]*$")]
"""A text."""
LongText = Annotated[str, StringConstraints(max_length=50_000, pattern=r"^[^\x00]*$")]
"""A long text."""
Limit = Annotated[int, Field(ge=1, le=100, description="每页条数；Items a page")]
Cursor = Annotated[str, Field(max_length=200, description="上一页给出的 next_cursor；From the page before")]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is empty on the last."""

    items: list[T]
    next_cursor: str = ""


class Stamped(BaseModel):
    """When a thing was made and last changed (UTC)."""

    created_at: dt.datetime
    updated_at: dt.datetime
