import pytest

from matcher.evaluate import evaluate
from matcher.evaluate.leaks import effects, find_leaks
from matcher.evaluate.splits import Split
from matcher.records import Achievement, Need

NEED_TITLES = {"n1": "花生脱壳机破损率高", "n2": "花生脱壳机破损率高", "n3": "磨辊堆焊层开裂", "n4": "菊花烘干后变色"}
NEEDS = {i: Need(id=i, title=title, org=f"{i}公司") for i, title in NEED_TITLES.items()}
TITLES = {"a": "柔性辊筒花生脱壳机", "b": "柔性辊筒花生脱壳机", "c": "耐磨堆焊药芯焊丝", "d": "菊花热泵烘干护色"}
ACHIEVEMENTS = {i: Achievement(id=i, title=title) for i, title in TITLES.items()}
LEVELS = {"n1": {"a": 4, "c": 1}, "n2": {"b": 4, "d": 1}, "n3": {"c": 3, "d": 1}, "n4": {"d": 1, "c": 2}}


def test_both_sides_of_a_fold_are_tested(judged) -> None:
    split = Split("folds", {"n1": "1", "n2": "2", "n3": "1", "n4": "2"})
    found = find_leaks(NEEDS, ACHIEVEMENTS, judged(LEVELS), split)
    assert [(each.first, each.second) for each in found.needs] == [("n1", "n2")]
    assert found.leaking == ("n1", "n2")
    assert [(each.first, each.second) for each in found.achievements] == [("a", "b")]
    # c and d are judged for needs of both folds.
    assert found.shared == ("c", "d")
    assert (found.tested, found.tested_pairs) == (4, 8)
    # (n1, a) and (n2, b) are one question.
    assert found.known_pairs == 2


def test_what_is_only_trained_on_is_not_tested(judged) -> None:
    split = Split("file", {"n1": "train", "n2": "test", "n3": "train"})
    found = find_leaks(NEEDS, ACHIEVEMENTS, judged(LEVELS), split)
    assert (found.leaking, found.tested, found.tested_pairs, found.known_pairs) == (("n2",), 1, 2, 1)
    # c is judged for training needs only, d on both sides.
    assert found.shared == ("d",)


def test_copies_within_one_part_are_no_leak(judged) -> None:
    split = Split("folds", {"n1": "1", "n2": "1", "n3": "2", "n4": "2"})
    found = find_leaks(NEEDS, ACHIEVEMENTS, judged(LEVELS), split)
    assert (found.needs, found.achievements, found.leaking, found.known_pairs) == ((), (), (), 0)


def test_the_effect_is_the_figure_without_the_leaking_needs(judged, written, needs_of) -> None:
    judgements = judged(LEVELS)
    # MAE of the four needs: 0, 0, 1, 2.
    right = {"n1": (4, 1), "n2": (4, 1), "n3": (4, 2), "n4": (3, 4)}
    answers = {
        need: {i: (float(level), level, 0.5) for i, level in zip(LEVELS[need], levels, strict=True)}
        for need, levels in right.items()
    }
    evaluation = evaluate(written(answers), needs_of(judgements), judgements)
    split = Split("folds", {"n1": "1", "n2": "2", "n3": "1", "n4": "2"})
    found = {each.metric: each for each in effects(evaluation, find_leaks(NEEDS, ACHIEVEMENTS, judgements, split))}
    mae = found["mae"]
    assert (mae.every.value, mae.clean.value, mae.difference) == (0.75, 1.5, 0.75)
    assert mae.low <= mae.difference <= mae.high
    assert found["contest"].difference == pytest.approx(1 / 2.5 - 1 / 1.75)
    trained = Split("file", {"n1": "train", "n2": "test", "n3": "test"})
    mae = next(
        each
        for each in effects(evaluation, find_leaks(NEEDS, ACHIEVEMENTS, judgements, trained))
        if each.metric == "mae"
    )
    assert (mae.every.value, mae.clean.value) == (0.5, 1.0)
