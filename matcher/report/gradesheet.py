"""A workbook of pairs to be graded by a person: both texts in short, a level and a reason to pick, ids at the end.

What the program thinks of a pair is not shown: whoever knows it is drawn to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from matcher.errors import ConfigError
from matcher.records import LEVELS, Achievement, Need, Record
from matcher.report.base import REFUSALS
from matcher.report.columns import Column, Kind
from matcher.report.public import public_record
from matcher.report.wording import level_label
from matcher.report.workbook.grid import write_grid, write_text
from matcher.report.workbook.style import BOOK_OPTIONS, Styles
from matcher.text.fields import title_and_body

__all__ = ["PairToGrade", "write_gradesheet"]

_SHORT = 140
_SAID = (
    ("怎么填", "读完左边的需求和右边的成果，在“人工等级”里选 1–4，只看内容对不对口。一行约半分钟，拿不准的留空。"),
    ("原因", "选 1 或 2 时可再选原因。“太早期”“价格”等与内容无关的原因，不会被当作内容不符。"),
    ("编号", "请勿改动最后两列编号。"),
    (
        "交回",
        "matcher train ranker --needs 需求表 --achievements 成果表 --feedback 本文件 --out levels.json",
    ),
    ("上线", "matcher models promote levels.json（不比原来差才会启用）"),
    ("公开范围", "只写公开字段；保密详情和非公开记录不在其中。"),
)


@dataclass(frozen=True, slots=True)
class PairToGrade:
    """A need and an achievement of which somebody shall say how well they fit."""

    need: Need
    achievement: Achievement


def write_gradesheet(path: Path, pairs: Sequence[PairToGrade]) -> None:
    """Write the sheets 待评 and 说明; pairs of one need stand together, public texts only.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(path), dict(BOOK_OPTIONS)) as book:
            styles = Styles(book)
            write_grid(
                book.add_worksheet("待评"),
                styles,
                _COLUMNS,
                pairs,
                frozen=1,
                empty="没有需要评级的配对",
                group=lambda pair: pair.need.id,
            )
            _write_guide(book.add_worksheet("说明"), styles)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise ConfigError(f"无法写入 {path}（{error}）；请确认文件夹存在、可写，且文件没有在 Excel 中打开。") from error


def _write_guide(sheet: Worksheet, styles: Styles) -> None:
    levels = [(level_label(info.level), info.meaning, info.level) for info in reversed(LEVELS)]
    for row, (name, text, level) in enumerate([*((name, text, 0) for name, text in _SAID), *levels]):
        write_text(sheet, row, 0, name, styles.cell(Kind.LEVEL if level else Kind.TEXT, level=level))
        write_text(sheet, row, 1, text, styles.cell(Kind.TEXT))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _short(record: Record) -> str:
    _, body = title_and_body(public_record(record), confidential=False)
    text = " ".join(body.split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


_COLUMNS: tuple[Column[PairToGrade], ...] = (
    Column(heading="需求名称", width=24, value=lambda pair: public_record(pair.need).title, kind=Kind.NAME),
    Column(heading="需求内容", width=44, value=lambda pair: _short(pair.need)),
    Column(heading="成果名称", width=24, value=lambda pair: public_record(pair.achievement).title),
    Column(heading="成果简介", width=44, value=lambda pair: _short(pair.achievement)),
    Column(
        heading="人工等级",
        width=13,
        value=lambda _: "",
        kind=Kind.ANSWER,
        choices=tuple(level_label(info.level) for info in reversed(LEVELS)),
    ),
    Column(heading="原因", width=13, value=lambda _: "", kind=Kind.ANSWER, choices=REFUSALS),
    Column(heading="需求编号", width=14, value=lambda pair: pair.need.id, kind=Kind.ID, printed=False),
    Column(heading="成果编号", width=14, value=lambda pair: pair.achievement.id, kind=Kind.ID, printed=False),
)
