"""A union of segments answers as one index built from its live records."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.columns import Columns, TextColumn
from matcher.index.dense import ROUNDING
from matcher.index.filters import Filter
from matcher.index.lexical import Lexical
from matcher.index.passages import passage_text
from matcher.index.side import SideData, SideIndex
from matcher.index.tokens import TokenTable
from matcher.index.union.segment import Segment
from matcher.index.union.side import unite
from matcher.records import Achievement, Region, Side
from matcher.text.fields import title_and_body

WORDS = ("花生", "脱壳", "换热器", "结垢", "冷箱", "泄漏", "秸秆", "打捆机", "膜组件", "通量")
QUERIES = [
    QueryText("花生脱壳", "破损多。" * 20),
    QueryText("冷箱泄漏"),
    QueryText("", "膜组件通量下降。"),
    QueryText("，"),
]
ENCODER = HashingEncoder(48)


def achievement(number: int, seed: int, **fields: object) -> Achievement:
    rng = np.random.default_rng([number, seed])

    def text(count: int) -> str:
        return "".join(WORDS[at] for at in rng.integers(0, len(WORDS), count)) + "。"

    body = text(int(rng.integers(5, 60))) if number % 3 else ""
    values = {"org": f"单位{number % 7}", "region": Region(code="410200", name="开封市") if number % 2 else None}
    return Achievement(id=f"A{number:03}", title=text(3), summary=body, **{**values, **fields})


def segment(records: Sequence[Achievement], gone: Sequence[str] = ()) -> Segment:
    data = SideData.build(Side.ACHIEVEMENT, records, ENCODER, window_chars=50)
    index = SideIndex.of(data, ENCODER, window_chars=50, query_windows=4)
    return Segment(index, gone=frozenset(gone), term_count=len(data.tokens.ids), tokens=lambda: data.tokens)


BASE = [achievement(at, 0) for at in range(0, 120, 2)]
# Changes A010…A018, adds A011…A019 and A200; takes A004 and A100 away.
SECOND = [achievement(at, 1) for at in (*range(10, 20), 200)]
# Changes A010 again and brings A004 back; takes A011 away. A300 was never there.
THIRD = [achievement(10, 2), achievement(4, 2), achievement(1, 2, org="新单位")]
LIVE = {
    **{item.id: item for item in BASE if item.id not in ("A004", "A100")},
    **{item.id: item for item in SECOND if item.id != "A011"},
    **{item.id: item for item in THIRD},
}


@pytest.fixture(scope="module")
def union() -> SideIndex:
    return unite(Side.ACHIEVEMENT, [segment(BASE), segment(SECOND, ["A004", "A100"]), segment(THIRD, ["A011", "A300"])])


@pytest.fixture(scope="module")
def fresh() -> SideIndex:
    return SideIndex.build(Side.ACHIEVEMENT, LIVE.values(), ENCODER, window_chars=50)


def test_rows_are_the_live_records_in_order_of_id(union: SideIndex) -> None:
    assert list(union.ids) == sorted(LIVE)
    assert list(union.records) == [LIVE[record_id] for record_id in sorted(LIVE)]
    assert union.records[2:5] == [LIVE[record_id] for record_id in sorted(LIVE)[2:5]]
    assert union.records[-1] == LIVE["A200"]
    # 60 − 2 taken away, + 5 odd ones + A200, − A011, + A004 and A001.
    assert len(union) == len(union.hybrid) == len(union.dense) == len(union.lexical) == 60 - 2 + 6 - 1 + 2
    for at, record_id in enumerate(sorted(LIVE)):
        assert union.position(record_id) == at
    for dead in ("A100", "A011", "A300", "A999"):
        assert dead not in union
    with pytest.raises(IndexError):
        union.records[len(union)]


@pytest.mark.parametrize("k", [1, 7, 1000])
@pytest.mark.parametrize("orgs", [(), ("单位1", "新单位")])
def test_meaning_is_that_of_a_fresh_index(union: SideIndex, fresh: SideIndex, k: int, orgs: tuple[str, ...]) -> None:
    allowed = union.filter_mask(Filter(orgs=orgs)) if orgs else None
    for mine, theirs in zip(
        union.dense.search(QUERIES, k, allowed), fresh.dense.search(QUERIES, k, allowed), strict=True
    ):
        np.testing.assert_array_equal(mine.positions, theirs.positions)
        np.testing.assert_array_equal(mine.scores, theirs.scores)
    some = [np.array([63, 2, 2, 30]), np.zeros(0, np.int64), np.array([0]), np.arange(len(union))]
    for mine, theirs in zip(union.dense.score(QUERIES, some), fresh.dense.score(QUERIES, some), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert union.dense.title_share == fresh.dense.title_share


def test_the_nearest_windows_are_found_in_its_passages(union: SideIndex, fresh: SideIndex) -> None:
    where = [np.arange(len(union))] * 3 + [np.array([5, 1])]
    for mine, theirs, at in zip(
        union.dense.nearest(QUERIES, where), fresh.dense.nearest(QUERIES, where), where, strict=True
    ):
        assert mine.query == theirs.query
        np.testing.assert_array_equal(mine.windows, theirs.windows)
        texts = [title_and_body(union.records[row]) for row in at]
        assert [passage_text(union.dense.passages, row, *pair) for row, pair in zip(mine.rows, texts, strict=True)] == [
            passage_text(fresh.dense.passages, row, *pair) for row, pair in zip(theirs.rows, texts, strict=True)
        ]
    owners = union.dense.passages.records
    # A dead record's passages belong to no row.
    assert (np.bincount(owners[owners >= 0], minlength=len(union)) > 0).all()
    assert (owners == -1).any()


def test_one_pass_over_it_answers_what_its_retrievers_answer(union: SideIndex) -> None:
    everyone = [np.arange(len(union))] * len(QUERIES)
    semantic, keyword = union.dense.score(QUERIES, everyone), union.lexical.score(QUERIES, everyone)
    found = union.hybrid.search(QUERIES, 9)
    for threads in (1, 3):
        swept = union.sweep(QUERIES, 9, threads=threads)
        for one, hits, meaning, terms in zip(swept, found, semantic, keyword, strict=True):
            np.testing.assert_array_equal(one.candidates, hits.positions)
            np.testing.assert_array_equal(one.keyword, terms)
            assert np.abs(one.semantic - meaning).max() < ROUNDING


def test_filters_and_columns(union: SideIndex, fresh: SideIndex) -> None:
    for chosen in (
        Filter(orgs=("单位3",), keep_unknown=False),
        Filter(regions=("41",), keep_unknown=False),
        Filter(exclude_orgs=("新单位",)),
    ):
        expected = fresh.filter_mask(chosen)
        assert 0 < expected.sum() < len(union)
        np.testing.assert_array_equal(union.filter_mask(chosen), expected)
        np.testing.assert_array_equal(chosen.mask(union.columns), expected)
    made = Columns.of(list(fresh.records))
    assert set(union.columns.texts) == set(made.texts)
    for name, column in made.texts.items():
        assert held(union.columns.texts[name]) == held(column)
    for name, numbers in made.numbers.items():
        np.testing.assert_array_equal(union.columns.numbers[name], numbers)
    with pytest.raises(KeyError):
        union.columns.texts["nothing"]


def held(column: TextColumn) -> list[tuple[int, str]]:
    assert list(column.values) == sorted(set(column.values))
    return [(row, column.values[code]) for row, code in zip(column.rows.tolist(), column.codes.tolist(), strict=True)]


def test_words_weigh_what_they_weigh_in_the_largest_segment(union: SideIndex) -> None:
    base = segment(BASE).index
    query = QueryText("花生脱壳泄漏")
    scores = union.lexical.scores(query)
    kept = [record_id for record_id in base.ids if record_id in LIVE and LIVE[record_id] in BASE]
    assert len(kept) > 50
    np.testing.assert_array_equal(scores[union.positions_of(kept)], base.lexical.scores(query)[base.positions_of(kept)])
    assert union.lexical.weight("花生") == base.lexical.weight("花生")
    words = ["花生", "菊花", "泄漏"]
    np.testing.assert_allclose(union.lexical.weights(words), [union.lexical.weight(word) for word in words], rtol=1e-12)
    # Held by no record of the largest segment, one of 60: ln(1 + 60.5 / 0.5).
    assert union.lexical.weight("菊花") == pytest.approx(math.log(122))


def test_few_records_by_the_statistics_of_others() -> None:
    table = TokenTable(("甲", "乙"), np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 3, 4, 4]))
    found = Lexical.build_by(table, lambda words: np.array([{"甲": 2.0, "乙": 3.0}[word] for word in words]), 6.0)
    # 3 of 6 terms: k1 (1 − b + b/2) = 1.5 · 0.625 = 0.9375; 1 of 6: 1.5 · 0.375 = 0.5625.
    expected = {"甲": [2 * 2 / 2.9375, 0, 0], "乙": [3 / 1.9375, 3 / 1.5625, 0]}
    for word, scores in expected.items():
        at = found._model.vocab_dict[word]
        start, end = found._model.scores["indptr"][at : at + 2]
        got = np.zeros(3)
        got[found._model.scores["indices"][start:end]] = found._model.scores["data"][start:end]
        np.testing.assert_allclose(got, scores, rtol=1e-6)
    assert len(Lexical.build_by(TokenTable((), np.zeros(0, np.int32), np.zeros(3, np.int64)), np.zeros, 1.0)) == 2


def test_by_its_own_statistics_it_is_the_index_of_bm25s() -> None:
    data = SideData.build(Side.ACHIEVEMENT, BASE, ENCODER, window_chars=50)
    plain = Lexical.build(data.tokens)
    built = Lexical.build_by(data.tokens, plain.weights, len(data.tokens.ids) / len(BASE))
    for query in QUERIES:
        np.testing.assert_allclose(built.scores(query), plain.scores(query), rtol=1e-5)


def test_a_side_that_only_lost_records() -> None:
    union = unite(Side.ACHIEVEMENT, [segment(BASE[:3]), segment([], ["A000", "A002"])])
    assert list(union.ids) == ["A004"]
    assert union.hybrid.search(QUERIES[:1], 5)[0].positions.tolist() == [0]
    empty = unite(Side.ACHIEVEMENT, [segment(BASE[:1]), segment([], ["A000"])])
    assert len(empty) == 0
    assert empty.hybrid.search(QUERIES, 5)[0].positions.tolist() == []
    assert empty.dense.title_share == 0
    assert [swept.candidates.tolist() for swept in empty.sweep(QUERIES, 3)] == [[]] * len(QUERIES)


@pytest.fixture
def copies() -> list[Achievement]:
    heads = ["", "A000", "A000", "", "A003", "A003"]
    return [achievement(at, 0, duplicate_of=head) for at, head in enumerate(heads)]


def clusters(union: SideIndex) -> set[tuple[str, ...]]:
    found = {union.cluster(union.canonical(record_id)) for record_id in union.ids}
    # Everyone is in the cluster of their head and in no other.
    assert sorted(member for members in found for member in members) == list(union.ids)
    return found


def test_copies_stay_together_until_their_head_changes(copies: list[Achievement]) -> None:
    untouched = unite(Side.ACHIEVEMENT, [segment(copies), segment([achievement(9, 0)])])
    assert clusters(untouched) == {("A000", "A001", "A002"), ("A003", "A004", "A005"), ("A009",)}
    # A000 is something else now; its copies are still copies of each other.
    changed = unite(Side.ACHIEVEMENT, [segment(copies), segment([achievement(0, 5)])])
    assert clusters(changed) == {("A000",), ("A001", "A002"), ("A003", "A004", "A005")}
    assert changed.canonical("A002") == "A001"
    # The same where it is gone, and a dead id is named by nobody.
    removed = unite(Side.ACHIEVEMENT, [segment(copies), segment([], ["A003", "A001"])])
    assert clusters(removed) == {("A000", "A002"), ("A004", "A005")}
    # A copy written again with its mark stays, and without it leaves.
    marked = unite(Side.ACHIEVEMENT, [segment(copies), segment([copies[1], achievement(4, 5)])])
    assert clusters(marked) == {("A000", "A001", "A002"), ("A003", "A005"), ("A004",)}
