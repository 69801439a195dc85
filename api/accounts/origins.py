"""Whether a form was sent by our own pages: a stranger's page must not sign its visitor in (login CSRF)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from api.errors import ForbiddenError

__all__ = ["check_origin"]


def check_origin(headers: Mapping[str, str], public_url: str) -> None:
    """Look at what browsers say of where a request comes from; machines say nothing, and pass.

    Args:
        headers: of the request, by name in small letters.
        public_url: the address the service is reached under, or "".

    Raises:
        ForbiddenError: the request was sent by a page of another site.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    own = {headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()} - {""}
    foreign = origin is not None and _host(origin) not in own
    if foreign or site not in {None, "same-origin", "none"}:
        raise ForbiddenError(
            "登录请求来自其他网站，已拒绝；请在本系统的登录页登录。"
            "如本系统在反向代理之后，请管理员把对外网址写进 SERVICE_PUBLIC_URL。",
            "A page of another site asked to sign in.",
        )


def _host(origin: str) -> str:
    """Host and port of an origin; "" for `null` and for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
