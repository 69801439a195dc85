"""How figures on graded needs that a model has not learned from come onto its card."""

import json
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ConfigError, ModelError
from matcher.train.card import CARD_FILE, FACTS_FILE, NOT_MEASURED, with_section
from matcher.train.held import HEADING, HeldFigures, put_on_card, unlearned
from matcher.train.scores import Scored

CARD = f"# 编码器 x\n\n- 标识：`x`\n\n## 未见过的需求上的表现\n\n{NOT_MEASURED}\n\n## 参数\n\n- share = 0.8\n"
# N1's partner stands second, N2 has none.
SCORED = [
    Scored("N1", ("A1", "A2"), {"A1": 1, "A2": 4}, np.array([0.9, 0.8], dtype=np.float32)),
    Scored("N2", ("A1", "A2"), {"A1": 1, "A2": 1}, np.array([0.9, 0.8], dtype=np.float32)),
]


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "out", tmp_path / "out" / "int8"]
    for folder in found:
        folder.mkdir()
        (folder / CARD_FILE).write_text(CARD, encoding="utf-8")
        (folder / FACTS_FILE).write_text('{"seed": 7}', encoding="utf-8")
    return found


def test_figures_are_those_of_the_order_with_the_needs_that_define_them() -> None:
    found = HeldFigures.of("g/j.tsv", "ab", SCORED)
    assert (found.needs, found.pairs) == (2, 4)
    assert found.facts == {
        "sha256": "ab",
        "needs": 2,
        "pairs": 4,
        "ndcg@10": [round(1 / np.log2(3), 4)] * 3,
        "mrr": [0.5, 0.5, 0.5],
    }
    assert str(found) == (
        "`g/j.tsv`（2 条需求，4 对）：ndcg@10 0.6309 [0.6309, 0.6309]（1 条），"
        "mrr 0.5000 [0.5000, 0.5000]（1 条）；SHA-256 ab"
    )
    # No figure is no number.
    nothing = HeldFigures.of("g", "ab", SCORED[1:])
    assert nothing.facts["mrr"] is None
    assert "mrr 没有可算的需求" in str(nothing)


def test_a_card_gets_the_section_once_and_before_the_numbers(folders: list[Path]) -> None:
    first, second = (HeldFigures.of(name, "ab", SCORED) for name in ("一", "二"))
    put_on_card(folders, [first], "先")
    put_on_card(folders, [second, first], "只用余弦")
    for folder in folders:
        said = (folder / CARD_FILE).read_text(encoding="utf-8")
        headings = [line for line in said.splitlines() if line.startswith("#")]
        assert headings == ["# 编码器 x", "## 未见过的需求上的表现", f"## {HEADING}", "## 参数"]
        assert said.endswith(f"\n- {second}\n- {first}\n\n## 参数\n\n- share = 0.8\n")
        assert NOT_MEASURED not in said
        assert "\n\n只用余弦，给已评级的候选排序；" in said
        assert f"没有分折；见“{HEADING}”。\n\n## {HEADING}\n" in said
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        assert facts == {"seed": 7, "held": {"how": "只用余弦", "sets": {"一": first.facts, "二": second.facts}}}


def test_a_card_of_before_loses_its_old_words_too_and_a_damaged_one_changes_nothing(folders: list[Path]) -> None:
    old = "没有分折，未测；启用前请用 matcher evaluate 在它没有学过的需求上评测。"
    (folders[0] / CARD_FILE).write_text(CARD.replace(NOT_MEASURED, old), encoding="utf-8")
    (folders[1] / FACTS_FILE).write_text("[]", encoding="utf-8")
    before = [(folder / CARD_FILE).read_bytes() for folder in folders]
    with pytest.raises(ModelError, match=FACTS_FILE):
        put_on_card(folders, [HeldFigures.of("g", "ab", SCORED)], "x")
    assert [(folder / CARD_FILE).read_bytes() for folder in folders] == before
    put_on_card(folders[:1], [HeldFigures.of("g", "ab", SCORED)], "x")
    assert "未测" not in (folders[0] / CARD_FILE).read_text(encoding="utf-8")


def test_a_section_comes_last_where_a_card_has_no_numbers() -> None:
    assert with_section("# x\n\n- a\n", "H", ["- b"]) == "# x\n\n- a\n\n## H\n\n- b\n"


def test_what_was_learned_from_and_what_has_no_card_is_refused(folders: list[Path], tmp_path: Path) -> None:
    put_on_card(folders, [HeldFigures.of("g/j.tsv", "ab" * 32, SCORED)], "后")
    # What it was measured on before is not what it learned from.
    unlearned(folders[0], {Path("g/j.tsv"): "ab" * 32})
    with (folders[0] / CARD_FILE).open("a", encoding="utf-8") as card:
        card.write(f"- `j.tsv` SHA-256 {'ab' * 32}\n")
    with pytest.raises(ConfigError, match=r"g/j\.tsv 在模型卡的训练数据里"):
        unlearned(folders[0], {Path("g/j.tsv"): "ab" * 32})
    for refused in (lambda: unlearned(tmp_path, {}), lambda: put_on_card([tmp_path], [], "")):
        with pytest.raises(ModelError, match=CARD_FILE):
            refused()
