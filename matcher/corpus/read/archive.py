"""Zip containers (.xlsx, .xlsb, .ods) checked before anything is unpacked in earnest."""

import io
import zipfile
import zlib
from pathlib import Path

from matcher.corpus.read.faults import bad_file

__all__ = ["ZIP_ERRORS", "open_archive"]

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises on damaged or encrypted archives and on malformed parts in them."""

# A text workbook shrinks to a fifth or less of its XML; a bomb to a thousandth.
_MOST_EXPANSION = 4
_CHUNK = 1 << 20
_READ_PARTS = (".xml", ".rels", ".bin")


def open_archive(path: Path, data: bytes, max_bytes: int) -> zipfile.ZipFile:
    """Open a container after checking its unpacked size and the checksum of every part that is read.

    Raises:
        FileFormatError: truncated, damaged, or larger than `4 * max_bytes` when unpacked.
    """
    limit = _MOST_EXPANSION * max_bytes
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_READ_PARTS)]
        size = sum(entry.file_size for entry in parts)
        if size <= limit:
            for entry in parts:
                # Reading to the end compares the checksum and refuses a part longer than it says.
                with archive.open(entry) as part:
                    while part.read(_CHUNK):
                        pass
    except ZIP_ERRORS as error:
        raise bad_file(path, "工作簿不完整或已损坏", "请重新下载或复制，确认能打开后再试") from error
    if size > limit:
        problem = f"解压后有 {size / 10**6:.1f} MB，超过上限 {limit / 10**6:.1f} MB"
        raise bad_file(path, problem, "请拆成几个文件，或用 MATCHER_MAX_FILE_MB 提高上限")
    return archive
