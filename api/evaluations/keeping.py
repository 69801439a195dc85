"""Entering and withdrawing evaluations."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.base import now
from api.db.tables import Evaluation, RecordRow
from api.errors import ForbiddenError, InvalidError, NotFoundError
from api.evaluations.values import VALUES
from api.records.reading import Reader
from matcher.corpus.values.secrecy import has_secret_label, has_secret_mark
from matcher.records import Side

__all__ = ["Judgement", "evaluate", "withdraw_evaluation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an evaluator found. `scores` by name of value, 0 to 100, None where not judged; `trl` 1 to 9."""

    evaluator: str
    evaluated_on: dt.date
    scores: Mapping[str, int | None]
    trl: int | None = None
    trl_source: str = ""
    evidence: str = ""
    evidence_url: str = ""


def evaluate(session: Session, caller: Caller, record_id: str, judgement: Judgement, *, today: dt.date) -> Evaluation:
    """Enter an evaluation: staff of what they see, an owner of its own achievement.

    Raises:
        NotFoundError: no such achievement, or none the caller may evaluate.
        InvalidError: nothing was judged, a TRL without its source, a day to come, or the mark of a state secret.
    """
    row = Reader(session, caller).owned(record_id, Side.ACHIEVEMENT)
    _check(judgement, today)
    evaluation = Evaluation(
        achievement_id=row.id,
        evaluator=judgement.evaluator,
        evaluated_on=judgement.evaluated_on,
        trl=judgement.trl,
        trl_source=judgement.trl_source,
        evidence=judgement.evidence,
        evidence_url=judgement.evidence_url,
        by_owner=caller.owns(row.owner_id),
        created_by=caller.account_id,
        **{name: judgement.scores.get(name) for name in VALUES},
    )
    session.add(evaluation)
    session.flush()
    note(session, caller, "evaluate", kind="achievement", thing_id=row.id, detail={"evaluation": evaluation.id})
    return evaluation


def withdraw_evaluation(session: Session, caller: Caller, record_id: str, evaluation_id: str) -> None:
    """Take an evaluation back: staff any, an owner those it entered itself.

    Raises:
        NotFoundError: no such achievement or evaluation, or it was withdrawn.
        ForbiddenError: an owner, of an evaluation that somebody else entered.
    """
    row: RecordRow = Reader(session, caller).owned(record_id, Side.ACHIEVEMENT)
    found = session.get(Evaluation, evaluation_id)
    if found is None or found.achievement_id != row.id or found.withdrawn_at is not None:
        raise NotFoundError(f"这项成果没有编号为“{evaluation_id[:40]}”的评价；请核对编号。", "No such evaluation.")
    if not caller.is_staff and not found.by_owner:
        raise ForbiddenError("这条评价不是贵单位录入的，不能撤回；如有异议请联系组织者。", "Not entered by your side.")
    found.withdrawn_at = now()
    session.flush()
    note(session, caller, "evaluation-withdraw", kind="achievement", thing_id=row.id, detail={"evaluation": found.id})


def _check(judgement: Judgement, today: dt.date) -> None:
    if judgement.trl is None and all(judgement.scores.get(name) is None for name in VALUES):
        raise InvalidError(
            "至少要给出一项价值的评分，或技术成熟度；请补充后重试。",
            "Give at least one score or a TRL.",
            field="scores",
        )
    if judgement.trl is not None and not judgement.trl_source.strip():
        raise InvalidError(
            "请写明技术成熟度的依据，例如检测报告编号或评审会名称。", "Name the source of the TRL.", field="trl_source"
        )
    if judgement.evaluated_on > today:
        raise InvalidError("评价日期不能晚于今天；请改正。", "The day is still to come.", field="evaluated_on")
    texts = (judgement.evaluator, judgement.trl_source, judgement.evidence)
    if any(has_secret_mark(text) or has_secret_label(text) for text in texts):
        raise InvalidError(
            "评价内容带有国家秘密标志，依法不得录入本系统；请删除标志或不要提交。",
            "The evaluation bears the mark of a state secret.",
            field="evidence",
        )
