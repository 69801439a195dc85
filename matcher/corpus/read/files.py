"""The door: a path → its tables, whatever the extension says."""

from dataclasses import replace
from pathlib import Path

from matcher.corpus.read.base import IsHeading, Table
from matcher.corpus.read.delimited import read_delimited
from matcher.corpus.read.faults import bad_file
from matcher.corpus.read.jsonlike import read_json
from matcher.corpus.read.sniff import Kind, expected_kinds, sniff
from matcher.corpus.read.webtable import read_html
from matcher.corpus.read.workbook import read_workbook

__all__ = ["read_tables"]


def read_tables(path: Path, *, is_heading: IsHeading, max_bytes: int) -> tuple[Table, ...]:
    """Read every table of a file: one per sheet, list or web table in which a known heading is found.

    What was guessed or skipped is said in the tables' notes, file-wide remarks in those of the first.

    Raises:
        FileFormatError: missing, empty, larger than `max_bytes`, encrypted, damaged, of a kind that holds no table, or
            with headings only.
        ColumnError: no row holds a known heading.
    """
    data = _load(path, max_bytes)
    kind = sniff(path, data)
    tables = _read(path, data, kind, is_heading, max_bytes)
    filled = tuple(table for table in tables if table.rows)
    if not filled:
        raise bad_file(path, "只有列名，没有数据行", "请在列名下面填写数据后重试", sheet=tables[0].sheet)
    notes = [f"工作表“{table.sheet}”只有列名，没有数据。" for table in tables if not table.rows]
    expected = expected_kinds(path)
    if expected and kind not in expected:
        notes.insert(0, f"扩展名是 {path.suffix}，内容其实是 {kind.upper()}，已按 {kind.upper()} 读取。")
    first, *others = filled
    return (replace(first, notes=(*notes, *first.notes)), *others)


def _read(path: Path, data: bytes, kind: Kind, is_heading: IsHeading, max_bytes: int) -> tuple[Table, ...]:
    match kind:
        case Kind.JSON:
            return read_json(path, data, is_heading)
        case Kind.HTML:
            return read_html(path, data, is_heading)
        case Kind.DELIMITED:
            return read_delimited(path, data, is_heading)
        case _:
            return read_workbook(path, data, kind, is_heading, max_bytes)


def _load(path: Path, max_bytes: int) -> bytes:
    if not path.exists():
        raise bad_file(path, "找不到这个文件", "请检查路径和文件名（包括扩展名）")
    if not path.is_file():
        raise bad_file(path, "这是文件夹，不是文件", "请给出其中的表格文件")
    try:
        size = path.stat().st_size
        if size > max_bytes:
            problem = f"文件有 {size / 10**6:.1f} MB，超过上限 {max_bytes / 10**6:.1f} MB"
            raise bad_file(path, problem, "请拆成几个文件，或用 MATCHER_MAX_FILE_MB 提高上限")
        data = path.read_bytes()
    except OSError as error:
        raise bad_file(path, f"无法读取（{error.strerror}）", "请检查文件权限，或关闭正在使用它的程序") from error
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise bad_file(path, "文件是空的", "请确认导出或下载已经完成")
    return data
