"""Subscriptions, recommendations, the inbox and webhooks over the wire."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.db.tables import InboxItem, Recommendation, Subscription, Webhook, WebhookDelivery
from api.introductions.reasons import Reason
from api.records.reading import Seen
from api.schemas.base import Body, Line, Page, Text
from api.schemas.matching import FiltersBody
from api.subscriptions.rhythm import Digest
from matcher.records import LEVELS, Side

__all__ = [
    "DeliveryOut",
    "DeliveryState",
    "InboxItemOut",
    "InboxPage",
    "NewWebhookOut",
    "ReadOut",
    "RecommendationOut",
    "SubscriptionBody",
    "SubscriptionChange",
    "SubscriptionOut",
    "VerdictBody",
    "VerdictKind",
    "WebhookBody",
    "WebhookChange",
    "WebhookOut",
]

_Name = Annotated[Line, Field(max_length=200, description="名称，可空；Shown in messages")]
_Level = Annotated[int, Field(ge=2, le=4, description="达到几级才通知；From which level on to tell")]
_Events = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")]],
    Field(max_length=30, description="消息类别，空为全部；Kinds of messages, empty for all"),
]
_Url = Annotated[str, Field(min_length=8, max_length=1000, pattern=r"^[^\x00]*$", description="接收地址")]


class SubscriptionBody(Body):
    """订阅：按本单位的一条记录，或按检索词。Watch with an own record, or with a text and filters."""

    name: _Name = ""
    record_id: Annotated[str | None, Field(max_length=26, description="本单位的需求或成果；An own record")] = None
    text: Annotated[Text, Field(description="要找什么，用自己的话写；What to look for")] = ""
    looks_for: Annotated[Side | None, Field(description="找成果还是找需求，按记录订阅时可空")] = None
    filters: FiltersBody = FiltersBody()
    min_level: _Level = 3
    digest: Annotated[Digest, Field(description="instant 即时，daily 每天 8 点，weekly 每周一 8 点")] = Digest.INSTANT


class SubscriptionChange(Body):
    """What shall be different; what is absent stays."""

    name: _Name | None = None
    text: Text | None = None
    filters: FiltersBody | None = None
    min_level: _Level | None = None
    digest: Digest | None = None
    active: Annotated[bool | None, Field(description="false 为暂停；Whether it is at work")] = None


class SubscriptionOut(BaseModel):
    """A subscription."""

    id: str
    name: str
    record_id: str | None
    text: str
    looks_for: Side
    filters: dict[str, Any]
    min_level: int
    digest: Digest
    active: bool
    created_at: dt.datetime
    last_digest_at: dt.datetime | None

    @classmethod
    def of(cls, item: Subscription) -> Self:
        """From its row."""
        return cls.model_validate(item, from_attributes=True)


class RecommendationOut(BaseModel):
    """A partner that was found. `own_record_id` is what it was found for; empty for a saved search."""

    id: str
    subscription_id: str
    own_record_id: str | None
    side: Side
    record_id: str
    title: str
    level: Annotated[int, Field(ge=1, le=4)]
    level_name: str
    fit: Annotated[float, Field(ge=0, le=1)]
    reason: str
    state: str
    found_at: dt.datetime
    told_at: dt.datetime | None
    verdict: str
    reason_code: str

    @classmethod
    def of(cls, item: Recommendation, subscription: Subscription, seen: Seen) -> Self:
        """From its row and the record as its subscriber may read it now."""
        row = seen.row
        return cls(
            id=item.id,
            subscription_id=subscription.id,
            own_record_id=subscription.record_id,
            side=Side(row.side),
            record_id=row.id,
            title=seen.record.title,
            level=item.level,
            level_name=LEVELS[item.level - 1].name,
            fit=item.fit,
            # One drawn from another version may quote what is closed now.
            reason=item.reason if item.version == row.version else "",
            state=row.state,
            found_at=item.found_at,
            told_at=item.told_at,
            verdict=item.verdict,
            reason_code=item.reason_code,
        )


class VerdictKind(StrEnum):
    """What a subscriber says of a recommendation."""

    WANTED = "wanted"
    REFUSED = "refused"


class VerdictBody(Body):
    """对推荐的结论；拒绝须写原因。A refusal needs a reason."""

    verdict: VerdictKind
    reason_code: Annotated[Reason | None, Field(description="拒绝的原因；Why not")] = None


class InboxItemOut(BaseModel):
    """A message of the service."""

    id: str
    kind: str
    subject: str
    body: dict[str, Any]
    created_at: dt.datetime
    read_at: dt.datetime | None

    @classmethod
    def of(cls, item: InboxItem) -> Self:
        """From its row."""
        return cls.model_validate(item, from_attributes=True)


class InboxPage(Page[InboxItemOut]):
    """One page of messages, and how many are unread in all."""

    unread: int


class ReadOut(BaseModel):
    """How many messages were marked as read, and how many are unread now."""

    marked: int
    unread: int


class WebhookBody(Body):
    """回调地址；An address of your own system."""

    url: _Url
    events: _Events = []


class WebhookChange(Body):
    """What shall be different; what is absent stays. `active` true takes up again what was switched off."""

    url: _Url | None = None
    events: _Events | None = None
    active: bool | None = None


class WebhookOut(BaseModel):
    """A webhook; its secret is shown when it is made or changed, never again."""

    id: str
    url: str
    events: list[str]
    active: bool
    disabled_reason: str
    created_at: dt.datetime
    old_secret_until: Annotated[dt.datetime | None, Field(description="旧密钥签名到何时；Until when both sign")]

    @classmethod
    def of(cls, item: Webhook) -> Self:
        """From its row."""
        return cls.model_validate(item, from_attributes=True)


class NewWebhookOut(WebhookOut):
    """A webhook with its new secret."""

    secret: Annotated[str, Field(description="签名密钥，仅此一次；Shown once")]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class DeliveryOut(BaseModel):
    """One event on its way. `inbox_id` is the event's id, the same for every attempt."""

    id: str
    inbox_id: str
    state: DeliveryState
    attempts: int
    due_at: Annotated[dt.datetime | None, Field(description="下次尝试的时间；When it is tried next")]
    last_status: int | None
    last_error: str
    delivered_at: dt.datetime | None

    @classmethod
    def of(cls, item: WebhookDelivery) -> Self:
        """From its row."""
        found = cls.model_validate(item, from_attributes=True)
        return found if found.state is DeliveryState.WAITING else found.model_copy(update={"due_at": None})
