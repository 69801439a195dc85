"""Whose eyes an answer is for: which records one reader may see, and up to which tier each of them is read."""

from dataclasses import dataclass
from typing import TypeAlias

from matcher.records import Record, Side, Tier

__all__ = ["Eyes", "RecordKey"]

RecordKey: TypeAlias = tuple[Side, str]
"""A need and an achievement may share an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """One reader.

    tier: how far the reader may read records in general.
    opened: records opened to the reader by their owners, read as far as `Tier.RESTRICTED`.
    own: the reader's own records, read whole.
    """

    tier: Tier = Tier.PUBLIC
    opened: frozenset[RecordKey] = frozenset()
    own: frozenset[RecordKey] = frozenset()

    def of(self, record: Record) -> Tier:
        """The highest tier of what the reader may read of a record."""
        key = record.side, record.id
        if key in self.own:
            return Tier.SECRET
        return max(self.tier, Tier.RESTRICTED) if key in self.opened else self.tier

    def further(self, side: Side) -> dict[str, Tier]:
        """Records of one side that are seen further than `tier` says, by id."""
        opened = {record_id: max(self.tier, Tier.RESTRICTED) for at, record_id in self.opened if at is side}
        return opened | {record_id: Tier.SECRET for at, record_id in self.own if at is side}

    def sees(self, record: Record) -> bool:
        """Whether the reader may know that a record is there."""
        return record.visibility <= self.of(record)
