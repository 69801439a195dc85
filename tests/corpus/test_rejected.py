import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from matcher.corpus.load import load
from matcher.corpus.rejected import RejectedRow, write_rejected
from matcher.errors import InputError

MAX_BYTES = 10**8


def write(path: Path, *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def row(**changes: object) -> RejectedRow:
    values = {
        "file": "a.csv",
        "sheet": None,
        "row": 2,
        "field": "成果名称",
        "value": "",
        "reason": "没有名称",
        "headings": ("成果名称", "编号"),
        "cells": ("", "1"),
    }
    return RejectedRow(**{**values, **changes})  # type: ignore[arg-type]


def test_the_workbook_repeats_the_row_after_four_columns_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "new" / "back.xlsx"
    assert write_rejected(path, [row(cells=("=1+1", "00123"), sheet="表1")]) == 1
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.title == "a-表1"
    assert sheet.freeze_panes == "B2"
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["退回原因", "来源文件", "工作表", "行号", "成果名称", "编号"],
        ["没有名称", "a.csv", "表1", "2", "=1+1", "00123"],
    ]
    assert {cell.data_type for cell in sheet[2]} == {"s"}


def test_one_sheet_per_source_table_under_names_that_excel_accepts(tmp_path: Path) -> None:
    long_name = "很长的名称" * 10
    rows = [
        row(sheet="a/b"),
        row(sheet="A?B"),
        row(sheet=long_name),
        row(sheet=long_name + "x"),
        row(file="history.csv"),
    ]
    write_rejected(tmp_path / "back.xlsx", rows)
    names = openpyxl.load_workbook(tmp_path / "back.xlsx").sheetnames
    assert len(names) == len({name.lower() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)


def test_nothing_is_written_without_rows(tmp_path: Path) -> None:
    assert write_rejected(tmp_path / "back.xlsx", []) == 0
    assert not (tmp_path / "back.xlsx").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"back\.xlsx"):
        write_rejected(tmp_path / "file" / "back.xlsx", [row()])


def test_mended_rows_are_read_as_if_they_had_been_right_at_first(tmp_path: Path) -> None:
    head = ("编号", "需求名称", "需求内容", "预算（万元）", "自定义")
    source = write(
        tmp_path / "a.csv",
        head,
        ("001", "降噪", "安静", "10", "甲"),
        ("001", "减震", "平稳", "20", "乙"),
        ("410225199001011234", "", "", "30", "丙"),
    )
    result = load([source], max_bytes=MAX_BYTES)
    assert len(result.needs) == 1
    write_rejected(tmp_path / "back.xlsx", result.rejected)

    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    sheet = book.worksheets[0]
    assert "重复" in str(sheet["A2"].value)
    sheet["E2"] = "002"
    sheet["F3"] = "除尘"
    book.save(tmp_path / "back.xlsx")
    again = load([tmp_path / "back.xlsx"], max_bytes=MAX_BYTES)

    assert again.rejected == ()
    assert [(need.id, need.title, need.budget_high_cny) for need in again.needs] == [
        ("002", "减震", 200_000),
        ("410225199001011234", "除尘", 300_000),
    ]
    # The columns of ours leave no trace.
    assert [need.extra for need in again.needs] == [
        {"自定义": "乙", "预算（万元）": "20"},
        {"自定义": "丙", "预算（万元）": "30"},
    ]


def test_rows_read_again_unmended_are_rejected_again(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.csv",
        ("需求名称", "需求内容", "密级"),
        ("降噪", "安静", ""),
        ("#REF!", "平稳", ""),
        ("某型装备", "参数", "机密"),
        ("机密★某型装备", "参数", ""),
    )
    first = load([source], max_bytes=MAX_BYTES).rejected
    write_rejected(tmp_path / "back.xlsx", first)
    again = load([tmp_path / "back.xlsx"], max_bytes=MAX_BYTES)
    assert again.needs == ()
    assert [(found.headings, found.cells) for found in again.rejected] == [
        (found.headings, found.cells) for found in first
    ]


def test_the_name_of_the_source_still_tells_the_side(tmp_path: Path) -> None:
    source = write(tmp_path / "needs.csv", ("id", "title", "content"), ("1", "降噪", ""), ("1", "减震", ""))
    write_rejected(tmp_path / "back.xlsx", load([source], max_bytes=MAX_BYTES).rejected)
    assert [need.title for need in load([tmp_path / "back.xlsx"], max_bytes=MAX_BYTES).needs] == ["减震"]
