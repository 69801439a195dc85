"""Errors as `application/problem+json` (RFC 9457), in Chinese and English."""

from collections.abc import Mapping
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.access.errors import (
    PasswordRefusedError,
    ProviderError,
    ScopeRefusedError,
    SignInError,
    ThrottledError,
)
from api.errors import InvalidError, NotReadyError, NotSignedInError, ServiceError, TooManyError
from api.outbound.errors import OutboundError
from matcher.errors import (
    ConfigError,
    IndexStoreError,
    InputError,
    MatcherError,
    ModelError,
)

__all__ = ["MEDIA_TYPE", "Problem", "add_handlers", "message_of", "problem_of", "problems"]

MEDIA_TYPE = "application/problem+json"

_HTTP_TITLES = {
    400: ("请求无法读取", "Bad request"),
    404: ("没有这个地址", "No such address"),
    405: ("此地址不支持该方法", "Method not allowed"),
    413: ("内容过大", "Too large"),
    415: ("不支持的内容类型", "Unsupported media type"),
}


class FieldProblem(BaseModel):
    """One value that cannot be used."""

    field: Annotated[str, Field(description="位置，例如 body.title；Path of the value")]
    message: Annotated[str, Field(description="原因；Reason")]


class Problem(BaseModel):
    """What went wrong (RFC 9457), with the next step in `detail`."""

    type: Annotated[str, Field(description="问题类型；Stable name of the problem", examples=["urn:problem:not-found"])]
    title: str
    title_en: str
    status: int
    detail: Annotated[str, Field(description="原因和下一步")]
    detail_en: str
    request_id: str = ""
    errors: list[FieldProblem] = []


_STATUS_TEXTS = {
    400: "请求无法读取 Bad request",
    401: "未登录、密钥或密码不对 Not signed in",
    403: "没有权限 Not allowed",
    404: "没有，或不可见 Not found",
    405: "不支持的方法 Method not allowed",
    409: "当前状态不允许 Conflict",
    412: "内容已被修改 Changed",
    413: "内容过大 Too large",
    415: "不支持的内容类型 Unsupported media type",
    422: "内容不可用 Invalid content",
    428: "缺少 If-Match 头 If-Match is required",
    429: "请求过于频繁 Too many requests",
    503: "尚未就绪 Not ready",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route for these statuses."""
    return {
        status: {
            "model": Problem,
            "description": _STATUS_TEXTS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the service, the engine and the framework as a problem."""
    app.add_exception_handler(MatcherError, problem_of)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unknown)


def problem_of(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of the service or the engine."""
    told = _as_service_error(error)
    fields = (
        [FieldProblem(field=told.field, message=told.detail)] if isinstance(told, InvalidError) and told.field else []
    )
    headers = {}
    if isinstance(told, TooManyError):
        headers["Retry-After"] = str(told.retry_after_s)
    if told.status == NotSignedInError.status:
        headers["WWW-Authenticate"] = "Bearer"
    if told.status >= NotReadyError.status:
        structlog.get_logger("problem").warning("not_ready", error=str(error))
    return _answer(
        request,
        told.status,
        (told.title, told.title_en),
        (told.detail, told.detail_en),
        code=told.code,
        headers=headers,
        fields=fields,
    )


def _as_service_error(error: Exception) -> ServiceError:
    """The problem type an error of another room belongs to."""
    detail = str(error)
    if isinstance(error, ThrottledError):
        return TooManyError(detail, "Too many tries.", retry_after_s=error.retry_after_s)
    kinds: tuple[tuple[tuple[type[MatcherError], ...], type[ServiceError]], ...] = (
        ((SignInError,), NotSignedInError),
        ((ProviderError, IndexStoreError, ModelError), NotReadyError),
        ((PasswordRefusedError, ScopeRefusedError, OutboundError, InputError, ConfigError), InvalidError),
    )
    if isinstance(error, ServiceError):
        return error
    return next((kind(detail) for classes, kind in kinds if isinstance(error, classes)), ServiceError(detail))


def _on_validation(request: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [FieldProblem(field=".".join(map(str, fault["loc"])), message=message_of(fault)) for fault in faults]
    first = fields[0] if fields else FieldProblem(field="body", message="无法读取")
    return _answer(
        request,
        InvalidError.status,
        (InvalidError.title, InvalidError.title_en),
        (f"{first.field}：{first.message}；请改正后重试。", f"{first.field} cannot be used."),
        code=InvalidError.code,
        fields=fields,
    )


_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_too_long": "过长，最多 {max_length} 个字符",
    "string_too_short": "过短，至少 {min_length} 个字符",
    "too_long": "过多，最多 {max_length} 项",
    "too_short": "过少，至少 {min_length} 项",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "greater_than": "应大于 {gt}",
    "less_than": "应小于 {lt}",
    "json_invalid": "不是可读的 JSON",
    "enum": "应为以下之一：{expected}",
    "literal_error": "应为以下之一：{expected}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数值",
    "float_type": "应为数值",
    "finite_number": "应为有限的数值",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文本",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "date_from_datetime_parsing": "应为日期，例如 2026-03-01",
    "date_parsing": "应为日期，例如 2026-03-01",
    "date_type": "应为日期，例如 2026-03-01",
    "string_pattern_mismatch": "写法不对",
    "string_unicode": "含有无法保存的字符",
    "timezone_aware": "应写明时区，例如 2026-03-01T08:00:00+08:00",
}


def message_of(fault: Mapping[str, Any]) -> str:
    """A fault that pydantic found, in Chinese where we know its kind; a value error is a sentence of ours already."""
    context = fault.get("ctx") or {}
    if fault["type"] == "value_error" and "error" in context:
        return str(context["error"])
    wording = _MESSAGES.get(str(fault["type"]))
    if wording is None:
        return str(fault["msg"])
    if "expected" in context:
        context = {
            **context,
            "expected": str(context["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", ""),
        }
    return wording.format(**context)


def _on_http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = _HTTP_TITLES.get(status, ("请求未被接受", "Request not accepted"))
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    detail = (f"{title[0]}；请对照接口说明 /api/openapi.json 检查地址和方法。", title[1])
    return _answer(request, status, title, detail, code=f"http-{status}", headers=headers)


def _on_unknown(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: the log has it, the caller gets nothing of it but the number to quote."""
    structlog.get_logger("problem").error("fault", exc_info=error)
    request_id = getattr(request.state, "request_id", "")
    detail = f"服务出错，已记录；请把编号 {request_id} 告诉管理员。"
    title = (ServiceError.title, ServiceError.title_en)
    return _answer(request, 500, title, (detail, "A fault of the service; it was logged."), code=ServiceError.code)


def _answer(
    request: Request,
    status: int,
    title: tuple[str, str],
    detail: tuple[str, str],
    *,
    code: str,
    headers: Mapping[str, str] | None = None,
    fields: list[FieldProblem] | None = None,
) -> JSONResponse:
    problem = Problem(
        type=f"urn:problem:{code}",
        title=title[0],
        title_en=title[1],
        status=status,
        detail=detail[0],
        detail_en=detail[1],
        request_id=getattr(request.state, "request_id", ""),
        errors=fields or [],
    )
    return JSONResponse(problem.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))
