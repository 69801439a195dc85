"""Files to train on, as a user has them."""

import csv
import json
from pathlib import Path

import pytest

THINGS = ["换热器结垢清洗", "花生脱壳", "小麦脱壳", "空分余热回收", "炭材料", "装置清洗", "花生小麦", "换热器回收"]
DATA = """
[[graded]]
needs = "n.csv"
achievements = "a.csv"
judgements = "j.tsv"

[[written]]
needs = "w.jsonl"
achievements = "a.csv"

[[bodies]]
records = "a.csv"
side = "achievement"

[[feedback]]
needs = "n.csv"
achievements = "a.csv"
files = ["f.csv"]
"""


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def training_data(tmp_path: Path) -> Path:
    """A folder with `DATA.toml` and what it names: eight needs and eight achievements, all things with three grades."""
    body = "{}，{}，请有这方面技术的单位与我们联系，细节面谈。"
    write(
        tmp_path / "n.csv",
        [
            ["编号", "需求名称", "需求内容"],
            *([f"N{at}", f"求{thing}", body.format(thing, thing[::-1])] for at, thing in enumerate(THINGS)),
        ],
    )
    write(
        tmp_path / "a.csv",
        [
            ["编号", "成果名称", "成果简介"],
            *([f"A{at}", thing, f"{thing[::-1]}由我校研制成功。"] for at, thing in enumerate(THINGS)),
        ],
    )
    pairs = [
        f"N{need}\tA{other}\t{4 if need == other else 1}"
        for need in range(len(THINGS))
        for other in (need, (need + 1) % len(THINGS), (need + 2) % len(THINGS))
    ]
    (tmp_path / "j.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *pairs]), encoding="utf-8")
    rows = [
        {
            "id": f"A{at}",
            "need_title": f"要{thing}",
            "need": f"我们缺{thing}。",
            "oral": thing[:2],
            "near_title": "小麦",
        }
        for at, thing in enumerate(THINGS)
    ]
    (tmp_path / "w.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    write(tmp_path / "f.csv", [["需求编号", "成果编号", "反馈"], ["N1", "A5", "合适"], ["N1", "A6", "不合适"]])
    (tmp_path / "DATA.toml").write_text(DATA, encoding="utf-8")
    return tmp_path
