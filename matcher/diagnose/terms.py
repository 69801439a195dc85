"""Words of the nearest achievements: those worth adding to a need, and those that divide the achievements.

Pseudo-relevance feedback (Lavrenko & Croft 2001), kept narrow: a word must stand in the titles of several good
candidates, be near to them by meaning, and not be one that fits any title.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.diagnose.base import Candidate, Contrast, Term, Way
from matcher.diagnose.topic import is_generic
from matcher.diagnose.words import word_lists

__all__ = ["TermRules", "contrasts", "good", "suggest_terms"]

Weight = Callable[[str], float]
"""How much a word tells (inverse document frequency)."""
Closeness = Callable[[Sequence[str]], Sequence[float]]
"""How near words are by meaning to the good candidates, each in [-1, 1]."""

_LONGEST, _SHORTEST = 10, 2
_SPLIT_SUPPORT = 2
_OVERLAP = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRules:
    """Which candidates are good, and which of their words are suggested; chosen on half of the judged needs.

    Of the first `top` candidates those are good whose P(level ≥ 3) is at least `share` of the best one's, and none is
    where the best one's is below `bar` (None: below which the matcher says that nothing fits). `support` of them must
    hold a word in their titles; the `most` words best by promise × weight × closeness ** `power` are taken.
    """

    top: int = 20
    share: float = 0.8
    support: int = 2
    most: int = 2
    power: float = 12.0
    bar: float | None = None


def good(candidates: Sequence[Candidate], bar: float, rules: TermRules) -> tuple[Candidate, ...]:
    """The candidates that may speak for the corpus; none where not even the best reaches `bar`, P(level ≥ 3)."""
    if not candidates or candidates[0].fit < bar:
        return ()
    return tuple(item for item in candidates[: rules.top] if item.fit >= rules.share * candidates[0].fit)


def suggest_terms(
    text: str, candidates: Sequence[Candidate], weight: Weight, closeness: Closeness, rules: TermRules
) -> tuple[Term, ...]:
    """Words of near achievements that a need does not use, the most telling first.

    Args:
        text: the need's own text; a word that is part of it is not suggested.
        candidates: the good ones, best first.
        weight: how much a word tells.
        closeness: see above.
        rules: how many must hold a word, and how many words are wanted.
    """
    held: Counter[str] = Counter(word for candidate in candidates for word in candidate.terms)
    words = sorted(word for word, count in held.items() if count >= rules.support and _worthy(word, text))
    if not words:
        return ()
    promise = {word: sum(candidate.fit for candidate in candidates if word in candidate.terms) for word in words}
    scores = {
        word: promise[word] * weight(word) * max(close, 0.0) ** rules.power
        for word, close in zip(words, closeness(words), strict=True)
    }
    chosen: list[str] = []
    for word in sorted(words, key=lambda word: (-scores[word], word)):
        if len(chosen) < rules.most and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return tuple(Term(word, held[word]) for word in chosen)


def _worthy(word: str, text: str) -> bool:
    if not _SHORTEST <= len(word) <= _LONGEST or any(char.isdigit() for char in word):
        return False
    return word not in text.lower() and not is_generic(word) and word not in word_lists()["no_term"]


def contrasts(text: str, candidates: Sequence[Candidate], weight: Weight) -> tuple[Contrast, ...]:
    """Two methods, or two materials, that divide the good candidates and of which the need names neither.

    Both stand in at least two titles, hardly ever together; the pair that covers most comes first.

    Args:
        text: the need's own text.
        candidates: the good ones, best first.
        weight: how much a word tells.
    """
    holders = {
        way: frozenset(at for at, candidate in enumerate(candidates) if way in candidate.ways)
        for way in sorted({way for candidate in candidates for way in candidate.ways})
        if _worthy(way[1], text) and way[1] not in word_lists()["no_way"]
    }
    telling = {way: held for way, held in holders.items() if len(held) >= _SPLIT_SUPPORT}
    pairs: list[tuple[float, Way, Way]] = []
    for one, other in combinations(telling, 2):
        first, second = telling[one], telling[other]
        apart = len(first & second) <= _OVERLAP * min(len(first), len(second))
        if apart and one[0] is other[0] and not (one[1] in other[1] or other[1] in one[1]):
            pairs.append((min(len(first), len(second)) * min(weight(one[1]), weight(other[1])), one, other))
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    found = []
    for _, one, other in pairs:
        titles = [candidates[min(telling[way] - telling[rest])].title for way, rest in ((one, other), (other, one))]
        found.append(Contrast(one[1], titles[0], other[1], titles[1]))
    return tuple(found)
