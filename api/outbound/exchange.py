"""One HTTP request and its reply: to a checked address, within limits, without redirects, cookies or proxies."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpcore
import httpx

from api.outbound.addresses import AddressRules, Target, check_url
from api.outbound.deadline import Deadline
from api.outbound.errors import AddressRefusedError, BadReplyError, TooLargeError, UnreachableError
from api.outbound.inflate import inflate
from api.outbound.network import Limits, Network, public_authorities
from api.outbound.pinned import PinnedBackend

__all__ = ["USER_AGENT", "Reply", "exchange"]

USER_AGENT = "tech-transfer-matcher"
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "accept-encoding", "connection", "upgrade", "te"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `body` is unpacked, and empty where its status was not asked for."""

    target: Target
    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """A header's text as the other side gave it, in UTF-8 or, failing that, GB 18030; empty when not there."""
        for key, value in self.headers.raw:
            if key.lower() == name.lower().encode("ascii"):
                try:
                    return value.decode("utf-8").strip()
                except UnicodeDecodeError:
                    return value.decode("gb18030", "replace").strip()
        return ""


def exchange(
    method: str,
    url: str,
    *,
    rules: AddressRules,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    limits: Limits | None = None,
    network: Network | None = None,
    body_of: frozenset[int] = frozenset({200}),
    deadline: Deadline | None = None,
) -> Reply:
    """Send one request and read its reply.

    Args:
        method: such as "GET" or "POST".
        url: checked here, by its spelling and by what its name resolves to.
        rules: what may be called.
        headers: names and values in printable ASCII; those that frame the message are set here.
        content: the body to send.
        limits: what it may cost.
        network: how names are resolved and certificates are verified.
        body_of: statuses whose body is wanted; other bodies are not read.
        deadline: when all must be over, if an earlier request has used up part of `limits.total_s`.

    Raises:
        AddressRefusedError: the address may not be called, or a header may not be sent.
        UnreachableError: no such name, no connection, a bad certificate, or too slow.
        BadReplyError: the reply is no HTTP, breaks off, or is packed in a way that was not asked for.
        TooLargeError: the body is larger than allowed.
    """
    limits = limits or Limits()
    network = network or Network()
    target = check_url(url, rules)
    ends = deadline or Deadline.after(limits.total_s)
    backend = PinnedBackend(rules, resolve=network.resolve, deadline=ends)
    sent = [("Host", target.origin.partition("://")[2]), ("User-Agent", USER_AGENT), ("Accept-Encoding", "gzip")]
    sent += [_checked_header(name, value) for name, value in (headers or {}).items()]
    # httpcore writes the length of anything but None, and a GET should not have one.
    sending = None if method in {"GET", "HEAD"} and not content else content
    timeouts = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s, "pool": limits.connect_s}
    context: ssl.SSLContext = network.ssl_context or public_authorities()
    try:
        # A pool of its own: a connection is never shared between two names that happen to have one address.
        with (
            httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1) as pool,
            pool.stream(method, target.url, headers=sent, content=sending, extensions={"timeout": timeouts}) as answer,
        ):
            reply_headers = httpx.Headers(answer.headers)
            body = _body(answer, reply_headers, target, limits.max_bytes) if answer.status in body_of else b""
            return Reply(target, answer.status, reply_headers, body)
    except httpcore.TimeoutException as error:
        raise UnreachableError(f"访问 {target.origin} 超时；请稍后重试，或联系对方。", timed_out=True) from error
    except httpcore.NetworkError as error:
        raise UnreachableError(_why(error, target)) from error
    except httpcore.ProtocolError as error:
        raise BadReplyError(f"{target.origin} 的回应不完整或不是 HTTP；请检查网址和端口，或稍后重试。") from error


def _checked_header(name: str, value: str) -> tuple[str, str]:
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _FRAMING or not _HEADER_VALUE.fullmatch(value):
        raise AddressRefusedError(
            "请求头不能使用：只能含英文字母、数字和常用符号，且不能改动 Host 等由系统填写的项；请改正后重试。"
        )
    return name, value.strip()


def _body(answer: httpcore.Response, headers: httpx.Headers, target: Target, max_bytes: int) -> bytes:
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in _GZIP | _PLAIN:
        raise BadReplyError(f"{target.origin} 返回的内容用了不支持的压缩方式；请联系对方改用 gzip 或不压缩。")
    told = headers.get("content-length", "")
    too_large = TooLargeError(
        f"{target.origin} 的内容超过上限 {max_bytes / 10**6:.1f} MB；请对方拆成几个文件，或请管理员提高上限。"
    )
    if told.isdecimal() and int(told) > max_bytes:
        raise too_large
    data = bytearray()
    for piece in answer.iter_stream():
        data += piece
        if len(data) > max_bytes:
            raise too_large
    if packing in _GZIP:
        return inflate(bytes(data), max_bytes=max_bytes, shown=target.origin)
    return bytes(data)


def _why(error: httpcore.NetworkError, target: Target) -> str:
    if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
        return f"{target.origin} 的安全证书无效、过期或与域名不符；请对方更换证书，或请管理员配置信任的根证书。"
    return f"连接不上 {target.origin}；请检查网址和端口，确认对方的服务已启动，然后重试。"
