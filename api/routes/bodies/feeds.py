"""Feeds over the wire."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from api.db.tables import AllowedHost, Feed, FeedRun
from api.feeds.health import Health
from api.feeds.keeping import FeedPlan
from api.feeds.push import Pushed
from api.schemas.base import Body, Line
from matcher.records import Side, Tier

__all__ = [
    "AllowedHostOut",
    "BulkBody",
    "BulkOut",
    "ConfirmationBody",
    "ConfirmationOut",
    "ContentBody",
    "ExternalId",
    "FeedBody",
    "FeedOut",
    "HealthOut",
    "HostBody",
    "NewFeed",
    "PushedOut",
    "RunBody",
    "RunOut",
]

FeedKind = Literal["push", "url", "folder"]
ExternalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F]*$"),
    Field(description="本单位自己的编号；The owner's own number"),
]
_Heading = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1F\x7F]*$")]
_BODIES = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("AchievementBody", "NeedBody")]}
_Content = Annotated[
    dict[str, Any],
    Field(
        description="按供数的类型，为成果或需求的内容；An achievement or a need, as the feed says",
        json_schema_extra=_BODIES,
    ),
]


class FeedBody(Body):
    """How a feed is to be read and entered."""

    name: Annotated[Line, Field(min_length=2, max_length=200, description="名称；Name")]
    source: Annotated[
        str,
        StringConstraints(max_length=1000, pattern=r"^[^\x00-\x20\x7F]*$"),
        Field(
            description="网址，或供数目录下的相对路径；An address, or a folder below the root", examples=["kfu/list"]
        ),
    ] = ""
    mapping: Annotated[dict[_Heading, _Heading], Field(max_length=100, description="列名到字段；Heading to field")] = {}
    complete: Annotated[bool, Field(description="来源是全量清单，缺少的记录即撤回；What is absent was withdrawn")] = (
        False
    )
    publish: Annotated[bool, Field(description="直接发布（需审核时为提交审核），否则存草稿；Publish, else draft")] = (
        True
    )
    adopt: Annotated[bool, Field(description="接管人工录入的同编号记录；Take over records entered by hand")] = False
    visibility: Annotated[Tier, Field(description="来源未写明时新记录的可见级别；Of new records, if unstated")] = (
        Tier.PUBLIC
    )
    every_minutes: Annotated[int, Field(ge=15, le=43_200, description="间隔（分钟）；Minutes between reads")] = 1440
    active: bool = True

    def plan(self) -> FeedPlan:
        """What the feed shall be like."""
        return FeedPlan(
            name=self.name,
            source=self.source,
            mapping=dict(self.mapping),
            complete=self.complete,
            publish=self.publish,
            adopt=self.adopt,
            visibility=int(self.visibility),
            every_minutes=self.every_minutes,
            active=self.active,
        )


class NewFeed(FeedBody):
    """A feed to be made; kind, side and organisation stay."""

    kind: Annotated[FeedKind, Field(description="push 推送 url 网址 folder 文件夹")]
    side: Side
    organisation_id: Annotated[
        str | None, Field(max_length=26, description="单位编号，仅管理员可代建；Administrators only")
    ] = None


class FeedOut(BaseModel):
    """A feed as those who manage it see it."""

    id: str
    organisation_id: str
    name: str
    kind: FeedKind
    side: Side
    source: str
    mapping: dict[str, str]
    complete: bool
    publish: bool
    adopt: bool
    visibility: Tier
    every_minutes: int
    active: bool
    version: int
    created_at: dt.datetime
    next_due_at: dt.datetime | None

    @classmethod
    def of(cls, feed: Feed) -> Self:
        """What is shown of a feed."""
        names = set(cls.model_fields) - {"next_due_at"}
        due = feed.due_at if feed.active and feed.kind != "push" else None
        return cls.model_validate({**{name: getattr(feed, name) for name in names}, "next_due_at": due})


class RejectedOut(BaseModel):
    """A row or item that could not be used."""

    place: str
    external_id: str
    reason: str


class RunOut(BaseModel):
    """What came of one push or pull."""

    id: str
    kind: str
    outcome: Annotated[str, Field(description="running, ok, unchanged, partly 或 failed")]
    started_at: dt.datetime
    finished_at: dt.datetime | None
    created: int
    changed: int
    unchanged: int
    withdrawn: int
    rejected: int
    error: str
    rejected_rows: Annotated[list[RejectedOut], Field(description="最多 200 条；At most 200")]
    notes: list[str]

    @classmethod
    def of(cls, run: FeedRun) -> Self:
        """What is shown of a run."""
        names = set(cls.model_fields) - {"rejected_rows", "notes"}
        details = run.details or {}
        return cls.model_validate(
            {
                **{name: getattr(run, name) for name in names},
                "rejected_rows": details.get("rejected", []),
                "notes": details.get("notes", []),
            }
        )


class HealthOut(BaseModel):
    """How a feed does."""

    feed_id: str
    name: str
    status: Annotated[str, Field(description="waiting 未读 ok 正常 late 超时 failing 失败 off 停用")]
    last_ok_at: dt.datetime | None
    age_minutes: int | None
    failures: int
    last_error: str
    next_due_at: dt.datetime | None
    records: int
    sampled: int
    fill: Annotated[dict[str, float], Field(description="各字段的填写率；Share of records that fill each field")]
    reasons: Annotated[dict[str, int], Field(description="退回原因计数；Kinds of reasons, counted")]
    waiting: Annotated[int, Field(description="等待确认的撤回数；Withdrawals that wait for confirmation")]
    waiting_run_id: str

    @classmethod
    def of(cls, feed: Feed, health: Health) -> Self:
        """What is shown of a feed's health."""
        values = {name: getattr(health, name) for name in set(cls.model_fields) - {"feed_id", "name"}}
        return cls.model_validate({**values, "feed_id": feed.id, "name": feed.name})


