"""A bare retriever as a system under test, to see what each part of the pipeline is worth."""

from collections.abc import Sequence

import numpy as np

from matcher.answers import query_text
from matcher.evaluate.base import Graded
from matcher.index.base import Hits, Retriever
from matcher.index.side import SideIndex
from matcher.records import Need

__all__ = ["ORDER_METRICS", "RetrieverGrader"]

ORDER_METRICS = ("ndcg@5", "ndcg@10", "mrr", "recall@50")
"""The figures that an order alone defines; a retriever gives no levels, so the others mean nothing for it."""

_UNGRADED = (1.0, 0.0, 0.0, 0.0)


class RetrieverGrader:
    """Orders by a retriever's score.

    In pairs mode the search is limited to the judged candidates, so that a fusion of ranks sees ranks among them.
    """

    def __init__(self, side: SideIndex, retriever: Retriever, name: str) -> None:
        """`retriever` is one of the side's own."""
        self._side = side
        self._retriever = retriever
        self.name = name

    def rank_many(self, needs: Sequence[Need], k: int) -> Sequence[Sequence[Graded]]:
        """See `Grader.rank_many`."""
        found = self._retriever.search([query_text(need) for need in needs], k)
        return [self._graded(hits) for hits in found]

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> Sequence[Sequence[Graded]]:
        """See `Grader.grade_many`; candidates the retriever leaves out come last, with score 0."""
        answers = []
        for need, ids in pairs:
            allowed = np.zeros(len(self._side), dtype=np.bool_)
            allowed[self._side.positions_of(ids)] = True
            found = self._graded(self._retriever.search([query_text(need)], len(ids), allowed)[0])
            missing = set(ids) - {graded.achievement_id for graded in found}
            answers.append([*found, *(Graded(i, 0.0, 1, _UNGRADED) for i in sorted(missing))])
        return answers

    def _graded(self, hits: Hits) -> list[Graded]:
        pairs = zip(hits.positions, hits.scores, strict=True)
        return [Graded(self._side.ids[at], float(score), 1, _UNGRADED) for at, score in pairs]
