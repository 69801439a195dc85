"""From a system's answers to every figure."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.evaluate.answers import DEPTH, Answers, collect
from matcher.evaluate.base import Evaluation, Graded, Grader, Mode
from matcher.evaluate.bootstrap import DRAWS, SEED, draw_needs, interval
from matcher.evaluate.judgements import Judgements
from matcher.evaluate.metrics import (
    CalibrationError,
    Contest,
    Kappa,
    MeanAbsoluteError,
    Measure,
    NoneFitsAuc,
    Spearman,
    ranking_measures,
)
from matcher.records import Need

__all__ = ["evaluate", "measure"]


def evaluate(
    grader: Grader,
    needs: Mapping[str, Need],
    judgements: Judgements,
    *,
    mode: Mode = Mode.PAIRS,
    clusters: Mapping[str, str] | None = None,
    depth: int = DEPTH,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Evaluation:
    """Ask a system about judged pairs and measure its answers: `collect`, then `measure`.

    Raises:
        EvaluationError: as `collect` says.
    """
    answers = collect(grader, needs, judgements, mode=mode, depth=depth)
    return measure(answers, judgements, clusters=clusters, draws=draws, seed=seed)


def measure(
    answers: Answers,
    judgements: Judgements,
    *,
    clusters: Mapping[str, str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Evaluation:
    """Every figure of a system's answers, with intervals.

    The figures of the level (contest, MAE, kappa, Spearman, ECE) are over the judged pairs in both modes; the order and
    `none_fits_auc` are over the judged candidates in pairs mode and over what was retrieved in corpus mode.

    Args:
        answers: of one system, to these judgements.
        judgements: the graded pairs.
        clusters: achievement id → id of its cluster. A ranking keeps the first of each cluster, and a cluster counts
            with the highest level judged in it. Achievements not named stand alone.
        draws: how many resamplings stand behind the intervals.
        seed: of the resamplings.
    """
    levels = [judgements.levels[i] for i in answers.need_ids]
    measures = _measures(levels, answers.judged, answers.ranked, clusters or {})
    weights = draw_needs(len(answers.need_ids), draws, seed)
    return Evaluation(
        model=answers.model,
        mode=answers.mode,
        pairs=judgements.pairs,
        need_ids=answers.need_ids,
        metrics={name: interval(each, weights) for name, each in measures.items()},
        measures=measures,
    )


def _measures(
    levels: Sequence[Mapping[str, int]],
    judged: Sequence[Sequence[Graded]],
    ranked: Sequence[Sequence[Graded]],
    clusters: Mapping[str, str],
) -> dict[str, Measure]:
    """Every figure, in the order of the report."""
    pairs = [(n, levels[n][graded.achievement_id], graded) for n, answer in enumerate(judged) for graded in answer]
    need = np.array([n for n, _, _ in pairs], dtype=np.int64)
    truth = np.array([level for _, level, _ in pairs], dtype=np.int64)
    level = np.array([graded.level for _, _, graded in pairs], dtype=np.int64)
    score = np.array([graded.score for _, _, graded in pairs], dtype=np.float64)
    fit = np.array([graded.fit for _, _, graded in pairs], dtype=np.float64)
    best = np.array([max((graded.fit for graded in answer), default=0.0) for answer in ranked], dtype=np.float64)
    partner = np.array([max(each.values()) >= 3 for each in levels])
    error = MeanAbsoluteError(need, truth, level, len(levels))
    rankings = [[graded.achievement_id for graded in answer] for answer in ranked]
    return {
        **ranking_measures(*_collapsed(levels, rankings, clusters)),
        "contest": Contest(error),
        "mae": error,
        "kappa": Kappa(need, truth, level, len(levels)),
        "spearman": Spearman(need, truth, score),
        "ece": CalibrationError(need, fit, truth >= 3, len(levels)),
        "none_fits_auc": NoneFitsAuc(best, partner),
    }


def _collapsed(
    levels: Sequence[Mapping[str, int]], rankings: Sequence[Sequence[str]], clusters: Mapping[str, str]
) -> tuple[list[dict[str, int]], list[list[str]]]:
    """Judgements and rankings with every achievement replaced by its cluster, each cluster once."""
    merged = []
    for judged in levels:
        best: dict[str, int] = {}
        for i, level in judged.items():
            cluster = clusters.get(i, i)
            best[cluster] = max(level, best.get(cluster, level))
        merged.append(best)
    return merged, [list(dict.fromkeys(clusters.get(i, i) for i in ranking)) for ranking in rankings]
