"""What every retriever promises, whatever it compares."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.embed.hashing import HashingEncoder
from matcher.index.base import Hits, QueryText, Retriever
from matcher.index.dense import Dense
from matcher.index.fusion import Hybrid
from matcher.index.lexical import Lexical
from matcher.index.passages import cut
from matcher.index.tokens import KnownWords, cut_words
from matcher.index.vectors import content_keys

Texts = Sequence[tuple[str, str]]
Factory = Callable[[Texts], Retriever]

CORPUS: Texts = [
    ("花生脱壳机", "低破损花生脱壳。适合小型加工厂。"),
    ("小麦育种", "抗病小麦新品种。产量高。"),
    ("花生脱壳机", "低破损花生脱壳。适合小型加工厂。"),
    ("", ""),
    ("菊花精油", ""),
    ("冷箱监测", "空分装置冷箱泄漏在线监测。发现泄漏立即报警。" * 8),
    ("花生烘干", "花生热风烘干，节能三成。"),
    ("花生脱壳机", "低破损花生脱壳。适合小型加工厂。"),
]
QUERIES = [
    QueryText("花生脱壳"),
    QueryText("泄漏报警", "空分装置的冷箱常有泄漏。" * 30),
    QueryText("", "抗病小麦"),
    QueryText("", ""),
    QueryText("zzz"),
    QueryText("菊花精油的提取方法，" * 40),
]


def lexical(texts: Texts) -> Lexical:
    keys = content_keys([f"{title}\0{body}" for title, body in texts])
    return Lexical.build(cut_words(texts, keys, KnownWords()))


def dense(texts: Texts) -> Dense:
    encoder = HashingEncoder(32)
    passages, cut_texts = cut(texts, 60)
    vectors = encoder.encode_passages(cut_texts)
    return Dense(passages, vectors, encoder, window_chars=60)


def hybrid(texts: Texts) -> Hybrid:
    return Hybrid([(lexical(texts), 1.0), (dense(texts), 3.0)])


FACTORIES: dict[str, Factory] = {
    "lexical": lexical,
    "dense": dense,
    "hybrid": hybrid,
}


@pytest.fixture(params=sorted(FACTORIES))
def factory(request: pytest.FixtureRequest) -> Factory:
    return FACTORIES[request.param]


@pytest.fixture
def retriever(factory: Factory) -> Retriever:
    return factory(CORPUS)


def same(one: Hits, other: Hits) -> bool:
    return one.positions.tolist() == other.positions.tolist() and one.scores.tobytes() == other.scores.tobytes()


def test_it_is_a_retriever_over_the_whole_corpus(retriever: Retriever) -> None:
    assert isinstance(retriever, Retriever)
    assert len(retriever) == len(CORPUS)
    assert retriever.name in {"lexical", "dense", "hybrid"}


def test_types_and_order(retriever: Retriever) -> None:
    for hits in retriever.search(QUERIES, 5):
        assert hits.positions.dtype == np.int64
        assert hits.scores.dtype == np.float32
        assert len(hits.positions) == len(hits.scores) <= 5
        pairs = list(zip(-hits.scores, hits.positions, strict=True))
        assert pairs == sorted(pairs), "descending, equals by position"


def test_k_may_exceed_the_corpus(retriever: Retriever) -> None:
    for hits in retriever.search(QUERIES, 1000):
        assert len(set(hits.positions.tolist())) == len(hits.positions) <= len(CORPUS)


def test_smaller_k_is_the_head_of_a_larger_one(retriever: Retriever) -> None:
    whole = retriever.search(QUERIES, len(CORPUS))
    for k in range(1, len(CORPUS)):
        for hits, full in zip(retriever.search(QUERIES, k), whole, strict=True):
            assert same(hits, Hits(full.positions[:k], full.scores[:k]))


def test_equal_records_tie_and_come_by_position(retriever: Retriever) -> None:
    hits = retriever.search([QueryText("花生脱壳机", "低破损花生脱壳。适合小型加工厂。")], 3)[0]
    assert hits.positions.tolist() == [0, 2, 7]
    assert len(set(hits.scores.tolist())) == 1


def test_a_batch_is_answered_like_single_queries(retriever: Retriever) -> None:
    together = retriever.search(QUERIES, 4)
    for query, hits in zip(QUERIES, together, strict=True):
        assert same(retriever.search([query], 4)[0], hits)


def test_two_retrievers_over_one_corpus_agree(factory: Factory) -> None:
    one, other = factory(CORPUS).search(QUERIES, 6), factory(CORPUS).search(QUERIES, 6)
    assert all(same(a, b) for a, b in zip(one, other, strict=True))


def test_score_reports_what_search_reports(retriever: Retriever) -> None:
    everything = np.arange(len(CORPUS), dtype=np.int64)[::-1]
    found = retriever.search(QUERIES, len(CORPUS))
    scored = retriever.score(QUERIES, [everything] * len(QUERIES))
    for hits, scores in zip(found, scored, strict=True):
        assert scores.dtype == np.float32
        reported = dict(zip(hits.positions.tolist(), hits.scores.tolist(), strict=True))
        assert scores.tolist() == [reported.get(at, 0.0) for at in everything.tolist()]


def test_score_of_no_positions_is_empty(retriever: Retriever) -> None:
    assert retriever.score(QUERIES[:1], [np.zeros(0, dtype=np.int64)])[0].tolist() == []


@pytest.mark.parametrize("name", sorted(FACTORIES))
@given(mask=st.lists(st.booleans(), min_size=len(CORPUS), max_size=len(CORPUS)), k=st.integers(1, 10))
@settings(max_examples=30, deadline=None)
def test_allowed_is_applied_before_the_cut(name: str, mask: list[bool], k: int) -> None:
    retriever = FACTORIES[name](CORPUS)
    allowed = np.array(mask)
    for query, hits in zip(QUERIES, retriever.search(QUERIES, k, allowed), strict=True):
        assert allowed[hits.positions].all()
        whole = retriever.search([query], len(CORPUS), allowed)[0]
        assert same(hits, Hits(whole.positions[:k], whole.scores[:k]))
        if not isinstance(retriever, Hybrid):
            # Scores do not depend on what else is allowed, so an exhaustive search is a filter over all scores.
            full = retriever.search([query], len(CORPUS))[0]
            kept = allowed[full.positions]
            assert same(whole, Hits(full.positions[kept], full.scores[kept]))


def test_none_allowed_finds_nothing(retriever: Retriever) -> None:
    for hits in retriever.search(QUERIES, 3, np.zeros(len(CORPUS), dtype=np.bool_)):
        assert hits.positions.tolist() == []


@pytest.mark.parametrize("texts", [[], [("", "")], [("花生脱壳", "")], [("", "花生脱壳")]], ids=repr)
def test_corpora_of_none_and_one(factory: Factory, texts: Texts) -> None:
    retriever = factory(texts)
    assert len(retriever) == len(texts)
    hits = retriever.search([QueryText("花生脱壳")], 5)[0]
    if any("花生" in title + body for title, body in texts):
        assert hits.positions.tolist() == [0]
    assert len(hits.positions) <= len(texts)


def test_no_queries_no_answers(retriever: Retriever) -> None:
    assert retriever.search([], 3) == []


def test_impossible_requests_are_refused(retriever: Retriever) -> None:
    with pytest.raises(ValueError, match="k must be"):
        retriever.search(QUERIES, 0)
    with pytest.raises(ValueError, match="allowed must be"):
        retriever.search(QUERIES, 1, np.ones(len(CORPUS) + 1, dtype=np.bool_))
    with pytest.raises(ValueError, match="allowed must be"):
        retriever.search(QUERIES, 1, np.ones(len(CORPUS), dtype=np.int64))  # type: ignore[arg-type]
