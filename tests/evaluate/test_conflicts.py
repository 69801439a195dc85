import math

import pytest

from matcher.evaluate.conflicts import Conflict, label_noise
from matcher.records import Achievement, Need

NEEDS = {
    i: Need(id=i, title=title)
    for i, title in (("n1", "花生脱壳机破损率高"), ("n2", "花生脱壳机破损率高"), ("n3", "磨辊堆焊开裂"))
}
TITLES = {"a": "柔性辊筒花生脱壳机", "b": "柔性辊筒花生脱壳机", "c": "耐磨堆焊药芯焊丝", "d": "柔性辊筒花生脱壳机组"}
ACHIEVEMENTS = {i: Achievement(id=i, title=title) for i, title in TITLES.items()}


def test_counts_and_bounds_by_hand(judged) -> None:
    # n1 and n2 are one text, a and b are one text: one cell with grades 4, 1, 3. d only nearly so.
    judgements = judged({"n1": {"a": 4, "b": 1, "c": 1}, "n2": {"a": 3, "d": 3}, "n3": {"c": 4}})
    same, near = label_noise(NEEDS, ACHIEVEMENTS, judgements)
    assert (same.pairs, same.repeated, same.cells, same.split_cells) == (6, 3, 1, 1)
    assert same.conflicts == (
        Conflict(("n1", "a"), ("n1", "b"), 4, 1),
        Conflict(("n1", "b"), ("n2", "a"), 1, 3),
        Conflict(("n1", "a"), ("n2", "a"), 4, 3),
    )
    assert [each.gap for each in same.conflicts] == [3, 2, 1]
    # The best single answer is 3: it is off by 1, 2 and 0.
    assert same.bound_mae == pytest.approx(3 / 6)
    assert same.bound_contest == pytest.approx(1 / 1.5)
    # 4 is 3 and 1 away from the others, 1 is 3 and 2, 3 is 1 and 2.
    assert same.repeat_mae == pytest.approx((2.0 + 2.5 + 1.5) / 3)
    assert same.likely_mae == (pytest.approx(1.0), pytest.approx(2.0))
    assert same.likely_contest == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert (near.repeated, near.cells) == (4, 1)
    # 4, 1, 3, 3 against 3.
    assert near.bound_mae == pytest.approx(3 / 6)


def test_no_repeated_grade_tells_nothing_of_noise(judged) -> None:
    same, near = label_noise(NEEDS, ACHIEVEMENTS, judged({"n1": {"a": 4, "c": 1}, "n3": {"c": 2}}))
    for found in (same, near):
        assert (found.repeated, found.conflicts, found.bound_mae, found.bound_contest) == (0, (), 0.0, 1.0)
        assert math.isnan(found.repeat_mae)


def test_agreement_is_no_conflict(judged) -> None:
    same, _ = label_noise(NEEDS, ACHIEVEMENTS, judged({"n1": {"a": 3, "b": 3}}))
    assert (same.cells, same.split_cells, same.conflicts, same.repeat_mae) == (1, 0, (), 0.0)
