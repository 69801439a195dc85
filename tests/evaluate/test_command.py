"""`matcher evaluate` with everything it can report, on small files with the toy encoder."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from matcher.evaluate.variants import VARIANTS

THINGS = ["石墨电极氧化", "花生脱壳破损", "冷箱泄漏检测", "菊花烘干变色", "磨辊堆焊开裂", "大蒜播种漏播"]


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six needs and as many achievements; need N5 repeats N0, and their grades of A0 disagree."""
    folder = tmp_path_factory.mktemp("evaluate")
    things = [*THINGS[:5], THINGS[0]]
    needs = [[f"N{i}", thing, f"{thing}的问题长期解决不了，想找成熟的办法。"] for i, thing in enumerate(things)]
    write(folder / "n.csv", [["编号", "需求名称", "需求内容"], *needs])
    achievements = [[f"A{i}", f"{thing}治理技术", f"针对{thing}，已用于生产。"] for i, thing in enumerate(THINGS)]
    write(folder / "a.csv", [["编号", "成果名称", "成果简介"], *achievements])
    pairs = [f"N{i}\tA{j}\t{4 if i == j else 1}" for i in range(6) for j in range(6)]
    (folder / "j.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *pairs]), encoding="utf-8")
    (folder / "s.tsv").write_text("need_id\tpart\nN0\ttrain\nN1\ttrain\nN5\ttest\nN4\ttest\n", encoding="utf-8")
    return folder


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    files = ("--needs", "n.csv", "--achievements", "a.csv", "--judgements", "j.tsv")
    return subprocess.run(
        [sys.executable, "-m", "matcher", "evaluate", *files, *options],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"MATCHER_ENCODER": "hashing", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder)},
        check=False,
    )


def test_one_document_holds_everything_asked_for(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.xlsx"
    options = ("--variants", "--reliability", "--conflicts", "--leaks", "s.tsv", "--failures", str(out))
    options += ("--shared-needs", "3")
    done = run(place, *options, "--mode", "corpus", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    for name in ("ndcg@10", "mrr", "recall@50", "none_fits_auc", "ece", "mae", "contest"):
        assert set(document["metrics"][name]) == {"value", "low", "high"}
    assert [each["id"] for each in document["variants"]] == [each.id for each in VARIANTS]
    compared = document["variants"][0]["pipeline_minus_this"]["ndcg@10"]
    assert compared["holm"] >= compared["randomisation"]
    assert sum(each["pairs"] for each in document["reliability"]["bins"]) == 36
    assert document["reliability"]["ece"] == pytest.approx(document["metrics"]["ece"]["value"], abs=1e-5)
    assert document["leaks"]["leaking_needs"] == ["N5"]
    assert document["leaks"]["effects"]["mae"]["every"] is not None
    # N0 and N5 are one text: A0 and A5 were each graded 4 for one of them and 1 for the other.
    assert document["conflicts"]["same"]["conflicts"] == 2
    assert document["conflicts"]["same"]["bound_mae"] == pytest.approx((3 + 3) / 36, abs=1e-6)
    assert set(document["shared_needs"]["metrics"]) == {"contest", "mae", "kappa", "ece"}
    rows = openpyxl.load_workbook(out)["失败明细"].max_row - 1
    assert document["failures"]["failures"] == sum(document["failures"]["stages"].values())
    assert rows == max(1, document["failures"]["failures"])


def test_tables_for_people_and_the_older_file_kept(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.md"
    out.write_text("我的笔记", encoding="utf-8")
    done = run(place, "--variants", "--reliability", "--conflicts", "--leaks", "2", "--failures", str(out))
    assert done.returncode == 0, done.stderr
    for title in ("各方案对比", "把握可信吗", "失败分析", "数据泄漏：按需求分 2 折", "标注噪声"):
        assert title in done.stdout
    assert "校正后" in done.stdout
    assert (tmp_path / "f-旧.md").read_text("utf-8") == "我的笔记"
    assert out.read_text("utf-8").startswith("# 失败分析")


def test_the_data_can_be_looked_at_without_the_system(place: Path) -> None:
    done = run(place, "--data-only", "--leaks", "3", "--conflicts", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) == {"leaks", "conflicts"}
    assert document["leaks"]["effects"] == {}
    assert "编码" not in done.stderr


def test_an_input_is_never_the_output(place: Path) -> None:
    files = ("--needs", "n.xlsx", "--achievements", "a.csv", "--judgements", "j.tsv")
    (place / "n.xlsx").write_bytes(b"kept")
    done = run(place, *files, "--failures", "./n.xlsx")
    assert done.returncode == 2
    assert "就是输入文件" in done.stderr
    assert (place / "n.xlsx").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--failures", "f.doc"), 2, "f.doc"),
        (("--leaks", "1"), 2, "折数"),
        (("--leaks", "没有.tsv"), 3, "没有.tsv"),
        (("--data-only",), 2, "--conflicts"),
        (("--data-only", "--conflicts", "--variants"), 2, "--variants"),
        (("--failures", "n.csv"), 2, "n.csv"),
    ],
)
def test_mistakes_get_one_sentence(place: Path, options: tuple[str, ...], code: int, said: str) -> None:
    done = run(place, *options)
    assert done.returncode == code, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert said in last
