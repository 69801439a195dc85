"""One pass over a side answers what the single retrievers answer, and tells every score besides."""

import numpy as np
import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.dense import ROUNDING
from matcher.index.side import SideIndex
from matcher.records import Achievement, Side

WORDS = ("花生", "脱壳", "换热器", "结垢", "冷箱", "泄漏", "秸秆", "打捆机", "膜组件", "通量")
QUERIES = [
    QueryText("花生脱壳", "破损多。" * 20),
    QueryText("冷箱泄漏"),
    QueryText("", "膜组件通量下降。"),
    QueryText("，"),
]


@pytest.fixture(scope="module")
def side() -> SideIndex:
    rng = np.random.default_rng(0)

    def text(count: int) -> str:
        return "".join(WORDS[at] for at in rng.integers(0, len(WORDS), count)) + "。"

    records = [
        Achievement(id=f"A{at:03}", title=text(3), summary=text(int(rng.integers(5, 60))) if at % 3 else "")
        for at in range(150)
    ]
    return SideIndex.build(Side.ACHIEVEMENT, records, HashingEncoder(48), window_chars=50)


@pytest.mark.parametrize("k", [1, 20, 500])
def test_the_candidates_are_those_of_the_hybrid(side: SideIndex, k: int) -> None:
    for threads in (1, 3):
        swept = side.sweep(QUERIES, k, threads=threads)
        for found, hits in zip(swept, side.hybrid.search(QUERIES, k), strict=True):
            np.testing.assert_array_equal(found.candidates, hits.positions)


def test_every_score_is_told(side: SideIndex) -> None:
    everyone = [np.arange(len(side))] * len(QUERIES)
    semantic, keyword = side.dense.score(QUERIES, everyone), side.lexical.score(QUERIES, everyone)
    for swept, meaning, terms in zip(side.sweep(QUERIES, 5), semantic, keyword, strict=True):
        assert np.abs(swept.semantic - meaning).max() < ROUNDING
        # To the bit: both add the same shares in the same order.
        np.testing.assert_array_equal(swept.keyword, terms)
        assert swept.keyword.dtype == terms.dtype


def test_a_few_scores_are_those_of_all(side: SideIndex) -> None:
    some = np.array([149, 3, 3, 70])
    for query in QUERIES:
        np.testing.assert_array_equal(side.lexical.score([query], [some])[0], side.lexical.scores(query)[some])
