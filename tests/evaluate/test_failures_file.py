from pathlib import Path

import openpyxl
import pytest

from matcher.errors import ConfigError
from matcher.evaluate.failures import Failure, Failures, Stage
from matcher.evaluate.failures_file import write_failures
from matcher.records import Achievement, Need, Tier

NEED = Need(id="0007", title="=1+1 花生|脱壳")
SECRET = Achievement(id="c2", title="不给人看的名称", visibility=Tier.SECRET)


def failure(stage: Stage, achievement: Achievement, rank: int | None) -> Failure:
    return Failure(
        stage=stage, why="因为", need=NEED, achievement=achievement, label=4, level=2, fit=0.25, rank=rank,
        part_ranks={"关键词": 3, "语义": None},
    )  # fmt: skip


FOUND = Failures(
    (
        failure(Stage.NOT_RETRIEVED, Achievement(id="c1", title="柔性脱壳机"), None),
        failure(Stage.GRADED_WRONG, SECRET, 12),
    ),
    pairs=8,
    partners=3,
)


def test_workbook_has_a_row_a_stage_and_a_row_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_failures(path, FOUND, about="系统：甲")
    book = openpyxl.load_workbook(path)
    stages, rows = book["按阶段"], book["失败明细"]
    counts = {row[0].value: [cell.value for cell in row[1:4]] for row in stages.iter_rows(min_row=2, max_row=6)}
    assert counts["没检索到"] == [1, 0.5, 0.125]
    assert counts["重复发布"] == [0, 0, 0]
    heading = [cell.value for cell in rows[1]]
    first = dict(zip(heading, (cell.value for cell in rows[2]), strict=True))
    assert (first["需求编号"], first["需求名称"], first["人工等级"], first["系统等级"]) == ("0007", NEED.title, 4, 2)
    assert (first["综合名次"], first["关键词名次"], first["语义名次"]) == ("未进前 200", 3, "未进前 200")
    assert rows.max_row == 3
    assert "系统：甲" in [cell.value for cell in stages["A"]]


@pytest.mark.parametrize("name", ["f.md", "f.xlsx"])
def test_what_is_not_public_is_not_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_failures(path, FOUND, about="")
    text = (
        path.read_text("utf-8") if name.endswith("md") else str(list(openpyxl.load_workbook(path)["失败明细"].values))
    )
    assert "（不公开）" in text
    assert "不给人看" not in text


def test_markdown_rows_stay_rows(tmp_path: Path) -> None:
    path = tmp_path / "f.md"
    write_failures(path, FOUND, about="系统：甲")
    lines = path.read_text("utf-8").splitlines()
    row = next(line for line in lines if "柔性脱壳机" in line and line.startswith("| 没检索到 | 因为"))
    heading = next(line for line in lines if line.startswith("| 阶段 | 为什么"))
    assert row.replace("\\|", "").count("|") == heading.count("|")
    assert "25.0%" in row


def test_no_failure_is_said(tmp_path: Path) -> None:
    path = tmp_path / "f.md"
    write_failures(path, Failures((), 4, 1), about="")
    assert "没有失败。" in path.read_text("utf-8")
    write_failures(tmp_path / "f.xlsx", Failures((), 4, 1), about="")
    assert openpyxl.load_workbook(tmp_path / "f.xlsx")["失败明细"]["A2"].value == "没有失败。"


@pytest.mark.parametrize("name", ["f.doc", "no/such/f.xlsx"])
def test_places_that_cannot_be_written_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="请"):
        write_failures(tmp_path / name, FOUND, about="")
