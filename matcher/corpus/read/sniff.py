"""What a file really is, told from its bytes; the extension only decides between kinds of text."""

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from matcher.corpus.read.archive import ZIP_ERRORS
from matcher.corpus.read.compound import COMPOUND_MAGIC, require_workbook
from matcher.corpus.read.faults import bad_file

__all__ = ["Kind", "expected_kinds", "sniff"]

_RESAVE = "请用 Excel 或 WPS 另存为 .xlsx 后重试"
_HEAD = 4096


class Kind(StrEnum):
    """Formats that can be read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    JSON = "json"
    DELIMITED = "csv"


_WORKBOOKS = frozenset({Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS})
_BY_EXTENSION: dict[str, frozenset[Kind]] = {
    ".xlsx": frozenset({Kind.XLSX}),
    ".xlsm": frozenset({Kind.XLSX}),
    ".xlsb": frozenset({Kind.XLSB}),
    ".xls": frozenset({Kind.XLS}),
    ".et": frozenset({Kind.XLS, Kind.XLSX}),
    ".ods": frozenset({Kind.ODS}),
    ".htm": frozenset({Kind.HTML}),
    ".html": frozenset({Kind.HTML}),
    ".json": frozenset({Kind.JSON}),
    ".jsonl": frozenset({Kind.JSON}),
    ".ndjson": frozenset({Kind.JSON}),
    ".csv": frozenset({Kind.DELIMITED}),
    ".tsv": frozenset({Kind.DELIMITED}),
    ".txt": frozenset({Kind.DELIMITED}),
}
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文档"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"SQLite format 3", "SQLite 数据库"),
    (b"MIME-Version:", "单个网页文件（MHT）"),
)


def expected_kinds(path: Path) -> frozenset[Kind]:
    """Kinds that the extension promises; empty when it promises nothing."""
    return _BY_EXTENSION.get(path.suffix.lower(), frozenset())


def sniff(path: Path, data: bytes) -> Kind:
    """Tell the kind of a file's content.

    Raises:
        FileFormatError: the content is of a kind that holds no table, encrypted, or a damaged container.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_kind(path, data)
    if data.startswith(COMPOUND_MAGIC):
        require_workbook(path, data)
        return Kind.XLS
    for magic, name in _FOREIGN:
        if data.startswith(magic):
            raise bad_file(path, f"这是{name}，不是表格", "请把其中的表格复制到 Excel 或 WPS，存为 .xlsx 后重试")
    return _text_kind(path, data)


def _archive_kind(path: Path, data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except ZIP_ERRORS as error:
        raise bad_file(path, "工作簿不完整或已损坏（多半是没有下载完）", "请重新下载或复制，能打开后再试") from error
    if "xl/workbook.xml" in names or any(name.endswith("/workbook.xml") for name in names):
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Kind.ODS
    for prefix, name in (("word/", "Word 文档"), ("ppt/", "PowerPoint 演示文稿"), ("Index/", "Numbers 表格")):
        if any(entry.startswith(prefix) for entry in names):
            raise bad_file(path, f"这是{name}，不是能读取的表格", "请把其中的表格存为 .xlsx 后重试")
    raise bad_file(path, "这是压缩包，不是表格", "请先解压，再给出里面的表格文件")


def _text_kind(path: Path, data: bytes) -> Kind:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if expected_kinds(path) & _WORKBOOKS and not utf16 and b"\x00" in data[:_HEAD]:
        raise bad_file(path, "内容不是工作簿，文件已损坏或只是改了扩展名", "请重新下载；能打开的话" + _RESAVE)
    head = data[:_HEAD].decode("utf-16" if utf16 else "latin-1", "ignore").lstrip("\ufeffï»¿ \t\r\n").lower()
    if head.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in head:
            raise bad_file(path, "这是 2003 版 XML 表格", _RESAVE)
        if "<html" in head or "<table" in head or "<!doctype html" in head:
            return Kind.HTML
    if Kind.JSON in expected_kinds(path) or re.match(r'(\[\s*)?\{\s*"', head):
        return Kind.JSON
    return Kind.DELIMITED
