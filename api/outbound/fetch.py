"""A file from an address: within limits, and only when it has changed."""

import re
from collections.abc import Mapping

import httpx

from api.outbound.addresses import AddressRules, Target
from api.outbound.deadline import Deadline
from api.outbound.errors import AddressRefusedError, BadReplyError
from api.outbound.exchange import Reply, exchange
from api.outbound.fetched import Fetched, NotModified, Validators
from api.outbound.filename import filename_hint
from api.outbound.network import Limits, Network

__all__ = ["fetch"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_MARK = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,255}")
_ACCEPT = "*/*"


def fetch(
    url: str,
    *,
    rules: AddressRules,
    limits: Limits | None = None,
    validators: Validators | None = None,
    headers: Mapping[str, str] | None = None,
    network: Network | None = None,
) -> Fetched | NotModified:
    """Read one file by GET.

    Redirects are followed up to `limits.max_redirects` times; each address is checked like the first, https never leads
    to http, and `headers` (such as a token) go to the first origin only.

    Raises:
        AddressRefusedError: an address on the way may not be called.
        UnreachableError: no such name, no connection, a bad certificate, or too slow.
        BadReplyError: a status other than 200 (or 304 where validators were sent), or too many redirects.
        TooLargeError: more bytes than allowed.
    """
    limits = limits or Limits()
    sent_marks = validators or Validators()
    deadline = Deadline.after(limits.total_s)
    first: Target | None = None
    address = url
    for _ in range(limits.max_redirects + 1):
        own = headers if first is None or _origin_of(address) == first.origin else None
        reply = exchange(
            "GET",
            address,
            rules=rules,
            headers={"Accept": _ACCEPT, **_conditions(sent_marks), **(own or {})},
            limits=limits,
            network=network,
            deadline=deadline,
        )
        first = first or reply.target
        location = reply.header("location")
        if reply.status not in _REDIRECTS or not location:
            return _result(reply, sent_marks)
        address = _next_address(reply, location)
    raise BadReplyError(f"{first.origin if first else ''} 的跳转次数过多；请填写最终的网址。")


def _result(reply: Reply, sent: Validators) -> Fetched | NotModified:
    origin = reply.target.origin
    if reply.status == _NOT_MODIFIED and sent != Validators():
        return NotModified(sent)
    if reply.status != httpx.codes.OK:
        raise BadReplyError(
            f"{origin} 返回了状态 {reply.status}，没有给出文件；请检查网址和访问权限，或稍后重试。",
            status=reply.status,
        )
    return Fetched(
        body=reply.body,
        filename=filename_hint(reply.header("content-disposition"), reply.target.path),
        content_type=_mark(reply.header("content-type")),
        validators=Validators(_mark(reply.header("etag")), _mark(reply.header("last-modified"))),
        source=origin,
    )


def _next_address(reply: Reply, location: str) -> str:
    try:
        joined = str(httpx.URL(reply.target.url).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise BadReplyError(f"{reply.target.origin} 的跳转地址写法不对；请填写最终的网址。") from error
    if reply.target.scheme == "https" and not joined.startswith("https://"):
        raise AddressRefusedError(f"{reply.target.origin} 跳转到了不加密的地址，已停止；请填写最终的 https:// 网址。")
    return joined


def _origin_of(address: str) -> str:
    # Only compared with a checked origin: what differs in any way gets no token.
    parsed = httpx.URL(address)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii', 'replace')}"


def _conditions(marks: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": marks.etag, "If-Modified-Since": marks.last_modified}
    return {name: mark for name, value in conditions.items() if (mark := _mark(value))}


def _mark(text: str) -> str:
    """A header's text if it may be stored and sent again, else nothing."""
    return text if _MARK.fullmatch(text) else ""
