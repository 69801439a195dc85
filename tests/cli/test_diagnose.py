"""`matcher diagnose` on small real files, through the same door as a user."""

import csv
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

NEEDS = [
    ["需求名称", "需求内容", "可见范围"],
    ["窑炉能耗高", "隧道窑烧一吨砖用气太多，想降低能耗。", ""],
    ["提升产品质量", "想提升产品质量。", ""],
    ["军品外协件除锈", "不给外人看的内容", "仅本人"],
]
ACHIEVEMENTS = [["成果名称", "成果简介"], ["隧道窑余热利用技术", "回收烟气余热。"], ["花生脱壳机", "破损少。"]]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


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
    write(tmp_path / "needs.csv", NEEDS)
    write(tmp_path / "achievements.csv", ACHIEVEMENTS)
    return tmp_path


def test_the_terminal_shows_class_and_questions(place: Path) -> None:
    done = run(place, "diagnose", "needs.csv")
    assert done.returncode == 0, done.stderr
    assert "模糊" in done.stdout
    assert "无方向" in done.stdout
    assert "不给外人看" not in done.stdout + done.stderr
    assert "1 条非公开需求没有体检" in done.stderr
    assert "共 2 条：模糊 1 条，无方向 1 条" in done.stderr


def test_a_workbook_is_written_and_an_older_one_kept(place: Path) -> None:
    for _ in range(2):
        done = run(place, "diagnose", "needs.csv", "--out", "体检.xlsx")
        assert done.returncode == 0, done.stderr
    assert openpyxl.load_workbook(place / "体检.xlsx")["需求体检"].max_row == 3
    assert (place / "体检-旧.xlsx").exists()
    assert run(place, "check", "体检.xlsx").returncode == 0


def test_an_index_may_be_given(place: Path) -> None:
    assert run(place, "index", "achievements.csv", "--into", "试").returncode == 0
    done = run(place, "diagnose", "needs.csv", "--index", "试", "--out", "a.json")
    assert done.returncode == 0, done.stderr
    assert "索引“试”：0 条需求得到建议用词，0 个问题来自库中成果。" in done.stderr
    assert "与不用索引时相同" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("none.csv",), 3, "none.csv"),
        (("achievements.csv",), 3, "需求"),
        (("needs.csv", "--index", "没有"), 5, "没有名为“没有”的索引"),
        (("needs.csv", "--out", "a.doc"), 2, "后缀"),
        (("needs.csv", "--out", "needs.csv"), 2, "就是输入文件"),
        (("needs.csv", "--out", "no/a.xlsx"), 2, "文件夹不存在"),
        ((), 2, "命令或选项不可用"),
    ],
)
def test_bad_input_is_one_sentence(place: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run(place, "diagnose", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
