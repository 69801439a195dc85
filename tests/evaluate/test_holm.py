import dataclasses

import numpy as np
import pytest

from matcher.errors import EvaluationError
from matcher.evaluate import Evaluation, Mode, compare, compare_all
from matcher.evaluate.compare import holm
from matcher.evaluate.metrics import MeanByNeed, Spearman


def test_holm_multiplies_the_smallest_most_and_never_falls() -> None:
    # 0.01·3, then max(0.03, 0.02·2), then max(0.04, 0.03·1): Holm's own steps.
    assert holm([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []
    assert holm([0.2]) == [0.2]


def evaluation(name: str, per_need: list[float]) -> Evaluation:
    n = np.arange(len(per_need))
    measures = {"ndcg@10": MeanByNeed(np.array(per_need)), "spearman": Spearman(n, n % 4 + 1, n * 1.0)}
    ids = tuple(f"n{i}" for i in n)
    return Evaluation(model=name, mode=Mode.PAIRS, pairs=len(ids), need_ids=ids, metrics={}, measures=measures)


def test_each_figure_is_corrected_over_the_systems() -> None:
    whole = evaluation("whole", [0.6, 0.7, 0.8, 0.9, 1.0])
    worse, mixed = evaluation("worse", [0.5] * 5), evaluation("mixed", [0.7, 0.6, 0.8, 0.9, 1.0])
    (first, spearman), (second, _) = compare_all([worse, mixed], whole)
    # Five needs all up: 2/32, the smaller of two, so doubled. One up and one down by as much: 1.
    assert (first.randomisation, first.holm) == (pytest.approx(2 / 32), pytest.approx(4 / 32))
    assert (second.randomisation, second.holm) == (1.0, 1.0)
    assert spearman.holm is None
    assert dataclasses.replace(first, holm=None) == compare(worse, whole)[0]


def test_other_needs_are_refused() -> None:
    with pytest.raises(EvaluationError, match="无法逐需求比较"):
        compare_all([evaluation("short", [0.1])], evaluation("whole", [0.1, 0.2]))
