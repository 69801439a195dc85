import dataclasses

import numpy as np
import pytest

from matcher.errors import EvaluationError
from matcher.evaluate import Evaluation, Mode, compare
from matcher.evaluate.metrics import MeanByNeed, Spearman


def evaluation(per_need: list[float], score: list[float]) -> Evaluation:
    n = np.arange(len(per_need))
    measures = {"ndcg@10": MeanByNeed(np.array(per_need)), "spearman": Spearman(n, n % 4 + 1, np.array(score))}
    ids = tuple(f"n{i}" for i in n)
    return Evaluation(model="m", mode=Mode.PAIRS, pairs=len(ids), need_ids=ids, metrics={}, measures=measures)


def test_difference_wins_and_exact_p_values() -> None:
    first = evaluation([0.1] * 5 + [float("nan")], [1, 2, 3, 4, 5, 6])
    second = evaluation([0.2, 0.3, 0.4, 0.5, 0.6, float("nan")], [1, 2, 3, 4, 5, 6])
    ndcg, spearman = compare(first, second)
    assert ndcg.difference == pytest.approx(0.3)
    assert ndcg.low <= ndcg.difference <= ndcg.high
    assert ndcg.low > 0.0
    assert (ndcg.higher, ndcg.equal, ndcg.lower) == (5, 0, 0)
    # Five needs, all up: of 2^5 sign patterns only this one and its mirror are as far out.
    assert ndcg.randomisation == pytest.approx(2 / 32)
    assert ndcg.wilcoxon == pytest.approx(2 / 32)
    assert (spearman.difference, spearman.low, spearman.high) == (0.0, 0.0, 0.0)
    assert spearman.wilcoxon is None
    assert spearman.higher is None


def test_equal_systems_differ_by_nothing() -> None:
    same = evaluation([0.1, 0.9, 0.4], [1, 2, 3])
    found = compare(same, same)[0]
    assert (found.difference, found.low, found.high, found.wilcoxon, found.randomisation) == (0.0, 0.0, 0.0, 1.0, 1.0)


def test_two_runs_give_the_same_answer() -> None:
    random = np.random.default_rng(5)
    first, second = (evaluation(list(random.random(30)), list(random.random(30))) for _ in range(2))
    assert compare(first, second) == compare(first, second)


def test_other_needs_are_refused() -> None:
    first = evaluation([0.1, 0.2], [1, 2])
    with pytest.raises(EvaluationError, match="无法逐需求比较"):
        compare(first, dataclasses.replace(first, need_ids=("n0", "n9")))
