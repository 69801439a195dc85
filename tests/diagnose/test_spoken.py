"""Needs as they are spoken: names, aims, deadlines and ways to work together in the enterprise's own words."""

import datetime as dt

import pytest

from matcher.diagnose import Item, NeedClass, diagnose
from matcher.diagnose.deadline import deadline
from matcher.diagnose.reading import read_need
from matcher.diagnose.sheet import COLUMNS, Checked
from matcher.diagnose.today import ask_only_for_aim, tells_today
from matcher.diagnose.topic import is_spoken, topic
from matcher.records import Need, TransferMode
from matcher.text.aspects import AspectKind, aspects


def _cell(need: Need, heading: str) -> object:
    row = Checked.of(need, diagnose(need))
    return next(column.value(row) for column in COLUMNS if column.heading == heading)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("粮食烘干不让烧柴", "粮食烘干"),
        ("大口径水表小水量测不准", "大口径水表"),
        ("鲜面条放三天就发粘", "鲜面条"),
        ("红薯卖不出去", "红薯"),
        ("配电柜怕着火", "配电柜"),
        ("放久了就干裂的年糕", "年糕"),
    ],
)
def test_a_spoken_title_gives_the_thing(title: str, name: str) -> None:
    assert topic(title, "") == name


def test_what_is_no_name_is_not_used_as_one() -> None:
    title = "因为造成罐底没有搅匀"
    assert is_spoken(topic(title, ""))
    questions = diagnose(Need(id="n", title=title, problem="罐底结垢。")).questions
    assert not any(title in question for question in questions)
    assert any("贵方这条需求" in question for question in questions)


@pytest.mark.parametrize("aim", ["误报率＜0.5%", "误报一年不超过1次", "次品不合格率降到2%以下"])
def test_an_aim_is_no_trouble(aim: str) -> None:
    assert read_need(Need(id="n", title="烟感探头", problem=f"要求{aim}。")).troubles == ()
    assert not any("多严重" in question for question in diagnose(Need(id="n", title="烟感探头", problem=aim)).questions)


@pytest.mark.parametrize(
    ("problem", "indicators"),
    [("现在破损率12%，要求破损率降到4%以下。", ""), ("目前破损率有12%左右。", "破损率降到4%以下")],
)
def test_what_is_told_of_today_is_not_asked(problem: str, indicators: str) -> None:
    need = Need(id="n", title="花生脱壳机", problem=problem, indicators_text=indicators)
    assert not any("现在是百分之几" in question or "现在能做到" in question for question in diagnose(need).questions)
    bare = Need(id="n", title="花生脱壳机", problem="要求破损率降到4%以下。")
    assert any("现在是百分之几" in question for question in diagnose(bare).questions)


def test_a_limit_is_not_today() -> None:
    text = "含水率12%以下，破损率4%以下"
    assert not tells_today(text, 9, 16, "%", "破损率")


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("破损率现在是百分之几，希望降到百分之几？", "破损率希望降到百分之几？"),
        ("“4%”按什么方法统计的？现在是百分之几？", "“4%”按什么方法统计的？"),
        ("“提高三成”以哪个数为基准，现在是多少？", "“提高三成”以哪个数为基准？"),
    ],
)
def test_only_the_aim_is_asked(question: str, left: str) -> None:
    assert ask_only_for_aim(question) == left


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("年底前要用上新的烘房。", "年底前"),
        ("设备要换，越快越好。", "越快越好"),
        ("希望半年内见到样机。", "半年内见到"),
        ("争取3个月内。", "争取3个月内"),
        ("2026年秋播前拿到机器。", "2026年秋播前"),
        ("今年秋天要用。", "今年秋天要用"),
        ("转速越快越好。", ""),
        ("用了3个月内圈就磨坏。", ""),
        ("往年汛期前检修一次。", ""),
        ("保质期限6个月。", ""),
        ("2006年5月建成投产。", ""),
        ("生长周期的一半。", ""),
    ],
)
def test_words_of_time_with_an_aim_are_a_deadline(text: str, words: str) -> None:
    need = Need(id="n", title="烘房", problem=text)
    assert deadline(need, text) == words
    assert (Item.DEADLINE in diagnose(need).missing) == (words == "")


@pytest.mark.parametrize("heading", ["完成时限", "什么时候要"])
@pytest.mark.parametrize("said", ["越快越好", "三年", "今年秋天"])
def test_a_deadline_without_a_day_is_kept_as_said(heading: str, said: str) -> None:
    need = Need(id="n", title="烘房", extra={heading: said})
    assert Item.DEADLINE not in diagnose(need).missing
    assert _cell(need, "完成时限") == said


