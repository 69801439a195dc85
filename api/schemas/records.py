"""Needs and achievements as callers see them; what they send is in `record_bodies`."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.access.groups import Group
from api.records.reading import Seen
from api.records.states import State
from api.schemas.record_bodies import IpBody, RegionBody
from matcher.records import PriceKind, Side, Tier, TransferMode, TrlSource

__all__ = ["CONTENT", "AchievementOut", "NeedOut", "RecordOut", "content_out"]


class RecordOut(BaseModel):
    """A record as the caller may see it. Fields of `closed` groups are empty; that they are says nothing of them."""

    id: str
    side: Side
    external_id: str = ""
    owner_id: str
    state: State
    version: int
    own: Annotated[bool, Field(description="是否本单位的记录；Whether it is the caller's own")]
    closed: Annotated[list[Group], Field(description="对您不开放的字段组；Groups the caller may not read")]
    restricted: Annotated[
        list[Group],
        Field(description="对您开放、但不是登录者都能读的字段组；Groups shown that not all signed-in callers may read"),
    ]
    created_at: dt.datetime
    updated_at: dt.datetime
    published_at: dt.datetime | None
    content: Any

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """What is shown of a record that was read for somebody."""
        row = seen.row
        return cls(
            id=row.id,
            side=Side(row.side),
            external_id=row.external_id if seen.own else "",
            # An owner whose name is closed must not be found out by its number.
            owner_id="" if Group.OWNER in seen.closed else row.owner_id,
            state=State(row.state),
            version=row.version,
            own=seen.own,
            closed=sorted(seen.closed),
            restricted=[] if seen.own else sorted(seen.restricted),
            created_at=row.created_at,
            updated_at=row.updated_at,
            published_at=row.published_at,
            content=content_out(seen),
        )


class NeedContent(BaseModel):
    """The fields of a need."""

    title: str
    problem: str
    indicators_text: str
    current_state: str
    confidential_detail: str
    keywords: list[str]
    org: str
    contact: str
    fields: list[str]
    industry_codes: list[str]
    region: RegionBody | None
    budget_low_cny: float | None
    budget_high_cny: float | None
    modes: list[TransferMode]
    trl_min: int | None
    region_scope: list[RegionBody]
    preferred_orgs: list[str]
    blocked_orgs: list[str]
    published_on: dt.date | None
    valid_until: dt.date | None
    source: str
    source_url: str
    visibility: Tier
    tiers: dict[Group, Tier]
    extra: dict[str, str]


class PriceOut(BaseModel):
    """A price in CNY and what the file said."""

    kind: PriceKind
    low_cny: float | None
    high_cny: float | None
    raw: str


class TrlOut(BaseModel):
    """A band of readiness and where it comes from."""

    low: int
    high: int
    source: TrlSource
    raw: str


class AchievementContent(BaseModel):
    """The fields of an achievement."""

    title: str
    summary: str
    indicators_text: str
    application_scope: str
    prior_use: str
    confidential_detail: str
    keywords: list[str]
    org: str
    team: list[str]
    contact: str
    fields: list[str]
    industry_codes: list[str]
    region: RegionBody | None
    trl: TrlOut | None
    transfer_modes: list[TransferMode]
    price: PriceOut | None
    ip_items: list[IpBody]
    level: str
    published_on: dt.date | None
    last_confirmed_on: dt.date | None
    valid_until: dt.date | None
    source: str
    source_url: str
    visibility: Tier
    tiers: dict[Group, Tier]
    extra: dict[str, str]


class NeedOut(RecordOut):
    """A need as the caller may see it."""

    content: NeedContent


class AchievementOut(RecordOut):
    """An achievement as the caller may see it."""

    content: AchievementContent


CONTENT: dict[str, type[BaseModel]] = {Side.NEED: NeedContent, Side.ACHIEVEMENT: AchievementContent}


def content_out(seen: Seen) -> BaseModel:
    """The fields of a record that was read for somebody. Tiers are the owner's business only."""
    kind = CONTENT[seen.row.side]
    record = seen.record
    values = {name: getattr(record, name) for name in kind.model_fields if name != "tiers"}
    return kind.model_validate({**values, "tiers": seen.row.tiers if seen.own else {}}, from_attributes=True)
