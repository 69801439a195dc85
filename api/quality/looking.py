"""One record looked at: what is filled in, what the check-up finds, which words the other side uses."""

from dataclasses import dataclass, replace

from api.matching.live import Matching
from api.quality.fields import fields_of
from api.quality.filling import Filling, filling, is_closed
from api.quality.terms import asked_words
from api.records.content import to_content
from api.records.reading import Seen
from matcher.diagnose import NeedClass, diagnose
from matcher.diagnose.base import Term
from matcher.diagnose.terms import TermRules
from matcher.records import Achievement, Need, Record, Side, Tier

__all__ = ["Quality", "look"]

_RULES = TermRules(most=6)


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """What was found; `need_class` is None and `questions` empty for an achievement. `closed`: labels not looked at."""

    filling: Filling
    closed: tuple[str, ...]
    terms: tuple[Term, ...]
    need_class: NeedClass | None = None
    questions: tuple[str, ...] = ()


def look(matching: Matching, seen: Seen) -> Quality:
    """Look at a record as its reader reads it. Words and questions come from its public texts alone.

    Raises:
        IndexStoreError: the index is damaged or was made by another encoder.
        ModelError: the encoder's files are missing or damaged.
    """
    side = Side(seen.row.side)
    found = filling(side, to_content(seen.record), seen.closed)
    closed = tuple(field.label for field in fields_of(side) if is_closed(field, seen.closed))
    record = _public(seen)
    if isinstance(record, Need):
        with matching.use() as matcher:
            told = diagnose(record, matcher=matcher if matcher.has(Side.ACHIEVEMENT) else None, rules=_RULES)
        return Quality(found, closed, told.terms, told.need_class, told.questions)
    with matching.use() as matcher:
        terms = asked_words(matcher, record) if isinstance(record, Achievement) else ()
    return Quality(found, closed, terms)


def _public(seen: Seen) -> Record:
    """What is compared: without what is closed by nature, and under an id of its own, that no search takes for it."""
    return replace(seen.record, confidential_detail="", contact="", extra={}, visibility=Tier.PUBLIC)
