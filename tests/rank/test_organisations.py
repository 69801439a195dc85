import pytest

from matcher.rank.organisations import rank_organisations
from matcher.records import Achievement, Match, Need, Side


def match(need: str, achievement: str, fit: float, level: int) -> Match:
    return Match(
        need_id=need,
        achievement_id=achievement,
        rank=1,
        score=2.0,
        level=level,
        level_probs=(1 - fit, 0.0, fit, 0.0),
        fit=fit,
        parts={},
    )


def test_chances_of_one_organisation_add_up_as_independent() -> None:
    partners = {
        "a": Achievement(id="a", title="一", org="甲大学", team=("张", "李")),
        "b": Achievement(id="b", title="二", org="甲大学", team=("李",), contact="0371-00000001"),
        "c": Achievement(id="c", title="三", org="乙研究院"),
        "d": Achievement(id="d", title="四"),
    }
    found = [match("n", "a", 0.5, 3), match("n", "b", 0.2, 2), match("n", "c", 0.55, 3), match("n", "d", 0.9, 4)]
    leads = rank_organisations(found, partners, Side.NEED)
    assert [lead.name for lead in leads] == ["甲大学", "乙研究院"]
    assert leads[0].chance == pytest.approx(1 - 0.5 * 0.8)
    assert leads[0].best_level == 3
    assert leads[0].record_ids == ("a", "b")
    # 李 stands behind both records: 1 − 0.5 · 0.8 = 0.6, 张 behind the first alone: 0.5.
    assert leads[0].people == ("李", "张")
    assert leads[0].contact == "0371-00000001"


def test_enterprises_are_ranked_for_an_achievement() -> None:
    partners = {"n1": Need(id="n1", title="一", org="丙公司"), "n2": Need(id="n2", title="二", org="丁公司")}
    leads = rank_organisations([match("n1", "a", 0.4, 2), match("n2", "a", 0.4, 2)], partners, Side.ACHIEVEMENT)
    assert [lead.name for lead in leads] == ["丁公司", "丙公司"]


def test_a_team_without_an_organisation_is_not_lost() -> None:
    partners = {"a": Achievement(id="a", title="一", team=("王五", "赵六"))}
    (lead,) = rank_organisations([match("n", "a", 0.4, 2)], partners, Side.NEED)
    assert lead.name == "王五团队"
    assert lead.people == ("王五", "赵六")
