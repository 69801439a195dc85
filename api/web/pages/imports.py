"""Spreadsheets into the own records: upload, watch, see what came of each file and column; and out again."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from api.access.roles import OWNERS
from api.routes.bodies.jobs import JobOut
from api.schemas.base import Page
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.visit import Visit

__all__ = ["PAGES"]

_KIND = "import"
_REPORT = "导入报告.json"
# A report of tens of thousands of refused rows is for downloading.
_MOST_BYTES = 2_000_000
_SHOWN = 50


async def _imports(visit: Visit) -> Response:
    form = Form({"side": ["need" if visit.role.value == "enterprise" else "achievement"], "publish": [""]})
    return await _draw(visit, form)


async def _draw(visit: Visit, form: Form, status: int = 200) -> Response:
    found = await visit.api.get(Page[JobOut], "/jobs", limit=100, cursor=visit.query.get("cursor"))
    return visit.page(
        "imports/imports.html",
        status=status,
        form=form,
        jobs=[job for job in found.items if job.kind == _KIND],
        next_cursor=found.next_cursor,
        max_mb=visit.service.settings.max_upload_mb,
        review=visit.service.settings.review,
    )


async def _uploading(visit: Visit) -> Response:
    form = await visit.form()
    files = await visit.files("files")
    if not files:
        form.errors["files"] = form.errors[""] = visit.say("请先选择要导入的表格文件。")
        return await _draw(visit, form, 422)
    fields = {"side": form.text("side") or "auto", "publish": form.text("publish") or "false"}
    try:
        answer = await visit.api.send("POST", "/imports", files=files, fields=fields)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail)
        return await _draw(visit, form, error.status)
    job = JobOut.model_validate_json(answer.content)
    return visit.go(f"/imports/{job.id}")


async def _job(visit: Visit) -> Response:
    job = await visit.api.get(JobOut, f"/jobs/{visit.path('job')}")
    return visit.page("imports/job.html", job=job, report=await _report(visit, job), shown=_SHOWN)


async def _report(visit: Visit, job: JobOut) -> Mapping[str, Any] | None:
    """What each column was taken for and why rows were refused, where it is there and not too long for a page."""
    file = next((file for file in job.files if file.name == _REPORT), None)
    if file is None or file.bytes > _MOST_BYTES:
        return None
    answer = await visit.api.send("GET", f"/jobs/{visit.path('job')}/files/{_REPORT}")
    report: Mapping[str, Any] = json.loads(answer.content)
    return report


async def _cancelling(visit: Visit) -> Response:
    await visit.api.send("POST", f"/jobs/{visit.path('job')}/cancellation")
    return visit.go(f"/imports/{visit.path('job')}", said="cancelled")


PAGES = (
    reading("/imports", _imports, OWNERS),
    writing("/imports", _uploading, OWNERS),
    reading("/imports/{job}", _job, OWNERS),
    writing("/imports/{job}/cancellation", _cancelling, OWNERS),
)
