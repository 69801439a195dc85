"""The contract register as a workbook and as CSV."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from api.introductions.register import Entry, Register
from matcher.report.cells import clean, looks_like_formula

__all__ = ["to_csv", "to_xlsx"]

_HEADINGS = (
    "签约日期",
    "合同类别",
    "成交额（元）",
    "含作价入股",
    "登记编号",
    "需求名称",
    "需求单位",
    "成果名称",
    "成果单位",
    "技术经纪人",
    "对接编号",
)
_TOTALS = ("合同类别", "份数", "成交额（元）")
_ALL = "合计"
_WIDTHS = (12, 10, 16, 10, 20, 40, 28, 40, 28, 14, 30)


def to_xlsx(register: Register) -> bytes:
    """Two sheets: 合同 and 合计. Texts are never taken for formulas."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet("合同")
    sheet.write_row(0, 0, _HEADINGS, bold)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 0)
    for number, entry in enumerate(register.entries, 1):
        for at, value in enumerate(_row(entry)):
            if isinstance(value, float):
                sheet.write_number(number, at, value, money)
            else:
                sheet.write_string(number, at, clean(value))
    totals = book.add_worksheet("合计")
    totals.write_row(0, 0, _TOTALS, bold)
    totals.set_column(0, 2, 16)
    for number, (name, count, amount) in enumerate(_totals(register), 1):
        totals.write_string(number, 0, name)
        totals.write_number(number, 1, count)
        totals.write_number(number, 2, amount, money)
    book.close()
    return file.getvalue()


def to_csv(register: Register) -> bytes:
    """The contracts, UTF-8 with a byte order mark; what looks like a formula gets an apostrophe in front."""
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(_HEADINGS)
    for entry in register.entries:
        rows.writerow([f"{value:.2f}" if isinstance(value, float) else _safe(value) for value in _row(entry)])
    return file.getvalue().encode("utf-8-sig")


def _row(entry: Entry) -> Sequence[str | float]:
    contract = entry.contract
    return (
        contract.signed_on.isoformat(),
        contract.kind.value,
        float(contract.amount_cny),
        "是" if contract.with_equity else "否",
        contract.number,
        entry.need_title,
        entry.need_organisation,
        entry.achievement_title,
        entry.achievement_organisation,
        entry.broker,
        entry.introduction_id,
    )


def _totals(register: Register) -> Sequence[tuple[str, int, float]]:
    by_kind = [(total.kind.value, total.count, total.amount_cny) for total in register.totals]
    return [*by_kind, (_ALL, len(register.entries), register.amount_cny)]


def _safe(text: str) -> str:
    text = clean(text)
    return f"'{text}" if looks_like_formula(text) else text
