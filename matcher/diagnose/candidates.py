"""The achievements of an index that are nearest to a need, as far as public texts tell them."""

from collections.abc import Sequence

from matcher.diagnose.base import Candidate
from matcher.engine import Matcher
from matcher.records import Need, Record, Side, Tier
from matcher.text.aspects import AspectKind, aspects
from matcher.text.segment import words

__all__ = ["nearest"]

# Copies and what is not public fall out of the first.
_DEPTH = 60


def nearest(matcher: Matcher, needs: Sequence[Need], *, top: int) -> list[tuple[Candidate, ...]]:
    """For each need up to `top` public achievements, best first; copies and equal titles once.

    Raises:
        IndexNotFoundError: the index holds no achievements.
        ModelError: the encoder's files are missing or damaged.
    """
    side = matcher.side(Side.ACHIEVEMENT)
    found: list[tuple[Candidate, ...]] = []
    for graded in matcher.rank(needs, max(_DEPTH, top)):
        seen: set[str] = set()
        kept: list[Candidate] = []
        for place, fit in zip(graded.positions, graded.fits, strict=True):
            record = side.records[place]
            names = {side.canonical(record.id), record.title.strip()}
            if record.visibility > Tier.PUBLIC or names & seen:
                continue
            seen |= names
            kept.append(_candidate(record, int(place), float(fit)))
            if len(kept) == top:
                break
        found.append(tuple(kept))
    return found


def _candidate(record: Record, position: int, fit: float) -> Candidate:
    kinds = (AspectKind.METHOD, AspectKind.MATERIAL)
    found = aspects(record.title)
    return Candidate(
        id=record.id,
        title=record.title.strip(),
        position=position,
        fit=fit,
        terms=frozenset(words(record.title)),
        ways=frozenset((aspect.kind, aspect.text) for aspect in found if aspect.kind in kinds),
    )
