"""Run a system over judged needs and collect every figure."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.errors import EvaluationError
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

__all__ = ["DEPTH", "evaluate"]

DEPTH = 200
"""How many achievements corpus mode asks for; a first level ≥ 3 further down counts as not found."""


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
    """Measure a system against judged pairs.

    The figures of the level (contest, MAE, kappa, Spearman, ECE) are over the judged pairs in both modes; the order and
    `none_fits_auc` are over the judged candidates in pairs mode and over what was retrieved in corpus mode.

    Args:
        grader: the system.
        needs: at least every need judged.
        judgements: pairs whose ids the system knows; see `Judgements.within`.
        mode: rank the judged candidates, or retrieve from the whole corpus.
        clusters: achievement id → id of its cluster. A ranking keeps the first of each cluster, and a cluster counts
            with the highest level judged in it. Achievements not named stand alone.
        depth: how many achievements to retrieve for each need in corpus mode.
        draws: how many resamplings stand behind the intervals.
        seed: of the resamplings.

    Raises:
        EvaluationError: a judged need is not in `needs`, or the system's answer leaves out, adds or repeats an
            achievement, or holds a level or a number that cannot be.
    """
    missing = [i for i in judgements.levels if i not in needs]
    if missing:
        raise EvaluationError(
            f"标注文件 {judgements.path} 中的需求 {missing[0]} 不在读入的需求里；请检查两个文件是否配套。"
        )
    need_ids = tuple(judgements.levels)
    asked = [(needs[i], tuple(judgements.levels[i])) for i in need_ids]
    judged = [_checked(i, answer) for i, answer in zip(need_ids, grader.grade_many(asked), strict=True)]
    for need_id, answer in zip(need_ids, judged, strict=True):
        _check_complete(need_id, [graded.achievement_id for graded in answer], judgements.levels[need_id])
    if mode is Mode.CORPUS:
        ranked = [
            _checked(i, answer)
            for i, answer in zip(need_ids, grader.rank_many([need for need, _ in asked], depth), strict=True)
        ]
    else:
        ranked = [sorted(answer, key=lambda graded: (-graded.score, graded.achievement_id)) for answer in judged]
    levels = [judgements.levels[i] for i in need_ids]
    measures = _measures(levels, judged, ranked, clusters or {})
    weights = draw_needs(len(need_ids), draws, seed)
    return Evaluation(
        model=grader.name,
        mode=mode,
        pairs=judgements.pairs,
        need_ids=need_ids,
        metrics={name: interval(measure, weights) for name, measure in measures.items()},
        measures=measures,
    )


def _checked(need_id: str, answer: Sequence[Graded]) -> Sequence[Graded]:
    seen: set[str] = set()
    for graded in answer:
        where = f"系统对需求 {need_id} 与成果 {graded.achievement_id} 的评分"
        if graded.achievement_id in seen:
            raise EvaluationError(f"{where}出现了两次；请检查被评测的系统。")
        seen.add(graded.achievement_id)
        numbers = (graded.score, *graded.probs)
        if (
            not all(map(math.isfinite, numbers))
            or graded.level not in (1, 2, 3, 4)
            or abs(sum(graded.probs) - 1.0) > 1e-3
        ):
            raise EvaluationError(
                f"{where}不可用（分数 {graded.score}，等级 {graded.level}，概率 {graded.probs}）；"
                "等级应为 1–4，四个概率之和应为 1。"
            )
    return answer


def _check_complete(need_id: str, found: Sequence[str], wanted: Mapping[str, int]) -> None:
    wrong = sorted(set(found) ^ set(wanted))
    if wrong:
        raise EvaluationError(
            f"系统对需求 {need_id} 的回答少了或多了 {len(wrong)} 条成果（如 {wrong[0]}）；"
            "请检查它是否收录了全部已标注成果。"
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
