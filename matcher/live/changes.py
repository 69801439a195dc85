"""What is to change in a live index, and what a call changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from matcher.corpus.side import side_label
from matcher.errors import RecordError
from matcher.records import Record, Side

__all__ = ["Applied", "Change", "Key", "last_of_each"]

Key: TypeAlias = tuple[Side, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A record as it is now.

    record: None where it is no longer there; otherwise of that side and id.
    stamp: fits in 64 bits; two states of one record never share one. Only compared for equality.
    """

    side: Side
    id: str
    record: Record | None
    stamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Records written and removed; changes that were there already; texts the encoder was given."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0
    encoded: int = 0


def last_of_each(changes: Iterable[Change]) -> dict[Key, Change]:
    """The last change of each record.

    Raises:
        RecordError: a record is not of the side or id it is given for.
    """
    found: dict[Key, Change] = {}
    for change in changes:
        key = (change.side, change.id)
        if change.record is not None and (change.record.side, change.record.id) != key:
            wanted, given = (_named(side, of) for side, of in (key, (change.record.side, change.record.id)))
            raise RecordError(f"{wanted}的更新里带的是{given}；请让编号、类别与记录一致后重试。")
        found[key] = change
    return found


def _named(side: Side, record_id: str) -> str:
    return f"{side_label(side)}“{record_id}”"
