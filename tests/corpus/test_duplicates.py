import datetime as dt
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from matcher.corpus.duplicates import DuplicateCluster, DuplicateReason, canonical_of, find_duplicates
from matcher.records import Achievement, Need, Provenance, Record, Side, Tier

FURNACE = "现有热处理炉升温慢、炉温不均，齿轮渗碳层深浅不一，返工率偏高，想找能把炉内温差控制在五度以内的改造办法。"
FORM = "一、企业基本情况；二、拟解决的技术难题；三、预期达到的技术指标；四、现有工作基础；五、合作方式与资金安排。"


def need(at: str, title: str, problem: str = "", **more: object) -> Need:
    return Need(id=at, title=title, problem=problem, **more)  # type: ignore[arg-type]


def ids(clusters: Iterable[DuplicateCluster]) -> set[frozenset[str]]:
    return {frozenset([cluster.canonical, *(member.id for member in cluster.members)]) for cluster in clusters}


def test_the_same_body_under_a_reworded_title_is_one_posting() -> None:
    found = find_duplicates(
        [need("b", "渗碳炉炉温均匀性改造", FURNACE), need("a", "热处理炉炉温均匀性提升技术", FURNACE)]
    )
    assert ids(found) == {frozenset("ab")}
    assert found[0].members[0].reason is DuplicateReason.SAME_BODY


@pytest.mark.parametrize("copies", [2, 3, 40])
def test_a_form_under_different_titles_stays_apart(copies: int) -> None:
    subjects = [
        "石墨电极抗氧化涂层",
        "花生脱壳清选机",
        "蒜片烘干除尘",
        "空分冷箱保冷",
        "疫苗冷链监测",
        "汴绣图样数字化",
    ]
    titles = [f"{subjects[at % 6]}{'甲乙丙丁戊己庚'[at // 6]}型研制" for at in range(copies)]
    assert find_duplicates([need(f"{at:02}", title, FORM) for at, title in enumerate(titles)]) == ()


def test_equal_titles_on_a_form_are_still_one_posting() -> None:
    titles = ["石墨电极抗氧化涂层", "花生脱壳清选机", "蒜片烘干除尘", "空分冷箱保冷", "花生脱壳清选机"]
    found = find_duplicates([need(f"{at}", title, FORM) for at, title in enumerate(titles)])
    assert ids(found) == {frozenset("14")}


def test_one_word_exchanged_in_title_and_text_is_another_thing() -> None:
    text = "公开了一种{}处理装置，由进料斗、破碎辊、焚烧炉和净烟塔组成，炉排分三段，烟气经喷淋与布袋两级净化后排放。"
    pair = [Achievement(id=word, title=f"一种{word}处理装置", summary=text.format(word)) for word in ("秸秆", "垃圾")]
    assert find_duplicates(pair) == ()


def test_models_in_titles_keep_records_apart() -> None:
    text = "株型紧凑，抗倒伏，籽粒饱满，抗条锈病，适宜黄淮南片水地早茬播种，区域试验比对照增产，品质达到中强筋标准。"
    varieties = [Achievement(id=code, title=f"小麦新品种汴麦{code}号", summary=text) for code in ("26", "27")]
    assert find_duplicates(varieties) == ()
    again = [*varieties, Achievement(id="x", title="小麦新品种汴麦27号选育", summary=text)]
    assert ids(find_duplicates(again)) == {frozenset(["27", "x"])}


def test_a_repost_with_a_changed_opening_is_near_text() -> None:
    found = find_duplicates(
        [
            need("a", "渗碳炉炉温均匀性改造", FURNACE),
            need("b", "渗碳炉炉温均匀性改造难题", "我公司" + FURNACE + "盼专家联系。"),
        ]
    )
    assert [member.reason for member in found[0].members] == [DuplicateReason.NEAR_TEXT]


def test_similarity_is_the_exact_jaccard_of_four_grams() -> None:
    # 甲乙丙丁戊己庚辛 has 5 four-grams, 甲乙丙丁戊己庚壬 shares the first 4: 4 / 6. Equal titles join them.
    one, other = (
        Achievement(id="1", title="甲乙丙丁戊己庚辛"),
        Achievement(id="2", title="甲乙丙丁戊己庚辛", summary="壬"),
    )
    (member,) = find_duplicates([one, other])[0].members
    assert member.similarity == pytest.approx(5 / 6)


