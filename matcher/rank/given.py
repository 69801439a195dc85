"""What somebody said of a need's candidates tells of its others too: relevance feedback (Rocchio 1971), by Bayes.

Each need has a wish of its own that its text does not tell: a vector u with the prior N(0, `VARIANCE`·I). It adds v·u
to the log-odds of every level of a candidate, v the unit vector of the candidate's title. Grades are ordinal, possibly
between two levels, as in `train/levels.py`; the posterior is taken at its mode, of which there is one since the
likelihood is log-concave (Laplace's method as in Rasmussen & Williams 2006, Gaussian Processes for Machine Learning,
algorithms 3.1 and 3.2, with the linear kernel `VARIANCE`·v·v′).

The level model is calibrated over needs whose wishes nobody knew, so its log-odds are those of an average over the
prior: c = m / √(1 + π·s²/8), s² the variance of v·u (MacKay 1992, Neural Computation 4:720). Here m is taken from c,
moved, and averaged over what the grades left open. Where they tell nothing, the answer is the level model's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matcher.index.side import SideIndex
from matcher.rank.feedback import Range, Said, joint
from matcher.rank.levels import Probs
from matcher.records import Side

__all__ = ["RAISED", "VARIANCE", "Given", "Told", "moved"]

RAISED = "raised"
"""The part of a match by how much what was said raised its expected level, before missed targets lower it."""

VARIANCE = 6.0
"""Of the wish along any direction; 4 to 8 do alike (docs/decisions/0133-grades-of-the-same-need.md)."""

Told: TypeAlias = Mapping[str, Sequence[Said]]
"""Id of a query → what was said of its candidates: of achievements for a need, of needs for an achievement."""

_Floats: TypeAlias = npt.NDArray[np.float64]
_Ints: TypeAlias = npt.NDArray[np.int64]

# From here on a word stands whatever the program thinks of the numbers.
_FIRM = 0.5
_LEAST = 1e-9
_STEPS = 50
_ENOUGH = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What was said of one query's candidates, by rows of the side.

    positions: int64 (m,), of what tells of the content; one may come several times, where people did not agree. lows,
    highs: int64 (m,) in 1..4, between which levels it lies. weights: float64 (m,) in (0, 1], 1 for a deliberate grade.
    words: row → what was said of it or of a copy of it. refused: the rows that are not to be proposed again. settled:
    row → what its content is called, several where people did not agree. of_needs: the rows are needs that an
    achievement was proposed for, each of which has a wish of its own: what was said of one tells nothing of the others.
    """

    positions: _Ints
    lows: _Ints
    highs: _Ints
    weights: _Floats
    words: Mapping[int, str]
    refused: frozenset[int]
    settled: Mapping[int, Sequence[Range]]
    of_needs: bool = False

    @classmethod
    def of(cls, said: Iterable[Said], side: SideIndex) -> "Given | None":
        """What was said of one query; what is not in the index is left out, and None where nothing is left.

        A copy is the same offer: what was said of one is said of all, and counts once. It is refused where all that was
        said of it refuses it.
        """
        offers: dict[str, dict[str, list[Said]]] = {}
        for each in said:
            if each.partner_id in side:
                offers.setdefault(side.canonical(each.partner_id), {}).setdefault(each.partner_id, []).append(each)
        if not offers:
            return None
        telling: list[tuple[int, Range]] = []
        words: dict[int, str] = {}
        refused: set[int] = set()
        settled: dict[int, Sequence[Range]] = {}
        for head, found in offers.items():
            every = [each for sayings in found.values() for each in sayings]
            rows = _copies(head, side)
            words |= dict.fromkeys(rows, "；".join(dict.fromkeys(each.words for each in every)))
            refused |= set(rows) if all(each.refused for each in every) else set()
            ranges = _ranges(found)
            telling += [(side.position(next(iter(found))), each) for each in ranges]
            if ranges:
                settled |= dict.fromkeys(rows, ranges)
        return cls(
            np.array([at for at, _ in telling], dtype=np.int64),
            np.array([low for _, (low, _, _) in telling], dtype=np.int64),
            np.array([high for _, (_, high, _) in telling], dtype=np.int64),
            np.array([weight for _, (_, _, weight) in telling], dtype=np.float64),
            words,
            frozenset(refused),
            settled,
            side.side is Side.NEED,
        )

    def remark(self, row: int) -> str:
        """What was said of a row, as a clause for people."""
        return f"{'此前' if self.of_needs else '本需求'}已反馈“{self.words[row]}”"

    @property
    def moves(self) -> bool:
        """Whether it tells anything of candidates that nobody spoke of."""
        return len(self.positions) > 0 and not self.of_needs

    def firm(self, positions: _Ints) -> npt.NDArray[np.bool_]:
        """Which of these rows somebody who must know called what they are: bool (n,)."""
        found = (self.settled.get(at, ()) for at in positions.tolist())
        return np.array([len(ranges) == 1 and ranges[0][2] >= _FIRM for ranges in found], dtype=np.bool_)

    def settle(self, before: Probs, after: Probs, positions: _Ints) -> Probs:
        """Of rows whose content was named what was said, as far as the word is certain; `after` of the others.

        A word of weight w holds with probability w and tells nothing else. It is held against `before`, in which it
        is not yet contained.

        Args:
            before: float64 (n, 4), what the level model says of each.
            after: float64 (n, 4), the same in the light of what was said.
            positions: int64 (n,), their rows.
        """
        found, levels = after.copy(), np.arange(1, 5)
        for row, position in enumerate(positions.tolist()):
            ranges = self.settled.get(position)
            if ranges:
                found[row] = (1.0 - sum(weight for _, _, weight in ranges)) * before[row]
                for low, high, weight in ranges:
                    kept = np.maximum(before[row], _LEAST) * ((levels >= low) & (levels <= high))
                    found[row] += weight * kept / kept.sum()
        return found


