"""Several achievements side by side for one need: each pair explained, and the checks put into rows."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from api.matching.asking import Asker
from api.matching.facts import FactRow, fact_rows
from api.records.reading import Seen
from matcher.records import CheckState, Evidence, IndicatorCheck, Match, Need, Side

__all__ = ["Column", "Comparison", "TargetRow", "compare", "target_rows"]

_NOT_COMPARED = "这一列只按公开内容比较，没有核对此项"
_Key = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One achievement as the caller reads it, graded and explained."""

    match: Match
    achievement: Seen


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target of the need: its name, its verbatim stretch, and one check a column."""

    parameter: str
    must: bool
    need: Evidence
    checks: tuple[IndicatorCheck, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The whole table."""

    need: Need
    columns: tuple[Column, ...]
    targets: tuple[TargetRow, ...]
    facts: tuple[FactRow, ...]


def compare(asker: Asker, need: Need, achievement_ids: Sequence[str], *, today: dt.date) -> Comparison:
    """A need (or a text) with achievements, in their order.

    Raises:
        NotFoundError: an achievement that is not there, or that the caller may not know of.
        ConflictError: neither the need nor one of the achievements is in the index (yet).
    """
    # All are read first: whoever may not see one of them learns nothing of the others either.
    read = [asker.seen(record_id, Side.ACHIEVEMENT) for record_id in achievement_ids]
    columns = tuple(Column(asker.pair(need, seen.record, today=today)[0], seen) for seen in read)
    targets = target_rows([column.match.checks for column in columns])
    return Comparison(need, columns, targets, fact_rows(need, read, today=today))


def target_rows(checks: Sequence[Sequence[IndicatorCheck]]) -> tuple[TargetRow, ...]:
    """Checks of several pairs of one need as rows, in the order of the need's text.

    A pair may have been compared by fewer targets than another (by what is public of the need); what it lacks is
    未说明. A target that one pair calls by a shorter name is called by the longest.
    """
    columns = [_by_place(column) for column in checks]
    fullest = max(columns, key=len, default={})
    keys = [*fullest, *sorted({key for column in columns for key in column} - fullest.keys())]
    rows = []
    for key in keys:
        found = [column[key] for column in columns if key in column]
        first = max(found, key=lambda check: len(check.parameter))
        cells = tuple(column.get(key) or _missing(first) for column in columns)
        rows.append(TargetRow(first.parameter, any(check.must for check in found), first.need, cells))
    return tuple(rows)


def _by_place(checks: Sequence[IndicatorCheck]) -> dict[_Key, IndicatorCheck]:
    """By where the target stands in the need; two of one stretch are told apart by their order."""
    seen: Counter[tuple[str, int, int]] = Counter()
    found: dict[_Key, IndicatorCheck] = {}
    for check in checks:
        place = (check.need.field, check.need.start, check.need.end)
        found[(*place, seen[place])] = check
        seen[place] += 1
    return found


def _missing(check: IndicatorCheck) -> IndicatorCheck:
    return IndicatorCheck(
        parameter=check.parameter,
        state=CheckState.UNKNOWN,
        must=check.must,
        need=check.need,
        achievement=None,
        margin=None,
        unit=check.unit,
        reason=_NOT_COMPARED,
        question="",
    )
