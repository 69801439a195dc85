"""Records of one side that are nearest in meaning to a record of the same side."""

from dataclasses import dataclass

from matcher.index.base import Allowed
from matcher.index.side import SideIndex
from matcher.rank.shortlist import query_text
from matcher.records import Record

__all__ = ["Similar", "similar"]

_BEYOND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """One record near another: mean of the cosines of their titles and texts in [-1, 1], and its copies' ids."""

    id: str
    cosine: float
    duplicates: tuple[str, ...]


def similar(side: SideIndex, record: Record, *, top: int, allowed: Allowed | None = None) -> tuple[Similar, ...]:
    """The nearest records, best first, one of each cluster of copies; the record itself and its copies are left out.

    Args:
        side: the side the record is on; it need not be in it.
        record: compared by its title and texts.
        top: at least 1.
        allowed: which records may be named; None: all.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    left_out = {record.id, record.duplicate_of or side.canonical(record.id)}
    many = len(side) if allowed is None else int(allowed.sum())
    reach = top + _BEYOND
    while True:
        (hits,) = side.dense.search([query_text(record)], reach, allowed)
        found: dict[str, Similar] = {}
        for at, score in zip(hits.positions.tolist(), hits.scores.tolist(), strict=True):
            name = side.ids[at]
            head = side.canonical(name)
            if not left_out.isdisjoint((name, head)) or head in found or len(found) == top:
                continue
            found[head] = Similar(id=name, cosine=score, duplicates=_copies(side, name, allowed))
        if len(found) == top or reach >= many:
            return tuple(found.values())
        reach *= 4


def _copies(side: SideIndex, record_id: str, allowed: Allowed | None) -> tuple[str, ...]:
    others = (name for name in side.cluster(side.canonical(record_id)) if name != record_id and name in side)
    return tuple(name for name in others if allowed is None or allowed[side.position(name)])
