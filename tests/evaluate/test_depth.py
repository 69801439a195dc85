import math

import pytest

from matcher.evaluate import collect
from matcher.evaluate.depth import by_candidates


def test_the_ranker_orders_what_the_retriever_found(judged, written, needs_of) -> None:
    judgements = judged({"n": {"a": 4, "b": 2, "c": 1}})
    needs = needs_of(judgements)
    whole = collect(written({"n": {"a": (3.0, 4, 0.9), "b": (2.0, 2, 0.1), "c": (1.0, 1, 0.1)}}), needs, judgements)
    found = collect(written({"n": {"c": (3.0, 1, 0.0), "b": (2.0, 1, 0.0), "a": (1.0, 1, 0.0)}}), needs, judgements)
    ndcg = {size: each["ndcg@10"].value for size, each in by_candidates(whole, found, judgements, [1, 2, 3]).items()}
    # One candidate: c, worth nothing. Two: b before c. Three: the ranker puts a first.
    ideal = 7 + 1 / math.log2(3)
    assert ndcg == {1: 0.0, 2: pytest.approx(1 / ideal), 3: pytest.approx(1.0)}
