"""A planned fair and the sheet its organiser fills in."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.fair.base import Plan, Wish
from matcher.fair.books import explaining, gather
from matcher.fair.books.resultsheet import write_resultsheet
from matcher.records import Achievement, Need

Fill = Callable[..., Path]


@pytest.fixture
def plan(make: Any, graded: Any, day: Any, wish: Any) -> Plan:
    """甲公司 meets 子大学, 丑大学 and 寅大学 (which it asked for); 乙公司 meets 子大学."""
    made = make(
        "floor = 0\n" + day(4) + '[[table]]\nname = "A"\n',
        {"N1": "甲公司", "N2": "乙公司"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李"), "A3": ("寅大学", "王")},
        [graded("N1", "A1", 4), graded("N1", "A2", 3), graded("N2", "A1", 3)],
        wishes=(wish("甲公司", "寅大学", Wish.MUST),),
    )
    planned: Plan = made.plan()
    assert len(planned.meetings) == 4
    return planned


@pytest.fixture
def code(plan: Plan) -> Callable[[str, str], str]:
    """The code of the meeting of an enterprise with an organisation."""

    def of(enterprise: str, org: str) -> str:
        return next(m.code for m in plan.meetings if (plan.enterprise(m).org, plan.team(m).org) == (enterprise, org))

    return of


@pytest.fixture
def fill(plan: Plan, tmp_path: Path) -> Fill:
    """The sheet as it is handed out, with cells written into the rows of meetings: code → heading → what was typed."""
    needs = {i: Need(id=i, title=i) for i in ("N1", "N2")}
    achievements = {i: Achievement(id=i, title=i) for i in ("A1", "A2", "A3")}
    books = gather(
        plan,
        needs=needs,
        achievements=achievements,
        explain=explaining(HashingEncoder(), needs=needs, achievements=achievements, today=dt.date(2025, 11, 18)),
        created=dt.datetime(2025, 11, 1, tzinfo=dt.UTC),
    )

    def filled(written: Mapping[str, Mapping[str, object]], name: str = "结果登记.xlsx") -> Path:
        path = tmp_path / name
        write_resultsheet(path, books)
        book = openpyxl.load_workbook(path)
        sheet = book["结果登记"]
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for heading, value in written.get(str(row[0].value), {}).items():
                row[head.index(heading)].value = value
        book.save(path)
        return path

    return filled
