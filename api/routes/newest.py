"""Lists of what has an id in order of creation, the newest or the oldest first, cut into pages by the database."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.routes.paging import next_cursor, read_cursor
from api.service import Service

__all__ = ["newest"]

T = TypeVar("T")


def newest(
    session: Session,
    service: Service,
    wanted: Select[T],
    column: InstrumentedAttribute[str],
    *,
    purpose: str,
    limit: int,
    cursor: str,
    oldest_first: bool = False,
) -> tuple[Sequence[T], str]:
    """One page and the cursor of the next, "" on the last.

    Args:
        session: to read in.
        service: whose secret signs the cursor.
        wanted: all rows of the list.
        column: their id, `column` of the class that `wanted` selects.
        purpose: the name of the list with its filters.
        limit: rows a page, 1 to 100.
        cursor: from the page before, or "".
        oldest_first: the other way round; then it belongs into `purpose` too.

    Raises:
        InvalidError: the cursor is of another list.
    """
    after = read_cursor(cursor, service.secret, purpose)
    if after:
        wanted = wanted.where(column > after if oldest_first else column < after)
    order = column.asc() if oldest_first else column.desc()
    rows = session.scalars(wanted.order_by(order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, ""
    last: Any = rows[limit - 1]
    return rows[:limit], next_cursor(last.id, service.secret, purpose)
