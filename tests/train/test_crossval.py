from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import EvaluationError
from matcher.rank.levels import LevelModel
from matcher.train.crossval import STRENGTHS, Labels, chosen_strength, cross_validated, held_out
from matcher.train.levels import STRENGTH

TRUE = LevelModel(features=("a",), weights=(2.0,), thresholds=(0.0, 1.0, 2.5), none_fits_below=0.3)
WRONG = LevelModel(features=("a",), weights=(0.1,), thresholds=(-4.0, -3.0, -2.0), none_fits_below=0.3)


def made(n: int, seed: int = 1) -> Labels:
    """Pairs drawn from TRUE, ten a need."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1))
    levels = 1 + (2 * x + rng.logistic(size=(n, 1)) > [0.0, 1.0, 2.5]).sum(axis=1)
    return Labels.graded(x, levels, np.arange(n) // 10)


def test_a_right_base_is_trusted_and_a_wrong_one_is_not() -> None:
    labels = made(600)
    assert chosen_strength(labels, ("a",), TRUE, seed=1) == STRENGTHS[0]
    assert chosen_strength(labels, ("a",), WRONG, seed=1) == STRENGTHS[-1]


def test_too_few_needs_to_measure_take_the_default() -> None:
    assert chosen_strength(made(40), ("a",), WRONG, seed=1) == STRENGTH
    with pytest.raises(EvaluationError, match="不足 5 条"):
        cross_validated(made(40), ("a",), seed=1)


def test_figures_stand_beside_those_of_the_base() -> None:
    labels = made(600)
    told = cross_validated(labels, ("a",), base=WRONG, strength=3.0, seed=1)
    ours, theirs = told.split("；基础模型")
    # WRONG calls everything level 4: its MAE is the mean of 4 − level.
    assert f"MAE {(4 - labels.low).mean():.3f}" in theirs
    assert float(ours.split("，")[0].removeprefix("MAE ")) < 0.8
    open_ones = replace(labels, low=np.where(labels.low >= 3, 3, 1), high=np.where(labels.low >= 3, 4, 2))
    assert "未计算误差" in cross_validated(open_ones, ("a",), base=TRUE, seed=1)
    # Grades of one level only cannot tell a good model from one that says that level of everything.
    alike = replace(labels, low=np.where(labels.low >= 3, 4, 1), high=np.where(labels.low >= 3, 4, 2))
    assert "都是 4 级" in cross_validated(alike, ("a",), base=TRUE, seed=1)


def test_joined_sets_keep_their_needs_apart() -> None:
    joined = Labels.joined([made(20), made(30)])
    assert joined.groups.tolist() == sorted(np.repeat(np.arange(5), 10).tolist())
    assert (len(joined), joined.needs) == (50, 5)


def test_a_family_is_in_one_fold() -> None:
    # 20 needs of ten pairs in ten families of two; need i and need i + 10 are one.
    labels = made(200)
    families = labels.groups % 10
    kept = replace(labels, families=families)
    assert (kept.needs, kept.separable) == (20, 10)
    # What a model that has not seen a family says of it does not change with the family's own levels.
    first = families == 3
    other = replace(kept, low=np.where(first, 1, kept.low), high=np.where(first, 1, kept.high))
    one, two = (held_out(each, ("a",), None, STRENGTH, 1)[first] for each in (kept, other))
    np.testing.assert_array_equal(one, two)
    parted = held_out(replace(other, families=None), ("a",), None, STRENGTH, 1)[first]
    assert not np.array_equal(held_out(labels, ("a",), None, STRENGTH, 1)[first], parted)


def test_families_are_kept_through_joining_and_taking_and_five_are_needed() -> None:
    one = replace(made(20), families=np.repeat([0, 0], 10))
    both = Labels.joined([one, made(30)])
    assert both.unparted.tolist() == np.repeat([0, 0, 1, 2, 3], 10).tolist()
    assert both.take(np.array([0, 49])).unparted.tolist() == [0, 3]
    # Five needs, but four families.
    assert (both.needs, both.separable) == (5, 4)
    with pytest.raises(EvaluationError, match="不足 5 条"):
        held_out(both, ("a",), None, STRENGTH, 1)


def test_corpora_count_alike_however_many_needs_they_have() -> None:
    # Three needs of one corpus, one of another: 4 needs / 2 corpora / needs of the corpus.
    labels = Labels.graded(np.zeros((5, 1)), np.array([1, 2, 3, 4, 1]), np.array([0, 1, 2, 2, 3])).of_corpora("aaaab")
    np.testing.assert_allclose(labels.importance, [2 / 3, 2 / 3, 2 / 3, 2 / 3, 2.0])
    assert labels.take(np.array([4])).importance.tolist() == [2.0]


def test_a_need_of_importance_two_counts_as_two_needs() -> None:
    x = np.array([[0.1], [0.9], [0.2], [0.7]])
    once = Labels.graded(x, np.array([1, 4, 2, 1]), np.array([0, 0, 1, 1]))
    heavy = replace(once, importance=np.array([1.0, 1.0, 2.0, 2.0]))
    twice = Labels.joined([once, once.take(np.array([2, 3]))])
    # Centre and spread differ, so the penalty does by a little.
    np.testing.assert_allclose(heavy.fit(("f",)).probs(x), twice.fit(("f",)).probs(x), atol=2e-3)
