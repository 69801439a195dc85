"""What raises the doubt whether a record still stands; most records say nothing of it, and then nothing is asked."""

import datetime as dt
import re
from collections.abc import Sequence

from matcher.corpus.written import as_written
from matcher.explain.quote import inner
from matcher.records import Achievement, Gate, GateState, Record

__all__ = ["doubt", "is_silent"]

_STALE_YEARS = 3
_YEAR = re.compile(r"20\d\d")
_IN_TALKS = frozenset({"洽谈", "洽谈中"})


def _validity(gates: Sequence[Gate], state: GateState) -> Gate | None:
    return next((gate for gate in gates if gate.name == "validity" and gate.state is state), None)


def _is_unclear(term: str, gates: Sequence[Gate], today: dt.date) -> bool:
    """Whether a written term leaves open if the record stands: 待定, 两年, a year that is over; not 2031-11."""
    gate = _validity(gates, GateState.UNKNOWN)
    # The condition is also open where the query itself is over, whatever the partner writes.
    if not term or gate is None or f"写作“{term}”" not in gate.reason:
        return False
    return max(map(int, _YEAR.findall(term)), default=0) <= today.year


def doubt(partner: Record, gates: Sequence[Gate], today: dt.date) -> str:
    """Why to ask whether the record still stands, as a phrase (已于 2025-01-31 到期); "" where nothing raises a doubt.

    Expiry and a status of the end come from the hard condition; then words in the column that were not understood,
    talks with others, and a last sign of life more than three years ago where no term says that the record stands.
    """
    failed = _validity(gates, GateState.FAIL)
    if failed is not None:
        # The hard condition fails for the partner only, and begins with what it is.
        return failed.reason.removeprefix("成果").removeprefix("需求")
    said = as_written(partner, "valid_until")
    if _is_unclear(said, gates, today):
        return f"有效期写作“{inner(said)}”"
    if partner.status in _IN_TALKS:
        return f"状态为“{partner.status}”"
    if _validity(gates, GateState.PASS):
        return ""
    confirmed = partner.last_confirmed_on if isinstance(partner, Achievement) else None
    seen = confirmed or partner.published_on
    if seen is None or (seen.year + _STALE_YEARS, seen.month, seen.day) >= (today.year, today.month, today.day):
        return ""
    return f"最近确认于 {seen.isoformat()}" if confirmed else f"发布于 {seen.isoformat()}"


def is_silent(gate: Gate, partner: Record) -> bool:
    """Whether a hard condition is open only because the partner does not say how long it stands, as hardly any does."""
    silent = partner.valid_until is None and not as_written(partner, "valid_until")
    names = ("成果未写有效期", "需求未写有效期")
    return silent and gate.name == "validity" and gate.state is GateState.UNKNOWN and gate.reason.startswith(names)
