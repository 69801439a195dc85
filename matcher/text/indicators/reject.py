"""What is not an indicator: the company's size and money, dates, deliverables, what is so today, names with numbers."""

import re

from matcher.text.indicators.context import Section
from matcher.text.indicators.cues import cue, found
from matcher.text.indicators.evidence import Evidence
from matcher.text.indicators.families import family_rejection
from matcher.text.indicators.units import NO_UNIT

__all__ = ["rejection"]

_COMPANY_REACH = 20
_YEARS = range(1900, 2101)
_RATIO = re.compile(r" ?:\d")


def _last(name: str, text: str) -> int:
    """Where the last word of a list begins, -1 where there is none."""
    return max((match.start() for match in cue(name).finditer(text)), default=-1)


def _is_so_today(evidence: Evidence, *, achieved: bool) -> bool:
    if achieved:
        return found("elsewhere", evidence.sentence)
    if evidence.section is Section.STATE:
        return not found("plain_aim", evidence.sentence)
    if found("done", evidence.before) or _last("elsewhere", evidence.sentence) > _last("aim", evidence.sentence):
        return True
    # Under a heading such as 技术指标 only the clause itself can say that a figure is today's.
    said = evidence.before if evidence.section is Section.TARGET else evidence.sentence
    return found("supposed", said) or _last("today", said) > _last("aim", said)


def _is_date(evidence: Evidence) -> bool:
    quantity, unit = evidence.quantity, evidence.quantity.unit.text
    if unit in {"", "年"} and quantity.high in _YEARS and not quantity.is_tolerance:
        return not evidence.symbol or unit == "年"
    return unit in {"月", "日"} and not quantity.is_range


def _is_model(evidence: Evidence) -> bool:
    plain = not evidence.compared and not evidence.quantity.is_range and evidence.quantity.unit.canonical != "级"
    return plain and cue("model", before=" ?").match(evidence.after) is not None


def rejection(evidence: Evidence, *, achieved: bool) -> str:
    """Why a quantity is no indicator, "" where it is one; for tests and for whoever mends the word lists.

    `achieved`: the text tells what exists, not what is wanted.
    """
    checks = (
        ("money section", lambda: not achieved and evidence.section is Section.MONEY),
        ("date", lambda: _is_date(evidence)),
        ("ratio", lambda: evidence.quantity.unit is NO_UNIT and _RATIO.match(evidence.after)),
        ("model", lambda: _is_model(evidence)),
        ("company", lambda: not evidence.symbol and found("company", evidence.before[-_COMPANY_REACH:])),
        ("today", lambda: _is_so_today(evidence, achieved=achieved)),
    )
    return family_rejection(evidence) or next((reason for reason, holds in checks if holds()), "")
