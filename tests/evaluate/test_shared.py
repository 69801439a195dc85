"""Needs shared by training and test: what is known of a pair when it is graded, and which figures come out."""

from pathlib import Path

import pytest

from matcher import Matcher
from matcher.config import Settings
from matcher.errors import ConfigError
from matcher.evaluate import Judgements, evaluate
from matcher.evaluate.shared import shared_needs
from matcher.evaluate.system import MatcherGrader
from matcher.records import Achievement, Need

WORDS = ("花生脱壳", "冷箱泄漏", "菊花烘干")
# Each need asks for all three in one breath; which of them it means only its grades tell.
NEEDS = {f"n{i}": Need(id=f"n{i}", title="、".join(WORDS)) for i in range(3)}
ACHIEVEMENTS = [
    Achievement(id=f"{word}{at}", title=f"{word}{thing}")
    for word in WORDS
    for at, thing in enumerate(("装置", "技术", "设备", "工艺", "方法", "系统", "机组", "试验", "控制", "监测"))
]
LEVELS = {
    need: {each.id: 4 if each.id.startswith(word) else 1 for each in ACHIEVEMENTS}
    for need, word in zip(NEEDS, WORDS, strict=True)
}
LINES = {(need, each): at for at, (need, each) in enumerate((n, a) for n, found in LEVELS.items() for a in found)}
JUDGED = Judgements(Path("j.tsv"), LEVELS, LINES)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.build(achievements=ACHIEVEMENTS, settings=Settings(encoder="hashing", rerank=0))


def test_the_other_grades_of_a_need_tell_what_it_means(matcher: Matcher) -> None:
    blind = evaluate(MatcherGrader(matcher), NEEDS, JUDGED)
    found = shared_needs(matcher, NEEDS, JUDGED, folds=3)
    # The texts of the needs are one: without grades nothing is known.
    assert blind.metrics["kappa"].value < 0.1
    assert found.metrics["kappa"].value > 0.7
    assert found.metrics["contest"].value > blind.metrics["contest"].value + 0.1
    assert set(found.metrics) == set(found.measures) == {"contest", "mae", "kappa", "ece"}
    assert "3 folds" in found.model
    assert found.metrics == shared_needs(matcher, NEEDS, JUDGED, folds=3).metrics


def test_a_pair_does_not_know_its_own_grade(matcher: Matcher) -> None:
    alone = {need: {next(iter(levels)): 4} for need, levels in LEVELS.items()}
    lines = {(need, each): 2 for need, levels in alone.items() for each in levels}
    judged = Judgements(Path("j.tsv"), alone, lines)
    blind = evaluate(MatcherGrader(matcher), NEEDS, judged)
    assert shared_needs(matcher, NEEDS, judged, folds=3).metrics["mae"] == blind.metrics["mae"]


@pytest.mark.parametrize("folds", [1, 91])
def test_folds_that_cannot_be(matcher: Matcher, folds: int) -> None:
    with pytest.raises(ConfigError, match="90 对"):
        shared_needs(matcher, NEEDS, JUDGED, folds=folds)
