"""Suggest pairs, grade them, learn from them: through the same door as a user, with the toy encoder."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

THINGS = ["石墨电极", "花生脱壳", "冷箱泄漏", "菊花烘干", "磨辊耐磨", "大蒜播种", "钢渣利用", "铝灰处理"]
FILES = ("--needs", "n.csv", "--achievements", "a.csv")


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"MATCHER_ENCODER": "hashing", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder)},
        check=False,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    need = [["编号", "需求名称", "需求内容"], *([f"N{i}", f"{t}问题", f"{t}不好办。"] for i, t in enumerate(THINGS))]
    offer = [["编号", "成果名称", "成果简介"], *([f"A{i}", f"{t}技术", f"{t}很好用。"] for i, t in enumerate(THINGS))]
    write(tmp_path / "n.csv", need)
    write(tmp_path / "a.csv", offer)
    return tmp_path


@pytest.mark.slow
def test_a_filled_workbook_teaches_the_ranker(place: Path) -> None:
    suggest = ("label", "suggest", "n.csv", "--achievements", "a.csv", "--count", "8")
    for name in ("待评.xlsx", "again.xlsx"):
        done = run(place, *suggest, "--out", name)
        assert done.returncode == 0, done.stderr
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(place / "待评.xlsx")["待评"].iter_rows()]
    again = [[cell.value for cell in row] for row in openpyxl.load_workbook(place / "again.xlsx")["待评"].iter_rows()]
    assert rows == again
    assert len(rows) == 9

    book = openpyxl.load_workbook(place / "待评.xlsx")
    sheet = book["待评"]
    for row in range(2, 9):
        fits = sheet.cell(row, 7).value[1:] == sheet.cell(row, 8).value[1:]
        sheet.cell(row, 5).value = "4 强相关" if fits else "1 无相关"
    sheet.cell(9, 5).value, sheet.cell(9, 6).value = "2 弱相关", "价格"
    book.save(place / "已评.xlsx")

    done = run(place, "train", "ranker", *FILES, "--feedback", "已评.xlsx", "--out", "levels.json")
    assert done.returncode == 0, done.stderr
    assert "8 条结论，可学习 7 对；不涉及内容、不参与学习的有 价格 1。" in done.stderr
    model = json.loads((place / "levels.json").read_text(encoding="utf-8"))
    assert "为基础，强度" in model["made_from"]

    more = run(place, *suggest, "--out", "more.xlsx", "--done", "已评.xlsx")
    assert more.returncode == 0, more.stderr
    graded = {tuple(row[6:]) for row in rows[1:]}
    asked = openpyxl.load_workbook(place / "more.xlsx")["待评"].iter_rows(min_row=2, values_only=True)
    assert not graded & {tuple(row[6:]) for row in asked}


@pytest.mark.slow
def test_a_filled_list_of_matches_teaches_too(place: Path) -> None:
    run(place, "index", "n.csv", "a.csv", "--into", "试")
    assert run(place, "match", "n.csv", "--index", "试", "--top", "3", "--out", "leads.xlsx").returncode == 0
    book = openpyxl.load_workbook(place / "leads.xlsx")
    sheet = book["匹配清单"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column["名次"]).value == 2:
            sheet.cell(row, column["反馈"]).value = "不合适"
            sheet.cell(row, column["不合适的原因"]).value = "技术不符"
    book.save(place / "leads.xlsx")
    done = run(place, "train", "ranker", *FILES, "--feedback", "leads.xlsx", "--out", "levels.json")
    assert done.returncode == 0, done.stderr
    # One verdict and one row passed over for each of the eight needs.
    assert "8 条结论，可学习 16 对（其中 8 对是看过未选，只作弱负例）" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--out", "x.csv"), 2, "x.csv"),
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--out", "taken.xlsx"), 2, "已存在"),
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--index", "试", "--out", "x.xlsx"), 2, "只能给一个"),
        (("label", "suggest", "a.csv", "--achievements", "a.csv", "--out", "x.xlsx"), 3, "没有可公开"),
        (("train", "ranker", *FILES, "--out", "x.json"), 2, "个数不一致"),
        (("train", "ranker", *FILES, "--feedback", "a.csv", "--out", "x.json"), 3, "人工等级"),
        (("train", "ranker", *FILES, "--feedback", "f.csv", "--out", "x.json"), 3, "好极了"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--base", "no.json", "--out", "x.json"), 4, "no.json"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--labels", "no.tsv", "--out", "x.json"), 3, "no.tsv"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--base", "none", "--out", "x.json"), 3, "不足 5 条"),
    ],
)
def test_mistakes_get_one_sentence(place: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (place / "taken.xlsx").write_bytes(b"")
    head = ["需求编号", "成果编号", "反馈"]
    write(place / "f.csv", [head, ["N1", "A1", "好极了"]])
    write(place / "g.csv", [head, ["N1", "A1", "合适"]])
    done = run(place, *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert said in done.stderr.strip().splitlines()[-1]
