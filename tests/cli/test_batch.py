"""`matcher batch` as it is typed, on small real files with the toy encoder."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

NEEDS = [
    ["编号", "需求名称", "需求内容", "需求单位", "有效期"],
    ["N1", "石墨电极抗氧化涂层", "电极侧面氧化严重，想找一种涂层。", "甲公司", "2030-01-01"],
    ["N2", "花生脱壳破损率高", "脱壳机破损多，籽仁卖不上价。", "乙公司", "2020-01-01"],
]
ACHIEVEMENTS = [
    ["编号", "成果名称", "成果简介", "完成单位"],
    ["A1", "石墨电极抗氧化涂层技术", "喷涂铝基涂层，电极抗氧化。", "丙大学"],
    ["A2", "花生低损伤脱壳机", "柔性脱壳，破损少。", "丁研究院"],
    ["A3", "秸秆打捆机", "捡拾器不堵塞。", "丁研究院"],
]


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", "batch", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"MATCHER_ENCODER": "hashing", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder)},
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    write(folder / "needs.csv", NEEDS)
    write(folder / "achievements.csv", ACHIEVEMENTS)
    write(folder / "more.csv", [*ACHIEVEMENTS, ["A4", "石墨电极抗氧化浸渍技术", "电极浸渍后氧化慢。", "丙大学"]])
    done = run(
        folder, "needs.csv", "achievements.csv", "--top", "20", "--out", "run/", "--on", "2025-06-01"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 条需求 × 3 项成果，6 对" in done.stderr
    assert "2 条需求中有 1 条到 2025-06-01 已过期" in done.stderr
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_pairs_are_in_the_table(place: Path) -> None:
    found = rows(place / "run" / "matches.csv")
    assert [(row["需求编号"], row["需求方名次"]) for row in found] == [
        ("N1", "1"), ("N1", "2"), ("N1", "3"), ("N2", "1"), ("N2", "2"), ("N2", "3"),
    ]  # fmt: skip
    assert (found[0]["成果编号"], found[0]["成果名称"]) == ("A1", "石墨电极抗氧化涂层技术")
    assert {row["不符合的条件"] for row in found if row["需求编号"] == "N2"} == {"有效期"}


def test_the_receipt_says_what_was_typed_and_read(place: Path) -> None:
    receipt = json.loads((place / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert receipt["command"] == "matcher batch needs.csv achievements.csv --top 20 --out run --on 2025-06-01"
    assert [mark["name"] for mark in receipt["inputs"]] == ["needs.csv", "achievements.csv"]
    assert receipt["plan"]["encoder"].startswith("hashing")


@pytest.mark.parametrize(
    "arguments",
    [
        ("needs.csv", "achievements.csv", "--on", "2025-06-01", "--out", "{}"),
        ("run", "needs.csv", "achievements.csv", "--on", "2025-06-01", "--out", "{}"),
        ("--top", "20", "--on", "2025-06-01", "--out", "{}", "needs.csv", "achievements.csv"),
    ],
)
def test_the_name_of_the_command_may_be_left_out(place: Path, arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(place, *(word.format(tmp_path / "run") for word in arguments))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "matches.csv").read_bytes() == (place / "run" / "matches.csv").read_bytes()


def test_the_same_again_is_done_already(place: Path) -> None:
    done = run(place, "needs.csv", "achievements.csv", "--out", "run")
    assert done.returncode == 0
    assert "无需再做" in done.stderr


def test_another_run_does_not_write_it_over(place: Path) -> None:
    done = run(place, "needs.csv", "achievements.csv", "--top", "2", "--out", "run")
    assert done.returncode == 3
    assert "--top" in done.stderr
    assert "换一个 --out" in done.stderr


def test_diff_shows_and_writes_what_changed(place: Path) -> None:
    assert run(place, "needs.csv", "more.csv", "--on", "2025-06-01", "--out", "later").returncode == 0
    done = run(place, "diff", "run", "later", "--out", "diff.xlsx")
    assert done.returncode == 0, done.stderr
    assert "新增" in done.stdout
    assert "成果新增" in done.stdout
    sheet = openpyxl.load_workbook(place / "diff.xlsx")["变化"]
    assert sheet.max_row > 2
    done = run(place, "diff", "run", "run")
    assert "没有差别（6 对）" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("diff", "run", "nowhere"), 3, "不是匹配结果文件夹"),
        (("diff", "run", "run", "--out", "diff.pdf"), 2, "diff.pdf"),
        (("diff", "run"), 2, "新结果"),
        (("needs.csv",), 2, "成果表"),
        (("needs.csv", "achievements.csv"), 2, "--out"),
        (("needs.csv", "nowhere.csv", "--out", "x"), 3, "nowhere.csv"),
        (("needs.csv", "achievements.csv", "--out", "needs.csv"), 3, "是一个文件"),
        (("needs.csv", "achievements.csv", "--out", "x", "--on", "明天"), 2, "--on"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(place: Path, arguments, code: int, said: str) -> None:
    done = run(place, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "x").exists()


def test_help_tells_both_ways(place: Path) -> None:
    whole = run(place, "--help")
    assert whole.returncode == 0
    assert "matcher batch diff" in whole.stdout
    assert "--top 20" in whole.stdout
    assert "--rerank" in run(place, "run", "--help").stdout
    # Options of the run are not hidden from those who leave its name out.
    assert "--rerank" in run(place, "needs.csv", "--help").stdout
