"""Records whose validity ends before the fair begins."""

from collections.abc import Iterable

from matcher.fair.settings import FairSettings
from matcher.records import Record

__all__ = ["expired"]


def expired(records: Iterable[Record], settings: FairSettings) -> tuple[Record, ...]:
    """Those that are valid no more on the first day of the fair."""
    first = min(day.date for day in settings.day)
    return tuple(record for record in records if record.valid_until is not None and record.valid_until < first)
