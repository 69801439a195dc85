"""Why two records were brought together, told for the scheduled pairs alone and from public texts alone."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from matcher.embed.base import Encoder
from matcher.embed.meaning import Meaning
from matcher.embed.remember import RememberingEncoder
from matcher.explain import Explainer, Explanation, Pairing
from matcher.index.lexical import Lexical
from matcher.index.tokens import KnownWords, cut_words
from matcher.index.vectors import content_keys
from matcher.rank.checks import Checker
from matcher.rank.gates import check_gates
from matcher.records import Achievement, Need, Record, Side
from matcher.text.fields import title_and_body

__all__ = ["Explain", "explaining"]

Explain: TypeAlias = Callable[[Sequence[tuple[Need, Achievement]], Side], Sequence[Explanation]]
"""One explanation a pair, in order, for a reader on that side: what is asked is what the other side leaves open."""

_COUNTED = 4_000
"""Records from which is learned how much a word tells; more would take minutes and change little."""


def explaining(
    encoder: Encoder, *, needs: Mapping[str, Need], achievements: Mapping[str, Achievement], today: dt.date
) -> Explain:
    """Explanations by the engine's own parts.

    Args:
        encoder: compares sentences and names of indicators.
        needs: all of the run, to learn from how much a word tells.
        achievements: likewise.
        today: the day on which validity is judged.
    """
    remembering = RememberingEncoder(encoder)
    weights = {
        Side.NEED: _lexical(achievements.values()).weight,
        Side.ACHIEVEMENT: _lexical(needs.values()).weight,
    }
    explainers = {side: Explainer(weight, encoder=remembering) for side, weight in weights.items()}
    checker = Checker(similarity=Meaning(remembering))

    def explain(pairs: Sequence[tuple[Need, Achievement]], side: Side) -> Sequence[Explanation]:
        asked: dict[str, list[int]] = {}
        for at, pair in enumerate(pairs):
            asked.setdefault(_ordered(pair, side)[0].id, []).append(at)
        found: dict[int, Explanation] = {}
        for places in asked.values():
            query = _ordered(pairs[places[0]], side)[0]
            pairings = [
                Pairing(
                    partner=_ordered(pairs[at], side)[1],
                    gates=check_gates(*pairs[at], today=today, query_side=side),
                    checks=checker.check(*pairs[at]),
                )
                for at in places
            ]
            found |= dict(zip(places, explainers[side].explain_many(query, pairings, today=today), strict=True))
        return [found[at] for at in range(len(pairs))]

    return explain


def _ordered(pair: tuple[Need, Achievement], side: Side) -> tuple[Record, Record]:
    """The reader's own record, and the other's."""
    need, achievement = pair
    return (need, achievement) if side is Side.NEED else (achievement, need)


def _lexical(records: Iterable[Record]) -> Lexical:
    """The words of a corpus: of all its records, or of every so many of a large one."""
    ordered = sorted(records, key=lambda record: record.id)
    taken = ordered[:: max(1, -(-len(ordered) // _COUNTED))]
    texts = [title_and_body(record, confidential=False) for record in taken]
    return Lexical.build(cut_words(texts, content_keys(["\n".join(text) for text in texts]), KnownWords()))
