"""Making, changing and deleting feeds."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Feed
from api.errors import ChangedError, InvalidError
from api.feeds.allowed import rules_for
from api.outbound import check_url
from api.outbound.errors import OutboundError
from api.settings import ServiceSettings
from matcher.corpus.mapping import check_fields
from matcher.errors import ColumnError

__all__ = ["FeedPlan", "change_feed", "check_feed_version", "create_feed", "delete_feed", "run_now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlan:
    """What a feed shall be like; `kind` and `side` stay as they were first set."""

    name: str
    source: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    publish: bool = True
    adopt: bool = False
    visibility: int = 1
    every_minutes: int = 1440
    active: bool = True


def create_feed(
    session: Session,
    settings: ServiceSettings,
    caller: Caller,
    plan: FeedPlan,
    *,
    organisation_id: str,
    kind: str,
    side: str,
) -> Feed:
    """A new feed, due at once.

    Raises:
        InvalidError: a source that does not fit the kind, an address or folder that is not allowed, an unknown field.
    """
    _check(session, settings, kind, plan)
    feed = Feed(organisation_id=organisation_id, account_id=caller.account_id or "", kind=kind, side=side)
    _apply(feed, plan)
    session.add(feed)
    session.flush()
    note(session, caller, "feed-create", kind="feed", thing_id=feed.id)
    return feed


def change_feed(session: Session, settings: ServiceSettings, caller: Caller, feed: Feed, plan: FeedPlan) -> None:
    """New settings; the next read is a full one, and due at once.

    Raises:
        InvalidError: as for `create_feed`.
    """
    _check(session, settings, feed.kind, plan)
    _apply(feed, plan)
    feed.version += 1
    feed.validators = {}
    feed.pending = {}
    feed.failures = 0
    feed.due_at = now()
    session.flush()
    note(session, caller, "feed-change", kind="feed", thing_id=feed.id)


def delete_feed(session: Session, caller: Caller, feed: Feed) -> None:
    """End a feed. Its records stay as they are; another feed of the organisation may take them over."""
    note(session, caller, "feed-delete", kind="feed", thing_id=feed.id)
    session.delete(feed)
    session.flush()


def run_now(session: Session, feed: Feed, *, full: bool) -> None:
    """Let the feed be read as soon as somebody is there to do it; `full`: also where the source has not changed.

    Raises:
        InvalidError: nothing is read for this feed.
    """
    if feed.kind == "push":
        raise InvalidError("推送供数由贵单位的系统推送，无须读取；请在贵单位的系统中操作。", "Nothing to be read.")
    if not feed.active:
        raise InvalidError(f"供数“{feed.name}”已停用；请先启用。", "The feed is switched off.", field="active")
    values: dict[str, object] = {"due_at": now()}
    if full:
        values["validators"] = {}
    session.execute(update(Feed).where(Feed.id == feed.id).values(values))
    session.refresh(feed)


def check_feed_version(feed: Feed, expected: int) -> None:
    """Raises ChangedError where somebody changed the feed's settings since the caller read them."""
    if feed.version != expected:
        raise ChangedError(f"供数“{feed.name}”的设置已被修改；请重新读取，确认后再提交。", "The feed was changed.")


def _apply(feed: Feed, plan: FeedPlan) -> None:
    feed.name, feed.source, feed.mapping = plan.name, plan.source, dict(plan.mapping)
    feed.complete, feed.publish, feed.adopt = plan.complete, plan.publish, plan.adopt
    feed.visibility, feed.every_minutes, feed.active = plan.visibility, plan.every_minutes, plan.active


def _check(session: Session, settings: ServiceSettings, kind: str, plan: FeedPlan) -> None:
    try:
        check_fields(plan.mapping)
    except ColumnError as error:
        raise InvalidError(str(error), "The mapping names an unknown field.", field="mapping") from error
    if kind == "push":
        if plan.source or plan.complete or plan.mapping:
            raise InvalidError(
                "推送供数没有来源地址、列映射和“全量”设置；请去掉这些项。", "Not for push feeds.", field="source"
            )
    elif kind == "url":
        try:
            check_url(plan.source, rules_for(session, settings, plan.source))
        except OutboundError as error:
            raise InvalidError(str(error), "This address may not be called.", field="source") from error
    else:
        _check_folder(settings, plan.source)


def _check_folder(settings: ServiceSettings, source: str) -> None:
    """By its spelling only: whether it is there is found out, and told, when it is read."""
    root = settings.feed_root
    if root is None:
        raise InvalidError(
            "本系统没有开放供数文件夹；请联系管理员设置 SERVICE_FEED_ROOT。", "No folders here.", field="source"
        )
    folder = Path(source)
    if not source or folder.is_absolute() or ".." in folder.parts or "\\" in source or not source.isprintable():
        raise InvalidError(
            "文件夹应写成供数目录之下的相对路径，例如 kfu/achievements；请改正后重试。",
            "Name a folder below the root, as a relative path.",
            field="source",
        )
