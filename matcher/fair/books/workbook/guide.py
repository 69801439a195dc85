"""Sheets of two columns, and the last of them: how to use the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from matcher.fair.books.base import Books
from matcher.records import LEVELS
from matcher.report.cells import lines_needed
from matcher.report.columns import Kind
from matcher.report.wording import level_label
from matcher.report.workbook.grid import write_text
from matcher.report.workbook.style import Styles

__all__ = ["Block", "write_blocks", "write_guide"]

_WIDTHS = (24.0, 106.0)
_LINE_PT = 14.0
_A4 = 9


@dataclass(frozen=True, slots=True)
class Block:
    """A title and its lines, name and text; `by_level` gives the names that begin with a level its colour."""

    title: str
    lines: tuple[tuple[str, str], ...]
    by_level: bool = False


def write_blocks(sheet: Worksheet, styles: Styles, blocks: Sequence[Block]) -> None:
    """Write blocks one below the other."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for block in blocks:
        sheet.merge_range(row, 0, row, 1, block.title, styles.heading())
        sheet.set_row(row, 22.0)
        for number, (name, text) in enumerate(block.lines, start=row + 1):
            level = int(name[0]) if block.by_level and name[0].isdecimal() else 0
            write_text(sheet, number, 0, name, styles.cell(Kind.LEVEL if level else Kind.TEXT, level=level))
            write_text(sheet, number, 1, text, styles.cell(Kind.TEXT))
            tallest = max(lines_needed(cell, width - 1.0) for cell, width in zip((name, text), _WIDTHS, strict=True))
            sheet.set_row(number, tallest * _LINE_PT + 5.0)
        row += len(block.lines) + 2
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def write_guide(book: Workbook, styles: Styles, books: Books) -> None:
    """Write the sheet 使用说明."""
    revision = f"，第 {books.plan.revision + 1} 版" if books.plan.revision else ""
    write_blocks(
        book.add_worksheet("使用说明"),
        styles,
        [
            Block("这份排期", (("对接会", f"{books.title}（{books.dates}{revision}）"), *_ORIGIN)),
            Block("各张表", _SHEETS),
            Block("会前", _BEFORE),
            Block("会中、会后", _AFTER),
            Block("等级", tuple((level_label(i.level), i.meaning) for i in reversed(LEVELS)), by_level=True),
        ],
    )


_ORIGIN = (
    ("核对", "写出前已由独立的规则核对：没有人同时在两处，没有一桌两场，回避、不见、到场时间和步行时间都已满足。"),
    ("公开范围", "只写公开字段；保密详情和非公开记录的内容不写入。联系方式照原表抄录，请勿外传。"),
)
_SHEETS = (
    ("按企业、按团队", "每家一组，按时间排列；编号与手册封面、签到名单相同。"),
    ("按桌位、按时间", "现场引导用：哪一桌什么时候是谁。"),
    (
        "未安排及原因",
        "没有会面、会面少于保底的各方，和未能安排的必见、想见。对外只用答复用语；内部原因可能写着谁表示不见，勿外传，也不打印。",
    ),
    ("候补", "有人没来时，留下的一方此时可改见谁，按顺序联系；现场也可用 matcher fair noshow。"),
    (
        "变动",
        "重排后才有：取消、改动、新增的会面和双方联系方式，可逐行打电话；对外同样只用答复用语，内部原因勿外传。",
    ),
    ("统计", "会面、等级、价值与上界、意愿、各时段和各桌位的使用。"),
)
_BEFORE = (
    ("手册", "企业手册.pdf、团队手册.pdf 每家从新的一页开始；页眉是编号和名称，便于分发。"),
    ("桌牌", "桌牌.pdf 每桌每天一张；总览.pdf 是总表和签到名单。"),
    ("日历", "日历文件夹里每家一个 .ics，发给本人导入手机或电脑；重排后再导入一次，旧的自动更新。"),
    ("有变动", "改 fair.toml 或用 matcher fair replan；会面编号不变，已确认的能不动就不动。"),
)
_AFTER = (
    ("登记结果", "把手册上勾选的结果填进 结果登记.xlsx，再运行 matcher fair results 结果登记.xlsx --plan 本文件夹。"),
    ("得到什么", "到场记录（下一届的候补用）、反馈（改进排序用）和汇总（会面、爽约、意向、签约额）。"),
)
