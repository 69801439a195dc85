import json

import pytest
from rich.console import Console

from matcher.evaluate import compare, comparison_table, evaluate, evaluation_table, to_json, variants_table

LEVELS = {"n1": {"a": 4, "b": 1, "c": 3}, "n2": {"d": 2, "e": 3}}
ANSWERS = {
    "n1": {"a": (1.5, 2, 0.3), "b": (3.5, 4, 0.9), "c": (2.5, 3, 0.6)},
    "n2": {"d": (2.0, 2, 0.2), "e": (1.0, 1, 0.1)},
}


@pytest.fixture
def found(judged, written, needs_of):
    judgements = judged(LEVELS)
    return evaluate(written(ANSWERS, name="方案[bold]"), needs_of(judgements), judgements)


def shown(renderable) -> str:
    console = Console(width=200, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(renderable)
    return console.export_text()


def test_json_has_exactly_the_agreed_shape(found) -> None:
    answer = json.loads(to_json(found))
    assert set(answer) == {"metrics", "needs", "pairs", "model"}
    assert (answer["needs"], answer["pairs"], answer["model"]) == (2, 5, "方案[bold]")
    assert set(answer["metrics"]) == {
        "ndcg@10", "mrr", "ndcg@5", "recall@50", "contest", "mae", "kappa", "spearman", "ece", "none_fits_auc",
    }  # fmt: skip
    assert all(set(each) == {"value", "low", "high"} for each in answer["metrics"].values())
    assert answer["metrics"]["mae"]["value"] == pytest.approx((2 + 3 + 0 + 0 + 2) / 5)
    # Both needs have a level-3 partner: nothing to tell apart.
    assert answer["metrics"]["none_fits_auc"] == {"value": None, "low": None, "high": None}


def test_tables_show_every_figure_and_undefined_ones_as_a_dash(found) -> None:
    text = shown(evaluation_table(found))
    assert "评测：方案[bold]" in text
    assert "2 个需求，5 对标注" in text
    assert all(name in text for name in found.metrics)
    row = next(line for line in text.splitlines() if "none_fits_auc" in line)
    assert row.count("—") >= 2
    assert "1.400" in next(line for line in text.splitlines() if " mae " in line)


def test_variants_and_comparison_name_both_systems(judged, written, needs_of, found) -> None:
    judgements = judged(LEVELS)
    better = {"n1": {**ANSWERS["n1"], "a": (9.0, 4, 0.9)}, "n2": ANSWERS["n2"]}
    other = evaluate(written(better, name="方案乙"), needs_of(judgements), judgements)
    text = shown(variants_table([found, other]))
    assert "方案[bold]" in text
    assert "方案乙" in text
    text = shown(comparison_table(found, other, compare(found, other)))
    assert "甲：方案[bold]" in text
    assert "1/1/0" in next(line for line in text.splitlines() if "mrr" in line)
