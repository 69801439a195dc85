"""Three questions for the first call."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from matcher.rank.gates import check_gates
from matcher.records import (
    Achievement,
    CheckState,
    Gate,
    GateState,
    Need,
    Price,
    PriceKind,
    Side,
    TransferMode,
    TrlBand,
    TrlSource,
)

from .conftest import NEED, TODAY, Explain
from .test_lines import check

COMPLETE = Achievement(
    id="a",
    title="石墨电极涂层",
    summary="给电极做涂层。",
    indicators_text="氧化率 2%",
    contact="张工",
    trl=TrlBand(low=8, high=8, source=TrlSource.STATED),
    transfer_modes=(TransferMode.LICENCE,),
    price=Price(kind=PriceKind.FIRM, low_cny=1e5, high_cny=1e5),
)


def test_nothing_open_nothing_to_ask(explain: Explain) -> None:
    assert explain(NEED, COMPLETE, checks=(check(CheckState.MET),)).questions == ()


def test_indicators_come_first_what_is_indispensable_before_the_rest(explain: Explain) -> None:
    told = explain(
        NEED,
        COMPLETE,
        checks=(
            check(CheckState.UNKNOWN, "寿命"),
            check(CheckState.UNMET, "密度", must=True),
            check(CheckState.UNKNOWN, "厚度", must=True),
        ),
    )
    assert [text[:5] for text in told.questions] == ["贵方的厚度", "贵方的密度", "贵方的寿命"]


def test_they_leave_room_for_conditions(explain: Explain) -> None:
    gate = Gate(name="modes", state=GateState.UNKNOWN, reason="")
    need = Need(id="n", title="涂层", modes=(TransferMode.LICENCE,))
    checks = tuple(check(CheckState.UNKNOWN, name) for name in ("寿命", "厚度", "密度"))
    told = explain(need, COMPLETE, gate, checks=checks)
    assert told.questions[2] == "需求方希望技术许可，贵方能否接受？"


def test_a_target_without_a_check_is_asked_for_in_its_own_words(explain: Explain) -> None:
    bare = Achievement(id="a", title="石墨电极涂层", summary="涂层。", contact="张工")
    assert explain(NEED, bare).questions[0] == "贵方的“石墨电极涂层”能否达到“氧化率 ≤3%”？"


def test_the_name_is_given_once(explain: Explain) -> None:
    told = explain(
        Need(id="n", title="涂层"), Achievement(id="a", title="石墨电极涂层", summary="涂层。", contact="张工")
    )
    assert told.questions == (
        "贵方的“石墨电极涂层”做到了哪一步：样品、小试、中试，还是已有用户？",
        "这项成果打算转让、许可，还是合作开发？",
        "这项成果大致要多少费用？",
    )


def test_whether_it_was_used_on_what_the_need_is_about(explain: Explain) -> None:
    told = explain(Need(id="n", title="导尿管打滑", problem="导尿管要涂层。"), COMPLETE)
    assert told.questions == ("贵方的“石墨电极涂层”有没有在“导尿管”上用过？",)


@pytest.mark.parametrize("word", ["机器", "粉末", "同等条件", "基带", "结构件"])
def test_whether_it_was_used_on_anything_general_is_not_asked(explain: Explain, word: str) -> None:
    assert explain(Need(id="n", title=f"{word}涂层", problem=f"{word}要涂层。"), COMPLETE).questions == ()


def test_a_short_word_is_asked_about_where_it_is_a_known_and_rare_thing(explain: Explain) -> None:
    """大蒜 weighs 0.5 here, as much as 打滑, but 涂层 4.0."""
    need = Need(id="n", title="大蒜打滑", problem="大蒜要涂层。")
    assert explain(need, COMPLETE).questions == ("贵方的“石墨电极涂层”有没有在“大蒜”上用过？",)
    assert explain(replace(need, title="大蒜涂层"), COMPLETE).questions == ()


OPEN = Gate(name="validity", state=GateState.UNKNOWN, reason="成果未写有效期，须确认是否仍有效")


def test_a_doubt_whether_it_still_stands_is_told_and_asked_last(explain: Explain) -> None:
    need = Need(id="n", title="涂层", trl_min=6)
    trl = Gate(name="trl", state=GateState.UNKNOWN, reason="")
    assert explain(need, replace(COMPLETE, status="洽谈"), OPEN, trl).questions == (
        "贵方的“石墨电极涂层”做到了哪一步，能否达到需求要求的 TRL 6？",
        "这项成果状态为“洽谈”，目前是否仍可合作？",
    )


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"status": "发布"}, ""),
        ({"published_on": dt.date(2023, 6, 30)}, ""),
        ({"published_on": dt.date(2023, 6, 29)}, "发布于 2023-06-29"),
        ({"published_on": dt.date(2015, 1, 1), "last_confirmed_on": dt.date(2025, 1, 1)}, ""),
        ({"published_on": dt.date(2026, 1, 1), "last_confirmed_on": dt.date(2022, 1, 1)}, "最近确认于 2022-01-01"),
        ({"extra": {"有效期": "待定"}}, "有效期写作“待定”"),
        ({"extra": {"有效期": "2025年"}}, "有效期写作“2025年”"),
        ({"extra": {"有效期": "2027-11"}}, ""),
    ],
)
def test_whether_it_still_stands_is_asked_only_in_doubt(explain: Explain, fields: dict[str, Any], why: str) -> None:
    need, achievement = Need(id="n", title="涂层"), replace(COMPLETE, **fields)
    asked = explain(need, achievement, *check_gates(need, achievement, today=TODAY)).questions
    assert asked == ((f"贵方的“石墨电极涂层”{why}，目前是否仍可合作？",) if why else ())


def test_what_has_expired_is_asked_for_and_what_has_a_term_is_not(explain: Explain) -> None:
    need, old = Need(id="n", title="涂层"), replace(COMPLETE, published_on=dt.date(2015, 1, 1))
    over = Gate(name="validity", state=GateState.FAIL, reason="成果已于 2025-01-31 到期")
    assert explain(need, old, over).questions == ("贵方的“石墨电极涂层”已于 2025-01-31 到期，目前是否仍可合作？",)
    assert explain(need, old, replace(over, state=GateState.PASS, reason="成果有效期至 2027-01-31")).questions == ()


def test_that_the_query_is_over_is_no_doubt_in_the_partner(explain: Explain) -> None:
    need = Need(id="n", title="涂层", status="已结束")
    lasting = replace(COMPLETE, extra={"有效期": "长期"})
    gates = check_gates(need, lasting, today=TODAY)
    assert [gate.state for gate in gates] == [GateState.UNKNOWN]
    assert explain(need, lasting, *gates).questions == ()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("1800万元/台", "贵方的“石墨电极涂层”价格写作“1800万元/台”，是否含安装、能否在 80 万元以内？"),
        ("3-8万元/次", "贵方的“石墨电极涂层”价格写作“3-8万元/次”，包含哪些内容、总共能否在 80 万元以内？"),
        ("电话咨询", "贵方的“石墨电极涂层”大致要多少费用？（需求预算至多 80 万元）"),
    ],
)
def test_a_price_that_was_not_understood_is_quoted(explain: Explain, written: str, asked: str) -> None:
    odd = replace(COMPLETE, price=None, extra={"交易价格": written})
    gate = Gate(name="budget", state=GateState.UNKNOWN, reason="")
    assert explain(Need(id="n", title="涂层", budget_high_cny=8e5), odd, gate).questions == (asked,)


def test_a_price_above_the_budget_is_not_asked_for_again(explain: Explain) -> None:
    gate = Gate(name="budget", state=GateState.FAIL, reason="")
    told = explain(Need(id="n", title="涂层", budget_high_cny=5e4), COMPLETE, gate)
    assert told.questions == ("贵方的“石墨电极涂层”价格 10 万元 起，能否在 5 万元以内？",)


def test_one_question_is_enough_where_nothing_is_in_common(explain: Explain) -> None:
    bare = Achievement(id="a", title="花生脱壳机", summary="脱壳。")
    need = Need(id="n", title="涂层", problem="石墨。", indicators_text="2 层")
    assert len(explain(need, bare).questions) == 1
    assert len(explain(need, bare, checks=(check(CheckState.MET),)).questions) == 3
    assert len(explain(need, replace(bare, summary="涂层。")).questions) == 3


def test_an_enterprise_is_asked_about_its_need(explain: Explain) -> None:
    told = explain(NEED, COMPLETE, side=Side.ACHIEVEMENT, checks=(check(CheckState.UNKNOWN),))
    assert told.questions == (
        "贵方要求的“≤3%”是必须达到，还是可以商量？",
        "贵方为“电极氧化”准备投入多少？",
        "贵方的“电极氧化”希望买现成技术，还是合作开发？",
    )


def test_what_fails_may_be_helped_but_a_blocked_owner_is_not_asked(explain: Explain) -> None:
    gates = (
        Gate(name="modes", state=GateState.FAIL, reason=""),
        Gate(name="blocked", state=GateState.FAIL, reason=""),
    )
    need = Need(id="n", title="涂层", modes=(TransferMode.DEVELOPMENT,), problem="涂层。", contact="王厂长")
    assert explain(need, COMPLETE, *gates).questions == ("需求方希望技术开发，贵方能否接受？",)
    asked = explain(need, COMPLETE, *gates, side=Side.ACHIEVEMENT).questions
    assert asked[0] == "贵方希望技术开发，是否也考虑其他合作方式？"


def test_an_enterprise_is_not_asked_for_what_the_achievement_leaves_open(explain: Explain) -> None:
    gate = Gate(name="budget", state=GateState.UNKNOWN, reason="预算至多 5 万元，成果价格面议")
    need = Need(id="n", title="涂层", budget_high_cny=5e4, problem="涂层。", indicators_text="2 层", contact="王厂长")
    assert explain(need, COMPLETE, gate, side=Side.ACHIEVEMENT).questions == (
        "贵方的“涂层”希望买现成技术，还是合作开发？",
    )
