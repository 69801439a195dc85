"""The facade over the toy encoder: wiring, not quality."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher import Filter, Matcher, save_index
from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.errors import ConfigError, IndexMismatchError, IndexNotFoundError, RecordError
from matcher.explain import Explaining
from matcher.index.eyes import Eyes
from matcher.index.facets import Facet
from matcher.index.side import SideIndex
from matcher.rank.features import FEATURES
from matcher.rank.feedback import Said
from matcher.rank.levels import LevelModel
from matcher.rank.rerank import Reranker
from matcher.records import Achievement, CheckState, Match, MatchList, Need, Price, PriceKind, Region, Side, Tier
from tests.toy import toy_models

TODAY = dt.date(2025, 6, 1)
NEEDS = (
    Need(
        id="n1", title="石墨电极抗氧化涂层", problem="电极侧面氧化严重，想找涂层。", org="甲公司", budget_high_cny=5e5
    ),
    Need(id="n2", title="花生脱壳破损率高", problem="脱壳机破损多。", org="乙公司", blocked_orgs=("丙大学",)),
)
ACHIEVEMENTS = (
    Achievement(
        id="a1", title="石墨电极抗氧化涂层技术", summary="喷涂铝基涂层，抗氧化。", org="丙大学", team=("张三",)
    ),
    Achievement(
        id="a2",
        title="石墨电极浸渍抗氧化工艺",
        summary="浸渍后氧化损耗降低。",
        org="丁研究院",
        price=Price(kind=PriceKind.FLOOR, low_cny=8e5),
    ),
    Achievement(id="a3", title="花生低损伤脱壳机", summary="柔性脱壳，破损少。", org="丙大学农机系"),
    Achievement(
        id="a4",
        title="花生低损脱壳装置",
        summary="气吸分离。",
        org="戊学院",
        region=Region(name="开封市", code="410200"),
    ),
    Achievement(
        id="a5", title="菊花茶烘干设备", summary="热泵烘干不变色。", org="己学院", valid_until=dt.date(2020, 1, 1)
    ),
)
SETTINGS = Settings(encoder="hashing")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.build(needs=NEEDS, achievements=ACHIEVEMENTS, settings=SETTINGS)


def ids(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return [match.achievement_id for match in answer]


def test_a_need_finds_its_partner_and_the_answer_is_complete(matcher: Matcher) -> None:
    answer = matcher.match(NEEDS[0], today=TODAY)
    best = answer[0]
    assert (answer.query_id, answer.query_side, answer.considered) == ("n1", Side.NEED, 5)
    assert best.achievement_id == "a1"
    assert [match.rank for match in answer] == list(range(1, len(answer) + 1))
    assert [match.score for match in answer] == sorted((match.score for match in answer), reverse=True)
    assert all(sum(match.level_probs) == pytest.approx(1) for match in answer)
    assert all(match.fit == pytest.approx(sum(match.level_probs[2:])) for match in answer)
    counts = {"indicators_met", "indicators_unmet", "indicators_unmet_must", "indicators_unknown"}
    assert set(best.parts) == {*FEATURES, *counts}
    assert {evidence.side for evidence in best.evidence} == set(Side)
    for evidence in best.evidence:
        record = NEEDS[0] if evidence.side is Side.NEED else ACHIEVEMENTS[0]
        assert getattr(record, evidence.field)[evidence.start : evidence.end] == evidence.text


def test_failed_conditions_exclude_and_are_shown(matcher: Matcher) -> None:
    answer = matcher.match(NEEDS[0], today=TODAY)
    assert "a2" in [match.achievement_id for match in answer.excluded]
    assert "a5" in [match.achievement_id for match in answer.excluded]
    blocked = matcher.match(NEEDS[1], today=TODAY)
    assert "a3" not in ids(blocked)
    assert ids(blocked)[0] == "a4"


def test_soft_conditions_only_warn() -> None:
    soft = Matcher.build(achievements=ACHIEVEMENTS, settings=Settings(encoder="hashing", hard_gates=()))
    answer = soft.match(NEEDS[0], today=TODAY)
    assert {"a1", "a2", "a5"} <= set(ids(answer))
    assert not answer.excluded


def test_a_missed_indispensable_target_costs_a_level_and_silence_costs_nothing() -> None:
    need = Need(id="n", title="石墨电极抗氧化涂层", problem="涂层必须满足：使用温度不低于1200℃。")
    plain = Need(id="n", title="石墨电极抗氧化涂层")
    missed = Achievement(id="missed", title="石墨电极抗氧化涂层的制备", summary="使用温度900℃。")
    met = Achievement(id="met", title="电弧炉石墨件涂覆", summary="使用温度1350℃。")
    silent = Achievement(id="silent", title="炭素制品表面釉层", summary="已有样品。")
    built = Matcher.build(achievements=[missed, met, silent], settings=Settings(encoder="hashing"))
    answer = {match.achievement_id: match for match in built.match(need, today=TODAY)}
    states = {i: [check.state for check in match.checks] for i, match in answer.items()}
    assert states == {"met": [CheckState.MET], "missed": [CheckState.UNMET], "silent": [CheckState.UNKNOWN]}
    assert answer["missed"].level_probs[3] == 0.0
    assert built.match(plain, today=TODAY)[0].achievement_id == "missed"
    assert answer["missed"].score < built.match(plain, today=TODAY)[0].score
    assert answer["silent"].level_probs[3] > 0.0
    assert any("900℃" in line for line in answer["missed"].lines)
    assert any("1200℃" in question for question in answer["silent"].questions)
    assert answer["missed"].parts["indicators_unmet"] == 1.0
    # The other direction says the same of the same pair.
    asked = Matcher.build(needs=[need], settings=Settings(encoder="hashing"))
    (lead,) = (lead for lead in asked.leads(missed, today=TODAY) if lead.need_id == "n")
    assert lead.checks == answer["missed"].checks
    assert lead.level_probs[3] == 0.0


def test_any_pair_can_be_explained(matcher: Matcher) -> None:
    answer = {match.achievement_id: match for match in matcher.match(NEEDS[0], today=TODAY)}
    asked = ["a4", "a1"]
    given = matcher.explain(NEEDS[0], asked, today=TODAY)
    assert [match.achievement_id for match in given] == asked
    assert [match.rank for match in given] == [1, 2]
    for match in given:
        same = answer[match.achievement_id]
        assert (match.level_probs, match.reason, match.lines) == (same.level_probs, same.reason, same.lines)
    with pytest.raises(RecordError, match="a99"):
        matcher.explain(NEEDS[0], ["a99"], today=TODAY)


def test_leads_go_the_other_way(matcher: Matcher) -> None:
    answer = matcher.leads(ACHIEVEMENTS[3], today=TODAY)
    assert answer.query_side is Side.ACHIEVEMENT
    assert answer[0].need_id == "n2"
    assert matcher.organisations(answer)[0].name == "乙公司"


def test_filters_apply_before_the_cut(matcher: Matcher) -> None:
    kaifeng = Filter(regions=("4102",), keep_unknown=False)
    answer = matcher.search("石墨电极抗氧化涂层", top=1, conditions=kaifeng, today=TODAY)
    assert ids(answer) == ["a4"]
    assert answer.considered == 1


def test_organisations_come_with_their_people(matcher: Matcher) -> None:
    leads = matcher.organisations(matcher.match(NEEDS[0], today=TODAY))
    assert leads[0].name == "丙大学"
    assert leads[0].people == ("张三",)


def test_many_equal_one_by_one(matcher: Matcher) -> None:
    assert list(matcher.match_many(NEEDS, today=TODAY)) == [matcher.match(need, today=TODAY) for need in NEEDS]


def test_copies_are_one_lead() -> None:
    text = "喷涂铝基涂层后石墨电极侧面不再氧化，寿命延长，已在多家钢厂使用。"
    first = Achievement(id="b1", title="石墨电极抗氧化涂层技术", summary=text, org="丙大学")
    again = replace(first, id="b2", source="另一平台")
    doubled = Matcher.build(achievements=(first, again, *ACHIEVEMENTS[1:]), settings=SETTINGS)
    answer = doubled.match(NEEDS[0], today=TODAY)
    assert len({"b1", "b2"} & set(ids(answer))) == 1
    assert {answer[0].achievement_id, *answer[0].duplicates} == {"b1", "b2"}


def test_nothing_fits_is_said(matcher: Matcher) -> None:
    assert matcher.search("zzzz qqqq", today=TODAY).none_fits


def test_a_side_without_records_is_one_clear_error() -> None:
    one_sided = Matcher.build(needs=NEEDS, settings=SETTINGS)
    with pytest.raises(IndexNotFoundError, match="没有成果"):
        one_sided.match(NEEDS[0])


def test_grade_keeps_the_order_asked_for(matcher: Matcher) -> None:
    graded = matcher.grade([(NEEDS[0], ("a3", "a1"))])[0]
    assert graded.positions.tolist() == [2, 0]
    assert graded.scores[1] > graded.scores[0]
    with pytest.raises(RecordError, match="a9"):
        matcher.grade([(NEEDS[0], ("a9",))])


def test_saved_and_opened_answers_the_same(tmp_path: Path, matcher: Matcher) -> None:
    settings = Settings(encoder="hashing", index_dir=tmp_path)
    save_index("试", needs=NEEDS, achievements=ACHIEVEMENTS, settings=settings)
    opened = Matcher.open("试", settings=settings)
    assert opened.match(NEEDS[0], today=TODAY) == matcher.match(NEEDS[0], today=TODAY)
    changes = save_index("试", needs=[replace(NEEDS[0], title="改名")], settings=settings, update=True)
    assert (changes.sides[Side.NEED].replaced, changes.sides[Side.ACHIEVEMENT].unchanged) == (1, 5)
    assert opened.match(NEEDS[1], today=TODAY) == matcher.match(NEEDS[1], today=TODAY)
    with pytest.raises(IndexNotFoundError, match="试"):
        Matcher.open("别的", settings=settings)


def test_another_encoder_cannot_open(tmp_path: Path) -> None:
    settings = Settings(encoder="hashing", index_dir=tmp_path)
    save_index("a", needs=NEEDS, settings=settings)
    with pytest.raises(IndexMismatchError):
        Matcher.open("a", settings=settings, encoder=HashingEncoder(dim=64))


def test_a_need_limited_to_one_place_finds_it_behind_any_number_of_others() -> None:
    elsewhere = tuple(
        Achievement(
            id=f"x{i:03}",
            title="石墨电极抗氧化涂层",
            summary=f"第{i}号配方。",
            region=Region(name="武汉市", code="420100"),
        )
        for i in range(60)
    )
    here = Achievement(id="z", title="炭素涂料", region=Region(name="开封市", code="410200"))
    narrow = Settings(encoder="hashing", candidates=10)
    crowded = Matcher.build(achievements=(*elsewhere, here), settings=narrow)
    need = replace(NEEDS[0], region_scope=(Region(name="河南省", code="410000"),), budget_high_cny=None)
    answer = crowded.match(need, today=TODAY)
    assert ids(answer) == ["z"]
    assert len(answer.excluded) > 0


def test_what_cannot_be_asked_is_one_clear_error(matcher: Matcher) -> None:
    with pytest.raises(RecordError, match="不能为空"):
        matcher.search("  ")
    with pytest.raises(ConfigError, match="top 是 0"):
        matcher.match(NEEDS[0], top=0)
    with pytest.raises(RecordError, match="成果用 leads"):
        matcher.match(ACHIEVEMENTS[0])  # type: ignore[arg-type]


class DrumReader:
    """Likes achievements that speak of drying: logit 5 for them, −5 for others."""

    id = "drum"

    def score(self, pairs):  # type: ignore[no-untyped-def]
        return np.array([5.0 if "烘干" in achievement else -5.0 for _, achievement in pairs], dtype=np.float32)


def reading(matcher: Matcher, top: int) -> Matcher:
    model = LevelModel(features=("cross",), weights=(1.0,), thresholds=(-1.0, 0.0, 1.0), none_fits_below=0.9)
    sides = {side: matcher.side(side) for side in Side}
    return Matcher(sides, HashingEncoder(), SETTINGS, reranker=Reranker(DrumReader(), model, top))


def test_what_was_read_is_ranked_by_the_reading_and_says_so(matcher: Matcher) -> None:
    answer = reading(matcher, 5).match(NEEDS[0], today=TODAY)
    # σ(5 − 0) = 0.9933: the dryer (expired, so excluded) is sure to fit; the others are sure not to.
    assert answer.excluded[0].achievement_id == "a5"
    assert answer.excluded[0].fit == pytest.approx(1 / (1 + np.exp(-5)), abs=1e-6)
    assert answer.excluded[0].parts["cross"] == 5.0
    assert all(match.parts["cross"] == -5.0 for match in answer)
    # The bar of the model that knows the reading counts: 0.0067 < 0.9.
    assert answer.none_fits
    assert "cross" not in matcher.match(NEEDS[0], today=TODAY)[0].parts


def test_only_the_best_candidates_are_read(matcher: Matcher) -> None:
    graded = reading(matcher, 2).rank([NEEDS[0]], 5)[0]
    assert np.isfinite(graded.cross).sum() == 2
    plain = matcher.rank([NEEDS[0]], 5)[0]
    assert set(graded.positions[np.isfinite(graded.cross)]) == set(plain.positions[:2])


def test_how_much_is_explained(matcher: Matcher) -> None:
    meaning, by_words, nothing = (
        matcher.match(NEEDS[0], today=TODAY, explaining=explaining)
        for explaining in (Explaining.MEANING, Explaining.WORDS, Explaining.NONE)
    )
    assert meaning == matcher.match(NEEDS[0], today=TODAY)
    assert all(match.lines and match.reason for match in by_words)
    for told, bare in zip(meaning, nothing, strict=True):
        assert (bare.evidence, bare.reason, bare.lines, bare.questions, bare.checks) == ((), "", (), (), ())
        assert set(bare.parts) == set(FEATURES)
        assert (bare.score, bare.level_probs, bare.gates) == (told.score, told.level_probs, told.gates)


def test_words_alone_never_ask_the_encoder_for_sentences() -> None:
    asked: list[str] = []

    class Listening(HashingEncoder):
        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return super().encode_queries(texts)

    matcher = Matcher.build(achievements=ACHIEVEMENTS, settings=SETTINGS, encoder=Listening())
    matcher.search("石墨电极抗氧化涂层", today=TODAY, explaining=Explaining.WORDS)
    assert asked == ["石墨电极抗氧化涂层"]


HIDDEN = Achievement(
    id="a0",
    title="石墨电极抗氧化涂层技术",
    summary="喷涂铝基涂层，抗氧化。",
    org="丙大学",
    status="庚",
    visibility=Tier.REGISTERED,
)
PUBLIC = Filter(eyes=Eyes())


def over(*more: Achievement) -> Matcher:
    """The achievements, one of them a copy of the hidden one, and more."""
    known = [replace(record, duplicate_of="a0") if record.id == "a1" else record for record in ACHIEVEMENTS]
    encoder = HashingEncoder()
    side = SideIndex.build(Side.ACHIEVEMENT, [*known, *more], encoder)
    return Matcher({Side.ACHIEVEMENT: side}, encoder, SETTINGS)


def said(answer: MatchList) -> MatchList:
    """All that an answer says but the numbers behind its levels."""

    def of(match: Match) -> Match:
        return replace(match, score=0.0, fit=0.0, level_probs=(0.0, 0.0, 0.0, 0.0), parts={})

    return replace(answer, matches=tuple(map(of, answer)), excluded=tuple(map(of, answer.excluded)))


@pytest.mark.parametrize("query", NEEDS, ids=lambda need: need.id)
def test_a_record_that_may_not_be_seen_changes_nothing_but_how_rare_words_are(query: Need) -> None:
    """The hidden record would be the best match, heads the cluster of the best one, and repeats every word of it."""
    without, within = over(), over(HIDDEN)
    assert within.side(Side.ACHIEVEMENT).canonical("a1") == "a0"
    one, other = (matcher.match(query, today=TODAY, conditions=PUBLIC) for matcher in (without, within))
    assert "a0" not in repr(other)
    assert other.considered == len(ACHIEVEMENTS)
    assert said(one) == said(other)
    assert without.organisations(one)[0].name == within.organisations(other)[0].name
    for before, after in zip(one, other, strict=True):
        assert after.parts["semantic"] == before.parts["semantic"]
    # A shared word is rarer or commoner by at most ln((df + 1.5) / (df + 0.5)) + ln((n + 2) / (n + 1)) ≤ 1.10 + 0.16.
    shared = 20
    for before, after in zip(one, other, strict=True):
        assert abs(after.parts["keyword"] - before.parts["keyword"]) <= shared * 1.26 / 20


def test_a_copy_of_a_hidden_record_is_shown_and_who_may_see_both_sees_one_lead() -> None:
    matcher = over(HIDDEN)
    answer = matcher.match(NEEDS[0], today=TODAY, conditions=PUBLIC)
    assert (answer[0].achievement_id, answer[0].duplicates) == ("a1", ())
    member = Filter(eyes=Eyes(tier=Tier.REGISTERED))
    answer = matcher.match(NEEDS[0], today=TODAY, conditions=member)
    assert (answer[0].achievement_id, answer[0].duplicates) == ("a0", ("a1",))
    assert answer[0].evidence
    assert "a0" in matcher.partners(answer)
    assert {one.id for one in matcher.similar(ACHIEVEMENTS[1], conditions=PUBLIC)} == {"a1", "a3", "a4", "a5"}
    assert matcher.facets(Side.ACHIEVEMENT, conditions=member)["status"] == (Facet("庚", "庚", 1),)
    assert matcher.facets(Side.ACHIEVEMENT, conditions=PUBLIC)["status"] == ()


def test_what_may_not_be_known_is_refused_like_what_is_not_there() -> None:
    matcher = Matcher.build(achievements=[HIDDEN, *ACHIEVEMENTS], settings=SETTINGS)
    messages = []
    for unseen in ("a0", "zz"):
        with pytest.raises(RecordError) as caught:
            matcher.explain(NEEDS[0], ["a1", unseen], today=TODAY, eyes=Eyes())
        messages.append(str(caught.value).replace(unseen, "?"))
    assert messages[0] == messages[1]
    owner = Eyes(own=frozenset({(Side.ACHIEVEMENT, "a0")}))
    (match,) = matcher.explain(NEEDS[0], ["a0"], today=TODAY, eyes=owner)
    assert match.evidence


def test_similar_refuses_a_cut_of_none_and_an_empty_side(matcher: Matcher) -> None:
    with pytest.raises(ConfigError, match="至少要给出 1 个"):
        matcher.similar(ACHIEVEMENTS[0], top=0)
    with pytest.raises(IndexNotFoundError):
        Matcher.build(needs=NEEDS, settings=SETTINGS).similar(ACHIEVEMENTS[0])


ASKED = replace(NEEDS[0], budget_high_cny=None)
LIKED, REFUSED = (
    Said("a3", 3, 4, 0.8, words="合适"),
    Said("a1", 1, 2, refused=True, words="不合适（技术不符）"),
)


def by_id(answer: MatchList) -> dict[str, Match]:
    return {match.achievement_id: match for match in answer}


def test_what_was_said_of_one_candidate_moves_the_others_of_its_need(matcher: Matcher) -> None:
    plain = by_id(matcher.match(ASKED, today=TODAY))
    told = {"n1": [REFUSED, LIKED]}
    answer = matcher.match(ASKED, today=TODAY, given=told)
    found = by_id(answer)
    assert ids(answer)[0] == "a3"
    assert found["a3"].fit > 0.8 > plain["a3"].fit
    assert found["a3"].reason.endswith("；本需求已反馈“合适”")
    assert (found["a2"].score < plain["a2"].score, found["a4"].score > plain["a4"].score) == (True, True)
    # A change that nobody would notice is not told.
    assert found["a4"].reason == plain["a4"].reason
    assert found["a4"].parts["raised"] == pytest.approx(found["a4"].score - plain["a4"].score)
    assert "raised" not in plain["a4"].parts
    # What was refused is not proposed again, and the list says why.
    (gone,) = (match for match in answer.excluded if match.achievement_id == "a1")
    assert "a1" not in found
    assert (gone.gates[-1].name, gone.gates[-1].reason) == ("refused", "本需求已反馈“不合适（技术不符）”")
    assert gone.reason.count("已反馈") == 1
    assert gone.fit == pytest.approx(0, abs=1e-6)
    # Of one need only, and of achievements that are there.
    other = list(matcher.match_many([ASKED, NEEDS[1]], today=TODAY, given=told))[1]
    assert other == matcher.match(NEEDS[1], today=TODAY)
    unknown = {"n1": [Said("a9", 4, 4)]}
    assert matcher.match(ASKED, today=TODAY, given=unknown) == matcher.match(ASKED, today=TODAY)


def test_a_refusal_for_another_reason_than_content_moves_nobody(matcher: Matcher) -> None:
    plain = matcher.match(ASKED, today=TODAY)
    told = {"n1": [Said(plain[0].achievement_id, 1, 4, 0.0, refused=True, words="不合适（价格）")]}
    answer = matcher.match(ASKED, today=TODAY, given=told)
    assert ids(answer) == ids(plain)[1:]
    assert [match.score for match in answer] == pytest.approx([match.score for match in plain][1:])
    assert ids(answer.excluded)[0] == plain[0].achievement_id
    assert answer.excluded[0].fit == pytest.approx(plain[0].fit)


def test_what_was_said_counts_in_every_verb_about_that_need(matcher: Matcher) -> None:
    told = {"n1": [REFUSED]}
    (match,) = matcher.explain(ASKED, ["a2"], today=TODAY, given=told)
    listed = by_id(matcher.match(ASKED, today=TODAY, given=told))
    assert match.score == pytest.approx(listed["a2"].score)
    (refused,) = matcher.explain(ASKED, ["a1"], today=TODAY, given=told)
    assert refused.gates[-1].name == "refused"
    (graded,) = matcher.grade([(ASKED, ["a2", "a1"])], given=told)
    assert graded.levels[1] <= 2
    assert graded.scores[0] == pytest.approx(listed["a2"].score)


def test_a_pair_is_as_good_as_a_lead_as_it_is_as_a_match() -> None:
    """How many achievements are bare titles counts, whichever side asks."""
    bare = [Achievement(id=each.id, title=each.title) for each in ACHIEVEMENTS]
    matcher = Matcher.build(needs=NEEDS, achievements=bare, settings=SETTINGS)
    told = matcher.leads(bare[0], today=TODAY)[0].parts
    assert told["title_share"] == matcher.match(NEEDS[0], today=TODAY)[0].parts["title_share"] == 1
    assert told["body_closeness"] == 0 < told["closeness"]
    # Without achievements in the index nothing else is known.
    alone = Matcher.build(needs=NEEDS, settings=SETTINGS)
    assert alone.leads(bare[0], today=TODAY)[0].parts["title_share"] == 0


def test_what_was_said_of_a_need_is_heard_by_the_achievement_and_moves_no_other_need() -> None:
    needs = [ASKED, *NEEDS[1:], Need(id="n3", title="石墨电极抗氧化涂层", problem="电极氧化。", org="戊公司")]
    matcher = Matcher.build(needs=needs, achievements=ACHIEVEMENTS, settings=SETTINGS)
    plain = matcher.leads(ACHIEVEMENTS[1], today=TODAY)
    assert {"n1", "n3"} <= {match.need_id for match in plain}
    told = {"a2": [Said("n1", 1, 2, refused=True, words="不合适（技术不符）"), Said("n2", 4, 4, words="已签约")]}
    answer = matcher.leads(ACHIEVEMENTS[1], today=TODAY, given=told)
    assert answer[0].need_id == "n2"
    assert answer[0].fit > 0.9 > {match.need_id: match for match in plain}["n2"].fit
    assert answer[0].reason.endswith("此前已反馈“已签约”")
    (gone,) = (match for match in answer.excluded if match.gates[-1].name == "refused")
    assert (gone.need_id, gone.gates[-1].reason) == ("n1", "此前已反馈“不合适（技术不符）”")
    other, before = ({match.need_id: match for match in found}["n3"] for found in (answer, plain))
    assert (other.score, other.level_probs, other.reason) == (before.score, before.level_probs, before.reason)
    (asked,) = matcher.explain(ACHIEVEMENTS[1], ["n2"], today=TODAY, given=told)
    assert asked.score == pytest.approx(answer[0].score)
    # Of one achievement only.
    assert matcher.leads(ACHIEVEMENTS[0], today=TODAY, given=told) == matcher.leads(ACHIEVEMENTS[0], today=TODAY)


def test_what_the_reader_must_not_know_of_moves_nothing() -> None:
    secret = Achievement(id="s1", title="石墨电极抗氧化涂层", visibility=Tier.RESTRICTED)
    matcher = Matcher.build(needs=NEEDS, achievements=[*ACHIEVEMENTS, secret], settings=SETTINGS)
    told = {"n1": [Said("s1", 4, 4, words="4 强相关")]}
    public = Filter(eyes=Eyes(tier=Tier.PUBLIC))
    plain = matcher.match(ASKED, today=TODAY, conditions=public)
    assert matcher.match(ASKED, today=TODAY, conditions=public, given=told) == plain
    assert matcher.match(ASKED, today=TODAY, given=told) != matcher.match(ASKED, today=TODAY)
    eyes = Eyes(tier=Tier.PUBLIC)
    assert matcher.explain(ASKED, ["a1"], today=TODAY, eyes=eyes, given=told) == matcher.explain(
        ASKED, ["a1"], today=TODAY, eyes=eyes
    )


def test_a_list_that_is_widened_heeds_what_was_said_too() -> None:
    """The need is limited to one city, where only the last of many achievements is."""
    near = [
        Achievement(id=f"b{at:02}", title=f"石墨电极抗氧化涂层{at}", region=Region(name="洛阳市", code="410300"))
        for at in range(12)
    ]
    narrow = Settings(encoder="hashing", candidates=10)
    few = Matcher.build(achievements=[*ACHIEVEMENTS, *near], settings=narrow, models=toy_models())
    limited = replace(ASKED, region_scope=(Region(name="开封市", code="410200"),))
    told = {"n1": [Said("a3", 4, 4, words="4 强相关"), Said("b00", 1, 1, refused=True, words="1 无相关")]}
    plain, found = (few.match(limited, today=TODAY, given=each) for each in (None, told))
    assert "a4" in ids(plain)
    assert by_id(found)["a4"].score > by_id(plain)["a4"].score + 0.1
    assert "raised" in by_id(found)["a4"].parts


def test_one_that_was_spoken_of_is_listed_though_few_are_looked_at() -> None:
    near = [Achievement(id=f"b{at}", title=f"石墨电极抗氧化涂层{at}") for at in range(12)]
    few = Matcher.build(achievements=[*ACHIEVEMENTS, *near], settings=Settings(encoder="hashing", candidates=10))
    assert "a3" not in ids(few.match(ASKED, today=TODAY))
    disliked = {"n1": [Said("b0", 1, 1, refused=True, words="1 无相关"), Said("a1", 1, 1, refused=True, words="1")]}
    lower = by_id(few.match(ASKED, today=TODAY, given=disliked))
    assert lower["b1"].reason.endswith("；参考本需求的其他反馈，下调")
    told = {"n1": [Said("a3", 4, 4, words="4 强相关")]}
    assert ids(few.match(ASKED, top=1, today=TODAY, given=told)) == ["a3"]
    # Not one that does not meet what the caller asked for.
    only = Filter(orgs=("丁研究院",), keep_unknown=False)
    assert ids(few.match(ASKED, today=TODAY, conditions=only, given=told)) == ["a2"]
