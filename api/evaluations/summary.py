"""What the evaluations of an achievement say together: the newest of each evaluator counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.evaluations.reading import SeenEvaluation
from api.evaluations.values import VALUES
from matcher.records import TrlBand

__all__ = ["OfferedTrl", "Summary", "ValueMean", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMean:
    """Mean of one value, 0 to 100 rounded to one decimal, over `count` evaluators; None where nobody judged it."""

    mean: float | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTrl:
    """The newest stated readiness, beside what the record says; `differs`: outside its band, or it has none."""

    trl: int
    evaluation: SeenEvaluation
    record_low: int | None
    record_high: int | None
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Means over all evaluators, and over those who are not the owner; by name of value."""

    evaluators: int
    values: dict[str, ValueMean]
    independent: dict[str, ValueMean]
    trl: OfferedTrl | None


def summarise(evaluations: Sequence[SeenEvaluation], stated: TrlBand | None) -> Summary:
    """Sum up what was not withdrawn.

    Args:
        evaluations: in any order.
        stated: the record's own readiness; it is never overwritten by an evaluation.
    """
    newest: dict[str, SeenEvaluation] = {}
    for item in sorted(evaluations, key=_age):
        newest[_who(item)] = item
    counted = list(newest.values())
    judged = [item for item in sorted(evaluations, key=_age) if item.row.trl is not None]
    return Summary(
        evaluators=len(counted),
        values={name: _mean(counted, name) for name in VALUES},
        independent={name: _mean([item for item in counted if not item.row.by_owner], name) for name in VALUES},
        trl=_offered(judged[-1], stated) if judged else None,
    )


def _age(item: SeenEvaluation) -> tuple[object, str]:
    return item.row.evaluated_on, item.row.id


def _who(item: SeenEvaluation) -> str:
    """One evaluator, however the name is spaced and cased; an owner's own word is not another's of the same name."""
    return f"{item.row.by_owner} {''.join(item.row.evaluator.split()).casefold()}"


def _mean(items: Sequence[SeenEvaluation], name: str) -> ValueMean:
    scores = [score for item in items if (score := getattr(item.row, name)) is not None]
    return ValueMean(mean=round(sum(scores) / len(scores), 1) if scores else None, count=len(scores))


def _offered(item: SeenEvaluation, stated: TrlBand | None) -> OfferedTrl:
    trl = item.row.trl or 0
    return OfferedTrl(
        trl=trl,
        evaluation=item,
        record_low=None if stated is None else stated.low,
        record_high=None if stated is None else stated.high,
        differs=stated is None or not stated.low <= trl <= stated.high,
    )
