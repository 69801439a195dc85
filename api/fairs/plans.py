"""Plans of a fair: each is kept as it was made, and one of them counts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from api.access.caller import Caller
from api.audit import note
from api.db.tables import Fair, FairPlan
from api.errors import ConflictError, NotFoundError
from api.fairs.access import touch
from matcher.batch.base import Run, read_run
from matcher.errors import PlanError, RunError
from matcher.fair.base import Plan
from matcher.fair.save import pack_plan, unpack_plan

__all__ = ["add_plan", "choose_plan", "compared_with", "find_plan", "is_stale", "list_plans", "opened", "run_at"]

_MOST_LISTED = 500


def find_plan(session: Session, fair: Fair, number: int | None = None) -> FairPlan:
    """The plan that counts, or one by its number; its data loaded.

    Raises:
        ConflictError: there is no plan yet.
        NotFoundError: none has that number.
    """
    if fair.current is None:
        raise ConflictError("对接会还没有排期；请先排期。", "There is no plan yet.")
    wanted = select(FairPlan).where(FairPlan.fair_id == fair.id, FairPlan.number == (number or fair.current))
    found = session.scalars(wanted.options(undefer(FairPlan.data))).one_or_none()
    if found is None:
        raise NotFoundError(f"没有第 {number} 号排期；请重新读取。", "No such plan.")
    return found


def list_plans(session: Session, fair: Fair) -> Sequence[FairPlan]:
    """The latest 500, newest first, without their data."""
    wanted = select(FairPlan).where(FairPlan.fair_id == fair.id)
    return session.scalars(wanted.order_by(FairPlan.number.desc()).limit(_MOST_LISTED)).all()


@lru_cache(maxsize=8)
def opened(data: bytes) -> Plan:
    """A plan from its row's data. The same bytes are the same plan, so that it can be remembered.

    Raises:
        ConflictError: it cannot be read.
    """
    try:
        return unpack_plan(data)
    except PlanError as error:
        raise ConflictError(str(error), "The plan cannot be read.") from error


@lru_cache(maxsize=2)
def run_at(folder: Path) -> Run:
    """Match results; a folder is written once and never changed.

    Raises:
        ConflictError: they are missing or damaged.
    """
    try:
        return read_run(folder)
    except RunError as error:
        raise ConflictError(
            "这份排期所依据的匹配结果已缺失或损坏；请重新排期，系统会重新匹配。", "The match results are gone."
        ) from error


def add_plan(
    session: Session,
    caller: Caller,
    fair: Fair,
    plan: Plan,
    *,
    how: str,
    note_text: str = "",
    inputs: int,
    run: str,
    doubts: Sequence[str],
    job_id: str | None = None,
) -> FairPlan:
    """Keep a plan under the next number, and let it count from now on; the fair's row is locked.

    Its `revision` follows the number, so that calendars printed later replace those printed before.
    """
    last = session.scalar(select(func.max(FairPlan.number)).where(FairPlan.fair_id == fair.id)) or 0
    made = FairPlan(
        fair_id=fair.id,
        number=last + 1,
        how=how,
        note=note_text,
        inputs=inputs,
        run=run,
        before=fair.current,
        meetings=len(plan.meetings),
        total=plan.objective.total,
        doubts=list(doubts),
        job_id=job_id,
        made_by=str(caller.account_id),
        data=pack_plan(replace(plan, revision=last)),
    )
    session.add(made)
    fair.current = made.number
    if fair.state == "drafting":
        fair.state = "planned"
    touch(fair)
    note(session, caller, "fair-plan", kind="fair", thing_id=fair.id, detail={"number": made.number, "how": how})
    session.flush()
    return made


def choose_plan(session: Session, caller: Caller, fair: Fair, number: int) -> None:
    """Let another plan count; none is lost.

    Raises:
        ConflictError, NotFoundError: as `find_plan` says.
    """
    chosen = find_plan(session, fair, number)
    if chosen.number == fair.current:
        return
    fair.current = chosen.number
    touch(fair)
    note(session, caller, "fair-plan-choose", kind="fair", thing_id=fair.id, detail={"number": number})


def compared_with(fair: Fair, plan: FairPlan) -> int | None:
    """The plan against which changes are told: the one people hold in their hands, else the one before."""
    return fair.printed if fair.printed not in {None, plan.number} else plan.before


def is_stale(fair: Fair, plan: FairPlan | None) -> bool:
    """Whether settings, lists or wishes have changed since a plan's making began."""
    return plan is not None and plan.inputs != fair.inputs
