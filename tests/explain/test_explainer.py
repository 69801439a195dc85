"""What is told about a pair as a whole: sentences, words, reason, open points."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.embed.remember import RememberingEncoder
from matcher.errors import RecordError
from matcher.explain import Explainer, Explanation, Pairing
from matcher.index.eyes import Eyes
from matcher.records import Achievement, FieldLabel, Gate, GateState, Need, Scheme, Side, Tier

from .conftest import ACHIEVEMENT, NEED, Explain


class Counting(HashingEncoder):
    """Remembers what it was asked, batch by batch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    def encode_queries(self, texts) -> Vectors:  # type: ignore[no-untyped-def]
        self.batches.append(list(texts))
        return super().encode_queries(texts)


def test_the_strongest_sentence_of_each_side_is_quoted_verbatim(explain: Explain) -> None:
    told = explain()
    left, right = told.evidence
    assert (left.side, left.field, left.text) == (Side.NEED, "problem", "石墨电极侧面氧化，想找涂层。")
    assert NEED.problem[left.start : left.end] == left.text
    assert (right.side, right.field, right.text) == (Side.ACHIEVEMENT, "summary", "给石墨电极做涂层，耐 1400 ℃。")
    assert ACHIEVEMENT.summary[right.start : right.end] == right.text
    assert left.words == right.words == ("涂层", "石墨电极")
    assert told.shared_words == ("涂层", "石墨电极")
    assert told.reason == "共同要点：涂层、石墨电极"


def test_numbers_and_single_characters_are_no_reason(explain: Explain) -> None:
    told = explain(Need(id="n", title="12 件 mm"), Achievement(id="a", title="12 台 mm"))
    assert told.shared_words == ()
    assert "没有共同的关键词" in told.reason


def test_long_sentences_are_cut_around_the_words_and_stay_verbatim(explain: Explain) -> None:
    long = "很" * 200 + "，" + "涂层" + "长" * 40
    told = explain(NEED, Achievement(id="a", title="甲", summary=long))
    right = told.evidence[1]
    assert len(right.text) <= 80
    assert "涂层" in right.text
    assert long[right.start : right.end] == right.text


def test_gates_and_labels_are_told(explain: Explain) -> None:
    label = FieldLabel(scheme=Scheme.HIGHTECH, code="4", name="新材料", confidence=0.9, stated=True)
    told = explain(
        Need(id="n", title="涂层", labels=(label,)),
        Achievement(id="a", title="涂层", labels=(label,)),
        Gate(name="trl", state=GateState.PASS, reason=""),
        Gate(name="modes", state=GateState.FAIL, reason="需求希望技术开发，成果提供技术转让"),
        Gate(name="budget", state=GateState.UNKNOWN, reason="预算至多 50 万元，成果价格面议"),
    )
    assert "同属新材料" in told.reason
    assert "成熟度符合" in told.reason
    assert "注意：需求希望技术开发，成果提供技术转让" in told.reason
    assert told.unknowns[0] == "预算至多 50 万元，成果价格面议"


def test_unknown_is_what_the_other_side_leaves_open(explain: Explain) -> None:
    assert explain().unknowns == (
        "需求列有技术指标，成果中未找到可比数值，须逐项核实",
        "成果未写成熟度",
        "成果未写合作方式",
        "价格面议",
        "成果未写联系人",
    )
    assert explain(side=Side.ACHIEVEMENT).unknowns[1:] == ("需求未写合作方式", "需求未写预算", "需求未写联系人")


def test_what_was_written_but_not_understood_is_quoted(explain: Explain) -> None:
    odd = Achievement(id="a", title="甲", summary="乙", extra={"合作方式": "产品销售", "交易价格": "85万元/线"})
    unknowns = explain(NEED, odd).unknowns
    assert "成果合作方式写作“产品销售”，须问清" in unknowns
    assert "成果价格写作“85万元/线”，须问清" in unknowns


def test_generic_words_are_no_common_ground_but_words_of_titles_are(explain: Explain) -> None:
    need = Need(id="n", title="石墨电极检测设备", problem="平均寿命短，要一套石墨电极检测设备。")
    achievement = Achievement(id="a", title="石墨电极涂覆设备", summary="平均一套设备涂覆十根石墨电极。")
    told = explain(need, achievement)
    assert told.shared_words == ("石墨电极",)
    assert {word for item in told.evidence for word in item.words} == {"石墨电极"}
    alone = explain(Need(id="n", title="一套设备"), Achievement(id="a", title="设备一套"))
    assert alone.reason == "没有共同的关键词，只是整体意思接近"


