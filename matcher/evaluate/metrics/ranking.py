"""Figures of the order alone: nDCG, MRR, recall. trec_eval's own code computes them, need by need.

- nDCG@k: gains 2^(level−1)−1, discount log2(rank+1) (Järvelin & Kekäläinen 2002, ACM TOIS 20:422; gains as in Burges
  et al. 2005), over needs that have a judged level ≥ 2.
- MRR: 1 / rank of the first level ≥ 3, 0 when it was not retrieved; recall@50: the share of levels ≥ 3 among the first
  50. Both over needs that have a judged level ≥ 3: with nothing to find there is nothing to measure.
"""

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np

from matcher.evaluate.metrics.base import Floats, MeanByNeed

__all__ = ["ranking_measures"]

_GAINS = {0: 0, 1: 1, 2: 3, 3: 7}
_MEASURES = {
    "ndcg@10": (ir_measures.nDCG(gains=_GAINS) @ 10, 2),
    "mrr": (ir_measures.RR(rel=2), 3),
    "ndcg@5": (ir_measures.nDCG(gains=_GAINS) @ 5, 2),
    "recall@50": (ir_measures.R(rel=2) @ 50, 3),
}
"""Name → measure over relevance = level − 1, and the level a need must have for it to be defined."""


def ranking_measures(levels: Sequence[Mapping[str, int]], rankings: Sequence[Sequence[str]]) -> dict[str, MeanByNeed]:
    """Measure rankings against judged levels; what was not judged counts as level 1.

    Args:
        levels: for each need, achievement id → judged level 1..4.
        rankings: for each need, distinct achievement ids, best first.
    """
    # trec_eval breaks ties by id in its own way, so it gets strictly descending scores. Needs go by position.
    relevance = {str(n): {i: level - 1 for i, level in judged.items()} for n, judged in enumerate(levels)}
    run = {str(n): {i: -float(rank) for rank, i in enumerate(ranking)} for n, ranking in enumerate(rankings)}
    found: dict[str, Floats] = {}
    for name, (_, lowest) in _MEASURES.items():
        # A need with an empty ranking never appears in the answer and scores 0.
        found[name] = np.array([0.0 if max(judged.values()) >= lowest else np.nan for judged in levels])
    names = {str(measure): name for name, (measure, _) in _MEASURES.items()}
    for metric in ir_measures.pytrec_eval.iter_calc([measure for measure, _ in _MEASURES.values()], relevance, run):
        values = found[names[str(metric.measure)]]
        if not np.isnan(values[int(metric.query_id)]):
            values[int(metric.query_id)] = metric.value
    return {name: MeanByNeed(values) for name, values in found.items()}
