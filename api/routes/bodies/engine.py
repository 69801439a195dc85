"""Models and indexes in use, over the wire; for administrators."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from matcher.embed.promoted import Kind
from matcher.records import Side

__all__ = [
    "EncoderOut",
    "EngineOut",
    "GuardFigureOut",
    "IndexOut",
    "LevelModelOut",
    "ModelOut",
    "ModelsOut",
    "QueueOut",
    "RerankerOut",
    "SegmentOut",
    "SideOut",
    "StepOut",
]


class EncoderOut(BaseModel):
    """The text encoder. What its manifest does not record is empty."""

    id: str
    name: str
    hash: Annotated[str, Field(description="内容哈希，12 位十六进制")]
    dim: int
    licence: str
    source: str
    max_tokens: int | None
    packaged: Annotated[bool, Field(description="是否随软件包安装的")]


class LevelModelOut(BaseModel):
    """The level model. `made_from` is what its file records of data and figures."""

    id: str
    features: list[str]
    weights: list[float]
    thresholds: Annotated[list[float], Field(description="2、3、4 级的界限")]
    none_fits_below: Annotated[float, Field(description="这个模型自己的；起作用的是上一层的同名数")]
    made_from: Annotated[str, Field(description="由哪些数据拟合，当时的数字；没有记录时为空")]


class RerankerOut(BaseModel):
    """The re-ranker, where there is one."""

    id: str
    top: Annotated[int, Field(description="细读前多少个候选")]
    made_from: str


class SegmentOut(BaseModel):
    """One segment of the live index, oldest first."""

    number: int
    created_at: str
    needs: int
    achievements: int
    disk_bytes: int


class SideOut(BaseModel):
    """What is indexed of a side, and what is published in the database."""

    side: Side
    indexed: int
    published: Annotated[int, Field(description="数据库中已发布、应编入索引的；In the database, to be indexed")]


class IndexOut(BaseModel):
    """The live index as this process serves it."""

    generation: Annotated[int, Field(description="第几代；每次更新加一")]
    encoder_id: Annotated[str, Field(description="建立索引的编码器；还没有索引时为空")]
    dim: int
    window_chars: int
    unmarked: Annotated[int, Field(description="上次合并后写入的条数；Records written since copies were last marked")]
    segments: list[SegmentOut]
    sides: list[SideOut]
    compacted_at: Annotated[str, Field(description="最老一段最近一次由几段合写而成的时间；还没有合过时为空")]
    disk_bytes: int


class QueueOut(BaseModel):
    """Records that the index has still to learn."""

    length: int
    oldest_at: dt.datetime | None
    behind_s: Annotated[float, Field(ge=0, description="最早的一条等了多久（秒）")]


class EngineOut(BaseModel):
    """在用的模型和索引；Models and indexes in use."""

    encoder: EncoderOut
    levels: LevelModelOut
    none_fits_below: Annotated[
        float, Field(description="最好的把握低于此值时说“没有合适的成果”；有重排模型细读时，是它带来的分级模型的")
    ]
    reranker: RerankerOut | None
    reranker_note: Annotated[str, Field(description="没有重排模型时说明原因的一句话，否则为空")]
    index: IndexOut
    queue: QueueOut


class GuardFigureOut(BaseModel):
    """One figure of a candidate on one guard set; `low`, `high`: 95 % interval of after − before."""

    guard: str
    figure: str
    before: float
    after: float
    low: float
    high: float
    lost: bool


class StepOut(BaseModel):
    """One promotion or rollback in the registry's journal."""

    at: str
    rollback: bool
    models: Annotated[dict[Kind, str], Field(description="种类 → 编号；退回时为退回到的")]
    figures: list[GuardFigureOut]
    reason: Annotated[str, Field(description="没有通过守护集而启用的理由；否则为空")]


class ModelOut(BaseModel):
    """One model that could be in use."""

    kind: Kind
    kind_label: Annotated[str, Field(description="编码器、重排模型或分级模型")]
    id: Annotated[str, Field(description="12 位十六进制；随软件包的为 package")]
    name: str
    added_at: Annotated[str, Field(description="加入时间（UTC）；随软件包的为空")]
    in_use: bool


class ModelsOut(BaseModel):
    """模型库：全部模型和启用记录，最新的在前；The registry and its journal, newest step first."""

    configured: Annotated[bool, Field(description="是否有模型库")]
    message: Annotated[
        str, Field(description="在用的模型读不了时说明怎么办，没有模型库时说明如何设置的一句话；否则为空")
    ]
    models: Annotated[list[ModelOut], Field(description="随软件包的和模型库里的")]
    steps: list[StepOut]
