"""What a file said in a column whose value was not understood; loading keeps it in `extra` under its heading."""

from functools import lru_cache

from matcher.corpus.columns import recognise
from matcher.records import Record

__all__ = ["as_written"]


def as_written(record: Record, field: str) -> str:
    """The text of the first column taken for that field (`price`, `modes`, `trl`, `valid_until` …); "" where none."""
    return next((text for heading, text in record.extra.items() if text and _field(heading) == field), "")


@lru_cache(maxsize=4096)
def _field(heading: str) -> str:
    return recognise([heading], {})[0].field
