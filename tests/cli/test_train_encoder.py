"""`matcher train encoder` through the door a user takes, on a tiny network."""

import csv
import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError, ModelError

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
RECIPE = """
steps = 2
warmup_steps = 1
needs = 2
pairs = 3
written = 2
mined = 1
mined_by = ["lexical"]
mined_first = 1
bodies = 2
frozen_layers = 0
evaluations = 1
widths = [32, 16]
"""


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def place(tmp_path: Path) -> Path:
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
    (tmp_path / "R.toml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def run(place: Path, base: Path, *options: str) -> Result:
    where = ("--data", str(place / "DATA.toml"), "--recipe", str(place / "R.toml"), "--out", str(place / "out"))
    return CliRunner().invoke(app, ["train", "encoder", *where, "--base", str(base), *options])


@pytest.mark.slow
def test_folds_then_everything_then_the_card(place: Path, tiny_encoder: Path) -> None:
    done = run(place, tiny_encoder, "--folds", "2", "--seed", "5")
    assert done.exit_code == 0, done.output
    out = place / "out"
    held = [
        {line.split("\t")[0] for line in (out / f"fold-{at}/scores.tsv").read_text().splitlines()[1:]} for at in (0, 1)
    ]
    assert held[0] | held[1] == {f"N{at}" for at in range(len(THINGS))}
    assert not held[0] & held[1]
    assert len((out / "scores.tsv").read_text().splitlines()) == 1 + 3 * len(THINGS)

    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert card["id"] == BundledEncoder(out / "int8").id
    assert card["counts"] == {
        "graded_needs": 8,
        "graded_pairs": 24,
        "feedback_pairs": 2,
        "written_needs": 8,
        # A quarter of the eight is set aside.
        "bodies": 6,
    }
    assert card["data"]["j.tsv"] == sha256((place / "j.tsv").read_bytes()).hexdigest()
    assert card["files"]["int8/model.onnx"] == sha256((out / "int8" / "model.onnx").read_bytes()).hexdigest()
    for figures in (*card["unseen"].values(), *card["kept"].values()):
        value, low, high = figures["after"]
        assert 0 <= low <= value <= high <= 1
        assert figures["difference"][0] == pytest.approx(value - figures["before"][0], abs=2e-4)
    text = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert card["id"] in text
    assert "order_margin = 0.25" in text
    assert (out / "int8" / "MODEL_CARD.md").read_text(encoding="utf-8") == text

    # A pupil of fewer layers begins each fold where that fold's own teacher ended.
    (place / "R.toml").write_text(RECIPE + "layers = [1]\nteacher_weight = 1.0\n", encoding="utf-8")
    fast = run(place, out, "--folds", "2", "--fold", "1", "--seed", "5", "--out", str(place / "fast"))
    assert fast.exit_code == 0, fast.output
    config = json.loads((place / "fast" / "fold-1" / "float" / "config.json").read_text())
    assert config["num_hidden_layers"] == 1


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        (("--folds", "2", "--fold", "2"), ConfigError, "从 0 数起"),
        (("--base", "nowhere"), ConfigError, "nowhere"),
        (("--folds", "9"), Exception, "只有 8 条"),
    ],
)
def test_options_that_cannot_be(
    place: Path, tiny_encoder: Path, options: tuple[str, ...], error: type[Exception], said: str
) -> None:
    done = run(place, tiny_encoder, *options)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)


@pytest.mark.parametrize("line", ["stepz = 3", 'mined_by = ["magic"]', 'steps = "many"'])
def test_a_recipe_that_cannot_be_read_is_named(place: Path, tiny_encoder: Path, line: str) -> None:
    (place / "R.toml").write_text(line, encoding="utf-8")
    done = run(place, tiny_encoder)
    assert isinstance(done.exception, ConfigError)
    assert line.split(" ", maxsplit=1)[0] in str(done.exception)


@pytest.mark.slow
def test_more_layers_than_there_are(place: Path, tiny_encoder: Path) -> None:
    (place / "R.toml").write_text(RECIPE + "layers = [0, 7]\n", encoding="utf-8")
    done = run(place, tiny_encoder, "--folds", "0")
    assert isinstance(done.exception, ModelError)
    assert "层数" in str(done.exception)
