import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import Matcher
from matcher.diagnose import NeedClass, TermRules, diagnose, diagnose_many, sharpened
from matcher.diagnose.base import BLANK
from matcher.diagnose.wording import LABELS
from matcher.embed.hashing import HashingEncoder
from matcher.errors import RecordError
from matcher.records import Achievement, Need, Tier

NEED = Need(id="n1", title="水泵叶轮磨损", problem="叶轮磨损快，三个月就要换，想要耐磨的叶轮。", org="甲公司")
ACHIEVEMENTS = [
    Achievement(id=f"a{at}", title=title)
    for at, title in enumerate(
        (
            "水泵叶轮喷涂碳化钨耐磨技术",
            "水泵叶轮喷涂陶瓷防护技术",
            "水泵叶轮喷涂修补方法",
            "水泵叶轮渗氮强化",
            "水泵叶轮渗氮工艺",
            "水泵叶轮渗氮硬化",
            "菊花茶烘干设备",
            "花生脱壳机",
        )
    )
]
EVERYONE = TermRules(top=6, share=0.0, support=3, most=3, bar=0.0)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.build(achievements=ACHIEVEMENTS, encoder=HashingEncoder())


def _left(wording: str, *sources: str) -> str:
    """What of a wording is neither a label, nor a blank, nor a mark, nor part of the sources."""
    for label in sorted(LABELS, key=len, reverse=True):
        wording = wording.replace(label, "\n")
    pieces = re.split(r"[【】；：，、\n]+|" + BLANK, wording)
    sources = tuple(source.lower() for source in sources)
    return "".join(piece for piece in pieces if not any(piece.lower() in source for source in sources))


def test_only_public_needs_are_checked() -> None:
    with pytest.raises(RecordError, match="需求“n1”不是公开的"):
        diagnose(replace(NEED, visibility=Tier.REGISTERED))


def test_confidential_detail_changes_nothing() -> None:
    assert diagnose(replace(NEED, confidential_detail="配方含氧化铈 3%，委托开发，预算 90 万元")) == diagnose(NEED)


def test_unknown_columns_are_not_quoted() -> None:
    found = diagnose(replace(NEED, extra={"内部备注": "底价九十万"}))
    assert "底价" not in repr(found)


def test_terms_come_from_several_titles_and_become_keywords(matcher: Matcher) -> None:
    found = diagnose(NEED, matcher=matcher, rules=EVERYONE)
    assert {term.text: term.support for term in found.terms} == {"喷涂": 3, "渗氮": 3}
    assert set(sharpened(NEED, found).keywords) == {"喷涂", "渗氮"}
    assert "喷涂" in found.wording


def test_what_divides_the_candidates_becomes_a_question(matcher: Matcher) -> None:
    questions = diagnose(NEED, matcher=matcher, rules=EVERYONE).questions
    asked = [question for question in questions if "喷涂" in question and "渗氮" in question]
    assert len(asked) == 1
    assert "倾向哪一种" in asked[0]


def test_nothing_is_suggested_where_nothing_fits(matcher: Matcher) -> None:
    strict = replace(EVERYONE, bar=0.99)
    assert diagnose(NEED, matcher=matcher, rules=EVERYONE).terms
    assert diagnose(NEED, matcher=matcher, rules=strict).terms == ()


def test_a_clear_need_gets_no_other_wording() -> None:
    found = diagnose(replace(NEED, indicators_text="叶轮寿命≥12个月"))
    assert found.need_class is NeedClass.CLEAR
    assert found.wording == ""


def test_words_to_pick_are_shown_for_a_clear_need_too(matcher: Matcher) -> None:
    found = diagnose(replace(NEED, indicators_text="叶轮寿命≥12个月"), matcher=matcher, rules=EVERYONE)
    assert found.need_class is NeedClass.CLEAR
    assert re.fullmatch(r"【可选用词】(喷涂、渗氮|渗氮、喷涂)（库中相近成果的用词，请勾选）", found.wording)


def test_questions_from_the_corpus_are_counted(matcher: Matcher) -> None:
    assert diagnose(NEED, matcher=matcher, rules=EVERYONE).from_corpus == 1
    assert diagnose(NEED).from_corpus == 0


def test_needs_keep_their_order_across_blocks() -> None:
    needs = [replace(NEED, id=f"n{at}") for at in range(130)]
    assert [found.need_id for found in diagnose_many(needs)] == [need.id for need in needs]


def test_present_and_absent_kinds_are_all_kinds() -> None:
    found = diagnose(NEED)
    assert sorted((*found.present, *found.absent)) == sorted(("材料", "方法", "功效", "产品", "应用"))


WORDS = st.lists(
    st.sampled_from(
        [
            *"，。；：、\n 1年%“”【】＿",
            "水泵叶轮",
            "磨损",
            "降低",
            "能耗",
            "寿命短",
            "≥50MPa",
            "用于汽车",
            "问题：",
            "想要",
            "无法",
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(title=WORDS.filter(str.strip), problem=WORDS)
def test_a_suggestion_holds_only_words_of_the_need_and_the_corpus(matcher: Matcher, title: str, problem: str) -> None:
    found = diagnose(Need(id="n", title=title, problem=problem), matcher=matcher, rules=EVERYONE)
    titles = [achievement.title for achievement in ACHIEVEMENTS]
    text = re.sub(r"[【】；：，、\n]+|" + BLANK, "", f"{title}{problem}")
    assert _left(found.wording, text, *titles) == ""
    own = set(re.findall(r"\d+", title + problem))
    assert set(re.findall(r"\d+", found.wording)) <= own
    assert len(found.questions) <= 3


@settings(max_examples=150, deadline=None)
@given(title=st.text(min_size=1, max_size=80), problem=st.text(max_size=300))
def test_random_text_never_raises(title: str, problem: str) -> None:
    found = diagnose(Need(id="n", title=title, problem=problem))
    assert all(reason.quote in f"{title}\n{problem}" for reason in found.reasons)