def test_a_cell_says_the_day_where_the_words_are_of_another_one() -> None:
    day = dt.date(2026, 12, 31)
    assert (
        _cell(Need(id="n", title="烘房", valid_until=day, extra={"完成时限": "2026年秋播前"}), "完成时限")
        == "2026年秋播前"
    )
    assert _cell(Need(id="n", title="烘房", valid_until=day, extra={"完成时限": "2027年"}), "完成时限") == "2026-12-31"


def test_other_columns_are_no_deadline() -> None:
    found = diagnose(Need(id="n", title="烘房", extra={"内部备注": "年底前", "什么时候要（内部）": "年底前"}))
    assert Item.DEADLINE in found.missing


def test_the_way_to_work_together_is_kept_as_said() -> None:
    bought = Need(id="n", title="烘房", extra={"合作方式": "购买设备"})
    assert Item.MODE not in diagnose(bought).missing
    assert _cell(bought, "合作方式") == "购买设备"
    made = Need(id="n", title="烘房", modes=(TransferMode.DEVELOPMENT,), extra={"合作方式": "委托开发"})
    assert _cell(made, "合作方式") == "委托开发"
    assert _cell(Need(id="n", title="烘房", modes=(TransferMode.SERVICE,)), "合作方式") == "技术服务"
    assert Item.MODE in diagnose(Need(id="n", title="烘房", extra={"合作方式": "面议"})).missing


@pytest.mark.parametrize(
    ("text", "kind", "wrong"),
    [
        ("放两天就发酸", AspectKind.MATERIAL, "发酸"),
        ("想换本地花生壳", AspectKind.PRODUCT, "想换本地花生壳"),
        ("地头价一斤两块", AspectKind.PRODUCT, "地头价"),
    ],
)
def test_talk_is_no_aspect(text: str, kind: AspectKind, wrong: str) -> None:
    assert wrong not in [found.text for found in aspects(text) if found.kind is kind]


def test_a_reason_does_not_begin_with_the_end_of_a_condition() -> None:
    need = Need(id="n", title="热泵烘房", indicators_text="环境温度-10℃时出风温度不低于50℃")
    assert "出风温度不低于50℃" in [reason.quote for reason in diagnose(need).reasons]


@pytest.mark.parametrize(
    ("title", "problem", "kind"),
    [
        ("红薯卖不出去", "今年红薯多，帮忙找销路。", "销售"),
        ("养鸡场扩建", "想申请贷款。", "资金"),
        ("电子厂招工", "", "用工"),
        ("项目申报", "找人写标书。", "代办"),
    ],
)
def test_what_asks_for_no_technology_has_no_direction(title: str, problem: str, kind: str) -> None:
    found = diagnose(Need(id="n", title=title, problem=problem))
    assert found.need_class is NeedClass.AIMLESS
    assert found.reasons[0].says == f"要的是{kind}方面的帮助，不是技术"
    assert len(set(found.questions)) == 3


def test_sales_beside_a_technical_trouble_stay_a_need() -> None:
    found = diagnose(Need(id="n", title="红薯卖不出去", problem="存到开春就发霉，想延长保质期。"))
    assert found.need_class is NeedClass.VAGUE


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("提升式阀门", "提升式阀门"),
        ("提升阀门密封性", "阀门"),
        ("新能源客车", "新能源客车"),
        ("新型电机", "电机"),
        ("2.5吨叉车制造", "2.5吨叉车"),
        ("2.叉车制造", "叉车"),
        ("正极导线抗腐蚀技术", "正极导线"),
        ("引进技术人才", ""),
    ],
)
def test_a_title_is_not_cut_inside_a_word(title: str, name: str) -> None:
    assert topic(title, "") == name


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("斗式提升机轴承磨损", "轴承磨损"),
        ("电机控制器一致性", "一致性"),
        ("提升电机一致性", "电机一致性"),
        ("降低成本", "成本"),
    ],
)
def test_no_verb_is_read_out_of_a_longer_word(title: str, what: str) -> None:
    need = Need(id="n", title=title)
    assert [effect.what for effect in read_need(need).effects] == [what]
    assert not any("“机" in question or "“器" in question for question in diagnose(need).questions)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("【现状问题】滑板掉渣，【要达到】不掉渣", "滑板掉渣"),
        ("【存在问题】滑板用不久\n【考核条件】＿＿", "滑板用不久"),
        ("【主要缺陷】侵蚀快", "侵蚀快"),
        ("一、存在的不足\n钢口容易开裂", "钢口容易开裂"),
    ],
)
def test_a_heading_is_not_quoted_as_if_the_enterprise_had_said_it(problem: str, told: str) -> None:
    found = diagnose(Need(id="n", title="连铸滑板", problem=problem))
    quoted = [reason.quote for reason in found.reasons] + list(found.questions)
    assert told in [reason.quote for reason in found.reasons]
    assert not any(mark in said for said in quoted for mark in ("【", "】", "缺陷", "不足", "现状问题", "存在问题"))
    assert found.wording.count("【现状问题】") == 1