def test_a_phrase_may_hold_a_generic_word(explain: Explain) -> None:
    assert explain(Need(id="n", title="大型水泵装置"), Achievement(id="a", title="水泵装置")).shared_words == (
        "水泵装置",
    )


def test_quotation_marks_inside_a_quotation_are_single(explain: Explain) -> None:
    achievement = Achievement(
        id="a", title="玉米新品种“启玉39”", summary="把纳米硅“长”在涂层里。", extra={"价格": "“优惠”价3万"}
    )
    told = explain(NEED, achievement)
    assert "成果原句：“把纳米硅‘长’在【涂层】里”" in told.lines
    assert told.evidence[1].text == "把纳米硅“长”在涂层里。"
    assert told.questions[0].startswith("贵方的“玉米新品种‘启玉39’”能否")
    assert "成果价格写作“‘优惠’价3万”，须问清" in told.unknowns


def test_that_a_term_is_not_written_is_no_open_point(explain: Explain) -> None:
    silent = Gate(name="validity", state=GateState.UNKNOWN, reason="成果未写有效期，须确认是否仍有效")
    own = Gate(name="validity", state=GateState.UNKNOWN, reason="需求已于 2025-01-31 到期，请先确认")
    assert not any("有效" in text for text in explain(NEED, ACHIEVEMENT, silent).unknowns)
    assert own.reason in explain(NEED, ACHIEVEMENT, own).unknowns


def test_free_texts_with_one_id_are_not_mixed_up() -> None:
    explainer = Explainer(lambda _: 1.0)
    for text in ("石墨电极氧化", "花生脱壳破损"):
        told = explainer.explain(Need(id="query", title=text), ACHIEVEMENT, (), query_side=Side.NEED)
        assert told.evidence[0].text == text


def test_a_free_text_of_several_sentences_is_read_sentence_by_sentence(explain: Explain) -> None:
    told = explain(Need(id="query", title="我们厂在开封。石墨电极想要涂层。请联系我们。"))
    assert told.evidence[0].text == "石墨电极想要涂层。"


def test_words_spelled_in_other_ways_are_shown_as_the_need_spells_them(explain: Explain) -> None:
    told = explain(Need(id="n", title="PLC改造"), Achievement(id="a", title="ｐｌｃ程序"))
    assert told.shared_words == ("PLC",)
    assert told.evidence[1].words == ("ｐｌｃ",)


def test_neighbouring_words_are_one_phrase_where_both_write_them_so(explain: Explain) -> None:
    need = Need(id="n", title="水泵叶片磨损")
    assert explain(need, Achievement(id="a", title="大型水泵叶片")).shared_words == ("水泵叶片",)
    assert explain(need, Achievement(id="a", title="叶片和水泵")).shared_words == ("叶片", "水泵")


def test_meaning_chooses_where_words_do_not() -> None:
    """The toy encoder counts shared characters: 抗氧化 is nearer to 氧化 than anything about prices or places."""
    need = Need(id="n", title="防氧化", problem="厂里有三座冷却塔要扩建。钢锭表面总是氧化脱碳很严重。")
    achievement = Achievement(
        id="a", title="抗氧化", summary="团队共有二十名教授讲师。表面喷一层釉料氧化脱碳减少。办公楼位于东部校区北门。"
    )
    blind = Explainer(lambda _: 0.0).explain(need, achievement, (), query_side=Side.NEED)
    seeing = Explainer(lambda _: 0.0, encoder=HashingEncoder()).explain(need, achievement, (), query_side=Side.NEED)
    assert [item.text for item in blind.evidence] == ["防氧化", "抗氧化"]
    assert [item.text for item in seeing.evidence] == ["钢锭表面总是氧化脱碳很严重。", "表面喷一层釉料氧化脱碳减少。"]


def test_one_batch_an_answer_and_nothing_twice() -> None:
    encoder = Counting()
    explainer = Explainer(lambda _: 1.0, encoder=RememberingEncoder(encoder))
    partners = [
        Achievement(
            id=f"a{i}", title="涂层", summary="石墨电极做涂层很方便。" + "甲乙丙丁"[i] * 9 + "石墨涂层用于电炉。"
        )
        for i in range(4)
    ]
    pairings = [Pairing(partner=partner) for partner in partners]
    first = explainer.explain_many(NEED, pairings)
    assert len(encoder.batches) == 1
    assert len(set(encoder.batches[0])) == len(encoder.batches[0])
    assert explainer.explain_many(NEED, pairings) == first
    assert len(encoder.batches) == 1


