"""What is exported reads back as it was."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.imports.exporting import write_records
from matcher.corpus.load import load
from matcher.index.codec import encode_record
from matcher.records import (
    Achievement,
    IpItem,
    Need,
    Price,
    PriceKind,
    Record,
    Region,
    Side,
    Tier,
    TransferMode,
    TrlBand,
    TrlSource,
)

SAMPLE = Path(__file__).parents[3] / "corpora" / "sample"
MB = 1_000_000


def said(record: Record) -> dict[str, Any]:
    """Everything but where it stood and in which words a price or a readiness was written."""
    content: dict[str, Any] = json.loads(encode_record(replace(record, provenance=None)))
    for name in ("price", "trl"):
        if content.get(name):
            content[name]["raw"] = ""
    return content


@pytest.mark.parametrize(("name", "side"), [("needs", Side.NEED), ("achievements", Side.ACHIEVEMENT)])
def test_the_sample_comes_back_whole(tmp_path: Path, name: str, side: Side) -> None:
    before = load([SAMPLE / f"{name}.csv"], max_bytes=MB)
    records: list[Record] = [*before.needs, *before.achievements]
    path = tmp_path / "own.xlsx"
    write_records(path, side, [(record.id, record) for record in records])
    after = load([path], max_bytes=10 * MB)
    back: list[Record] = [*after.needs, *after.achievements]
    assert not after.rejected
    assert len(records) > 50
    assert [said(record) for record in back] == [said(record) for record in records]


def test_what_was_entered_by_hand_comes_back(tmp_path: Path) -> None:
    need = Need(
        id="X-1",
        title="=1+1 不是公式",
        problem="第一行\n第二行",
        budget_low_cny=100_000,
        budget_high_cny=300_000,
        modes=(TransferMode.LICENCE,),
        trl_min=6,
        region=Region(name="河南省开封市", code="410200"),
        blocked_orgs=("甲公司", "乙公司"),
        visibility=Tier.RESTRICTED,
        contact="王工 13900000000",
        confidential_detail="内部配方",
        extra={"备注": "急"},
    )
    prices = (
        Price(kind=PriceKind.NEGOTIABLE),
        Price(kind=PriceKind.FIRM, low_cny=500_000, high_cny=500_000),
        Price(kind=PriceKind.FLOOR, low_cny=1_000_000),
        Price(kind=PriceKind.INDICATIVE, low_cny=100_000, high_cny=200_000),
    )
    achievements = [
        Achievement(
            id=f"Y-{at}",
            title=f"成果{at}号",
            summary="简介",
            price=price,
            trl=TrlBand(low=4, high=4 + at, source=TrlSource.STATED),
            ip_items=(IpItem(type="发明专利", number="ZL202010000001.2", status="已授权"),),
            team=("张三", "李四"),
        )
        for at, price in enumerate(prices)
    ]
    write_records(tmp_path / "需求.xlsx", Side.NEED, [("X-1", need)])
    write_records(tmp_path / "成果.xlsx", Side.ACHIEVEMENT, [(each.id, each) for each in achievements])
    back = load([tmp_path / "需求.xlsx", tmp_path / "成果.xlsx"], max_bytes=MB)
    assert [said(record) for record in back.needs] == [said(need)]
    assert [said(record) for record in back.achievements] == [said(each) for each in achievements]


def test_a_column_that_was_read_in_part_does_not_undo_a_later_change(tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("需求编号,需求名称,需求内容,发布时间\nX-1,压铸,气孔多,2025年12月\n", encoding="utf-8")
    (before,) = load([path], max_bytes=MB).needs
    assert before.extra == {"发布时间": "2025年12月"}
    changed = replace(before, published_on=dt.date(2026, 2, 1))
    write_records(tmp_path / "own.xlsx", Side.NEED, [("X-1", changed)])
    (back,) = load([tmp_path / "own.xlsx"], max_bytes=MB).needs
    assert back.published_on == dt.date(2026, 2, 1)
    assert list(back.extra.values()) == ["2025年12月"]
