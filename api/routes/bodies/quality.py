"""How well records are filled in, over the wire."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from api.quality.fields import Use
from api.records.states import State
from matcher.diagnose import NeedClass
from matcher.records import Side

__all__ = ["GapOut", "LackOut", "QualityLineOut", "QualityListOut", "QualityOut", "QualityTermOut", "Use"]


class GapOut(BaseModel):
    """A field that is not filled in, and why it matters."""

    field: Annotated[str, Field(description="content 中的字段名，如 trl、indicators_text；Name of the field")]
    label: Annotated[str, Field(description="中文名，如“技术成熟度”")]
    use: Use
    why: Annotated[str, Field(description="一句中文：缺了会怎样；What goes wrong without it")]


class QualityTermOut(BaseModel):
    """A word that near records of the other side use and this one does not."""

    text: str
    support: Annotated[int, Field(description="相近记录中有几条用了它；How many of the near records hold it")]


class QualityOut(BaseModel):
    """一条记录填得怎样，补什么最有用；`missing` and `terms` are most useful first."""

    id: str
    side: Side
    title: str
    state: State
    version: int
    filled: Annotated[float, Field(ge=0, le=1, description="已填字段 ÷ 应填字段")]
    count: Annotated[int, Field(description="应填字段数（对您不开放的不计）")]
    missing: list[GapOut]
    terms: Annotated[list[QualityTermOut], Field(description="对方常用而此处没有的词；没有相近的记录时为空")]
    need_class: Annotated[NeedClass | None, Field(description="需求体检的结论；成果为空")]
    questions: Annotated[list[str], Field(description="需求体检的问题；成果为空列表")]
    closed: Annotated[list[str], Field(description="对您不开放、未计入的字段；Fields not looked at")]


class QualityLineOut(BaseModel):
    """A record in the list, worst first."""

    id: str
    title: str
    external_id: str
    state: State
    filled: Annotated[float, Field(ge=0, le=1)]
    missing: Annotated[list[str], Field(description="缺的字段的中文名，最有用的在前")]
    updated_at: dt.datetime


class LackOut(BaseModel):
    """A field, and how many records lack it."""

    field: str
    label: str
    use: Use
    count: int
    share: Annotated[float, Field(ge=0, le=1)]
    why: str


class QualityListOut(BaseModel):
    """本单位记录的填写情况；草稿、待审核和已发布的都算。Worst first, with totals over all of them."""

    side: Side
    count: Annotated[int, Field(description="记录总数，不只本页；All records, not only this page")]
    mean_filled: Annotated[float | None, Field(ge=0, le=1, description="平均填写率；没有记录时为空")]
    lacks: Annotated[list[LackOut], Field(description="各字段缺多少，缺得最多的在前；没有缺的不列")]
    items: list[QualityLineOut]
    next_cursor: str = ""
