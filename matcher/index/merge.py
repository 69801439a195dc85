"""The records of the next version: what is there, what came, what goes; and what that changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import RecordError
from matcher.records import Record

__all__ = ["SideChanges", "compare", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideChanges:
    """How many records of one side a new version added, replaced, removed and left as they were."""

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.replaced or self.removed)


def merge(old: Sequence[Record], new: Iterable[Record] | None, remove: Collection[str], *, sync: bool) -> list[Record]:
    """Old records with new ones added or put in their place by id, and some left out.

    Args:
        old: what the current version holds.
        new: what was read; None where this side was not given at all, and then `sync` spares it.
        remove: ids that go, whether old or new.
        sync: whether an old record that is not among the new goes too.

    Raises:
        RecordError: an id appears twice among the new records.
    """
    given: dict[str, Record] = {}
    for record in new or ():
        if record.id in given:
            raise RecordError(f"编号“{record.id}”在输入中出现了两次；请保留一条或改用不同编号后重试。")
        given[record.id] = record
    kept = {} if sync and new is not None else {record.id: record for record in old}
    return [record for record_id, record in {**kept, **given}.items() if record_id not in remove]


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> SideChanges:
    """Count differences between two versions given as id → encoded record."""
    both = before.keys() & after.keys()
    replaced = sum(before[record_id] != after[record_id] for record_id in both)
    return SideChanges(
        added=len(after) - len(both),
        replaced=replaced,
        removed=len(before) - len(both),
        unchanged=len(both) - replaced,
    )
