"""Evaluations as one caller may read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.groups import Group
from api.audit import note
from api.db.tables import Evaluation, Organisation
from api.records.reading import Reader, Seen

__all__ = ["SeenEvaluation", "evaluations_of", "record_evidence_read", "seen_evaluation"]


@dataclass(frozen=True, slots=True, eq=False)
class SeenEvaluation:
    """An evaluation, and what of it the caller may read: `evaluator` and the evidence are empty where closed."""

    row: Evaluation
    evaluator: str
    evidence: str
    evidence_url: str
    trl_source: str
    evidence_closed: bool


def evaluations_of(session: Session, seen: Seen, *, before: str = "", limit: int | None = None) -> list[Evaluation]:
    """Those of an achievement that were not withdrawn, newest first; at most `limit`, after the id `before`."""
    wanted = select(Evaluation).where(Evaluation.achievement_id == seen.row.id, Evaluation.withdrawn_at.is_(None))
    if before:
        wanted = wanted.where(Evaluation.id < before)
    wanted = wanted.order_by(Evaluation.id.desc())
    return list(session.scalars(wanted if limit is None else wanted.limit(limit)))


def seen_evaluation(session: Session, seen: Seen, evaluation: Evaluation) -> SeenEvaluation:
    """What the evidence says is part of the description; who evaluates its own achievement is its owner."""
    closed = Group.DESCRIPTION in seen.closed
    return SeenEvaluation(
        row=evaluation,
        evaluator="" if _names_owner(session, seen, evaluation) else evaluation.evaluator,
        evidence="" if closed else evaluation.evidence,
        evidence_url="" if closed else evaluation.evidence_url,
        trl_source="" if closed else evaluation.trl_source,
        evidence_closed=closed and bool(evaluation.evidence or evaluation.evidence_url or evaluation.trl_source),
    )


def record_evidence_read(reader: Reader, seen: Seen, shown: Sequence[SeenEvaluation]) -> None:
    """Log that evidence was shown which not everybody who is signed in may read."""
    if seen.own or Group.DESCRIPTION not in seen.restricted:
        return
    if any(item.evidence or item.evidence_url or item.trl_source for item in shown):
        detail = {"groups": [Group.DESCRIPTION.value], "evaluations": len(shown)}
        note(reader.session, reader.caller, "read", kind="achievement", thing_id=seen.row.id, detail=detail)


def _names_owner(session: Session, seen: Seen, evaluation: Evaluation) -> bool:
    """Whether the evaluator's name would tell an owner whose name is closed."""
    if Group.OWNER not in seen.closed:
        return False
    owner = session.get_one(Organisation, seen.row.owner_id).name
    return (
        evaluation.by_owner
        or owner in evaluation.evaluator
        or str(seen.row.content.get("org", owner)) in (evaluation.evaluator)
    )
