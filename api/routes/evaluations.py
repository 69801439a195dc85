"""Evaluations of achievements."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY, OWNERS, STAFF
from api.days import china_day
from api.evaluations.keeping import evaluate, withdraw_evaluation
from api.evaluations.reading import evaluations_of, record_evidence_read, seen_evaluation
from api.evaluations.summary import summarise
from api.problems import problems
from api.records.reading import Reader
from api.routes.bodies.evaluations import EvaluationBody, EvaluationOut, SummaryOut
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep
from matcher.records import Achievement, Side

__all__ = ["router"]

_READ = [needs(EVERYBODY, Scope.RECORDS_READ)]
_WRITE = [needs(OWNERS | STAFF, Scope.RECORDS_WRITE)]
# PostgreSQL takes no NUL, not even to look for it.
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$")]
router = APIRouter(prefix="/achievements/{record_id}/evaluations", tags=["evaluations"])


@router.post(
    "",
    operation_id="create_evaluation",
    response_model=EvaluationOut,
    status_code=201,
    dependencies=_WRITE,
    responses=problems(404),
    summary="录入评价 Evaluate",
)
def create(service: ServiceDep, caller: CallerDep, record_id: _Id, body: EvaluationBody) -> Any:
    with service.database.work() as session:
        made = evaluate(session, caller, record_id, body.judgement(), today=china_day())
        reader = Reader(session, caller)
        return EvaluationOut.of(seen_evaluation(session, reader.see(reader.row(record_id, Side.ACHIEVEMENT)), made))


@router.get(
    "",
    operation_id="list_evaluations",
    response_model=Page[EvaluationOut],
    dependencies=_READ,
    responses=problems(404),
    summary="评价列表 List",
)
def list_evaluations(
    service: ServiceDep, caller: CallerDep, record_id: _Id, limit: Limit = 20, cursor: Cursor = ""
) -> Any:
    purpose = f"evaluations:{record_id[:40]}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.work() as session:
        reader = Reader(session, caller)
        seen = reader.see(reader.row(record_id, Side.ACHIEVEMENT))
        found = evaluations_of(session, seen, before=after, limit=limit + 1)
        shown = [seen_evaluation(session, seen, item) for item in found[:limit]]
        record_evidence_read(reader, seen, shown)
    more = next_cursor(found[limit - 1].id, service.secret, purpose) if len(found) > limit else ""
    return Page[EvaluationOut](items=[EvaluationOut.of(item) for item in shown], next_cursor=more)


@router.get(
    "/summary",
    operation_id="get_evaluation_summary",
    response_model=SummaryOut,
    dependencies=_READ,
    responses=problems(404),
    summary="评价汇总 Summary",
)
def summary(service: ServiceDep, caller: CallerDep, record_id: _Id) -> Any:
    with service.database.work() as session:
        reader = Reader(session, caller)
        seen = reader.see(reader.row(record_id, Side.ACHIEVEMENT))
        shown = [seen_evaluation(session, seen, item) for item in evaluations_of(session, seen)]
        stated = seen.record.trl if isinstance(seen.record, Achievement) else None
        found = summarise(shown, stated)
        record_evidence_read(reader, seen, [found.trl.evaluation] if found.trl else [])
    return SummaryOut.of(found)


@router.delete(
    "/{evaluation_id}",
    operation_id="withdraw_evaluation",
    status_code=204,
    response_class=Response,
    dependencies=_WRITE,
    responses=problems(404),
    summary="撤回评价 Withdraw",
)
def withdraw(service: ServiceDep, caller: CallerDep, record_id: _Id, evaluation_id: _Id) -> None:
    with service.database.work() as session:
        withdraw_evaluation(session, caller, record_id, evaluation_id)
