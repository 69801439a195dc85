"""Six short lines: what each says, in which order, how long."""

import re

from matcher.explain import Explainer
from matcher.records import (
    Achievement,
    CheckState,
    Evidence,
    Gate,
    GateState,
    IndicatorCheck,
    Need,
    Side,
    Tier,
)

from .conftest import ACHIEVEMENT, NEED, Explain


def check(state: CheckState, parameter: str = "氧化率", *, must: bool = False, asked: str = "≤3%") -> IndicatorCheck:
    need = Evidence(side=Side.NEED, field="indicators_text", start=4, end=4 + len(asked), text=asked)
    return IndicatorCheck(
        parameter=parameter,
        state=state,
        must=must,
        need=need,
        achievement=None,
        margin=None,
        unit="%",
        reason=f"需求 {asked}，成果如此",
        question="" if state is CheckState.MET else f"贵方的{parameter}能否达到{asked}？",
    )


def test_all_six_in_order(explain: Explain) -> None:
    told = explain(
        NEED,
        ACHIEVEMENT,
        Gate(name="trl", state=GateState.PASS, reason=""),
        Gate(name="blocked", state=GateState.FAIL, reason="完成单位 甲大学 属于需求的回避单位"),
        checks=(check(CheckState.MET), check(CheckState.UNKNOWN, "寿命", asked="≥2年")),
    )
    assert told.lines == (
        "相同点：对象 涂层、石墨电极",
        "需求原句：“【石墨电极】侧面氧化，想找【涂层】”",
        "成果原句：“给【石墨电极】做【涂层】，耐 1400 ℃”",
        "指标：满足 1 项、未说明 1 项；氧化率：需求 ≤3%，成果如此",
        "不利：完成单位 甲大学 属于需求的回避单位。另：成熟度符合",
        "待核实：贵方的寿命能否达到≥2年？贵方的“抗氧化技术”打算转让、许可，还是合作开发？这项成果大致要多少费用？",
    )
    assert told.questions[0] == "贵方的寿命能否达到≥2年？"


def test_aspects_are_told_apart_and_empty_ones_left_out(explain: Explain) -> None:
    need = Need(id="n", title="合金钢焊接裂纹", problem="合金钢焊接时裂纹多，降低破损率。")
    achievement = Achievement(id="a", title="合金钢激光焊接", summary="合金钢焊接后裂纹少，破损率低。")
    same = explain(need, achievement).lines[0]
    assert same.startswith("相同点：对象 合金钢；方法 焊接；功效 ")
    assert "用途" not in same


def test_what_stands_behind_yongyu_is_a_use(explain: Explain) -> None:
    need = Need(id="n", title="宴会", problem="想要宴会的东西。")
    assert "用途 宴会" in explain(need, Achievement(id="a", title="甲", summary="可用于宴会和集会。")).lines[0]
    assert "用途" not in explain(need, Achievement(id="a", title="甲", summary="宴会和集会。")).lines[0]


def test_a_word_that_is_part_of_another_is_not_in_common(explain: Explain) -> None:
    told = explain(Need(id="n", title="石墨烯"), Achievement(id="a", title="石墨"))
    assert told.lines[0] == "相同点：没有共同的关键词，只是整体意思接近"


def test_a_failure_on_what_must_be_is_the_most_telling(explain: Explain) -> None:
    told = explain(checks=(check(CheckState.MET), check(CheckState.UNMET, "寿命", must=True, asked="≥2年")))
    line = next(line for line in told.lines if line.startswith("指标："))
    assert line == "指标：满足 1 项、不满足 1 项；寿命：需求 ≥2年，成果如此（必须项）"
    assert told.reason.endswith("注意：寿命：需求 ≥2年，成果如此")


def test_a_bare_title_speaks_against(explain: Explain) -> None:
    told = explain(NEED, Achievement(id="a", title="石墨电极涂层"))
    assert told.lines[2] == "成果名称：“【石墨电极涂层】”"
    assert told.lines[3] == "不利：成果只有名称，没有简介"


def test_only_what_holds_is_a_plain_condition(explain: Explain) -> None:
    told = explain(NEED, ACHIEVEMENT, Gate(name="trl", state=GateState.PASS, reason=""))
    assert "条件：成熟度符合" in told.lines


def test_lines_stay_short_whatever_the_texts(explain: Explain) -> None:
    long = "石墨电极涂层" * 60
    need = Need(id="n", title=long, problem=long + "。" + "，".join(["石墨电极涂层"] * 40), indicators_text=long)
    gates = tuple(Gate(name=name, state=GateState.FAIL, reason=long) for name in ("trl", "modes"))
    told = explain(need, Achievement(id="a", title=long, summary=long), *gates, checks=(check(CheckState.UNMET, long),))
    assert len(told.lines) == 6
    assert max(map(len, told.lines)) <= 90


def test_a_closed_record_leaves_only_the_outcome_of_conditions() -> None:
    closed = Achievement(id="a", title="机密的涂层", org="某单位", visibility=Tier.RESTRICTED)
    gates = (
        Gate(name="blocked", state=GateState.FAIL, reason="完成单位 某单位 属于需求的回避单位"),
        Gate(name="budget", state=GateState.UNKNOWN, reason="预算至多 50 万元，成果价格面议"),
    )
    told = Explainer(lambda _: 1.0).explain(NEED, closed, gates, query_side=Side.NEED)
    assert told.lines == ("涉及非公开内容，理由从略", "条件：回避单位不符合；预算待核实")
    assert (told.evidence, told.shared_words, told.unknowns, told.questions) == ((), (), (), ())
    seen = Explainer(lambda _: 1.0, tier=Tier.RESTRICTED).explain(NEED, closed, gates, query_side=Side.NEED)
    assert re.search("完成单位 某单位", "".join(seen.lines))
