"""Damaged files end in a sentence, whatever the damage."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.corpus.read import Table
from matcher.errors import MatcherError

from .test_read_web import PAGE
from .test_read_workbook import merged_ods, merged_xls, merged_xlsx

Read = Callable[[Path], tuple[Table, ...]]

CSV = '成果名称,联系人,价格\n"低温泵，\n用于空分",张三,5\n高压阀,李四,面议\n'
NUMBERS = (b"0", b"-1", b"65536", b"1048577", b"4294967295", b"9999999999", b"18446744073709551616", b"", b"1e999")


def build(folder: Path, name: str) -> Path:
    path = folder / name
    text = {
        "u.csv": CSV.encode(),
        "g.csv": CSV.encode("gb18030"),
        "w.csv": CSV.encode("utf-16"),
        "a.json": '[{"title": "泵", "a": [1, {"b": null}]}, {"title": "阀"}]'.encode(),
        "a.jsonl": '{"title": "泵"}\n{"title": "阀", "n": 1.5}\n'.encode(),
        "a.html": PAGE.format(charset="utf-8").encode(),
    }
    if name in text:
        path.write_bytes(text[name])
        return path
    return {"a.xlsx": merged_xlsx, "a.xls": merged_xls, "a.ods": merged_ods}[name](path)


def damage(source: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    start = source.randrange(len(out))
    match source.randrange(4):
        case 0:
            del out[start:]
        case 1:
            del out[start : start + source.randrange(1, 64)]
        case 2:
            out[start : start + 4] = source.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0"])
        case _:
            for _ in range(source.choice([1, 2, 5, 30])):
                out[source.randrange(len(out))] = source.randrange(256)
    return bytes(out)


def survives(read: Read, path: Path) -> bool:
    try:
        tables = read(path)
    except MatcherError as error:
        tables, message = (), str(error)
    else:
        message = ""
    assert str(path) in message or not message
    assert all(len(row.cells) == len(table.headings) for table in tables for row in table.rows)
    return not message


@pytest.mark.parametrize("name", ["u.csv", "g.csv", "w.csv", "a.json", "a.jsonl", "a.html", "a.xlsx", "a.xls", "a.ods"])
def test_damaged_bytes(tmp_path: Path, read: Read, name: str) -> None:
    path = build(tmp_path, name)
    data = path.read_bytes()
    assert survives(read, path)
    refused = 0
    for seed in range(300):
        path.write_bytes(damage(random.Random(seed), data))
        refused += not survives(read, path)
    assert refused > 0


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_damaged_parts_with_valid_checksums(tmp_path: Path, read: Read, name: str) -> None:
    path = build(tmp_path, name)
    with zipfile.ZipFile(path) as zipped:
        parts = {entry: zipped.read(entry) for entry in zipped.namelist()}
    targets = [entry for entry in parts if entry.endswith((".xml", ".rels")) and "docProps" not in entry]
    refused = 0
    for seed in range(200):
        source = random.Random(seed)
        target = source.choice(targets)
        with zipfile.ZipFile(path, "w") as zipped:
            for entry, content in parts.items():
                zipped.writestr(entry, damage(source, content) if entry == target else content)
        refused += not survives(read, path)
    assert refused > 0


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_absurd_numbers_in_parts(tmp_path: Path, read: Read, name: str) -> None:
    path = build(tmp_path, name)
    with zipfile.ZipFile(path) as zipped:
        parts = {entry: zipped.read(entry) for entry in zipped.namelist()}
    targets = [
        entry for entry in parts if entry.endswith(("sheet1.xml", "sharedStrings.xml", "styles.xml", "content.xml"))
    ]
    for seed in range(200):
        source = random.Random(seed)
        target = source.choice(targets)
        content = parts[target]
        quotes = [i for i in range(len(content) - 1) if content[i : i + 1] == b'"' and content[i + 1 : i + 2].isdigit()]
        start = source.choice(quotes) + 1
        end = content.index(b'"', start)
        changed = content[:start] + source.choice(NUMBERS) + content[end:]
        with zipfile.ZipFile(path, "w") as zipped:
            for entry, kept in parts.items():
                zipped.writestr(entry, changed if entry == target else kept)
        survives(read, path)
