"""Which fields are filled, told from what is stored: each case differs from an empty record in what it names."""

from typing import Any

import pytest

from api.access.groups import GROUPS, Group
from api.quality.fields import fields_of
from api.quality.filling import filling
from matcher.records import Achievement, Need, Side

BOUNDS = {"budget": "budget_low_cny"}


def _missing(side: Side, content: dict[str, Any], *closed: Group) -> set[str]:
    return {field.name for field in filling(side, {"title": "某技术", **content}, closed).missing}


@pytest.mark.parametrize(
    ("side", "content", "fills"),
    [
        (Side.NEED, {"problem": "高温下氧化掉渣"}, {"problem"}),
        (Side.NEED, {"problem": "某技术"}, set()),
        (Side.NEED, {"problem": " "}, set()),
        (Side.NEED, {"problem": "耐温要到1200℃"}, {"problem", "indicators_text"}),
        (Side.NEED, {"problem": "2023年起掉渣"}, {"problem"}),
        (Side.NEED, {"indicators_text": "见附件"}, {"indicators_text"}),
        (Side.NEED, {"budget_low_cny": 0.0}, {"budget"}),
        (Side.NEED, {"budget_high_cny": 5.0}, {"budget"}),
        (Side.ACHIEVEMENT, {"price": {"kind": "negotiable", "raw": "面议"}}, set()),
        (Side.ACHIEVEMENT, {"price": {"kind": "floor", "low_cny": 1.0}}, {"price"}),
        (Side.ACHIEVEMENT, {"trl": {"low": 4, "high": 4, "source": "stated"}}, {"trl"}),
        (Side.ACHIEVEMENT, {"prior_use": "某厂用了，能耗降低12%"}, {"prior_use", "indicators_text"}),
    ],
)
def test_what_counts_as_filled(side: Side, content: dict[str, Any], fills: set[str]) -> None:
    assert _missing(side, {}) - _missing(side, content) == fills


def test_the_share_is_filled_fields_over_fields() -> None:
    found = filling(Side.NEED, {"title": "某技术", "problem": "氧化掉渣", "modes": ["技术开发"], "keywords": ["涂层"]})
    assert found.count == len(fields_of(Side.NEED))
    assert found.share == 3 / found.count


def test_closed_fields_are_not_counted_filled_or_not() -> None:
    whole, part = filling(Side.NEED, {}), filling(Side.NEED, {}, {Group.TERMS, Group.CONTACT})
    gone = {field.name for field in whole.missing} - {field.name for field in part.missing}
    assert gone == {"budget", "modes", "contact"}
    assert whole.count - part.count == 3


@pytest.mark.parametrize(("side", "kind"), [(Side.NEED, Need), (Side.ACHIEVEMENT, Achievement)])
def test_every_field_is_one_of_the_record_and_says_why(side: Side, kind: type[Need | Achievement]) -> None:
    known = set(kind.__dataclass_fields__)
    for field in fields_of(side):
        assert BOUNDS.get(field.name, field.name) in known, field.name
        assert any(BOUNDS.get(field.name, field.name) in names for names in GROUPS.values())
        assert field.why.endswith("。"), field.name
        assert field.label
    assert len({field.name for field in fields_of(side)}) == len(fields_of(side))
