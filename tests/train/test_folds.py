"""Folds by need: near-identical needs are never parted."""

import pytest

from matcher.errors import EvaluationError
from matcher.records import Need
from matcher.train.folds import need_folds

BODY = "我厂的循环水换热器每三个月结垢一次，停机清洗要两天，希望找到不停机的清洗办法，年费用不超过二十万元。"


def needs() -> list[Need]:
    titles = ["换热器不停机清洗", "花生脱壳破碎率高", "小麦烘干能耗大", "空分装置余热回收", "炭材料抗氧化", "轴承防锈"]
    found = [
        Need(id=f"N{at}", title=title, problem=f"{title}，请有经验的单位联系我们。") for at, title in enumerate(titles)
    ]
    # The same text under another title, posted by another enterprise.
    return [
        *found,
        Need(id="X1", title="求换热器除垢", problem=BODY),
        Need(id="X2", title="冷却水系统维护", problem=BODY),
    ]


def test_every_need_is_held_out_once_and_twins_together() -> None:
    folds = need_folds(needs(), 4, seed=3)
    assert sorted(i for fold in folds for i in fold) == sorted(need.id for need in needs())
    assert [fold & {"X1", "X2"} for fold in folds if fold & {"X1", "X2"}] == [{"X1", "X2"}]


def test_the_order_does_not_matter_and_the_seed_does() -> None:
    assert need_folds(needs(), 3, seed=3) == need_folds(needs()[::-1], 3, seed=3)
    assert need_folds(needs(), 3, seed=3) != need_folds(needs(), 3, seed=4)


@pytest.mark.parametrize("folds", [1, 8])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    # Eight needs, but two of them are one text.
    with pytest.raises(EvaluationError, match="只有 7 条"):
        need_folds(needs(), folds, seed=1)
