"""What the card of a level model says."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from matcher.errors import ModelError
from matcher.evaluate import Evaluation, Mode
from matcher.evaluate.base import Interval
from matcher.rank.levels import LevelModel
from matcher.train.card import NOT_MEASURED
from matcher.train.ranker_card import RankerCard, card_of_levels, write_ranker_card

MODEL = LevelModel(features=("a", "b"), weights=(2.0, 0.25), thresholds=(0.0, 1.0, 2.5), none_fits_below=0.3)
CARD = RankerCard(
    model=MODEL,
    encoder_id="some:encoder",
    reader_id="",
    base_id="",
    strength=30.0,
    files={"here/n.csv": "0" * 64},
    told=["here：2 条需求 9 对"],
    needs=2,
    pairs=9,
    seed=5,
    measured="",
    figures=(),
)


def told(folder: Path, card: RankerCard) -> list[str]:
    return write_ranker_card(folder / "own.json", card).read_text(encoding="utf-8").splitlines()


def test_it_stands_beside_the_model_and_tells_its_numbers(tmp_path: Path) -> None:
    assert card_of_levels(tmp_path / "own.json") == tmp_path / "own.md"
    lines = told(tmp_path, CARD)
    assert {
        f"- 标识：`{MODEL.id}`",
        "- 编码器：`some:encoder`",
        "- 基础：无",
        "- here：2 条需求 9 对",
        f"- `here/n.csv` SHA-256 {'0' * 64}",
        "- a 的权重 = 2",
        "- b 的权重 = 0.25",
        "- none_fits_below = 0.3（最高的把握低于它，就说没有合适的）",
        f"- scipy {version('scipy')}",
    } <= set(lines)
    assert any("0、1、2.5" in line for line in lines)
    assert not any("重排模型" in line for line in lines)


def test_it_tells_what_the_model_leans_on(tmp_path: Path) -> None:
    lines = told(tmp_path, replace(CARD, reader_id="cross:x", base_id="0123456789ab", strength=3.0))
    assert "- 基础：分级模型 `0123456789ab`，它相当于 3 对" in lines
    assert "- 重排模型：`cross:x`，只用于它读过的一对" in lines


def test_it_claims_no_folds_where_nothing_was_held_out(tmp_path: Path) -> None:
    lines = told(tmp_path, CARD)
    assert f"2 条需求 9 对，太少，{NOT_MEASURED}" in lines
    assert not any("GroupKFold" in line for line in lines)


def test_figures_stand_with_their_intervals_and_undefined_ones_not_at_all(tmp_path: Path) -> None:
    held = replace(CARD, measured="MAE 0.500")
    assert not any("95 %" in line for line in told(tmp_path, held))
    nan = float("nan")
    metrics = {"mrr": Interval(0.5, 0.25, 0.75), "none_fits_auc": Interval(nan, nan, nan)}
    figures = Evaluation(model="here", mode=Mode.PAIRS, pairs=9, need_ids=("N1", "N2"), metrics=metrics, measures={})
    lines = told(tmp_path, replace(held, figures=(figures,)))
    assert "2 条需求 9 对，按需求分 5 折（GroupKFold，随机种子 5）：" in lines
    assert "合在一起，MAE 0.500。" in lines
    assert [line for line in lines if line.startswith("| ")] == [
        "| 指标 | 值 | 95 % 区间 |",
        "| mrr | 0.500 | [0.250, 0.750] |",
    ]


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"own\.md"):
        write_ranker_card(tmp_path / "missing" / "own.json", CARD)
