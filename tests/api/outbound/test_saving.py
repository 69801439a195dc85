"""Fetched bytes go through the readers that uploaded files go through."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

from api.outbound import Fetched, Validators, fetch, save_fetched
from matcher.corpus.load import load
from matcher.errors import FileFormatError
from matcher.records import Side

ROWS = [("成果名称", "成果简介"), ("高温陶瓷涂层", "用于涡轮叶片的热障涂层"), ("锂电池回收工艺", "湿法回收镍钴锰")]
TITLES = ["高温陶瓷涂层", "锂电池回收工艺"]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


CSV = "\r\n".join(",".join(row) for row in ROWS).encode("gb18030")
JSON = json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]], ensure_ascii=False).encode()
LINES = "\n".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) for row in ROWS[1:]).encode()


@pytest.mark.parametrize(
    "case",
    [
        ("/list.csv", CSV, "text/csv", "list.csv"),
        ("/list.tsv", CSV.replace(b",", b"\t"), "text/plain", "list.tsv"),
        ("/list.jsonl", LINES, "application/jsonl", "list.jsonl"),
        ("/export.php", JSON, "text/html", "export.json"),
        ("/export.do", workbook(), "application/octet-stream", "export.xlsx"),
        # What is told is not trusted: a workbook that calls itself CSV.
        ("/list.csv", workbook(), "text/csv", "list.xlsx"),
        ("/", CSV, "application/vnd.ms-excel", "download.csv"),
    ],
)
def test_remote_tables_are_read(site, tmp_path: Path, case: tuple[str, bytes, str, str]) -> None:
    path, body, content_type, saved = case
    site.reply(path, body, Content_Type=content_type)
    fetched = fetch(site.url + path, rules=site.rules)
    assert isinstance(fetched, Fetched)
    written = save_fetched(fetched, tmp_path)
    assert (written.name, written.parent, written.read_bytes()) == (saved, tmp_path, body)
    result = load([written], side=Side.ACHIEVEMENT, max_bytes=10**6)
    assert [record.title for record in result.achievements] == TITLES
    assert result.rejected == ()


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 ...", b"PK\x03\x04 broken", b"\x1f\x8b\x08"])
def test_no_table(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"list\.csv"):
        save_fetched(Fetched(body, "list.csv", "text/csv", Validators(), "https://a.cn"), tmp_path)
    assert list(tmp_path.iterdir()) == []
