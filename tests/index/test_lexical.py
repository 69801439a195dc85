"""BM25 against its formula, and what a saved index must still answer."""

import math
from pathlib import Path

import numpy as np
import pytest

from matcher.index.base import QueryText
from matcher.index.lexical import Lexical
from matcher.index.tokens import KnownWords, cut_words
from matcher.index.vectors import content_keys
from matcher.text.segment import search_terms

TEXTS = [("花生脱壳机", "花生花生脱壳"), ("小麦育种", "抗病小麦"), ("花生烘干", ""), ("", "")]


def build(texts: list[tuple[str, str]]) -> Lexical:
    return Lexical.build(cut_words(texts, content_keys([str(at) for at in range(len(texts))]), KnownWords()))


def formula(query: list[str], documents: list[list[str]]) -> list[float]:
    """Lucene's BM25, k1 = 1.5, b = 0.75."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word in query:
            holding = sum(word in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            count = document.count(word)
            score += idf * count / (count + 1.5 * (1 - 0.75 + 0.75 * len(document) / mean)) if holding else 0.0
        scores.append(score)
    return scores


def test_scores_follow_the_formula_for_the_terms_of_the_title() -> None:
    documents = [[*search_terms(title), *search_terms(body)] for title, body in TEXTS]
    query = QueryText("花生脱壳花生", "小麦")
    expected = formula(list(dict.fromkeys(search_terms(query.title))), documents)
    assert expected[0] > expected[2] > 0
    assert build(TEXTS).score([query], [np.arange(4)])[0] == pytest.approx(expected, rel=1e-5)


def test_a_title_without_a_term_asks_with_the_body() -> None:
    lexical = build(TEXTS)
    assert lexical.search([QueryText("的", "小麦")], 4)[0].positions.tolist() == [1]


def test_records_without_a_shared_word_are_left_out() -> None:
    assert build(TEXTS).search([QueryText("小麦")], 4)[0].positions.tolist() == [1]
    assert build(TEXTS).search([QueryText("冷箱")], 4)[0].positions.tolist() == []


def test_a_corpus_without_words_answers_nothing(tmp_path: Path) -> None:
    lexical = build([("", ""), ("。。。", "")])
    assert lexical.search([QueryText("花生")], 5)[0].positions.tolist() == []
    lexical.save(tmp_path / "bm25")
    assert len(Lexical.load(tmp_path / "bm25", 2)) == 2


def test_weight_is_the_inverse_document_frequency() -> None:
    lexical = build(TEXTS)
    assert lexical.weight("花生") == pytest.approx(math.log(1 + 2.5 / 2.5))
    assert lexical.weight("小麦") == pytest.approx(math.log(1 + 3.5 / 1.5))
    assert lexical.weight("没有的词") == pytest.approx(math.log(1 + 4.5 / 0.5))


def test_saved_and_opened_it_answers_the_same(tmp_path: Path) -> None:
    lexical = build(TEXTS)
    lexical.save(tmp_path / "bm25")
    opened = Lexical.load(tmp_path / "bm25", len(TEXTS))
    query = QueryText("花生脱壳", "抗病")
    one, other = lexical.search([query], 4)[0], opened.search([query], 4)[0]
    assert one.positions.tolist() == other.positions.tolist()
    assert one.scores.tobytes() == other.scores.tobytes()
    assert opened.weight("花生") == lexical.weight("花生")
