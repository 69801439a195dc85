"""What a party says it does not do is against a match, never in common."""

import pytest

from matcher.explain.denial import stretches
from matcher.records import Achievement, Need, Side

from .conftest import NEED, Explain


@pytest.mark.parametrize(
    ("sentence", "denied"),
    [
        ("五轴铣制叶轮。", ""),
        ("不做涂层，也不承接石墨件。", "不做涂层，也不承接石墨件。"),
        ("五轴铣制叶轮，不做整机，不供轴承。", "不做整机，不供轴承。"),
        ("不做整机，轴承，齿轮箱。", "不做整机，轴承，齿轮箱。"),
        ("整机均不承接，只供叶片。", "整机均不承接，"),
        ("克服了传统涂层不适用于高温的缺点。", ""),
        ("传统涂层附着差，不适用于高温。", ""),
        ("针对涂层不适合潮湿环境的问题。", ""),
        ("如果不做涂层，电极寿命只有一半。", ""),
        ("不做好涂层就不收钱。", ""),
        ("我方不考虑进口设备。", "我方不考虑进口设备。"),
    ],
)
def test_where_a_denial_begins_and_ends(sentence: str, denied: str) -> None:
    parts = list(stretches(sentence))
    assert "".join(sentence[start:end] for start, end, no in parts if no) == denied
    assert "".join(sentence[start:end] for start, end, _ in parts) == sentence


def test_it_is_neither_quoted_nor_shared_but_spoken_against(explain: Explain) -> None:
    denying = Achievement(id="a", title="叶轮铣制", summary="五轴铣制叶轮。不做涂层，也不承接石墨件。")
    told = explain(NEED, denying)
    assert told.shared_words == ()
    assert told.evidence[1].text == "叶轮铣制"
    assert told.unknowns[0] == "成果写明“不做涂层，也不承接石墨件”"
    assert "不利：成果写明“不做涂层，也不承接石墨件”" in told.lines


def test_the_same_sentence_may_offer_one_thing_and_deny_another(explain: Explain) -> None:
    both = Achievement(id="a", title="电炉配件", summary="供应石墨电极并加工接头，不做涂层。")
    told = explain(NEED, both)
    assert told.shared_words == ("石墨电极",)
    assert told.evidence[1].text == "供应石墨电极并加工接头，"
    assert any(line.startswith("不利：成果写明“不做涂层”") for line in told.lines)


def test_what_is_spoken_of_in_passing_and_then_denied_is_denied_unless_the_title_names_it(explain: Explain) -> None:
    passing = Achievement(id="a", title="电炉检修", summary="原有涂层脱落时换石墨电极。不做涂层。")
    assert explain(NEED, passing).shared_words == ("石墨电极",)
    assert explain(NEED, passing).lines[-2] == "不利：成果写明“不做涂层”"
    named = Achievement(id="a", title="石墨电极检修", summary="换石墨电极。不做石墨电极涂层。")
    assert explain(NEED, named).shared_words == ("石墨电极",)


def test_what_touches_the_other_side_comes_first(explain: Explain) -> None:
    touching = Achievement(id="a", title="电炉", summary="石墨电极现货。不对外承接运输。不做涂层。")
    assert explain(NEED, touching).unknowns[0] == "成果写明“不做涂层”"
    distant = Achievement(id="a", title="电炉", summary="石墨电极现货。不对外承接运输。")
    told = explain(NEED, distant)
    assert told.unknowns[0] == "成果写明“不对外承接运输”"


def test_a_need_can_deny_too(explain: Explain) -> None:
    choosy = Need(id="n", title="石墨电极抗氧化", problem="石墨电极侧面氧化。不考虑涂层。")
    told = explain(choosy)
    assert "涂层" not in told.shared_words
    assert told.unknowns[0] == "需求写明“不考虑涂层”"
    assert explain(choosy, Achievement(id="a", title="石墨电极浸渍"), side=Side.ACHIEVEMENT).unknowns[0] != (
        "需求写明“不考虑涂层”"
    )
