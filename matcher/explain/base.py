"""What an explanation is made of, and what it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.records import Evidence, Gate, IndicatorCheck, Record

__all__ = ["Explaining", "Explanation", "Pairing"]


class Explaining(StrEnum):
    """How much of an explanation is wanted.

    MEANING: sentences are chosen by meaning, which asks the encoder for each of them. WORDS: sentences are chosen by
    words alone; everything else is the same. NONE: no explanation at all, and no targets checked for it.
    """

    MEANING = "meaning"
    WORDS = "words"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One partner of a query, with its hard conditions and indicators as checked for the pair."""

    partner: Record
    gates: tuple[Gate, ...] = ()
    checks: Sequence[IndicatorCheck] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is shown for one pair; nothing in it is above the tier it was made for.

    `lines` are at most six; `questions` at most three, the most useful first; `unknowns` are phrases, most important
    first; `checks` are those that rest on open texts.
    """

    reason: str
    evidence: tuple[Evidence, ...] = ()
    shared_words: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    checks: tuple[IndicatorCheck, ...] = ()
    lines: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
