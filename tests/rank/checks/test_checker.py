"""What a check tells beside its verdict: tiers, repeats, musts, conditions, meaning, memory."""

import numpy as np
import pytest

from matcher.index.eyes import Eyes
from matcher.rank.checks import Checker, check_indicators
from matcher.records import Achievement, CheckState, Need, Side, Tier


def need(text: str, **more: object) -> Need:
    return Need(**{"id": "n", "title": "耐热陶瓷管", "problem": text} | more)


def achievement(text: str, **more: object) -> Achievement:
    return Achievement(**{"id": "a", "title": "耐热陶瓷管的制备", "summary": text} | more)


def states(asked: Need, stated: Achievement, **options: object) -> list[CheckState]:
    return [check.state for check in check_indicators(asked, stated, **options)]


def test_the_reason_names_both_values_and_the_distance():
    (check,) = check_indicators(need("要求耐温≥1200℃。"), achievement("样管耐温1350℃。"))
    assert check.reason == "需求 ≥1200℃，成果 1350℃，高出 150℃"
    assert (check.margin, check.unit, check.question) == (150.0, "℃", "")
    assert check.achievement is not None
    assert (check.achievement.field, check.achievement.text) == ("summary", "样管耐温1350℃")


def test_another_unit_is_converted_in_the_reason():
    (check,) = check_indicators(need("要求抗拉强度≥800MPa。"), achievement("抗拉强度0.7GPa。"))
    assert check.reason == "需求 ≥800MPa，成果 0.7GPa（即700MPa），差 100MPa"


def test_what_is_not_stated_becomes_a_question():
    (check,) = check_indicators(need("要求抗拉强度≥800MPa。"), achievement("外观均匀。"))
    assert (check.state, check.achievement, check.margin) == (CheckState.UNKNOWN, None, None)
    assert check.question == "需求要求抗拉强度≥800MPa，成果中未找到可比数值；请问实测抗拉强度是多少？"


def test_text_above_the_tier_is_not_used():
    stated = achievement("外观均匀。", confidential_detail="抗拉强度950MPa。")
    asked = need("要求抗拉强度≥800MPa。")
    assert states(asked, stated) == [CheckState.UNKNOWN]
    assert states(asked, stated, tier=Tier.SECRET) == [CheckState.MET]
    hidden = achievement("抗拉强度950MPa。", visibility=Tier.RESTRICTED)
    assert states(asked, hidden) == [CheckState.UNKNOWN]


def test_a_hidden_target_is_not_told():
    asked = need("寻求陶瓷管。", confidential_detail="要求抗拉强度≥800MPa。")
    assert states(asked, achievement("抗拉强度950MPa。")) == []
    assert states(asked, achievement("抗拉强度950MPa。"), tier=Tier.SECRET) == [CheckState.MET]


def test_a_statement_repeated_counts_once():
    asked = need("要求抗拉强度≥800MPa，即抗拉强度不低于0.8GPa。", indicators_text="抗拉强度≥800MPa")
    assert states(asked, achievement("抗拉强度950MPa。")) == [CheckState.MET]


def test_what_the_company_has_is_no_target():
    assert states(need("寻求陶瓷管。", current_state="要求抗拉强度≥800MPa"), achievement("抗拉强度950MPa。")) == []


def test_a_target_of_another_object_is_not_missed():
    """A bare 厚度 tells nothing where the titles share no object."""
    stated = Achievement(id="a", title="车窗玻璃", summary="厚度3mm。")
    assert states(need("要求厚度≥100mm。"), stated) == [CheckState.UNKNOWN]
    assert states(need("要求厚度≥100mm。"), achievement("厚度3mm。")) == [CheckState.UNMET]


def test_values_that_contradict_each_other_decide_nothing():
    (check,) = check_indicators(need("要求抗拉强度≥800MPa。"), achievement("抗拉强度950MPa。复检：抗拉强度600MPa。"))
    assert check.state is CheckState.UNKNOWN
    assert "几个不同的数值" in check.reason


def test_what_is_said_of_others_is_no_answer():
    assert states(need("要求抗拉强度≥800MPa。"), achievement("对照抗拉强度950MPa。")) == [CheckState.UNKNOWN]
    assert states(need("要求抗拉强度≥800MPa。"), achievement("市售产品抗拉强度600MPa。")) == [CheckState.UNKNOWN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("必须满足：抗拉强度≥800MPa，屈服强度≥600MPa。", [True, True]),
        ("要求抗拉强度≥800MPa，运行噪声不得超过60dB。", [False, True]),
        ("抗拉强度须达到800MPa以上。", [True]),
        ("要求抗拉强度≥800MPa，无须镀层。", [False]),
        ("考核指标：\n1、抗拉强度≥800MPa；\n2、屈服强度≥600MPa。", [True, True]),
        ("考核指标：\n抗拉强度≥800MPa。\n预期用途：\n要求屈服强度≥600MPa。", [True, False]),
        ("希望抗拉强度≥800MPa。", [False]),
        ("考核指标：抗拉强度≥800MPa。希望屈服强度≥600MPa。", [True, False]),
    ],
)
def test_must(text, expected):
    assert [check.must for check in check_indicators(need(text), achievement("外观均匀。"))] == expected


