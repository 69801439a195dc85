from hypothesis import given
from hypothesis import strategies as st

from matcher.explain import Explainer
from matcher.records import (
    Achievement,
    FieldLabel,
    Gate,
    GateState,
    Need,
    Price,
    PriceKind,
    Scheme,
    Side,
    Tier,
)

WEIGHTS = {"石墨": 3.0, "电极": 2.0, "涂层": 4.0}
NEED = Need(
    id="n",
    title="电极氧化",
    problem="车间灰尘大。石墨电极侧面氧化，想找涂层。还有别的事。",
    indicators_text="氧化率 ≤3%",
)
ACHIEVEMENT = Achievement(
    id="a",
    title="抗氧化技术",
    summary="本品为粉料。给石墨件做涂层，耐 1400 ℃。",
    price=Price(kind=PriceKind.NEGOTIABLE),
)


def explain(
    need: Need = NEED,
    achievement: Achievement = ACHIEVEMENT,
    *gates: Gate,
    side: Side = Side.NEED,
    tier: Tier = Tier.PUBLIC,
):  # type: ignore[no-untyped-def]
    explainer = Explainer(lambda word: WEIGHTS.get(word, 0.5), tier=tier)
    return explainer.explain(need, achievement, gates, query_side=side)


def test_the_strongest_sentence_of_each_side_is_quoted_verbatim() -> None:
    told = explain()
    left, right = told.evidence
    assert (left.side, left.field, left.text) == (Side.NEED, "problem", "石墨电极侧面氧化，想找涂层。")
    assert NEED.problem[left.start : left.end] == left.text
    assert (right.side, right.field, right.text) == (Side.ACHIEVEMENT, "summary", "给石墨件做涂层，耐 1400 ℃。")
    assert ACHIEVEMENT.summary[right.start : right.end] == right.text
    assert "涂层" in left.words
    assert "涂层" in right.words
    assert told.shared_words[0] == "涂层"
    assert told.reason.startswith("共同要点：涂层")


def test_numbers_and_single_characters_are_no_reason() -> None:
    told = explain(Need(id="n", title="12 件 mm"), Achievement(id="a", title="12 台 mm"))
    assert told.shared_words == ()
    assert "没有共同的关键词" in told.reason


def test_long_sentences_are_cut_around_the_words_and_stay_verbatim() -> None:
    long = "很" * 200 + "涂层" + "长" * 200
    told = explain(NEED, Achievement(id="a", title="甲", summary=long))
    right = told.evidence[1]
    assert len(right.text) == 160
    assert "涂层" in right.text
    assert long[right.start : right.end] == right.text


def test_gates_and_labels_are_told() -> None:
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


def test_unknown_is_what_the_other_side_leaves_open() -> None:
    assert explain().unknowns == (
        "需求列有技术指标，成果未单列指标，须逐项核实",
        "成果未写成熟度",
        "成果未写合作方式",
        "价格面议",
        "成果未写联系人",
    )
    assert explain(side=Side.ACHIEVEMENT).unknowns[1:] == ("需求未写合作方式", "需求未写预算", "需求未写联系人")


def test_free_texts_with_one_id_are_not_mixed_up() -> None:
    explainer = Explainer(lambda _: 1.0)
    for text in ("石墨电极氧化", "花生脱壳破损"):
        told = explainer.explain(Need(id="query", title=text), ACHIEVEMENT, (), query_side=Side.NEED)
        assert told.evidence[0].text == text


@given(st.text(alphabet="石墨电极涂层氧化密室配方温度", min_size=6, max_size=30))
def test_nothing_above_the_reader_s_tier_is_told(secret: str) -> None:
    closed = Achievement(id="a", title="抗氧化技术", confidential_detail=secret + "。")
    told = explain(Need(id="n", title=secret), closed)
    shown = told.reason + "".join(e.text for e in told.evidence if e.side is Side.ACHIEVEMENT) + "".join(told.unknowns)
    public = "抗氧化技术"
    assert not any(secret[i : i + 6] in shown for i in range(len(secret) - 5) if secret[i : i + 6] not in public)


def test_what_a_party_says_it_does_not_do_is_no_common_ground() -> None:
    denying = Achievement(id="a", title="叶轮铣制", summary="五轴铣制叶轮。不做涂层，也不承接石墨件。")
    told = explain(NEED, denying)
    assert "涂层" not in told.shared_words
    assert told.evidence[1].text == "叶轮铣制"
    assert told.unknowns[0] == "成果写明“不做涂层，也不承接石墨件”"


def test_what_was_written_but_not_understood_is_quoted() -> None:
    odd = Achievement(id="a", title="甲", summary="乙", extra={"合作方式": "产品销售", "交易价格": "85万元/线"})
    unknowns = explain(NEED, odd).unknowns
    assert "成果合作方式写作“产品销售”，须问清" in unknowns
    assert "成果价格写作“85万元/线”，须问清" in unknowns