def _ranges(found: Mapping[str, Sequence[Said]]) -> list[Range]:
    """What is said of the content of one offer; `found`: id of a copy → what people agree on of it, or their shares."""
    told = {i: ranges for i, said in found.items() if (ranges := [each.range for each in said if each.teaches])}
    if len(told) <= 1:
        return next(iter(told.values()), [])
    if any(len(ranges) > 1 for ranges in told.values()):
        return [(low, high, weight / len(told)) for ranges in told.values() for low, high, weight in ranges]
    return joint([ranges[0] for ranges in told.values()])


def _copies(record_id: str, side: SideIndex) -> list[int]:
    """The rows of a record and of its copies."""
    names = {record_id, *side.cluster(side.canonical(record_id))}
    return [side.position(name) for name in sorted(names) if name in side]


def moved(
    probs: Probs, vectors: npt.NDArray[np.float32], told: Probs, seen: npt.NDArray[np.float32], given: Given
) -> Probs:
    """What the level model says of a need's candidates, in the light of what was said of some: float64 (n, 4).

    Args:
        probs: float64 (n, 4), P(level = 1..4) of each.
        vectors: float32 (n, d), unit vectors of their titles.
        told: float64 (m, 4), what the level model says of those in `given.positions`.
        seen: float32 (m, d), unit vectors of the titles of these.
        given: m ≥ 1 grades.
    """
    known, unit = seen.astype(np.float64), vectors.astype(np.float64)
    sharper = _blur(VARIANCE)
    pull, root, factor = _mode(VARIANCE * known @ known.T, _log_odds(told) * sharper, given)
    kernel = VARIANCE * unit @ known.T
    lowered = root[:, None] * kernel.T
    left = np.maximum(VARIANCE - (lowered * np.linalg.solve(factor, lowered)).sum(axis=0), 0.0)
    after = (_log_odds(probs) * sharper + (kernel @ pull)[:, None]) / _blur(left)[:, None]
    edges = np.hstack([np.ones((len(probs), 1)), _sigmoid(after), np.zeros((len(probs), 1))])
    return np.asarray(np.maximum(edges[:, :-1] - edges[:, 1:], 0.0))


def _log_odds(probs: Probs) -> _Floats:
    """Of P(level ≥ 2..4), none of them taken for certain: float64 (n, 3)."""
    above = np.clip(probs[:, ::-1].cumsum(axis=1)[:, 2::-1], _LEAST, 1 - _LEAST)
    return np.asarray(np.log(above) - np.log1p(-above))


def _blur(variance: _Floats | float) -> _Floats:
    """How much averaging over a normal of that variance shrinks a log-odds."""
    return np.asarray(np.sqrt(1.0 + np.pi * np.asarray(variance) / 8.0))


def _sigmoid(x: _Floats) -> _Floats:
    return np.asarray(np.where(x >= 0, 1.0, np.exp(np.minimum(x, 0.0))) / (1.0 + np.exp(-np.abs(x))))


def _mode(kernel: _Floats, log_odds: _Floats, given: Given) -> tuple[_Floats, _Floats, _Floats]:
    """Newton's method, its step halved where it overshoots.

    Args:
        kernel: float64 (m, m).
        log_odds: float64 (m, 3), of the levels 2..4.
        given: the grades.

    Returns:
        pull: float64 (m,), shifts are kernel @ pull. root: float64 (m,), roots of the curvatures. factor: float64
        (m, m), I + root·kernel·root.
    """
    at = np.arange(len(kernel))
    padded = np.hstack([np.full((len(kernel), 1), np.inf), log_odds, np.full((len(kernel), 1), -np.inf)])
    low, high = padded[at, given.lows - 1], padded[at, given.highs]
    # log(σ(low + f) − σ(high + f)) without the difference of two small numbers.
    between = np.log(-np.expm1(-np.maximum(low - high, _LEAST)))

    def likelihood(shift: _Floats) -> float:
        value = between - np.logaddexp(0.0, -(low + shift)) - np.logaddexp(0.0, high + shift)
        return float(given.weights @ value)

    def slopes(shift: _Floats) -> tuple[_Floats, _Floats]:
        """The slope of the likelihood at each grade, and its curvature with the sign turned."""
        upper, lower = _sigmoid(low + shift), _sigmoid(high + shift)
        return given.weights * (1.0 - upper - lower), given.weights * (upper * (1.0 - upper) + lower * (1.0 - lower))

    def whitened(curve: _Floats) -> tuple[_Floats, _Floats]:
        root = np.sqrt(curve)
        return root, np.eye(len(kernel)) + root[:, None] * kernel * root

    pull = np.zeros(len(kernel))
    best = likelihood(pull)
    for _ in range(_STEPS):
        shift = kernel @ pull
        slope, curve = slopes(shift)
        root, factor = whitened(curve)
        aim = curve * shift + slope
        step = aim - root * np.linalg.solve(factor, root * (kernel @ aim)) - pull
        share = 1.0
        while share > _ENOUGH:
            tried = pull + share * step
            reached = likelihood(kernel @ tried) - 0.5 * float(tried @ kernel @ tried)
            if reached > best:
                break
            share /= 2
        if share <= _ENOUGH or reached <= best + _ENOUGH:
            break
        pull, best = tried, reached
    return pull, *whitened(slopes(kernel @ pull)[1])