def test_a_question_names_the_condition_that_is_missing():
    (check,) = check_indicators(need("要求在1200℃下抗压强度≥10MPa。"), achievement("抗压强度为50MPa。"))
    assert check.state is CheckState.UNKNOWN
    assert check.question.endswith("请问在1200℃条件下的抗压强度是多少？")


def test_meaning_joins_names_that_words_do_not():
    """Only what is met, and only where the heads agree: 炉膛温度 and 炉内温度."""

    def close(left, right):
        return np.ones((len(left), len(right)))

    warm = achievement("炉内温度为900℃。")
    assert states(need("要求炉膛温度≥800℃。"), warm) == [CheckState.UNKNOWN]
    assert states(need("要求炉膛温度≥800℃。"), warm, similarity=close) == [CheckState.MET]
    assert states(need("要求炉膛温度≥1000℃。"), warm, similarity=close) == [CheckState.UNKNOWN]
    assert states(need("要求炉膛压力≥8MPa。"), achievement("炉膛温度为900℃。"), similarity=close) == [
        CheckState.UNKNOWN
    ]
    assert states(need("要求硫含量≤8ppm。"), achievement("氧含量为5ppm。"), similarity=close) == [CheckState.UNKNOWN]


def test_names_are_compared_in_one_call_and_remembered():
    calls = []

    def similarity(left, right):
        calls.append((tuple(left), tuple(right)))
        return np.zeros((len(left), len(right)))

    checker = Checker(similarity=similarity)
    stated = [achievement(f"{where}温度为900℃。", id=where) for where in ("炉内", "窑体")]
    checker.check_all(need("要求炉膛温度≥800℃。"), stated)
    checker.check_all(need("要求炉膛温度≥800℃。"), stated)
    assert calls == [(("炉膛温度",), ("炉内温度", "窑体温度"))]


def test_a_changed_record_is_read_again():
    checker = Checker()
    asked = need("要求抗拉强度≥800MPa。")
    assert checker.check(asked, achievement("抗拉强度950MPa。"))[0].state is CheckState.MET
    assert checker.check(asked, achievement("抗拉强度650MPa。"))[0].state is CheckState.UNMET


def test_a_full_memory_changes_no_answer():
    small, large = Checker(remembered=1), Checker()
    asked = need("要求抗拉强度≥800MPa。")
    stated = [achievement(f"抗拉强度{value}MPa。", id=str(value)) for value in (700, 800, 900)]
    assert small.check_all(asked, stated) == large.check_all(asked, stated)


def test_what_one_reader_may_read_is_not_told_to_the_next():
    closed = Achievement(id="a", title="结构胶", confidential_detail="抗拉强度950MPa。")
    asked, checker = need("要求抗拉强度≥800MPa。"), Checker()
    owner = Eyes(own=frozenset({(Side.ACHIEVEMENT, "a")}))
    told = [checker.check(asked, closed, eyes=eyes)[0].state for eyes in (owner, None, Eyes(), owner)]
    assert told == [CheckState.MET, CheckState.UNKNOWN, CheckState.UNKNOWN, CheckState.MET]


HARVESTER = Need(id="n", title="花生联合收获机摘果清选", problem="要求花生联合收获机总损失率≤3.5%，荚果破碎率≤1%。")


def harvest(text: str, title: str = "半喂入花生联合收获机清选部件") -> Achievement:
    return Achievement(id="a", title=title, summary=text)


def test_words_that_both_titles_say_keep_no_names_apart():
    loss, broken = check_indicators(HARVESTER, harvest("总损失率≤3.2%，破碎率≤0.8%。"))
    assert (loss.state, loss.parameter) == (CheckState.MET, "总损失率")
    assert (broken.state, broken.parameter) == (CheckState.MET, "荚果破碎率")
    loss, _ = check_indicators(HARVESTER, harvest("总损失率为4.2%。"))
    assert loss.state is CheckState.UNMET
    assert loss.question == "需求要求总损失率≤3.5%，成果写“总损失率为4.2%”；请问能否改进到要求值？"


def test_another_machine_keeps_its_own_losses():
    loss, broken = check_indicators(HARVESTER, harvest("总损失率为4.2%，破碎率≤0.8%。", title="玉米籽粒直收装置"))
    assert (loss.state, broken.state) == (CheckState.UNKNOWN, CheckState.UNKNOWN)


