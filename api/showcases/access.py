"""Which showcases a caller may know of, and what of their items."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import RecordRow, Showcase, ShowcaseItem
from api.errors import NotFoundError
from api.records.reading import Reader, Seen
from api.records.states import State
from matcher.records import Side

__all__ = ["SeenItem", "item_counts", "known", "showcase", "visible_items"]


@dataclass(frozen=True, slots=True, eq=False)
class SeenItem:
    """An item as the caller may see it; `place` counts what the caller sees, from 1 without a hole."""

    place: int
    note: str
    seen: Seen


def known(caller: Caller) -> ColumnElement[bool]:
    """The condition on `Showcase`: everybody knows those that are published, staff all."""
    return true() if caller.is_staff else Showcase.published_at.is_not(None)


def showcase(session: Session, caller: Caller, slug: str, *, lock: bool = False) -> Showcase:
    """The showcase at an address; `lock` until the end of the transaction.

    Raises:
        NotFoundError: there is none, or it is not published and the caller is not staff.
    """
    wanted = select(Showcase).where(Showcase.slug == slug, known(caller))
    found = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFoundError(f"没有地址为“{slug[:80]}”的展示；请核对地址。", "No such showcase.")
    return found


def visible_items(reader: Reader, shown: Showcase) -> list[SeenItem]:
    """The published achievements on a list that the caller may see, in order."""
    rows = reader.session.execute(
        select(ShowcaseItem, RecordRow)
        .join(RecordRow, RecordRow.id == ShowcaseItem.record_id)
        .where(ShowcaseItem.showcase_id == shown.id, _shown(reader))
        .order_by(ShowcaseItem.place, ShowcaseItem.record_id)
    ).all()
    return [SeenItem(place, item.note, reader.see(row)) for place, (item, row) in enumerate(rows, start=1)]


def item_counts(reader: Reader, showcases: Sequence[Showcase]) -> Mapping[str, int]:
    """How many items of each the caller sees, by id."""
    ids: Collection[str] = [item.id for item in showcases]
    counted = reader.session.execute(
        select(ShowcaseItem.showcase_id, func.count())
        .join(RecordRow, RecordRow.id == ShowcaseItem.record_id)
        .where(ShowcaseItem.showcase_id.in_(ids), _shown(reader))
        .group_by(ShowcaseItem.showcase_id)
    )
    return dict(counted.all())


def _shown(reader: Reader) -> ColumnElement[bool]:
    """On a list an achievement is shown while it is published, to its own organisation too."""
    # “Is an achievement” would have SQLite begin with the index of all published ones instead of with the list.
    return reader.visible & (RecordRow.state == State.PUBLISHED) & (RecordRow.side != Side.NEED.value)
