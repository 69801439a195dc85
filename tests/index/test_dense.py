"""Scores against a loop a reader can follow; batches against single queries; facts far down a text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.base import Encoder, Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.dense import Dense, Weights
from matcher.index.passages import Passages, cut, cut_query

WINDOW = 50


def build(texts: list[tuple[str, str]], encoder: Encoder, **options: object) -> tuple[Dense, Passages, list[str]]:
    passages, cut_texts = cut(texts, WINDOW)
    vectors = encoder.encode_passages(cut_texts)
    return Dense(passages, vectors, encoder, window_chars=WINDOW, **options), passages, cut_texts  # type: ignore[arg-type]


def by_hand(query: QueryText, texts: list[tuple[str, str]], encoder: Encoder, weights: Weights) -> list[float]:
    """The definition, cosine by cosine."""
    asked = cut_query(query.title, query.body, WINDOW, 4)
    title, *windows = encoder.encode_queries([asked.title, *asked.windows]).astype(np.float64)
    scores = []
    for record in texts:
        _, (head, *rest) = cut([record], WINDOW)
        own = encoder.encode_passages([head])[0].astype(np.float64)
        body = encoder.encode_passages(rest).astype(np.float64) if rest else own[None]
        window = max(float(q @ w) for q in windows for w in body)
        cross = max(float(title @ w) for w in body)
        scores.append(weights.title * float(title @ own) + weights.window * window + weights.cross * cross)
    return scores


@pytest.mark.parametrize("weights", [Weights(), Weights(0.5, 0.3, 0.2), Weights(1.0, 0.0, 0.0)])
def test_score_is_the_weighted_sum_of_three_cosines(weights: Weights) -> None:
    encoder = HashingEncoder(32)
    texts = [("花生脱壳", "破损率低。" * 30), ("小麦育种", ""), ("冷箱监测", "泄漏报警。")]
    dense, _, _ = build(texts, encoder, weights=weights)
    for query in (QueryText("花生破损", "希望降低。" * 40), QueryText("小麦"), QueryText("", "泄漏")):
        scores = dense.score([query], [np.arange(3)])[0]
        assert scores == pytest.approx(by_hand(query, texts, encoder, weights), abs=1e-5)


class Given:
    """An encoder whose vectors are looked up: texts are row numbers."""

    id, dim = "given", 48

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors[[int(text.rpartition("。")[2]) for text in texts]]

    encode_passages = encode_queries


def clustered(count: int, rng: np.random.Generator) -> Vectors:
    centres = rng.standard_normal((40, Given.dim))
    vectors = centres[rng.integers(0, 40, count)] + 0.6 * rng.standard_normal((count, Given.dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("share", [1.0, 0.9, 0.3, 0.01])
def test_a_batch_a_single_query_and_a_plain_sort_agree_to_the_bit(share: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    records, windows = 4000, 9000
    # Some records have no window, some a dozen.
    owners = np.sort(rng.integers(0, records, windows))
    passages = Passages(
        records=np.concatenate([np.arange(records), owners]).astype(np.int32),
        starts=np.zeros(records + windows, dtype=np.int32),
        ends=np.repeat([0, 1], [records, windows]).astype(np.int32),
    )
    np.save(tmp_path / "vectors.npy", clustered(records + windows, rng))
    vectors = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    dense = Dense(passages, vectors, Given(clustered(40, rng)), window_chars=WINDOW)
    queries = [QueryText(str(at), str(at + 20)) for at in range(20)]
    mask = rng.random(records) < share
    allowed = None if share == 1 else mask
    where = np.flatnonzero(mask)
    for k in (1, 10, 100, 5000):
        together = dense.search(queries, k, allowed)
        for query, hits in zip(queries, together, strict=True):
            alone = dense.search([query], k, allowed)[0]
            assert hits.positions.tolist() == alone.positions.tolist()
            assert hits.scores.tobytes() == alone.scores.tobytes()
            scores = dense.score([query], [where])[0]
            order = sorted(range(len(where)), key=lambda at: (-scores[at], at))[:k]
            assert hits.positions.tolist() == where[order].tolist()
            assert hits.scores.tobytes() == scores[order].tobytes()


def test_a_free_text_is_scored_by_one_vector_as_by_two_that_are_equal(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    records, windows = 300, 900
    # Half of the records have windows, one of them two hundred.
    owners = np.sort(np.concatenate([np.full(200, 17), rng.integers(0, 150, windows - 200)]))
    passages = Passages(
        records=np.concatenate([np.arange(records), owners]).astype(np.int32),
        starts=np.zeros(records + windows, dtype=np.int32),
        ends=np.repeat([0, 1], [records, windows]).astype(np.int32),
    )
    vectors, asked = clustered(records + windows, rng), clustered(4, rng)
    dense = Dense(passages, vectors, Given(asked), window_chars=WINDOW)
    every = np.arange(records)
    for at in range(4):
        hits = dense.search([QueryText(str(at))], records)[0]
        (nearest,) = dense.nearest([QueryText(str(at))], [every])
        cosines = vectors @ asked[at]
        best = np.array([cosines[[r, *(records + np.flatnonzero(owners == r))][1:] or [r]].max() for r in every])
        assert hits.scores == pytest.approx((cosines[:records] + 2 * best)[hits.positions] / 3, abs=1e-6)
        assert cosines[nearest.rows] == pytest.approx(best, abs=1e-6)
        assert nearest.windows.tolist() == [0] * records
        assert passages.records[nearest.rows].tolist() == every.tolist()
        # All rows in one go, rows by number, and the two equal vectors of a title and its body.
        alone = dense.score([QueryText(str(at))], [hits.positions])[0]
        twice = dense.search([QueryText(str(at), str(at))], records)[0]
        assert hits.scores.tobytes() == alone.tobytes() == twice.scores.tobytes()
        assert hits.positions.tolist() == twice.positions.tolist()


def test_large_batches_are_cut_so_that_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = HashingEncoder(16)
    dense, _, _ = build([(f"题目{at}", "正文。" * at) for at in range(30)], encoder)
    queries = [QueryText(f"题目{at}", "正文。" * at) for at in range(40)]
    whole = dense.search(queries, 7)
    monkeypatch.setattr("matcher.index.dense._MOST_COSINES", 1000)
    assert [hits.positions.tolist() for hits in dense.search(queries, 7)] == [hits.positions.tolist() for hits in whole]


def long_text(fact: str, chars: int = 5000) -> str:
    filler = "本装置由机架、传动机构和控制柜组成，安装方便，维护简单，已经在多家工厂使用。"
    text = filler * (chars // len(filler))
    return text + "\n" + fact


def test_a_fact_in_the_last_paragraph_of_a_long_text_is_found() -> None:
    encoder = HashingEncoder(256)
    fact = "它还能在零下三十度的环境里给疫苗保温七十二小时。"
    texts = [(f"通用装置{at}", long_text("以上参数供参考。")) for at in range(9)]
    texts.insert(4, ("通用装置九", long_text(fact)))
    assert len(texts[4][1]) >= 5000
    query = QueryText("疫苗低温保温七十二小时")
    dense, _, _ = build(texts, encoder)
    assert dense.search([query], 1)[0].positions.tolist() == [4]
    # The same record cut off before its last paragraph is lost among the others: it is the fact that is found.
    texts[4] = ("通用装置九", long_text("以上参数供参考。"))
    without, _, _ = build(texts, encoder)
    assert without.score([query], [np.array([4])])[0] < dense.score([query], [np.array([4])])[0] - 0.1


def test_only_so_many_windows_of_a_query_are_compared() -> None:
    encoder = HashingEncoder(64)
    texts = [("甲", "乙丙丁。"), ("戊", "冷箱泄漏报警。")]
    query = QueryText("需求", "无关的话，说了很多遍。" * 20 + "冷箱泄漏报警。")
    short, _, _ = build(texts, encoder, query_windows=1)
    long, _, _ = build(texts, encoder, query_windows=20)
    assert long.score([query], [np.array([1])])[0] > short.score([query], [np.array([1])])[0] + 0.1


def test_it_knows_how_many_records_are_only_a_title() -> None:
    dense, _, _ = build([("花生脱壳", "破损率低。"), ("小麦育种", ""), ("冷箱", "  ")], HashingEncoder(32))
    assert dense.title_share == pytest.approx(2 / 3)
