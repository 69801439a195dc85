"""Does a fit of 0.7 come true seven times in ten? Bins of `fit` against the observed share of levels ≥ 3."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.evaluate.answers import Answers
from matcher.evaluate.judgements import Judgements
from matcher.evaluate.metrics.base import Floats
from matcher.evaluate.metrics.calibration import BINS, bin_of

__all__ = ["Bin", "Reliability", "reliability", "wilson"]

_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Pairs with `low` ≤ fit < `high` (the last bin includes 1).

    `fit` is their mean fit, `share` the part of them judged level ≥ 3, `share_low` and `share_high` its 95 % interval.
    All four are NaN in an empty bin.
    """

    low: float
    high: float
    pairs: int
    fit: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins from 0 to 1, and the expected calibration error over them (the figure `ece`)."""

    bins: tuple[Bin, ...]
    ece: float


def wilson(hits: int, pairs: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927, JASA 22:209).

    Pairs are taken as independent; those of one need are not quite, so the truth is somewhat wider.

    Raises:
        ValueError: no pairs, or more hits than pairs.
    """
    if not 0 <= hits <= pairs or pairs < 1:
        raise ValueError(f"need 0 <= hits <= pairs and pairs >= 1, not {hits} of {pairs}")
    share, spread = hits / pairs, _Z * _Z / pairs
    centre = share + spread / 2.0
    reach = (spread * (share * (1.0 - share) + spread / 4.0)) ** 0.5
    low, high = (centre - reach) / (1.0 + spread), (centre + reach) / (1.0 + spread)
    # Rounding must not lift the ends off 0 and 1 where every pair is alike.
    return (0.0 if hits == 0 else low), (1.0 if hits == pairs else high)


def reliability(answers: Answers, judgements: Judgements) -> Reliability:
    """Reliability diagram (DeGroot & Fienberg 1983) of a system's `fit` over the judged pairs, in ten equal bins."""
    pairs = [
        (graded.fit, judgements.levels[need_id][graded.achievement_id] >= 3)
        for need_id, answer in zip(answers.need_ids, answers.judged, strict=True)
        for graded in answer
    ]
    fit = np.array([each for each, _ in pairs], dtype=np.float64)
    hit = np.array([each for _, each in pairs], dtype=np.float64)
    at = bin_of(fit)
    bins = tuple(_bin(n, fit[at == n], hit[at == n]) for n in range(BINS))
    return Reliability(bins, _error(bins, len(pairs)))


def _bin(number: int, fit: Floats, hit: Floats) -> Bin:
    mean = share = low = high = float("nan")
    if len(fit):
        mean, share = float(fit.mean()), float(hit.mean())
        low, high = wilson(int(hit.sum()), len(hit))
    return Bin(
        low=number / BINS,
        high=(number + 1) / BINS,
        pairs=len(fit),
        fit=mean,
        share=share,
        share_low=low,
        share_high=high,
    )


def _error(bins: Sequence[Bin], pairs: int) -> float:
    return sum(each.pairs * abs(each.fit - each.share) for each in bins if each.pairs) / pairs