def test_short_generic_titles_do_not_join_different_texts() -> None:
    other = "仓库里粮食水分靠人插钎子测，一天只能测几十个点，想装一套自动测水分、超限就报警的东西。"
    assert find_duplicates([need("a", "设备改造", FURNACE), need("b", "设备改造", other)]) == ()


def test_two_enterprises_with_one_text_are_two_customers() -> None:
    same = ("渗碳炉炉温均匀性改造", FURNACE)
    apart = [need("a", *same, org="开封东齿轮厂"), need("b", *same, org="尉氏西轴承厂")]
    assert find_duplicates(apart) == ()
    one_firm = [need("a", *same, org="开封东齿轮厂"), need("b", *same, org="开封东齿轮厂有限公司")]
    assert ids(find_duplicates(one_firm)) == {frozenset("ab")}


def test_needs_and_achievements_are_never_mixed() -> None:
    pair = [
        need("a", "渗碳炉炉温均匀性改造", FURNACE),
        Achievement(id="b", title="渗碳炉炉温均匀性改造", summary=FURNACE),
    ]
    assert find_duplicates(pair) == ()


def test_confidential_details_join_nothing() -> None:
    detail = {"confidential_detail": FURNACE * 3}
    apart = [
        Achievement(id="a", title="渗碳炉炉温均匀性改造", org="开封东齿轮厂", **detail),  # type: ignore[arg-type]
        Achievement(id="b", title="炉温在线监测仪", org="尉氏西轴承厂", **detail),  # type: ignore[arg-type]
    ]
    assert find_duplicates(apart) == ()
    # In public texts the same words do join them.
    public = [Achievement(id=one.id, title=one.title, org=one.org, summary=FURNACE * 3) for one in apart]
    assert ids(find_duplicates(public)) == {frozenset("ab")}


def test_confidential_details_neither_part_nor_rank_copies() -> None:
    pair = [
        need("a", "渗碳炉炉温均匀性改造", FURNACE),
        need("b", "渗碳炉炉温均匀性改造", FURNACE, confidential_detail=FORM),
    ]
    (cluster,) = find_duplicates(pair)
    assert cluster.canonical == "a"
    assert cluster.members[0].similarity == 1.0


def test_records_of_different_visibility_are_never_one_posting() -> None:
    posting = ("渗碳炉炉温均匀性改造", FURNACE)
    fuller = {"org": "开封东齿轮厂", "contact": "刘工", "visibility": Tier.SECRET}
    closed, public = need("a", *posting, **fuller), need("b", *posting)
    assert find_duplicates([closed, public]) == ()
    found = find_duplicates([closed, public, need("0", *posting, **fuller), need("c", *posting)])
    assert ids(found) == {frozenset("0a"), frozenset("bc")}
    assert [cluster.canonical for cluster in found] == ["0", "b"]


def test_the_most_complete_then_the_newest_then_the_smallest_id_is_shown() -> None:
    bare = need("a", "渗碳炉炉温均匀性改造", FURNACE)
    old = need("b", bare.title, FURNACE, org="开封东齿轮厂", published_on=dt.date(2023, 5, 1))
    new = need("c", bare.title, FURNACE, org="开封东齿轮厂", published_on=dt.date(2024, 5, 1))
    twin = need("d", bare.title, FURNACE, org="开封东齿轮厂", published_on=dt.date(2024, 5, 1))
    found = find_duplicates([twin, bare, new, old])
    assert found[0].canonical == "c"
    assert [member.id for member in found[0].members] == ["a", "b", "d"]
    assert canonical_of(found) == {"a": "c", "b": "c", "d": "c"}


def test_provenance_is_kept_for_every_copy() -> None:
    places = {at: Provenance(file=f"{at}.xlsx", row=row) for row, at in enumerate("ab", start=2)}
    found = find_duplicates(
        [need(at, "渗碳炉炉温均匀性改造", FURNACE, provenance=place) for at, place in places.items()]
    )
    assert found[0].provenance == places["a"]
    assert found[0].members[0].provenance == places["b"]


