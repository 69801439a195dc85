"""What the service answers when it cannot do what was asked: one class a problem type, in Chinese and English.

::

    ServiceError (matcher.errors.MatcherError)
    ├── NotFoundError          404  no such thing, or one the caller may not know of
    ├── NotSignedInError       401  nobody is signed in, or the key is not valid
    ├── ForbiddenError         403  the caller's role does not allow it
    ├── ConflictError          409  the thing is in a state that does not allow it, or exists already
    ├── ChangedError           412  somebody changed it since it was read
    ├── UnconditionalError     428  a change without If-Match
    ├── InvalidError           422  a value cannot be used; `field` names it
    ├── TooLargeError          413  an upload above the limit
    ├── TooManyError           429  over the rate limit; `retry_after_s`
    └── NotReadyError          503  the part of the service that is needed has not started yet
"""

from typing import ClassVar

from matcher.errors import MatcherError

__all__ = [
    "ChangedError",
    "ConflictError",
    "ForbiddenError",
    "InvalidError",
    "NotFoundError",
    "NotReadyError",
    "NotSignedInError",
    "ServiceError",
    "TooLargeError",
    "TooManyError",
    "UnconditionalError",
]


class ServiceError(MatcherError):
    """Base: `status` is the HTTP status, `code` the stable name of the problem, the titles its short names."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "服务内部错误"
    title_en: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, detail_en: str = "") -> None:
        """`detail` is a Chinese sentence that names the thing and the next step; `detail_en` says it in English."""
        super().__init__(detail)
        self.detail = detail
        self.detail_en = detail_en or self.title_en


class NotFoundError(ServiceError):
    """No such thing, or one the caller may not know of: the two are answered alike."""

    status = 404
    code = "not-found"
    title = "没有找到"
    title_en = "Not found"


class NotSignedInError(ServiceError):
    """Nobody is signed in, or the key is not valid."""

    status = 401
    code = "not-signed-in"
    title = "请先登录"
    title_en = "Sign in first"


class ForbiddenError(ServiceError):
    """The caller's role or key does not allow it."""

    status = 403
    code = "forbidden"
    title = "没有权限"
    title_en = "Not allowed"


class ConflictError(ServiceError):
    """The thing is in a state that does not allow it, or exists already."""

    status = 409
    code = "conflict"
    title = "当前状态不允许"
    title_en = "Conflict"


class ChangedError(ServiceError):
    """Somebody changed the thing since the caller read it."""

    status = 412
    code = "changed"
    title = "内容已被他人修改"
    title_en = "Changed by somebody else"


class UnconditionalError(ServiceError):
    """A change without If-Match could overwrite somebody else's."""

    status = 428
    code = "if-match-required"
    title = "缺少 If-Match"
    title_en = "If-Match is required"


class InvalidError(ServiceError):
    """A value that cannot be used; `field` is its path in the body, or the name of the parameter."""

    status = 422
    code = "invalid"
    title = "内容不可用"
    title_en = "Invalid content"

    def __init__(self, detail: str, detail_en: str = "", *, field: str = "") -> None:
        """See `ServiceError`."""
        super().__init__(detail, detail_en)
        self.field = field


class TooLargeError(ServiceError):
    """An upload above the limit."""

    status = 413
    code = "too-large"
    title = "内容过大"
    title_en = "Too large"


class TooManyError(ServiceError):
    """Over the rate limit; try again after `retry_after_s` seconds."""

    status = 429
    code = "too-many-requests"
    title = "请求过于频繁"
    title_en = "Too many requests"

    def __init__(self, detail: str, detail_en: str = "", *, retry_after_s: int = 1) -> None:
        """See `ServiceError`."""
        super().__init__(detail, detail_en)
        self.retry_after_s = retry_after_s


class NotReadyError(ServiceError):
    """The part of the service that is needed has not started yet, or is being repaired."""

    status = 503
    code = "not-ready"
    title = "服务尚未就绪"
    title_en = "Not ready"
