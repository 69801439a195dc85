"""Workbooks: real .xlsx, .xls and .ods files built by other libraries."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf import table as ods
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P

from matcher.corpus.read import Row, Table
from matcher.errors import ColumnError, FileFormatError

Read = Callable[[Path], tuple[Table, ...]]
Cells = list[list[object]]

PLAIN: Cells = [["成果名称", "价格", "编号"], ["低温泵", 1.0, "00123"], ["高压阀", 3.14, "123456789012345678"]]


def to_xlsx(path: Path, sheets: dict[str, Cells]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def to_xls(path: Path, sheets: dict[str, Cells]) -> Path:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    book.save(str(path))
    return path


def ods_cell(value: object, **options: object) -> ods.TableCell:
    if isinstance(value, float):
        return ods.TableCell(valuetype="float", value=str(value), **options)
    cell = ods.TableCell(valuetype="string", **options)
    cell.addElement(P(text=str(value)))
    return cell


def to_ods(path: Path, sheets: dict[str, list[ods.TableRow] | Cells]) -> Path:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        sheet = ods.Table(name=name)
        for row in rows:
            if isinstance(row, list):
                line = ods.TableRow()
                for value in row:
                    line.addElement(value if not isinstance(value, str | float) else ods_cell(value))
                sheet.addElement(line)
            else:
                sheet.addElement(row)
        book.spreadsheet.addElement(sheet)
    book.save(str(path))
    return path


WRITERS = {".xlsx": to_xlsx, ".xls": to_xls, ".ods": to_ods}
EVERY_FORMAT = pytest.mark.parametrize("suffix", list(WRITERS))


@EVERY_FORMAT
def test_plain_table(tmp_path: Path, read: Read, suffix: str) -> None:
    (table,) = read(WRITERS[suffix](tmp_path / f"a{suffix}", {"成果": PLAIN}))
    assert (table.sheet, table.header_row, table.headings) == ("成果", 1, ("成果名称", "价格", "编号"))
    assert table.rows == (Row(2, ("低温泵", "1", "00123")), Row(3, ("高压阀", "3.14", "123456789012345678")))
    assert table.notes == ()


@EVERY_FORMAT
def test_several_sheets_and_a_readme(tmp_path: Path, read: Read, suffix: str) -> None:
    sheets: dict[str, Cells] = {
        "填写说明": [["请逐行填写"], ["成果名称", "必填，不超过 50 字"], ["联系人", "必填"], ["联系电话", "选填"]],
        "成果": PLAIN,
        "需求": [["需求名称"], ["密封件"]],
    }
    tables = read(WRITERS[suffix](tmp_path / f"a{suffix}", sheets))
    assert [table.sheet for table in tables] == ["成果", "需求"]
    assert any("填写说明" in note and "未读取" in note for note in tables[0].notes)


@EVERY_FORMAT
def test_title_rows_empty_rows_and_empty_columns(tmp_path: Path, read: Read, suffix: str) -> None:
    rows: Cells = [
        ["汇总表", "", ""],
        ["", "", ""],
        ["成果名称", "", "联系人"],
        ["", "", ""],
        ["泵", "", "张三"],
        ["", "", ""],
    ]
    (table,) = read(WRITERS[suffix](tmp_path / f"a{suffix}", {"表": rows}))
    assert table.header_row == 3
    assert table.headings == ("成果名称", "联系人")
    assert table.rows == (Row(5, ("泵", "张三")),)


@EVERY_FORMAT
def test_table_that_does_not_begin_in_the_corner(tmp_path: Path, read: Read, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        for place, text in {"C3": "成果名称", "D3": "电话", "C4": "泵", "D4": "1", "D5": "2", "E5": "#N/A"}.items():
            sheet[place] = text
        sheet["E5"].data_type = "e"
        sheet.merge_cells("C4:C5")
        book.save(path)
    elif suffix == ".ods":
        blank: Cells = [ods.TableCell(numbercolumnsrepeated=2)]
        failed = ods_cell("#N/A", formula="of:=NA()", stringvalue="")
        rows: Cells = [
            [ods.TableCell()],
            [ods.TableCell()],
            [*blank, "成果名称", "电话"],
            [*blank, ods_cell("泵", numberrowsspanned=2), "1"],
            [ods.TableCell(numbercolumnsrepeated=2), ods.CoveredTableCell(), "2", failed],
        ]
        rows[2][0] = ods.TableCell(numbercolumnsrepeated=2)
        to_ods(path, {"Sheet": rows})
    else:
        old = xlwt.Workbook()
        page = old.add_sheet("Sheet")
        for row, column, text in ((2, 2, "成果名称"), (2, 3, "电话"), (3, 3, "1"), (4, 3, "2")):
            page.write(row, column, text)
        page.write_merge(3, 4, 2, 2, "泵")
        page.row(4).set_cell_error(4, 0x2A)
        old.save(str(path))
    (table,) = read(path)
    assert table.headings == ("成果名称", "电话", "第5列")
    assert table.rows == (Row(4, ("泵", "1", "")), Row(5, ("泵", "2", ""), ((2, "#N/A"),)))


def test_dates_times_and_booleans_xlsx(tmp_path: Path, read: Read) -> None:
    values = [dt.date(2020, 3, 1), dt.datetime(2020, 3, 1, 13, 5), dt.time(13, 5), dt.timedelta(hours=36), True]
    rows: Cells = [["成果名称", "a", "b", "c", "d", "e"], ["泵", *values]]
    (table,) = read(to_xlsx(tmp_path / "a.xlsx", {"表": rows}))
    assert table.rows[0].cells[1:] == ("2020-03-01", "2020-03-01T13:05:00", "13:05:00", "36:00:00", "TRUE")


def test_dates_xls(tmp_path: Path, read: Read) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, text in enumerate(["成果名称", "发布日期", "a", "b"]):
        sheet.write(0, column, text)
    sheet.write(1, 0, "泵")
    sheet.write(1, 1, dt.datetime(2020, 3, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(1, 2, dt.datetime(2020, 3, 1, 13, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"))
    sheet.write(1, 3, False)
    book.save(str(tmp_path / "a.xls"))
    (table,) = read(tmp_path / "a.xls")
    assert table.rows[0].cells == ("泵", "2020-03-01", "2020-03-01T13:05:00", "FALSE")


def test_1904_date_system(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["成果名称", "发布日期"])
    sheet.write(1, 0, "泵")
    sheet.write_datetime(1, 1, dt.datetime(2020, 3, 1), book.add_format({"num_format": "yyyy/m/d"}))
    book.close()
    (table,) = read(tmp_path / "a.xlsx")
    assert table.rows[0].cells == ("泵", "2020-03-01")


@EVERY_FORMAT
def test_long_numbers_are_kept_and_noted(tmp_path: Path, read: Read, suffix: str) -> None:
    rows: Cells = [["成果名称", "编号"], ["泵", 999999999999999.0], ["阀", 1234567890123456000.0]]
    (table,) = read(WRITERS[suffix](tmp_path / f"a{suffix}", {"表": rows}))
    assert [row.cells[1] for row in table.rows] == ["999999999999999", "1234567890123456000"]
    assert len(table.notes) == 1
    assert "第 3 行" in table.notes[0]
    assert "15 位" in table.notes[0]


def test_numbers_are_written_as_excel_shows_them(tmp_path: Path, read: Read) -> None:
    rows: Cells = [["成果名称", "a", "b", "c", "d"], ["泵", 0.1 + 0.2, 0.00000035, -2.0, 1e16]]
    (table,) = read(to_xlsx(tmp_path / "a.xlsx", {"表": rows}))
    assert table.rows[0].cells[1:] == ("0.3", "0.00000035", "-2", "10000000000000000")


def test_failed_formulas_xlsx(tmp_path: Path, read: Read) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("成果")
    sheet.write_row(0, 0, ["成果名称", "价格", "电话"])
    sheet.write_row(1, 0, ["泵"])
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(1, 2, "=#REF!", None, "#REF!")
    sheet.write_formula(2, 0, '="高压"&"阀"', None, "高压阀")
    sheet.write_formula(2, 1, '=""', None, "")
    book.close()
    (table,) = read(tmp_path / "a.xlsx")
    assert table.rows[0] == Row(2, ("泵", "", ""), ((1, "#DIV/0!"), (2, "#REF!")))
    assert table.rows[1].cells == ("高压阀", "", "")


def test_formula_that_was_never_calculated(tmp_path: Path, read: Read) -> None:
    (table,) = read(to_xlsx(tmp_path / "a.xlsx", {"表": [["成果名称", "价格"], ["泵", "=1+1"]]}))
    assert table.rows == (Row(2, ("泵", ""), ((1, "公式未计算"),)),)


def test_failed_formulas_xls(tmp_path: Path, read: Read) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("成果")
    sheet.write(0, 0, "成果名称")
    sheet.write(0, 1, "价格")
    sheet.write(1, 0, "泵")
    sheet.row(1).set_cell_error(1, 0x17)
    book.save(str(tmp_path / "a.xls"))
    (table,) = read(tmp_path / "a.xls")
    assert table.rows == (Row(2, ("泵", ""), ((1, "#REF!"),)),)


def test_failed_formulas_ods(tmp_path: Path, read: Read) -> None:
    failed = ods_cell("#DIV/0!", formula="of:=1/0", stringvalue="")
    (table,) = read(to_ods(tmp_path / "a.ods", {"成果": [["成果名称", "价格"], ["泵", failed]]}))
    assert table.rows == (Row(2, ("泵", ""), ((1, "#DIV/0!"),)),)


def merged_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["汇总表"],
        ["成果名称", "联系人", None, "价格"],
        [None, "姓名", "电话"],
        ["泵", "张三", "1", "5"],
        [None, "李四", "2"],
        ["阀"],
    ):
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5", "D4:D5", "A6:A7", "D6:D7"):
        sheet.merge_cells(area)
    book.save(path)
    return path


def merged_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for area, text in {
        (0, 0, 0, 3): "汇总表", (1, 2, 0, 0): "成果名称", (1, 1, 1, 2): "联系人", (1, 2, 3, 3): "价格",
        (3, 4, 0, 0): "泵", (3, 4, 3, 3): "5", (5, 6, 0, 0): "阀",
    }.items():  # fmt: skip
        sheet.write_merge(*area, text)
    for place, text in {
        (2, 1): "姓名",
        (2, 2): "电话",
        (3, 1): "张三",
        (3, 2): "1",
        (4, 1): "李四",
        (4, 2): "2",
    }.items():
        sheet.write(*place, text)
    book.save(str(path))
    return path


def merged_ods(path: Path) -> Path:
    def tall(text: str) -> ods.TableCell:
        return ods_cell(text, numberrowsspanned=2)

    def under() -> ods.CoveredTableCell:
        return ods.CoveredTableCell()

    return to_ods(
        path,
        {
            "Sheet": [
                [ods_cell("汇总表", numbercolumnsspanned=4), under(), under(), under()],
                [tall("成果名称"), ods_cell("联系人", numbercolumnsspanned=2), under(), tall("价格")],
                [under(), "姓名", "电话", under()],
                [tall("泵"), "张三", "1", tall("5")],
                [under(), "李四", "2", under()],
                [tall("阀")],
                [under()],
            ]
        },
    )


@pytest.mark.parametrize(("name", "build"), [("a.xlsx", merged_xlsx), ("a.xls", merged_xls), ("a.ods", merged_ods)])
def test_merged_headings_and_merged_records(
    tmp_path: Path, read: Read, name: str, build: Callable[[Path], Path]
) -> None:
    (table,) = read(build(tmp_path / name))
    assert table.header_row == 3
    assert table.headings == ("成果名称", "联系人姓名", "电话", "价格")
    # The second row of 阀 holds nothing of its own: it is the same record, not another one.
    assert table.rows == (
        Row(4, ("泵", "张三", "1", "5")),
        Row(5, ("泵", "李四", "2", "5")),
        Row(6, ("阀", "", "", "")),
    )


def hidden_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["成果名称", "编号"], ["泵", "1"], ["阀", "2"], ["管", "3"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("字典").append(["成果名称"])
    book["字典"].sheet_state = "hidden"
    book.save(path)
    return path


def hidden_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for r, row in enumerate((["成果名称", "编号"], ["泵", "1"], ["阀", "2"], ["管", "3"])):
        for c, text in enumerate(row):
            sheet.write(r, c, text)
    sheet.row(2).hidden = True
    sheet.col(1).hidden = True
    other = book.add_sheet("字典")
    other.write(0, 0, "成果名称")
    other.visibility = 1
    book.save(str(path))
    return path


@pytest.mark.parametrize(("name", "build"), [("a.xlsx", hidden_xlsx), ("a.xls", hidden_xls)])
def test_hidden_rows_are_skipped_hidden_columns_kept_both_said(
    tmp_path: Path, read: Read, name: str, build: Callable[[Path], Path]
) -> None:
    (table,) = read(build(tmp_path / name))
    assert table.rows == (Row(2, ("泵", "1")), Row(4, ("管", "3")))
    notes = "\n".join(table.notes)
    assert "第 3 行被隐藏" in notes
    assert "B 列被隐藏，仍已读取" in notes
    assert "工作表“字典”是隐藏的" in notes


def test_hidden_and_repeated_rows_ods(tmp_path: Path, read: Read) -> None:
    header, hidden, repeated = ods.TableRow(), ods.TableRow(visibility="collapse"), ods.TableRow(numberrowsrepeated=2)
    for row, text in ((header, "成果名称"), (hidden, "阀"), (repeated, "管")):
        row.addElement(ods_cell(text))
    (table,) = read(to_ods(tmp_path / "a.ods", {"表": [header, hidden, repeated]}))
    assert table.rows == (Row(3, ("管",)), Row(4, ("管",)))
    assert "第 2 行被隐藏" in table.notes[0]


def test_one_sheet_with_a_header_only_is_skipped(tmp_path: Path, read: Read) -> None:
    (table,) = read(to_xlsx(tmp_path / "a.xlsx", {"需求": [["需求名称"]], "成果": PLAIN}))
    assert table.sheet == "成果"
    assert table.notes == ("工作表“需求”只有列名，没有数据。",)


def test_only_headers(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match=r"a\.xlsx 的工作表“需求”：只有列名，没有数据行；请"):
        read(to_xlsx(tmp_path / "a.xlsx", {"需求": [["需求名称"]]}))


@EVERY_FORMAT
def test_no_header_in_any_sheet(tmp_path: Path, read: Read, suffix: str) -> None:
    with pytest.raises(ColumnError, match=rf"a\{suffix}：没有找到能识别的列名（最像表头的内容：甲、乙）；请"):
        read(WRITERS[suffix](tmp_path / f"a{suffix}", {"表": [["甲", "乙"], ["丙", "丁"]]}))


@EVERY_FORMAT
def test_workbook_without_content(tmp_path: Path, read: Read, suffix: str) -> None:
    with pytest.raises(FileFormatError, match=rf"a\{suffix}：工作簿里没有内容；请"):
        read(WRITERS[suffix](tmp_path / f"a{suffix}", {"表": []}))


def test_stray_cell_in_the_last_corner(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["成果名称"])
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileFormatError, match=r"a\.xlsx：.*1048576 行、16384 列.*；请删除"):
        read(tmp_path / "a.xlsx")


@EVERY_FORMAT
def test_wrong_extension_is_read_and_noted(tmp_path: Path, read: Read, suffix: str) -> None:
    path = WRITERS[suffix](tmp_path / f"a{suffix}", {"成果": PLAIN}).rename(tmp_path / "b.csv")
    (table,) = read(path)
    assert len(table.rows) == 2
    assert f"扩展名是 .csv，内容其实是 {suffix[1:].upper()}" in table.notes[0]


def test_text_named_xls(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes("成果名称\t联系人\n泵\t张三\n".encode("gb18030"))
    (table,) = read(path)
    assert table.rows == (Row(2, ("泵", "张三")),)
    assert "内容其实是 CSV" in table.notes[0]
