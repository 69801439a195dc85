"""What may be quoted of cells whose value was not understood."""

import pytest

from matcher.corpus.written import as_written
from matcher.records import Achievement


def test_the_cell_of_a_known_heading_is_quoted_and_no_other() -> None:
    record = Achievement(id="a", title="甲", extra={"备注": "转让后分成", "合作方式": "产品销售"})
    assert as_written(record, "modes") == "产品销售"
    assert as_written(record, "price") == ""


@pytest.mark.parametrize("heading", ["交易价格（保密）", "内部合作价格", "转让价格（不对外）", "意向价格（底价）"])
def test_a_heading_that_calls_itself_closed_is_not(heading: str) -> None:
    assert as_written(Achievement(id="a", title="甲", extra={heading: "八十万可谈"}), "price") == ""


def test_a_cell_that_repeats_the_confidential_detail_is_not() -> None:
    extra = {"合作方式": "配方含三号硼砂，只许可不转让"}
    assert as_written(Achievement(id="a", title="甲", extra=extra), "modes") == extra["合作方式"]
    closed = Achievement(id="a", title="甲", extra=extra, confidential_detail="关键是配方含三号硼砂。")
    assert as_written(closed, "modes") == ""


def test_only_the_beginning_of_a_long_cell() -> None:
    assert as_written(Achievement(id="a", title="甲", extra={"合作方式": "面谈" * 50}), "modes") == "面谈" * 20