class ContentBody(Body):
    """One record."""

    content: _Content


class BulkItem(Body):
    """One record of a list, under its owner's number."""

    external_id: Annotated[str, Field(max_length=1000)]
    content: _Content


class BulkBody(Body):
    """Up to 500 records."""

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=500)]


class PushedOut(BaseModel):
    """What came of one record."""

    external_id: str
    outcome: Annotated[str, Field(description="created, changed, unchanged, withdrawn 或 rejected")]
    record_id: str
    state: str
    reason: str

    @classmethod
    def of(cls, pushed: Pushed) -> Self:
        """What is told of it."""
        return cls.model_validate({name: getattr(pushed, name) for name in cls.model_fields})


class BulkOut(BaseModel):
    """What came of each, in the order they were sent."""

    items: list[PushedOut]
    created: int
    changed: int
    unchanged: int
    rejected: int

    @classmethod
    def of(cls, done: Sequence[Pushed]) -> Self:
        """What is told of them."""
        counted = Counter(item.outcome for item in done)
        return cls(
            items=[PushedOut.of(item) for item in done],
            created=counted["created"],
            changed=counted["changed"],
            unchanged=counted["unchanged"],
            rejected=counted["rejected"],
        )


class RunBody(Body):
    """Read now."""

    full: Annotated[bool, Field(description="来源未变化时也重新读取；Read even if unchanged")] = False


class ConfirmationBody(Body):
    """What to do with the withdrawals that a run left waiting."""

    run_id: Annotated[str, Field(max_length=26)]
    withdraw: Annotated[bool, Field(description="true 撤回这些记录，false 保留；Withdraw them or let them be")]


class ConfirmationOut(BaseModel):
    """How many records were withdrawn."""

    withdrawn: int


class HostBody(Body):
    """Whether http is enough for a host."""

    unencrypted: Annotated[bool, Field(description="允许不加密的 http 读取；Allow reads by http")] = False


class AllowedHostOut(BaseModel):
    """A host that may be called."""

    host: str
    unencrypted: bool
    added_at: dt.datetime

    @classmethod
    def of(cls, host: AllowedHost) -> Self:
        """What is shown of it."""
        return cls(host=host.host, unencrypted=host.unencrypted, added_at=host.added_at)
