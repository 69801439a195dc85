"""Candidates that miss an indispensable target are one level lower than their content says."""

from collections.abc import Sequence

import numpy as np

from matcher.rank.features import check_features
from matcher.rank.levels import Probs
from matcher.rank.ranker import Graded
from matcher.records import IndicatorCheck

__all__ = ["best_first", "lowered", "one_level_lower"]


def one_level_lower(probs: Probs) -> Probs:
    """P(level = 1..4) of pairs that turn out one level worse than they look, never below 1: float64 (n, 4)."""
    return np.column_stack([probs[:, 0] + probs[:, 1], probs[:, 2], probs[:, 3], np.zeros(len(probs))])


def lowered(graded: Graded, checks: Sequence[Sequence[IndicatorCheck]]) -> Graded:
    """The candidates in the same order, with those lowered that miss an indispensable target.

    A target that is not stated changes nothing, and one that is missed but not called indispensable is only told. What
    somebody said of a candidate stands: whoever graded it had the numbers before them.

    Args:
        graded: candidates of one query.
        checks: of the first so many of them, in order; the others are not checked.
    """
    missed = [at for at, found in enumerate(checks) if check_features(found).unmet_must and not graded.said[at]]
    if not missed:
        return graded
    probs = graded.probs.copy()
    probs[missed] = one_level_lower(probs[missed])
    return graded.regraded(probs)


def best_first(graded: Graded) -> Graded:
    """By score, ties as they stood."""
    return graded.take(np.argsort(-graded.scores, kind="stable"))
