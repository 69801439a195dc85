"""How many candidates are worth grading: figures of the order if the ranker sees only the first k of a retriever."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.evaluate.answers import Answers
from matcher.evaluate.base import Interval
from matcher.evaluate.bootstrap import DRAWS, SEED
from matcher.evaluate.judgements import Judgements
from matcher.evaluate.retrievers import ORDER_METRICS
from matcher.evaluate.run import measure

__all__ = ["by_candidates"]


def by_candidates(
    whole: Answers,
    retrieved: Answers,
    judgements: Judgements,
    sizes: Sequence[int],
    *,
    clusters: Mapping[str, str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[int, Mapping[str, Interval]]:
    """For each size k, the order's figures of the pipeline's own order among the retriever's first k.

    Args:
        whole: answers of the pipeline; what it does not hold is left out.
        retrieved: answers of the retriever that hands it candidates, to the same judgements in the same mode.
        judgements: the graded pairs.
        sizes: numbers of candidates, each at least 1.
        clusters: as for `measure`.
        draws: how many resamplings stand behind the intervals.
        seed: of the resamplings.
    """
    found: dict[int, Mapping[str, Interval]] = {}
    for size in sizes:
        first = [{graded.achievement_id for graded in ranked[:size]} for ranked in retrieved.ranked]
        kept = [
            [graded for graded in ranked if graded.achievement_id in allowed]
            for ranked, allowed in zip(whole.ranked, first, strict=True)
        ]
        metrics = measure(replace(whole, ranked=kept), judgements, clusters=clusters, draws=draws, seed=seed).metrics
        found[size] = {name: metrics[name] for name in ORDER_METRICS}
    return found
