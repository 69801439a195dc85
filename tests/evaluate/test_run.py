import math

import numpy as np
import pytest

from matcher.errors import EvaluationError
from matcher.evaluate import Graded, Mode, evaluate
from matcher.evaluate.answers import DEPTH

LEVELS = {"n1": {"a": 4, "b": 1, "c": 3}, "n2": {"d": 2, "e": 1}}
ANSWERS = {
    "n1": {"a": (1.5, 2, 0.3), "b": (3.5, 4, 0.9), "c": (2.5, 3, 0.6), "x": (9.0, 4, 0.95)},
    "n2": {"d": (2.0, 2, 0.2), "e": (1.0, 1, 0.1), "x": (1.5, 1, 0.15)},
}


def test_pairs_mode_by_hand(judged, written, needs_of) -> None:
    judgements = judged(LEVELS)
    found = evaluate(written(ANSWERS), needs_of(judgements), judgements)
    value = {name: each.value for name, each in found.metrics.items()}
    assert list(value) == [
        "ndcg@10", "mrr", "ndcg@5", "recall@50", "contest", "mae", "kappa", "spearman", "ece", "none_fits_auc",
    ]  # fmt: skip
    # n1 is ranked b, c, a: gains 0, 3, 7 against 7, 3, 0; n2 is ranked as it should be.
    n1 = (3 / math.log2(3) + 7 / 2) / (7 + 3 / math.log2(3))
    assert value["ndcg@10"] == value["ndcg@5"] == pytest.approx((n1 + 1.0) / 2)
    assert (value["mrr"], value["recall@50"]) == (0.5, 1.0)
    assert value["mae"] == pytest.approx((2 + 3 + 0 + 0 + 0) / 5)
    assert value["contest"] == pytest.approx(1 / 2)
    # Ranks of levels 4 1 3 2 1: 5 1.5 4 3 1.5; of scores 1.5 3.5 2.5 2 1: 2 5 4 3 1.
    assert value["spearman"] == pytest.approx(np.corrcoef([5, 1.5, 4, 3, 1.5], [2, 5, 4, 3, 1])[0, 1])
    # Each fit is alone in its bin: 0.3 and 0.6 of true pairs, 0.9, 0.2 and 0.1 of untrue ones.
    assert value["ece"] == pytest.approx((0.7 + 0.9 + 0.4 + 0.2 + 0.1) / 5)
    assert value["none_fits_auc"] == 1.0
    assert (found.needs, found.pairs, found.model, found.mode) == (2, 5, "written", Mode.PAIRS)


def test_corpus_mode_counts_unjudged_finds_as_misses(judged, written, needs_of) -> None:
    judgements, system = judged(LEVELS), written(ANSWERS)
    found = evaluate(system, needs_of(judgements), judgements, mode=Mode.CORPUS)
    pairs = evaluate(system, needs_of(judgements), judgements)
    assert system.asked_k == [DEPTH]
    # n1: x, b, c, a.
    assert found.metrics["mrr"].value == pytest.approx(1 / 3)
    for name in ("contest", "mae", "kappa", "spearman", "ece"):
        assert found.metrics[name] == pairs.metrics[name]


def test_what_lies_below_the_depth_is_not_found(judged, written, needs_of) -> None:
    judgements = judged(LEVELS)
    found = evaluate(written(ANSWERS), needs_of(judgements), judgements, mode=Mode.CORPUS, depth=2)
    assert (found.metrics["mrr"].value, found.metrics["recall@50"].value) == (0.0, 0.0)


def test_clusters_count_once_with_their_highest_level(judged, written, needs_of) -> None:
    judgements = judged({"n": {"a": 1, "copy of a": 4, "b": 3}})
    answers = {"n": {"b": (3.0, 3, 0.5), "a": (2.0, 1, 0.5), "copy of a": (1.0, 1, 0.5)}}
    found = evaluate(written(answers), needs_of(judgements), judgements, clusters={"copy of a": "a"})
    # Ranked b, a with levels 3, 4.
    assert found.metrics["ndcg@10"].value == pytest.approx((3 + 7 / math.log2(3)) / (7 + 3 / math.log2(3)))
    assert found.metrics["recall@50"].value == 1.0


def test_equal_scores_are_ordered_by_id_whatever_order_the_system_gives(judged, written, needs_of) -> None:
    judgements = judged({"n": {"b": 4, "a": 1}})
    found = evaluate(written({"n": {"a": (1.0, 1, 0.1), "b": (1.0, 1, 0.1)}}), needs_of(judgements), judgements)
    assert found.metrics["mrr"].value == 0.5


def test_figures_the_data_cannot_define_are_nan(judged, written, needs_of) -> None:
    judgements = judged({"n": {"a": 1, "b": 1}})
    found = evaluate(written({"n": {"a": (1.0, 1, 0.1), "b": (2.0, 1, 0.1)}}), needs_of(judgements), judgements)
    undefined = {name for name, each in found.metrics.items() if math.isnan(each.value)}
    assert undefined == {"ndcg@10", "ndcg@5", "mrr", "recall@50", "kappa", "spearman", "none_fits_auc"}


def test_two_runs_give_the_same_answer(judged, written, needs_of) -> None:
    judgements = judged(LEVELS)
    first, second = (evaluate(written(ANSWERS), needs_of(judgements), judgements).metrics for _ in range(2))
    np.testing.assert_array_equal(
        [[each.value, each.low, each.high] for each in first.values()],
        [[each.value, each.low, each.high] for each in second.values()],
    )


class Broken:
    name = "broken"

    def __init__(self, answer: list[Graded]) -> None:
        self.answer = answer

    def grade_many(self, pairs):
        return [self.answer for _ in pairs]

    def rank_many(self, needs, _):
        return [self.answer for _ in needs]


GOOD = Graded("a", 1.0, 1, (0.7, 0.1, 0.1, 0.1))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "少了或多了 1 条成果（如 a）"),
        ([GOOD, Graded("b", 1.0, 1, GOOD.probs)], "如 b"),
        ([GOOD, GOOD], "两次"),
        ([Graded("a", 1.0, 5, GOOD.probs)], "等级 5"),
        ([Graded("a", math.nan, 1, GOOD.probs)], "分数 nan"),
        ([Graded("a", 1.0, 1, (0.7, 0.7, 0.1, 0.1))], "之和应为 1"),
    ],
)
def test_answers_that_cannot_be_are_refused(judged, needs_of, answer, said) -> None:
    judgements = judged({"n": {"a": 1}})
    with pytest.raises(EvaluationError, match="需求 n") as caught:
        evaluate(Broken(answer), needs_of(judgements), judgements)
    assert said in str(caught.value)


def test_needs_must_be_there(judged, written) -> None:
    with pytest.raises(EvaluationError, match="需求 n1 不在"):
        evaluate(written(ANSWERS), {}, judged(LEVELS))
