"""Suggest pairs, grade them, learn from them: through the same door as a user, with the toy encoder."""

import csv
import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from matcher.cli.matching import _copies
from matcher.embed.hashing import HashingEncoder
from matcher.index.side import SideIndex
from matcher.records import Achievement, Side

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

    # The same file says of the same needs what the next list is to heed.
    again = ("match", "n.csv", "--index", "试", "--feedback", "leads.xlsx")
    refused = run(place, *again, "--out", "leads.xlsx")
    assert (refused.returncode, "就是输入文件" in refused.stderr) == (2, True)
    write(place / "more.csv", [["需求编号", "成果编号", "反馈"], ["N0", "A9", "合适"], ["N9", "A0", "合适"]])
    done = run(place, *again, "--feedback", "more.csv", "--out", "leads2.xlsx")
    assert done.returncode == 0, done.stderr
    for said in ("已参考 8 条需求的 8 条反馈", "1 条反馈说的不是这次的需求", "没有编号为“A9”的成果"):
        assert said in done.stderr
    told = openpyxl.load_workbook(place / "leads2.xlsx")
    gone = [row for row in told["未通过硬条件"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert sum("本需求已反馈“不合适（技术不符）”" in "".join(map(str, row)) for row in gone) == 8
    refused_ids = {row[-2:] for row in gone}
    assert not refused_ids & {row[-2:] for row in told["匹配清单"].iter_rows(min_row=2, values_only=True)}

    # So does the list of an achievement's leads, with the same file or one of its own.
    leads = ("leads", "a.csv", "--index", "试", "--top", "3", "--feedback", "leads.xlsx", "--feedback", "more.csv")
    done = run(place, *leads, "--out", "leads4.xlsx")
    assert done.returncode == 0, done.stderr
    for said in ("8 条反馈：不合适的不再列入，评过的按所评。", "1 条反馈说的不是这次的成果", "没有编号为“N9”的需求"):
        assert said in done.stderr
    told = openpyxl.load_workbook(place / "leads4.xlsx")
    gone = [row for row in told["未通过硬条件"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert gone
    assert all("此前已反馈“不合适（技术不符）”" in "".join(map(str, row)) for row in gone)
    pairs = {frozenset(row) for row in refused_ids}
    assert {frozenset(row[-2:]) for row in gone} <= pairs
    listed = {frozenset(row[-2:]) for row in told["匹配清单"].iter_rows(min_row=2, values_only=True)}
    assert len(listed) >= 24 - 8
    assert not pairs & listed

    # Where nothing can be used, that is said and the list is made all the same.
    empty = run(place, "match", "n.csv", "--index", "试", "--feedback", "more.csv", "--out", "leads3.json")
    assert (empty.returncode, "按没有反馈匹配" in empty.stderr) == (0, True)


def test_what_was_said_of_a_record_is_said_of_its_copies() -> None:
    """A leads workbook names one of two posts of an achievement; the other one must not go to the same need again."""
    records = [Achievement(id="A0", title="花生脱壳机"), Achievement(id="A1", title="花生脱壳机", duplicate_of="A0")]
    side = SideIndex.build(Side.ACHIEVEMENT, records, HashingEncoder(), window_chars=50, query_windows=4)
    assert _copies({"A0", "A1"}, side) == {"A0": ["A0", "A1"], "A1": ["A0", "A1"]}
    # Of those that are asked about, also where only the other post was spoken of.
    assert _copies({"A1", "A9"}, side) == {"A0": ["A1"], "A1": ["A1"]}


DATA = """
[[graded]]
needs = "n.csv"
achievements = "a.csv"
judgements = "j.tsv"

[[written]]
achievements = "a.csv"
needs = "w.jsonl"

[[feedback]]
needs = "n.csv"
achievements = "a.csv"
files = ["g.csv"]
"""


@pytest.mark.slow
def test_a_list_of_data_teaches_grades_feedback_and_written_needs(place: Path) -> None:
    rows = [f"N{i}\tA{j}\t{4 if i == j else 1}" for i in range(7) for j in range(8)]
    (place / "j.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *rows]), encoding="utf-8")
    asked = [
        {"id": f"A{i}", "need_title": f"求{t}", "oral": f"{t}咋办", "near_title": "轴承"} for i, t in enumerate(THINGS)
    ]
    (place / "w.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    write(place / "g.csv", [["需求编号", "成果编号", "反馈"], ["N7", "A7", "合适"], ["N7", "A1", "不合适"]])
    # A whole path is not for a card.
    listed = DATA.replace('"g.csv"', json.dumps(str(place / "g.csv")))
    (place / "DATA.toml").write_text(listed, encoding="utf-8")
    done = run(place, "train", "ranker", "--data", "DATA.toml", "--base", "none", "--out", "own/levels.json")
    assert done.returncode == 0, done.stderr
    model = json.loads((place / "own/levels.json").read_text(encoding="utf-8"))
    folder = place.name
    assert (
        f"{folder}：7 条需求 56 对；反馈：1 条需求 2 对；编写的需求：24 条 24 对；编码器 hashing" in model["made_from"]
    )
    assert model["weights"][0] > 0

    card = (place / "own/levels.md").read_text(encoding="utf-8")
    lines = card.splitlines()
    # Seven graded needs, one with feedback, eight written ones in three wordings each.
    assert "16 条需求 82 对，按需求分 5 折" in card
    assert f"- `{folder}/g.csv` SHA-256 {sha256((place / 'g.csv').read_bytes()).hexdigest()}" in lines
    assert {"n.csv", "a.csv", "j.tsv", "w.jsonl", f"{folder}/g.csv"} == {
        line.split("`")[1] for line in lines if "SHA-256" in line
    }
    assert f"- semantic 的权重 = {model['weights'][0]:g}" in lines
    assert str(place) not in card

    shown = run(place, "models", "show", "own/levels.json")
    assert shown.returncode == 0, shown.stderr
    assert "按需求分 5 折" in shown.stdout


def test_a_card_of_many_needs_has_figures_with_intervals(place: Path) -> None:
    names = [
        f"{one}{two}" for one in ("石墨", "花生", "冷箱", "菊花", "磨辊") for two in ("甲", "乙", "丙", "丁", "戊")
    ]
    write(place / "n.csv", [["编号", "需求名称"], *([f"N{i}", f"{t}问题"] for i, t in enumerate(names))])
    write(place / "a.csv", [["编号", "成果名称"], *([f"A{i}", f"{t}技术"] for i, t in enumerate(names))])
    rows = [f"N{i}\tA{j}\t{4 if i == j else 2 if i // 5 == j // 5 else 1}" for i in range(25) for j in range(25)]
    (place / "j.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *rows]), encoding="utf-8")
    done = run(place, "train", "ranker", *FILES, "--judgements", "j.tsv", "--out", "levels.json", "--base", "none")
    assert done.returncode == 0, done.stderr
    card = (place / "levels.md").read_text(encoding="utf-8")
    assert f"### {place.name}：未见过的需求" in card
    (row,) = (line for line in card.splitlines() if line.startswith("| ndcg@10 |"))
    value, low, high = (float(text) for text in re.findall(r"[0-9.]+", row.removeprefix("| ndcg@10 |")))
    assert 0.5 < low <= value <= high <= 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--out", "x.csv"), 2, "x.csv"),
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--out", "taken.xlsx"), 2, "已存在"),
        (("label", "suggest", "n.csv", "--achievements", "a.csv", "--index", "试", "--out", "x.xlsx"), 2, "只能给一个"),
        (("label", "suggest", "a.csv", "--achievements", "a.csv", "--out", "x.xlsx"), 3, "没有可公开"),
        (("train", "ranker", *FILES, "--out", "x.json"), 2, "个数不一致"),
        (("train", "ranker", "--out", "x.json"), 2, "--data"),
        (("train", "ranker", *FILES, "--data", "d.toml", "--out", "x.json"), 2, "不能与"),
        (("train", "ranker", "--data", "d.toml", "--out", "x.json"), 2, "d.toml"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--out", "levels.md"), 2, "levels.json"),
        (("train", "ranker", *FILES, "--feedback", "a.csv", "--out", "x.json"), 3, "人工等级"),
        (("train", "ranker", *FILES, "--feedback", "f.csv", "--out", "x.json"), 3, "好极了"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--base", "no.json", "--out", "x.json"), 4, "no.json"),
        (("train", "ranker", *FILES, "--feedback", "g.csv", "--labels", "no.tsv", "--out", "x.json"), 3, "no.tsv"),
        (("match", "n.csv", "--index", "试", "--labels", "no.tsv"), 2, "--feedback"),
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
