"""Long work: asking for it, how far it is, stopping it, and what came of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN, STAFF, Role
from api.audit import note
from api.db.tables import Job
from api.imports.asking import check_key
from api.imports.receiving import receive
from api.jobs.claims import cancel
from api.jobs.queue import ask, wake
from api.jobs.reading import file_of, find_job, list_jobs
from api.problems import problems
from api.routes.bodies.jobs import BatchBody, JobOut, ReindexBody, TrainingBody
from api.routes.imports import IdempotencyKey
from api.routes.paging import next_cursor, read_cursor
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, Service, ServiceDep
from api.work.asking import ask_for_fair

__all__ = ["router"]

router = APIRouter(prefix="/jobs", tags=["jobs"])

_OWN = [needs(SIGNED_IN, Scope.JOBS)]
_BATCH = [needs(STAFF | {Role.BROKER}, Scope.JOBS)]
_FAIR = [needs(STAFF, Scope.JOBS)]
_ADMINISTRATOR = [needs(frozenset({Role.ADMINISTRATOR}), Scope.ADMIN)]
_JobId = Annotated[str, Path(max_length=40)]

_FAIR_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["fair"],
                    "additionalProperties": False,
                    "properties": {
                        "fair": {"type": "string", "format": "binary", "description": "fair.toml，见 docs/fair.md"},
                        "needs": {
                            "type": "string",
                            "format": "binary",
                            "description": "需求表；不传则用库中已发布的需求 Needs; else those of the database",
                        },
                        "achievements": {
                            "type": "string",
                            "format": "binary",
                            "description": "成果表；不传则用库中已发布的成果 Achievements; else those of the database",
                        },
                        "attachments": {
                            "type": "array",
                            "maxItems": 17,
                            "items": {"type": "string", "format": "binary"},
                            "description": "fair.toml 的 [files] 提到的表格，文件名须一致；Files it names",
                        },
                    },
                }
            }
        },
    }
}


@router.get("", operation_id="list_jobs", response_model=Page[JobOut], dependencies=_OWN, summary="我的任务 My jobs")
def list_own(
    service: ServiceDep,
    caller: CallerDep,
    everybody: Annotated[
        bool, Query(description="管理员可列出所有人的任务（不含结果）；Administrators: everybody's, without results")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    purpose = f"jobs:{caller.account_id}:{everybody}"
    after = read_cursor(cursor, service.secret, purpose)
    with service.database.reading() as session:
        jobs = list_jobs(session, caller, everybody=everybody, after=after, most=limit + 1)
    more = next_cursor(jobs[limit - 1].id, service.secret, purpose) if len(jobs) > limit else ""
    return Page(items=[_out(job, caller) for job in jobs[:limit]], next_cursor=more)


@router.get(
    "/{job_id}",
    operation_id="get_job",
    response_model=JobOut,
    dependencies=_OWN,
    responses=problems(404),
    summary="任务进度和结果 A job",
    description="等待中的任务立即取消；运行中的很快停下。已结束的任务不受影响。",
)
def get(service: ServiceDep, caller: CallerDep, job_id: _JobId) -> Any:
    with service.database.reading() as session:
        return _out(find_job(session, caller, job_id), caller)


@router.post(
    "/{job_id}/cancellation",
    operation_id="cancel_job",
    response_model=JobOut,
    status_code=202,
    dependencies=_OWN,
    responses=problems(404),
    summary="取消任务 Cancel",
)
def cancel_job(service: ServiceDep, caller: CallerDep, job_id: _JobId) -> Any:
    with service.database.work() as session:
        job = find_job(session, caller, job_id)
        cancel(session, job)
        if job.account_id != caller.account_id:
            note(session, caller, "cancel", kind="job", thing_id=job.id)
        return _out(job, caller)


@router.get(
    "/{job_id}/files/{name}",
    operation_id="get_job_file",
    response_class=FileResponse,
    dependencies=_OWN,
    responses={
        **problems(404),
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    },
    summary="下载结果文件 Download",
    description="只有提交任务的账号可以下载。",
)
def get_file(
    service: ServiceDep, caller: CallerDep, job_id: _JobId, name: Annotated[str, Path(max_length=100)]
) -> FileResponse:
    with service.database.reading() as session:
        job = find_job(session, caller, job_id, own_only=True)
    path, media_type = file_of(service, job, name)
    return FileResponse(
        path,
        media_type=media_type,
        filename=name,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )


@router.post(
    "/batch",
    operation_id="create_batch_job",
    response_model=JobOut,
    status_code=202,
    dependencies=_BATCH,
    responses=problems(409),
    summary="整库批量匹配 Match all with all",
    description="匹配您可见的、已发布的需求和成果；保密内容不进入结果。",
)
def create_batch(
    service: ServiceDep,
    caller: CallerDep,
    body: BatchBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    return _ask(service, caller, response, "batch", body.model_dump(mode="json"), idempotency_key)


@router.post(
    "/fair",
    operation_id="create_fair_job",
    response_model=JobOut,
    status_code=202,
    dependencies=_FAIR,
    responses=problems(409, 413),
    openapi_extra=_FAIR_FORM,
    summary="对接会排期 Plan a fair",
    description="上传 fair.toml，按需附两张名单；得到排期、手册、桌牌和日历。",
)
async def create_fair(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    key = check_key(idempotency_key)
    form = await receive(request, max_mb=service.settings.max_upload_mb)
    try:
        job = await run_in_threadpool(ask_for_fair, service, caller, form, key)
    finally:
        form.close()
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return _out(job, caller)


@router.post(
    "/reindex",
    operation_id="create_reindex_job",
    response_model=JobOut,
    status_code=202,
    dependencies=_ADMINISTRATOR,
    responses=problems(409),
    summary="重建索引 Rebuild the index",
    description="由数据库核对并重建索引；期间照常可以检索。",
)
def create_reindex(
    service: ServiceDep,
    caller: CallerDep,
    body: ReindexBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    return _ask(service, caller, response, "reindex", body.model_dump(mode="json"), idempotency_key)


@router.post(
    "/training",
    operation_id="create_training_job",
    response_model=JobOut,
    status_code=202,
    dependencies=_ADMINISTRATOR,
    responses=problems(409),
    summary="训练分级模型 Train the level model",
    description="用对接结果和推荐反馈训练；模型放进结果文件，不会自动启用。",
)
def create_training(
    service: ServiceDep,
    caller: CallerDep,
    body: TrainingBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    return _ask(service, caller, response, "training", body.model_dump(mode="json"), idempotency_key)


def _ask(
    service: Service, caller: Caller, response: Response, kind: str, parameters: dict[str, Any], key: str | None
) -> JobOut:
    checked = check_key(key)
    with service.database.work() as session:
        job, _ = ask(session, caller, kind, parameters, key=checked)
    wake(service, job.id)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return _out(job, caller)


def _out(job: Job, caller: Caller) -> JobOut:
    return JobOut.of(job, own=job.account_id == caller.account_id)