def test_few_sentences_are_encoded_however_long_the_texts() -> None:
    encoder = Counting()
    text = "".join(f"第{at}段讲石墨电极的涂层与{chr(0x4E00 + at)}号炉子。" for at in range(200))
    need = Need(id="n", title="石墨电极", problem=text)
    partners = [Pairing(partner=Achievement(id=str(i), title=f"涂层{i}", summary=text[i:])) for i in range(10)]
    Explainer(lambda _: 1.0, encoder=encoder).explain_many(need, partners)
    # 6 sentences of the need and its title, 3 of each partner and its title; none longer than 32 characters.
    assert sum(map(len, encoder.batches)) <= 6 + 1 + 10 * (3 + 1)
    assert max(len(text) for text in encoder.batches[0]) <= 32


def test_words_alone_where_meaning_is_not_asked_for() -> None:
    encoder = Counting()
    explainer = Explainer(lambda _: 1.0, encoder=encoder)
    explainer.explain_many(NEED, [Pairing(partner=ACHIEVEMENT)], by_meaning=False)
    assert not encoder.batches
    explainer.explain_many(NEED, [Pairing(partner=ACHIEVEMENT)])
    assert encoder.batches


def test_many_equal_one_by_one_and_keep_their_order() -> None:
    explainer = Explainer(lambda _: 1.0, encoder=HashingEncoder())
    partners = [Achievement(id=i, title=f"涂层{i}", summary=f"{i}号炉的石墨电极涂层很好用。") for i in "abc"]
    together = explainer.explain_many(NEED, [Pairing(partner=partner) for partner in partners])
    alone = [explainer.explain(NEED, partner, (), query_side=Side.NEED) for partner in partners]
    assert list(together) == alone
    assert [told.evidence[1].text[0] for told in together] == ["a", "b", "c"]


def test_a_pair_reads_the_same_whoever_asks() -> None:
    explainer = Explainer(lambda _: 1.0, encoder=HashingEncoder())
    asked = explainer.explain(NEED, ACHIEVEMENT, (), query_side=Side.NEED)
    found = explainer.explain(NEED, ACHIEVEMENT, (), query_side=Side.ACHIEVEMENT)
    assert asked.evidence == found.evidence
    assert asked.shared_words == found.shared_words


def test_two_needs_cannot_be_explained() -> None:
    with pytest.raises(RecordError, match="“n”与“n”"):
        Explainer(lambda _: 1.0).explain_many(NEED, [Pairing(partner=NEED)])


def test_records_without_a_word_are_no_error(explain: Explain) -> None:
    told = explain(Need(id="n", title=" "), Achievement(id="a", title="！！"))
    assert told.shared_words == ()
    assert all(item.text for item in told.evidence)


@given(st.text(alphabet="石墨电极涂层氧化密室配方温度", min_size=6, max_size=30))
def test_nothing_above_the_reader_s_tier_is_told(secret: str) -> None:
    closed = Achievement(id="a", title="抗氧化技术", confidential_detail=secret + "。")
    told = Explainer(lambda _: 1.0).explain(Need(id="n", title=secret), closed, (), query_side=Side.NEED)
    quoted = "".join(item.text for item in told.evidence if item.side is Side.ACHIEVEMENT)
    assert "抗氧化技术".startswith(quoted)


def test_the_owner_of_a_secret_is_told_it() -> None:
    closed = Achievement(id="a", title="抗氧化技术", confidential_detail="石墨电极的涂层含硼。")
    told = Explainer(lambda _: 1.0, tier=Tier.SECRET).explain(NEED, closed, (), query_side=Side.NEED)
    assert told.evidence[1].field == "confidential_detail"
    assert "涂层" in told.shared_words


def test_each_record_is_read_as_far_as_the_reader_may_read_it() -> None:
    """The owner of a need, closed as a whole, sees it beside what is public of an achievement, and nobody else does."""
    need = replace(NEED, visibility=Tier.SECRET)
    closed = Achievement(id="a", title="抗氧化技术", summary="石墨电极可用。", confidential_detail="涂层含硼。")
    explainer = Explainer(lambda _: 1.0)

    def told(eyes: Eyes | None) -> Explanation:
        return explainer.explain_many(need, [Pairing(partner=closed)], eyes=eyes)[0]

    mine = frozenset({(Side.NEED, need.id)})
    for _ in range(2):
        owner = told(Eyes(own=mine))
        assert {item.side for item in owner.evidence} == set(Side)
        assert "硼" not in repr(owner)
        assert told(None) == told(Eyes(tier=Tier.RESTRICTED)) == told(Eyes(opened=mine))
        assert told(None).evidence == ()
        both = told(Eyes(own=mine | {(Side.ACHIEVEMENT, "a")}))
        assert "涂层" in both.shared_words
        assert "涂层" not in owner.shared_words
