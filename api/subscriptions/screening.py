"""Which new records reach a subscription's level: all pairs by their numbers, then a close look at the few left."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from api.subscriptions.asking import Asking
from matcher.engine import Matcher
from matcher.explain import Explaining
from matcher.index.columns import Columns
from matcher.index.eyes import Eyes
from matcher.index.side import SideIndex
from matcher.rank.gates import failed
from matcher.rank.ranker import Ranker
from matcher.rank.shortlist import query_text
from matcher.records import Match, Record, Side
from matcher.text.fields import title_and_body
from matcher.text.normalize import normalize

__all__ = ["Found", "closely", "missing", "screen"]


@dataclass(frozen=True, slots=True)
class Found:
    """A new record that reaches the level.

    `copies` are ids of its re-posts as far as the index knows them, itself among them; what has just come in is marked
    only when the index is compacted. `text_key` is the same for records of the same text.
    """

    record_id: str
    level: int
    fit: float
    reason: str
    copies: tuple[str, ...]
    text_key: str


def missing(matcher: Matcher, looks_for: Side, record_ids: Iterable[str]) -> list[str]:
    """Those of the records that the index does not hold."""
    if not matcher.has(looks_for):
        return list(record_ids)
    side = matcher.side(looks_for)
    return [record_id for record_id in record_ids if record_id not in side]


def screen(
    matcher: Matcher, looks_for: Side, askings: Sequence[Asking], record_ids: Sequence[str]
) -> list[tuple[str, ...]]:
    """For each subscription the records that may reach its level, by the level model alone.

    Nothing that `closely` would keep is lost: what it looks at besides only lowers a level. The exception is a
    re-ranker, which is not asked here and may raise one; one level less is enough then.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    if not matcher.has(looks_for):
        return [()] * len(askings)
    side = matcher.side(looks_for)
    here = [record_id for record_id in record_ids if record_id in side]
    if not here or not askings:
        return [()] * len(askings)
    positions = side.positions_of(here)
    offered = matcher.side(Side.ACHIEVEMENT) if matcher.has(Side.ACHIEVEMENT) else None
    graded = Ranker(side, matcher.model, achievements=offered).grade(
        [query_text(asking.query) for asking in askings], [positions] * len(askings)
    )
    columns = Columns.of([side.records[at] for at in positions.tolist()])
    grace = 1 if matcher.reranker is not None else 0
    kept: list[tuple[str, ...]] = []
    for asking, grades in zip(askings, graded, strict=True):
        passes = grades.levels >= asking.subscription.min_level - grace
        if passes.any() and asking.conditions is not None:
            passes &= asking.conditions.mask(columns)
        kept.append(tuple(here[at] for at in np.flatnonzero(passes)))
    return kept


def closely(
    matcher: Matcher, asking: Asking, record_ids: Sequence[str], opened: frozenset[str], today: dt.date
) -> tuple[Found, ...]:
    """Those of the records that reach the level in every respect, explained to the subscriber, best first.

    Args:
        matcher: of this moment.
        asking: the subscription.
        record_ids: records that its account may know of.
        opened: those of them that were opened to it.
        today: the day validity is judged on.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    looks_for = Side(asking.subscription.looks_for)
    if not matcher.has(looks_for):
        return ()
    side, query = matcher.side(looks_for), asking.query
    eyes = Eyes(
        tier=asking.caller.tier,
        own=frozenset({(query.side, query.id)}),
        opened=frozenset((looks_for, record_id) for record_id in opened),
    )
    # The index may hold another version than the one the database had a moment ago.
    here = [i for i in record_ids if i in side and eyes.sees(side.records[side.position(i)])]
    if not here:
        return ()
    told = matcher.explain(query, here, today=today, eyes=eyes, explaining=Explaining.MEANING)
    hard = frozenset(matcher.settings.hard_gates)
    good = [
        (record_id, match)
        for record_id, match in zip(here, told, strict=True)
        if match.level >= asking.subscription.min_level and not failed(match.gates, hard)
    ]
    good.sort(key=lambda pair: (-pair[1].level, -pair[1].fit, pair[0]))
    return tuple(_found(side, record_id, match) for record_id, match in good)


def _found(side: SideIndex, record_id: str, match: Match) -> Found:
    copies = side.cluster(side.canonical(record_id))
    return Found(
        record_id,
        match.level,
        match.fit,
        match.reason[:1000],
        copies,
        _text_key(side.records[side.position(record_id)]),
    )


def _text_key(record: Record) -> str:
    """SHA-256 of title and texts, however they are spaced."""
    text = "\0".join("".join(normalize(part).split()) for part in title_and_body(record))
    return hashlib.sha256(text.encode()).hexdigest()
