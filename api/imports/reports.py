"""The files an import leaves: rows to mend, and what was recognised."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xlsxwriter
from pydantic import TypeAdapter

from api.imports.entering import Entered
from api.jobs.context import JobContext
from api.schemas.media import XLSX
from matcher.corpus.columns import field_label
from matcher.corpus.load import LoadResult, TableReport
from matcher.corpus.rejected import RejectedRow, write_rejected
from matcher.corpus.side import side_label

__all__ = ["REJECTED", "REPORT", "REPORT_JSON", "write_reports"]

REJECTED, REPORT, REPORT_JSON = "拒收.xlsx", "导入报告.xlsx", "导入报告.json"

_FOUND = {
    "alias": "按列名识别",
    "tail": "按相近的列名推断，请核对",
    "mapping": "按您的映射",
    "returned": "退回表的附加列，已跳过",
    "none": "不认识，原样保留",
}
_OUTCOMES = {"created": "新增", "changed": "修改", "unchanged": "未变"}
# What a cell holds is text, whatever it looks like.
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_TABLE = ("文件", "工作表", "类型", "判断依据", "行数", "读入", "合并", "拒收", "提示")
_COLUMN = ("文件", "工作表", "列名", "识别为", "方式", "已填行数", "未读懂", "未读懂的例子")
_MOST_CHARS = 32_767


def write_reports(context: JobContext, found: LoadResult, rejected: Sequence[RejectedRow], entered: Entered) -> None:
    """Write the reports into the job's folder and let them be downloaded.

    Raises:
        InputError: the spreadsheet of rejected rows cannot be written.
    """
    counts = {**entered.counts, "rejected": len(rejected)}
    path = context.folder / "rejected.xlsx"
    if write_rejected(path, rejected):
        context.add_file(REJECTED, path, XLSX)
    _write_json(context.folder / "report.json", found, rejected, counts)
    context.add_file(REPORT_JSON, context.folder / "report.json", "application/json")
    _write_workbook(context.folder / "report.xlsx", found, counts)
    context.add_file(REPORT, context.folder / "report.xlsx", XLSX)


def _write_json(path: Path, found: LoadResult, rejected: Sequence[RejectedRow], counts: dict[str, int]) -> None:
    report: dict[str, Any] = {
        "counts": counts,
        "tables": TypeAdapter(list[TableReport]).dump_python(list(found.tables), mode="json"),
        "rejected": [asdict(row) for row in rejected],
        "notes": list(found.notes),
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_workbook(path: Path, found: LoadResult, counts: dict[str, int]) -> None:
    totals = [[name, str(counts[key])] for key, name in {**_OUTCOMES, "rejected": "拒收"}.items()]
    notes = [["提示", note] for note in found.notes]
    tables = [
        [
            table.file,
            table.sheet or "",
            side_label(table.side),
            table.side_reason,
            *map(str, (table.rows, table.loaded, table.merged, table.rejected)),
            "\n".join(table.notes),
        ]
        for table in found.tables
    ]
    columns = [
        [
            table.file,
            table.sheet or "",
            column.heading,
            field_label(column.field),
            _FOUND[column.found],
            str(column.filled),
            str(column.unread),
            "\n".join(column.examples),
        ]
        for table in found.tables
        for column in table.columns
    ]
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "valign": "top"})
        for name, headings, rows in (
            ("结果", ("项目", "内容"), [*totals, *notes]),
            ("表", _TABLE, tables),
            ("列", _COLUMN, columns),
        ):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(headings) - 1, 22, text)
            for at, heading in enumerate(headings):
                sheet.write_string(0, at, heading, head)
            for line, row in enumerate(rows, start=1):
                for at, value in enumerate(row):
                    sheet.write_string(line, at, value[:_MOST_CHARS], text)
