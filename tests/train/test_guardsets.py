"""When a candidate loses: beyond luck, or by more than is tolerated; and what a set cannot say."""

from pathlib import Path

import pytest

from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.embed.promoted import GuardFigure
from matcher.errors import EvaluationError
from matcher.evaluate import GradedSet, Judgements
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.records import Achievement, Need
from matcher.train.guardsets import Measured, compare_on, measure_models

THINGS = ["石墨电极涂层", "花生脱壳机", "冷箱泄漏监测", "菊花精油提取", "大蒜分级筛", "阀门密封试验"]
SETTINGS = Settings(encoder="hashing", rerank=0)


def models(weight: float, threshold: float = 5.0) -> Models:
    """Likeness of meaning decides, `weight` says how and in which direction."""
    thresholds = (threshold - 1, threshold, threshold + 1)
    levels = LevelModel(features=("semantic",), weights=(weight,), thresholds=thresholds, none_fits_below=0.2)
    return Models(HashingEncoder(), levels, None)


def guard_set(levels: tuple[int, int] = (1, 4)) -> GradedSet:
    """Each need is answered by the achievement of its own name (`levels[1]`), by no other (`levels[0]`)."""
    judged = {f"N{n}": {f"A{a}": levels[int(n == a)] for a in range(len(THINGS))} for n in range(len(THINGS))}
    lines = {(need, a): 0 for need, found in judged.items() for a in found}
    return GradedSet(
        name="自编",
        needs={f"N{n}": Need(id=f"N{n}", title=f"求购{thing}") for n, thing in enumerate(THINGS)},
        achievements={f"A{n}": Achievement(id=f"A{n}", title=thing) for n, thing in enumerate(THINGS)},
        judgements=Judgements(Path("自编.tsv"), judged, lines),
    )


def measured(found: Models, guard: GradedSet | None = None) -> Measured:
    return measure_models(guard or guard_set(), found, SETTINGS)


def by_name(figures: tuple[GuardFigure, ...]) -> dict[str, GuardFigure]:
    return {each.figure: each for each in figures}


def test_the_same_models_do_not_lose() -> None:
    same = measured(models(10.0))
    figures = by_name(compare_on("自编", same, same, seed=1))
    # Every need has a partner, so nothing can be said of those that have none.
    assert set(figures) == {"ndcg@10", "recall@50", "ece"}
    assert figures["ndcg@10"].before == figures["ndcg@10"].after == 1.0
    assert not any(each.lost for each in figures.values())


def test_the_wrong_order_loses_and_the_way_back_does_not() -> None:
    good, bad = measured(models(10.0)), measured(models(-10.0, -5.0))
    figures = by_name(compare_on("自编", good, bad, seed=1))
    # The partner comes last of six: gain 7 at rank 6, discount log2(7).
    assert figures["ndcg@10"].after == pytest.approx(1 / 2.807354922)
    assert figures["ndcg@10"].lost
    assert figures["ndcg@10"].high < 0
    # In a corpus of six, all are among the first fifty in any order.
    assert not figures["recall@50"].lost
    assert not by_name(compare_on("自编", bad, good, seed=1))["ndcg@10"].lost


def test_a_worse_calibration_loses_though_the_order_is_the_same() -> None:
    honest, boastful = measured(models(20.0, 15.0)), measured(models(20.0, -15.0))
    figures = by_name(compare_on("自编", honest, boastful, seed=1))
    assert figures["ndcg@10"].before == figures["ndcg@10"].after
    # One pair in six fits, and everything is called fitting.
    assert figures["ece"].after == pytest.approx(5 / 6, abs=0.01)
    assert figures["ece"].lost
    assert not by_name(compare_on("自编", boastful, honest, seed=1))["ece"].lost


def test_a_set_without_a_partner_measures_calibration_alone() -> None:
    nothing = guard_set((1, 1))
    found = measured(models(10.0), nothing)
    assert set(by_name(compare_on("自编", found, found, seed=1))) == {"ece"}


def test_sets_are_not_mixed_up() -> None:
    smaller = guard_set((1, 4))
    cut = Judgements(smaller.judgements.path, {"N0": smaller.judgements.levels["N0"]}, {("N0", "A0"): 1})
    other = GradedSet(name="x", needs=smaller.needs, achievements=smaller.achievements, judgements=cut)
    with pytest.raises(EvaluationError, match="逐需求比较"):
        compare_on("自编", measured(models(10.0)), measured(models(10.0), other), seed=1)
