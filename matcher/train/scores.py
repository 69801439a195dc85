"""Scores that a model gives to graded pairs of needs it has not seen: kept in a table, and how well they rank."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.errors import EvaluationError
from matcher.evaluate.base import Interval
from matcher.evaluate.bootstrap import draw_needs, interval
from matcher.evaluate.metrics.base import MeanByNeed
from matcher.evaluate.metrics.ranking import ranking_measures

__all__ = [
    "MEASURES",
    "SCORES_FILE",
    "Scored",
    "figures",
    "intervals",
    "mean_ndcg",
    "rank_by",
    "read_pair_scores",
    "read_scores",
    "told",
    "write_scores",
]

MEASURES = ("ndcg@10", "mrr")
SCORES_FILE = "scores.tsv"

_COLUMNS = ("need_id", "achievement_id", "score")


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A need, its judged achievements with their levels in 1..4, and a score each: float32 (len(ids),), any scale."""

    need_id: str
    ids: tuple[str, ...]
    levels: Mapping[str, int]
    scores: npt.NDArray[np.float32]


def write_scores(path: Path, scored: Sequence[Scored]) -> None:
    """Write one line a pair: `need_id`, `achievement_id`, `score`, tab-separated.

    Raises:
        EvaluationError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter="\t", lineterminator="\n")
            rows.writerow(_COLUMNS)
            for item in scored:
                rows.writerows(
                    (item.need_id, i, f"{score:.6f}") for i, score in zip(item.ids, item.scores, strict=True)
                )
    except OSError as error:
        raise EvaluationError(f"无法写入得分表 {path}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error


def read_scores(path: Path, levels: Mapping[str, Mapping[str, int]]) -> list[Scored]:
    """What `write_scores` wrote, in the order of the file; `levels` of each need by achievement.

    Raises:
        EvaluationError: the file is missing, or names a pair that is not judged.
    """
    found: dict[str, dict[str, float]] = {}
    for (need, i), score in read_pair_scores(path).items():
        found.setdefault(need, {})[i] = score
    try:
        return [
            Scored(need, tuple(of), {i: levels[need][i] for i in of}, np.array(list(of.values()), dtype=np.float32))
            for need, of in found.items()
        ]
    except LookupError as error:
        raise EvaluationError(f"得分表 {path} 与训练数据不符；请去掉 --resume 重新训练这一折。") from error


def read_pair_scores(path: Path) -> dict[tuple[str, str], float]:
    """(need, achievement) → score, in the order of the file.

    Raises:
        EvaluationError: the file is missing or no such table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            return {(row["need_id"], row["achievement_id"]): float(row["score"]) for row in rows}
    except (OSError, ValueError, LookupError) as error:
        raise EvaluationError(f"得分表 {path} 缺失或不是预期的表；请重新训练这一折。") from error


def rank_by(scored: Sequence[Scored]) -> dict[str, npt.NDArray[np.float64]]:
    """`MEASURES` of each need, its achievements ordered by score, ties by id; NaN where a need has no partner."""
    rankings = []
    for item in scored:
        order = sorted(zip((-item.scores).tolist(), item.ids, strict=True))
        rankings.append([i for _, i in order])
    measured = ranking_measures([item.levels for item in scored], rankings)
    return {name: measured[name].by_need() for name in MEASURES}


def mean_ndcg(scored: Sequence[Scored]) -> float:
    """Mean nDCG@10 over the needs that have a partner; NaN where none has."""
    return float(np.nanmean(rank_by(scored)["ndcg@10"]))


def figures(scored: Sequence[Scored]) -> str:
    """`MEASURES` over the needs with 95 % intervals by need, in one line."""
    return told(intervals(scored))


def intervals(scored: Sequence[Scored]) -> dict[str, tuple[Interval, int]]:
    """`MEASURES` over the needs with 95 % intervals by need, and over how many needs each is defined."""
    weights = draw_needs(len(scored))
    return {
        name: (interval(MeanByNeed(values), weights), int(np.isfinite(values).sum()))
        for name, values in rank_by(scored).items()
    }


def told(found: Mapping[str, tuple[Interval, int]]) -> str:
    """What `intervals` says, in one line."""
    return "，".join(
        f"{name} {f'{each.value:.4f} [{each.low:.4f}, {each.high:.4f}]（{count} 条）' if count else '没有可算的需求'}"
        for name, (each, count) in found.items()
    )
