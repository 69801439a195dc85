"""The parts of the pipeline as systems of their own: what each is worth. A new part is a new line of the table."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from matcher.engine import Matcher
from matcher.evaluate.base import Evaluation, Grader
from matcher.evaluate.retrievers import ORDER_METRICS, RetrieverGrader
from matcher.index.base import Retriever
from matcher.index.side import SideIndex
from matcher.records import Side

__all__ = ["PIPELINE", "VARIANTS", "Variant"]

PIPELINE = "pipeline"
"""Id of the whole pipeline, which every variant is compared with."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A part under test: its stable id (as in JSON), the name people see, how to make it, whether it knows levels."""

    id: str
    name: str
    grader: Callable[[Matcher], Grader]
    graded: bool = False

    def figures(self, evaluation: Evaluation) -> Evaluation:
        """The figures that mean something for this part: all, or those of the order alone."""
        if self.graded:
            return evaluation
        return replace(
            evaluation,
            metrics={name: evaluation.metrics[name] for name in ORDER_METRICS},
            measures={name: evaluation.measures[name] for name in ORDER_METRICS},
        )


def _retriever(id_: str, name: str, choose: Callable[[SideIndex], Retriever]) -> Variant:
    def grader(matcher: Matcher) -> Grader:
        side = matcher.side(Side.ACHIEVEMENT)
        return RetrieverGrader(side, choose(side), name)

    return Variant(id_, name, grader)


VARIANTS = (
    _retriever("lexical", "关键词 BM25", lambda side: side.lexical),
    _retriever("dense", "语义向量", lambda side: side.dense),
    _retriever("fusion", "倒数排名融合", lambda side: side.hybrid),
)
"""In the order of the report, the simplest first."""
