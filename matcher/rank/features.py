"""What of a pair tells its level: named numbers, computed the same way in training and in use."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from matcher.index.base import QueryText
from matcher.index.side import SideIndex
from matcher.records import CheckState, IndicatorCheck

__all__ = ["BY_CORPUS", "FEATURES", "CheckFeatures", "check_features", "feature_columns", "pair_features"]

_Float = TypeVar("_Float", np.float32, np.float64)

FEATURES = ("semantic", "keyword", "title_share", "closeness", "body_closeness")
"""semantic: mean of the dense cosines, in [-1, 1]. keyword: min(1, BM25 / 20), in [0, 1]. title_share: how many records
of the corpus are known by their titles alone, in [0, 1], the same for all: where they are the rule, cosines run lower
and pairs fit more often. It shifts all candidates of a query alike; a flag a record would put bare titles before full
texts.
closeness: semantic cubed, 0 where that is negative: a hundredth more tells more between near texts than between others.
body_closeness: closeness × (1 − title_share): bare titles tell less, so that there a hundredth more is worth less.
"""

BODY_CROSS = "body_cross"
"""Of a pair that a re-ranker has read: see `rank/rerank.py`."""

BY_CORPUS: Mapping[str, str] = MappingProxyType({"body_closeness": "closeness", BODY_CROSS: "cross"})
"""What is another feature × (1 − title_share), and of which: only labels from corpora of several kinds tell the two
apart."""

# A BM25 sum of 20 is about five rare words in common; more of them tell nothing new about the level.
_ENOUGH = 20.0


def pair_features(
    side: SideIndex, queries: Sequence[QueryText], positions: Sequence[npt.NDArray[np.int64]], title_share: float
) -> list[npt.NDArray[np.float64]]:
    """Features of given records for each query: float64 (len(positions[i]), len(FEATURES)), columns as in `FEATURES`.

    `title_share`: of the achievements, whichever side the records are of.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    semantic = side.dense.score(queries, positions)
    keyword = side.lexical.score(queries, positions)
    return [
        np.column_stack(feature_columns(meaning.astype(np.float64), terms.astype(np.float64), title_share))
        for meaning, terms in zip(semantic, keyword, strict=True)
    ]


def feature_columns(
    semantic: npt.NDArray[_Float], keyword: npt.NDArray[_Float], title_share: float
) -> tuple[npt.NDArray[_Float], ...]:
    """The features of n pairs, one array (n,) each, in the order of `FEATURES`.

    Args:
        semantic: `Dense.score` of the pairs.
        keyword: `Lexical.score` of the pairs.
        title_share: of the achievements.
    """
    closeness = np.maximum(semantic, 0) ** 3
    return (
        semantic,
        np.minimum(keyword / keyword.dtype.type(_ENOUGH), 1),
        np.full_like(semantic, title_share),
        closeness,
        closeness * closeness.dtype.type(1 - title_share),
    )


class CheckFeatures(NamedTuple):
    """How many targets of a need an achievement meets, misses, and does not state.

    unmet_must: those of the missed that the need calls indispensable. Read by a rule (`rank/misses.py`) and not by the
    level model: too few graded pairs state comparable numbers for a weight to be learned (docs/ranking.md).
    """

    met: int
    unmet: int
    unmet_must: int
    unknown: int


def check_features(checks: Iterable[IndicatorCheck]) -> CheckFeatures:
    """The checks of one pair as counts."""
    found = tuple(checks)
    unmet = [check for check in found if check.state is CheckState.UNMET]
    return CheckFeatures(
        met=sum(check.state is CheckState.MET for check in found),
        unmet=len(unmet),
        unmet_must=sum(check.must for check in unmet),
        unknown=sum(check.state is CheckState.UNKNOWN for check in found),
    )
