"""A run's pairs as a workbook: one sheet for those who ask, one for those who offer."""

from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from matcher.batch.base import Run, RunPair
from matcher.rank.gates import GATES
from matcher.report.cells import clean

__all__ = ["write_pairbook"]

_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_MOST_ROWS = 1_048_575
_HEADINGS = (
    "需求编号", "需求名称", "需求单位", "成果编号", "成果名称", "成果单位", "名次", "等级", "把握", "不符合的条件",
)  # fmt: skip
_WIDTHS = (28, 34, 24, 28, 34, 24, 6, 6, 8, 20)
_LABELS = {info.name: info.label for info in GATES}


def write_pairbook(path: Path, run: Run) -> None:
    """Write the pairs that are in a list, sorted by list and rank; what a sheet cannot hold is left to `matches.csv`.

    Raises:
        OSError: the file cannot be written.
    """
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1"})
        sheets: tuple[tuple[str, Callable[[RunPair], int | None], Callable[[RunPair], str]], ...] = (
            ("为需求找成果", lambda pair: pair.need_rank, lambda pair: pair.need_id),
            ("为成果找需求", lambda pair: pair.achievement_rank, lambda pair: pair.achievement_id),
        )
        for name, rank, whose in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for at, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
                sheet.set_column(at, at, width)
                sheet.write_string(0, at, heading, head)
            listed = [(whose(pair), number, pair) for pair in run.pairs if (number := rank(pair)) is not None]
            listed.sort(key=lambda row: row[:2])
            for line, (_, number, pair) in enumerate(listed[:_MOST_ROWS], start=1):
                _write(sheet, line, run, pair, number)


def _write(sheet: Worksheet, line: int, run: Run, pair: RunPair, rank: int) -> None:
    need, achievement = run.needs[pair.need_id], run.achievements[pair.achievement_id]
    texts = (need.id, need.title, need.org, achievement.id, achievement.title, achievement.org)
    for at, text in enumerate(texts):
        sheet.write_string(line, at, clean(text))
    for at, number in enumerate((rank, pair.level, round(pair.fit, 4)), start=len(texts)):
        sheet.write_number(line, at, number)
    sheet.write_string(line, len(_HEADINGS) - 1, "、".join(_LABELS[name] for name in pair.failed))