def test_a_share_is_taken_for_the_one_asked_only_where_it_is_the_only_one():
    _, broken = check_indicators(HARVESTER, harvest("破碎率≤0.8%，秸秆破碎率≥90%。"))
    assert broken.state is CheckState.UNKNOWN


def test_two_parts_of_one_machine_stay_apart():
    asked = Need(id="n", title="电机轴承温度监测", problem="要求轴承温度≤80℃。")
    stated = Achievement(id="a", title="电机轴承温度监测系统", summary="电机温度为95℃。")
    assert states(asked, stated) == [CheckState.UNKNOWN]
    stated = Achievement(id="a", title="电机轴承温度监测系统", summary="电机温度为95℃，轴承温度为75℃。")
    assert states(asked, stated) == [CheckState.MET]


def test_a_single_word_of_the_title_may_be_a_part():
    """温度 of a machine with bearings may be that of its bearings: enough to meet, not to miss."""
    asked = Need(id="n", title="风机轴承监测", problem="要求轴承温度≤80℃。")
    cool, warm = (Achievement(id="a", title="风机轴承监测装置", summary=f"温度为{value}℃。") for value in (70, 95))
    assert (states(asked, cool), states(asked, warm)) == ([CheckState.MET], [CheckState.UNKNOWN])


def test_a_list_of_figures_is_asked_for_even_where_bare():
    asked = need("寻求陶瓷管。", indicators_text="1、抗拉强度800MPa；2、工作温度1200℃；3、供电电压220V。")
    stated = achievement("见指标。", indicators_text="抗拉强度820MPa，工作温度1350℃，供电电压380V。")
    assert states(asked, stated) == [CheckState.MET, CheckState.MET, CheckState.UNMET]


def test_a_year_in_the_name_is_one_in_the_unit():
    asked = need("要求单套处理能力≥800吨/年。")
    (check,) = check_indicators(asked, achievement("单套年处理能力1000吨。"))
    assert (check.state, check.margin, check.unit) == (CheckState.MET, 200, "吨/年")
    assert states(asked, achievement("单套年处理能力600吨。")) == [CheckState.UNMET]
    # 3 t a day are 1,095 t in a year of 365 days and 750 in one of 250.
    assert states(asked, achievement("单套日处理能力3吨。")) == [CheckState.UNKNOWN]


def test_a_figure_of_a_harder_test_is_not_missed():
    asked = need("要求抗压强度≥50MPa。")
    assert states(asked, achievement("抗压强度为12MPa。")) == [CheckState.UNMET]
    assert states(asked, achievement("在1200℃下抗压强度为12MPa。")) == [CheckState.UNKNOWN]


def test_a_circumstance_inside_the_name_is_a_condition():
    asked = need("要求碳氮比为4时出水总氮≤10mg/L。")
    assert states(asked, achievement("碳氮比为4时出水总氮为8mg/L。")) == [CheckState.MET]
    assert states(asked, achievement("碳氮比为9时出水总氮为8mg/L。")) == [CheckState.UNKNOWN]


def test_another_dimension_is_not_converted():
    (check,) = check_indicators(need("要求处理规模≥2000m³/d。"), achievement("日处理规模600吨。"))
    assert check.reason == "需求 ≥2000m³/d，成果 600吨/天，单位不同，不能直接相比"


@pytest.mark.parametrize(
    ("asked", "stated", "state"),
    [
        ("寿命≥60炉次", "可反复使用80炉次", CheckState.MET),
        ("寿命≥60炉次", "连续使用80炉", CheckState.MET),
        ("反复使用次数≥60次", "反复使用80炉次", CheckState.MET),
        # Used 40 times does not say that it was worn out then.
        ("寿命≥60炉次", "反复使用40炉次", CheckState.UNKNOWN),
        ("寿命≥60炉次", "寿命40炉次", CheckState.UNMET),
        ("寿命≥60炉次", "寿命80h", CheckState.UNKNOWN),
        ("连续使用温度≥300℃", "连续使用温度200℃", CheckState.UNMET),
    ],
)
def test_how_often_a_thing_was_used_is_its_life_at_least(asked, stated, state):
    slide = {"title": "连铸滑板"}
    assert states(need(f"要求{asked}。", **slide), achievement(f"{stated}。", **slide)) == [state]


def test_one_wish_in_three_wordings_counts_once():
    asked = need("能耐温度1200℃以上的材料，要找到耐温1200℃以上的材料。", title="找到能耐温度1200℃以上的材料")
    assert states(asked, achievement("耐温1350℃。")) == [CheckState.MET]
