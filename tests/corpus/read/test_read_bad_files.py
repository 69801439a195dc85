"""Files that hold no table: one sentence that names the file and says what to do."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from matcher.corpus.read import Table
from matcher.errors import FileFormatError

Read = Callable[[Path], tuple[Table, ...]]


def xlsx_bytes() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["成果名称", "价格"])
    book.active.append(["泵", 5])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_bytes() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "成果名称")
    sheet.write(1, 0, "泵")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def encrypted_xlsx() -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx_bytes())).encrypt("secret", out)
    return out.getvalue()


def encrypted_xls() -> bytes:
    # FILEPASS (0x2F) in the place of INTERFACEHDR (0xE1), the record after BOF.
    data = xls_bytes()
    return data.replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1)


def word_document() -> bytes:
    # A directory entry is the name in 64 bytes and its length in bytes with the final zero.
    def entry(name: str) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack("<H", len(text))

    return xls_bytes().replace(entry("Workbook"), entry("WordDocument"))


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def bomb() -> bytes:
    return archive(xl__workbook_xml=b"<workbook/>", xl__sheet1_xml=b" " * (17 << 20))


def lying_bomb() -> bytes:
    # The sizes in the headers say 10 bytes.
    size = 17 << 20
    return bomb().replace(struct.pack("<I", size), struct.pack("<I", 10))


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("空.csv", lambda: b"", "文件是空的；请"),
    ("空白.csv", lambda: b"\xef\xbb\xbf \r\n\r\n", "文件是空的；请"),
    ("密.xlsx", encrypted_xlsx, "工作簿加了打开密码；请在 Excel 或 WPS 中取消密码"),
    ("密.xls", encrypted_xls, "工作簿加了打开密码；请在 Excel 或 WPS 中取消密码"),
    ("断.xlsx", lambda: xlsx_bytes()[:2000], "工作簿不完整或已损坏（多半是没有下载完）；请重新下载"),
    ("断.xls", lambda: xls_bytes()[:1500], "旧版 Office 文件不完整或已损坏；请重新下载"),
    ("坏.xlsx", lambda: b"\x00\x01\x02" * 500, "内容不是工作簿，文件已损坏或只是改了扩展名；请重新下载"),
    ("文.xls", word_document, "这是 Word 或 WPS 文字文档，不是表格；请把其中的表格"),
    ("文.xlsx", lambda: archive(word__document_xml=b"<w/>"), "这是Word 文档，不是能读取的表格；请"),
    ("包.xlsx", lambda: archive(a_csv=b"x"), "这是压缩包，不是表格；请先解压"),
    ("报.csv", lambda: b"%PDF-1.7\n\x00", "这是PDF 文档，不是表格；请"),
    ("图.xlsx", lambda: b"\x89PNG\r\n\x1a\n\x00", "这是PNG 图片，不是表格；请"),
    (
        "旧.xls",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "这是 2003 版 XML 表格；请用 Excel 或 WPS 另存为 .xlsx",
    ),
    ("弹.xlsx", bomb, "解压后有 17.8 MB，超过上限 16.8 MB；请拆成几个文件"),
    ("谎.xlsx", lying_bomb, "工作簿不完整或已损坏；请重新下载"),
    ("空壳.xlsx", lambda: archive(xl__workbook_xml=b"<workbook/>"), "工作簿的内部结构已损坏；请"),
    ("大.csv", lambda: "成果名称\n泵\n".encode() + b"\n" * (4 << 20), "文件有 4.2 MB，超过上限 4.2 MB；请拆成几个文件"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD, ids=[name for name, _, _ in BAD])
def test_bad_file(tmp_path: Path, read: Read, name: str, content: Callable[[], bytes], message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    with pytest.raises(FileFormatError) as caught:
        read(path)
    assert str(caught.value).startswith(f"文件 {path}：{message}")
    assert str(caught.value).count("。") == 1


def test_damaged_part_of_a_workbook(tmp_path: Path, read: Read) -> None:
    data = bytearray(xlsx_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as zipped:
        offset = zipped.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[offset + 80] ^= 0xFF
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match=r"a\.xlsx：工作簿不完整或已损坏；请重新下载"):
        read(path)


def test_missing_file(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match=r"没有\.csv：找不到这个文件；请检查路径和文件名"):
        read(tmp_path / "没有.csv")


def test_folder(tmp_path: Path, read: Read) -> None:
    with pytest.raises(FileFormatError, match="这是文件夹，不是文件；请给出其中的表格文件"):
        read(tmp_path)


def test_size_is_checked_before_reading(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        # A sparse file: reading its 200 GB would not end.
        file.truncate(200 << 30)
    with pytest.raises(FileFormatError, match=r"大\.csv：文件有 214748\.4 MB，超过上限 4\.2 MB；请拆成"):
        read(path)
