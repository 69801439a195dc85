"""Making, filling, ordering, publishing and deleting showcases; the caller is staff."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Showcase, ShowcaseItem
from api.errors import ChangedError, ConflictError, InvalidError, NotFoundError
from api.records.reading import Reader
from api.records.states import State
from api.showcases.access import visible_items
from api.showcases.ordering import inserted, reordered
from matcher.records import Side

__all__ = [
    "MOST_ITEMS",
    "check_showcase_version",
    "create_showcase",
    "delete_showcase",
    "describe",
    "order_items",
    "put_item",
    "remove_item",
    "set_published",
]

MOST_ITEMS = 200
"""Items of one list: it is shown on one page."""


def create_showcase(session: Session, caller: Caller, *, slug: str, title: str, introduction: str) -> Showcase:
    """A new list, not yet published.

    Raises:
        ConflictError: the address is in use.
    """
    made = Showcase(slug=slug, title=title, introduction=introduction, created_by=caller.account_id)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise ConflictError(f"地址“{slug}”已被另一个展示使用；请换一个。", "This address is in use.") from error
    note(session, caller, "showcase-create", kind="showcase", thing_id=made.id)
    return made


def check_showcase_version(shown: Showcase, expected: int) -> None:
    """Raises ChangedError where somebody changed the list since the caller read it."""
    if shown.version != expected:
        raise ChangedError(f"展示“{shown.title[:40]}”已被修改；请重新读取，确认后再提交。", "The showcase was changed.")


def describe(session: Session, caller: Caller, shown: Showcase, *, title: str, introduction: str) -> None:
    """Another title and introduction; the address stays, it may be printed somewhere."""
    shown.title, shown.introduction = title, introduction
    _changed(session, caller, shown, "showcase-change")


def put_item(
    session: Session, caller: Caller, shown: Showcase, record_id: str, *, remark: str, place: int | None
) -> None:
    """Add an achievement, or change its remark, and its place where one is given.

    Raises:
        NotFoundError: no such achievement, or one the curator may not see.
        ConflictError: it is not published, or the list is full.
    """
    reader = Reader(session, caller)
    row = reader.row(record_id, Side.ACHIEVEMENT)
    if row.state != State.PUBLISHED:
        raise ConflictError("这项成果尚未发布；请在发布后加入展示。", "The achievement is not published.")
    items = _items(session, shown)
    known = {item.record_id: item for item in items}
    if row.id in known:
        known[row.id].note = remark
        if place is None:
            _changed(session, caller, shown, "showcase-item")
            return
    elif len(items) >= MOST_ITEMS:
        raise ConflictError(f"一个展示最多 {MOST_ITEMS} 项；请先移出一些，或另建一个展示。", "The showcase is full.")
    else:
        known[row.id] = ShowcaseItem(showcase_id=shown.id, record_id=row.id, place=0, note=remark)
        session.add(known[row.id])
    others = [item.record_id for item in items if item.record_id != row.id]
    seen = [item.seen.row.id for item in visible_items(reader, shown) if item.seen.row.id != row.id]
    _number(known, inserted(others, seen, row.id, place))
    _changed(session, caller, shown, "showcase-item")


def remove_item(session: Session, caller: Caller, shown: Showcase, record_id: str) -> None:
    """Take an achievement from the list.

    Raises:
        NotFoundError: it is not on the list, as far as the caller may know.
    """
    seen = {item.seen.row.id for item in visible_items(Reader(session, caller), shown)}
    item = session.get(ShowcaseItem, (shown.id, record_id)) if record_id in seen else None
    if item is None:
        raise NotFoundError(f"这个展示中没有编号为“{record_id[:40]}”的成果；请核对编号。", "Not on this list.")
    session.delete(item)
    session.flush()
    rest = _items(session, shown)
    _number({entry.record_id: entry for entry in rest}, [entry.record_id for entry in rest])
    _changed(session, caller, shown, "showcase-item")


def order_items(session: Session, caller: Caller, shown: Showcase, wanted: Sequence[str]) -> None:
    """Put the items the caller sees into an order.

    Raises:
        InvalidError: not each of them once.
    """
    items = _items(session, shown)
    seen = [item.seen.row.id for item in visible_items(Reader(session, caller), shown)]
    try:
        order = reordered([item.record_id for item in items], seen, wanted)
    except ValueError as error:
        raise InvalidError(
            "顺序应恰好包含展示中的每一项成果各一次；请重新读取展示后再排序。",
            "Name each item of the list once.",
            field="record_ids",
        ) from error
    _number({item.record_id: item for item in items}, order)
    _changed(session, caller, shown, "showcase-order")


def set_published(session: Session, caller: Caller, shown: Showcase, *, published: bool) -> None:
    """Open the list to everybody, or close it again; what is so already stays."""
    if published == (shown.published_at is not None):
        return
    shown.published_at = now() if published else None
    _changed(session, caller, shown, "showcase-publish" if published else "showcase-withdraw")


def delete_showcase(session: Session, caller: Caller, shown: Showcase) -> None:
    """Delete the list; the achievements stay."""
    note(session, caller, "showcase-delete", kind="showcase", thing_id=shown.id)
    session.execute(delete(ShowcaseItem).where(ShowcaseItem.showcase_id == shown.id))
    session.delete(shown)
    session.flush()


def _items(session: Session, shown: Showcase) -> list[ShowcaseItem]:
    wanted = select(ShowcaseItem).where(ShowcaseItem.showcase_id == shown.id)
    return list(session.scalars(wanted.order_by(ShowcaseItem.place, ShowcaseItem.record_id)))


def _number(items: dict[str, ShowcaseItem], order: Sequence[str]) -> None:
    for place, record_id in enumerate(order, start=1):
        items[record_id].place = place


def _changed(session: Session, caller: Caller, shown: Showcase, action: str) -> None:
    shown.version += 1
    shown.updated_at = now()
    session.flush()
    note(session, caller, action, kind="showcase", thing_id=shown.id)