def test_the_order_of_the_input_does_not_matter() -> None:
    records = [need(f"{at}", f"渗碳炉炉温均匀性改造{'一二三'[at % 3]}期", FURNACE + "。" * at) for at in range(9)]
    assert find_duplicates(records) == find_duplicates(records[::-1])


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.1])
def test_an_impossible_threshold_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        find_duplicates([], threshold=threshold)


@pytest.mark.slow
def test_a_corpus_made_from_one_form_takes_linear_time() -> None:
    parts = [
        "齿轮",
        "轴承",
        "曲轴",
        "阀门",
        "泵体",
        "风机",
        "模具",
        "导轨",
        "丝杠",
        "炉衬",
        "滤袋",
        "电缆",
        "线圈",
        "磁钢",
        "铸件",
        "锻件",
    ]
    verbs = ["抛光", "清洗", "检测", "装配", "焊接", "喷涂", "淬火", "包装"]
    form = "我单位在{}环节仍靠人工，效率低、一致性差，希望引进成熟的自动化方案，要求稳定可靠、便于维护、投资两年收回。"
    records = [
        need(f"{at:05}", f"{part}{verb}自动化{code}", form.format(code + "号线" + part + verb))
        for at, (code, part, verb) in enumerate(
            (c, p, v) for c in "甲乙丙丁戊己庚辛壬癸" * 3 for p in parts for v in verbs
        )
    ]
    started = time.perf_counter()
    found = find_duplicates(records)
    assert time.perf_counter() - started < 30
    # Each (part, verb, code) occurs three times and nothing else may join.
    assert {len(group) for group in ids(found)} == {3}


def _bench_records(bench: Path) -> dict[Side, list[Record]]:
    folder = bench / "zhejiang"
    needs = json.loads((folder / "needs.json").read_text(encoding="utf-8"))
    achievements = json.loads((folder / "achievements.json").read_text(encoding="utf-8"))
    return {
        Side.NEED: [need(row["id"], row["name"], row["context"]) for row in needs],
        Side.ACHIEVEMENT: [
            Achievement(id=row["id"], title=row["name"], summary=row["context"]) for row in achievements
        ],
    }


def _share_found(groups: Iterable[Sequence[Record]], canonical: dict[str, str]) -> float:
    """Of the records that have a copy by the oracle, how many are in a cluster with one of them."""
    hits = [
        any(canonical.get(one.id, one.id) == canonical.get(other.id, other.id) for other in group if other is not one)
        for group in groups
        for one in group
    ]
    return sum(hits) / len(hits)


def _pairs_of(title: str) -> set[str]:
    plain = re.sub(r"[\W_]|一种|研发|技术|开发|工艺|制造|研究|系统|装置|方法|制备|生产|改进|及其|合成|应用", "", title)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


@pytest.mark.bench
@pytest.mark.slow
def test_clones_in_a_real_export_are_found(bench: Path) -> None:
    for side, records in _bench_records(bench).items():
        clusters = find_duplicates(records)
        canonical = dict(canonical_of(clusters))
        by_body: dict[str, list[Record]] = defaultdict(list)
        by_title: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            body = re.sub(r"\s", "", record.problem if isinstance(record, Need) else record.summary)  # type: ignore[attr-defined]
            if len(body) >= 20:
                by_body[body].append(record)
            by_title[re.sub(r"\s", "", record.title)].append(record)
        bodies = [group for group in by_body.values() if len(group) > 1]
        alike = [
            group
            for group in bodies
            if all(
                a.title == b.title or len(_pairs_of(a.title) & _pairs_of(b.title)) > 1
                for a, b in combinations(group, 2)
            )
        ]
        titles = [group for title, group in by_title.items() if len(group) > 1 and title]
        assert _share_found(bodies, canonical) >= 0.95, side
        assert _share_found(alike, canonical) >= 0.99, side
        assert _share_found(titles, canonical) >= 0.97, side
        assert max(len(group) for group in ids(clusters)) <= 12, side
