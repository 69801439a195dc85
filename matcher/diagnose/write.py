"""Check-ups as files: .xlsx to be filled in, .csv with the same columns, .json lossless."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from pydantic import TypeAdapter
from xlsxwriter.worksheet import Worksheet

from matcher.diagnose.base import Diagnosis, NeedClass
from matcher.diagnose.sheet import COLUMNS, Checked
from matcher.records import Need
from matcher.report import check_target
from matcher.report.cells import clean, lines_needed, looks_like_formula
from matcher.report.columns import Kind
from matcher.report.workbook.grid import write_grid, write_text
from matcher.report.workbook.style import BOOK_OPTIONS, Styles
from matcher.report.write import write_beside

__all__ = ["write_diagnoses"]

_GUIDE = (
    ("怎么用", "先看“体检结论”和“判断依据”；打电话时照“最该问的三个问题”问；把企业的回答填进黄色的格子。"),
    (
        "黄色的格子",
        "已写明的内容已经填好，可以直接修改；空着的就是还缺的；“需求说明”里的回答会接在“需求内容”（右边第一列，不打印）后面。",
    ),
    ("建议写法", "只用了需求自己的词和库中相近成果的词；“＿＿”处的数字由企业填写，系统不代填。"),
    ("交回", "填好后直接当需求表使用：matcher check 本文件；matcher index 本文件 --into 索引名 --update"),
    ("请勿改动", "“需求编号”和“未写明”右边的各列：重新读入时靠它们对上原来的需求。"),
    ("没有写出的", "保密详情和非公开需求不在本表；有保密详情的需求，重新入库前请在原表里修改，以免丢失。"),
)
_CLASSES = (
    (NeedClass.CLEAR, 4, "有对象，有可考核的数值；或问题、目标、途径都写得具体。可以直接匹配。"),
    (NeedClass.VAGUE, 2, "有对象，有问题或效果，但没有数值，问清楚再推荐。"),
    (NeedClass.CONCEPT, 1, "只有题目或方向，没有写现在的问题和要达到的效果。"),
    (NeedClass.AIMLESS, -1, "没有说明是哪种产品、材料或工序，先上门了解。"),
)


def write_diagnoses(path: Path, needs: Sequence[Need], diagnoses: Sequence[Diagnosis]) -> None:
    """Write check-ups beside their needs, public texts only; the suffix chooses the format.

    Args:
        path: where to; .xlsx, .csv or .json.
        needs: as they were read.
        diagnoses: one for each need, in the same order.

    Raises:
        ConfigError: a suffix of another kind, or a place that cannot be written.
        ValueError: not one check-up a need.
    """
    check_target(path)
    rows = [Checked.of(need, diagnosis) for need, diagnosis in zip(needs, diagnoses, strict=True)]
    write = _WRITERS[path.suffix.lower()]
    write_beside(path, lambda beside: write(beside, rows))


def _write_workbook(path: Path, rows: Sequence[Checked]) -> None:
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            styles = Styles(book)
            write_grid(book.add_worksheet("需求体检"), styles, COLUMNS, rows, frozen=2, empty="没有可体检的需求")
            _write_guide(book.add_worksheet("使用说明"), styles)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _write_guide(sheet: Worksheet, styles: Styles) -> None:
    rows = [(name, text, 0) for name, text in _GUIDE] + [(str(name), text, level) for name, level, text in _CLASSES]
    for row, (name, text, level) in enumerate(rows):
        write_text(sheet, row, 0, name, styles.cell(Kind.LEVEL if level else Kind.TEXT, level=level))
        write_text(sheet, row, 1, text, styles.cell(Kind.TEXT))
        sheet.set_row(row, lines_needed(text, _GUIDE_WIDTH - 1.0) * 14.0 + 5.0)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, _GUIDE_WIDTH)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _write_csv(path: Path, rows: Sequence[Checked]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerows([_safe(str(column.value(row))) for column in COLUMNS] for row in rows)


def _safe(text: str) -> str:
    text = clean(text)
    return f"'{text}" if looks_like_formula(text) else text


def _write_json(path: Path, rows: Sequence[Checked]) -> None:
    diagnoses = tuple(row.diagnosis for row in rows)
    path.write_bytes(TypeAdapter(tuple[Diagnosis, ...]).dump_json(diagnoses, indent=1) + b"\n")


_GUIDE_WIDTH = 110.0
_WRITERS: Mapping[str, Callable[[Path, Sequence[Checked]], None]] = {
    ".xlsx": _write_workbook,
    ".csv": _write_csv,
    ".json": _write_json,
}
