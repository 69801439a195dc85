"""OLE compound files: the container of .xls, .doc, .wps and of workbooks with a password."""

from io import StringIO
from pathlib import Path

from xlrd.compdoc import CompDoc

from matcher.corpus.read.faults import bad_file

__all__ = ["COMPOUND_MAGIC", "require_workbook"]

COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0"


def require_workbook(path: Path, data: bytes) -> None:
    """Accept a compound file that holds a readable workbook.

    Raises:
        FileFormatError: damaged, encrypted, or a document of another program.
    """
    try:
        # The library writes its remarks to standard output unless told otherwise.
        streams = {entry.name.lower() for entry in CompDoc(data, logfile=StringIO()).dirlist}
    except Exception as error:
        # It raises whatever its arithmetic on damaged sectors leads to.
        raise bad_file(path, "旧版 Office 文件不完整或已损坏", "请重新下载或复制，确认能打开后再试") from error
    if streams & {"encryptedpackage", "encryptioninfo"}:
        raise bad_file(path, "工作簿加了打开密码", "请在 Excel 或 WPS 中取消密码、另存后重试")
    if "worddocument" in streams:
        action = "请把其中的表格复制到 Excel 或 WPS，存为 .xlsx 后重试"
        raise bad_file(path, "这是 Word 或 WPS 文字文档，不是表格", action)
    if not streams & {"workbook", "book"}:
        raise bad_file(path, "这是旧版 Office 文件，但里面没有工作簿", "请把其中的表格存为 .xlsx 后重试")
