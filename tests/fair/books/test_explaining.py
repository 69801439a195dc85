"""Explanations for either side, in the order of the pairs."""

import datetime as dt

from matcher.embed.hashing import HashingEncoder
from matcher.fair.books import explaining
from matcher.records import Achievement, CheckState, Need, Side, Tier

NEEDS = [
    Need(id="1", title="换热器结垢", problem="结垢快，除垢率不低于 90%。"),
    Need(id="2", title="花生脱壳", problem="脱壳破损多。"),
]
ACHIEVEMENTS = [
    Achievement(id="1", title="换热器清洗", summary="除垢率 95%。"),
    Achievement(id="2", title="花生脱壳机", summary="脱壳破损少。"),
    Achievement(id="3", title="机密", summary="换热器除垢。", visibility=Tier.SECRET),
]
EXPLAIN = explaining(
    HashingEncoder(),
    needs={need.id: need for need in NEEDS},
    achievements={one.id: one for one in ACHIEVEMENTS},
    today=dt.date(2025, 11, 18),
)


def test_each_pair_gets_its_own_in_order() -> None:
    pairs = [(NEEDS[0], ACHIEVEMENTS[0]), (NEEDS[1], ACHIEVEMENTS[1]), (NEEDS[0], ACHIEVEMENTS[1])]
    for side in Side:
        told = EXPLAIN(pairs, side)
        for (need, achievement), one in zip(pairs, told, strict=True):
            texts = {
                Side.NEED: need.title + need.problem,
                Side.ACHIEVEMENT: achievement.title + achievement.summary,
            }
            assert one.evidence
            assert all(item.text in texts[item.side] for item in one.evidence)
        # 95 % against at least 90 %; the second need names no target.
        assert [[check.state for check in one.checks] for one in told[:2]] == [[CheckState.MET], []]


def test_each_side_asks_the_other() -> None:
    pair = [(NEEDS[1], ACHIEVEMENTS[1])]
    (to_team,), (to_enterprise,) = EXPLAIN(pair, Side.NEED), EXPLAIN(pair, Side.ACHIEVEMENT)
    assert to_team.questions
    assert to_enterprise.questions
    assert not set(to_team.questions) & set(to_enterprise.questions)


def test_a_closed_record_is_not_told_of() -> None:
    (told,) = EXPLAIN([(NEEDS[0], ACHIEVEMENTS[2])], Side.NEED)
    assert (told.evidence, told.questions) == ((), ())
    assert "除垢" not in "".join((told.reason, *told.lines))


def test_no_pairs() -> None:
    assert list(EXPLAIN([], Side.NEED)) == []
