"""What a file said in a column whose value was not understood; loading keeps it in `extra` under its heading."""

import re
from functools import lru_cache

from matcher.corpus.columns import recognise
from matcher.records import Record

__all__ = ["as_written"]

_LONGEST = 40
_RUN = 6
# Such a heading, even one that is a price's or a term's, is not for everybody: 内部底价, 交易价格（不对外）.
_CLOSED = re.compile(
    r"保密|机密|秘密|涉密|密级|内部|内参|底价|底线|不公开|非公开|未公开|不对外|勿外|勿传|仅限|仅供|私下"
)


def as_written(record: Record, field: str) -> str:
    """The beginning of what the first column taken for that field says (`price`, `modes`, `trl` …); "" where none.

    Every reader of the record may see it: columns whose heading calls them closed, and texts that repeat the
    confidential detail, are passed over.
    """
    for heading, text in record.extra.items():
        if text and _field(heading) == field and not _repeats(text, record.confidential_detail):
            return text[:_LONGEST]
    return ""


def _repeats(text: str, closed: str) -> bool:
    return any(text[at : at + _RUN] in closed for at in range(len(text) - _RUN + 1)) if closed else False


@lru_cache(maxsize=4096)
def _field(heading: str) -> str:
    return "" if _CLOSED.search(heading) else recognise([heading], {})[0].field
