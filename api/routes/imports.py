"""Spreadsheets into the database: the upload is acknowledged when it is safe, and read by a job."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, SIGNED_IN, STAFF
from api.imports.asking import ask_for_import, check_key
from api.imports.exporting import own_records, write_records
from api.imports.receiving import receive
from api.problems import problems
from api.routes.bodies.jobs import JobOut
from api.routes.passing_file import workbook_file
from api.schemas.media import XLSX
from api.service import CallerDep, Service, ServiceDep
from matcher.records import Side

__all__ = ["IdempotencyKey", "exports", "router"]

router = APIRouter(tags=["imports"])
exports = APIRouter(tags=["imports"])
"""To be included before the routes that have an id where these have a word."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="重发同一请求时用同一个值，不会重复执行；The same key asks for the same job",
    ),
]

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 20,
                            "items": {"type": "string", "format": "binary"},
                            "description": "xlsx、xls、ods、csv 等表格；Spreadsheets",
                        },
                        "side": {
                            "type": "string",
                            "enum": ["auto", "need", "achievement"],
                            "default": "auto",
                            "description": "表格列的是需求还是成果；auto 按列名判断",
                        },
                        "owner_id": {
                            "type": "string",
                            "maxLength": 26,
                            "description": "单位编号，仅管理员和组织者可代填；Staff only",
                        },
                        "publish": {
                            "type": "boolean",
                            "default": False,
                            "description": "直接发布（需审核时为提交审核）；Publish at once",
                        },
                        "mapping": {
                            "type": "string",
                            "description": '列名到字段的对应，JSON，如 {"项目": "title"}；Heading to field',
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/imports",
    operation_id="create_import",
    response_model=JobOut,
    status_code=202,
    dependencies=[needs(OWNERS | STAFF, Scope.RECORDS_WRITE)],
    responses=problems(409, 413),
    openapi_extra=_FORM,
    summary="导入表格 Import spreadsheets",
    description="上传的文件先安全存盘再答复 202；每行的结果见任务的文件“拒收.xlsx”和“导入报告.xlsx”。",
)
async def create_import(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    key = check_key(idempotency_key)
    form = await receive(request, max_mb=service.settings.max_upload_mb)
    try:
        job = await run_in_threadpool(ask_for_import, service, caller, form, key)
    finally:
        form.close()
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job, own=True)


_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "表格 A workbook"}
}


@exports.get(
    "/needs/export",
    operation_id="export_needs",
    response_class=FileResponse,
    dependencies=[needs(SIGNED_IN, Scope.RECORDS_READ)],
    responses=_WORKBOOK,
    summary="导出本单位的需求 Export own needs",
    description="改好后可以原样导入；本单位以外的记录不在其中。",
)
def export_needs(service: ServiceDep, caller: CallerDep) -> FileResponse:
    return _exported(service, caller, Side.NEED)


@exports.get(
    "/achievements/export",
    operation_id="export_achievements",
    response_class=FileResponse,
    dependencies=[needs(SIGNED_IN, Scope.RECORDS_READ)],
    responses=_WORKBOOK,
    summary="导出本单位的成果 Export own achievements",
    description="改好后可以原样导入；本单位以外的记录不在其中。",
)
def export_achievements(service: ServiceDep, caller: CallerDep) -> FileResponse:
    return _exported(service, caller, Side.ACHIEVEMENT)


def _exported(service: Service, caller: Caller, side: Side) -> FileResponse:
    with service.database.reading() as session:
        records = own_records(session, caller, side)
    filename = {Side.NEED: "需求.xlsx", Side.ACHIEVEMENT: "成果.xlsx"}[side]
    return workbook_file(lambda path: write_records(path, side, records), filename=filename)
