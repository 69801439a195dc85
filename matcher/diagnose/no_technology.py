"""Needs that ask for buyers, money, staff or paperwork, and for no technology: 辣椒卖不出去，帮忙找销路."""

import re
from dataclasses import dataclass

from matcher.diagnose.reading import Reading
from matcher.diagnose.words import word_lists
from matcher.text.aspects import AspectKind

__all__ = ["Asked", "asks_for_no_technology"]

_KINDS = {"ask_sales": "销售", "ask_money": "资金", "ask_staff": "用工", "ask_paper": "代办"}
_CLAUSE = re.compile(r"[^，。；;,\n！？!?：:]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for instead, and the clause that says so, verbatim."""

    kind: str
    quote: str


def asks_for_no_technology(reading: Reading) -> Asked | None:
    """What a need asks for where that is no technology; None where any clause beside it tells something technical."""
    clauses = [(match, kind) for match in _CLAUSE.finditer(reading.text) if (kind := _kind(match[0]))]
    if not clauses or reading.targets:
        return None
    told = [effect.start for effect in reading.effects] + [trouble.start for trouble in reading.troubles]
    told += [aspect.start for aspect in reading.aspects if aspect.kind is AspectKind.METHOD]
    told += [reading.text.find(wish) for wish in reading.wishes]
    if any(all(not match.start() <= start < match.end() for match, _ in clauses) for start in told):
        return None
    match, kind = clauses[0]
    return Asked(kind, match[0].strip())


def _kind(clause: str) -> str:
    lists = word_lists()
    return next((kind for name, kind in _KINDS.items() if any(word in clause for word in lists[name])), "")
