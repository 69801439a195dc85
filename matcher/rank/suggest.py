"""Which pairs a person should grade next: those whose answers teach most, and not forty times the same question.

Uncertainty sampling (Lewis & Gale 1994, SIGIR) by the entropy of P(level), spread over needs and over the range of
scores, since entropy alone asks only about the middle. One place in five goes to a need's own first candidate, those
nearest to the bar of “nothing fits” first: only such answers tell whether a need has a partner at all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.rank.levels import Probs
from matcher.text.normalize import fold_heading

__all__ = ["Option", "entropy", "suggest"]

_BINS = 4
# Titles that share this much of their pairs of characters (Jaccard) ask the same question.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Option:
    """A pair that could be graded.

    title: the achievement's. uncertainty: in [0, 1]. score: expected level in [1, 4]. fit: P(level ≥ 3).
    first: whether it is the need's best candidate.
    """

    need_id: str
    achievement_id: str
    title: str
    uncertainty: float
    score: float
    fit: float
    first: bool


def entropy(probs: Probs) -> npt.NDArray[np.float64]:
    """−Σ p·log p / log 4 of each row: float64 (n,) in [0, 1], 1 where all four levels are equally likely."""
    return np.asarray(-(probs * np.log(np.maximum(probs, 1e-12))).sum(axis=1) / np.log(4.0), dtype=np.float64)


def suggest(options: Sequence[Option], count: int, *, none_fits_below: float) -> tuple[Option, ...]:
    """At most `count` pairs in the order they were chosen; no achievement twice, no two with nearly one title.

    In turn: a first candidate, then the most uncertain of each quarter of the range of scores, from above; always of a
    need that was asked about least so far. The answer does not depend on the order of the options.

    Args:
        options: what may be asked.
        count: at least 1.
        none_fits_below: the bar on a need's best `fit`, from the level model.
    """
    queues = [_Queue((abs(o.fit - none_fits_below), o) for o in options if o.first)]
    queues += [_Queue((-o.uncertainty, o) for o in part) for part in _quarters(options)]
    chosen = _Chosen()
    while any(queue.waiting for queue in queues):
        for queue in queues:
            if len(chosen.options) == count:
                return tuple(chosen.options)
            queue.move_to(chosen)
    return tuple(chosen.options)


def _quarters(options: Sequence[Option]) -> list[list[Option]]:
    """The options by score, highest quarter of the range first."""
    scores = [option.score for option in options]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    parts: list[list[Option]] = [[] for _ in range(_BINS)]
    for option in options:
        place = int(_BINS * (high - option.score) / (high - low)) if high > low else 0
        parts[min(place, _BINS - 1)].append(option)
    return parts


class _Chosen:
    """What was chosen so far, and whether one more would be news."""

    def __init__(self) -> None:
        self.options: list[Option] = []
        self.asked: Counter[str] = Counter()
        self._achievements: set[str] = set()
        self._titles: list[frozenset[str]] = []

    def add(self, option: Option) -> None:
        self.options.append(option)
        self.asked[option.need_id] += 1
        self._achievements.add(option.achievement_id)
        self._titles.append(_pairs_of(option.title))

    def knows(self, option: Option) -> bool:
        if option.achievement_id in self._achievements:
            return True
        mine = _pairs_of(option.title)
        return any(len(mine & other) >= _ALIKE * len(mine | other) for other in self._titles)


class _Queue:
    """Options by value, the smallest first."""

    def __init__(self, valued: Iterable[tuple[float, Option]]) -> None:
        self.waiting = sorted(valued, key=lambda pair: (pair[0], pair[1].need_id, pair[1].achievement_id))

    def move_to(self, chosen: _Chosen) -> None:
        """Move the first one of a need asked about least; drop what would ask the same again."""
        while self.waiting:
            place = min(range(len(self.waiting)), key=lambda at: (chosen.asked[self.waiting[at][1].need_id], at))
            _, option = self.waiting.pop(place)
            if not chosen.knows(option):
                chosen.add(option)
                return


def _pairs_of(title: str) -> frozenset[str]:
    """Pairs of neighbouring characters; a title of one character is itself."""
    plain = fold_heading(title)
    return frozenset(plain[at : at + 2] for at in range(max(1, len(plain) - 1)))
