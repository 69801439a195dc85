"""Folds by need: near-identical needs are never parted."""

import pytest

from matcher.errors import EvaluationError
from matcher.records import Need
from matcher.train.folds import Families

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


IDS = [need.id for need in needs()]


def test_every_need_is_held_out_once_and_twins_together() -> None:
    folds = Families(needs()).folds(IDS, 4, seed=3)
    assert sorted(i for fold in folds for i in fold) == sorted(IDS)
    assert [fold & {"X1", "X2"} for fold in folds if fold & {"X1", "X2"}] == [{"X1", "X2"}]


def test_the_order_does_not_matter_and_the_seed_does() -> None:
    families = Families(needs())
    assert families.folds(IDS, 3, seed=3) == Families(needs()[::-1]).folds(IDS[::-1], 3, seed=3)
    assert families.folds(IDS, 3, seed=3) != families.folds(IDS, 3, seed=4)


@pytest.mark.parametrize("folds", [1, 8])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    # Eight needs, but two of them are one text.
    with pytest.raises(EvaluationError, match="只有 7 条"):
        Families(needs()).folds(IDS, folds, seed=1)


def test_needs_of_one_title_or_one_text_are_kin() -> None:
    other = "我们想了解报价和交货时间，联系人是生产部，请在工作日来电，也可以先寄一份样品给我们试用看看效果。"
    families = Families([*needs(), Need(id="Y", title=" 轴承防锈 ", problem=other)])
    assert families.kin(["X2"]) == {"X1", "X2"}
    assert families.kin(["N5"]) == {"N5", "Y"}
    assert families.kin(["N0", "unknown"]) == {"N0", "unknown"}
    assert families.kin([]) == frozenset()


def test_a_share_of_families_is_held_back_whole() -> None:
    families = Families(needs())
    # Of seven families half are four (3.5 rounded to even); whoever is there has its kin there.
    for seed in range(6):
        held = families.held_back(IDS, 0.5, seed)
        assert len({"X1" if i == "X2" else i for i in held}) == 4
        assert held == families.kin(held)
    assert len({families.held_back(IDS, 0.5, seed) for seed in range(6)}) > 1
    assert families.held_back(["N1", "X2"], 0.5, 1) in ({"N1"}, {"X2"})
    assert families.held_back(IDS, 0.01, 1)
    assert not families.held_back(IDS, 0.0, 1)
    assert not families.held_back([], 0.5, 1)
