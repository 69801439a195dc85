"""The engine as a system under test."""

from collections.abc import Sequence

from matcher.engine import Matcher
from matcher.evaluate.base import Graded
from matcher.rank import ranker
from matcher.records import Need, Side

__all__ = ["MatcherGrader"]


class MatcherGrader:
    """Grades by content alone, as the judges did: no hard conditions, every copy by itself."""

    def __init__(self, matcher: Matcher) -> None:
        """Raises IndexNotFoundError where the matcher holds no achievements."""
        self._matcher = matcher
        self._ids = matcher.side(Side.ACHIEVEMENT).ids

    @property
    def name(self) -> str:
        """The ids of the encoder, the level model and, where there is one, the re-ranker."""
        reranker = self._matcher.reranker
        read = f" + {reranker.top} read by {reranker.id}" if reranker else ""
        return f"{self._matcher.encoder_id} + levels {self._matcher.model.id}{read}"

    def rank_many(self, needs: Sequence[Need], k: int) -> Sequence[Sequence[Graded]]:
        """See `Grader.rank_many`."""
        return [self._graded(found) for found in self._matcher.rank(needs, k)]

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> Sequence[Sequence[Graded]]:
        """See `Grader.grade_many`."""
        return [self._graded(found) for found in self._matcher.grade(pairs)]

    def _graded(self, found: ranker.Graded) -> list[Graded]:
        rows = zip(found.positions, found.scores, found.levels, found.probs.tolist(), strict=True)
        return [
            Graded(self._ids[at], float(score), int(level), (probs[0], probs[1], probs[2], probs[3]))
            for at, score, level, probs in rows
        ]
