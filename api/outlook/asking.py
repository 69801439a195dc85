"""One need put to the engine as a tier of readers would put it, and what comes of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from api.access.groups import projected
from api.db.tables import RecordRow
from api.matching.live import Matching
from api.records.content import to_record
from matcher.corpus.classify import Classifier
from matcher.engine import Matcher
from matcher.explain import Explaining
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.records import Achievement, Match, Need, Scheme, Side, Tier

__all__ = [
    "DEPTH",
    "LEAST_LEVEL",
    "LISTED",
    "TIERS",
    "Asked",
    "Question",
    "ask",
    "explained",
    "plan_codes",
    "postings",
    "question_of",
]

DEPTH = 50
"""How many achievements of a need are counted at most."""
LISTED = 10
"""How many of them are kept as pairs."""
_COPIES = 4
LEAST_LEVEL = 2
"""From which level on a pair is kept."""
TIERS = (Tier.REGISTERED, Tier.RESTRICTED)
"""In whose eyes each need is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A published need as it is, and as each tier of eyes may put it to the engine."""

    row: RecordRow
    need: Need
    asked: Mapping[Tier, Need]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the engine found for a need, best first; `held` are those from level 2 on as the index has them, by id."""

    matches: tuple[Match, ...]
    held: Mapping[str, Achievement]
    bar: float


def question_of(row: RecordRow) -> Question:
    """The question of a published need in the eyes of each tier.

    No text goes into it that not everybody of the tier may read. A need that is closed to a tier as a whole is asked as
    those may read it who see it at all: for its owner. Brokers and staff do not watch what they may not see.
    """
    need, visibility = to_record(row), Tier(row.visibility)
    if not isinstance(need, Need):
        raise TypeError(f"{row.id} is not a need")
    tiers = TIERS if visibility <= Tier.RESTRICTED else (Tier.REGISTERED,)
    return Question(row, need, {tier: projected(need, row.tiers, max(tier, visibility)) for tier in tiers})


def ask(matching: Matching, question: Question, today: dt.date) -> dict[Tier, Asked]:
    """What the index has for the need, for each of its tiers; the engine is held for one need only.

    Raises:
        IndexStoreError, ModelError: as for `Matching.use`.
    """
    with matching.use() as matcher:
        if not matcher.has(Side.ACHIEVEMENT):
            return {tier: Asked((), {}, matcher.bar) for tier in question.asked}
        found: dict[Tier, Asked] = {}
        for tier, need in question.asked.items():
            before = found.get(Tier.REGISTERED)
            if before is not None and need == question.asked[Tier.REGISTERED] and not _holds_restricted(matcher):
                # Whoever reads further sees nothing more here.
                found[tier] = before
            else:
                found[tier] = _asked(matcher, need, tier, today)
        return found


def explained(
    matching: Matching, question: Question, tier: Tier, held: Mapping[str, Achievement], today: dt.date
) -> dict[str, str]:
    """Why the need goes with each of these achievements, in two sentences for readers of the tier.

    Left out are those that the index does not hold any more as they were when the need was put to it.

    Raises:
        IndexStoreError, ModelError: as for `Matching.use`.
    """
    need = question.asked[tier]
    with matching.use() as matcher:
        if not matcher.has(Side.ACHIEVEMENT):
            return {}
        side = matcher.side(Side.ACHIEVEMENT)
        here = [i for i, record in held.items() if i in side and side.records[side.position(i)] == record]
        if not here:
            return {}
        told = matcher.explain(need, here, today=today, eyes=_eyes(need, tier), explaining=Explaining.WORDS)
        return {i: two_sentences(match) for i, match in zip(here, told, strict=True)}


def postings(match: Match) -> tuple[str, ...]:
    """The achievement of a match, and the first of its re-posts, which may be another organisation's."""
    return match.achievement_id, *match.duplicates[:_COPIES]


def two_sentences(match: Match) -> str:
    """What speaks for the pair and what warns, and what to ask first or else how its indicators compare."""
    more = f"待核实：{match.questions[0]}" if match.questions else ""
    more = more or next((line for line in match.lines if line.startswith("指标")), "")
    parts = (part if part.endswith(("。", "？")) else f"{part}。" for part in (match.reason, more) if part)
    return "".join(parts)


def plan_codes(need: Need) -> tuple[str, ...]:
    """Codes of the need's plan fields, as the index would give them."""
    (labels,) = _classifier().label([need])
    return tuple(dict.fromkeys(label.code for label in labels if label.scheme is Scheme.PLAN))


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    return Classifier.load()


def _asked(matcher: Matcher, need: Need, tier: Tier, today: dt.date) -> Asked:
    found = matcher.match(
        need,
        top=DEPTH,
        conditions=Filter(eyes=_eyes(need, tier)),
        today=today,
        explaining=Explaining.NONE,
    )
    side = matcher.side(Side.ACHIEVEMENT)
    held = {}
    for match in found.matches:
        if match.level < LEAST_LEVEL:
            continue
        for achievement_id in postings(match):
            record = side.records[side.position(achievement_id)]
            if isinstance(record, Achievement):
                held[achievement_id] = record
    return Asked(found.matches, held, matcher.bar)


def _eyes(need: Need, tier: Tier) -> Eyes:
    """The tier's; the need itself is already no more than may be read of it."""
    return Eyes(tier=tier, own=frozenset({(Side.NEED, need.id)}))


def _holds_restricted(matcher: Matcher) -> bool:
    """Whether the index holds achievements that brokers and staff alone see."""
    visibility = matcher.side(Side.ACHIEVEMENT).columns.numbers["visibility"]
    return bool((visibility > int(Tier.REGISTERED)).any())
